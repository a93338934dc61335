//! What counts of that which a lead's event says beyond what the person typed.

use std::fmt;

use leadlight_lead::{Activity, EnrichedLead, PartnerContext, SubmittedLead};

use crate::policy::Policy;
use crate::sources::{SourceRule, Statement};

/// Something that an event says and that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// Its source may not say it.
    Statement(Statement),
    /// Behaviour dated later than the event was received, beyond what clocks differ by.
    ActivityInFuture,
}

impl fmt::Display for NotTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Statement(statement) => statement.name(),
            Self::ActivityInFuture => "activity dated in the future",
        })
    }
}

/// What a lead's event says of it, as far as that counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken<'a> {
    /// The partner who hands it over.
    pub partner: Option<&'a PartnerContext>,
    /// What the person did: before, and by sending the form.
    pub activity: Vec<Activity>,
    /// What does not count. The event's id is never among it: where it does not count, the lead has another id, and
    /// nothing is lost.
    pub not_taken: Vec<NotTaken>,
}

impl Policy {
    /// What counts of that which a lead's event says beyond what the person typed. A source that is no longer declared
    /// may say what sources may by default.
    ///
    /// Of a lead of several events each source speaks for its own, and what was done is taken once however often it
    /// was told.
    pub fn taken<'a>(&self, lead: &'a EnrichedLead) -> Taken<'a> {
        let mut all = Taken { partner: None, activity: Vec::new(), not_taken: Vec::new() };
        for event in lead.events() {
            let Taken { partner, activity, not_taken } = self.taken_of(event);
            all.partner = partner.or(all.partner);
            let told = all.activity.len();
            for activity in activity {
                if !all.activity[..told].contains(&activity) {
                    all.activity.push(activity);
                }
            }
            for ignored in not_taken {
                if !all.not_taken.contains(&ignored) {
                    all.not_taken.push(ignored);
                }
            }
        }
        all
    }

    /// The same of one event.
    fn taken_of<'a>(&self, lead: &'a EnrichedLead) -> Taken<'a> {
        let event = lead.event();
        let declared = self.source(&event.source).map(|rule| &rule.may_say);
        let by_default = SourceRule::may_say_by_default(lead.motion);
        let may_say = declared.unwrap_or(&by_default);
        let (partner_counts, activity_counts) =
            (may_say.contains(&Statement::Partner), may_say.contains(&Statement::Activity));
        let received_at = lead.submitted.received_at;
        // That the form was sent is no statement of its source's: it is what came in.
        let did = if activity_counts {
            event.behaviour(received_at)
        } else {
            event.asked_for(received_at).into_iter().collect()
        };
        let (activity, in_future): (Vec<_>, Vec<_>) = did
            .into_iter()
            .partition(|activity| activity.at.duration_since(received_at) <= SubmittedLead::CLOCK_SKEW);
        let statements = [
            (Statement::Activity, !activity_counts && !event.activity.is_empty()),
            (Statement::Partner, !partner_counts && event.partner.is_some()),
            // A hint that says what is so anyway is not missed.
            (Statement::MotionHint, event.motion_hint.is_some_and(|hint| hint != lead.motion)),
        ];
        let not_said = statements.into_iter().filter(|(_, ignored)| *ignored);
        let mut not_taken: Vec<_> = not_said.map(|(statement, _)| NotTaken::Statement(statement)).collect();
        if !in_future.is_empty() {
            not_taken.push(NotTaken::ActivityInFuture);
        }
        Taken { partner: event.partner.as_ref().filter(|_| partner_counts), activity, not_taken }
    }
}
