//! Outcomes from a CSV file to the queue that takes them, followed until each is kept or set aside.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use leadlight_events::read_outcomes;
use leadlight_lead::{CrmEvent, CrmRecord, EventId, LeadId, LeadRef, QueuedLead, to_json};
use leadlight_local_aws::Progress;
use leadlight_ports::{LeadIndex, LeadStore, MessageQueue};
use serde::Serialize;

use crate::cli;
use crate::dead_letters;
use crate::output::Output;
use crate::progress::{Bars, step};
use crate::system::System;

/// Messages under way at a time.
const CONCURRENCY: usize = 16;
/// What is kept is kept within seconds. An outcome whose lead is not known is tried again for hours, should the lead
/// still be on its way: there is no following it to its end.
const PATIENCE: Duration = Duration::from_mins(1);
const POLL_EVERY: Duration = Duration::from_millis(200);

/// What became of a file.
#[derive(Debug, Default, Serialize)]
pub struct Sent {
    /// Outcomes in it.
    pub outcomes: usize,
    /// Kept with their leads, now or before.
    pub kept: usize,
    /// Set aside: each with its reason.
    pub set_aside: Vec<String>,
    /// The ids of those that are still tried, most likely because their lead is not known.
    pub waiting: Vec<EventId>,
}

/// `outcomes`
pub(crate) async fn send(system: &System, args: &cli::Outcomes, output: Output) -> Result<()> {
    let path = &args.outcomes;
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    // The whole file first: one bad line, and nothing is sent.
    let events = read_outcomes(&path.display().to_string(), &bytes)?;
    let bars = Bars::new();
    let before = set_aside_before(system).await?;
    put(system, &events, &bars).await?;
    if args.no_follow {
        let total = events.len();
        return output
            .either(&serde_json::json!({ "outcomes": total }), |_| format!("{total} outcomes sent"));
    }
    let sent = follow(system, &events, &before, &bars).await?;
    output.either(&sent, |sent| {
        let mut text = format!("{} outcomes: {} kept", sent.outcomes, sent.kept);
        for reason in &sent.set_aside {
            text.push_str("\nset aside: ");
            text.push_str(reason);
        }
        for id in &sent.waiting {
            let _ = write!(text, "\nstill waiting: {id}");
        }
        if !sent.waiting.is_empty() {
            text.push_str(WAITING);
        }
        text
    })
}

/// What becomes of outcomes that wait.
const WAITING: &str = "\nWhat waits most likely names a lead that is not known yet, and is tried again for at least eight \
     hours. If the lead does not come, `leadlight queue dead-letters` shows it then.";

/// Puts events on the queue.
pub async fn put(system: &System, events: &[CrmEvent], progress: &dyn Progress) -> Result<()> {
    const SEND: &str = "Sending outcomes";
    let queue = &system.outcomes()?;
    let mut sending = stream::iter(events)
        .map(|event| async move {
            let body = to_json(event).context("an outcome cannot be written as JSON")?;
            Ok::<_, anyhow::Error>(queue.send(&body, &[]).await?)
        })
        .buffer_unordered(CONCURRENCY);
    let mut done = 0;
    while sending.try_next().await?.is_some() {
        done += 1;
        progress.step(SEND, step(done, events.len(), "outcomes"));
    }
    Ok(())
}

/// Dead letters that are there: what was set aside before says nothing of what is sent now.
pub async fn set_aside_before(system: &System) -> Result<BTreeSet<String>> {
    Ok(dead_letters::list(system).await?.into_iter().map(|letter| letter.message_id).collect())
}

/// Waits until each event is kept with a lead, or set aside by a letter that is not among those `before`, or nothing more
/// has happened for a minute.
pub async fn follow(
    system: &System,
    events: &[CrmEvent],
    before: &BTreeSet<String>,
    progress: &dyn Progress,
) -> Result<Sent> {
    const FOLLOW: &str = "Following outcomes";
    let leads = system.leads()?;
    let mut last_step = Instant::now();
    let mut open: Vec<&CrmEvent> = events.iter().collect();
    let mut sent = Sent { outcomes: events.len(), ..Sent::default() };
    let mut letters = BTreeMap::new();
    while !open.is_empty() {
        for letter in dead_letters::glance(system).await? {
            if !before.contains(&letter.message_id) {
                letters.insert(letter.message_id.clone(), letter);
            }
        }
        let mut waiting = Vec::new();
        let open_before = open.len();
        for event in open {
            let is_this = |letter: &&dead_letters::DeadLetter| {
                CrmEvent::parse(letter.body.as_bytes()).is_ok_and(|dead| dead == *event)
            };
            if is_kept(&leads, event).await? {
                sent.kept += 1;
            } else if let Some(letter) = letters.values().find(is_this) {
                sent.set_aside.push(format!("{}: {}", event.id, letter.reason));
            } else {
                waiting.push(event);
            }
        }
        if waiting.len() < open_before {
            last_step = Instant::now();
        }
        open = waiting;
        progress.step(FOLLOW, step(sent.kept + sent.set_aside.len(), events.len(), "outcomes"));
        if last_step.elapsed() > PATIENCE {
            sent.waiting = open.iter().map(|event| event.id.clone()).collect();
            break;
        }
        if !open.is_empty() {
            tokio::time::sleep(POLL_EVERY).await;
        }
    }
    Ok(sent)
}

async fn is_kept(leads: &(impl LeadStore + LeadIndex), event: &CrmEvent) -> Result<bool> {
    let wanted = event.record().context("an outcome cannot be written as JSON")?;
    // The same id with another content is a conflict, and was not kept.
    let is_this = |record: &CrmRecord| record.id == wanted.id && record.content_hash == wanted.content_hash;
    let has = |lead: &QueuedLead| lead.crm.records().iter().any(is_this);
    let id = match &event.lead {
        LeadRef::LeadId(id) => id.clone(),
        LeadRef::Event { source, id } => LeadId::of(source, id),
        LeadRef::Email(email) => return Ok(leads.of_person(email, 25).await?.iter().any(has)),
    };
    Ok(leads.get(&id).await?.is_some_and(|stored| has(&stored.lead)))
}
