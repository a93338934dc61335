//! How long texts and lists of an event may be.
//!
//! None of these costs a lead: what a text has beyond its bound goes on in `form.fields`, where no fact is read from,
//! and of activity the latest stays. Lists and facts are shown, repeated as facts, and stored in one document; 128 KB of
//! job title serve nobody. Only what no form sends is refused: see [`super::DOOR`].

use serde_json::Value;

use super::door::AS_SENT;
use super::{Activity, Answer, FIELDS, FormSubmit, Utm};
use crate::wire::WireError;

/// The most consents of one event. None may be left out unseen, so more are refused.
pub const MAX_CONSENTS: usize = 100;
/// The most characters of a consent's id.
pub const MAX_CONSENT_ID: usize = 300;
/// The most activity that is kept, the latest: behaviour fades within months, and half a thousand events are more than
/// anybody looks at.
const MAX_ACTIVITY: usize = 500;
/// Of an activity's page, file or feature.
const MAX_ACTIVITY_NAME: usize = 500;

/// Names and short answers: the longest company names and titles on record stay below.
pub(super) const SHORT: usize = 300;
/// What browsers and proxies take for an address.
const ADDRESS: usize = 2_000;
/// A letter of two pages.
const LETTER: usize = 8_000;

/// After a field's name: where the rest of its text is kept among `form.fields`.
pub(super) const CONTINUED: &str = ", continued";
/// How many older activities were left out.
pub(super) const LEFT_OUT: &str = "activity, left out";

/// A field that was longer than it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shortened {
    /// A text, by the field's name: the rest is in `form.fields`.
    Text(String),
    /// The oldest of `activity` were left out: so many.
    Activity(u64),
}

/// For the producer: safe to show and to log.
impl std::fmt::Display for Shortened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(field) => {
                write!(f, "`{field}` is too long; the rest is kept in `form.fields` as `{field}{CONTINUED}`")
            }
            Self::Activity(left_out) => {
                write!(f, "`activity` keeps the latest {MAX_ACTIVITY}; {left_out} older ones were left out")
            }
        }
    }
}

impl FormSubmit {
    /// What was longer than it may be when the event came in.
    pub fn shortened(&self) -> Vec<Shortened> {
        // A label that was sent might end so as well, and is not repeated.
        let is_ours = |field: &str| field.split('.').all(|part| FIELDS.contains(&part));
        let fields = self.form.fields.iter();
        fields
            .filter_map(|(label, value)| match label.strip_suffix(CONTINUED) {
                Some(field) if is_ours(field) => Some(Shortened::Text(field.to_owned())),
                _ if label == LEFT_OUT => value.as_u64().map(Shortened::Activity),
                _ => None,
            })
            .collect()
    }

    /// What was longer than it may be or could not be read, for the producer: safe to show and to log.
    pub fn notes(&self) -> Vec<String> {
        let unread = self.form.fields.keys().filter_map(|label| label.strip_suffix(AS_SENT));
        let unread = unread.filter(|field| field.split('.').all(|part| FIELDS.contains(&part)));
        let told = unread.map(|field| {
            format!("`{field}` could not be read; it is kept in `form.fields` as `{field}{AS_SENT}`")
        });
        let rests = self.rests_as().map(|key| format!("too large to go on whole; all of it rests as {key}"));
        self.shortened().iter().map(ToString::to_string).chain(told).chain(rests).collect()
    }

    /// Brings texts and lists within their bounds. Done again, it changes nothing.
    pub(super) fn shorten(&mut self) -> Result<(), WireError> {
        self.refuse_consents()?;
        if self.activity.len() > MAX_ACTIVITY {
            let left_out = keep_latest(&mut self.activity);
            self.keep(LEFT_OUT.to_owned(), left_out.into())?;
        }
        for name in self.activity.iter_mut().filter_map(|a| a.name.as_mut()) {
            if rest_beyond(name, MAX_ACTIVITY_NAME).is_some() {
                name.pop();
                name.push('…');
            }
        }
        let rests: Vec<(&str, String)> = self
            .texts()
            .into_iter()
            .filter_map(|(field, most, text)| Some((field, rest_beyond(text?, most)?)))
            .collect();
        for (field, rest) in rests {
            self.keep(format!("{field}{CONTINUED}"), rest.into())?;
        }
        Ok(())
    }

