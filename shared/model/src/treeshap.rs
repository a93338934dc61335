//! Exact Shapley values of trees, in time that grows with the number of nodes alone.
//!
//! The game is that of `TreeSHAP` (Lundberg, Erion and Lee 2018): of a lead, only the features of a coalition are looked at. At a
//! split on one of them the lead goes its way, at any other split it goes both ways by the covers' shares, and the coalition's
//! worth is the mean leaf. A feature's Shapley value is what it adds, averaged over all orders of features.
//!
//! The players are features, not columns: a value and the flag that it is missing are looked at together.
//!
//! A Shapley value is also an integral (Owen 1972): let every feature be looked at with chance t, take what one more adds to the
//! expected worth, and average over t from 0 to 1. A leaf's worth is then its value times a factor for each feature on its way,
//! `share + t (taken − share)`: the share of rows that come this way if the feature is not looked at, and 1 or 0 if it is. So the
//! integrand is a polynomial in t, of a degree below the number of features on a way, and Gauss and Legendre's rule has its integral
//! exactly, from half as many points. All points are walked at once.

use std::sync::LazyLock;

use crate::math::count;
use crate::trees::{Ensemble, MAX_DEPTH, Node, Tree, goes_left};

/// Each player's part, in log-odds: Σ parts + [`Ensemble::expected`] = [`Ensemble::margin`]. `player_of` maps
/// a column to its player, from 0 to below `players`.
pub(crate) fn contributions(
    ensemble: &Ensemble,
    row: &[f32],
    player_of: &[usize],
    players: usize,
) -> Vec<f64> {
    let mut parts = vec![0.0; players];
    let mut shallow = vec![Looked::<FEW>::NOT_YET; players];
    let mut deep = Vec::new();
    for tree in &ensemble.trees {
        let lead = Lead { tree, row, player_of };
        // A way has no more features than the tree has splits, and a tree of n splits has 2n + 1 nodes.
        if tree.nodes.len() <= 4 * FEW + 1 || tree.depth() <= 2 * FEW {
            Walk { lead, points: &SHALLOW, looked: &mut shallow, parts: &mut parts }.node(0, &[1.0; FEW]);
        } else {
            deep.resize(players, Looked::<MANY>::NOT_YET);
            Walk { lead, points: &DEEP, looked: &mut deep, parts: &mut parts }.node(0, &[1.0; MANY]);
        }
    }
    parts
}

/// Points for trees of up to eight levels, which is more than boosting grows here, and for the deepest that are read.
const FEW: usize = 4;
const MANY: usize = MAX_DEPTH / 2;

static SHALLOW: LazyLock<Points<FEW>> = LazyLock::new(Points::new);
static DEEP: LazyLock<Points<MANY>> = LazyLock::new(Points::new);

/// Gauss and Legendre's rule on 0 to 1: exact for polynomials of a degree below 2 N.
#[derive(Debug)]
struct Points<const N: usize> {
    at: [f64; N],
    weight: [f64; N],
}

impl<const N: usize> Points<N> {
    /// The roots of Legendre's polynomial by Newton's method, from Tricomi's guess, and their weights.
    fn new() -> Self {
        let (mut at, mut weight) = ([0.0; N], [0.0; N]);
        for (i, (at, weight)) in at.iter_mut().zip(&mut weight).enumerate() {
            let mut x = libm::cos(std::f64::consts::PI * (count(i) + 0.75) / (count(N) + 0.5));
            let mut slope = 1.0;
            for _ in 0..100 {
                let value;
                (value, slope) = legendre(N, x);
                let step = value / slope;
                x -= step;
                if step.abs() < 1e-16 {
                    break;
                }
            }
            *at = f64::midpoint(1.0, x);
            *weight = 1.0 / ((1.0 - x * x) * slope * slope);
        }
        Self { at, weight }
    }
}

/// Legendre's polynomial of a degree at x, and its slope.
fn legendre(degree: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 1..degree {
        let k = count(k);
        (before, value) = (value, ((2.0 * k + 1.0) * x * value - k * before) / (k + 1.0));
    }
    (value, count(degree) * (x * value - before) / (x * x - 1.0))
}

/// How a player stands on the way from the root.
#[derive(Debug, Clone, Copy)]
struct Looked<const N: usize> {
    /// The share of rows that come this way if the feature is not looked at.
    share: f64,
    /// 1 if the lead comes this way if it is, else 0.
    taken: f64,
    /// `share + t (taken − share)` at each point.
    factor: [f64; N],
    /// Whether the way has a split on it.
    is_on_the_way: bool,
}

impl<const N: usize> Looked<N> {
    const NOT_YET: Self = Self { share: 1.0, taken: 1.0, factor: [1.0; N], is_on_the_way: false };
}

