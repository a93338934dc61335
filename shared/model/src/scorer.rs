//! What a fit leaves behind and scoring needs: encoder, learned terms, calibration, the average lead.

use leadlight_lead::FeatureVector;
use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::encoder::{Encoder, FeatureError};
use crate::learner::Learned;

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
    pub(crate) fn encode(&self, vector: &FeatureVector) -> Result<Vec<f64>, FeatureError> {
        let mut row = Vec::with_capacity(self.means.len());
        self.encoder.encode(vector, &mut row)?;
        Ok(row)
    }

    /// Calibrated log-odds of an encoded row.
    pub(crate) fn margin_of(&self, row: &[f64]) -> f64 {
        let Learned::Linear(terms) = &self.learned;
        self.calibration.apply(terms.margin(row))
    }

    /// Calibrated log-odds.
    pub(crate) fn margin(&self, vector: &FeatureVector) -> Result<f64, FeatureError> {
        Ok(self.margin_of(&self.encode(vector)?))
    }
}
