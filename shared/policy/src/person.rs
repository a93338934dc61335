//! By what the policy lets a person be known again, and what of their events it says when they are one lead.

use leadlight_lead::{EnrichedLead, FormSubmit, Motion, PersonKey, SourceName};

use crate::criteria::Criterion;
use crate::policy::Policy;
use crate::sources::Statement;

impl Policy {
    /// By what the person of an event is known: their address first, then their source's own id of them, where the
    /// source may name what it sends.
    pub fn person_keys(&self, event: &EnrichedLead) -> Vec<PersonKey> {
        self.keys_of_sender(event.event())
    }

    /// The same of an event that was just received.
    pub fn keys_of_sender(&self, event: &FormSubmit) -> Vec<PersonKey> {
        let of_source = event.person_id.as_ref().filter(|_| self.may_name(&event.source));
        let of_source = of_source.map(|id| PersonKey::of_source(&event.source, id));
        std::iter::once(PersonKey::of_address(&event.email)).chain(of_source).collect()
    }

    /// Whether a source's own ids of people, and of what it sends, count.
    pub fn may_name(&self, source: &SourceName) -> bool {
        self.source(source).is_some_and(|rule| rule.may_say.contains(&Statement::Id))
    }

    /// Whether people see an event before it is scored.
    pub fn looks_first(&self, event: &EnrichedLead) -> bool {
        self.source(&event.event().source).is_some_and(|rule| rule.human_first_for(event.event()))
    }

    /// Whether it grades who else at an account has a lead that waits, or what they did, for leads of a motion, or names that
    /// as something to learn from. Nobody looks for them otherwise.
    pub fn asks_for_group(&self, motion: Motion) -> bool {
        let of_account = [Criterion::BuyingGroup, Criterion::Activation];
        of_account.iter().any(|criterion| self.scorecard.grades_in(*criterion, motion))
            || self.seen.asks_for_group()
    }

    /// A picture of several events, as this policy judges it.
    #[must_use]
    pub fn judged_anew(&self, picture: EnrichedLead) -> EnrichedLead {
        let completeness = self.completeness(&picture.enrichment, picture.motion);
        let seen_first_for = self.segment_seen_first(&picture, &());
        EnrichedLead { policy: self.hash().clone(), completeness, seen_first_for, ..picture }
    }
}
