//! Outcomes from a CSV file to the queue that takes them: their leads are looked up first, and each is followed until it
//! is kept or set aside.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use leadlight_events::{OutcomeRow, read_outcomes};
use leadlight_lead::{CrmEvent, CrmRecord, EventId, LeadRef, to_json};
use leadlight_local_aws::Progress as _;
use leadlight_outcome::{leads_of, meant};
use leadlight_ports::{LeadIndex, LeadStore, MessageQueue};
use serde::Serialize;

use crate::ended::Ended;
use crate::output::{self, Output, counted};
use crate::progress::{Bars, step};
use crate::system::System;
use crate::{cli, dead_letters};

/// Messages and look-ups under way at a time.
const CONCURRENCY: usize = 16;
/// What is kept is kept within seconds. What is tried again is tried for hours: there is no following it to its end.
const PATIENCE: Duration = Duration::from_mins(1);
const POLL_EVERY: Duration = Duration::from_millis(200);

/// What became of a file.
#[derive(Debug, Default, Serialize)]
struct Told {
    /// Outcomes in it.
    outcomes: usize,
    /// Those that were sent.
    sent: usize,
    /// Kept with their leads, now or before; not known where nothing was followed.
    kept: Option<usize>,
    /// Those whose lead is not known, each with how it was named. They are sent only if that was asked for.
    unknown: Vec<Line>,
    /// Set aside: each with its reason.
    set_aside: Vec<Line>,
    /// Those that are still tried.
    waiting: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    line: u64,
    reason: String,
}

/// `outcomes`
pub(crate) async fn send(system: &System, args: &cli::Outcomes, output: Output) -> Result<Ended> {
    let path = &args.outcomes;
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    // The whole file first: one bad line, and nothing is sent.
    let rows = read_outcomes(&path.display().to_string(), &bytes)?;
    let bars = Bars::new();
    let unknown = bars.phase(LOOK_UP, look_up(system, &rows, &bars)).await?;
    let mut told = Told { outcomes: rows.len(), ..Told::default() };
    let is_known = |row: &&OutcomeRow| !unknown.contains_key(&row.line);
    let sent: Vec<&OutcomeRow> = rows.iter().filter(|row| args.send_unknown || is_known(row)).collect();
    told.sent = sent.len();
    if !unknown.is_empty() && output.is_text() {
        let fate = if args.send_unknown { "sent all the same" } else { "not sent" };
        output::note(&format!("{} of {} name leads that are not known; {fate}", unknown.len(), rows.len()));
    }
    told.unknown =
        unknown.iter().map(|(line, reason)| Line { line: *line, reason: reason.clone() }).collect();
    let before = if args.no_follow { BTreeSet::new() } else { set_aside_before(system).await? };
    let events: Vec<CrmEvent> = sent.iter().map(|row| row.event.clone()).collect();
    bars.phase(SEND, put(system, &events, |done| bars.step(SEND, step(done, events.len(), "outcomes"))))
        .await?;
    if !args.no_follow {
        // What is not known waits for its lead for hours.
        let followed: Vec<&OutcomeRow> = sent.into_iter().filter(is_known).collect();
        let events: Vec<&CrmEvent> = followed.iter().map(|row| &row.event).collect();
        let told_so_far = |done| bars.step(FOLLOW, step(done, followed.len(), "outcomes"));
        let ends = Box::pin(bars.phase(FOLLOW, follow(system, &events, &before, told_so_far))).await?;
        told.kept = Some(ends.iter().filter(|end| matches!(end, End::Kept)).count());
        for (row, end) in followed.iter().zip(ends) {
            match end {
                End::Kept => {}
                End::SetAside(reason) => told.set_aside.push(Line { line: row.line, reason }),
                End::Waiting => told.waiting.push(Line { line: row.line, reason: STILL.to_owned() }),
            }
        }
    }
    output.either(&told, |told| text(told, args.send_unknown))?;
    Ok(Ended::well_if(told.unknown.is_empty() && told.set_aside.is_empty() && told.waiting.is_empty()))
}

const LOOK_UP: &str = "Looking up leads";
const SEND: &str = "Sending outcomes";
const FOLLOW: &str = "Following outcomes";
const STILL: &str = "still on its way; what fails is tried again for hours";

