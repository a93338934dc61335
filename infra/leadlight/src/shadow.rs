//! `policy shadow`: a candidate beside the policy in force, over the leads that come in from then on.
//!
//! A decision follows from what is kept with its lead, to the bit. So a candidate need not run beside the live one to show what
//! it would have decided: its report replays the leads that came since. The functions never read it, and nothing that is
//! wrong with it can reach them.

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use leadlight_adapters::S3Objects;
use leadlight_lead::PolicyHash;
use leadlight_policy::{Policy, Shadow};
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::{Entry, Registry};
use serde_json::json;

use crate::cli::{ShadowCommand, ShadowReport, Why};
use crate::commands::text_of;
use crate::consequences;
use crate::output::Output;
use crate::replay::{self, Asked, Model};
use crate::system::System;

/// `policy shadow`.
pub(crate) async fn run<F>(command: &ShadowCommand, connect: F, output: Output) -> Result<()>
where
    F: AsyncFnOnce() -> Result<System>,
{
    match command {
        ShadowCommand::Start { file, why } => {
            let text = text_of(file)?;
            // One with faults is refused before the system is asked for.
            Shadow::parse(&file.display().to_string(), &text)?;
            start(&connect().await?, &text, why, output).await
        }
        ShadowCommand::Report(args) => report(&connect().await?, args, output).await,
        ShadowCommand::Promote { why } => promote(&connect().await?, why, output).await,
        ShadowCommand::Drop { why } => drop_it(&connect().await?, why, output).await,
    }
}

/// The candidate and when it was put there; none where there is none, or where it is the policy in force by now.
async fn candidate(registry: &Registry<S3Objects>) -> Result<Option<Entry<PolicyHash>>> {
    let in_force = registry.in_force::<Policy>().await?.current.hash;
    let shadow = registry.pointer::<Shadow>().await?.map(|pointer| pointer.current);
    Ok(shadow.filter(|entry| entry.hash != in_force))
}

async fn expected(registry: &Registry<S3Objects>) -> Result<Entry<PolicyHash>> {
    candidate(registry)
        .await?
        .context("no policy is in shadow; put one there: leadlight policy shadow start FILE")
}

async fn start(system: &System, text: &str, why: &Why, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let hash = PolicyHash::of(text.as_bytes());
    if registry.in_force::<Policy>().await?.current.hash == hash {
        bail!("this file is the policy in force; there would be nothing to compare");
    }
    let now = SystemClock.now();
    let pointer = registry.publish::<Shadow>(text, &why.change(), now).await?;
    let since = pointer.current.published_at;
    output.either(&json!({ "shadow": hash, "since": since }), |_| {
        format!(
            "policy {} is in shadow since {}. It decides nothing. See what it would do with the leads that come in: \
             leadlight policy shadow report",
            hash.short(),
            moment(since)
        )
    })
}

async fn report(system: &System, args: &ShadowReport, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let entry = expected(&registry).await?;
    let policy = registry.document::<Shadow>(&entry.hash).await?.into_policy();
    let since = Some(entry.published_at);
    let asked = Asked { model: Model::InForce, since, most: None };
    replay::shown(system, policy, &asked, args.page.as_deref(), output).await
}

async fn promote(system: &System, why: &Why, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let entry = expected(&registry).await?;
    let text = registry.text::<Shadow>(&entry.hash).await?;
    let policy = Policy::parse("the candidate", &text)?;
    let said = consequences::of_system(system, policy).await?;
    said.in_words().iter().filter(|_| output.is_text()).for_each(|line| crate::output::note(line));
    registry.publish::<Policy>(&text, &why.change(), SystemClock.now()).await?;
    output.either(&json!({ "policy": entry.hash, "consequences": said }), |_| {
        format!("policy {} is in force; the functions follow it within a minute", entry.hash.short())
    })
}

/// Points the shadow to the policy in force, so that nothing is compared any more and its history stays.
async fn drop_it(system: &System, why: &Why, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let entry = expected(&registry).await?;
    let in_force = registry.in_force::<Policy>().await?.current.hash;
    let text = registry.text::<Policy>(&in_force).await?;
    registry.publish::<Shadow>(&text, &why.change(), SystemClock.now()).await?;
    output.either(&json!({ "dropped": entry.hash }), |_| {
        format!("policy {} is no longer in shadow; the policy in force is as it was", entry.hash.short())
    })
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
