//! Is the new model good enough to score?

use leadlight_lead::ModelHash;
use leadlight_model::{
    Artifact, FeatureSpec, GateLimits, GateReport, Lineage, Trained, TrainingRow, gate, judge_split, train,
};
use serde::{Deserialize, Serialize};

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

/// Whether to publish.
pub(crate) enum Ruling {
    /// Yes, and why.
    Publish(String),
    /// No: this stands instead.
    Stand(Verdict),
}

/// Rules on a new model. Every model is judged on deals newer than all it was trained on; a random split
/// would let it see the market it is to predict.
pub(crate) fn rule(
    trained: &Trained,
    champion: Option<&Artifact>,
    specs: &[FeatureSpec],
    rows: &[TrainingRow],
    lineage: &Lineage,
) -> (Ruling, Option<GateReport>) {
    let metrics = &trained.manifest.metrics_on_newest;
    let stand = |verdict| (Ruling::Stand(verdict), None);
    if metrics.log_loss >= metrics.base_rate_log_loss {
        return stand(Verdict::Refused {
            because: format!(
                "on the newest {} deals the model's log-loss {:.4} is not below the base rate's {:.4}",
                metrics.deals, metrics.log_loss, metrics.base_rate_log_loss
            ),
        });
    }
    let names: Vec<String> = specs.iter().map(|s| s.name.clone()).collect();
    let Some(champion) = champion.filter(|c| c.matches_features(&names).is_ok()) else {
        let because = format!(
            "log-loss {:.4} on the newest {} deals, the base rate's is {:.4}; no usable champion to compare",
            metrics.log_loss, metrics.deals, metrics.base_rate_log_loss
        );
        return (Ruling::Publish(because), None);
    };
    if champion.lineage().data == trained.manifest.data {
        let because = "no deal has come or changed since the champion was trained".to_owned();
        return stand(Verdict::Kept { because });
    }
    match challenge(champion, specs, rows, lineage) {
        Ok(report) => {
            let because = report.because.clone();
            let ruling = if report.promoted {
                Ruling::Publish(because)
            } else {
                Ruling::Stand(Verdict::Kept { because })
            };
            (ruling, Some(report))
        }
        Err(because) => stand(Verdict::Kept { because }),
    }
}

/// The challenger that is judged learns from the older 80 % alone. It is fitted as the one that would be
/// published, but for settings that follow the number of deals where that crosses a step. The champion may have learnt from some of the newest 20 % too: those deals are left out.
fn challenge(
    champion: &Artifact,
    specs: &[FeatureSpec],
    rows: &[TrainingRow],
    lineage: &Lineage,
) -> Result<GateReport, String> {
    let split = judge_split(rows);
    let learnt_until = champion.lineage().last_closed_at;
    let unseen: Vec<&TrainingRow> = split.newest.into_iter().filter(|r| r.closed_at > learnt_until).collect();
    let limits = GateLimits::default();
    if unseen.len() < limits.min_deals {
        return Err(format!(
            "{} deals have closed since the champion was trained, {} are needed to compare",
            unseen.len(),
            limits.min_deals
        ));
    }
    let older: Vec<TrainingRow> = split.older.into_iter().cloned().collect();
    let challenger = train(specs, &older, lineage.clone()).map_err(|e| e.to_string())?.artifact;
    gate(champion, &challenger, unseen, limits).map_err(|e| e.to_string())
}
