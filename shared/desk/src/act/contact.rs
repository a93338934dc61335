//! What came of reaching out to the person, and the meeting: told by the person who works on the lead.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{ContactState, Happening, Progress, QueueName, QueuedLead, Role};
use leadlight_policy::Policy;

use super::Desk;
use crate::done::Done;
use crate::give::due;
use crate::refusal::Refusal;
use crate::team::Team;

/// A meeting lies no further ahead. Judgement: a year; later is a mistyped one.
const MOST_AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);
/// Nor further back, for one that is told of afterwards: a month.
const MOST_BEHIND: SignedDuration = SignedDuration::from_hours(31 * 24);

impl Desk<'_> {
    /// It is for the owner to tell, a manager, or, while the lead waits for an AE, who confirmed it: they book the meeting.
    pub(super) fn may_contact(&self) -> Result<(), Refusal> {
        let queue = self.queue()?;
        let confirmed_it =
            matches!(&self.lead.work.progress, Progress::Confirmed(confirmed) if confirmed.by == self.by.id);
        if queue.role().is_some() && (confirmed_it || self.by.role == Role::Manager) {
            return Ok(());
        }
        self.allowed(queue)?;
        match &self.lead.work.owner {
            Some(owner) if *owner != self.by.id => Err(Refusal::NotYours { owner: owner.clone() }),
            _ => Ok(()),
        }
    }

    pub(super) fn contact(&self, state: ContactState, note: Option<String>) -> Result<Done, Refusal> {
        self.may_contact()?;
        let meeting = self.lead.meeting().filter(|meeting| meeting.is_on);
        match state {
            ContactState::Contacted | ContactState::NoAnswer => {}
            ContactState::MeetingOn { on } => {
                if on > self.now + MOST_AHEAD || on < self.now - MOST_BEHIND {
                    return Err(Refusal::MeetingTime);
                }
            }
            ContactState::MeetingCancelled | ContactState::MeetingHeld | ContactState::NoShow => {
                let meeting = meeting.ok_or(Refusal::NoMeeting)?;
                if state != ContactState::MeetingCancelled && meeting.on > self.now {
                    return Err(Refusal::MeetingAhead { on: meeting.on });
                }
            }
        }
        let mut lead = self.changed();
        self.write(&mut lead, Happening::Contact { state }, note)?;
        meeting_moved(&mut lead, state, self.team, self.now, self.policy);
        Ok(Done::plain(lead))
    }
}

/// The AE's time begins with the meeting, where one is on: when it is agreed on, moved, called off or missed, their time
/// starts again. A meeting that was held changes nothing: the time runs since it began.
pub fn meeting_moved(
    lead: &mut QueuedLead,
    state: ContactState,
    team: Option<&Team>,
    now: Timestamp,
    policy: &Policy,
) {
    if !state.moves_the_meeting() || lead.waits_in() != Some(QueueName::Ae) {
        return;
    }
    let owner = lead.work.owner.as_ref().and_then(|owner| team?.member(owner));
    if let Some(owner) = owner {
        lead.work.due_at = Some(due(lead, owner, now, policy));
    }
}
