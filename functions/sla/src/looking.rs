//! What a run looks for, and in which rows of the index.

use jiff::{SignedDuration, Timestamp};
use leadlight_desk::{Formers, Member, Team};
use leadlight_lead::{MemberId, QueueName};
use leadlight_policy::Policy;
use leadlight_ports::Waiting;

/// What holds for a whole run.
pub(crate) struct Run<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) team: Option<&'a Team>,
    pub(crate) formers: &'a Formers,
    pub(crate) now: Timestamp,
    pub(crate) until: Option<Timestamp>,
}

/// What a list of leads is looked through for.
#[derive(Clone, Copy)]
pub(crate) enum Looking<'a> {
    /// Leads whose time is up.
    Overdue,
    /// All leads of someone who does not work on the queue any more.
    Gone(&'a MemberId),
    /// Those leads of someone who is away now that are due before they are back.
    Away(&'a Member),
    /// Leads without an owner.
    Ownerless,
}

impl Run<'_> {
    /// What a queue is looked through for. What is overdue comes first, should time be short. Without a team there is
    /// nobody to give a lead to.
    ///
    /// Beside what there is to do, a look is one read of the index by owner, whatever the number of leads: one for each
    /// person who left, as the team files tell that the registry remembers, and one for each who is away. Leads of
    /// somebody whom none of them names go on once they are due.
    pub(crate) fn looks(&self, queue: QueueName) -> Vec<Looking<'_>> {
        let Some(team) = self.team else { return vec![Looking::Overdue] };
        let mut looks = vec![Looking::Overdue];
        looks.extend(self.formers.gone_from(queue, team).map(Looking::Gone));
        let away = team.members().filter(|member| member.role().works(queue) && member.is_away(self.now));
        looks.extend(away.map(Looking::Away));
        looks.push(Looking::Ownerless);
        looks
    }
}

impl<'a> Looking<'a> {
    /// Whose leads; none is the pool's.
    pub(crate) fn owner(self) -> Option<&'a MemberId> {
        match self {
            Self::Gone(id) => Some(id),
            Self::Away(member) => Some(member.id()),
            Self::Overdue | Self::Ownerless => None,
        }
    }

    /// Is a row's lead to be read? The row tells who works on it and, to a quarter of an hour, when it is due; no day
    /// begins within a quarter.
    pub(crate) fn concerns(self, row: &Waiting, now: Timestamp) -> bool {
        let is_held = || row.claim.as_ref().is_some_and(|claim| claim.is_live(now));
        match self {
            Self::Overdue | Self::Ownerless => true,
            Self::Gone(_) => !is_held(),
            Self::Away(member) => !is_held() && last_moment(row).is_some_and(|due| member.is_away(due)),
        }
    }

    /// Are all leads behind a row due after someone is back, or never?
    pub(crate) fn is_past(self, row: &Waiting) -> bool {
        let Self::Away(member) = self else { return false };
        let before_return = |due| member.away().iter().any(|days| member.hours().date(due) <= days.to);
        !last_moment(row).is_some_and(before_return)
    }
}

/// The last moment that a row's lead may be due at.
fn last_moment(row: &Waiting) -> Option<Timestamp> {
    row.due_by.map(|due| due - SignedDuration::from_secs(1))
}
