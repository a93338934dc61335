//! Follows submitted events until each is accounted for: in a queue, recognised as a repetition, or in a
//! dead-letter queue with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use jiff::Timestamp;
use leadlight_lead::{ContentHash, FormSubmit, LeadId, QueuedLead};
use leadlight_ports::{Clock, LeadStore, SystemClock};

use crate::cli::StageName;
use crate::dead_letters::{self, DeadLetter};
use crate::system::System;

/// How long the slowest lead may take: poison is set aside at once, what failed is tried again within seconds, and what
/// ended its function's process comes back after three minutes.
const PATIENCE: Duration = Duration::from_mins(4);
/// How long to wait for the queues to be empty once every event is accounted for. Messages of others may keep them from
/// it for hours.
const REST: Duration = Duration::from_secs(20);
const POLL_EVERY: Duration = Duration::from_millis(150);

/// An event that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Where it came from: a file's name.
    pub label: String,
    /// As sent.
    pub body: String,
}

/// What became of one event.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It stands in a queue.
    Queued(Box<QueuedLead>),
    /// The same event was sent before and stands in a queue once.
    Repeated(LeadId),
    /// It rests in a dead-letter queue.
    Dead(DeadLetter),
}

/// An event and what became of it.
#[derive(Debug, Clone)]
pub struct Accounted {
    /// The event.
    pub sent: Sent,
    /// Its fate.
    pub fate: Fate,
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
    let ids = [event.lead_id(now).ok()?, by_content(now), by_content(now - POLL_EVERY)];
    Some((ids, content))
}

/// Waits until every event is accounted for. The answer has the events in the order they were sent.
pub async fn to_the_end(
    system: &System,
    sent: Vec<Sent>,
    mut on_step: impl FnMut(usize),
) -> Result<Vec<Accounted>> {
    let leads = system.leads()?;
    let deadline = Instant::now() + PATIENCE;
    let mut open: BTreeMap<usize, Identity> = sent.iter().map(identity).enumerate().collect();
    let mut fates: BTreeMap<usize, Fate> = BTreeMap::new();
    // Letters are hidden for a moment after each look, so what was seen once is remembered.
    let mut letters: BTreeMap<String, (DeadLetter, Option<ContentHash>)> = BTreeMap::new();
    let mut accounted_at = None;
    loop {
        for letter in dead_letters::glance(system).await? {
            let content = letter.content();
            letters.insert(letter.message_id.clone(), (letter, content));
        }
        for (index, identity) in std::mem::take(&mut open) {
            let content = identity.as_ref().map(|(_, content)| content);
            let dead = letters.values().find(|(letter, theirs)| {
                letter.body == sent[index].body || (content.is_some() && theirs.as_ref() == content)
            });
            let fate = match (dead, &identity) {
                (Some((letter, _)), _) => Some(Fate::Dead(letter.clone())),
                (None, Some((ids, content))) => stored(&leads, ids, content).await?,
                (None, None) => None,
            };
            match fate {
                Some(fate) => drop(fates.insert(index, fate)),
                None => drop(open.insert(index, identity)),
            }
        }
        on_step(fates.len());
        if open.is_empty() {
            let accounted_at = *accounted_at.get_or_insert_with(Instant::now);
            if accounted_at.elapsed() > REST || at_rest(system).await? {
                break;
            }
        }
        if !open.is_empty() && Instant::now() > deadline {
            let waiting: Vec<_> = open.keys().map(|index| sent[*index].label.as_str()).collect();
            bail!(
                "after {} s these are still on their way: {}; what fails is tried again for hours, so look at the \
                 functions' logs first, then at `leadlight queue dead-letters`",
                PATIENCE.as_secs(),
                waiting.join(", ")
            );
        }
        tokio::time::sleep(POLL_EVERY).await;
    }
    let ids = fates.values().map(|fate| match fate {
        Fate::Queued(lead) => Some(lead.id().clone()),
        Fate::Repeated(_) | Fate::Dead(_) => None,
    });
    let repeated = repeated(ids.collect());
    let accounted = sent.into_iter().zip(fates.into_values()).zip(repeated);
    Ok(accounted
        .map(|((sent, fate), repeated)| Accounted { sent, fate: repeated.map_or(fate, Fate::Repeated) })
        .collect())
}

/// What was there before. Whichever came through first, of those sent the first is the one that counts.
fn repeated<T: Ord + Clone>(all: Vec<Option<T>>) -> Vec<Option<T>> {
    let mut seen = BTreeSet::new();
    all.into_iter().map(|one| one.filter(|one| !seen.insert(one.clone()))).collect()
}

/// The lead, if it is stored with this very content.
async fn stored(leads: &impl LeadStore, ids: &[LeadId], content: &ContentHash) -> Result<Option<Fate>> {
    for id in ids {
        let lead = leads.get(id).await?.map(|stored| stored.lead);
        // Of another content under this id: another event was first, and this one will turn up as a dead letter.
        if let Some(lead) = lead.filter(|lead| &lead.submitted().content_hash == content) {
            return Ok(Some(Fate::Queued(Box::new(lead))));
        }
    }
    Ok(None)
}

/// No lead waits or is being worked on in any stage. Outcomes may wait for their leads for hours.
async fn at_rest(system: &System) -> Result<bool> {
    let sqs = system.sqs();
    for stage in system.stages()?.iter().filter(|s| s.stage != StageName::Outcome) {
        if dead_letters::messages_in(&sqs, &stage.queue_url).await? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::repeated;

    #[test]
    fn of_several_the_first_counts() {
        let sent = [Some("a"), None, Some("b"), Some("a"), None, Some("a")];
        assert_eq!(repeated(sent.to_vec()), [None, None, None, Some("a"), None, Some("a")]);
    }
}