fn text(told: &Told, unknown_were_sent: bool) -> String {
    let mut text = match told.kept {
        Some(kept) => format!("{}: {kept} kept", counted(told.outcomes, "outcome")),
        None => format!("{}: {} sent", counted(told.outcomes, "outcome"), told.sent),
    };
    for (count, what) in [
        (
            told.unknown.len(),
            if unknown_were_sent { "sent without a lead that is known" } else { "not sent" },
        ),
        (told.set_aside.len(), "set aside"),
        (told.waiting.len(), "still on their way"),
    ] {
        if count > 0 {
            let _ = write!(text, ", {count} {what}");
        }
    }
    for Line { line, reason } in told.unknown.iter().chain(&told.set_aside).chain(&told.waiting) {
        let _ = write!(text, "\nline {line}: {reason}");
    }
    if !told.unknown.is_empty() {
        text.push_str(if unknown_were_sent { TRIED } else { NOT_SENT });
    }
    text
}

const NOT_SENT: &str = "\nCheck how these lines name their leads. If a lead is still on its way, send the file again once it \
     is there: what was kept is not kept twice. With --send-unknown they are sent now, and tried for at least eight hours.";
const TRIED: &str = "\nWhat names a lead that is not known is tried again for at least eight hours. If the lead does not \
     come, `leadlight queue dead-letters` shows it then.";

/// The lines whose lead is not known, each with how it was named.
async fn look_up(system: &System, rows: &[OutcomeRow], bars: &Bars) -> Result<BTreeMap<u64, String>> {
    let leads = &system.leads()?;
    let mut looking = stream::iter(rows)
        .map(|row| async move { Ok::<_, anyhow::Error>((row.line, unknown(leads, &row.event).await?)) })
        .buffer_unordered(CONCURRENCY);
    let (mut found, mut done) = (BTreeMap::new(), 0);
    while let Some((line, reason)) = looking.try_next().await? {
        done += 1;
        bars.step(LOOK_UP, step(done, rows.len(), "outcomes"));
        found.extend(reason.map(|reason| (line, reason)));
    }
    Ok(found)
}

/// Why the lead of an outcome is not known; nothing where it is.
async fn unknown(leads: &(impl LeadStore + LeadIndex), event: &CrmEvent) -> Result<Option<String>> {
    if meant(leads, event).await?.is_some() {
        return Ok(None);
    }
    let reason = match &event.lead {
        LeadRef::LeadId(_) => "no lead is known by its `lead_id`",
        LeadRef::Event { .. } => "no lead is known by its `source` and `event_id`",
        LeadRef::Email(email) if leads_of(leads, email).await?.is_empty() => {
            "no lead is known by the address in `email`"
        }
        LeadRef::Email(_) => "the person in `email` has a lead, but only after `occurred_at`",
    };
    Ok(Some(reason.to_owned()))
}

/// Puts events on the queue.
pub async fn put(system: &System, events: &[CrmEvent], mut on_step: impl FnMut(usize)) -> Result<()> {
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
        on_step(done);
    }
    Ok(())
}

/// Dead letters that are there: what was set aside before says nothing of what is sent now.
pub async fn set_aside_before(system: &System) -> Result<BTreeSet<String>> {
    Ok(dead_letters::list(system).await?.into_iter().map(|letter| letter.message_id).collect())
}

/// What became of an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It is kept with its lead, now or before.
    Kept,
    /// It rests in the dead-letter queue, and why.
    SetAside(String),
    /// It is still tried.
    Waiting,
}

/// Waits until each event is kept with a lead, or set aside by a letter that is not among those `before`, or nothing more
/// has happened for a minute. The answer has them in the order they were given.
pub async fn follow(
    system: &System,
    events: &[&CrmEvent],
    before: &BTreeSet<String>,
    mut on_step: impl FnMut(usize),
) -> Result<Vec<End>> {
    let leads = system.leads()?;
    let mut last_step = Instant::now();
    let mut ends = vec![End::Waiting; events.len()];
    let mut letters = Letters { seen: before.clone(), by_id: HashMap::new() };
    loop {
        let open: Vec<usize> = (0..events.len()).filter(|n| ends[*n] == End::Waiting).collect();
        on_step(events.len() - open.len());
        if open.is_empty() || last_step.elapsed() > PATIENCE {
            return Ok(ends);
        }
        for letter in dead_letters::glance(system).await? {
            letters.add(letter.message_id, &letter.body, letter.reason);
        }
        let leads = &leads;
        let mut looking = stream::iter(open)
            .map(|n| async move { Ok::<_, anyhow::Error>((n, is_kept(leads, events[n]).await?)) })
            .buffer_unordered(CONCURRENCY);
        while let Some((n, is_kept)) = looking.try_next().await? {
            if is_kept {
                ends[n] = End::Kept;
            } else if let Some(reason) = letters.reason_of(events[n]) {
                ends[n] = End::SetAside(reason.to_owned());
            }
            if ends[n] != End::Waiting {
                last_step = Instant::now();
            }
        }
        if ends.contains(&End::Waiting) {
            tokio::time::sleep(POLL_EVERY).await;
        }
    }
}