    /// Texts by name, with the most characters of each.
    fn texts(&mut self) -> [(&'static str, usize, Option<&mut String>); 23] {
        let Utm { source, medium, campaign, term, content } = &mut self.utm;
        let (partner, note) = self.partner.as_mut().map(|p| (&mut p.name, p.note.as_mut())).unzip();
        [
            ("source_event_type", SHORT, self.source_event_type.as_mut()),
            ("first_name", SHORT, self.first_name.as_mut()),
            ("last_name", SHORT, self.last_name.as_mut()),
            ("phone", SHORT, self.phone.as_mut()),
            ("title", SHORT, self.title.as_mut()),
            ("company", SHORT, self.company.as_mut()),
            ("website", ADDRESS, self.website.as_mut()),
            ("country", SHORT, self.country.as_mut()),
            ("industry", SHORT, self.industry.as_mut()),
            ("employees", SHORT, self.employees.as_mut().map(Answer::text_mut)),
            ("revenue_usd", SHORT, self.revenue_usd.as_mut().map(Answer::text_mut)),
            ("message", LETTER, self.message.as_mut()),
            ("form.id", SHORT, self.form.id.as_mut()),
            ("form.name", SHORT, self.form.name.as_mut()),
            ("utm.source", SHORT, source.as_mut()),
            ("utm.medium", SHORT, medium.as_mut()),
            ("utm.campaign", SHORT, campaign.as_mut()),
            ("utm.term", SHORT, term.as_mut()),
            ("utm.content", SHORT, content.as_mut()),
            ("page_url", ADDRESS, self.page_url.as_mut()),
            ("referrer", ADDRESS, self.referrer.as_mut()),
            ("partner.name", SHORT, partner),
            ("partner.note", LETTER, note.flatten()),
        ]
    }

    fn refuse_consents(&self) -> Result<(), WireError> {
        if self.consent.len() > MAX_CONSENTS {
            return Err(WireError::shape("consent", format!("has more than {MAX_CONSENTS} entries")));
        }
        if self.consent.iter().any(|c| c.id.chars().count() > MAX_CONSENT_ID) {
            return Err(WireError::shape("consent.id", format!("has more than {MAX_CONSENT_ID} characters")));
        }
        Ok(())
    }

    /// Keeps something under a label of ours. One that was sent under it already is not overwritten.
    pub(super) fn keep(&mut self, label: String, value: Value) -> Result<(), WireError> {
        if self.form.fields.contains_key(&label) {
            let problem = format!("has `{label}`, which is kept for what is too long; name it otherwise");
            return Err(WireError::shape("form.fields", problem));
        }
        self.form.fields.insert(label, value);
        Ok(())
    }
}

/// Cuts what a text has beyond `most` characters, and gives it.
fn rest_beyond(text: &mut String, most: usize) -> Option<String> {
    let (mut at, _) = text.char_indices().nth(most)?;
    // Where both halves stay as they are when they are cleaned again.
    let parts = |at: usize| {
        text[..at].ends_with(char::is_whitespace) || text[at..].starts_with(['\u{200c}', '\u{200d}'])
    };
    while parts(at) {
        at = text[..at].char_indices().next_back().map_or(0, |(before, _)| before);
    }
    Some(text.split_off(at))
}

/// Leaves out the oldest, and tells how many. What stays, stays in its order.
fn keep_latest(activity: &mut Vec<Activity>) -> usize {
    let left_out = activity.len() - MAX_ACTIVITY;
    let mut by_age: Vec<usize> = (0..activity.len()).collect();
    by_age.sort_by_key(|index| activity[*index].at);
    let mut stays = vec![true; activity.len()];
    for index in &by_age[..left_out] {
        stays[*index] = false;
    }
    let mut stays = stays.into_iter();
    activity.retain(|_| stays.next().unwrap_or(true));
    left_out
}
