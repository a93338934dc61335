//! Decorrelating columns, as far as a ridge allows: after it, an optimiser finds its way in few steps.

use crate::math::count;

/// A row x becomes L⁻¹ (x − mean), where L Lᵀ is the columns' covariance plus a ridge.
pub(crate) struct Whitening {
    columns: usize,
    means: Vec<f64>,
    /// L, row by row; above the diagonal 0.
    factor: Vec<f64>,
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
        let factor = cholesky(covariance, columns, ridge)?;
        Some(Self { columns, means, factor })
    }

    /// Solves L z = x − mean, in place.
    pub(crate) fn apply(&self, row: &mut [f64]) {
        row.iter_mut().zip(&self.means).for_each(|(x, mean)| *x -= mean);
        for i in 0..self.columns {
            let line = &self.factor[i * self.columns..=i * self.columns + i];
            let known: f64 = line.iter().zip(row.iter()).take(i).map(|(l, z)| l * z).sum();
            row[i] = (row[i] - known) / line[i];
        }
    }

    /// Intercept and weights for the columns as they were: w = L⁻ᵀ u.
    pub(crate) fn undo(&self, intercept: f64, mut weights: Vec<f64>) -> (f64, Vec<f64>) {
        for i in (0..self.columns).rev() {
            let below: f64 =
                (i + 1..self.columns).map(|j| self.factor[j * self.columns + i] * weights[j]).sum();
            weights[i] = (weights[i] - below) / self.factor[i * self.columns + i];
        }
        let shift: f64 = weights.iter().zip(&self.means).map(|(w, mean)| w * mean).sum();
        (intercept - shift, weights)
    }
}

/// The lower factor of a covariance plus `ridge` on its diagonal; of the covariance only the lower half is
/// read.
fn cholesky(mut a: Vec<f64>, n: usize, ridge: f64) -> Option<Vec<f64>> {
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum();
            let rest = a[i * n + j] - known;
            a[i * n + j] = if i == j { (rest + ridge).sqrt() } else { rest / a[j * n + j] };
        }
        a[i * n + i + 1..(i + 1) * n].fill(0.0);
    }
    a.iter().all(|x| x.is_finite()).then_some(a)
}
