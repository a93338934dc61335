//! Trees in a form of our own: flat, readable by no trainer's code but ours, with what exact
//! explanation needs.
//!
//! A tree's nodes stand in preorder: a split's left child is the next node, only the place of the right one
//! is written. So a child always stands behind its parent, and no file can hold a tree that goes in circles.
//! Encoded rows have no gaps (the encoder fills them and flags them), so no split needs a direction for
//! missing values.

use serde::{Deserialize, Serialize};

/// Levels of splits that a tree may have. Far above what boosting grows; it bounds what reading and explaining
/// a file can cost.
pub(crate) const MAX_DEPTH: usize = 16;

/// How far a split's cover may differ from its children's sum, relative to it: rounding of weighted sums.
const COVER_TOLERANCE: f64 = 1e-9;

/// base + Σ over trees of the leaf that a row falls into, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ensemble {
    /// The margin before the first tree: the log-odds of the base rate.
    pub(crate) base: f64,
    pub(crate) trees: Vec<Tree>,
}

/// Nodes in preorder; the first is the root.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
}

/// `cover` is the weight of the training rows that come through a node; without weights, their number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) enum Node {
    /// An end, with its value in log-odds.
    Leaf { value: f64, cover: f64 },
    /// Rows with column ≤ threshold go on with the next node, all others with node `right`.
    Split { column: usize, threshold: f64, right: usize, cover: f64 },
}

impl Node {
    pub(crate) fn cover(&self) -> f64 {
        match self {
            Self::Leaf { cover, .. } | Self::Split { cover, .. } => *cover,
        }
    }

    fn cover_mut(&mut self) -> &mut f64 {
        match self {
            Self::Leaf { cover, .. } | Self::Split { cover, .. } => cover,
        }
    }

    fn is_finite(&self) -> bool {
        match self {
            Self::Leaf { value, cover } => value.is_finite() && cover.is_finite(),
            Self::Split { threshold, cover, .. } => threshold.is_finite() && cover.is_finite(),
        }
    }
}

/// Where a row goes on from a split.
pub(crate) fn goes_left(row: &[f32], column: usize, threshold: f64) -> bool {
    row.get(column).is_some_and(|x| f64::from(*x) <= threshold)
}

impl Ensemble {
    /// The raw margin of an encoded row, before calibration.
    pub(crate) fn margin(&self, row: &[f32]) -> f64 {
        self.base + self.trees.iter().map(|tree| tree.value(row)).sum::<f64>()
    }

    /// The mean margin over the training rows, as the covers tell it: what is said of a lead of which nothing
    /// is looked at.
    pub(crate) fn expected(&self) -> f64 {
        self.base + self.trees.iter().map(Tree::expected).sum::<f64>()
    }

    /// What reading must make sure of before anything walks the trees.
    pub(crate) fn check(&self, width: usize) -> Result<(), &'static str> {
        if !self.base.is_finite() {
            return Err("the trees' base is not finite");
        }
        if self.trees.is_empty() {
            return Err("it has no tree");
        }
        self.trees.iter().try_for_each(|tree| tree.check(width))
    }
}

