//! Newton boosting of the log-loss on smartcore's regression trees.
//!
//! Each round fits a tree to z = (y − p)/h with weights h = p(1 − p). The weighted mean in a leaf is then
//! Σ (y − p) / Σ h, Newton's step for the log-loss, and the splits that smartcore picks for the weighted
//! squared error are those that gain most of it (Friedman, Hastie and Tibshirani 2000, algorithm 3).
//!
//! smartcore has no ridge on leaves, no histograms and no directions: small steps and early stopping stand in
//! for the ridge, the rows are bounded, and a split that turns against its feature's direction is taken back.

use serde::Deserialize;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::tree::decision_tree_regressor::{DecisionTreeRegressor, DecisionTreeRegressorParameters};

use super::{LearnError, Learned, Learner, LearnerKind, Task, refused};
use crate::math::{count, log_loss, sigmoid};
use crate::matrix::Matrix;
use crate::trees::{self, Ensemble, Node, TrainedNode, Tree, prune_against};

/// Levels of splits: interactions of up to three features. Deeper trees find chance patterns in hundreds or a
/// few thousand deals.
const DEPTH: u16 = 3;
/// Deals that a leaf must hold.
const MIN_LEAF: usize = 10;
/// The part of a Newton step that each tree takes. Own measurement, five kinds of simulated deals at 250 and
/// 1000 deals, 16 seeds each: .05 with a patience of 30 has a lower log-loss on deals to come than .1 with 20 in
/// eight cases of ten (by up to .011), and is worse by at most .001 in the others.
const RATE: f64 = 0.05;
/// No model has more trees.
const MAX_ROUNDS: usize = 300;
/// Rounds without a gain on the held-out deals, and boosting ends.
const PATIENCE: usize = 30;
/// h is at least this: it bounds the step where p is nearly 0 or 1. The gradient h·z stays exact, so the step
/// is only smaller than Newton's, never turned.
const MIN_CURVATURE: f64 = 1e-4;
/// smartcore asks the features in random order and keeps the first of equally good splits.
const SEED: u64 = 0;
/// Rows that it takes at most: each tree sorts each column again.
const MAX_ROWS: usize = 10_000;

type Table = DenseMatrix<f64>;
type SmartTree = DecisionTreeRegressor<f64, f64, Table, Vec<f64>>;

/// Boosts for as many rounds as [`best_rounds`] says.
pub(super) struct Newton;

impl Learner for Newton {
    fn kind(&self) -> LearnerKind {
        LearnerKind::NewtonTrees
    }

    fn remark(&self, rows: usize) -> String {
        if rows > MAX_ROWS {
            format!("learnt from {MAX_ROWS} of {rows} deals, evenly spaced")
        } else {
            format!("depth {DEPTH}, step {RATE}")
        }
    }

    fn fit(&self, task: &Task<'_>) -> Result<Learned, LearnError> {
        task.check()?;
        task.with_at_most(MAX_ROWS, boost).map(Learned::Trees)
    }
}

fn boost(task: &Task<'_>) -> Result<Ensemble, LearnError> {
    task.check()?;
    let Task { matrix, won, .. } = *task;
    if matrix.columns == 0 {
        // Without columns the best margin is the base rate's.
        let leaf = Node::Leaf { value: 0.0, cover: count(matrix.rows) };
        return Ok(Ensemble { base: task.base_margin(), trees: vec![Tree { nodes: vec![leaf] }] });
    }
    let rounds = best_rounds(task)?;
    let mut booster = Booster::new(matrix, won, task.signs)?;
    for _ in 0..rounds {
        booster.step()?;
    }
    let ensemble = booster.ensemble;
    ensemble
        .check(matrix.columns)
        .map_err(|problem| LearnError::Unreadable { problem: problem.to_owned() })?;
    Ok(ensemble)
}

/// How many rounds on the older 80 % predict the newest 20 % best; never chosen at random where rows have an
/// order, since a model is used on leads that come later. At least one: no tree at all would be the base rate
/// and no model.
fn best_rounds(task: &Task<'_>) -> Result<usize, LearnError> {
    let Task { matrix, won, .. } = *task;
    let older = matrix.rows - matrix.rows.div_ceil(5);
    let past: Vec<usize> = (0..older).collect();
    let next: Vec<usize> = (older..matrix.rows).collect();
    let outcomes = |rows: &[usize]| rows.iter().map(|row| won[*row]).collect::<Vec<_>>();
    let (past_won, next_won) = (outcomes(&past), outcomes(&next));
    if past_won.iter().all(|w| *w) || !past_won.iter().any(|w| *w) {
        // One kind of deal so far: nothing tells when to stop, so the smallest model there is.
        return Ok(1);
    }
    let (past_matrix, next_matrix) = (matrix.select(&past), matrix.select(&next));
    let mut booster = Booster::new(&past_matrix, &past_won, task.signs)?;
    let mut margins = vec![booster.ensemble.base; next.len()];
    let (mut best, mut best_loss) = (1, f64::INFINITY);
    for round in 1..=MAX_ROUNDS {
        let tree = booster.step()?;
        for (margin, row) in margins.iter_mut().zip(next_matrix.iter()) {
            *margin += tree.value(row);
        }
        let loss: f64 = margins.iter().zip(&next_won).map(|(margin, won)| log_loss(*margin, *won)).sum();
        if loss < best_loss {
            (best, best_loss) = (round, loss);
        } else if round >= best + PATIENCE {
            break;
        }
    }
    Ok(best)
}

