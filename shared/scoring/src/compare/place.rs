//! Where a lead would go under another policy.

use std::borrow::Cow;

use leadlight_lead::{Decision, DrawKey, EnrichedLead, QueueName, QueuedLead};

use crate::judge::{Judge, Judgement, is_after_the_fact, judge_history};

/// Where a lead would be, and by which decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Then {
    /// The queue that the machine would place it in.
    pub queue: QueueName,
    /// The decision; none where a person would look first.
    pub judgement: Option<Judgement>,
}

/// The queue that a lead's own decision brings it to.
pub(super) fn queue_before(lead: &QueuedLead) -> QueueName {
    lead.decision().map_or(QueueName::HumanFirst, |decision| queue_of(lead, decision))
}

/// Whom a person looked at and sent on stays with people, however low the score.
fn queue_of(lead: &QueuedLead, decision: &Decision) -> QueueName {
    if decision.is_sorted_out_by_score() && lead.was_sent_on() { QueueName::Sdr } else { decision.queue() }
}

impl Judge {
    /// Where a lead of the table would be, had this judge decided on it, from what was known of it then. Sources count as
    /// this policy has them: whether a person looks first, and which motion a lead of one event belongs to. What only
    /// another policy would have looked for, such as who else is at the account, is not known.
    pub fn place(&self, lead: &QueuedLead, draw_by: &DrawKey) -> Then {
        let enriched = lead.enriched();
        if lead.decision().is_some_and(is_after_the_fact) {
            let decision = judge_history(self.policy(), enriched);
            return Then { queue: decision.queue(), judgement: Some(Judgement { decision, unfit: None }) };
        }
        if !lead.was_sent_on() && enriched.events().iter().any(|event| self.policy().looks_first(event)) {
            return Then { queue: QueueName::HumanFirst, judgement: None };
        }
        let judgement = self.judge(&self.in_motion(enriched), draw_by);
        Then { queue: queue_of(lead, &judgement.decision), judgement: Some(judgement) }
    }

    /// The lead in the motion that this policy says it belongs to.
    fn in_motion<'a>(&self, lead: &'a EnrichedLead) -> Cow<'a, EnrichedLead> {
        let rule = self.policy().source(&lead.event().source);
        // Of several events each has a motion of its own; which counted, the lead alone knows.
        match rule.map(|rule| rule.motion_of(lead.event())) {
            Some(motion) if motion != lead.motion && lead.events().len() == 1 => {
                Cow::Owned(EnrichedLead { motion, ..lead.clone() })
            }
            _ => Cow::Borrowed(lead),
        }
    }
}
