//! Logistic regression by smartcore, and what is kept of it: linear terms of our own, so that scoring
//! depends on no trainer's format.

use serde::{Deserialize, Serialize};
use smartcore::linalg::basic::arrays::Array;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};

use crate::math::count;

/// The smartcore release that training uses; an artifact made by another one is refused.
pub const SMARTCORE_VERSION: &str = "0.7.0";

/// Why nothing could be learned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LearnError {
    /// NaN or infinity among the learner's columns. smartcore would return a broken model without a word.
    #[error("the encoded features hold a number that is not finite")]
    InputNotFinite,
    /// Rows and labels do not match, or there is only one kind of label.
    #[error("the learner needs rows of both kinds, won and lost, and one label a row")]
    OneClass,
    /// The learner refused.
    #[error("smartcore refused the rows: {problem}")]
    Refused {
        /// In its words.
        problem: String,
    },
    /// The learner gave numbers that are not finite.
    #[error("the learner ended with weights that are not finite")]
    NotConverged,
}

/// Encoded rows, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) values: Vec<f64>,
}

impl Matrix {
    /// The mean of each column.
    pub(crate) fn means(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        for row in self.values.chunks_exact(self.columns.max(1)) {
            for (sum, x) in sums.iter_mut().zip(row) {
                *sum += x;
            }
        }
        sums.into_iter().map(|sum| sum / count(self.rows)).collect()
    }
}

/// What a learner leaves behind. New kinds go last: the file stores the place of a variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Learned {
    /// intercept + Σ coefficient × column, in log-odds.
    Linear(LinearTerms),
}

/// Weights in log-odds, one a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LinearTerms {
    pub(crate) intercept: f64,
    pub(crate) coefficients: Vec<f64>,
}

impl LinearTerms {
    /// The raw margin of an encoded row, before calibration.
    pub(crate) fn margin(&self, row: &[f64]) -> f64 {
        self.intercept + self.coefficients.iter().zip(row).map(|(w, x)| w * x).sum::<f64>()
    }
}

/// Minimises Σ log-loss + ½ `alpha` Σ w²; the intercept is not penalised.
pub(crate) fn fit_logistic(matrix: Matrix, won: &[bool], alpha: f64) -> Result<LinearTerms, LearnError> {
    if !matrix.values.iter().all(|x| x.is_finite()) {
        return Err(LearnError::InputNotFinite);
    }
    let winners = won.iter().filter(|w| **w).count();
    if winners == 0 || winners == won.len() || won.len() != matrix.rows {
        return Err(LearnError::OneClass);
    }
    if matrix.columns == 0 {
        // Without columns the best margin is the base rate's.
        let intercept = (count(winners) / count(won.len() - winners)).ln();
        return Ok(LinearTerms { intercept, coefficients: Vec::new() });
    }
    let refused = |e: smartcore::error::Failed| LearnError::Refused { problem: e.to_string() };
    let x = DenseMatrix::new(matrix.rows, matrix.columns, matrix.values, false).map_err(refused)?;
    // smartcore sorts the labels: 0, lost, is the first class and 1, won, the one the margin speaks for.
    let y: Vec<u32> = won.iter().map(|w| u32::from(*w)).collect();
    let parameters = LogisticRegressionParameters::default().with_alpha(alpha);
    let model = LogisticRegression::fit(&x, &y, parameters).map_err(refused)?;
    let terms = LinearTerms {
        intercept: model.intercept().iterator(0).copied().next().unwrap_or(f64::NAN),
        coefficients: model.coefficients().iterator(0).copied().collect(),
    };
    let finite = terms.intercept.is_finite() && terms.coefficients.iter().all(|w| w.is_finite());
    if finite && terms.coefficients.len() == matrix.columns {
        Ok(terms)
    } else {
        Err(LearnError::NotConverged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_smartcore_would_take_silently_is_refused() {
        let matrix = |values: Vec<f64>| Matrix { rows: values.len(), columns: 1, values };
        let both = [true, false];
        let nan = fit_logistic(matrix(vec![1.0, f64::NAN]), &both, 1.0);
        assert_eq!(nan.unwrap_err(), LearnError::InputNotFinite);
        let one = fit_logistic(matrix(vec![1.0, 2.0]), &[true, true], 1.0);
        assert_eq!(one.unwrap_err(), LearnError::OneClass);
    }

    #[test]
    fn without_columns_the_base_rate_remains() {
        let matrix = Matrix { rows: 4, columns: 0, values: Vec::new() };
        let terms = fit_logistic(matrix, &[true, false, false, false], 1.0).unwrap();
        assert!((terms.margin(&[]) - (1.0_f64 / 3.0).ln()).abs() < 1e-15);
    }

    /// Of what is really built, the lock file knows best.
    #[test]
    fn the_recorded_version_is_the_one_that_is_built() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
        let lock = std::fs::read_to_string(path).unwrap();
        assert!(lock.contains(&format!("name = \"smartcore\"\nversion = \"{SMARTCORE_VERSION}\"\n")));
    }
}