/// What is explained.
#[derive(Clone, Copy)]
struct Lead<'a> {
    tree: &'a Tree,
    row: &'a [f32],
    player_of: &'a [usize],
}

/// A split that is walked.
struct Split<const N: usize> {
    player: usize,
    /// How its player stood above it.
    before: Looked<N>,
    /// One over its cover.
    each: f64,
}

struct Walk<'a, const N: usize> {
    lead: Lead<'a>,
    points: &'a Points<N>,
    looked: &'a mut [Looked<N>],
    parts: &'a mut [f64],
}

impl<const N: usize> Walk<'_, N> {
    /// Visits a node whose way's factors come to `way`; gives the expected leaf below it by the factors below it, at each point. As
    /// deep as the tree, which reading has bounded.
    fn node(&mut self, place: usize, way: &[f64; N]) -> [f64; N] {
        match self.lead.tree.nodes.get(place) {
            Some(Node::Leaf { value, .. }) => [*value; N],
            Some(Node::Split { column, threshold, right, cover }) => {
                let player = self.lead.player_of.get(*column).copied();
                let Some((player, before)) = player.and_then(|p| Some((p, *self.looked.get(p)?))) else {
                    return [0.0; N];
                };
                let goes_left = goes_left(self.lead.row, *column, *threshold);
                let split = Split { player, before, each: 1.0 / cover };
                let left = self.child(place + 1, &split, goes_left, way);
                let right = self.child(*right, &split, !goes_left, way);
                self.looked[player] = before;
                std::array::from_fn(|i| left[i] + right[i])
            }
            None => [0.0; N],
        }
    }

    /// Visits a child that the lead goes to or not; gives what is expected of it, its own factor included.
    fn child(&mut self, place: usize, split: &Split<N>, is_here: bool, way: &[f64; N]) -> [f64; N] {
        let Split { player, before, each } = split;
        let cover = self.lead.tree.nodes.get(place).map_or(0.0, Node::cover);
        let share = before.share * each * cover;
        let taken = if is_here { before.taken } else { 0.0 };
        let factor: [f64; N] = std::array::from_fn(|i| share + self.points.at[i] * (taken - share));
        // Of a feature that came before, the factor takes the place of the one that it had.
        let (own, others) = if before.is_on_the_way {
            let own: [f64; N] = std::array::from_fn(|i| factor[i] / before.factor[i]);
            (own, std::array::from_fn(|i| way[i] / before.factor[i]))
        } else {
            (factor, *way)
        };
        self.looked[*player] = Looked { share, taken, factor, is_on_the_way: true };
        let below = self.node(place, &std::array::from_fn(|i| others[i] * factor[i]));
        let (more, before) = (taken - share, before.taken - before.share);
        let adds = (0..N).map(|i| self.points.weight[i] * others[i] * below[i] * (more - own[i] * before));
        self.parts[*player] += adds.sum::<f64>();
        std::array::from_fn(|i| own[i] * below[i])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: usize = 5;

    /// Trees of any shape, thresholds and leaves, with covers that add up.
    fn any_nodes(depth: usize) -> BoxedStrategy<Vec<Node>> {
        let leaf = (-2.0..2.0_f64, 1_u32..50)
            .prop_map(|(value, cover)| vec![Node::Leaf { value, cover: f64::from(cover) }])
            .boxed();
        if depth == 0 {
            return leaf;
        }
        let split = (0..COLUMNS, -1.0..1.0_f64, any_nodes(depth - 1), any_nodes(depth - 1)).prop_map(
            |(column, threshold, left, right)| {
                let cover = left[0].cover() + right[0].cover();
                let moved = |nodes: Vec<Node>, by: usize| {
                    nodes.into_iter().map(move |node| match node {
                        Node::Split { column, threshold, right, cover } => {
                            Node::Split { column, threshold, right: right + by, cover }
                        }
                        leaf @ Node::Leaf { .. } => leaf,
                    })
                };
                let at = 1 + left.len();
                let root = Node::Split { column, threshold, right: at, cover };
                std::iter::once(root).chain(moved(left, 1)).chain(moved(right, at)).collect()
            },
        );
        prop_oneof![1 => leaf, 4 => split].boxed()
    }

    fn any_ensemble(depth: usize, trees: usize) -> impl Strategy<Value = Ensemble> {
        let tree = any_nodes(depth).prop_map(|nodes| Tree { nodes });
        (-1.0..1.0_f64, prop::collection::vec(tree, 1..=trees))
            .prop_map(|(base, trees)| Ensemble { base, trees })
    }

    fn any_row() -> impl Strategy<Value = Vec<f32>> {
        prop::collection::vec(-1.2..1.2_f32, COLUMNS)
    }

    /// The game's worth by its definition.
    fn worth(nodes: &[Node], place: usize, row: &[f32], looked_at: &dyn Fn(usize) -> bool) -> f64 {
        match nodes[place] {
            Node::Leaf { value, .. } => value,
            Node::Split { column, threshold, right, cover } => {
                let of = |child| worth(nodes, child, row, looked_at);
                if looked_at(column) {
                    of(if f64::from(row[column]) <= threshold { place + 1 } else { right })
                } else {
                    let share = |child: usize| nodes[child].cover() / cover;
                    share(place + 1) * of(place + 1) + share(right) * of(right)
                }
            }
        }
    }

    fn factorial(n: usize) -> f64 {
        (1..=n).map(count).product()
    }

    /// Shapley values by their definition: over all coalitions, weighted.
    fn brute_force(model: &Ensemble, row: &[f32], player_of: &[usize], players: usize) -> Vec<f64> {
        let value = |coalition: usize| -> f64 {
            let looked_at = |column: usize| coalition >> player_of[column] & 1 == 1;
            model.trees.iter().map(|tree| worth(&tree.nodes, 0, row, &looked_at)).sum()
        };
        let part = |player: usize| {
            (0..1_usize << players)
                .filter(|s| s >> player & 1 == 0)
                .map(|s| {
                    let size = s.count_ones() as usize;
                    let weight = factorial(size) * factorial(players - size - 1) / factorial(players);
                    weight * (value(s | 1 << player) - value(s))
                })
                .sum()
        };
        (0..players).map(part).collect()
    }

    fn close(a: &[f64], b: &[f64]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9)
    }

    proptest! {
        #[test]
        fn they_are_shapley_values(model in any_ensemble(4, 3), row in any_row()) {
            prop_assert_eq!(model.check(COLUMNS), Ok(()));
            let own = [0, 1, 2, 3, 4];
            let (fast, slow) =
                (contributions(&model, &row, &own, 5), brute_force(&model, &row, &own, 5));
            prop_assert!(close(&fast, &slow), "{fast:?} {slow:?}");
        }

        /// Two columns of one feature are one player, and not the sum of two.
        #[test]
        fn columns_of_a_feature_are_looked_at_together(model in any_ensemble(4, 2), row in any_row()) {
            let shared = [0, 0, 1, 2, 2];
            let (fast, slow) =
                (contributions(&model, &row, &shared, 3), brute_force(&model, &row, &shared, 3));
            prop_assert!(close(&fast, &slow), "{fast:?} {slow:?}");
        }

        #[test]
        fn they_add_up_in_deep_trees(model in any_ensemble(7, 12), row in any_row()) {
            let parts = contributions(&model, &row, &[0, 1, 2, 3, 4], 5);
            let sum = model.expected() + parts.iter().sum::<f64>();
            prop_assert!((sum - model.margin(&row)).abs() < 1e-9);
        }
    }

    /// The deepest tree that is read, a new feature at each level: the ways just fit.
    #[test]
    fn points_have_integrals_exactly() {
        fn of<const N: usize>(points: &Points<N>) {
            for degree in 0..2 * N {
                let power = |t: &f64| (0..degree).map(|_| t).product::<f64>();
                let sum: f64 = points.at.iter().zip(&points.weight).map(|(t, w)| w * power(t)).sum();
                assert!((sum - 1.0 / count(degree + 1)).abs() < 1e-14, "{degree}: {sum}");
            }
        }
        of(&SHALLOW);
        of(&DEEP);
    }

    #[test]
    fn the_deepest_tree_is_explained() {
        let split = |i: usize| {
            let cover = count(MAX_DEPTH + 1 - i);
            [
                Node::Split { column: i, threshold: 0.0, right: 2 * i + 2, cover },
                Node::Leaf { value: count(i), cover: 1.0 },
            ]
        };
        let last = Node::Leaf { value: -5.0, cover: 1.0 };
        let nodes = (0..MAX_DEPTH).flat_map(split).chain([last]).collect();
        let model = Ensemble { base: 0.0, trees: vec![Tree { nodes }] };
        assert_eq!(model.check(MAX_DEPTH), Ok(()));
        let own: Vec<usize> = (0..MAX_DEPTH).collect();
        for left_at in 0..=MAX_DEPTH {
            let row: Vec<f32> = (0..MAX_DEPTH).map(|i| if i == left_at { -1.0 } else { 1.0 }).collect();
            let sum: f64 = contributions(&model, &row, &own, MAX_DEPTH).iter().sum();
            assert!((sum + model.expected() - model.margin(&row)).abs() < 1e-9);
        }
    }
}
