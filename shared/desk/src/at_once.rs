//! A decision where no page was opened: by a button in a message.

use jiff::Timestamp;
use leadlight_lead::QueuedLead;
use leadlight_policy::Policy;

use crate::act::act;
use crate::action::{Action, Actor, Request};
use crate::done::Done;
use crate::refusal::Refusal;
use crate::team::Team;

/// Does what is asked, as [`act`] does; a lead that nobody works on is taken and decided on in one. So a decision is
/// made by who could have taken the lead, and by nobody else.
pub fn act_at_once(
    lead: &QueuedLead,
    by: &Actor,
    request: &Request,
    now: Timestamp,
    policy: &Policy,
    team: Option<&Team>,
) -> Result<Done, Refusal> {
    match act(lead, by, request, now, policy, team) {
        Err(Refusal::NotHeld | Refusal::Expired { .. }) => {}
        done_or_refused => return done_or_refused,
    }
    let claim = Request { action: Action::Claim, note: None, ..request.clone() };
    let taken = act(lead, by, &claim, now, policy, team)?;
    let request = Request { revision: taken.lead.work.revision, ..request.clone() };
    let mut done = act(&taken.lead, by, &request, now, policy, team)?;
    done.tallies.splice(0..0, taken.tallies);
    Ok(done)
}
