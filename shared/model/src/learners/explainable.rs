//! hessboost's explainable boosting machine, written down as an additive model of our own.

use std::num::NonZeroUsize;

use hessboost::config::{BoosterKind, Ebm, EbmEarlyStopping, GrowPolicy, TrainingParams};
use hessboost::ebm::{ShapeFunctions, TermAxis, TermShape, shape_functions};
use hessboost::objective::{Objective, RegLoss};
use hessboost::training::train;

use super::{LearnError, Learned, Learner, LearnerKind, Task, refused};
use crate::additive::{Additive, Axis, Curve, Pair};
use crate::matrix::Matrix;

/// Fits on different rows that are averaged; each stops where the rows it has not seen tell it to.
const BAGS: usize = 3;
/// Of the rows, the share that each of them learns from.
const BAG_SHARE: f64 = 0.8;
/// The part of a step that each tree takes.
const RATE: f64 = 0.1;
/// Rounds over all the columns, and rounds without a gain after which a fit ends.
const MAX_ROUNDS: usize = 300;
const PATIENCE: NonZeroUsize = NonZeroUsize::new(15).unwrap();
/// Relative gain that counts as none.
const TOLERANCE: f64 = 1e-5;
/// Pairs of columns.
const PAIRS: usize = 5;
/// Cells of an axis. Own measurement on a marketing data set of 33,000 rows: 48 lose .4 % of log-loss against 128,
/// and 256 gain nothing more. They bound the artifact's size: five full pairs of 96 take 184 KB.
const CELLS: usize = 96;
/// Leaves of a tree.
const LEAVES: usize = 3;
/// Deals' curvature that a leaf must hold, and the ridge on its value.
const MIN_WEIGHT: f64 = 4.0;
const RIDGE: f64 = 5.0;
/// Rows that it takes at most: curves of so few steps gain nothing from more.
const MAX_ROWS: usize = 60_000;

pub(super) struct Explainable;

impl Learner for Explainable {
    fn kind(&self) -> LearnerKind {
        LearnerKind::ExplainableBoosting
    }

    fn remark(&self, rows: usize) -> String {
        if rows > MAX_ROWS {
            format!("learnt from {MAX_ROWS} of {rows} deals, evenly spaced")
        } else {
            format!("{BAGS} fits averaged, {PAIRS} pairs")
        }
    }

    fn fit(&self, task: &Task<'_>) -> Result<Learned, LearnError> {
        task.check()?;
        if task.matrix.columns == 0 {
            return Ok(Learned::Additive(Additive {
                base: task.base_margin(),
                curves: Vec::new(),
                pairs: Vec::new(),
            }));
        }
        task.with_at_most(MAX_ROWS, boost).map(Learned::Additive)
    }
}

fn boost(task: &Task<'_>) -> Result<Additive, LearnError> {
    task.check()?;
    let data = super::histogram::data(task)?;
    let model = train(&parameters(task)?, &data, MAX_ROUNDS).map_err(refused)?;
    let additive = additive(&shape_functions(&model).map_err(refused)?, task.matrix)?;
    additive
        .check(task.matrix.columns)
        .map_err(|problem| LearnError::Unreadable { problem: problem.to_owned() })?;
    Ok(additive)
}

fn parameters(task: &Task<'_>) -> Result<TrainingParams, LearnError> {
    let columns = task.matrix.columns;
    let ebm = Ebm::builder()
        .outer_bags(BAGS)
        .bag_fraction(BAG_SHARE)
        .early_stopping(EbmEarlyStopping::new(PATIENCE, TOLERANCE).map_err(refused)?)
        .interactions(PAIRS.min(columns * (columns - 1) / 2))
        .build()
        .map_err(refused)?;
    TrainingParams::builder()
        .objective(Objective::BinaryLogistic(RegLoss::default()))
        .booster(BoosterKind::Ebm(ebm))
        .eta(RATE)
        .grow_policy(GrowPolicy::LossGuide)
        .max_leaves(LEAVES)
        .max_bin(CELLS)
        .min_child_weight(MIN_WEIGHT)
        .lambda(RIDGE)
        .monotone_constraints(super::histogram::directions(task.signs))
        .build()
        .map_err(refused)
}