impl Tree {
    /// A tree with the covers that the rows give it, each row counting once.
    pub(crate) fn with_covers<'a>(nodes: Vec<Node>, rows: impl Iterator<Item = &'a [f32]>) -> Self {
        let mut tree = Self { nodes };
        tree.count_covers(rows);
        tree
    }

    /// Covers as the rows give them, each row counting once.
    pub(crate) fn count_covers<'a>(&mut self, rows: impl Iterator<Item = &'a [f32]>) {
        for node in &mut self.nodes {
            *node.cover_mut() = 0.0;
        }
        for row in rows {
            let mut place = 0;
            while let Some(node) = self.nodes.get_mut(place) {
                *node.cover_mut() += 1.0;
                match *node {
                    Node::Leaf { .. } => break,
                    Node::Split { column, threshold, right, .. } => {
                        place = if goes_left(row, column, threshold) { place + 1 } else { right };
                    }
                }
            }
        }
    }

    /// The value of the leaf that an encoded row falls into. Children stand behind their parents, so it ends.
    pub(crate) fn value(&self, row: &[f32]) -> f64 {
        let mut place = 0;
        loop {
            match self.nodes.get(place) {
                Some(Node::Split { column, threshold, right, .. }) => {
                    place = if goes_left(row, *column, *threshold) { place + 1 } else { *right };
                }
                Some(Node::Leaf { value, .. }) => return *value,
                // Checked when the tree was read: every child is there.
                None => return f64::NAN,
            }
        }
    }

    /// Levels of splits.
    pub(crate) fn depth(&self) -> usize {
        fn below(nodes: &[Node], place: usize) -> usize {
            match nodes.get(place) {
                Some(Node::Split { right, .. }) => 1 + below(nodes, place + 1).max(below(nodes, *right)),
                Some(Node::Leaf { .. }) | None => 0,
            }
        }
        below(&self.nodes, 0)
    }

    /// The mean leaf, weighted by cover.
    fn expected(&self) -> f64 {
        mean_leaf(&self.nodes)
    }

    fn check(&self, width: usize) -> Result<(), &'static str> {
        self.check_shape(width)?;
        if !self.nodes.iter().all(Node::is_finite) {
            return Err("a tree holds a number that is not finite");
        }
        if !self.nodes.iter().all(|node| node.cover() > 0.0) {
            return Err("a tree's node was reached by no training row");
        }
        let fits = |(place, node): (usize, &Node)| match node {
            Node::Leaf { .. } => true,
            Node::Split { right, cover, .. } => {
                let child = |at: usize| self.nodes.get(at).map_or(f64::NAN, Node::cover);
                (child(place + 1) + child(*right) - cover).abs() <= COVER_TOLERANCE * cover
            }
        };
        if self.nodes.iter().enumerate().all(fits) { Ok(()) } else { Err("a tree's covers do not add up") }
    }

    /// Every node is the child of exactly one split before it, no tree is too deep, every column exists.
    fn check_shape(&self, width: usize) -> Result<(), &'static str> {
        const BROKEN: &str = "a tree's nodes do not form a tree";
        // Where the subtrees yet to come must begin, and how deep they stand.
        let mut pending = vec![(0, 0)];
        for (place, node) in self.nodes.iter().enumerate() {
            let (expected, depth) = pending.pop().ok_or(BROKEN)?;
            if expected != place {
                return Err(BROKEN);
            }
            if let Node::Split { column, right, .. } = node {
                if *column >= width {
                    return Err("a tree splits on a column that is not there");
                }
                if depth == MAX_DEPTH {
                    return Err("a tree is too deep");
                }
                pending.push((*right, depth + 1));
                pending.push((place + 1, depth + 1));
            }
        }
        if pending.is_empty() { Ok(()) } else { Err(BROKEN) }
    }
}

/// A node of a trainer's own, its children by their places.
pub(crate) enum TrainedNode {
    Leaf { value: f64 },
    Split { column: usize, threshold: f64, left: usize, right: usize },
}

/// A trainer's nodes in preorder, from the root at place 0, their covers still 0. None if there are more than
/// `nodes`, or one is not there.
pub(crate) fn preorder(nodes: usize, node: impl Fn(usize) -> Option<TrainedNode>) -> Option<Vec<Node>> {
    let mut flat = Vec::with_capacity(nodes);
    // What is still to be laid out, and the split whose right child it is.
    let mut pending = vec![(0, None)];
    while let Some((id, parent)) = pending.pop() {
        let place = flat.len();
        if place == nodes {
            return None;
        }
        if let Some(Node::Split { right, .. }) = parent.and_then(|parent: usize| flat.get_mut(parent)) {
            *right = place;
        }
        match node(id)? {
            TrainedNode::Leaf { value } => flat.push(Node::Leaf { value, cover: 0.0 }),
            TrainedNode::Split { column, threshold, left, right } => {
                flat.push(Node::Split { column, threshold, right: 0, cover: 0.0 });
                pending.extend([(right, Some(place)), (left, None)]);
            }
        }
    }
    Some(flat)
}

