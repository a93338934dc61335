//! `model list`, `promote` and `rollback`: which model scores, and which did before.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use leadlight_adapters::S3Objects;
use leadlight_lead::ModelHash;
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::{ChampionPointer, MANIFEST, PastChampion, Registry};

use crate::cli::Model;
use crate::output::Output;
use crate::system::System;
use crate::view::{self, ModelView, Standing};

/// `model`
pub(crate) async fn model(system: &System, command: &Model, output: Output) -> Result<()> {
    let registry = system.registry()?;
    match command {
        Model::List => {
            let models = list(&registry).await?;
            output.either(&models, |models| {
                if models.is_empty() {
                    "no model is published: rules decide".to_owned()
                } else {
                    view::models(models)
                }
            })
        }
        Model::Promote { model } => {
            let model = by_prefix(&registry, model).await?;
            told(&registry.promote(&model, SystemClock.now()).await?, output)
        }
        Model::Rollback => told(&registry.roll_back(SystemClock.now()).await?, output),
    }
}

fn told(pointer: &ChampionPointer, output: Output) -> Result<()> {
    output.either(pointer, |pointer| {
        format!("model {} scores; decisions follow it within a minute", pointer.model.short())
    })
}

async fn list(registry: &Registry<S3Objects>) -> Result<Vec<ModelView>> {
    let Some(pointer) = registry.champion_pointer().await? else { return Ok(Vec::new()) };
    let mut models = Vec::new();
    for (past, standing) in past_and_present(pointer) {
        let paper = registry.paper(&past.model, MANIFEST).await?;
        let manifest = paper.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        models.push(ModelView { model: past.model, since: past.published_at, standing, manifest });
    }
    Ok(models)
}

/// What the pointer remembers: the champion, those before it, and those that were taken back.
fn past_and_present(pointer: ChampionPointer) -> impl Iterator<Item = (PastChampion, Standing)> {
    let now = PastChampion { model: pointer.model, published_at: pointer.published_at };
    std::iter::once((now, Standing::Champion))
        .chain(pointer.history.into_iter().map(|past| (past, Standing::ScoredBefore)))
        .chain(pointer.withdrawn.into_iter().map(|past| (past, Standing::TakenBack)))
}

/// The first digits of a hash are enough among the models that scored; any other is named in full.
async fn by_prefix(registry: &Registry<S3Objects>, text: &str) -> Result<ModelHash> {
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

#[cfg(test)]
mod tests {
    use super::{Standing, past_and_present};
    use leadlight_lead::ModelHash;
    use leadlight_registry::{ChampionPointer, PastChampion};

    fn past(digit: char) -> PastChampion {
        let model: ModelHash = std::iter::repeat_n(digit, 64).collect::<String>().parse().unwrap();
        PastChampion { model, published_at: "2026-09-01T00:00:00Z".parse().unwrap() }
    }

    #[test]
    fn a_model_that_was_taken_back_is_still_listed() {
        let champion = past('a');
        let pointer = ChampionPointer {
            schema_version: 1,
            model: champion.model.clone(),
            published_at: champion.published_at,
            history: vec![past('b')],
            withdrawn: vec![past('c')],
        };
        let listed: Vec<_> = past_and_present(pointer).collect();
        assert_eq!(
            listed,
            [
                (champion, Standing::Champion),
                (past('b'), Standing::ScoredBefore),
                (past('c'), Standing::TakenBack)
            ]
        );
    }
}
