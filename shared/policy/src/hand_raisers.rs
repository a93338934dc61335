//! People who ask for a person: they reach one whatever their score, unless a hard disqualifier holds.

use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{Activity, ActivityKind};
use leadlight_settings::{Problems, Spanned, SpannedList};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::section::{Section, list, unit};

/// A quarter: who asked longer ago no longer waits.
const DAYS: RangeInclusive<u32> = 1..=90;

/// As the file has it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandRaisersSpec {
    /// What counts as asking for a person.
    behaviours: SpannedList<ActivityKind>,
    /// How long before the lead's event, 1 to 90.
    #[schemars(range(min = 1, max = 90))]
    within_days: Spanned<i64>,
}

impl HandRaisersSpec {
    /// Each with its place.
    pub(crate) fn behaviours(&self) -> &[Spanned<ActivityKind>] {
        self.behaviours.get_ref()
    }
}

/// What counts as asking for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HandRaisers {
    /// Each once, in the file's order.
    behaviours: Vec<ActivityKind>,
    /// Before the lead's event.
    within_days: u32,
}

impl HandRaisers {
    pub(crate) fn check(p: &mut Problems<'_>, spec: &HandRaisersSpec) -> Self {
        Self {
            behaviours: p.list(&spec.behaviours, "hand_raisers.behaviours", |_, kind| Some(*kind.get_ref())),
            within_days: p.whole(&spec.within_days, "hand_raisers.within_days", &DAYS),
        }
    }

    /// What the person asked for last, if that was not too long before `as_of`.
    pub(crate) fn asked_for(&self, activity: &[Activity], as_of: Timestamp) -> Option<ActivityKind> {
        let within = SignedDuration::from_hours(24 * i64::from(self.within_days));
        let asks = |done: &&Activity| {
            self.behaviours.contains(&done.kind) && as_of.duration_since(done.at) <= within
        };
        // Of one moment the first in the file, so that the order of an event's activities decides nothing.
        let place = |kind| self.behaviours.iter().position(|listed| *listed == kind);
        let last =
            activity.iter().filter(asks).max_by_key(|done| (done.at, std::cmp::Reverse(place(done.kind))));
        last.map(|done| done.kind)
    }
}

/// In words, for the outline; none: the policy has no such table.
pub(crate) fn in_words(rules: Option<&HandRaisers>) -> Section {
    let section = Section::new("Who asks for a person");
    let Some(rules) = rules else {
        return section
            .text(["A request for a demo or a talk earns points like other behaviour, and no more."]);
    };
    let kinds = list(rules.behaviours.iter().map(|kind| kind.as_str()), "or");
    section.text([
        format!(
            "People who did one of these within {} reach an SDR whatever their score, ahead of others: {kinds}.",
            unit(rules.within_days, "day")
        ),
        "Only a hard disqualifier, or a country that may be an excluded one, comes first.".to_owned(),
    ])
}