/// Outcomes that were set aside, each read once, however often its letter is seen.
struct Letters {
    /// The queues' ids of letters.
    seen: BTreeSet<String>,
    /// With why.
    by_id: HashMap<EventId, Vec<(CrmEvent, String)>>,
}

impl Letters {
    fn add(&mut self, message_id: String, body: &str, reason: String) {
        if self.seen.insert(message_id)
            && let Ok(event) = CrmEvent::parse(body.as_bytes())
        {
            self.by_id.entry(event.id.clone()).or_default().push((event, reason));
        }
    }

    /// Why an outcome was set aside, if it was. One of the same id with another content is another.
    fn reason_of(&self, event: &CrmEvent) -> Option<&str> {
        let dead = self.by_id.get(&event.id)?.iter().find(|(dead, _)| dead == event)?;
        Some(&dead.1)
    }
}

async fn is_kept(leads: &(impl LeadStore + LeadIndex), event: &CrmEvent) -> Result<bool> {
    let wanted = event.record().context("an outcome cannot be written as JSON")?;
    // The same id with another content is a conflict, and was not kept.
    let is_this = |record: &CrmRecord| record.id == wanted.id && record.content_hash == wanted.content_hash;
    let has = |crm: &leadlight_lead::CrmHistory| crm.records().iter().any(is_this);
    // What was told of a deal by address may have moved to another lead of the person.
    if let LeadRef::Email(email) = &event.lead {
        return Ok(leads_of(leads, email).await?.iter().any(|lead| has(&lead.crm)));
    }
    Ok(meant(leads, event).await?.is_some_and(|stored| has(&stored.lead.crm)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: u64, reason: &str) -> Line {
        Line { line, reason: reason.to_owned() }
    }

    #[test]
    fn a_file_of_which_all_is_kept_is_told_in_a_line() {
        let told = Told { outcomes: 1, sent: 1, kept: Some(1), ..Told::default() };
        assert_eq!(text(&told, false), "1 outcome: 1 kept");
        let sent = Told { outcomes: 2, sent: 2, ..Told::default() };
        assert_eq!(text(&sent, false), "2 outcomes: 2 sent");
    }

    #[test]
    fn what_was_not_kept_is_told_with_its_line_and_what_to_do() {
        let told = Told {
            outcomes: 3,
            sent: 2,
            kept: Some(1),
            unknown: vec![line(3, "no lead is known by the address in `email`")],
            set_aside: vec![line(4, "another event with this id")],
            waiting: Vec::new(),
        };
        let said = text(&told, false);
        let lines: Vec<_> = said.lines().collect();
        assert_eq!(lines[0], "3 outcomes: 1 kept, 1 not sent, 1 set aside");
        assert_eq!(lines[1], "line 3: no lead is known by the address in `email`");
        assert!(lines[2].starts_with("line 4: ") && lines[3].contains("--send-unknown"), "{said}");
        assert!(text(&told, true).contains("eight hours"));
    }

    #[test]
    fn a_letter_is_read_once_and_is_of_one_outcome() {
        let event = |id: &str, day: u32| -> CrmEvent {
            let body = format!(
                r#"{{"schema_version":1,"id":"{id}","lead":{{"email":"ada@acme.example"}},"occurred_at":"2026-11-{day:02}T09:30:00Z","what":{{"kind":"no_show"}}}}"#
            );
            CrmEvent::parse(body.as_bytes()).unwrap()
        };
        let body = |event: &CrmEvent| to_json(event).unwrap();
        let mut letters = Letters { seen: BTreeSet::from(["old".to_owned()]), by_id: HashMap::new() };
        letters.add("old".to_owned(), &body(&event("a", 1)), "of before".to_owned());
        letters.add("one".to_owned(), &body(&event("b", 1)), "no such lead".to_owned());
        letters.add("one".to_owned(), &body(&event("b", 2)), "seen again".to_owned());
        letters.add("two".to_owned(), "{}", "no outcome".to_owned());
        assert_eq!(letters.reason_of(&event("a", 1)), None, "of a run before this one");
        assert_eq!(letters.reason_of(&event("b", 1)), Some("no such lead"));
        assert_eq!(letters.reason_of(&event("b", 2)), None, "another of the same id");
    }
}
