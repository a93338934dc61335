//! Nurture as a state: when marketing gets a lead, when it leaves them again, and what made it do so.

use leadlight_lead::{QueueName, QueuedLead};

use crate::event::{Turn, What};

/// That a lead entered nurture or left it, if it did.
pub(crate) fn turned(before: Option<&QueuedLead>, after: &QueuedLead) -> Option<What> {
    let (from, to) = (before.and_then(QueuedLead::waits_in), after.waits_in());
    let is_nurture = |queue: Option<QueueName>| queue == Some(QueueName::Nurture);
    match (is_nurture(from), is_nurture(to)) {
        (false, true) => Some(What::Nurtured { from, because: turn(before, after) }),
        (true, false) => Some(What::LeftNurture { to, because: turn(before, after) }),
        _ => None,
    }
}

fn turn(before: Option<&QueuedLead>, after: &QueuedLead) -> Turn {
    let Some(before) = before else { return Turn::New };
    let is_over = after.outcome.is_some() || after.thread.continued_in.is_some();
    let by_machine = before.decision() != after.decision();
    if is_over {
        Turn::Over
    } else if !by_machine {
        Turn::Person
    } else if before.enriched().event_count() != after.enriched().event_count() {
        Turn::Signal
    } else if before.enriched().renewal != after.enriched().renewal
        && before.enrichment() == after.enrichment()
    {
        Turn::Time
    } else {
        Turn::Facts
    }
}
