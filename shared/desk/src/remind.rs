//! When the owner of a lead is reminded of it.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{Progress, QueuedLead};

/// So long before its time is up an owner is reminded of a lead. Judgement: time enough to read it and decide.
pub const REMINDED_BEFORE: SignedDuration = SignedDuration::from_mins(15);

/// The lead with a mark that its owner is reminded now; none where there is nobody to remind, where its time is not
/// nearly up or is over, where someone works on it, and where the mark is there already.
pub fn reminded(lead: &QueuedLead, now: Timestamp) -> Option<QueuedLead> {
    let work = &lead.work;
    let (due_at, _) = (work.due_at?, work.owner.as_ref()?);
    lead.waits_in()?.role()?;
    let is_nearly_due = now < due_at && due_at - REMINDED_BEFORE <= now;
    let is_marked = work.reminded_at.is_some_and(|at| due_at - REMINDED_BEFORE <= at);
    let is_worked_on = matches!(work.progress, Progress::Seen(_))
        || work.claim.as_ref().is_some_and(|claim| claim.is_live(now));
    (is_nearly_due && !is_marked && !is_worked_on).then(|| {
        // Nothing that people see has changed: what they opened before still holds.
        let mut lead = lead.clone();
        lead.work.reminded_at = Some(now);
        lead
    })
}
