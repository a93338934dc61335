//! From one change of a lead to the events it makes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{DealOrigin, Entry, Happening, MemberId, OutcomeResult, QueuedLead};

use crate::event::{Event, EventKind, What};
use crate::nurture::turned;
use crate::result::LeadResult;

/// Below it a lead counts as one that the score advised against.
const LOW_SCORE: f64 = 50.0;

/// What happened between two states of a lead, in order. `before` is none where the lead is new; `version` is how often
/// its item was written, `after` included: with the kind it names the event, so that the same change makes the same
/// events whenever it is looked at.
///
/// Deals that were imported as history are no news, until people or the CRM do something with them.
pub fn changes(before: Option<&QueuedLead>, after: &QueuedLead, version: u64) -> Vec<Event> {
    if before.is_none() && is_history(after) {
        return Vec::new();
    }
    let told = told_by_history(before, after);
    let at = told.last().map_or(after.queued_at, |entry| entry.at);
    let mut found: Vec<(Timestamp, What)> = Vec::new();
    if before.map(QueuedLead::enrichment) != Some(after.enrichment()) {
        found.push((after.enriched().enriched_at, What::Enriched));
    }
    if after.decision().is_some() && before.and_then(QueuedLead::decision) != after.decision() {
        found.push((after.queued_at, What::Scored));
    }
    found.extend(told.iter().filter_map(|entry| Some((entry.at, decided(entry, after)?))));
    let contact =
        after.contact().filter(|contact| before.and_then(QueuedLead::contact).as_ref() != Some(contact));
    found.extend(contact.map(|contact| (contact.since, What::Contact { contact })));
    let (from, to) = (before.and_then(QueuedLead::waits_in), after.waits_in());
    if from != to || before.is_none() {
        found.push((at, What::Routed { from, to }));
    }
    found.extend(turned(before, after).map(|what| (at, what)));
    found.extend(assigned(before, after, told).map(|what| (at, what)));
    found.extend(due_soon(before, after));
    found.extend(flagged(before, after));
    named(found, after, version)
}

/// A deal imported from a CRM's export, or one of the sample: it was decided on long ago.
fn is_history(lead: &QueuedLead) -> bool {
    matches!(lead.deal_origin(), Some(DealOrigin::Imported | DealOrigin::Sample))
}

/// Lines of the history that were not there before.
fn told_by_history<'a>(before: Option<&QueuedLead>, after: &'a QueuedLead) -> &'a [Entry] {
    let history = &after.work.history;
    let Some(last) = before.and_then(|before| before.work.history.last()) else { return history };
    // From the end: a history that is full drops its oldest lines.
    let known = history.iter().rposition(|entry| entry == last).map_or(0, |place| place + 1);
    history.get(known..).unwrap_or_default()
}

fn decided(entry: &Entry, after: &QueuedLead) -> Option<What> {
    let by = |decision: &str, reason| What::Decided {
        decision: decision.to_owned(),
        by: entry.by.clone(),
        reason,
    };
    Some(match &entry.what {
        Happening::Seen => by("seen", None),
        Happening::Confirmed => by("confirmed", None),
        Happening::Flagged => by("flagged", None),
        Happening::Accepted { .. } => by("accepted", None),
        Happening::SentBack => by("sent_back", None),
        Happening::Rejected { reason } => by("rejected", Some(reason.clone())),
        Happening::Overridden => by("overridden", None),
        Happening::Undone => by("undone", None),
        Happening::Reopened => by("reopened", None),
        Happening::Breached { owner } => {
            What::Breached { owner: owner.clone(), breaches: after.work.breaches }
        }
        // What was said in a note is for those who may read it; who has the lead, the lead itself tells.
        // What came of reaching out may have been told by a calendar as well: it is compared by itself.
        Happening::Noted { .. }
        | Happening::Completed { .. }
        | Happening::Contact { .. }
        | Happening::Assigned { .. } => return None,
    })
}

fn assigned(before: Option<&QueuedLead>, after: &QueuedLead, told: &[Entry]) -> Option<What> {
    let owner = |lead: &QueuedLead| -> Option<MemberId> { lead.work.owner.clone() };
    let (from, to) = (before.and_then(owner), owner(after)?);
    if from.as_ref() == Some(&to) {
        return None;
    }
    let given = told.iter().rev().find_map(|entry| match &entry.what {
        Happening::Assigned { because, .. } => Some((entry.by.clone(), because.clone())),
        _ => None,
    });
    let (by, because) = given.map_or((None, None), |(by, because)| (by, Some(because)));
    Some(What::Assigned { from, to, by, because })
}

/// The mark that the clock leaves once it has looked.
fn due_soon(before: Option<&QueuedLead>, after: &QueuedLead) -> Option<(Timestamp, What)> {
    let work = &after.work;
    let reminded_at = work.reminded_at?;
    let is_news = before.and_then(|before| before.work.reminded_at) != Some(reminded_at);
    let what = What::DueSoon { owner: work.owner.clone()?, due_at: work.due_at? };
    is_news.then_some((reminded_at, what))
}

/// A deal that was won although the lead's score was low is what a model's review should begin with.
fn flagged(before: Option<&QueuedLead>, after: &QueuedLead) -> Option<(Timestamp, What)> {
    let won = |lead: &QueuedLead| lead.outcome.as_ref().is_some_and(|end| end.result == OutcomeResult::Won);
    let is_news = won(after) && !before.is_some_and(won);
    let was_low = after.decision().is_some_and(|decision| decision.score.value() < LOW_SCORE);
    let closed_at = after.outcome.as_ref()?.closed_at;
    (is_news && was_low).then_some((closed_at, What::DealFlagged { result: OutcomeResult::Won }))
}

fn named(found: Vec<(Timestamp, What)>, after: &QueuedLead, version: u64) -> Vec<Event> {
    if found.is_empty() {
        return Vec::new();
    }
    let result = LeadResult::of(after, version);
    let mut of_kind: BTreeMap<EventKind, u32> = BTreeMap::new();
    let events = found.into_iter().map(|(at, what)| {
        let kind = what.kind();
        let before = of_kind.entry(kind).or_default();
        let place = if *before == 0 { String::new() } else { format!(".{before}") };
        *before += 1;
        let id = format!("{}/{}/{version}{place}", result.lead_id, kind.as_str());
        Event { id, at, what, lead: Some(result.clone()) }
    });
    events.collect()
}
