//! What is in force, and the secrets that it names.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use leadlight_accounts::Accounts;
use leadlight_adapters::S3Objects;
use leadlight_adapters_secrets::SecretsManager;
use leadlight_desk::Team;
use leadlight_destinations::Destinations;
use leadlight_enrichment::{By, Vendors};
use leadlight_model::Artifact;
use leadlight_policy::Policy;
use leadlight_ports::{Clock, SecretError, SecretName, Secrets, SystemClock, chain};
use leadlight_registry::{Document, Registry};
use leadlight_sources::Sources;

use super::{Finding, Standing};
use crate::system::System;

/// Past scores are checked daily; the schedule may be late by some hours.
const CHECKED_WITHIN: SignedDuration = SignedDuration::from_hours(26);

/// How it is where one kind of document is not in force.
struct Without {
    standing: Standing,
    found: &'static str,
    remedy: &'static str,
}

pub(super) async fn look(system: &System) -> Vec<Finding> {
    let registry = match system.registry() {
        Ok(registry) => registry,
        Err(error) => return vec![Finding::not_seen("registry", error.as_ref())],
    };
    let mut found = Vec::new();
    let wrong = |found, remedy| Without { standing: Standing::Wrong, found, remedy };
    let look = |found, remedy| Without { standing: Standing::Look, found, remedy };
    let well = |found| Without { standing: Standing::Well, found, remedy: "" };
    document::<Policy>(
        &registry,
        wrong(
            "none is in force: leads wait, and are set aside after 8 hours",
            "leadlight policy publish FILE",
        ),
        &mut found,
    )
    .await;
    document::<Team>(
        &registry,
        look("none is in force: leads lie in a pool, without a clock", "leadlight team publish FILE"),
        &mut found,
    )
    .await;
    document::<Accounts>(
        &registry,
        well("none is in force: policy and team file say who is a customer and who owns whom"),
        &mut found,
    )
    .await;
    let sources = document::<Sources>(
        &registry,
        well("none is in force: leads come as events, signed for AWS or on the queue"),
        &mut found,
    )
    .await;
    let vendors = document::<Vendors>(
        &registry,
        look(
            "none is in force: nothing is known of a lead but what its form says",
            "leadlight vendors publish FILE",
        ),
        &mut found,
    )
    .await;
    let destinations = document::<Destinations>(
        &registry,
        look(
            "none is in force: no CRM and no webhook hears of anything",
            "leadlight destinations publish FILE",
        ),
        &mut found,
    )
    .await;
    found.push(secrets(system, sources.as_ref(), vendors.as_ref(), destinations.as_ref()).await);
    found.push(model(&registry).await);
    found.push(training(&registry, SystemClock.now()).await);
    found
}

/// The one in force, if there is one that can be read.
async fn document<D: Document>(
    registry: &Registry<S3Objects>,
    without: Without,
    found: &mut Vec<Finding>,
) -> Option<D> {
    let pointer = match registry.pointer::<D>().await {
        Ok(Some(pointer)) => pointer,
        Ok(None) => {
            let Without { standing, found: words, remedy } = without;
            let remedy = (!remedy.is_empty()).then(|| remedy.to_owned());
            found.push(Finding { remedy, ..Finding::new(D::NAME, standing, words) });
            return None;
        }
        Err(error) => {
            found.push(Finding::not_seen(D::NAME, &error));
            return None;
        }
    };
    let hash = &pointer.current.hash;
    match registry.document::<D>(hash).await {
        Ok(document) => {
            let since = pointer.current.published_at.strftime("%Y-%m-%d");
            found.push(Finding::well(D::NAME, format!("{} since {since}", &hash.to_string()[..12])));
            Some(document)
        }
        Err(error) if error.is_outage() => {
            found.push(Finding::not_seen(D::NAME, &error));
            None
        }
        Err(error) => {
            let what =
                format!("the one in force cannot be used, and the last good one stays: {}", chain(&error));
            found.push(Finding::wrong(D::NAME, what, "publish a correct one, or roll back"));
            None
        }
    }
}

