//! hessboost's histogram trees, several fits averaged, written down as trees of our own.

use std::num::NonZeroUsize;

use hessboost::config::{Monotone, TrainingParams, TreeMethod};
use hessboost::data::DMatrix;
use hessboost::model::BoostedModel;
use hessboost::objective::{Objective, RegLoss};
use hessboost::training::Trainer;
use hessboost::tree::RegTree;

use super::{LearnError, Learned, Learner, LearnerKind, Task, refused};
use crate::math::count;
use crate::matrix::Matrix;
use crate::trees::{self, Ensemble, Node, TrainedNode, Tree};

/// What follows the number of deals.
struct Settings {
    /// Fits on different rows that are averaged; each stops where the rows it has not seen tell it to.
    bags: usize,
    depth: usize,
    rate: f64,
    max_rounds: usize,
}

/// Own measurement on a marketing data set of 33,000 rows: four fits of depth 3 lose .2 % of log-loss against five
/// of depth 4 and a fifth of the step, and have a seventh of their leaves. Leaves are what explaining a lead and
/// the artifact cost: all settings end at 4,000 of them.
fn settings(rows: usize) -> Settings {
    if rows < 50_000 {
        Settings { bags: 4, depth: 3, rate: 0.15, max_rounds: 125 }
    } else {
        Settings { bags: 1, depth: 5, rate: 0.2, max_rounds: 100 }
    }
}

/// Rounds without a gain after which a fit ends.
const PATIENCE: NonZeroUsize = NonZeroUsize::new(20).unwrap();
/// Of the rows each fit holds out, one in so many.
const HELD_OUT: u64 = 5;
const MIN_WEIGHT: f64 = 10.0;
const RIDGE: f64 = 5.0;
/// Of rows and of columns, the share that a tree sees.
const SHARE: f64 = 0.8;

pub(super) struct Histogram;

impl Learner for Histogram {
    fn kind(&self) -> LearnerKind {
        LearnerKind::BaggedTrees
    }

    fn remark(&self, rows: usize) -> String {
        let Settings { bags, depth, rate, .. } = settings(rows);
        format!("{bags} fits averaged, depth {depth}, step {rate}")
    }

    fn fit(&self, task: &Task<'_>) -> Result<Learned, LearnError> {
        task.check()?;
        let mut ensemble = Ensemble { base: 0.0, trees: Vec::new() };
        if task.matrix.columns == 0 {
            let leaf = Node::Leaf { value: 0.0, cover: count(task.matrix.rows) };
            return Ok(Learned::Trees(Ensemble {
                base: task.base_margin(),
                trees: vec![Tree { nodes: vec![leaf] }],
            }));
        }
        let data = data(task)?;
        let settings = settings(task.closed);
        let bags: Vec<Bag> =
            (0..settings.bags).map(|bag| Bag::new(task, bag)).filter(|bag| bag.is_usable(task)).collect();
        if bags.is_empty() {
            return Err(LearnError::Refused {
                problem: "the deals belong to too few accounts to hold some of them out".to_owned(),
            });
        }
        let weight = 1.0 / count(bags.len());
        for bag in &bags {
            let (model, rounds) = bag.fit(task, &data, &settings)?;
            ensemble.base += weight * f64::from(model.base_score());
            for tree in model.trees().iter().take(rounds) {
                let nodes = preorder(tree, weight).ok_or_else(|| LearnError::Unreadable {
                    problem: "its nodes do not form a tree".to_owned(),
                })?;
                ensemble.trees.push(Tree { nodes });
            }
        }
        count_covers(&mut ensemble.trees, task.matrix);
        ensemble
            .check(task.matrix.columns)
            .map_err(|problem| LearnError::Unreadable { problem: problem.to_owned() })?;
        Ok(Learned::Trees(ensemble))
    }
}

/// Side by side: of a million rows it takes as long as learning.
fn count_covers(trees: &mut [Tree], matrix: &Matrix) {
    let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    std::thread::scope(|scope| {
        for part in trees.chunks_mut(trees.len().div_ceil(workers).max(1)) {
            scope.spawn(move || part.iter_mut().for_each(|tree| tree.count_covers(matrix.iter())));
        }
    });
}

