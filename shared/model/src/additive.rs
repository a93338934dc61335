//! An additive model: a step function of each column, and tables of a few pairs of columns. Every number in it
//! can be drawn, and its Shapley values are read off.

#[cfg(any(feature = "boosters", test))]
mod fitted;

use serde::{Deserialize, Serialize};

/// base + Σ terms, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Additive {
    pub(crate) base: f64,
    pub(crate) curves: Vec<Curve>,
    pub(crate) pairs: Vec<Pair>,
}

/// A step function of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Curve {
    pub(crate) axis: Axis,
    /// One more than the axis has edges.
    pub(crate) values: Vec<f32>,
    /// Of the training rows.
    pub(crate) mean: f64,
}

/// A table of two columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pair {
    pub(crate) first: Axis,
    pub(crate) second: Axis,
    /// A line for each cell of the first axis.
    pub(crate) values: Vec<f32>,
    /// Of each line, over how the training rows fall on the second axis.
    pub(crate) line_means: Vec<f64>,
    /// Of each column, over how they fall on the first.
    pub(crate) column_means: Vec<f64>,
    /// Over both, as if they fell on each without regard to the other.
    pub(crate) mean: f64,
}

/// A column, cut at edges: a value falls into the cell after all the edges that are not above it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Axis {
    pub(crate) column: usize,
    pub(crate) edges: Vec<f32>,
}

impl Axis {
    fn cells(&self) -> usize {
        self.edges.len() + 1
    }

    fn cell(&self, row: &[f32]) -> usize {
        row.get(self.column).map_or(0, |x| self.edges.partition_point(|edge| edge <= x))
    }

    fn is_valid(&self, width: usize) -> bool {
        self.column < width
            && self.edges.iter().all(|edge| edge.is_finite())
            && self.edges.is_sorted_by(|a, b| a < b)
    }
}

impl Curve {
    fn value(&self, row: &[f32]) -> f64 {
        self.values.get(self.axis.cell(row)).copied().map_or(f64::NAN, f64::from)
    }
}

impl Pair {
    fn cells(&self, row: &[f32]) -> (usize, usize) {
        (self.first.cell(row), self.second.cell(row))
    }

    fn value(&self, row: &[f32]) -> f64 {
        let (line, column) = self.cells(row);
        self.values.get(line * self.second.cells() + column).copied().map_or(f64::NAN, f64::from)
    }
}

impl Additive {
    /// The raw margin of an encoded row, before calibration.
    pub(crate) fn margin(&self, row: &[f32]) -> f64 {
        let curves: f64 = self.curves.iter().map(|curve| curve.value(row)).sum();
        self.base + curves + self.pairs.iter().map(|pair| pair.value(row)).sum::<f64>()
    }

    /// What is said of a lead of which nothing is looked at.
    pub(crate) fn expected(&self) -> f64 {
        let curves: f64 = self.curves.iter().map(|curve| curve.mean).sum();
        self.base + curves + self.pairs.iter().map(|pair| pair.mean).sum::<f64>()
    }

    /// Shapley values. The game: of a column that is not looked at, its distribution among the training rows
    /// stands in, whatever the other columns say. A curve's part is then what it says less its mean; of a pair
    /// each column gets half of what it adds alone and half of what it adds when the other is known.
    ///
    /// Σ parts + [`Additive::expected`] = [`Additive::margin`]. `player_of` maps a column to its feature, below
    /// `players`: the columns of a feature are looked at together.
    pub(crate) fn contributions(&self, row: &[f32], player_of: &[usize], players: usize) -> Vec<f64> {
        let mut parts = vec![0.0; players];
        let mut add = |column: usize, part: f64| {
            if let Some(sum) = player_of.get(column).and_then(|player| parts.get_mut(*player)) {
                *sum += part;
            }
        };
        for curve in &self.curves {
            add(curve.axis.column, curve.value(row) - curve.mean);
        }
        for pair in &self.pairs {
            let value = pair.value(row);
            let (line, column) = pair.cells(row);
            let alone = |means: &[f64], cell: usize| means.get(cell).copied().unwrap_or(f64::NAN);
            let (first, second) = (alone(&pair.line_means, line), alone(&pair.column_means, column));
            add(pair.first.column, f64::midpoint(first - pair.mean, value - second));
            add(pair.second.column, f64::midpoint(second - pair.mean, value - first));
        }
        parts
    }

