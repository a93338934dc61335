//! From closed deals to a model, or to the reason why there is none.

use std::collections::BTreeSet;

use leadlight_lead::CriterionGroup;

use crate::artifact::{Artifact, ArtifactLineage, Body};
use crate::encoder::FeatureError;
use crate::file::{ArtifactError, seal};
use crate::golden::golden;
use crate::learner::{LearnError, SMARTCORE_VERSION};
use crate::manifest::Manifest;
use crate::math::count;
use crate::metrics::Metrics;
use crate::places::Places;
use crate::recipe::{self, MIN_CLOSED, MIN_OF_A_CLASS, RecipeError, Settings};
use crate::rows::{FeatureSpec, Lineage, SortedRows, TrainingRow};
use crate::scorer::Scorer;

/// A model and its papers.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The model.
    pub artifact: Artifact,
    /// Its papers.
    pub manifest: Manifest,
}

/// Why there is no model. Rules go on deciding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// The policy declares none.
    #[error("there are no features to learn from; declare some in the policy")]
    NoFeatures,
    /// Two features of one name.
    #[error("feature `{feature}` is declared twice")]
    DuplicateFeature {
        /// Its name.
        feature: String,
    },
    /// The baseline stands for the average lead and can be no feature's group.
    #[error("feature `{feature}` is in the group `baseline`, which is reserved for the average lead")]
    ReservedGroup {
        /// Its name.
        feature: String,
    },
    /// Not enough history for a model that beats rules.
    #[error(
        "rules decide: a model needs {MIN_CLOSED} closed deals with at least {MIN_OF_A_CLASS} won and \
         {MIN_OF_A_CLASS} lost, there are {closed} ({won} won, {lost} lost); at least {needed_closed} more \
         closed, {needed_won} more won and {needed_lost} more lost are needed"
    )]
    TooFewDeals {
        /// Closed deals there are.
        closed: usize,
        /// Of them won.
        won: usize,
        /// Of them lost.
        lost: usize,
        /// How many more closed deals are needed, whatever their kind; at least the sum of the next two.
        needed_closed: usize,
        /// How many more must be won.
        needed_won: usize,
        /// How many more must be lost.
        needed_lost: usize,
    },
    /// A feature's values cannot be used.
    #[error(transparent)]
    Feature(#[from] FeatureError),
    /// Every feature is the same in every deal.
    #[error("none of the features differs between the closed deals: there is nothing to learn from")]
    NothingVaries,
    /// All wins, or all losses, are among the newest deals: no model could have been judged.
    #[error(
        "the older {deals} closed deals were all {}: a model cannot be judged on the newest 20 % yet; train \
         again when older deals of both kinds are known",
        if *won { "won" } else { "lost" }
    )]
    OneSidedHistory {
        /// How many older deals.
        deals: usize,
        /// Whether they were won.
        won: bool,
    },
    /// The learner failed.
    #[error("the learner failed: {0}")]
    Learn(LearnError),
    /// The finished model did not pass the checks that scoring makes.
    #[error("the trained model did not pass its own checks: {0}")]
    Artifact(#[from] ArtifactError),
}

impl From<RecipeError> for TrainError {
    fn from(error: RecipeError) -> Self {
        match error {
            RecipeError::Feature(e) => Self::Feature(e),
            RecipeError::Learn(e) => Self::Learn(e),
        }
    }
}

/// Trains a model on closed deals. The same rows, in any order, give the same bytes.
///
/// The recipe runs twice. First on the older 80 %, calibration included, and is judged on the newest 20 %,
/// which it has not seen in any way: those are the metrics. Then on all the rows, calibration included, and
/// that is published: leads to come resemble the newest deals most, so neither weights nor calibration should
/// do without them.
pub fn train(specs: &[FeatureSpec], rows: &[TrainingRow], lineage: Lineage) -> Result<Trained, TrainError> {
    check_specs(specs)?;
    check_counts(rows)?;
    let sorted = SortedRows::new(rows);
    let settings = Settings::for_deals(rows.len());
    let (older, newest) = sorted.rows.split_at(sorted.older());
    // On all rows first: what is wrong with the data is then told of the data, not of a part of it.
    let (scorer, notes) = recipe::fit(specs, &sorted.rows, settings)?;
    if scorer.encoder.width() == 0 {
        return Err(TrainError::NothingVaries);
    }
    let metrics = judge(specs, older, newest, settings)?;
    let body = assemble(specs, &sorted, scorer, metrics, lineage)?;
    // Through the same door as any reader: what training hands out has passed every check.
    let artifact = Artifact::from_bytes(&seal(&body)?)?;
    let manifest = manifest(&artifact, settings, notes);
    Ok(Trained { artifact, manifest })
}

