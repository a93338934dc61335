//! Taking back: one's own last decision within some minutes, and, for managers, a lead that was accepted or turned down.

use leadlight_lead::{Happening, MemberId, Progress, Reversible, Role, Tally};

use super::Desk;
use crate::done::{Done, TakenBack};
use crate::refusal::Refusal;

impl Desk<'_> {
    /// What stood before a decision that is made now, and what is counted for it.
    pub(super) fn reversible(&self, counted: &[Tally]) -> Box<Reversible> {
        let work = &self.lead.work;
        Box::new(Reversible {
            by: self.by.id.clone(),
            at: self.now,
            progress: work.progress.clone(),
            owner: work.owner.clone(),
            due_at: work.due_at,
            overridden: work.overridden.clone(),
            counted: counted.to_vec(),
        })
    }

    /// Whether they may take back what they decided last, or why not.
    pub(super) fn may_undo(&self) -> Result<&Reversible, Refusal> {
        let work = &self.lead.work;
        let last = work.reversible.as_deref().filter(|last| last.by == self.by.id);
        let last = last.ok_or(Refusal::NothingToUndo)?;
        if self.lead.outcome.is_some() || self.lead.thread.continued_in.is_some() {
            return Err(Refusal::NotNow { state: self.state() });
        }
        let undo = self.policy.people().undo;
        if undo.is_zero() || self.now > last.at + undo {
            return Err(Refusal::TooLateToUndo { minutes: undo.as_mins() });
        }
        // With bringing a lead back comes that it is theirs: a line of their own at the same moment.
        let is_theirs = |by: &MemberId, at| at == last.at && *by == last.by;
        let mut since = work.history.iter().filter(|entry| entry.at >= last.at);
        let other = since.find_map(|entry| entry.by.as_ref().filter(|by| !is_theirs(by, entry.at)));
        let holder = work.claim.as_ref().filter(|claim| claim.is_live(self.now)).map(|claim| &claim.holder);
        match other.or(holder) {
            Some(by) => Err(Refusal::WorkedOnSince { by: by.clone() }),
            None => Ok(last),
        }
    }

    /// The lead is with them as it was, and what was counted for the decision is counted no more. They have the time again
    /// that they had left, and no less than they could take the decision back in.
    pub(super) fn undo(&self, note: Option<String>) -> Result<Done, Refusal> {
        let last = self.may_undo()?.clone();
        let mut lead = self.changed();
        let was_in_time = last.due_at.is_some_and(|due| last.at <= due);
        let earliest = self.now + self.policy.people().undo;
        lead.work.due_at = last.due_at.map(|due| if was_in_time { due.max(earliest) } else { due });
        lead.work.progress = last.progress;
        lead.work.owner = last.owner;
        lead.work.overridden = last.overridden;
        (lead.work.claim, lead.work.reversible) = (None, None);
        self.write(&mut lead, Happening::Undone, note)?;
        let taken_back = Some(TakenBack { month: Tally::month(last.at), tallies: last.counted });
        Ok(Done { taken_back, ..Done::plain(lead) })
    }

    /// A lead that was accepted or turned down waits at the checkpoint again that decided last: for whom the manager names,
    /// or else for the manager. Of a decision of the release before, what was counted stays counted.
    pub(super) fn reopen(&self, to: Option<&MemberId>, note: Option<String>) -> Result<Done, Refusal> {
        self.manages()?;
        let is_over = self.lead.outcome.is_some() || self.lead.thread.continued_in.is_some();
        let progress = match &self.lead.work.progress {
            _ if is_over => return Err(Refusal::NotNow { state: self.state() }),
            Progress::Accepted { confirmed, .. } | Progress::Rejected { confirmed: Some(confirmed), .. } => {
                Progress::Confirmed(confirmed.clone())
            }
            Progress::Rejected { confirmed: None, .. } => Progress::Open,
            _ => return Err(Refusal::NotNow { state: self.state() }),
        };
        let mut lead = self.changed();
        lead.work.progress = progress;
        let last = lead.work.reversible.take();
        self.write(&mut lead, Happening::Reopened, note)?;
        self.hand(&mut lead, to.unwrap_or(&self.by.id), None)?;
        let taken_back = last.map(|last| TakenBack { month: Tally::month(last.at), tallies: last.counted });
        Ok(Done { taken_back, ..Done::plain(lead) })
    }

    pub(super) fn manages(&self) -> Result<(), Refusal> {
        if self.by.role == Role::Manager {
            return Ok(());
        }
        Err(Refusal::WrongRole { needed: "a manager", role: self.by.role })
    }
}
