//! Exact Shapley values of trees: path-dependent `TreeSHAP` (Lundberg, Erion and Lee 2018,
//! algorithm 2).
//!
//! The game: of a lead, only the features of a coalition are looked at. At a split on one of them the lead
//! goes its way, at any other split it goes both ways by the covers' shares, and the coalition's worth is the
//! mean leaf. A feature's Shapley value is what it adds, averaged over all orders of features.
//!
//! The players are features, not columns: a value and the flag that it is missing are looked at together.
//!
//! Inside, divisions are what costs: those by small whole numbers are looked up, and those by a step's share
//! are left out where they cancel.

use crate::math::count;
use crate::trees::{Ensemble, MAX_DEPTH, Node, Tree, goes_left};

/// 1/k at place k, for as many steps as a way can have; 0 at place 0, which nothing asks for.
const INVERSE: [f64; MAX_DEPTH + 2] = {
    let mut table = [0.0; MAX_DEPTH + 2];
    let (mut place, mut k) = (1, 1.0);
    while place < table.len() {
        table[place] = 1.0 / k;
        place += 1;
        k += 1.0;
    }
    table
};

/// A feature on the way from the root, and what the subsets of the way so far weigh.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// The feature; unused in the first step, which stands for the root.
    player: usize,
    /// The share of rows that come this way if the feature is not looked at.
    zero: f64,
    /// Whether the lead comes this way if it is.
    taken: bool,
    /// Weight of the subsets that have as many members as the step's place.
    weight: f64,
}

/// Each player's part, in log-odds: Σ parts + [`Ensemble::expected`] = [`Ensemble::margin`]. `player_of` maps
/// a column to its player, from 0 to below `players`.
pub(crate) fn contributions(
    ensemble: &Ensemble,
    row: &[f32],
    player_of: &[usize],
    players: usize,
) -> Vec<f64> {
    let mut parts = vec![0.0; players];
    let root = Step { player: usize::MAX, zero: 1.0, taken: true, weight: 1.0 };
    let mut space = vec![root; SPACE];
    for tree in &ensemble.trees {
        let mut walk = Walk { tree, row, player_of, parts: &mut parts };
        walk.node(0, &[], root, &mut space);
    }
    parts
}

/// The ways of a node and all its parents, one behind the other: 1, 2, … and up to `MAX_DEPTH` + 1 steps.
const SPACE: usize = (MAX_DEPTH + 1) * (MAX_DEPTH + 2) / 2;

struct Walk<'a> {
    tree: &'a Tree,
    row: &'a [f32],
    player_of: &'a [usize],
    parts: &'a mut [f64],
}

impl Walk<'_> {
    /// Visits the node at `place`, which `step` leads to from the end of its parent's way. As deep as the
    /// tree, which reading has bounded.
    fn node(&mut self, place: usize, parent: &[Step], step: Step, space: &mut [Step]) {
        let (own, space) = space.split_at_mut(parent.len() + 1);
        own[..parent.len()].copy_from_slice(parent);
        extend(own, step);
        match self.tree.nodes.get(place) {
            Some(Node::Leaf { value, .. }) => self.leaf(own, *value),
            Some(Node::Split { column, threshold, right, cover }) => {
                let player = self.player_of.get(*column).copied().unwrap_or(usize::MAX);
                // A feature that came before is taken out, and comes again with both splits' shares.
                let before = own.iter().skip(1).position(|s| s.player == player);
                let (way, zero, taken) = match before {
                    Some(at) => unwind(own, at + 1),
                    None => (&*own, 1.0, true),
                };
                let (left, share) = (goes_left(self.row, *column, *threshold), zero / cover);
                for (child, here) in [(place + 1, left), (*right, !left)] {
                    let zero = share * self.tree.nodes.get(child).map_or(0.0, Node::cover);
                    self.node(child, way, Step { player, zero, taken: taken && here, weight: 0.0 }, space);
                }
            }
            None => {}
        }
    }

    /// A step's part is (taken − zero) × value × the weights that unwinding it would leave.
    fn leaf(&mut self, way: &[Step], value: f64) {
        // For a step not taken its share cancels, so that all of them have the same part.
        let mut not_taken = None;
        for (at, step) in way.iter().enumerate().skip(1) {
            let part = if step.taken {
                sum_without_taken(way, at) * (1.0 - step.zero)
            } else {
                -*not_taken.get_or_insert_with(|| sum_without_other(way))
            };
            if let Some(sum) = self.parts.get_mut(step.player) {
                *sum += part * value;
            }
        }
    }
}

/// Puts a step in the last place of a way.
fn extend(way: &mut [Step], step: Step) {
    let depth = way.len() - 1;
    way[depth] = Step { weight: if depth == 0 { 1.0 } else { 0.0 }, ..step };
    let nth = INVERSE[depth + 1];
    for i in (0..depth).rev() {
        let weight = way[i].weight * nth;
        if step.taken {
            way[i + 1].weight += weight * count(i + 1);
        }
        way[i].weight = step.zero * weight * count(depth - i);
    }
}

/// Takes the step at `at` out of the way again, as if it had never been added; gives what is left of the way,
/// the step's share, and whether it was taken.
fn unwind(way: &mut [Step], at: usize) -> (&[Step], f64, bool) {
    let depth = way.len() - 1;
    let (n, nth) = (count(depth + 1), INVERSE[depth + 1]);
    let Step { zero, taken, .. } = way[at];
    let mut next = way[depth].weight;
    for i in (0..depth).rev() {
        if taken {
            let weight = way[i].weight;
            way[i].weight = next * n * INVERSE[i + 1];
            next = weight - way[i].weight * zero * count(depth - i) * nth;
        } else {
            way[i].weight *= n * INVERSE[depth - i] / zero;
        }
    }
    for i in at..depth {
        // The weights belong to the places, all else moves up.
        way[i] = Step { weight: way[i].weight, ..way[i + 1] };
    }
    (&way[..depth], zero, taken)
}

/// Σ of the weights that unwinding the step at `at`, one that was taken, would leave.
fn sum_without_taken(way: &[Step], at: usize) -> f64 {
    let depth = way.len() - 1;
    let (n, nth) = (count(depth + 1), INVERSE[depth + 1]);
    let share = way[at].zero * nth;
    let (mut next, mut sum) = (way[depth].weight, 0.0);
    for i in (0..depth).rev() {
        let weight = next * n * INVERSE[i + 1];
        sum += weight;
        next = way[i].weight - weight * share * count(depth - i);
    }
    sum
}

/// The same for any step that was not taken, times its share.
fn sum_without_other(way: &[Step]) -> f64 {
    let depth = way.len() - 1;
    let weighted = way.iter().take(depth).enumerate().map(|(i, step)| step.weight * INVERSE[depth - i]);
    count(depth + 1) * weighted.sum::<f64>()
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
