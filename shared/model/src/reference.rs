//! What leads looked like when a model learnt from them: shares by bin of each feature, to see drift by.

use serde::{Deserialize, Serialize};

use crate::feature::Cell;
use crate::math::{count, quantile};
use crate::table::Cells;

/// Bins of a number.
const BINS: usize = 10;
/// Values of a category that have a bin of their own.
const VALUES: usize = 12;
/// Rows that a value must be seen in: a rarer one may name a person.
const MIN_ROWS: usize = 20;
/// Rows that are looked at; of more, evenly spaced ones.
const MAX_ROWS: usize = 50_000;

/// A feature's bins with their shares; the last bin is for values not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reference {
    pub(crate) bins: Bins,
    /// One a bin; they sum to 1.
    pub(crate) shares: Vec<f64>,
    /// Rows they were counted on.
    pub(crate) rows: usize,
}

/// How a feature's values are told apart. New kinds go last: the file stores the place of a variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Bins {
    /// Numbers: up to and with each edge, and above the last.
    Edges(Vec<f64>),
    /// Frequent values, sorted, and all others.
    Values(Vec<String>),
    /// How many tags: 0, 1, 2, … and more.
    Number(usize),
}

impl Bins {
    /// Of so many parts of a number and so many values of a category, each seen often enough to name nobody.
    pub(crate) fn of(column: &Cells, rows: &[usize], (parts, most): (usize, usize)) -> Self {
        match column {
            Cells::Numbers(numbers) => {
                let mut known: Vec<f64> =
                    rows.iter().filter_map(|r| numbers.get(*r).copied()).filter(|x| x.is_finite()).collect();
                known.sort_unstable_by(f64::total_cmp);
                let mut distinct = known.clone();
                distinct.dedup();
                if distinct.len() <= parts {
                    // Yes and no, or a few steps: each is a part of its own.
                    distinct.pop();
                    return Self::Edges(distinct);
                }
                let mut edges: Vec<f64> =
                    (1..parts).filter_map(|step| quantile(&known, step, parts)).collect();
                edges.dedup();
                Self::Edges(edges)
            }
            Cells::Categories(codes) => {
                let mut seen = vec![0_usize; codes.values().len()];
                rows.iter().filter_map(|r| codes.code(*r)).for_each(|code| seen[code] += 1);
                let mut places: Vec<usize> = (0..seen.len()).filter(|c| seen[*c] >= MIN_ROWS).collect();
                places.sort_by(|a, b| {
                    seen[*b].cmp(&seen[*a]).then_with(|| codes.values()[*a].cmp(&codes.values()[*b]))
                });
                let mut values: Vec<String> =
                    places.into_iter().take(most).map(|code| codes.values()[code].clone()).collect();
                values.sort();
                Self::Values(values)
            }
            Cells::Tags(_) => Self::Number(4),
        }
    }

    /// Bins, the one for values not known included.
    pub(crate) fn len(&self) -> usize {
        2 + match self {
            Self::Edges(edges) => edges.len(),
            Self::Values(values) => values.len(),
            Self::Number(most) => *most,
        }
    }

    pub(crate) fn bin(&self, cell: &Cell<'_>) -> usize {
        let known = match (self, cell) {
            (Self::Edges(edges), Cell::Number(x)) => Some(edges.partition_point(|edge| edge < x)),
            (Self::Values(values), Cell::Category(value)) => {
                let place = values.binary_search_by(|v| v.as_str().cmp(value));
                Some(place.unwrap_or(values.len()))
            }
            (Self::Number(most), Cell::Tags(tags)) => Some(tags.len().min(*most)),
            _ => None,
        };
        known.unwrap_or(self.len() - 1)
    }

    /// A bin in words.
    pub(crate) fn label(&self, bin: usize) -> String {
        if bin + 1 == self.len() {
            return "not known".to_owned();
        }
        match self {
            Self::Edges(edges) => match (bin.checked_sub(1).and_then(|b| edges.get(b)), edges.get(bin)) {
                (None, Some(to)) => format!("up to {}", figure(*to)),
                (Some(from), Some(to)) => format!("{} to {}", figure(*from), figure(*to)),
                (Some(from), None) => format!("above {}", figure(*from)),
                (None, None) => "any".to_owned(),
            },
            Self::Values(values) => values.get(bin).cloned().unwrap_or_else(|| "others".to_owned()),
            Self::Number(most) if bin == *most => format!("{bin} or more"),
            Self::Number(_) => bin.to_string(),
        }
    }

    fn is_valid(&self) -> bool {
        match self {
            Self::Edges(edges) => edges.iter().all(|x| x.is_finite()) && edges.is_sorted_by(|a, b| a < b),
            Self::Values(values) => values.is_sorted_by(|a, b| a < b),
            Self::Number(most) => *most < 1000,
        }
    }
}

/// With four decimals, less those that say nothing.
fn figure(x: f64) -> String {
    let text = format!("{x:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Reference {
    pub(crate) fn of(column: &Cells, rows: &[usize]) -> Self {
        let kept = crate::matrix::evenly(rows.len(), MAX_ROWS);
        let rows: Vec<usize> = kept.into_iter().map(|at| rows[at]).collect();
        let bins = Bins::of(column, &rows, (BINS, VALUES));
        let shares = shares(&bins, column, &rows);
        Self { bins, shares, rows: rows.len() }
    }

    /// How other rows fall into the same bins.
    pub(crate) fn shares_of(&self, column: Option<&Cells>, rows: &[usize]) -> Vec<f64> {
        match column {
            Some(column) => shares(&self.bins, column, rows),
            // Not there at all: never known.
            None => (0..self.bins.len()).map(|b| if b + 1 == self.bins.len() { 1.0 } else { 0.0 }).collect(),
        }
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.bins.is_valid()
            && self.shares.len() == self.bins.len()
            && self.shares.iter().all(|s| (0.0..=1.0).contains(s))
    }
}

fn shares(bins: &Bins, column: &Cells, rows: &[usize]) -> Vec<f64> {
    let mut counts = vec![0_usize; bins.len()];
    for row in rows {
        counts[bins.bin(&column.get(*row))] += 1;
    }
    counts.into_iter().map(|n| count(n) / count(rows.len().max(1))).collect()
}
