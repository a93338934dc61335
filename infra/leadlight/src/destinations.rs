//! `destinations`: is a list well-formed, what does a destination need, and how does it answer?

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use leadlight_adapters::HttpsClient;
use leadlight_adapters_secrets::SecretsManager;
use leadlight_deliver::Couriers;
use leadlight_destinations::{
    Destination, Destinations, Event, EventKind, LeadResult, Letter, Person, Tells, What,
};
use leadlight_lead::{LeadId, QueuedLead};
use leadlight_ports::{CachedSecrets, Clock, LeadStore, SystemClock};
use leadlight_registry::InForce;
use serde_json::json;

use crate::cli::DestinationsCommand;
use crate::commands::text_of;
use crate::documents::document;
use crate::output::{Output, counted};
use crate::secrets;
use crate::system::System;

/// `destinations check`
pub(crate) fn check(file: &Path, output: Output) -> Result<()> {
    let destinations = Destinations::parse(&file.display().to_string(), &text_of(file)?)?;
    let rows: Vec<_> = destinations
        .iter()
        .map(|one| {
            let on: Vec<&str> =
                EventKind::ALL.iter().filter(|kind| one.wants(**kind)).map(|kind| kind.as_str()).collect();
            json!({ "name": one.name(), "kind": one.dialect().name, "on": on, "per_second": one.per_second() })
        })
        .collect();
    output.either(&json!({ "destinations": rows }), |_| {
        format!("{}: a list of {}, well-formed", file.display(), counted(rows.len(), "destination"))
    })
}

/// `destinations` on a running system
pub(crate) async fn destinations(
    system: &System,
    command: &DestinationsCommand,
    output: Output,
) -> Result<()> {
    match command {
        DestinationsCommand::File(command) => document::<Destinations>(system, command, output).await,
        DestinationsCommand::Secret { destination, file } => secret(system, destination, file, output).await,
        DestinationsCommand::Prepare { destination, dry_run } => {
            prepare(system, &named(system, destination).await?, *dry_run, output).await
        }
        DestinationsCommand::Try { destination, lead_id, dry_run } => {
            try_out(system, &named(system, destination).await?, lead_id, *dry_run, output).await
        }
    }
}

/// Makes what a destination has to have before the first lead.
pub(crate) async fn prepared(system: &System, name: &str) -> Result<()> {
    couriers(system)?.prepare(&named(system, name).await?).await?;
    Ok(())
}

async fn named(system: &System, name: &str) -> Result<Destination> {
    let registry = system.registry()?;
    let hash = registry.in_force::<Destinations>().await?.current.hash;
    let list = registry.document::<Destinations>(&hash).await?;
    list.named(name).cloned().with_context(|| format!("the list in force has no destination `{name}`"))
}

/// What speaks to destinations, with the rights of whoever runs this.
fn couriers(system: &System) -> Result<Couriers<HttpsClient, SecretsManager, SystemClock>> {
    let secrets = CachedSecrets::new(SecretsManager::from_config(system.config()), SystemClock);
    let (stack, on_one_machine) = (system.stack().to_owned(), system.is_on_one_machine());
    Ok(Couriers::new(HttpsClient::new()?, secrets, SystemClock, stack, on_one_machine, 1))
}

async fn secret(system: &System, destination: &str, file: &Path, output: Output) -> Result<()> {
    let purpose = format!("destinations/{destination}");
    secrets::said(&secrets::set(system, &purpose, &text_of(file)?).await?, output)
}

async fn prepare(system: &System, destination: &Destination, dry_run: bool, output: Output) -> Result<()> {
    if dry_run {
        let all = Couriers::<HttpsClient, SecretsManager, SystemClock>::preparations(destination);
        let lines =
            || all.iter().map(|what| format!("would make {what}, unless it is there")).collect::<Vec<_>>();
        return output.either(&json!({ "prepared": false, "needs": all }), |_| said(&lines()));
    }
    let made = couriers(system)?.prepare(destination).await?;
    let rows: Vec<_> = made.iter().map(|(what, is_new)| json!({ "what": what, "made": is_new })).collect();
    let line = |(what, is_new): &(String, bool)| {
        format!("{what}: {}", if *is_new { "made" } else { "was there already" })
    };
    output.either(&json!({ "prepared": true, "needs": rows }), |_| {
        said(&made.iter().map(line).collect::<Vec<_>>())
    })
}

fn said(lines: &[String]) -> String {
    if lines.is_empty() { "it needs nothing".to_owned() } else { lines.join("\n") }
}

async fn try_out(
    system: &System,
    destination: &Destination,
    id: &LeadId,
    dry_run: bool,
    output: Output,
) -> Result<()> {
    let Some(stored) = system.leads()?.get(id).await? else { bail!("there is no lead with this id") };
    let lead = &stored.lead;
    let (what, staff) = match destination.dialect().tells {
        Tells::Events | Tells::State => (What::Scored, None),
        Tells::People => (
            to_its_owner(lead),
            Some(Arc::new(InForce::new(system.registry()?).staff(SystemClock.now()).await?)),
        ),
    };
    let event = Event {
        id: format!("{id}/try/{}", SystemClock.now()),
        at: SystemClock.now(),
        what,
        lead: Some(LeadResult::of(lead, stored.version.0)),
    };
    let letter = Letter { event, person: Some(Person::of(lead)), staff };
    let (name, couriers) = (destination.name(), couriers(system)?);
    if dry_run {
        let request = couriers.preview(destination, &letter).await?;
        return output
            .either(&json!({ "sent": false, "request": request }), |request| format!("{request:#}"));
    }
    couriers.send(destination, letter).await?;
    output.either(&json!({ "sent": true, "destination": name }), |_| format!("{name} has taken it"))
}

/// As if it had just been given to whose it is.
fn to_its_owner(lead: &QueuedLead) -> What {
    match lead.work.owner.clone() {
        Some(to) => What::Assigned { from: None, to, by: None, because: None },
        None => What::Routed { from: None, to: lead.waits_in() },
    }
}
