//! What people want, as a form or a JSON document says it, read once and strictly.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use leadlight_desk::{Action, Request};
use leadlight_lead::{Attestation, ByHand, ContactState, FactField, Level, MemberId, NoteKind};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::problem::Problem;

/// The body of an action on a lead. Which of the optional fields are due depends on the action.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionRequest {
    /// The lead's revision that was looked at: what came in between is noticed.
    #[serde(deserialize_with = "whole")]
    pub revision: u64,
    /// In their own words; `flag`, `send-back`, `override`, `reopen`, `assign`, `note` and some reasons need it.
    #[serde(default)]
    pub note: Option<String>,
    /// Of `reject`: a reason's code from the policy.
    #[serde(default)]
    pub reason: Option<String>,
    /// Of `note`: what it is about; `context` if left out.
    #[serde(default)]
    pub about: Option<NoteKind>,
    /// Of `accept`.
    #[serde(default)]
    pub attestation: Option<Attestation>,
    /// Of `complete`: by field, as people type it; an empty text takes back what was written there.
    #[serde(default)]
    pub fields: Option<BTreeMap<FactField, String>>,
    /// Of `assign` and `reopen`: to whom, by their id in the team file. Without it, `reopen` keeps the lead with the manager who
    /// opens it.
    #[serde(default)]
    pub to: Option<MemberId>,
    /// Of `contact`: what came of it, by its name.
    #[serde(default)]
    pub state: Option<String>,
    /// Of `contact` with `meeting_on`: when the meeting begins.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub on: Option<Timestamp>,
}

/// JSON knows one kind of number: 7 and 7.0 are the same whole one.
fn whole<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    struct Whole;
    impl serde::de::Visitor<'_> for Whole {
        type Value = u64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a whole number from 0")
        }

        fn visit_u64<E>(self, number: u64) -> Result<u64, E> {
            Ok(number)
        }

        fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<u64, E> {
            // Up to 2^53 a number with a point is exact.
            if number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number) {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "whole and in range, as was just seen"
                )]
                return Ok(number as u64);
            }
            Err(E::invalid_value(serde::de::Unexpected::Float(number), &self))
        }
    }
    from.deserialize_any(Whole)
}

/// The actions on a lead, as addresses name them.
pub(crate) const ACTIONS: [&str; 16] = [
    "claim",
    "renew",
    "release",
    "seen",
    "confirm",
    "flag",
    "reject",
    "accept",
    "send-back",
    "override",
    "complete",
    "contact",
    "undo",
    "reopen",
    "assign",
    "note",
];

impl ActionRequest {
    /// As the desk reads it.
    pub fn read(self, action: &str) -> Result<Request, Problem> {
        let unreadable = |text: &str| Problem::Unreadable(text.to_owned());
        let action = match action {
            "claim" => Action::Claim,
            "renew" => Action::Renew,
            "release" => Action::Release,
            "seen" => Action::See,
            "confirm" => Action::Confirm,
            "flag" => Action::Flag,
            "reject" => {
                let given = self.reason.filter(|reason| !reason.trim().is_empty());
                let reason = given.ok_or_else(|| {
                    Problem::Unreadable("a rejection needs a reason; choose one of the list".to_owned())
                })?;
                Action::Reject { reason: reason.parse().map_err(|_| leadlight_desk::Refusal::UnknownReason)? }
            }
            "accept" => Action::Accept {
                attestation: self.attestation.ok_or_else(|| {
                    unreadable(
                        "accepting needs all four: buying signal, strategic fit, relationship and deal size",
                    )
                })?,
            },
            "send-back" => Action::SendBack,
            "override" => Action::Override,
            "undo" => Action::Undo,
            "reopen" => Action::Reopen { to: self.to },
            "assign" => Action::Assign {
                to: self.to.ok_or_else(|| unreadable("`to` is missing; say who is to get the lead"))?,
            },
            "contact" => {
                let state = self.state.unwrap_or_default();
                if state == "meeting_on" && self.on.is_none() {
                    return Err(unreadable("a meeting needs its date and time; write when it begins"));
                }
                let read = ContactState::named(&state, self.on).ok_or_else(|| {
                    Problem::Unreadable(format!(
                        "`state` is one of {}; choose one",
                        ContactState::NAMES.join(", ")
                    ))
                })?;
                Action::Contact { state: read }
            }
            "complete" => Action::Complete {
                fields: self.fields.ok_or_else(|| {
                    unreadable("completing a record needs `fields`: what to write, by field")
                })?,
            },
            "note" => Action::Note { about: self.about.unwrap_or(NoteKind::Context) },
            _ => return Err(Problem::NoPage),
        };
        Ok(Request { revision: self.revision, action, note: self.note })
    }
}

