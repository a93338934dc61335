//! Owners who cannot answer: they left, have other work now, or are away when the lead is due. Their leads go on, and
//! nobody is blamed.

use jiff::Timestamp;
use leadlight_lead::{MemberId, QueuedLead};

use crate::former::Formers;
use crate::team::{Member, Team};

/// Why a lead's owner cannot answer it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Excuse<'a> {
    /// They are not in the team any more.
    Left(&'a MemberId),
    /// Their role has nothing to do with the queue any more.
    OtherRole(&'a Member),
    /// They are, or were, away when it is due.
    Away(&'a Member),
}

impl<'a> Excuse<'a> {
    /// Why the owner of a lead that waits for people cannot answer it; none where they can, or where there is no team
    /// to be missed in. Who is away later than now can still answer before.
    pub(crate) fn of(lead: &'a QueuedLead, team: Option<&'a Team>, now: Timestamp) -> Option<Self> {
        let queue = lead.waits_in().filter(|queue| queue.role().is_some())?;
        let (team, owner) = (team?, lead.work.owner.as_ref()?);
        let Some(member) = team.member(owner) else { return Some(Self::Left(owner)) };
        if !member.role().works(queue) {
            return Some(Self::OtherRole(member));
        }
        let due_at = lead.work.due_at?;
        let away = member.is_away(due_at) && (due_at <= now || member.is_away(now));
        away.then_some(Self::Away(member))
    }

    /// In words, for the lead's history.
    pub(crate) fn words(self, formers: &Formers) -> String {
        match self {
            Self::Left(id) => {
                format!("{} is no longer in the team", formers.name(id).unwrap_or(id.as_str()))
            }
            Self::OtherRole(member) => format!("{} has another role now", member.name()),
            Self::Away(member) => format!("{} is away at the time it is due", member.name()),
        }
    }
}
