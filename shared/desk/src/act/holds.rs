//! Who works on a lead now: taking it, keeping it while its page is open, giving it back.

use leadlight_lead::{Claim, Happening, Progress, QueuedLead, Role, Tally};

use super::Desk;
use crate::act::hand::BROUGHT_BACK;
use crate::done::{Done, HandOn, SCORED_WITHIN};
use crate::excuse::Excuse;
use crate::give::{awaits_score, lapse};
use crate::refusal::Refusal;

impl Desk<'_> {
    pub(super) fn claim(&self) -> Result<Done, Refusal> {
        self.allowed(self.queue()?)?;
        let work = &self.lead.work;
        // It is being scored and comes back by itself; should it not, it can be seen again.
        if let Progress::Seen(seen) = &work.progress
            && self.now < seen.at + SCORED_WITHIN
        {
            return Err(Refusal::NotNow { state: self.state() });
        }
        match &work.claim {
            Some(claim) if claim.is_live(self.now) && claim.holder != self.by.id => {
                return Err(Refusal::HeldByOther { holder: claim.holder.clone(), until: claim.until });
            }
            // Taken once more, it is held on to.
            Some(claim) if claim.is_live(self.now) => self.not_overdue_too_long()?,
            _ => {}
        }
        match &work.owner {
            Some(owner) if *owner != self.by.id && self.by.role != Role::Manager => {
                return Err(Refusal::NotYours { owner: owner.clone() });
            }
            _ => {}
        }
        let mut lead = self.changed();
        let mut tallies: Vec<Tally> = self.end_clock(&mut lead).into_iter().collect();
        tallies.extend(self.first_look(&mut lead));
        // Who takes a lead has it: the pool's, and a colleague's that a manager takes over.
        if lead.work.owner.as_ref() != Some(&self.by.id) {
            lead.work.owner = Some(self.by.id.clone());
            let to = Some(self.by.id.clone());
            let what = Happening::Assigned { to, because: "took it".to_owned() };
            self.write(&mut lead, what, None)?;
        }
        lead.work.claim = Some(self.hold());
        Ok(Done { tallies, ..Done::plain(lead) })
    }

    /// Time that had run out is its owner's to answer for: who takes the lead over gets time of their own. An owner
    /// who comes soon after keeps it and answers late. Who left, or was away then, answers for nothing.
    fn end_clock(&self, lead: &mut QueuedLead) -> Option<Tally> {
        let due_at = lead.work.due_at.filter(|due| *due <= self.now)?;
        let is_own = lead.work.owner.as_ref() == Some(&self.by.id);
        let keeps = is_own && self.now <= due_at + self.policy.people().lease;
        if keeps && !awaits_score(lead) && !self.is_excused() {
            return None;
        }
        let late = if self.is_excused() { None } else { lapse(lead, self.now) };
        lead.work.due_at = None;
        late
    }

    /// Its owner could not have answered in time.
    fn is_excused(&self) -> bool {
        Excuse::of(self.lead, self.team, self.now).is_some()
    }

    fn hold(&self) -> Claim {
        Claim { holder: self.by.id.clone(), until: self.now + self.policy.people().lease }
    }

    /// A hold of one's own that has not ended.
    pub(super) fn held(&self) -> Result<(), Refusal> {
        match &self.lead.work.claim {
            None => Err(Refusal::NotHeld),
            Some(claim) if claim.holder != self.by.id && claim.is_live(self.now) => {
                Err(Refusal::HeldByOther { holder: claim.holder.clone(), until: claim.until })
            }
            Some(claim) if claim.holder != self.by.id => Err(Refusal::NotHeld),
            Some(claim) if !claim.is_live(self.now) => Err(Refusal::Expired { until: claim.until }),
            Some(_) => Ok(()),
        }
    }

    pub(super) fn renew(&self) -> Result<Done, Refusal> {
        self.held()?;
        self.not_overdue_too_long()?;
        let mut lead = self.lead.clone();
        lead.work.claim = Some(self.hold());
        Ok(Done::plain(lead))
    }

    /// A page that nobody looks at must not keep a lead from whoever would answer it.
    fn not_overdue_too_long(&self) -> Result<(), Refusal> {
        match self.lead.work.due_at {
            Some(due_at) if self.now > due_at + self.policy.people().lease => {
                Err(Refusal::OverdueTooLong { due_at })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn release(&self) -> Result<Done, Refusal> {
        self.held()?;
        let mut lead = self.changed();
        lead.work.claim = None;
        // Who had taken it, from the pool or from a colleague, does not keep it.
        let mut past = lead.work.history.iter().rev();
        let given = past.find(|e| matches!(e.what, Happening::Assigned { .. }));
        let taken = given.is_some_and(|entry| {
            let Happening::Assigned { to, because } = &entry.what else { return false };
            entry.by.is_some() && entry.by == *to && because != BROUGHT_BACK
        });
        let passed_by = match past.next().map(|entry| &entry.what) {
            Some(Happening::Breached { owner }) if taken => owner.clone(),
            _ => None,
        };
        // Nor does who let its time run out: they, or whom they took it from.
        let is_late = lead.work.due_at.is_some_and(|due| due <= self.now);
        let queue = lead.waits_in().filter(|_| taken || is_late);
        let late = queue
            .filter(|_| is_late)
            .and_then(|_| if self.is_excused() { None } else { lapse(&mut lead, self.now) });
        let except = late.as_ref().map(|tally| tally.member.clone()).or(passed_by);
        let hand_on = queue.map(|queue| HandOn { queue, except });
        let tallies = late.into_iter().collect();
        Ok(Done { tallies, hand_on, ..Done::plain(lead) })
    }
}
