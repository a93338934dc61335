//! Giving a lead to someone, and taking it away again from who does not or cannot answer.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{Counted, Entry, Happening, MemberId, Progress, QueueName, QueuedLead, Tally};
use leadlight_policy::Policy;

use crate::assign::{Assignment, Seeking, assign};
use crate::done::{Done, MOST_ENTRIES, SCORED_WITHIN};
use crate::excuse::Excuse;
use crate::former::Formers;
use crate::team::{Member, Team};

/// How many leads wait for each member, in one queue.
pub type Loads = BTreeMap<MemberId, u32>;

/// Gives a lead to whom the team file says, with the time it is due by; or to nobody, where nobody has to look.
///
/// `team` is none while no team is published: then the lead lies in the pool, from which all may take, and no clock
/// runs. A lead that an AE sent back goes to the SDR who had confirmed it. `except` has let its time run out.
pub fn give(
    lead: &mut QueuedLead,
    queue: QueueName,
    team: Option<&Team>,
    loads: &Loads,
    now: Timestamp,
    policy: &Policy,
    except: Option<&MemberId>,
) {
    let sla_minutes = policy.answer_minutes(lead);
    let (to, because) = {
        let Some(seeking) = Seeking::of(lead, queue, sla_minutes) else {
            (lead.work.owner, lead.work.due_at, lead.work.claim) = (None, None, None);
            return;
        };
        let before = confirmed_by(lead).filter(|_| queue != QueueName::Ae && except.is_none());
        match team {
            None => (None, "no team is published: anyone may take it".to_owned()),
            Some(team) => {
                let back = before
                    .and_then(|id| team.member(&id))
                    .filter(|m| m.role() == seeking.role && !m.is_away(now));
                let found = if let Some(member) = back {
                    Assignment {
                        owner: member.id().clone(),
                        due_at: due(lead, member, now, policy),
                        because: "had confirmed it".to_owned(),
                    }
                } else {
                    let found = assign(team, &seeking, loads, now, except);
                    let due_at = team.member(&found.owner).map(|owner| due(lead, owner, now, policy));
                    Assignment { due_at: due_at.unwrap_or(found.due_at), ..found }
                };
                (Some((found.owner, found.due_at)), found.because)
            }
        }
    };
    lead.work.claim = None;
    lead.work.due_at = to.as_ref().map(|(_, due_at)| *due_at);
    lead.work.owner = to.map(|(owner, _)| owner);
    lead.work.revision += 1;
    note(lead, now, Happening::Assigned { to: lead.work.owner.clone(), because });
}

/// When someone is to answer a lead that they have from now on. An AE's time begins with the meeting, where one is on.
pub(crate) fn due(lead: &QueuedLead, owner: &Member, now: Timestamp, policy: &Policy) -> Timestamp {
    let meeting = lead.meeting().filter(|meeting| meeting.is_on && lead.waits_in() == Some(QueueName::Ae));
    let from = meeting.map_or(now, |meeting| meeting.on.max(now));
    owner.hours().due(from, policy.answer_minutes(lead))
}

/// Leaves a lead that was decided again with whom it has, with their hold on it, and sooner due where it is worth more
/// now. False where it waits for others than it did, in `before`, or has nobody on the team: then it is to be given to
/// someone.
pub fn stays(
    lead: &mut QueuedLead,
    before: Option<QueueName>,
    team: Option<&Team>,
    now: Timestamp,
    policy: &Policy,
) -> bool {
    let Some(queue) = lead
        .waits_in()
        .filter(|queue| queue.role().is_some() && queue.role() == before.and_then(QueueName::role))
    else {
        return false;
    };
    let Some(team) = team else { return true };
    let owner = lead.work.owner.as_ref().and_then(|owner| team.member(owner));
    let Some(owner) = owner.filter(|owner| owner.role().works(queue)) else { return false };
    let due = owner.hours().due(now, policy.answer_minutes(lead));
    lead.work.due_at = Some(lead.work.due_at.map_or(due, |before| before.min(due)));
    true
}

