//! Decorrelating columns, as far as a ridge allows: after it, an optimiser finds its way in few steps.

use crate::factor::Factor;
use crate::math::count;

/// A row x becomes L⁻¹ (x − mean), where L Lᵀ is the columns' covariance plus a ridge.
pub(crate) struct Whitening {
    means: Vec<f64>,
    factor: Factor,
}

impl Whitening {
    /// Of rows that stand one behind the other, with a positive ridge. `None` if the covariance is not finite.
    pub(crate) fn of(values: &[f64], columns: usize, ridge: f64) -> Option<Self> {
        let rows = count(values.len() / columns);
        let mut means = vec![0.0; columns];
        for row in values.chunks_exact(columns) {
            means.iter_mut().zip(row).for_each(|(mean, x)| *mean += x / rows);
        }
        let mut covariance = vec![0.0; columns * columns];
        let mut centred = vec![0.0; columns];
        for row in values.chunks_exact(columns) {
            for ((c, x), mean) in centred.iter_mut().zip(row).zip(&means) {
                *c = x - mean;
            }
            for (i, x) in centred.iter().enumerate() {
                let line = &mut covariance[i * columns..=i * columns + i];
                line.iter_mut().zip(&centred).for_each(|(sum, y)| *sum += x * y);
            }
        }
        for sum in &mut covariance {
            *sum /= rows;
        }
        let factor = Factor::of(covariance, columns, ridge)?;
        Some(Self { means, factor })
    }

    /// Solves L z = x − mean, in place.
    pub(crate) fn apply(&self, row: &mut [f64]) {
        row.iter_mut().zip(&self.means).for_each(|(x, mean)| *x -= mean);
        self.factor.forward(row);
    }

    /// Intercept and weights for the columns as they were: w = L⁻ᵀ u.
    pub(crate) fn undo(&self, intercept: f64, mut weights: Vec<f64>) -> (f64, Vec<f64>) {
        self.factor.backward(&mut weights);
        let shift: f64 = weights.iter().zip(&self.means).map(|(w, mean)| w * mean).sum();
        (intercept - shift, weights)
    }
}
