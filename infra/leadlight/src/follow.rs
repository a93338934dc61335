//! Sends events and follows each until it is accounted for: in a queue, recognised as a repetition, or in a dead-letter
//! queue with its reason. What others send meanwhile does not matter here.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{ContentHash, FormSubmit, LeadId, QueuedLead};
use leadlight_ports::{Clock, LeadStore, SystemClock};

use crate::dead_letters::{self, DeadLetter};
use crate::submit;
use crate::system::System;

pub use crate::submit::Sent;

/// How long to wait after the last event that was accounted for: poison is set aside at once, what failed is tried again
/// within seconds, and what ended its function's process comes back after three minutes.
const PATIENCE: Duration = Duration::from_mins(4);
const POLL_EVERY: Duration = Duration::from_millis(150);

/// What became of one event.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It stands in a queue.
    Queued(Box<QueuedLead>),
    /// The same event was sent before, and stands in a queue once.
    Repeated(LeadId),
    /// It joined a lead of its person that stands for another of these events.
    Joined(LeadId),
    /// It rests in a dead-letter queue.
    Dead(DeadLetter),
    /// It was not sent, and why.
    NotSent(String),
    /// It is still on its way: what fails is tried again for hours.
    Waiting,
}

/// An event and what became of it.
#[derive(Debug, Clone)]
pub struct Accounted {
    /// The event.
    pub sent: Sent,
    /// Its fate.
    pub fate: Fate,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many were sent.
    Sent(usize),
    /// So many are accounted for.
    Accounted(usize),
}

/// What an event is recognised by: the ids that its lead may have, depending on whether its source may name its
/// events, and its content. `None` where it cannot be read.
type Identity = Option<([LeadId; 3], ContentHash)>;

fn identity(sent: &Sent) -> Identity {
    let event = FormSubmit::parse(sent.body.as_bytes()).ok()?;
    let content = event.content_hash().ok()?;
    let now = SystemClock.now();
    let by_content = |at: Timestamp| LeadId::of_content(&event.source, &content, event.day(at));
    // A day may end on the way.
    let tomorrow = now + SignedDuration::from_hours(24);
    let ids = [event.lead_id(now).ok()?, by_content(now), by_content(tomorrow)];
    Some((ids, content))
}

/// Sends events in order and waits until each is accounted for, or nothing has happened for four minutes. The answer has
/// them in the order they were given.
pub async fn to_the_end(
    system: &System,
    events: Vec<Sent>,
    mut on_step: impl FnMut(Step),
) -> Result<Vec<Accounted>> {
    let leads = system.leads()?;
    let identities: Vec<Identity> = events.iter().map(identity).collect();
    // What was there before says nothing of what is sent now: a letter of yesterday, a lead of this very event.
    let letters_before: BTreeSet<String> =
        dead_letters::list(system).await?.into_iter().map(|letter| letter.message_id).collect();
    let mut fates: BTreeMap<usize, Fate> = BTreeMap::new();
    for (index, identity) in identities.iter().enumerate() {
        if let Some(lead) = stored(&leads, identity).await? {
            fates.insert(index, Fate::Repeated(lead.id().clone()));
        }
    }
    let not_sent = submit::send_each(system, &events, |sent| on_step(Step::Sent(sent))).await?;
    fates.extend(not_sent.into_iter().map(|(index, reason)| (index, Fate::NotSent(reason))));
    // Letters are hidden for a moment after each look, so what was seen once is remembered.
    let mut letters: BTreeMap<String, (DeadLetter, Option<ContentHash>)> = BTreeMap::new();
    let mut last_step = Instant::now();
    while fates.len() < events.len() && last_step.elapsed() < PATIENCE {
        for letter in dead_letters::glance(system).await? {
            if !letters_before.contains(&letter.message_id) {
                let content = letter.content();
                letters.insert(letter.message_id.clone(), (letter, content));
            }
        }
        let before = fates.len();
        for (index, identity) in identities.iter().enumerate() {
            if fates.contains_key(&index) {
                continue;
            }
            let content = identity.as_ref().map(|(_, content)| content);
            let dead = letters.values().find(|(letter, theirs)| {
                letter.body == events[index].body || (content.is_some() && theirs.as_ref() == content)
            });
            let fate = match dead {
                Some((letter, _)) => Some(Fate::Dead(letter.clone())),
                None => stored(&leads, identity).await?.map(|lead| Fate::Queued(Box::new(lead))),
            };
            fates.extend(fate.map(|fate| (index, fate)));
        }
        if fates.len() > before {
            last_step = Instant::now();
        }
        on_step(Step::Accounted(fates.len()));
        if fates.len() < events.len() {
            tokio::time::sleep(POLL_EVERY).await;
        }
    }
    Ok(accounted(events, &identities, fates))
}

/// Each event with its fate; of those that became one lead, the first is the one that counts.
fn accounted(events: Vec<Sent>, identities: &[Identity], mut fates: BTreeMap<usize, Fate>) -> Vec<Accounted> {
    let (mut seen, mut known) = (BTreeSet::new(), BTreeSet::new());
    let account = |(index, sent): (usize, Sent)| {
        let identity =
            identities.get(index).cloned().flatten().map(|(ids, content)| (ids[0].clone(), content));
        let is_known = !known.insert(identity);
        let fate = match fates.remove(&index).unwrap_or(Fate::Waiting) {
            Fate::Queued(lead) if !seen.insert(lead.id().clone()) => {
                if is_known {
                    Fate::Repeated(lead.id().clone())
                } else {
                    Fate::Joined(lead.id().clone())
                }
            }
            fate => fate,
        };
        Accounted { sent, fate }
    };
    events.into_iter().enumerate().map(account).collect()
}

/// The lead of an event, if the event is kept with this very content, and the lead waits for no further score.
async fn stored(leads: &impl LeadStore, identity: &Identity) -> Result<Option<QueuedLead>> {
    let Some((ids, content)) = identity else { return Ok(None) };
    for id in ids {
        // Of another content under this id: another event was first, and this one will turn up as a dead letter.
        let found = leads.find(id).await?.filter(|found| found.content_hash == content.as_str());
        if let Some(lead) = found.map(|found| found.stored.lead).filter(|lead| !lead.wants_score()) {
            return Ok(Some(lead));
        }
    }
    Ok(None)
}