/// The SDR who confirmed a lead that came back since.
fn confirmed_by(lead: &QueuedLead) -> Option<MemberId> {
    let last = |what: fn(&Happening) -> bool| lead.work.history.iter().rposition(|e| what(&e.what));
    let sent_back = last(|w| matches!(w, Happening::SentBack))?;
    let before = lead.work.history[..sent_back].iter().rev();
    before.filter(|e| e.what == Happening::Confirmed).find_map(|e| e.by.clone())
}

/// Takes a lead from who let its time run out, or cannot answer it, and gives it to another. None where somebody works
/// on it, and where its owner is there and has time left.
///
/// Who let its time run out is counted for it. Who left the team, has another role now or is away when the lead is due
/// is not: the lead goes on, and its history says why. `formers` knows the names of those who left.
pub fn pass_on(
    lead: &QueuedLead,
    team: Option<&Team>,
    formers: &Formers,
    loads: &Loads,
    now: Timestamp,
    policy: &Policy,
) -> Option<Done> {
    let queue = lead.waits_in().filter(|q| q.role().is_some())?;
    let is_up = lead.work.due_at.is_some_and(|due| due <= now);
    let is_held = lead.work.claim.as_ref().is_some_and(|claim| claim.is_live(now));
    if is_held {
        return None;
    }
    // What is on its way to be scored comes back by itself, as long as it is not late.
    let excuse = Excuse::of(lead, team, now).filter(|_| is_up || !awaits_score(lead));
    if excuse.is_none() && !is_up {
        return None;
    }
    let mut next = lead.clone();
    let late = if excuse.is_some() { None } else { lapse(&mut next, now) };
    next.work.owner = None;
    give(&mut next, queue, team, loads, now, policy, late.as_ref().map(|tally| &tally.member));
    if let Some(excuse) = excuse {
        // The catch-all, away for longer than can be seen, would get it again and again.
        if next.work.owner == lead.work.owner && Excuse::of(&next, team, now).is_some() {
            return None;
        }
        say_why(&mut next, &excuse.words(formers));
    }
    Some(Done { tallies: late.into_iter().collect(), ..Done::plain(next) })
}

/// Puts before why a lead was given to its new owner why the one before has it no more.
fn say_why(lead: &mut QueuedLead, why: &str) {
    if let Some(Entry { what: Happening::Assigned { because, .. }, .. }) = lead.work.history.last_mut() {
        *because = format!("handed on: {why}; {because}");
    }
}

/// Is the time that runs scoring's, and nobody's who works the queues?
pub(crate) fn awaits_score(lead: &QueuedLead) -> bool {
    matches!(&lead.work.progress, Progress::Seen(seen) if lead.work.due_at == Some(seen.at + SCORED_WITHIN))
}

/// Writes down that its owner let a lead's time run out, and says what to count. One that does not come back from
/// scoring is nobody's fault: whoever saw it has answered.
pub(crate) fn lapse(lead: &mut QueuedLead, now: Timestamp) -> Option<Tally> {
    if awaits_score(lead) {
        return None;
    }
    let owner = lead.work.owner.take();
    lead.work.breaches += 1;
    note(lead, now, Happening::Breached { owner: owner.clone() });
    let band = lead.decision().map(|d| Tally::band_of(d.score));
    owner.map(|member| Tally { member, band, counted: Counted::Breached(lead.sla_grade()) })
}

/// A line of the machine's own. The oldest such line makes room, so that a lead nobody ever answers does not grow.
fn note(lead: &mut QueuedLead, at: Timestamp, what: Happening) {
    let history = &mut lead.work.history;
    let machine = history.iter().filter(|e| e.by.is_none()).count();
    if machine >= MOST_ENTRIES
        && let Some(oldest) = history.iter().position(|e| e.by.is_none())
    {
        history.remove(oldest);
    }
    history.push(Entry { at, by: None, what, note: None });
}