/// Takes back every split after which some leaf on the one side is on the wrong side of some leaf on the other:
/// along a feature with a direction the tree then never turns. `signs` has 1, −1 or 0 for each column.
pub(crate) fn prune_against(mut tree: Tree, signs: &[f64]) -> Tree {
    // From the back: children stand behind their parents, so they are settled first.
    for place in (0..tree.nodes.len()).rev() {
        let Some(Node::Split { column, right, cover, .. }) = tree.nodes.get(place).copied() else { continue };
        let sign = signs.get(column).copied().unwrap_or(0.0);
        let end = tree.end_of(place);
        let highest = extreme(&tree.nodes[place + 1..right], sign, f64::max);
        let lowest = extreme(&tree.nodes[right..end], sign, f64::min);
        if sign != 0.0 && highest > lowest {
            let value = mean_leaf(&tree.nodes[place..end]);
            tree.replace(place, end, Node::Leaf { value, cover });
        }
    }
    tree
}

fn extreme(nodes: &[Node], sign: f64, better: fn(f64, f64) -> f64) -> f64 {
    let leaf = |node: &Node| if let Node::Leaf { value, .. } = node { Some(sign * value) } else { None };
    nodes.iter().filter_map(leaf).reduce(better).unwrap_or(f64::NAN)
}

fn mean_leaf(nodes: &[Node]) -> f64 {
    let (mut sum, mut covers) = (0.0, 0.0);
    for node in nodes {
        if let Node::Leaf { value, cover } = node {
            sum += value * cover;
            covers += cover;
        }
    }
    sum / covers
}

impl Tree {
    /// Where the subtree that begins at `place` ends.
    fn end_of(&self, place: usize) -> usize {
        let mut open = 1;
        for (at, node) in self.nodes.iter().enumerate().skip(place) {
            open += i32::from(matches!(node, Node::Split { .. }));
            open -= i32::from(matches!(node, Node::Leaf { .. }));
            if open == 0 {
                return at + 1;
            }
        }
        self.nodes.len()
    }

