//! What someone can do with a lead beside deciding on it.

use jiff::Timestamp;
use leadlight_console::{ContactLine, Manage, Steps};
use leadlight_desk::{Member, may_contact, may_undo};
use leadlight_lead::{Progress, QueueName, QueuedLead, Role};
use leadlight_policy::Policy;

use crate::console::Person;

pub(crate) fn steps(lead: &QueuedLead, person: &Person, policy: &Policy, now: Timestamp) -> Steps {
    Steps {
        contact: lead.contact().map(|contact| ContactLine {
            state: contact.state,
            since: contact.since,
            by: contact.by.as_ref().map(|by| person.name_of(by)),
        }),
        can_undo: may_undo(lead, &person.actor, now, policy).is_ok(),
        can_contact: may_contact(lead, &person.actor, now, policy).is_ok(),
        meeting_is_on: lead.meeting().is_some_and(|meeting| meeting.is_on),
        manage: (person.actor.role == Role::Manager).then(|| manage(lead, person, now)).flatten(),
    }
}

/// What a manager can do with it, and who could have it: managers stand in for all, so they are offered last.
fn manage(lead: &QueuedLead, person: &Person, now: Timestamp) -> Option<Manage> {
    let reopens = lead.waits_in().is_none();
    let queue = match (&lead.work.progress, lead.waits_in()) {
        (_, Some(queue)) if queue.role().is_some() => queue,
        _ if lead.outcome.is_some() || lead.thread.continued_in.is_some() => return None,
        (Progress::Accepted { .. } | Progress::Rejected { confirmed: Some(_), .. }, None) => QueueName::Ae,
        (Progress::Rejected { confirmed: None, .. }, None) => QueueName::Sdr,
        _ => return None,
    };
    let confirmed_by = lead.work.progress.confirmation().map(|confirmed| &confirmed.by);
    let can = |member: &&Member| {
        member.role().works(queue)
            && !member.is_away(now)
            && (reopens || lead.work.owner.as_ref() != Some(member.id()))
            && (queue != QueueName::Ae || confirmed_by != Some(member.id()))
            && !(reopens && *member.id() == person.actor.id)
    };
    let mut members: Vec<&Member> = person.team.members().filter(can).collect();
    members.sort_by_key(|member| (member.role() == Role::Manager, member.name()));
    let members = members.into_iter().map(|member| (member.id().clone(), member.name().to_owned())).collect();
    Some(Manage { reopens, members })
}
