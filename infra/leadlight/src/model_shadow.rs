//! `model shadow`: a stored model beside the one in force, over the leads that come in from then on.
//!
//! As with a policy in shadow, nothing that scores leads reads it: its report replays the leads that came since, by the policy
//! in force. So whatever is wrong with the candidate, the live model decides as before.

use anyhow::{Context, Result, bail};
use leadlight_lead::{ContentHash, ModelHash};
use leadlight_model::Artifact;
use leadlight_policy::Policy;
use leadlight_ports::{Clock, ObjectStore, SystemClock};
use leadlight_registry::{Entry, ModelShadow, NoSay, Pointer, Registry, RegistryError};
use serde_json::json;

use crate::cli::{ModelShadowCommand, ShadowReport, Why};
use crate::models::{by_prefix, told};
use crate::output::Output;
use crate::replay::{self, Asked, Model};
use crate::system::System;

/// `model shadow`.
pub(crate) async fn run(system: &System, command: &ModelShadowCommand, output: Output) -> Result<()> {
    match command {
        ModelShadowCommand::Start { model, why } => {
            let registry = system.registry()?;
            let model = by_prefix(&registry, model).await?;
            let pointer = start(&registry, &model, why).await?;
            let since = pointer.current.published_at;
            output.either(&json!({ "model_shadow": model, "since": since }), |_| {
                format!(
                    "model {} is in shadow since {}. It decides nothing. See what it would do with the leads that come in: \
                     leadlight model shadow report",
                    model.short(),
                    since.strftime("%Y-%m-%d %H:%M UTC")
                )
            })
        }
        ModelShadowCommand::Report(args) => report(system, args, output).await,
        ModelShadowCommand::Promote { why } => promote(system, why, output).await,
        ModelShadowCommand::Drop { why } => drop_it(system, why, output).await,
    }
}

/// The candidate, and since when it is one.
pub async fn candidate<S: ObjectStore>(registry: &Registry<S>) -> Result<(ModelHash, Entry<ContentHash>)> {
    if let Some(pointer) = registry.pointer::<ModelShadow>().await?
        && let ModelShadow::Candidate(model) = registry.document::<ModelShadow>(&pointer.current.hash).await?
    {
        return Ok((model, pointer.current));
    }
    bail!("no model is in shadow; put one there: leadlight model shadow start HASH")
}

/// Puts a stored model in shadow, in place of another. One that is damaged, is in force already or does not fit the policy in
/// force is refused: it could show nothing.
pub async fn start<S: ObjectStore>(
    registry: &Registry<S>,
    model: &ModelHash,
    why: &Why,
) -> Result<Pointer<ModelShadow>> {
    whole(registry, model).await?;
    if in_force(registry).await?.as_ref() == Some(model) {
        bail!("this is the model in force; there would be nothing to compare");
    }
    if let Some(NoSay::Unfit(why_not)) = registry.out_of_force(model).await? {
        bail!(
            "the model {} does not fit the policy in force, so it would decide nothing: {why_not}",
            model.short()
        );
    }
    let text = ModelShadow::text(model);
    Ok(registry.publish::<ModelShadow>(&text, &why.change(), SystemClock.now()).await?)
}

async fn report(system: &System, args: &ShadowReport, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let (model, entry) = candidate(&registry).await?;
    whole(&registry, &model).await?;
    if let Some(note) = taken_back(&registry, &model).await? {
        crate::output::note(&note);
    }
    let policy: Policy = registry.document(&registry.in_force::<Policy>().await?.current.hash).await?;
    let asked =
        Asked { model: Model::Named(model), since: Some(entry.published_at), most: None, is_watched: false };
    replay::shown(system, policy, &asked, args.page.as_deref(), output).await
}

/// As `model promote` lets a stored model score; then nothing is in shadow any more.
async fn promote(system: &System, why: &Why, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let (model, _) = candidate(&registry).await?;
    whole(&registry, &model).await?;
    if let Some(note) = taken_back(&registry, &model).await? {
        crate::output::note(&note);
    }
    told(system, &registry.promote(&model, &why.change(), SystemClock.now()).await?, output).await?;
    empty(&registry, why).await
}

/// Works whatever has become of the candidate.
async fn drop_it(system: &System, why: &Why, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let (model, _) = candidate(&registry).await?;
    empty(&registry, why).await?;
    output.either(&json!({ "dropped": model }), |_| {
        format!("model {} is no longer in shadow; the model in force is as it was", model.short())
    })
}

/// Nothing is in shadow any more; what was stays in the pointer's history.
pub async fn empty<S: ObjectStore>(registry: &Registry<S>, why: &Why) -> Result<()> {
    registry.publish::<ModelShadow>(ModelShadow::EMPTY, &why.change(), SystemClock.now()).await?;
    Ok(())
}

async fn in_force<S: ObjectStore>(registry: &Registry<S>) -> Result<Option<ModelHash>> {
    Ok(registry.pointer::<Artifact>().await?.map(|pointer| pointer.current.hash))
}

/// Fails where a stored model is gone or damaged, with what that means.
pub async fn whole<S: ObjectStore>(registry: &Registry<S>, model: &ModelHash) -> Result<()> {
    let said = |what: &str| {
        format!(
            "the model {} {what}; the model in force decides as before. Take it out of shadow, where it is: leadlight model shadow \
             drop",
            model.short()
        )
    };
    match registry.model(model).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_outage() => Err(error.into()),
        Err(RegistryError::Missing { .. }) => bail!(said("is not in the registry")),
        Err(error) => Err(error).context(said("is damaged, or of another release")),
    }
}

/// Whether a model scored before and was taken back, in a sentence; none where it was not, or is in force again.
async fn taken_back<S: ObjectStore>(registry: &Registry<S>, model: &ModelHash) -> Result<Option<String>> {
    let Some(pointer) = registry.pointer::<Artifact>().await? else { return Ok(None) };
    let stands = pointer.current.hash == *model || pointer.history.iter().any(|entry| entry.hash == *model);
    let back = pointer.withdrawn.iter().find(|entry| entry.hash == *model).filter(|_| !stands);
    Ok(back.map(|entry| {
        format!(
            "The model {} scored leads from {} on and was taken back since.",
            model.short(),
            entry.published_at.strftime("%Y-%m-%d")
        )
    }))
}
