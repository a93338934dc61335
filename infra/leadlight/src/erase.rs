//! `erase` and `export`: a person, taken away or given out.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use leadlight_adapters::{DynamoFacts, DynamoLeads, S3Objects, SqsQueue};
use leadlight_destinations::{Destinations, EventKind};
use leadlight_erasure::{Asked, Bounds, Due, Erased, Held, Letters, Parts, Stores, Swept};
use leadlight_lead::{EmailAddress, PersonId, SourceName};
use leadlight_ports::{Clock, LeadTraces, SystemClock};
use leadlight_registry::Registry;
use serde::Serialize;
use serde_json::json;

use crate::cli::{Erase, Export};
use crate::ended::Ended;
use crate::history::policy_in_force;
use crate::output::{self, Output, counted};
use crate::system::{StageQueues, System};

/// All that holds something of a person.
pub type Outside = Parts<DynamoLeads, DynamoFacts, S3Objects, SqsQueue>;

/// Of a system.
pub async fn stores(system: &System) -> Result<Stores<Outside>> {
    let letters = system.stages()?.into_iter().map(|StageQueues { stage, dead_letters_url, .. }| Letters {
        stage: stage.as_str(),
        queue: SqsQueue::from_config(system.config(), dead_letters_url),
    });
    Ok(Stores {
        leads: system.leads()?,
        facts: system.facts()?,
        objects: system.registry()?.store().clone(),
        letters: letters.collect(),
        policy: policy_in_force(system).await?.into(),
    })
}

fn asked(
    email: Option<&EmailAddress>,
    source: Option<&SourceName>,
    person: Option<&PersonId>,
) -> Result<Asked> {
    match (email, source, person) {
        (Some(email), ..) => Ok(Asked::Address(email.clone())),
        (None, Some(source), Some(person)) => Ok(Asked::OfSource(source.clone(), person.clone())),
        _ => bail!("name the person: an e-mail address, or --source and --person"),
    }
}

/// What was done, or would be.
#[derive(Debug, Serialize)]
struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    erased: Option<Erased>,
    /// Leads that the model can learn from afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_leads: Option<usize>,
    /// Destinations that were told of leads, now or before, and have to be cleared there.
    destinations: Vec<String>,
}

/// `erase`
pub(crate) async fn run(system: &System, args: &Erase, output: Output) -> Result<Ended> {
    let stores = stores(system).await?;
    if args.asked {
        return all_asked(&stores, args, output).await;
    }
    if args.retention {
        return whose_time_is_up(&stores, args, output).await;
    }
    let who = asked(args.who.email.as_ref(), args.who.source.as_ref(), args.who.person.as_ref())?;
    if args.dry_run {
        let held = stores.held(&who).await?;
        output.either(&would_go(&held), |_| dry(&held))?;
        return Ok(Ended::Well);
    }
    let erased = stores.erase(&who, &by(args), SystemClock.now(), fresh()?).await?;
    let destinations = if erased.was_known { told(&system.registry()?).await? } else { Vec::new() };
    let answered_leads = Some(stores.leads.answered_count().await?);
    let told = Told { erased: Some(erased), answered_leads, destinations };
    output.either(&told, text)?;
    let is_left = told.erased.as_ref().is_some_and(|erased| !erased.line.left.is_empty());
    Ok(Ended::well_if(!is_left))
}

/// `erase --asked`
async fn all_asked(stores: &Stores<Outside>, args: &Erase, output: Output) -> Result<Ended> {
    let Due { requests, unknown, unreadable } = stores.due().await?;
    if args.dry_run {
        let value = json!({ "requests": requests.len(), "unknown": unknown.len(), "unreadable": unreadable });
        output.either(&value, |_| format!("{} would be carried out", counted(requests.len(), "request")))?;
        return Ok(Ended::Well);
    }
    let mut lines = Vec::new();
    for request in &requests {
        let Some(who) = request.asked() else { continue };
        let by = format!("{} for {}", by(args), request.erasure.source);
        lines.push(stores.erase(&who, &by, SystemClock.now(), fresh()?).await?.line);
    }
    let value = json!({ "erased": lines, "unknown": unknown.len(), "unreadable": unreadable });
    output.either(&value, |_| {
        let mut text = format!("{} carried out", counted(lines.len(), "request"));
        for request in &unknown {
            let source = &request.erasure.source;
            let _ = write!(
                text,
                "\nA person whom `{source}` knows by an id alone could not be found, since the policy does not let its ids \
                 count. Look up their address there and erase that; then `leadlight erase --source {source} --person ID` \
                 takes the request off."
            );
        }
        for key in &unreadable {
            let _ = write!(text, "\n{key} is no request that can be read; look at it in the bucket");
        }
        text
    })?;
    Ok(Ended::well_if(unknown.is_empty() && unreadable.is_empty()))
}

/// `erase --retention`: the whole table, however long that takes.
async fn whose_time_is_up(stores: &Stores<Outside>, args: &Erase, output: Output) -> Result<Ended> {
    let all = Bounds { until: None, pages: usize::MAX };
    let clock = || SystemClock.now();
    let swept = if args.dry_run {
        stores.past(clock()).await?
    } else {
        // A run that another one had begun is finished first; then the table is looked through from its beginning.
        let mut swept = stores.sweep(clock, all, fresh()?).await?;
        if swept.has_rules {
            swept.add(stores.sweep(clock, all, fresh()?).await?);
        }
        swept
    };
    output.either(&swept, |swept| swept_text(swept, args.dry_run))?;
    Ok(Ended::Well)
}

