//! What people see before it is scored.

use leadlight_lead::{Disposition, Progress, QueuedLead, RouteRequest};
use leadlight_policy::Policy;
use leadlight_ports::Clock;

/// Where people are to see a lead before it is scored, and nobody has, brings it there with all that is known now, or keeps it
/// there. What waits for a look already goes on to wait, whatever else comes.
pub(crate) fn see_first(policy: &Policy, lead: &mut QueuedLead, clock: &impl Clock) {
    let was_seen = lead.was_sent_on() || !lead.work.by_hand.is_empty();
    if lead.work.progress != Progress::Open || lead.is_answered() || lead.was_sent_on() {
        return;
    }
    let mut picture = policy.judged_anew(lead.picture());
    // What rejected it for good, which the list of accounts may know alone, rejects it with a further event as well.
    let by_segment = picture.seen_first_for.is_some() && !was_seen && !is_disqualified(lead);
    let waits_already = lead.decision().is_none();
    if waits_already || by_segment || lead.all_events().any(|event| policy.looks_first(event)) {
        let for_which = || lead.enriched().seen_first_for.clone().filter(|_| waits_already);
        picture.seen_first_for = picture.seen_first_for.take().or_else(for_which);
        lead.decide_again(RouteRequest::HumanFirst(picture), clock.now());
    }
}

fn is_disqualified(lead: &QueuedLead) -> bool {
    lead.decision().is_some_and(|decision| matches!(decision.disposition, Disposition::Disqualified { .. }))
}