/// The fields of a page's form.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Form {
    /// Bound to the session.
    #[serde(default)]
    pub(crate) csrf: String,
    /// The revision the page was made from.
    #[serde(default)]
    pub(crate) revision: String,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    buying_signal: Option<String>,
    #[serde(default)]
    strategic_fit: Option<String>,
    #[serde(default)]
    relationship: Option<String>,
    #[serde(default)]
    deal_size: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    state: Option<String>,
    /// A date and time as a browser's field for both writes it, in the time zone of the person who types it.
    #[serde(default)]
    on: Option<String>,
    /// The queue that the next lead is wanted from.
    #[serde(default)]
    pub(crate) queue: Option<String>,
    /// The sample user that signs in.
    #[serde(default)]
    pub(crate) member: Option<String>,
    /// Everything else: the fields of a record, by their names.
    #[serde(flatten)]
    others: BTreeMap<String, String>,
}

impl Form {
    /// What stands in the fields of a record, by field.
    pub(crate) fn record(&self) -> BTreeMap<FactField, String> {
        let typed = |field: FactField| Some((field, self.others.get(field.as_str())?.clone()));
        ByHand::FIELDS.into_iter().filter_map(typed).collect()
    }

    /// What someone wrote.
    pub(crate) fn written(self) -> Option<String> {
        self.note.filter(|note| !note.trim().is_empty())
    }

    /// What the form asks for, as the API would have it.
    pub(crate) fn request(self, zone: &TimeZone) -> Result<ActionRequest, Problem> {
        let bad =
            |what: &str| Problem::Unreadable(format!("the form's field `{what}` is missing or unknown"));
        let revision = self.revision.parse().map_err(|_| bad("revision"))?;
        let about = match self.kind.as_deref() {
            None | Some("") => None,
            Some(text) => {
                Some(NoteKind::ALL.into_iter().find(|k| k.as_str() == text).ok_or_else(|| bad("kind"))?)
            }
        };
        let level = |text: &Option<String>| {
            text.as_deref().and_then(|text| Level::ALL.into_iter().find(|level| level.as_str() == text))
        };
        let attestation = match (
            level(&self.buying_signal),
            level(&self.strategic_fit),
            level(&self.relationship),
            self.deal_size.as_deref().and_then(|size| size.parse().ok()),
        ) {
            (Some(buying_signal), Some(strategic_fit), Some(relationship), Some(deal_size)) => {
                Some(Attestation { buying_signal, strategic_fit, relationship, deal_size })
            }
            _ => None,
        };
        let fields = self.record();
        let fields = (!fields.is_empty()).then_some(fields);
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let to = given(self.to).map(|to| to.parse().map_err(|_| bad("to"))).transpose()?;
        let moment =
            |text: String| -> Option<Timestamp> { zone.to_timestamp(text.parse::<DateTime>().ok()?).ok() };
        let on = given(self.on).map(|on| moment(on).ok_or_else(|| bad("on"))).transpose()?;
        Ok(ActionRequest {
            revision,
            note: self.note,
            reason: self.reason,
            about,
            attestation,
            fields,
            to,
            state: self.state,
            on,
        })
    }
}