fn swept_text(swept: &Swept, is_dry: bool) -> String {
    if !swept.has_rules {
        return "The policy in force says of no lead how long it is kept, so all stay until they are erased. `[retention]` in \
                docs/policy.md has the rules."
            .to_owned();
    }
    let (would, tail) = if is_dry {
        ("would go for good", "\nNothing was changed: this was a dry run")
    } else {
        ("went for good", "")
    };
    let people = if swept.people == 1 { "person".to_owned() } else { "people".to_owned() };
    let mut text = format!("{} {people} {would}, of {} looked at", swept.people, counted(swept.seen, "lead"));
    for (kept_as, leads) in &swept.leads {
        let _ = write!(text, "\n  {leads:>5}  {kept_as}");
    }
    if swept.staying > 0 {
        let _ = write!(
            text,
            "\n{} whose time is up by one lead stay, since another lead of theirs is kept for longer, cannot be read or was \
             written just now",
            swept.staying
        );
    }
    text + tail
}

/// `export`
pub(crate) async fn export(system: &System, args: &Export, output: Output) -> Result<()> {
    let who = asked(args.email.as_ref(), args.source.as_ref(), args.person.as_ref())?;
    let stores = stores(system).await?;
    let held = stores.held(&who).await?;
    let destinations = told(&system.registry()?).await?;
    let all = json!({
        "written_at": SystemClock.now(),
        "held": held.places,
        "leads_of_others_that_name_them": held.named_in,
        "destinations_that_were_told_of_leads": destinations,
    });
    let text = serde_json::to_string_pretty(&all)? + "\n";
    match &args.out {
        None => output::exactly(&text)?,
        Some(file) => {
            std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))?;
            output.either(&json!({ "file": file }), |_| written(&held, &file.display().to_string()))?;
        }
    }
    Ok(())
}

fn written(held: &Held, file: &str) -> String {
    if held.is_empty() {
        return format!("{file} says that nothing is held of them");
    }
    format!("{file} has all that is held of them:\n{}", by_place(held))
}

fn by_place(held: &Held) -> String {
    let places = held.places.iter().filter(|place| !place.held.is_empty());
    places
        .map(|place| format!("  {:>5}  {}", place.held.len(), in_words(place.place)))
        .collect::<Vec<_>>()
        .join("\n")
}

fn in_words(place: &str) -> String {
    place.replace('_', " ")
}

fn would_go(held: &Held) -> serde_json::Value {
    let places: serde_json::Map<_, _> =
        held.places.iter().map(|place| (place.place.to_owned(), place.held.len().into())).collect();
    json!({ "would_go": places, "leads_of_others_that_name_them": held.named_in })
}

fn dry(held: &Held) -> String {
    if held.is_empty() {
        return "Nothing is held of this person. Erasing them would keep out what they sent until then."
            .to_owned();
    }
    format!("This would go for good:\n{}\nNothing was changed: this was a dry run", by_place(held))
}

fn text(told: &Told) -> String {
    let Some(Erased { line, was_known }) = &told.erased else { return String::new() };
    let mut text = if *was_known {
        let places = line.taken_away.iter().filter(|(_, gone)| **gone > 0);
        let places: Vec<_> =
            places.map(|(place, gone)| format!("  {gone:>5}  {}", in_words(place))).collect();
        format!("Erased:\n{}", places.join("\n"))
    } else {
        "Nothing was held of this person.".to_owned()
    };
    let _ = write!(text, "\nWhat they sent until {} is kept out from now on.", line.erased_at);
    if let Some(answered) = told.answered_leads {
        let _ = write!(text, "\nThe model learns from {} from now on.", counted(answered, "answered lead"));
    }
    if !told.destinations.is_empty() {
        let _ = write!(
            text,
            "\nThese were told of leads and are not ours to clear; take the person out there: {}",
            told.destinations.join(", ")
        );
    }
    for key in &line.left.documents {
        let _ = write!(
            text,
            "\n{key} has their address: publish one without it, and delete the object in the bucket"
        );
    }
    for lead in &line.left.leads {
        let _ =
            write!(text, "\n{lead} is somebody else's and has their address in its text: look at its notes");
    }
    text
}

/// Destinations that hear of leads, or did under one of the lists before.
async fn told(registry: &Registry<S3Objects>) -> Result<Vec<String>> {
    let Some(pointer) = registry.pointer::<Destinations>().await? else { return Ok(Vec::new()) };
    let mut names = BTreeSet::new();
    let entries = std::iter::once(&pointer.current).chain(&pointer.history).chain(&pointer.withdrawn);
    for hash in entries.map(|entry| &entry.hash) {
        // One that cannot be read any more is named all the same by those that can.
        let Ok(list) = registry.document::<Destinations>(hash).await else { continue };
        let hears = |one: &leadlight_destinations::Destination| {
            EventKind::ALL.iter().any(|kind| kind.is_of_a_lead() && one.wants(*kind))
        };
        names.extend(list.iter().filter(|one| hears(one)).map(|one| one.name().to_owned()));
    }
    Ok(names.into_iter().collect())
}

fn by(args: &Erase) -> String {
    let user = || ["USER", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    args.by.clone().or_else(user).unwrap_or_else(|| "an operator".to_owned())
}

fn fresh() -> Result<[u8; 32]> {
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh).context("the system's random numbers cannot be had")?;
    Ok(fresh)
}
