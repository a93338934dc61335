//! Where a lead would go under another policy.

use std::borrow::Cow;

use leadlight_lead::{Decision, DrawKey, EnrichedLead, QueueName, QueuedLead, Segment};

use leadlight_policy::Readings;

use crate::judge::{Judge, Judgement, is_after_the_fact, judge_history};

/// Where a lead would be, and by which decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Then {
    /// The queue that the machine would place it in.
    pub queue: QueueName,
    /// The segment that it would be in, or that it cannot be told; none where it would be in none.
    pub segment: Option<Segment>,
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
        self.place_reading(lead, draw_by, &Readings::of(lead.enriched()))
    }

    /// The same by what was read of the lead already. Where the rules decide, the decision is without what a model may see.
    pub fn place_reading(&self, lead: &QueuedLead, draw_by: &DrawKey, readings: &Readings<'_>) -> Then {
        let enriched = lead.enriched();
        if lead.decision().is_some_and(is_after_the_fact) {
            let decision = judge_history(self.policy(), enriched);
            let (queue, segment) = (decision.queue(), decision.segment.clone());
            return Then { queue, segment, judgement: Some(Judgement { decision, unfit: None }) };
        }
        if !lead.was_sent_on() && enriched.events().iter().any(|event| self.policy().looks_first(event)) {
            let segment = self.policy().segment(&self.in_motion(enriched));
            return Then { queue: QueueName::HumanFirst, segment, judgement: None };
        }
        let in_motion = self.in_motion(enriched);
        // Who wrote in its record has looked at it.
        if !lead.was_sent_on()
            && enriched.found.is_none()
            && let Some(segment) = self.seen_first(&in_motion)
        {
            return Then { queue: QueueName::HumanFirst, segment: Some(segment), judgement: None };
        }
        let judgement = self.judge_in_short(&in_motion, draw_by, readings);
        let queue = queue_of(lead, &judgement.decision);
        Then { queue, segment: judgement.decision.segment.clone(), judgement: Some(judgement) }
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
