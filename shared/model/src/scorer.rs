//! What a fit leaves behind and scoring needs: encoder, learned terms, calibration, the average lead.

use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::encoder::{Encoder, FeatureError};
use crate::learners::Learned;
use crate::table::Deals;
use crate::treeshap;

/// One fitted model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scorer {
    pub(crate) encoder: Encoder,
    pub(crate) learned: Learned,
    pub(crate) calibration: Calibration,
    /// The mean of each encoded column over the training rows.
    pub(crate) means: Vec<f64>,
}

impl Scorer {
    /// Calibrated log-odds of an encoded row.
    pub(crate) fn margin_of(&self, row: &[f32]) -> f64 {
        self.calibration.apply(self.learned.margin(row))
    }

    /// Calibrated log-odds of some deals.
    pub(crate) fn margins(&self, deals: &Deals, rows: &[usize]) -> Result<Vec<f64>, FeatureError> {
        let matrix = self.encoder.encode_rows(deals, rows)?;
        Ok(matrix.iter().map(|row| self.margin_of(row)).collect())
    }

    /// Each feature's Shapley value in calibrated log-odds, and the baseline; they sum to the margin. The
    /// affine calibration a·z + b only scales the learner's own values, and b belongs to the baseline.
    ///
    /// Of a linear model a feature's value is Σ w (x − mean of x) over its columns, exact against the training
    /// rows as background (Lundberg and Lee 2017, corollary 1). Of trees and additive models see there.
    pub(crate) fn contributions(&self, row: &[f32]) -> (Vec<f64>, f64) {
        let (parts, expected) = self.said(&self.learned, row);
        let slope = self.calibration.slope;
        // An empty sum is −0; adding 0 makes it 0.
        (parts.into_iter().map(|part: f64| slope * part + 0.0).collect(), self.calibration.apply(expected))
    }

    /// What a learner alone says of each feature, and what it expects of the average lead.
    fn said(&self, learned: &Learned, row: &[f32]) -> (Vec<f64>, f64) {
        let players = self.encoder.features.len();
        match learned {
            Learned::Linear(terms) => {
                let part = |column: usize| -> Option<f64> {
                    let x = f64::from(*row.get(column)?);
                    Some(terms.coefficients.get(column)? * (x - self.means.get(column)?))
                };
                let parts = self.encoder.ranges().map(|columns| columns.filter_map(part).sum::<f64>());
                let mean: f64 = terms.coefficients.iter().zip(&self.means).map(|(w, x)| w * x).sum();
                (parts.collect(), terms.intercept + mean)
            }
            Learned::Trees(ensemble) => {
                let player_of = self.encoder.feature_of_column();
                (treeshap::contributions(ensemble, row, &player_of, players), ensemble.expected())
            }
            Learned::Additive(additive) => {
                let player_of = self.encoder.feature_of_column();
                (additive.contributions(row, &player_of, players), additive.expected())
            }
            Learned::Blend(blend) => {
                let mut sum = (vec![0.0; players], 0.0);
                for (weight, learned) in &blend.parts {
                    let (parts, expected) = self.said(learned, row);
                    sum.0.iter_mut().zip(parts).for_each(|(sum, part)| *sum += weight * part);
                    sum.1 += weight * expected;
                }
                sum
            }
        }
    }
}
