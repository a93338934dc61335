//! Giving a lead to someone by name: a manager to anybody who works the queue, and a person who
//! brings a lead back to themselves.

use leadlight_lead::{Happening, MemberId, Progress, QueuedLead};

use super::Desk;
use crate::done::Done;
use crate::excuse::Excuse;
use crate::give::{due, lapse};
use crate::refusal::Refusal;

/// Why the person who brought a lead back has it: unlike one that was taken from the pool, it stays theirs when they let go of it.
pub(super) const BROUGHT_BACK: &str = "brought it back";

impl Desk<'_> {
    /// A manager gives a lead to someone, with time of their own. Whose time had run out is counted for it.
    pub(super) fn assign(&self, to: &MemberId, note: Option<String>) -> Result<Done, Refusal> {
        self.manages()?;
        if self.queue()?.role().is_none() {
            return Err(Refusal::NotNow { state: self.state() });
        }
        let work = &self.lead.work;
        if let Some(claim) =
            work.claim.as_ref().filter(|claim| claim.is_live(self.now) && claim.holder != self.by.id)
        {
            return Err(Refusal::HeldByOther { holder: claim.holder.clone(), until: claim.until });
        }
        if work.owner.as_ref() == Some(to) {
            return Err(Refusal::HasItAlready { member: to.clone() });
        }
        let mut lead = self.changed();
        let is_late = work.due_at.is_some_and(|due| due <= self.now);
        let is_excused = Excuse::of(self.lead, self.team, self.now).is_some();
        let late = if is_late && !is_excused { lapse(&mut lead, self.now) } else { None };
        self.hand(&mut lead, to, note)?;
        Ok(Done { tallies: late.into_iter().collect(), ..Done::plain(lead) })
    }

    /// Makes a lead someone's, who is there and works where it waits.
    pub(super) fn hand(
        &self,
        lead: &mut QueuedLead,
        to: &MemberId,
        note: Option<String>,
    ) -> Result<(), Refusal> {
        let queue = lead.waits_in().ok_or(Refusal::NotNow { state: self.state() })?;
        let unknown = || Refusal::NoSuchMember { member: to.clone() };
        let member = self.team.ok_or_else(unknown)?.member(to).ok_or_else(unknown)?;
        if !member.role().works(queue) {
            return Err(Refusal::OtherQueue { member: to.clone(), role: member.role() });
        }
        if *to != self.by.id && member.is_away(self.now) {
            return Err(Refusal::Away { member: to.clone() });
        }
        if let Progress::Confirmed(confirmed) = &lead.work.progress
            && confirmed.by == *to
            && *to != self.by.id
        {
            return Err(Refusal::ConfirmedIt { member: to.clone() });
        }
        lead.work.owner = Some(to.clone());
        lead.work.due_at = Some(due(lead, member, self.now, self.policy));
        lead.work.claim = None;
        let because = if *to == self.by.id { BROUGHT_BACK } else { "a manager gave it" };
        let what = Happening::Assigned { to: Some(to.clone()), because: because.to_owned() };
        self.write(lead, what, note)
    }
}
