//! From what a trainer fitted to curves and tables that know how the training rows fall on them.

use super::{Axis, Curve, Pair};
use crate::math::count;
use crate::matrix::Matrix;

impl Axis {
    /// How the rows fall on it, as shares.
    fn shares(&self, matrix: &Matrix) -> Vec<f64> {
        let mut shares = vec![0.0; self.cells()];
        for row in matrix.iter() {
            shares[self.cell(row)] += 1.0 / count(matrix.rows.max(1));
        }
        shares
    }
}

impl Curve {
    pub(crate) fn new(axis: Axis, values: Vec<f32>, matrix: &Matrix) -> Self {
        let mean = dot(&values, &axis.shares(matrix));
        Self { axis, values, mean }
    }
}

impl Pair {
    pub(crate) fn new(first: Axis, second: Axis, values: Vec<f32>, matrix: &Matrix) -> Self {
        let (lines, columns) = (first.shares(matrix), second.shares(matrix));
        let width = second.cells();
        let line_means: Vec<f64> = values.chunks_exact(width).map(|line| dot(line, &columns)).collect();
        let column_means = (0..width)
            .map(|c| {
                values.chunks_exact(width).zip(&lines).map(|(line, share)| f64::from(line[c]) * share).sum()
            })
            .collect();
        let mean = line_means.iter().zip(&lines).map(|(mean, share)| mean * share).sum();
        Self { first, second, values, line_means, column_means, mean }
    }
}

fn dot(values: &[f32], shares: &[f64]) -> f64 {
    values.iter().zip(shares).map(|(value, share)| f64::from(*value) * share).sum()
}