pub(super) fn data(task: &Task<'_>) -> Result<DMatrix, LearnError> {
    let labels: Vec<f32> = task.won.iter().map(|won| if *won { 1.0 } else { 0.0 }).collect();
    DMatrix::from_dense(&task.matrix.values, task.matrix.rows, task.matrix.columns)
        .and_then(|data| data.with_labels(&labels))
        .map_err(refused)
}

pub(super) fn directions(signs: &[f64]) -> Vec<Monotone> {
    let direction = |sign: &f64| match sign {
        _ if *sign > 0.0 => Monotone::Increasing,
        _ if *sign < 0.0 => Monotone::Decreasing,
        _ => Monotone::None,
    };
    signs.iter().map(direction).collect()
}

/// The rows of one fit.
struct Bag {
    number: usize,
    held: Vec<usize>,
    kept: Vec<usize>,
}

impl Bag {
    /// Whole accounts are held out: deals of one account know each other's luck.
    fn new(task: &Task<'_>, number: usize) -> Self {
        let held_out = |row: usize| task.accounts[row] % HELD_OUT == (number as u64) % HELD_OUT;
        let (held, kept) = (0..task.won.len()).partition(|row| held_out(*row));
        Self { number, held, kept }
    }

    /// Wins and losses to learn from, and deals to stop by.
    fn is_usable(&self, task: &Task<'_>) -> bool {
        let won = self.kept.iter().filter(|row| task.won[**row]).count();
        won > 0 && won < self.kept.len() && !self.held.is_empty()
    }

    /// A fit, and how many of its trees count.
    fn fit(
        &self,
        task: &Task<'_>,
        data: &DMatrix,
        settings: &Settings,
    ) -> Result<(BoostedModel, usize), LearnError> {
        let Self { number, held, kept } = self;
        let parameters = TrainingParams::builder()
            .objective(Objective::BinaryLogistic(RegLoss::default()))
            .tree_method(TreeMethod::Hist)
            .max_depth(settings.depth)
            .eta(settings.rate)
            .min_child_weight(MIN_WEIGHT)
            .lambda(RIDGE)
            .subsample(SHARE)
            .colsample_bytree(SHARE)
            .monotone_constraints(directions(task.signs))
            .seed(*number as u64)
            .build()
            .map_err(refused)?;
        let (past, next) =
            (data.select_rows(kept).map_err(refused)?, data.select_rows(held).map_err(refused)?);
        let trained = Trainer::new(&parameters, &past, settings.max_rounds)
            .eval(&next, "held out")
            .early_stopping_rounds(PATIENCE)
            .train()
            .map_err(refused)?;
        let rounds = trained.model.best_iteration().map_or(usize::MAX, |best| best + 1);
        Ok((trained.model, rounds))
    }
}