/// An ensemble that grows, with the margins it gives to the rows it grows on.
struct Booster<'a> {
    matrix: &'a Matrix,
    won: &'a [bool],
    signs: &'a [f64],
    table: Table,
    margins: Vec<f64>,
    ensemble: Ensemble,
}

impl<'a> Booster<'a> {
    fn new(matrix: &'a Matrix, won: &'a [bool], signs: &'a [f64]) -> Result<Self, LearnError> {
        let winners = won.iter().filter(|w| **w).count();
        let base = (count(winners) / count(won.len() - winners)).ln();
        Ok(Self {
            matrix,
            won,
            signs,
            table: table(matrix)?,
            margins: vec![base; won.len()],
            ensemble: Ensemble { base, trees: Vec::new() },
        })
    }

    /// One tree more.
    fn step(&mut self) -> Result<&Tree, LearnError> {
        let smart = self.fit_tree()?;
        let tree = prune_against(flatten(&smart, self.matrix)?, self.signs);
        for (margin, row) in self.margins.iter_mut().zip(self.matrix.iter()) {
            *margin += tree.value(row);
        }
        let last = self.ensemble.trees.len();
        self.ensemble.trees.push(tree);
        Ok(&self.ensemble.trees[last])
    }

    fn fit_tree(&self) -> Result<SmartTree, LearnError> {
        let (mut targets, mut weights) = (Vec::new(), Vec::new());
        for (margin, won) in self.margins.iter().zip(self.won) {
            let p = sigmoid(*margin);
            let h = (p * (1.0 - p)).max(MIN_CURVATURE);
            targets.push((if *won { 1.0 } else { 0.0 } - p) / h);
            weights.push(h);
        }
        let parameters = DecisionTreeRegressorParameters {
            // smartcore counts levels of nodes, the leaves' included.
            max_depth: Some(DEPTH + 1),
            min_samples_leaf: MIN_LEAF,
            min_samples_split: 2 * MIN_LEAF,
            seed: Some(SEED),
        };
        SmartTree::fit_with_weights(&self.table, &targets, &weights, parameters).map_err(refused)
    }
}

/// Column by column: smartcore sorts and scans by columns.
fn table(matrix: &Matrix) -> Result<Table, LearnError> {
    let columns = 0..matrix.columns;
    let values = columns
        .flat_map(|c| matrix.iter().filter_map(move |row| row.get(c).map(|x| f64::from(*x))))
        .collect();
    DenseMatrix::new(matrix.rows, matrix.columns, values, true).map_err(refused)
}

/// smartcore keeps its nodes to itself, but writes them. Its release is pinned and recorded in the artifact.
#[derive(Deserialize)]
struct WrittenTree {
    tree_regressor: WrittenNodes,
}

#[derive(Deserialize)]
struct WrittenNodes {
    nodes: Vec<WrittenNode>,
}

#[derive(Deserialize)]
struct WrittenNode {
    output: f64,
    split_feature: usize,
    split_value: Option<f64>,
    true_child: Option<usize>,
    false_child: Option<usize>,
}

/// smartcore's tree in preorder, its leaves scaled by the rate, with the rows' covers.
fn flatten(smart: &SmartTree, matrix: &Matrix) -> Result<Tree, LearnError> {
    let unreadable = |problem: String| LearnError::Unreadable { problem };
    let written = serde_json::to_value(smart).and_then(serde_json::from_value::<WrittenTree>);
    let nodes = written.map_err(|e| unreadable(e.to_string()))?.tree_regressor.nodes;
    let flat = preorder(&nodes).ok_or_else(|| unreadable("its nodes do not form a tree".to_owned()))?;
    Ok(Tree::with_covers(flat, matrix.iter()))
}

