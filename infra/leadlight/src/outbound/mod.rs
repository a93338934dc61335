//! `targets` and `outbound`: target accounts, their ranking and each week's work.

mod table;

use std::path::Path;

use anyhow::{Context, Result};
use leadlight_accounts::Accounts;
use leadlight_adapters::Aws;
use leadlight_outbound::{Notes, Ranking, TargetList, rank};
use leadlight_plan::{Planner, Sending};
use leadlight_policy::Policy;
use leadlight_ports::{Clock, Marking, SystemClock};
use leadlight_settings::LinesError;
use serde_json::json;

use crate::cli::{DocumentCommand, OutboundCommand, PublishedCommand, Rank, WeekArgs};
use crate::commands::{read_policy, text_of};
use crate::documents;
use crate::ended::Ended;
use crate::output::{Output, counted, exactly, note};
use crate::system::System;

/// Accounts of a ranking that people read in a terminal, unless they ask for another number.
const SHOWN: usize = 50;

/// `targets check`
pub(crate) fn check(file: &Path, output: Output) -> Result<()> {
    let name = file.display().to_string();
    let (list, notes) = TargetList::read(&name, &text_of(file)?)?;
    let count = |told: Option<&LinesError>| told.map_or(0, LinesError::count);
    let value = json!({
        "hash": list.hash(), "accounts": list.len(), "people": list.people(), "set_aside": count(notes.set_aside.as_ref()),
        "unread_cells": count(notes.unread.as_ref()), "repeated": notes.repeated, "unread_columns": notes.unread_columns,
    });
    output.either(&value, |_| {
        let said = std::iter::once(in_words(&list)).chain(said(&notes)).collect::<Vec<_>>().join("\n  ");
        format!("{name}: {said}")
    })
}

/// `publish`, `show`, `history` and `rollback`
pub(crate) async fn document(system: &System, command: &DocumentCommand, output: Output) -> Result<()> {
    if let DocumentCommand::InForce(PublishedCommand::Publish { file, .. }) = command {
        let name = file.display().to_string();
        let (list, notes) = TargetList::read(&name, &text_of(file)?)?;
        note(&format!("{name}: {}", in_words(&list)));
        said(&notes).for_each(|line| note(&format!("  {line}")));
    }
    documents::document::<TargetList>(system, command, output).await
}

fn in_words(list: &TargetList) -> String {
    format!("{}, {} there", counted(list.len(), "account"), people(list.people()))
}

fn people(count: usize) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

/// How the file was read, where it was not read as it stands.
fn said(notes: &Notes) -> impl Iterator<Item = String> {
    let Notes { set_aside, unread, repeated, first_repeated, unread_columns } = notes;
    let told =
        |told: Option<&LinesError>, what: &str| told.map(|told| format!("{} {what}:\n{told}", told.count()));
    let repeated = first_repeated.map(|(line, first)| {
        format!(
            "{} name an account again, such as line {line} that of line {first}: put together",
            counted(*repeated, "row")
        )
    });
    let columns: Vec<String> = unread_columns.iter().map(ToString::to_string).collect();
    let columns = (!columns.is_empty()).then(|| format!("not read: column {}", columns.join(", ")));
    let set_aside = told(set_aside.as_ref(), "set aside, since no company is named");
    let unread = told(unread.as_ref(), "cells cannot be read, and are not known");
    [set_aside, unread, repeated, columns].into_iter().flatten()
}

/// `outbound`
pub(crate) async fn outbound(
    command: &OutboundCommand,
    connect: impl AsyncFnOnce() -> Result<System>,
    output: Output,
) -> Result<Ended> {
    match command {
        OutboundCommand::Rank(args) => ranked(args, connect, output).await.map(|()| Ended::Well),
        OutboundCommand::Week(args) => week(&connect().await?, args, output).await,
    }
}

async fn ranked(args: &Rank, connect: impl AsyncFnOnce() -> Result<System>, output: Output) -> Result<()> {
    let listed = |file: &Path| -> Result<TargetList> {
        Ok(TargetList::parse(&file.display().to_string(), &text_of(file)?)?)
    };
    let (list, policy, accounts) = match (&args.targets, &args.policy) {
        (Some(targets), Some(policy)) => (listed(targets)?, read_policy(policy)?, None),
        (targets, _) => {
            let registry = connect().await?.registry()?;
            let policy = registry.document(&registry.in_force::<Policy>().await?.current.hash).await?;
            let accounts = match registry.pointer::<Accounts>().await? {
                Some(pointer) => Some(registry.document::<Accounts>(&pointer.current.hash).await?),
                None => None,
            };
            let list = match targets {
                Some(file) => listed(file)?,
                None => registry.document(&registry.in_force::<TargetList>().await?.current.hash).await?,
            };
            (list, policy, accounts)
        }
    };
    let ranking = rank(&list, &policy, accounts.as_ref(), SystemClock.now())?;
    show(&ranking, args, output)
}

fn show(ranking: &Ranking<'_>, args: &Rank, output: Output) -> Result<()> {
    if args.csv {
        return exactly(&table::csv_of(ranking)?);
    }
    let all = ranking.ranked.len();
    let top = args.top.unwrap_or(if output.is_text() { SHOWN } else { all });
    let value = json!({
        "as_of": ranking.as_of,
        "accounts": ranking.ranked.iter().take(top).map(table::value).collect::<Vec<_>>(),
        "left_out": ranking.left_out.iter().map(table::left_out).collect::<Vec<_>>(),
    });
    output.either(&value, |_| table::text_of(ranking, top))
}

async fn week(system: &System, args: &WeekArgs, output: Output) -> Result<Ended> {
    let registry = system.registry()?;
    let marking = Marking::new(registry.store().clone());
    let (leads, form_submits) = (system.leads()?, system.form_submits()?);
    let planner = Planner::<Aws> { registry, leads, marking, form_submits };
    let sending = if args.dry_run { Sending::Nothing } else { Sending::Leads };
    let carried = planner.week(SystemClock.now(), sending).await?;
    if let Some(file) = &args.find_someone {
        let csv = table::to_find(&carried)?;
        std::fs::write(file, csv).with_context(|| format!("{} cannot be written", file.display()))?;
        note(&format!(
            "{}: {} to find someone at",
            file.display(),
            counted(carried.to_find().count(), "account")
        ));
    }
    output.either(&carried, table::week_of)?;
    Ok(Ended::well_if(carried.not_sent() == 0))
}
