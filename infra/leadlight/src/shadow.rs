//! `policy shadow`: a candidate beside the policy in force, over the leads that come in from then on.
//!
//! A decision follows from what is kept with its lead, to the bit. So a candidate need not run beside the live one to show what
//! it would have decided: its report replays the leads that came since. The functions never read it, and nothing that is
//! wrong with it can reach them.

use anyhow::{Result, bail};
use leadlight_adapters::S3Objects;
use leadlight_lead::PolicyHash;
use leadlight_policy::{Policy, Shadow};
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::{Entry, Registry};
use serde_json::json;

use crate::cli::{ShadowCommand, ShadowReport, Why};
use crate::commands::text_of;
use crate::output::Output;
use crate::replay::{self, Asked, Model};
use crate::system::System;
use crate::{accounts, documents, policies};

/// `policy shadow`.
pub(crate) async fn run<F>(command: &ShadowCommand, connect: F, output: Output) -> Result<()>
where
    F: AsyncFnOnce() -> Result<System>,
{
    match command {
        ShadowCommand::Start { file, why } => {
            let text = text_of(file)?;
            // One with faults is refused before the system is asked for.
            let policy = Policy::parse_new(&file.display().to_string(), &text)?;
            start(&connect().await?, &policy, &text, why, output).await
        }
        ShadowCommand::Report(args) => report(&connect().await?, args, output).await,
        ShadowCommand::Promote { why } => promote(&connect().await?, why, output).await,
        ShadowCommand::Drop { why } => drop_it(&connect().await?, why, output).await,
    }
}

/// The candidate, and since when it is one.
async fn candidate(registry: &Registry<S3Objects>) -> Result<(Policy, Entry<PolicyHash>)> {
    if let Some(pointer) = registry.pointer::<Shadow>().await?
        && let Shadow::Candidate(policy) = registry.document::<Shadow>(&pointer.current.hash).await?
    {
        return Ok((*policy, pointer.current));
    }
    bail!("no policy is in shadow; put one there: leadlight policy shadow start FILE")
}

async fn start(system: &System, policy: &Policy, text: &str, why: &Why, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let hash = policy.hash();
    if registry.in_force::<Policy>().await?.current.hash == *hash {
        bail!("this file is the policy in force; there would be nothing to compare");
    }
    let pointer = registry.publish::<Shadow>(text, &why.change(), SystemClock.now()).await?;
    let since = pointer.current.published_at;
    output.either(&json!({ "shadow": hash, "since": since }), |_| {
        format!(
            "policy {} is in shadow since {}. It decides nothing. See what it would do with the leads that come in: \
             leadlight policy shadow report",
            hash.short(),
            since.strftime("%Y-%m-%d %H:%M UTC")
        )
    })
}

async fn report(system: &System, args: &ShadowReport, output: Output) -> Result<()> {
    let (policy, entry) = candidate(&system.registry()?).await?;
    let asked =
        Asked { model: Model::InForce, since: Some(entry.published_at), most: None, is_watched: false };
    replay::shown(system, policy, &asked, args.page.as_deref(), output).await
}

/// As `policy publish` puts a file in force; then nothing is in shadow any more.
async fn promote(system: &System, why: &Why, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let (policy, entry) = candidate(&registry).await?;
    accounts::fits_policy(system, &policy).await?;
    let text = registry.text::<Shadow>(&entry.hash).await?;
    let beside = policies::of_next(system, policy).await?;
    documents::put::<Policy>(system, &text, why, &beside, output).await?;
    empty(&registry, why).await
}

async fn drop_it(system: &System, why: &Why, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let (_, entry) = candidate(&registry).await?;
    empty(&registry, why).await?;
    output.either(&json!({ "dropped": entry.hash }), |_| {
        format!("policy {} is no longer in shadow; the policy in force is as it was", entry.hash.short())
    })
}

/// Nothing is in shadow any more; what was stays in the pointer's history.
async fn empty(registry: &Registry<S3Objects>, why: &Why) -> Result<()> {
    registry.publish::<Shadow>(Shadow::EMPTY, &why.change(), SystemClock.now()).await?;
    Ok(())
}