fn check_specs(specs: &[FeatureSpec]) -> Result<(), TrainError> {
    if specs.is_empty() {
        return Err(TrainError::NoFeatures);
    }
    let mut seen = BTreeSet::new();
    for spec in specs {
        if !seen.insert(&spec.name) {
            return Err(TrainError::DuplicateFeature { feature: spec.name.clone() });
        }
        if spec.group == CriterionGroup::Baseline {
            return Err(TrainError::ReservedGroup { feature: spec.name.clone() });
        }
    }
    Ok(())
}

fn check_counts(rows: &[TrainingRow]) -> Result<(), TrainError> {
    let closed = rows.len();
    let won = rows.iter().filter(|row| row.won).count();
    let lost = closed - won;
    let needed_won = MIN_OF_A_CLASS.saturating_sub(won);
    let needed_lost = MIN_OF_A_CLASS.saturating_sub(lost);
    let needed_closed = MIN_CLOSED.saturating_sub(closed).max(needed_won + needed_lost);
    if needed_closed == 0 {
        Ok(())
    } else {
        Err(TrainError::TooFewDeals { closed, won, lost, needed_closed, needed_won, needed_lost })
    }
}

fn judge(
    specs: &[FeatureSpec],
    older: &[&TrainingRow],
    newest: &[&TrainingRow],
    settings: Settings,
) -> Result<Metrics, TrainError> {
    let won = older.iter().filter(|row| row.won).count();
    let one_sided = |won| TrainError::OneSidedHistory { deals: older.len(), won };
    if won == 0 || won == older.len() {
        return Err(one_sided(won > 0));
    }
    let (scorer, _) = recipe::fit(specs, older, settings)?;
    let points = newest
        .iter()
        .map(|row| Ok((scorer.margin(&row.features)?, row.won)))
        .collect::<Result<Vec<_>, FeatureError>>()?;
    // There are at least 50 rows, so at least 10 newest ones.
    Metrics::of(&points, count(won) / count(older.len())).ok_or_else(|| one_sided(false))
}

fn assemble(
    specs: &[FeatureSpec],
    sorted: &SortedRows<'_>,
    scorer: Scorer,
    metrics: Metrics,
    lineage: Lineage,
) -> Result<Body, TrainError> {
    let rows = &sorted.rows;
    let margins =
        rows.iter().map(|row| scorer.margin(&row.features)).collect::<Result<Vec<_>, FeatureError>>()?;
    let won = rows.iter().filter(|row| row.won).count();
    let closed_at = |row: Option<&&TrainingRow>| row.map_or(lineage.trained_at, |row| row.closed_at);
    Ok(Body {
        lineage: ArtifactLineage {
            data: sorted.data.clone(),
            smartcore_version: SMARTCORE_VERSION.to_owned(),
            won,
            lost: rows.len() - won,
            first_closed_at: closed_at(rows.first()),
            last_closed_at: closed_at(rows.last()),
            trained_at: lineage.trained_at,
            policy: lineage.policy,
            code_version: lineage.code_version,
        },
        golden: golden(specs, rows, &scorer)?,
        places: Places::of(margins),
        scorer,
        metrics,
    })
}

fn manifest(artifact: &Artifact, settings: Settings, notes: Vec<String>) -> Manifest {
    let lineage = artifact.lineage().clone();
    Manifest {
        schema_version: Manifest::SCHEMA_VERSION,
        model: artifact.hash(),
        artifact_bytes: artifact.to_bytes().len(),
        learner: "logistic regression".to_owned(),
        alpha: settings.alpha,
        smartcore_version: lineage.smartcore_version,
        policy: lineage.policy,
        data: lineage.data,
        code_version: lineage.code_version,
        trained_at: lineage.trained_at,
        deals: lineage.won + lineage.lost,
        won: lineage.won,
        lost: lineage.lost,
        first_closed_at: lineage.first_closed_at,
        last_closed_at: lineage.last_closed_at,
        features: artifact.features().cloned().collect(),
        metrics_on_newest: artifact.metrics().clone(),
        calibration: artifact.calibration().clone(),
        notes,
    }
}