/// Whether each secret that the documents name is there.
async fn secrets(
    system: &System,
    sources: Option<&Sources>,
    vendors: Option<&Vendors>,
    destinations: Option<&Destinations>,
) -> Finding {
    let mut wanted: Vec<(String, String)> = Vec::new();
    for source in sources.into_iter().flat_map(Sources::iter) {
        let name = source.name();
        wanted.push((source.secret_purpose(), format!("leadlight sources secret {name} --file FILE")));
    }
    for provider in vendors.into_iter().flat_map(Vendors::providers) {
        if matches!(provider.by(), By::Requests(asking, _) if asking.wants_key) {
            let name = provider.name();
            wanted.push((format!("vendors/{name}"), format!("leadlight vendors secret {name} FILE")));
        }
    }
    for destination in destinations.into_iter().flat_map(Destinations::iter) {
        let name = destination.name();
        wanted.push((format!("destinations/{name}"), format!("leadlight destinations secret {name} FILE")));
    }
    let store = SecretsManager::from_config(system.config());
    let (mut absent, mut remedies) = (Vec::new(), String::new());
    for (purpose, remedy) in &wanted {
        let name = match SecretName::of(system.stack(), purpose) {
            Ok(name) => name,
            Err(error) => return Finding::not_seen("secrets", &error),
        };
        match store.read(&name).await {
            Ok(_) => {}
            Err(SecretError::Absent { .. } | SecretError::Deleted { .. } | SecretError::NoText { .. }) => {
                absent.push(name.as_str().to_owned());
                let _ = write!(remedies, "{}{remedy}", if remedies.is_empty() { "" } else { "; " });
            }
            Err(error) => return Finding::not_seen("secrets", &error),
        }
    }
    if absent.is_empty() {
        return Finding::well("secrets", format!("{} there", wanted.len()));
    }
    let found = format!("not there, so that what wants one is refused or waits: {}", absent.join(", "));
    Finding::wrong("secrets", found, remedies)
}

async fn model(registry: &Registry<S3Objects>) -> Finding {
    let pointer = match registry.pointer::<Artifact>().await {
        Ok(Some(pointer)) => pointer,
        Ok(None) => return Finding::well("model", "none is published: the policy's rules decide"),
        Err(error) => return Finding::not_seen("model", &error),
    };
    let hash = &pointer.current.hash;
    match registry.model(hash).await {
        Ok(_) => {
            let since = pointer.current.published_at.strftime("%Y-%m-%d");
            Finding::well("model", format!("{} since {since}", hash.short()))
        }
        Err(error) if error.is_outage() => Finding::not_seen("model", &error),
        Err(error) => Finding::wrong(
            "model",
            format!("the one in force cannot be used, so rules decide: {}", chain(&error)),
            "leadlight model rollback",
        ),
    }
}

/// When past scores were looked at last, and when a model was trained.
async fn training(registry: &Registry<S3Objects>, now: Timestamp) -> Finding {
    const ABOUT: &str = "training";
    let year = now.strftime("%Y").to_string();
    let before = (now - SignedDuration::from_hours(24 * 365)).strftime("%Y").to_string();
    let mut last = None;
    for year in [year, before] {
        match registry.reports_of(&year).await {
            Ok(reports) => last = last.or_else(|| reports.into_iter().next()),
            Err(error) => return Finding::not_seen(ABOUT, &error),
        }
    }
    let remedy = "leadlight retrain, and look at the schedules above and at the run's dead letters";
    match last.as_ref().and_then(|report| Some((report, report.at?))) {
        None => Finding::look(ABOUT, "no run has left a report yet; the first is due within a day", remedy),
        Some((report, at)) => {
            let outcome = report.outcome.as_ref().map_or_else(String::new, |outcome| format!(", {outcome}"));
            let told = format!("last looked at past scores at {}{outcome}", at.strftime("%Y-%m-%d %H:%MZ"));
            if now.duration_since(at) > CHECKED_WITHIN {
                Finding::wrong(ABOUT, format!("{told}; that is due daily"), remedy)
            } else {
                Finding::well(ABOUT, told)
            }
        }
    }
}
