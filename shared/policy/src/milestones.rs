//! How far leads come with the product, milestone by milestone.

use leadlight_lead::EnrichedLead;

use crate::criteria::{Criterion, Subject};
use crate::policy::Policy;

impl Policy {
    /// The milestones of `[criteria.activation]`, each with whether a lead has come all the way to it; none where the lead's
    /// motion does not weigh it.
    pub fn milestones(&self, lead: &EnrichedLead) -> Vec<(&str, bool)> {
        let weighs = self.scorecard.scale(lead.motion).weights.get(&Criterion::Activation);
        let rule = self.scorecard.criteria.get(&Criterion::Activation);
        let rule = rule.filter(|_| weighs.is_some_and(|weight| *weight > 0.0));
        let Some(rule) = rule.and_then(|graded| graded.activation()) else { return Vec::new() };
        let activity = self.taken(lead).activity;
        let (company, person) = (&lead.enrichment.company, &lead.enrichment.person);
        let (group, as_of) = (lead.group.as_ref(), lead.counted_to());
        rule.milestones_of(&Subject { company, person, activity: &activity, group, as_of })
    }
}
