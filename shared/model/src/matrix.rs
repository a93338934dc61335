//! Encoded rows, row by row, in single precision: half the memory, and what the trainers read themselves.

use crate::math::count;

/// Rows of equal width.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) values: Vec<f32>,
}

impl Matrix {
    /// A row's values.
    pub(crate) fn row(&self, row: usize) -> &[f32] {
        self.values.get(row * self.columns..(row + 1) * self.columns).unwrap_or_default()
    }

    /// Row by row.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[f32]> {
        (0..self.rows).map(|row| self.row(row))
    }

    /// The mean of each column.
    pub(crate) fn means(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        for row in self.iter() {
            for (sum, x) in sums.iter_mut().zip(row) {
                *sum += f64::from(*x);
            }
        }
        sums.into_iter().map(|sum| sum / count(self.rows.max(1))).collect()
    }

    /// Some of the rows.
    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        let values = rows.iter().flat_map(|row| self.row(*row).iter().copied()).collect();
        Self { rows: rows.len(), columns: self.columns, values }
    }
}

/// At most so many of `n` rows, evenly spaced; all of them where there are no more.
pub(crate) fn evenly(n: usize, at_most: usize) -> Vec<usize> {
    let kept = n.min(at_most.max(1));
    (0..kept).map(|i| i * n / kept).collect()
}