fn preorder(nodes: &[WrittenNode]) -> Option<Vec<Node>> {
    trees::preorder(nodes.len(), |id| {
        let node = nodes.get(id)?;
        // A split value alone may be left over from a split that was not made.
        match (node.true_child, node.false_child) {
            (Some(left), Some(right)) => {
                let (column, threshold) = (node.split_feature, node.split_value?);
                Some(TrainedNode::Split { column, threshold, left, right })
            }
            (None, None) => Some(TrainedNode::Leaf { value: RATE * node.output }),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;

    /// Rows of three columns, on a coarse grid so that values repeat; what is won depends on two at once.
    fn sample(rows: usize) -> (Matrix, Vec<bool>) {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut eighths = || f32::from(u8::try_from(rng.next_u32() % 64).unwrap()) / 8.0 - 4.0;
        let values: Vec<f32> = (0..3 * rows).map(|_| eighths()).collect();
        let matrix = Matrix { rows, columns: 3, values };
        let won = matrix
            .iter()
            .map(|row| rng.next_u32() % 100 < if row[0] * row[1] > 0.0 && row[2] > -1.0 { 85 } else { 20 })
            .collect();
        (matrix, won)
    }

    fn fit_boosted(matrix: &Matrix, won: &[bool]) -> Result<Ensemble, LearnError> {
        boost(&task(matrix, won))
    }

    fn task<'a>(matrix: &'a Matrix, won: &'a [bool]) -> Task<'a> {
        Task { matrix, won, accounts: &[], closed: won.len(), signs: &[0.0; 3], points: &[] }
    }

    #[test]
    fn trees_say_what_smartcores_own_say() {
        let (matrix, won) = sample(600);
        let mut booster = Booster::new(&matrix, &won, &[0.0; 3]).unwrap();
        let mut own = vec![booster.ensemble.base; won.len()];
        for _ in 0..60 {
            let smart = booster.fit_tree().unwrap();
            for (margin, step) in own.iter_mut().zip(smart.predict(&booster.table).unwrap()) {
                *margin += RATE * step;
            }
            let tree = booster.step().unwrap();
            assert!(tree.nodes.len() > 3, "{tree:?}");
        }
        assert_eq!(booster.ensemble.check(3), Ok(()));
        for (row, own) in matrix.iter().zip(own) {
            assert!((booster.ensemble.margin(row) - own).abs() < 1e-9);
        }
        let mean = matrix.iter().map(|row| booster.ensemble.margin(row)).sum::<f64>() / count(matrix.rows);
        assert!((booster.ensemble.expected() - mean).abs() < 1e-9, "covers are the training rows'");
    }

    /// Newton's step in every leaf: what is left of the log-loss's slope after a whole step is of second order,
    /// so many small steps drive it to zero.
    #[test]
    fn boosting_goes_down_the_log_loss() {
        let (matrix, won) = sample(600);
        let mut booster = Booster::new(&matrix, &won, &[0.0; 3]).unwrap();
        let loss = |margins: &[f64]| margins.iter().zip(&won).map(|(m, w)| log_loss(*m, *w)).sum::<f64>();
        let mut before = loss(&booster.margins);
        for _ in 0..60 {
            booster.step().unwrap();
            let after = loss(&booster.margins);
            assert!(after < before, "{after} after {before}");
            before = after;
        }
    }

    #[test]
    fn it_stops_by_the_newest_deals() {
        let (matrix, mut won) = sample(600);
        let rounds = best_rounds(&task(&matrix, &won)).unwrap();
        assert!((20..MAX_ROUNDS).contains(&rounds), "{rounds}");
        for won in &mut won[480..] {
            *won = !*won;
        }
        assert_eq!(best_rounds(&task(&matrix, &won)).unwrap(), 1, "what was learned no longer holds");
        let late: Vec<bool> = (0..600).map(|i| i >= 500).collect();
        let ensemble = fit_boosted(&matrix, &late).unwrap();
        assert_eq!(ensemble.trees.len(), 1, "so far only losses");
    }

    #[test]
    fn what_smartcore_would_take_silently_is_refused() {
        let (mut matrix, won) = sample(60);
        assert_eq!(fit_boosted(&matrix, &[true; 60]).unwrap_err(), LearnError::OneClass);
        matrix.values[7] = f32::NAN;
        assert_eq!(fit_boosted(&matrix, &won).unwrap_err(), LearnError::InputNotFinite);
    }

    #[test]
    fn without_columns_or_spread_the_base_rate_remains() {
        let won: Vec<bool> = (0..40).map(|i| i % 4 == 0).collect();
        let third = (1.0_f64 / 3.0).ln();
        let none = Matrix { rows: 40, columns: 0, values: Vec::new() };
        let ensemble = fit_boosted(&none, &won).unwrap();
        assert_eq!(ensemble.check(0), Ok(()));
        assert!((ensemble.margin(&[]) - third).abs() < 1e-12);
        let flat = Matrix { rows: 40, columns: 1, values: vec![2.0; 40] };
        assert!((fit_boosted(&flat, &won).unwrap().margin(&[2.0]) - third).abs() < 1e-9);
    }

    #[test]
    fn what_is_no_tree_is_not_taken_for_one() {
        let node = |true_child, false_child| WrittenNode {
            output: 1.0,
            split_feature: 0,
            split_value: Some(0.0),
            true_child,
            false_child,
        };
        assert_eq!(preorder(&[node(None, None)]).unwrap().len(), 1);
        for nodes in [
            vec![],
            vec![node(Some(1), None), node(None, None)],
            vec![node(Some(1), Some(2)), node(None, None)],
            vec![node(Some(0), Some(0))],
        ] {
            assert!(preorder(&nodes).is_none());
        }
    }
}
