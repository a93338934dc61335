//! `model list`, `promote` and `rollback`: which model scores, and which did before.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use leadlight_adapters::S3Objects;
use leadlight_lead::{ModelHash, StageMessage};
use leadlight_model::Artifact;
use leadlight_ports::{Clock, Outbox, SystemClock};
use leadlight_registry::{MANIFEST, Pointer, Registry};
use leadlight_retrain::model_published;

use crate::cli::StoredModel;
use crate::documents::entries;
use crate::output::Output;
use crate::system::System;
use crate::view::{self, ModelView, Standing};

/// `model`
pub(crate) async fn model(system: &System, command: &StoredModel, output: Output) -> Result<()> {
    let registry = system.registry()?;
    match command {
        StoredModel::List => {
            let models = list(&registry).await?;
            output.either(&models, |models| {
                if models.is_empty() {
                    "no model is published: rules decide".to_owned()
                } else {
                    view::models(models)
                }
            })
        }
        StoredModel::Promote { model, why } => {
            let model = by_prefix(&registry, model).await?;
            told(system, &registry.promote(&model, &why.change(), SystemClock.now()).await?, output).await
        }
        StoredModel::Rollback { why } => {
            told(system, &registry.roll_back_model(&why.change(), SystemClock.now()).await?, output).await
        }
    }
}

/// Says it here, and to the bus. Were this to end in between, the next day's look at past scores tells the bus.
pub(crate) async fn told(system: &System, pointer: &Pointer<Artifact>, output: Output) -> Result<()> {
    let event = model_published(pointer);
    system.leads()?.keep(&event.id, &event.to_message()?).await?;
    output.either(pointer, |pointer| {
        format!("model {} scores; decisions follow it within a minute", pointer.current.hash.short())
    })
}

async fn list(registry: &Registry<S3Objects>) -> Result<Vec<ModelView>> {
    let Some(pointer) = registry.pointer::<Artifact>().await? else { return Ok(Vec::new()) };
    let mut models = Vec::new();
    let no_say = registry.out_of_force(&pointer.current.hash).await?;
    let out_of_force = no_say.map(|no_say| no_say.to_string());
    for (entry, standing) in entries(&pointer) {
        let paper = registry.paper(&entry.hash, MANIFEST).await?;
        let manifest = paper.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        models.push(ModelView {
            model: entry.hash.clone(),
            since: entry.published_at,
            standing,
            out_of_force: out_of_force.clone().filter(|_| standing == Standing::InForce),
            author: entry.author.clone(),
            reason: entry.reason.clone(),
            manifest,
        });
    }
    Ok(models)
}

/// The first digits of a hash are enough among the models that scored; any other is named in full.
pub(crate) async fn by_prefix(registry: &Registry<S3Objects>, text: &str) -> Result<ModelHash> {
    if let Ok(hash) = text.parse::<ModelHash>() {
        return Ok(hash);
    }
    let models = list(registry).await?;
    let matching: BTreeSet<String> =
        models.iter().map(|m| m.model.to_string()).filter(|m| m.starts_with(text)).collect();
    match matching.iter().collect::<Vec<_>>().as_slice() {
        [one] => Ok(one.parse()?),
        [] => Err(anyhow::anyhow!("no model that scored begins with `{text}`"))
            .context("see `leadlight model list`, or give all 64 digits"),
        several => bail!("{} models begin with `{text}`; give more digits", several.len()),
    }
}
