//! Is the new model good enough to score?

use leadlight_lead::ModelHash;
use leadlight_model::{Artifact, FeatureSpec, Lineage, Trained, TrainingRow, evaluate, judge_split, train};
use serde::{Deserialize, Serialize};

/// A champion is challenged only on so many deals it has not learnt from; on fewer, chance decides.
pub const MIN_UNSEEN_DEALS: usize = 30;

/// What became of the new model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It scores from now on.
    Published {
        /// Its hash.
        model: ModelHash,
        /// Why it was better.
        because: String,
    },
    /// The champion stays.
    Kept {
        /// Why.
        because: String,
    },
    /// Nothing fit to score came out; the champion stays, or rules go on.
    Refused {
        /// Why.
        because: String,
    },
}

/// Why to publish, or the verdict that stands instead. Every model is judged on deals newer than all it
/// was trained on; a random split would let it see the market it is to predict.
pub(crate) fn judge(
    trained: &Trained,
    champion: Option<&Artifact>,
    specs: &[FeatureSpec],
    rows: &[TrainingRow],
    lineage: &Lineage,
) -> Result<String, Verdict> {
    let metrics = &trained.manifest.metrics_on_newest;
    if metrics.log_loss >= metrics.base_rate_log_loss {
        return Err(Verdict::Refused {
            because: format!(
                "on the newest {} deals the model's log-loss {:.4} is not below the base rate's {:.4}",
                metrics.deals, metrics.log_loss, metrics.base_rate_log_loss
            ),
        });
    }
    let names: Vec<String> = specs.iter().map(|s| s.name.clone()).collect();
    let Some(champion) = champion.filter(|c| c.matches_features(&names).is_ok()) else {
        return Ok(format!(
            "log-loss {:.4} on the newest {} deals, the base rate's is {:.4}; no usable champion to compare",
            metrics.log_loss, metrics.deals, metrics.base_rate_log_loss
        ));
    };
    if champion.lineage().data == trained.manifest.data {
        return Err(Verdict::Kept {
            because: "no deal has come or changed since the champion was trained".to_owned(),
        });
    }
    against(champion, specs, rows, lineage)
}

fn against(
    champion: &Artifact,
    specs: &[FeatureSpec],
    rows: &[TrainingRow],
    lineage: &Lineage,
) -> Result<String, Verdict> {
    let split = judge_split(rows);
    let learnt_until = champion.lineage().last_closed_at;
    let unseen: Vec<&TrainingRow> = split.newest.into_iter().filter(|r| r.closed_at > learnt_until).collect();
    if unseen.len() < MIN_UNSEEN_DEALS {
        return Err(Verdict::Kept {
            because: format!(
                "{} deals have closed since the champion was trained, {MIN_UNSEEN_DEALS} are needed to compare",
                unseen.len()
            ),
        });
    }
    let refused = |e: &dyn std::fmt::Display| Verdict::Refused { because: e.to_string() };
    let older: Vec<TrainingRow> = split.older.into_iter().cloned().collect();
    let challenger = train(specs, &older, lineage.clone()).map_err(|e| refused(&e))?.artifact;
    let ours = evaluate(&challenger, unseen.iter().copied()).map_err(|e| refused(&e))?;
    let theirs = evaluate(champion, unseen.iter().copied()).map_err(|e| refused(&e))?;
    let figures = format!(
        "log-loss on the {} newest deals that neither has seen: challenger {:.4}, champion {:.4}",
        unseen.len(),
        ours.log_loss,
        theirs.log_loss
    );
    if ours.log_loss < theirs.log_loss { Ok(figures) } else { Err(Verdict::Kept { because: figures }) }
}