/// A tree in preorder, its leaves scaled. Its rows go left below a split's value, ours up to it: the number
/// just below is the same split.
fn preorder(tree: &RegTree, weight: f64) -> Option<Vec<Node>> {
    trees::preorder(tree.num_nodes(), |id| {
        let node = tree.nodes().get(id)?;
        if node.is_leaf() {
            return Some(TrainedNode::Leaf { value: weight * f64::from(node.leaf_value) });
        }
        let place = |child: i32| usize::try_from(child).ok();
        (!node.is_categorical).then_some(TrainedNode::Split {
            column: usize::try_from(node.split_feature).ok()?,
            threshold: f64::from(node.split_cond.next_down()),
            left: place(node.left)?,
            right: place(node.right)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use hessboost::model::{Iterations, ModelFormat};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};
    use serde::Deserialize;

    use super::*;
    use crate::math::sigmoid;
    use crate::treeshap;

    fn sample(rows: usize) -> (Matrix, Vec<bool>) {
        let mut random = ChaCha8Rng::seed_from_u64(11);
        let mut uniform = || f64::from(random.next_u32()) / f64::from(u32::MAX);
        #[expect(clippy::cast_possible_truncation, reason = "single precision is what learners read")]
        let values: Vec<f32> = (0..4 * rows).map(|_| (4.0 * uniform() - 2.0) as f32).collect();
        let matrix = Matrix { rows, columns: 4, values };
        let margin = |row: &[f32]| f64::from(row[0] * row[1] - row[2]);
        let won = matrix.iter().map(|row| uniform() < sigmoid(margin(row))).collect();
        (matrix, won)
    }

    fn task<'a>(matrix: &'a Matrix, won: &'a [bool], accounts: &'a [u64]) -> Task<'a> {
        Task { matrix, won, accounts, closed: won.len(), signs: &[0.0; 4], points: &[] }
    }

    #[test]
    fn trees_say_what_the_trainers_own_say() {
        let (matrix, won) = sample(900);
        let accounts: Vec<u64> = (0..900).collect();
        let task = task(&matrix, &won, &accounts);
        let Learned::Trees(ensemble) = Histogram.fit(&task).unwrap() else { panic!("trees were expected") };
        let data = data(&task).unwrap();
        let settings = settings(won.len());
        let mut own = vec![0.0; won.len()];
        for bag in 0..settings.bags {
            let (model, _) = Bag::new(&task, bag).fit(&task, &data, &settings).unwrap();
            let margins = model.predict_margin(&data, Iterations::Best).unwrap();
            for (sum, margin) in own.iter_mut().zip(margins.as_slice()) {
                *sum += f64::from(*margin) / count(settings.bags);
            }
        }
        for (row, own) in matrix.iter().zip(own) {
            let (ours, theirs) = (sigmoid(ensemble.margin(row)), sigmoid(own));
            assert!((ours - theirs).abs() < 1e-6, "{ours} {theirs}");
        }
    }

    /// One account holds most of the wins: a fit that would see none is left out.
    #[test]
    fn a_fit_without_wins_does_not_count() {
        let (matrix, _) = sample(300);
        let won: Vec<bool> = (0..300).map(|i| i < 40).collect();
        let accounts: Vec<u64> = (0..300).map(|i| if i < 40 { 0 } else { i }).collect();
        let Learned::Trees(ensemble) = Histogram.fit(&task(&matrix, &won, &accounts)).unwrap() else {
            panic!()
        };
        assert!(ensemble.base > -4.0, "{}", ensemble.base);
        let one = vec![5; 300];
        assert!(Histogram.fit(&task(&matrix, &won, &one)).is_err());
    }

    #[derive(Deserialize)]
    struct Told {
        rows: Vec<Vec<f32>>,
        asked: usize,
        contributions: Vec<Vec<f64>>,
        margins: Vec<f64>,
    }

    /// Shapley values of a model that `LightGBM` trained and explained itself.
    #[test]
    fn shapley_values_are_those_that_lightgbm_gives() {
        let text = include_bytes!("../tests/lightgbm/model.txt");
        let told: Told = serde_json::from_str(include_str!("../tests/lightgbm/contributions.json")).unwrap();
        let model = BoostedModel::decode(text, ModelFormat::LightgbmText).unwrap();
        let trees = model
            .trees()
            .iter()
            .map(|tree| Tree::with_covers(preorder(tree, 1.0).unwrap(), told.rows.iter().map(Vec::as_slice)));
        let ensemble = Ensemble { base: f64::from(model.base_score()), trees: trees.collect() };
        ensemble.check(5).unwrap();
        for (row, (theirs, margin)) in
            told.rows.iter().take(told.asked).zip(told.contributions.iter().zip(&told.margins))
        {
            assert!((ensemble.margin(row) - margin).abs() < 1e-5);
            let ours = treeshap::contributions(&ensemble, row, &[0, 1, 2, 3, 4], 5);
            for (a, b) in ours.iter().chain([&ensemble.expected()]).zip(theirs) {
                assert!((a - b).abs() < 1e-5, "{ours:?} {theirs:?}");
            }
        }
    }
}