    /// What reading must make sure of.
    pub(crate) fn check(&self, width: usize) -> Result<(), &'static str> {
        let finite = |values: &[f32]| values.iter().all(|x| x.is_finite());
        let means =
            |values: &[f64], cells: usize| values.len() == cells && values.iter().all(|x| x.is_finite());
        let curve = |c: &Curve| {
            c.axis.is_valid(width)
                && c.values.len() == c.axis.cells()
                && finite(&c.values)
                && c.mean.is_finite()
        };
        let pair = |p: &Pair| {
            p.first.is_valid(width)
                && p.second.is_valid(width)
                && Some(p.values.len()) == p.first.cells().checked_mul(p.second.cells())
                && finite(&p.values)
                && means(&p.line_means, p.first.cells())
                && means(&p.column_means, p.second.cells())
                && p.mean.is_finite()
        };
        if !self.base.is_finite() {
            return Err("its base is not finite");
        }
        if !self.curves.iter().all(curve) {
            return Err("a curve is not usable");
        }
        if self.pairs.iter().all(pair) { Ok(()) } else { Err("a pair's table is not usable") }
    }

    /// How large it is, in words.
    pub(crate) fn size(&self) -> String {
        let cells: usize = self.curves.iter().map(|c| c.values.len()).sum();
        format!("{} curves of {cells} steps in all, {} pairs", self.curves.len(), self.pairs.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::math::count;
    use crate::matrix::Matrix;

    fn single(i: usize) -> f32 {
        f32::from(u16::try_from(i).unwrap())
    }

    fn axis(column: usize, edges: &[f32]) -> Axis {
        Axis { column, edges: edges.to_vec() }
    }

    /// Two curves, and pairs of two features and within one.
    fn sample(matrix: &Matrix) -> Additive {
        let (a, b, c) = (axis(0, &[-0.5, 0.0, 0.7]), axis(1, &[0.2]), axis(2, &[-0.3, 0.3]));
        let table = |n: usize, by: f32| (0..n).map(|i| single(i * i) * by).map(f32::sin).collect::<Vec<_>>();
        Additive {
            base: 0.25,
            curves: vec![
                Curve::new(a.clone(), table(4, 1.3), matrix),
                Curve::new(b.clone(), table(2, 0.7), matrix),
            ],
            pairs: vec![
                Pair::new(a, b.clone(), table(8, 0.9), matrix),
                Pair::new(b, c, table(6, 2.1), matrix),
            ],
        }
    }

    fn matrix() -> Matrix {
        let values = (0..150).map(|i| single(i * 37 % 101) / 50.0 - 1.0).collect();
        Matrix { rows: 50, columns: 3, values }
    }

    /// The game by its definition: unknown columns run through the training rows' values, each on its own.
    fn worth(model: &Additive, matrix: &Matrix, row: &[f32], known: &dyn Fn(usize) -> bool) -> f64 {
        let over = |column: usize| -> Vec<f32> {
            if known(column) { vec![row[column]] } else { matrix.iter().map(|r| r[column]).collect() }
        };
        let (a, b, c) = (over(0), over(1), over(2));
        let mut sum = 0.0;
        for x in &a {
            for y in &b {
                for z in &c {
                    sum += model.margin(&[*x, *y, *z]);
                }
            }
        }
        sum / count(a.len() * b.len() * c.len())
    }

    fn brute_force(
        model: &Additive,
        matrix: &Matrix,
        row: &[f32],
        player_of: &[usize],
        players: usize,
    ) -> Vec<f64> {
        let value =
            |coalition: usize| worth(model, matrix, row, &|column| coalition >> player_of[column] & 1 == 1);
        let factorial = |n: usize| (1..=n).map(count).product::<f64>();
        (0..players)
            .map(|player| {
                (0..1_usize << players)
                    .filter(|s| s >> player & 1 == 0)
                    .map(|s| {
                        let size = s.count_ones() as usize;
                        let weight = factorial(size) * factorial(players - size - 1) / factorial(players);
                        weight * (value(s | 1 << player) - value(s))
                    })
                    .sum()
            })
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn they_are_shapley_values(row in prop::collection::vec(-1.0..1.0_f32, 3)) {
            let matrix = matrix();
            let model = sample(&matrix);
            prop_assert_eq!(model.check(3), Ok(()));
            for (player_of, players) in [(vec![0, 1, 2], 3), (vec![0, 0, 1], 2)] {
                let fast = model.contributions(&row, &player_of, players);
                let slow = brute_force(&model, &matrix, &row, &player_of, players);
                for (a, b) in fast.iter().zip(&slow) {
                    prop_assert!((a - b).abs() < 1e-9, "{fast:?} {slow:?}");
                }
                let sum = model.expected() + fast.iter().sum::<f64>();
                prop_assert!((sum - model.margin(&row)).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn broken_models_are_told_apart() {
        let good = sample(&matrix());
        let mut broken = vec![good.clone(); 5];
        broken[0].base = f64::NAN;
        broken[1].curves[0].values.pop();
        broken[2].curves[1].axis.column = 3;
        broken[3].pairs[0].values[0] = f32::INFINITY;
        broken[4].pairs[1].second.edges.reverse();
        assert!(broken.iter().all(|model| model.check(3).is_err()));
    }
}
