//! `[retention]`: how long a lead is kept once nothing happens with it any more. Left out, all are kept until they are erased.
//!
//! Age is counted from what was heard of the lead last: an event of its person, something that a person did with it, a word of
//! the CRM. That the machine decided on it again because time passed is nothing that was heard.

use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{Progress, QueueName, QueuedLead};
use leadlight_settings::{Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::section::{Section, unit};

/// From a month on: until then a dead letter, a copy of the table or a large request may hold the lead as well, and each of
/// those goes by itself within 30 days. To ten years, which is as long as any book has to be kept.
const DAYS: RangeInclusive<u32> = 30..=3650;

/// As the file has it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "these are the keys of the file, each with its unit")]
pub(crate) struct RetentionSpec {
    /// Rejected by the machine, and never taken up by a person.
    disqualified_days: Option<Spanned<i64>>,
    /// Turned down by a person.
    rejected_days: Option<Spanned<i64>>,
    /// Nurtured.
    nurtured_days: Option<Spanned<i64>>,
    /// Its deals have ended, won or lost.
    closed_days: Option<Spanned<i64>>,
    /// Any other: it waits for a person, or was accepted and its deals are open.
    other_days: Option<Spanned<i64>>,
    /// Its person refused every consent that they were asked for, and nobody has taken it up.
    refused_days: Option<Spanned<i64>>,
}

/// By what a lead is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeptAs {
    /// Rejected by the machine, and never taken up by a person.
    Disqualified,
    /// Turned down by a person.
    Rejected,
    /// Nurtured.
    Nurtured,
    /// Its deals have ended.
    Closed,
    /// Any other.
    Other,
    /// Its person refused consent, and nobody has taken it up.
    Refused,
    /// Over, since its person has a later lead: it is kept as long as that one.
    Superseded,
}

impl KeptAs {
    /// As written in messages and in what stays of a sweep.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disqualified => "disqualified",
            Self::Rejected => "rejected",
            Self::Nurtured => "nurtured",
            Self::Closed => "closed",
            Self::Other => "other",
            Self::Refused => "refused",
            Self::Superseded => "superseded",
        }
    }
}

/// For how many days a lead is kept, by what it is; none: until it is erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    disqualified: Option<u32>,
    rejected: Option<u32>,
    nurtured: Option<u32>,
    closed: Option<u32>,
    other: Option<u32>,
    refused: Option<u32>,
}

/// A lead whose time is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// By which rule.
    pub kept_as: KeptAs,
    /// When something was heard of it last.
    pub heard_at: Timestamp,
}

impl Retention {
    /// The fewest days that a rule may say.
    pub const LEAST_DAYS: u32 = *DAYS.start();

    pub(crate) fn check(p: &mut Problems<'_>, spec: &Spanned<RetentionSpec>) -> Self {
        let RetentionSpec {
            disqualified_days,
            rejected_days,
            nurtured_days,
            closed_days,
            other_days,
            refused_days,
        } = spec.get_ref();
        let mut days = |value: &Option<Spanned<i64>>, name: &str| {
            value.as_ref().map(|value| p.whole(value, &format!("retention.{name}"), &DAYS))
        };
        let rules = Self {
            disqualified: days(disqualified_days, "disqualified_days"),
            rejected: days(rejected_days, "rejected_days"),
            nurtured: days(nurtured_days, "nurtured_days"),
            closed: days(closed_days, "closed_days"),
            other: days(other_days, "other_days"),
            refused: days(refused_days, "refused_days"),
        };
        if rules == Self::default() {
            p.add(
                spec.span(),
                "`[retention]` says of no lead how long it is kept",
                "add a line such as `disqualified_days = 180`, or remove the table",
            );
        }
        rules
    }