fn additive(shapes: &ShapeFunctions, matrix: &Matrix) -> Result<Additive, LearnError> {
    let unreadable = |problem: &str| LearnError::Unreadable { problem: problem.to_owned() };
    let mut additive = Additive { base: shapes.intercept, curves: Vec::new(), pairs: Vec::new() };
    for term in &shapes.terms {
        let axes = axes(term).ok_or_else(|| unreadable("it has an axis of categories"))?;
        match <[Axis; 1]>::try_from(axes) {
            // Rows have no gaps: the last cell, for missing values, is never entered.
            Ok([only]) => {
                let values = single(&term.values()[..=only.edges.len()]);
                additive.curves.push(Curve::new(only, values, matrix));
            }
            Err(axes) => {
                let [first, second] =
                    <[Axis; 2]>::try_from(axes).map_err(|_| unreadable("a term has more than two axes"))?;
                let width = second.edges.len() + 2;
                let lines = term.values().chunks_exact(width).take(first.edges.len() + 1);
                let values = lines.flat_map(|line| single(&line[..=second.edges.len()])).collect();
                additive.pairs.push(Pair::new(first, second, values, matrix));
            }
        }
    }
    // A curve that says nothing need not travel.
    additive.curves.retain(|curve| curve.values.iter().any(|x| *x != 0.0));
    Ok(additive)
}

fn axes(term: &TermShape) -> Option<Vec<Axis>> {
    let axis = |(column, axis): (&u32, &TermAxis)| match axis {
        TermAxis::Numeric { edges, .. } => {
            Some(Axis { column: usize::try_from(*column).ok()?, edges: edges.clone() })
        }
        _ => None,
    };
    term.features().iter().zip(term.axes()).map(axis).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "the trainer's own leaves are in single precision")]
fn single(values: &[f64]) -> Vec<f32> {
    values.iter().map(|x| *x as f32).collect()
}

#[cfg(test)]
mod tests {
    use hessboost::model::Iterations;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;
    use crate::math::sigmoid;

    #[test]
    fn curves_and_pairs_say_what_the_trainers_own_trees_say() {
        let mut random = ChaCha8Rng::seed_from_u64(12);
        let mut uniform = || f64::from(random.next_u32()) / f64::from(u32::MAX);
        #[expect(clippy::cast_possible_truncation, reason = "single precision is what learners read")]
        let values: Vec<f32> = (0..4 * 900).map(|_| (4.0 * uniform() - 2.0) as f32).collect();
        let matrix = Matrix { rows: 900, columns: 4, values };
        let margin = |row: &[f32]| f64::from(row[0] * row[1] - row[2]);
        let won: Vec<bool> = matrix.iter().map(|row| uniform() < sigmoid(margin(row))).collect();
        let task =
            Task { matrix: &matrix, won: &won, accounts: &[], closed: 900, signs: &[0.0; 4], points: &[] };
        let data = super::super::histogram::data(&task).unwrap();
        let model = train(&parameters(&task).unwrap(), &data, MAX_ROUNDS).unwrap();
        let own = model.predict_margin(&data, Iterations::Best).unwrap();
        let ours = boost(&task).unwrap();
        assert!(
            ours.pairs.iter().any(|p| (p.first.column, p.second.column) == (0, 1)),
            "the truth has a pair"
        );
        for (row, own) in matrix.iter().zip(own.as_slice()) {
            let (ours, theirs) = (sigmoid(ours.margin(row)), sigmoid(f64::from(*own)));
            assert!((ours - theirs).abs() < 1e-6, "{ours} {theirs}");
        }
    }
}
