//! Who else weighs a purchase at a lead's account.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_reading::{EmailAddress, Seniority};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::QueuedLead;
use crate::event::{Activity, ActivityKind};

/// The other people of a lead's account whose leads waited when they were looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BuyingGroup {
    /// The seniority of each, the most senior first; none where it is not known.
    pub others: Vec<Option<Seniority>>,
    /// What they did, by kind, and what the product tells of their account without naming anybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used: Vec<Used>,
}

/// What others did of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Used {
    /// The kind of behaviour.
    pub kind: ActivityKind,
    /// How often, from 1.
    pub times: u32,
    /// When they did so last.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub latest: Timestamp,
}

impl BuyingGroup {
    /// Of an account's leads, for a person: everybody else who has one that waits, once, and what they did. `did` says what
    /// counts of a lead's behaviour.
    pub fn of<'a>(
        person: &EmailAddress,
        account: &'a [QueuedLead],
        did: impl Fn(&'a QueuedLead) -> Vec<Activity>,
    ) -> Self {
        let mut seen = vec![person];
        let mut others = Vec::new();
        let mut used = BTreeMap::<ActivityKind, Used>::new();
        for lead in account.iter().filter(|lead| lead.waits_in().is_some()) {
            let email = &lead.event().email;
            if seen.contains(&email) {
                continue;
            }
            seen.push(email);
            others.push(lead.enrichment().person.seniority.as_ref().map(|fact| fact.value));
            for Activity { kind, at, .. } in did(lead) {
                let of_kind = used.entry(kind).or_insert(Used { kind, times: 0, latest: at });
                of_kind.times = of_kind.times.saturating_add(1);
                of_kind.latest = of_kind.latest.max(at);
            }
        }
        others.sort_by(|a, b| b.cmp(a));
        Self { others, used: used.into_values().collect() }
    }

    /// With what the product tells of the account itself.
    #[must_use]
    pub fn and_used(mut self, of_account: Vec<Used>) -> Self {
        for Used { kind, times, latest } in of_account {
            match self.used.iter_mut().find(|used| used.kind == kind) {
                Some(used) => {
                    used.times = used.times.saturating_add(times);
                    used.latest = used.latest.max(latest);
                }
                None => self.used.push(Used { kind, times, latest }),
            }
        }
        self.used.sort_by_key(|used| used.kind);
        self
    }
}
