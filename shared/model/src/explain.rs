//! A prediction and its reasons.

use leadlight_lead::{CriterionGroup, FeatureVector, Reason, Score};
use serde::Serialize;

use crate::artifact::Artifact;
use crate::encoder::FeatureError;
use crate::learner::Learned;
use crate::math::sigmoid;
use crate::scorer::Scorer;

/// The factor of the reason that stands for the average lead.
pub const BASELINE_FACTOR: &str = "average lead";

/// What a model says of one lead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prediction {
    /// Calibrated probability that the deal is won, 0 to 1.
    pub probability: f64,
    /// Its log-odds, ln(p / (1 − p)).
    pub margin: f64,
    /// Its place among past leads, 0 to 100.
    pub score: Score,
    /// One reason a feature, largest first whatever its sign (equal ones in the policy's order), then the
    /// baseline: what is read first is always about this lead. In log-odds; they sum to `margin`.
    pub reasons: Vec<Reason>,
}

/// Why a lead could not be scored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PredictError {
    /// A value cannot be used.
    #[error(transparent)]
    Feature(#[from] FeatureError),
    /// Each value is usable, together they are beyond double precision.
    #[error("the lead's features add up to more than a number can hold")]
    Overflow,
}

impl Artifact {
    /// Scores a lead. Features that the model does not know are ignored; those it knows and the vector lacks
    /// count as not known.
    pub fn predict(&self, features: &FeatureVector) -> Result<Prediction, PredictError> {
        let row = self.scorer().encode(features)?;
        let margin = finite(self.scorer().margin_of(&row))?;
        let score = self.places().score(margin).ok_or(PredictError::Overflow)?;
        Ok(Prediction { probability: sigmoid(margin), margin, score, reasons: reasons(self.scorer(), &row) })
    }

    /// The calibrated log-odds alone.
    pub(crate) fn margin(&self, features: &FeatureVector) -> Result<f64, PredictError> {
        finite(self.scorer().margin(features)?)
    }
}

fn finite(margin: f64) -> Result<f64, PredictError> {
    if margin.is_finite() { Ok(margin) } else { Err(PredictError::Overflow) }
}

/// A feature's part is a · Σ w (x − mean of x) over its columns: for a linear model these are the exact
/// Shapley values against the training rows as background (Lundberg and Lee 2017, corollary 1), and the
/// affine calibration only scales them. The baseline is the margin of the average encoded lead.
pub(crate) fn reasons(scorer: &Scorer, row: &[f64]) -> Vec<Reason> {
    let Learned::Linear(terms) = &scorer.learned;
    let slope = scorer.calibration.slope;
    let part = |column: usize| -> Option<f64> {
        Some(terms.coefficients.get(column)? * (row.get(column)? - scorer.means.get(column)?))
    };
    let mut reasons: Vec<Reason> = scorer
        .encoder
        .columns()
        .map(|(spec, columns)| Reason {
            group: spec.group,
            factor: spec.factor.clone(),
            // An empty sum is −0; adding 0 makes it 0.
            contribution: slope * columns.filter_map(part).sum::<f64>() + 0.0,
        })
        .collect();
    reasons.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    reasons.push(Reason {
        group: CriterionGroup::Baseline,
        factor: BASELINE_FACTOR.to_owned(),
        contribution: scorer.margin_of(&scorer.means),
    });
    reasons
}