    /// Puts a leaf in the place of a subtree.
    fn replace(&mut self, place: usize, end: usize, leaf: Node) {
        let gone = end - place - 1;
        self.nodes.splice(place..end, [leaf]);
        for node in &mut self.nodes {
            if let Node::Split { right, .. } = node
                && *right > place
            {
                *right -= gone;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(column: usize, right: usize, cover: f64) -> Node {
        Node::Split { column, threshold: 0.0, right, cover }
    }

    fn leaf(value: f64, cover: f64) -> Node {
        Node::Leaf { value, cover }
    }

    /// x0 ≤ 0: −1; else x1 ≤ 0: 1, else 3.
    fn sample() -> Vec<Node> {
        vec![split(0, 2, 8.0), leaf(-1.0, 4.0), split(1, 4, 4.0), leaf(1.0, 3.0), leaf(3.0, 1.0)]
    }

    fn ensemble(nodes: Vec<Node>) -> Ensemble {
        Ensemble { base: 0.5, trees: vec![Tree { nodes }] }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "exact in binary")]
    fn rows_fall_into_their_leaves() {
        let model = ensemble(sample());
        assert_eq!(model.check(2), Ok(()));
        let of = |a, b| model.margin(&[a, b]);
        assert_eq!([of(0.0, 9.0), of(1.0, 0.0), of(1.0, 0.1)], [-0.5, 1.5, 3.5]);
        assert_eq!(model.expected(), 0.5 + (-4.0 + 3.0 + 3.0) / 8.0);
    }

    #[test]
    fn covers_are_the_rows_that_come_through() {
        let rows: [[f32; 2]; 5] = [[0.0, 1.0], [1.0, 1.0], [2.0, -1.0], [3.0, -1.0], [4.0, 5.0]];
        let tree = Tree::with_covers(sample(), rows.iter().map(<[f32; 2]>::as_slice));
        let covers: Vec<f64> = tree.nodes.iter().map(Node::cover).collect();
        assert_eq!(covers, [5.0, 1.0, 4.0, 2.0, 2.0]);
    }

    #[test]
    fn broken_trees_are_told_apart() {
        let shape = "a tree's nodes do not form a tree";
        let mut deep: Vec<Node> = (0..=MAX_DEPTH).map(|i| split(0, 2 * MAX_DEPTH + 2 - i, 1.0)).collect();
        deep.extend(vec![leaf(0.0, 1.0); MAX_DEPTH + 2]);
        let cases = [
            (vec![], shape),
            (vec![split(0, 1, 1.0)], shape),
            (vec![leaf(0.0, 1.0), leaf(0.0, 1.0)], shape),
            // To itself, back to the root, past the end, two parents of one node.
            (vec![split(0, 0, 2.0), leaf(0.0, 1.0), leaf(0.0, 1.0)], shape),
            (vec![split(0, 2, 2.0), leaf(0.0, 1.0), split(0, 0, 1.0), leaf(0.0, 1.0)], shape),
            (vec![split(0, 3, 2.0), leaf(0.0, 1.0), leaf(0.0, 1.0)], shape),
            (vec![split(0, 1, 2.0), leaf(0.0, 1.0)], shape),
            (vec![split(0, usize::MAX, 2.0), leaf(0.0, 1.0)], shape),
            (deep, "a tree is too deep"),
            (
                vec![split(2, 2, 2.0), leaf(0.0, 1.0), leaf(0.0, 1.0)],
                "a tree splits on a column that is not there",
            ),
            (vec![leaf(f64::NAN, 1.0)], "a tree holds a number that is not finite"),
            (vec![leaf(0.0, f64::INFINITY)], "a tree holds a number that is not finite"),
            (vec![leaf(0.0, 0.0)], "a tree's node was reached by no training row"),
            (
                vec![split(0, 2, 1.0), leaf(0.0, 2.0), leaf(0.0, -1.0)],
                "a tree's node was reached by no training row",
            ),
            (vec![split(0, 2, 3.0), leaf(0.0, 1.0), leaf(0.0, 1.0)], "a tree's covers do not add up"),
        ];
        for (nodes, problem) in cases {
            assert_eq!(ensemble(nodes.clone()).check(2), Err(problem), "{nodes:?}");
        }
        assert_eq!(Ensemble { base: 0.0, trees: vec![] }.check(2), Err("it has no tree"));
        let base = Ensemble { base: f64::NAN, ..ensemble(sample()) };
        assert_eq!(base.check(2), Err("the trees' base is not finite"));
    }

    #[test]
    fn a_split_against_a_direction_is_taken_back() {
        // x0 ≤ 0: (x1 ≤ 0: −1, else 5); else (x1 ≤ 0: 1, else 3).
        let nodes = vec![
            split(0, 4, 8.0),
            split(1, 3, 4.0),
            leaf(-1.0, 3.0),
            leaf(5.0, 1.0),
            split(1, 6, 4.0),
            leaf(1.0, 2.0),
            leaf(3.0, 2.0),
        ];
        let tree = Tree { nodes };
        assert_eq!(prune_against(tree.clone(), &[0.0, 1.0]), tree);
        let up = prune_against(tree.clone(), &[1.0, 0.0]);
        assert_eq!(up.nodes, [leaf((-3.0 + 5.0 + 2.0 + 6.0) / 8.0, 8.0)], "5 on the left, 1 on the right");
        let down = prune_against(tree, &[0.0, -1.0]);
        assert_eq!(down.nodes, [split(0, 2, 8.0), leaf(0.5, 4.0), leaf(2.0, 4.0)]);
        assert_eq!(down.check(2), Ok(()));
    }
}
