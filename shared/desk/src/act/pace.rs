//! How fast people are: from the form to a first look, and from being given a lead to deciding on it.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{Counted, EnrichedLead, Happening, QueuedLead, Span, Tally};

use super::Desk;
use crate::hours::Hours;
use crate::team::Member;

impl Desk<'_> {
    fn hours(&self) -> Option<&Hours> {
        self.team.and_then(|team| team.member(&self.by.id)).map(Member::hours)
    }

    /// Working time of the person who acts since a moment; without a team, time by the wall's clock.
    fn worked_since(&self, from: Timestamp) -> SignedDuration {
        let real = self.now.duration_since(from);
        self.hours().map_or(real, |hours| hours.worked(from, self.now))
    }

    /// Notes that a person looks for the first time, and says how long that took. A lead that people have decided on, or
    /// brought back, was looked at before: nothing is counted then.
    pub(super) fn first_look(&self, lead: &mut QueuedLead) -> Option<Tally> {
        if lead.work.first_look_at.is_some() {
            return None;
        }
        lead.work.first_look_at = Some(self.now);
        let was_decided = lead.work.history.iter().any(|entry| {
            !matches!(
                entry.what,
                Happening::Assigned { .. } | Happening::Breached { .. } | Happening::Noted { .. }
            )
        });
        if was_decided {
            return None;
        }
        let from = asked_at(lead).min(self.now);
        let goal = self.policy.answer_minutes(lead);
        let in_goal = match self.hours() {
            Some(hours) => self.now <= hours.due(from, goal),
            None => self.now <= from + SignedDuration::from_mins(i64::from(goal)),
        };
        Some(self.tally(Counted::FirstLook {
            grade: lead.sla_grade(),
            real: Span::of(self.now.duration_since(from)),
            working: Span::of(self.worked_since(from)),
            in_goal,
        }))
    }

    /// How long the person who decides had the lead: since it was given to them, or, where they took it themselves, since it was
    /// there to take. For an AE no sooner than the meeting.
    pub(super) fn took(&self, checkpoint: u8) -> Tally {
        let given = self.lead.work.history.iter().rev().find(|entry| {
            matches!(entry.what, Happening::Assigned { .. }) && entry.by.as_ref() != Some(&self.by.id)
        });
        let given = given.map_or(self.lead.queued_at, |entry| entry.at);
        let meeting = self.lead.meeting().filter(|meeting| checkpoint == 2 && meeting.on <= self.now);
        let from = meeting.map_or(given, |meeting| meeting.on.max(given));
        self.tally(Counted::Took { checkpoint, working: Span::of(self.worked_since(from)) })
    }
}

/// When its person asked last: their latest form. A lead that time alone brought before people, or a colleague's doings,
/// waits since it was queued.
fn asked_at(lead: &QueuedLead) -> Timestamp {
    if lead.enriched().renewal.is_some() {
        return lead.queued_at;
    }
    lead.all_events().map(EnrichedLead::occurred_at).max().unwrap_or_else(|| lead.occurred_at())
}
