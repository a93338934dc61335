//! Who else weighs a purchase at a lead's account.

use leadlight_reading::{EmailAddress, Seniority};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::QueuedLead;

/// The other people of a lead's account whose leads waited when they were looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BuyingGroup {
    /// The seniority of each, the most senior first; none where it is not known.
    pub others: Vec<Option<Seniority>>,
}

impl BuyingGroup {
    /// Of an account's leads, for a person: everybody else who has one that waits, once.
    pub fn of(person: &EmailAddress, account: &[QueuedLead]) -> Self {
        let mut seen = vec![person];
        let mut others = Vec::new();
        for lead in account.iter().filter(|lead| lead.waits_in().is_some()) {
            let email = &lead.event().email;
            if !seen.contains(&email) {
                seen.push(email);
                others.push(lead.enrichment().person.seniority.as_ref().map(|fact| fact.value));
            }
        }
        others.sort_by(|a, b| b.cmp(a));
        Self { others }
    }
}
