//! What a product's use by an account counts for its leads, and when it is worth deciding on them again.

use leadlight_lead::{AccountUsage, BuyingGroup, EnrichedLead, Motion, QueuedLead};

use crate::criteria::{Criterion, Graded, Subject};
use crate::policy::Policy;
use crate::scorecard::{Scale, Scorecard};

/// A grade that moves by less is not worth deciding again: of the default policy's trials it is half a point of a hundred.
const MOVES: f64 = 0.01;

impl Policy {
    /// Leads of an account that are looked at for its buying group. Judgement: more people than decide anywhere.
    pub const MOST_COLLEAGUES: usize = 50;

    /// Whether use of the product counts for leads of a motion, or a model sees it.
    pub fn counts_usage(&self, motion: Motion) -> bool {
        self.activation().is_some() && self.scorecard.grades_in(Criterion::Activation, motion)
    }

    /// Whether it counts for leads of any motion.
    pub fn counts_usage_at_all(&self) -> bool {
        let Scorecard { usual, by_motion, features, .. } = &self.scorecard;
        let weighs = |scale: &Scale| scale.weights.contains_key(&Criterion::Activation);
        let is_seen = features.contains(&Criterion::Activation);
        self.activation().is_some() && (is_seen || weighs(usual) || by_motion.values().any(weighs))
    }

    /// Who else there is at a lead's account and what they did, and what the product tells of the account itself within the
    /// policy's window. `there` are the account's leads.
    pub fn group_of(
        &self,
        lead: &EnrichedLead,
        there: &[QueuedLead],
        usage: Option<&AccountUsage>,
    ) -> BuyingGroup {
        let group =
            BuyingGroup::of(&lead.event().email, there, |other| self.taken(other.enriched()).activity);
        let window = self.activation().and_then(Graded::usage_window);
        match (usage, window) {
            (Some(usage), Some(window)) => group.and_used(usage.since(lead.occurred_at() - window)),
            _ => group,
        }
    }

    /// Whether a lead's grade for use of the product would be another with this group than with the one that was known when
    /// it was decided on.
    pub fn grades_use_otherwise(&self, lead: &EnrichedLead, group: &BuyingGroup) -> bool {
        let Some(rule) = self.activation().filter(|_| self.counts_usage(lead.motion)) else { return false };
        let activity = self.taken(lead).activity;
        let (company, person) = (&lead.enrichment.company, &lead.enrichment.person);
        let grade = |group: Option<&BuyingGroup>| {
            rule.grade(&Subject { company, person, activity: &activity, group, as_of: lead.occurred_at() }).1
        };
        (grade(lead.group.as_ref()) - grade(Some(group))).abs() > MOVES
    }

    fn activation(&self) -> Option<&Graded> {
        self.scorecard.criteria.get(&Criterion::Activation)
    }
}
