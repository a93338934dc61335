//! `submit --as`: what another system sends goes in as that source, read by the sources file in force.
//!
//! It is read as the intake reads it, and what it holds goes to the same queues. What the intake asks for besides is a proof of
//! who sent it. Who may write to the queues has a right that says more than a signature, so none is asked for here.

use std::path::Path;

use anyhow::{Context, Result};
use leadlight_adapters::SqsQueue;
use leadlight_intake::dated;
use leadlight_lead::{StageMessage, to_json};
use leadlight_ports::{Clock, MessageQueue, ObjectStore, SystemClock};
use leadlight_sources::{Item, Read, Source};
use serde_json::{Value, json};

use crate::cli::{StageName, Submit};
use crate::commands::{fate_json, fate_text, is_well, sent};
use crate::ended::Ended;
use crate::output::Output;
use crate::sources;
use crate::submit::Sent;
use crate::system::System;

/// What becomes of a part of a file, or of a file that cannot be read.
enum Told {
    /// It is a lead, and the next of the events that are sent.
    Lead,
    /// It was handed on, or is not for us: what it is.
    Taken(String),
    /// It was not, and why.
    NotSent(String),
}

/// `submit --as SOURCE`
pub(crate) async fn run(system: &System, args: &Submit, source: &str, output: Output) -> Result<Ended> {
    let sources = sources::in_force(system).await?;
    let source = sources::named(&sources, "the sources file in force", source)?;
    if args.dry_run {
        return shown(source, args, output);
    }
    let (mut all, mut events) = (Vec::new(), Vec::new());
    for file in &args.files {
        match sources::parts(source, file, args.content_type.as_deref()) {
            Ok(parts) => {
                let of = parts.len();
                for (index, part) in parts.into_iter().enumerate() {
                    let label = label(file, index, of);
                    let told = match taken(system, part, &label, &mut events).await {
                        Ok(told) => told,
                        Err(error) => Told::NotSent(format!("{error:#}")),
                    };
                    all.push((label, told));
                }
            }
            Err(error) => all.push((label(file, 0, 1), Told::NotSent(format!("{error:#}")))),
        }
    }
    let mut fates = sent(system, events, args.no_follow).await?.into_iter();
    let (mut rows, mut lines, mut all_is_well) = (Vec::new(), Vec::new(), true);
    for (label, told) in all {
        match told {
            Told::Lead => {
                let Some(account) = fates.next() else { continue };
                all_is_well &= is_well(&account.fate, args.no_follow);
                rows.push(fate_json(&account));
                lines.push(fate_text(&account));
            }
            Told::Taken(what) => {
                rows.push(json!({ "file": label, "taken": what }));
                lines.push(format!("{label}: {what}"));
            }
            Told::NotSent(why) => {
                all_is_well = false;
                rows.push(json!({ "file": label, "not_sent": why }));
                lines.push(format!("{label}: not sent: {why}"));
            }
        }
    }
    output.either(&rows, |_| lines.join("\n"))?;
    Ok(Ended::well_if(all_is_well))
}

fn label(file: &Path, index: usize, of: usize) -> String {
    let file = file.display();
    if of == 1 { file.to_string() } else { format!("{file}, {} of {of}", index + 1) }
}

/// Hands a part on; a lead is put with the `events` that are sent and followed together.
async fn taken(system: &System, part: Read, label: &str, events: &mut Vec<Sent>) -> Result<Told> {
    let item = match part {
        Ok(item) => item,
        Err(set_aside) => return Ok(Told::NotSent(set_aside.to_string())),
    };
    let what = sources::in_short(&item);
    Ok(match item {
        Item::Lead(taken) => {
            system.registry()?.keep_whole(taken.whole).await?;
            let body = to_json(&dated(taken.event, SystemClock.now())?)?;
            events.push(Sent { label: label.to_owned(), body });
            Told::Lead
        }
        Item::Outcome(event) => {
            system.outcomes()?.send(&to_json(&event)?, &[]).await?;
            Told::Taken(format!("{what}, on its way to its lead"))
        }
        Item::Usage(used) => {
            system.outcomes()?.send(&used.to_message()?, &[]).await?;
            Told::Taken(format!("{what}, on its way to the account's leads"))
        }
        Item::Reference(reference) => {
            to_pull(system)?.send(&reference.to_message()?, &[]).await?;
            Told::Taken(format!("{what}, on its way"))
        }
        Item::Erasure(erasure) => {
            let body = erasure.to_message()?.into_bytes();
            system.registry()?.store().put_new(&erasure.key(), body).await?;
            Told::Taken(format!("{what}: the request is kept"))
        }
        Item::Test | Item::PassedOver(_) => Told::Taken(what),
    })
}

fn to_pull(system: &System) -> Result<SqsQueue> {
    let stages = system.stages()?.into_iter();
    let pull = stages.into_iter().find(|stage| stage.stage == StageName::Pull);
    let url = pull.context("the stack has no queue for what is to be fetched")?.queue_url;
    Ok(SqsQueue::from_config(system.config(), url))
}

/// `--dry-run`: how each file is read, as `sources try` shows it.
fn shown(source: &Source, args: &Submit, output: Output) -> Result<Ended> {
    let read = |file: &Path| sources::parts(source, file, args.content_type.as_deref());
    let all: Vec<_> = args.files.iter().map(|file| (file.display().to_string(), read(file))).collect();
    let row = |(file, parts): &(String, Result<Vec<Read>>)| -> Value {
        match parts {
            Ok(parts) => json!({ "file": file, "parts": sources::told(parts) }),
            Err(error) => json!({ "file": file, "not_read": format!("{error:#}") }),
        }
    };
    let rows: Vec<Value> = all.iter().map(row).collect();
    output.either(&rows, |_| {
        let text = |(file, parts): &(String, Result<Vec<Read>>)| match parts {
            Ok(parts) => format!("{file}: {}", sources::in_words(parts)),
            Err(error) => format!("not read: {error:#}"),
        };
        let texts = all.iter().map(text).collect::<Vec<_>>().join("\n");
        format!("{texts}\nNothing was sent.")
    })?;
    let is_read =
        |parts: &Result<Vec<Read>>| parts.as_ref().is_ok_and(|parts| parts.iter().all(Result::is_ok));
    Ok(Ended::well_if(all.iter().all(|(_, parts)| is_read(parts))))
}