    /// Whether a lead's time is up, and by which rule. One that somebody has in hand at this moment is never past.
    pub fn past(&self, lead: &QueuedLead, now: Timestamp) -> Option<Past> {
        if lead.work.claim.as_ref().is_some_and(|claim| claim.is_live(now)) {
            return None;
        }
        let heard_at = heard_at(lead);
        let kept_as = kept_as(lead);
        let is_over =
            |days: u32| now.duration_since(heard_at) > SignedDuration::from_hours(24 * i64::from(days));
        if has_refused(lead) && !lead.is_in_hand(now) && self.refused.is_some_and(is_over) {
            return Some(Past { kept_as: KeptAs::Refused, heard_at });
        }
        let days = match kept_as {
            KeptAs::Disqualified => self.disqualified,
            KeptAs::Rejected => self.rejected,
            KeptAs::Nurtured => self.nurtured,
            KeptAs::Closed => self.closed,
            KeptAs::Other => self.other,
            KeptAs::Refused => self.refused,
            KeptAs::Superseded => Some(0),
        };
        days.is_some_and(is_over).then_some(Past { kept_as, heard_at })
    }

    /// In words, for the outline; none: the policy has no such table.
    pub(crate) fn in_words(rules: Option<&Self>) -> Section {
        let section = Section::new("How long leads are kept");
        let Some(rules) = rules else {
            return section.text(["Leads are kept until they are erased."]);
        };
        let kept = |days: Option<u32>| {
            days.map_or_else(|| "until it is erased".to_owned(), |days| format!("for {}", unit(days, "day")))
        };
        let rows = [
            ("Rejected by the machine", rules.disqualified),
            ("Turned down by a person", rules.rejected),
            ("Nurtured", rules.nurtured),
            ("Its deals have ended", rules.closed),
            ("Any other", rules.other),
            ("Its person refused every consent, and nobody has taken it up", rules.refused),
        ]
        .map(|(lead, days)| [lead.to_owned(), kept(days)]);
        section
            .text([
                "Counted from what was heard of a lead last: from its person, from yours, or from the CRM. A person goes when the \
                 time of all their leads is up; then all that is held of them goes, and the model no longer learns from it.",
                "What they sent until then stays out if it comes again. What they send later begins a new lead.",
            ])
            .table(["A lead", "Is kept"], rows)
    }
}

fn kept_as(lead: &QueuedLead) -> KeptAs {
    if lead.outcome.is_some() {
        return KeptAs::Closed;
    }
    if matches!(lead.work.progress, Progress::Rejected { .. }) {
        return KeptAs::Rejected;
    }
    if lead.thread.continued_in.is_some() {
        return KeptAs::Superseded;
    }
    match lead.waits_in() {
        Some(QueueName::Disqualified) => KeptAs::Disqualified,
        Some(QueueName::Nurture) => KeptAs::Nurtured,
        Some(
            QueueName::Sdr | QueueName::HumanFirst | QueueName::CatchAll | QueueName::Flagged | QueueName::Ae,
        )
        | None => KeptAs::Other,
    }
}

/// When something was heard of it last: from its person, from people who work with it, from the CRM.
fn heard_at(lead: &QueuedLead) -> Timestamp {
    let events = lead.all_events().flat_map(|event| [event.occurred_at(), event.submitted.received_at]);
    let people = lead.work.history.iter().filter(|entry| entry.by.is_some()).map(|entry| entry.at);
    let crm = lead.crm.records().iter().map(|record| record.occurred_at);
    let closed = lead.outcome.iter().map(|outcome| outcome.closed_at);
    let began = lead.submitted().received_at;
    events.chain(people).chain(crm).chain(closed).fold(began, Timestamp::max)
}

/// Whether the last event that says anything of consent refuses all of it.
fn has_refused(lead: &QueuedLead) -> bool {
    let asked = lead.all_events().filter(|event| !event.event().consent.is_empty());
    let last = asked.max_by_key(|event| event.occurred_at());
    last.is_some_and(|event| event.event().consent.iter().all(|consent| !consent.accepted))
}
