//! How sure is a probability? An interval for the share won among leads that are scored like this one.
//!
//! The model's own predictions, each by a fit that had not seen the deal, stand beside what became of them.
//! Around a margin the nearest predictions are looked at: their mean error moves the probability, and their
//! number gives the interval by Wilson's formula (1927) for the level. So it tells both chance and where the
//! model is systematically off. It says nothing of how leads of one score differ among each other.

use serde::{Deserialize, Serialize};

use crate::math::{count, sigmoid};

/// The share of such intervals that hold the true share won.
pub const INTERVAL_LEVEL: f64 = 0.9;
/// Two-sided 90 %.
const Z_90: f64 = 1.644_854;
/// Predictions that are looked at around a margin.
const NEAREST: (usize, usize) = (40, 400);

/// From and to, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub from: f64,
    /// The upper end.
    pub to: f64,
}

/// Intervals at some margins, in rising order; between them linear.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Intervals {
    knots: Vec<(f64, Interval)>,
}

impl Intervals {
    /// From calibrated margins of deals that the fit had not seen. Fewer than 40 tell nothing.
    pub(crate) fn of(points: &[(f64, bool)]) -> Self {
        if points.len() < NEAREST.0 {
            return Self::default();
        }
        let mut sorted = points.to_vec();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let nearest = (sorted.len() / 12).clamp(NEAREST.0, NEAREST.1);
        let steps = (2 * sorted.len() / nearest).clamp(4, 60);
        let mut knots: Vec<(f64, Interval)> = Vec::new();
        for step in 0..=steps {
            let centre = step * (sorted.len() - 1) / steps;
            let from = centre.saturating_sub(nearest / 2).min(sorted.len() - nearest);
            let (margin, _) = sorted[centre];
            if knots.last().is_none_or(|(last, _)| *last < margin) {
                knots.push((margin, around(margin, &sorted[from..from + nearest])));
            }
        }
        Self { knots }
    }

    /// The interval at a margin, wide enough to hold its probability; none where too little is known.
    pub(crate) fn at(&self, margin: f64) -> Option<Interval> {
        let above = self.knots.partition_point(|(knot, _)| *knot <= margin);
        let (low, high) = match (above.checked_sub(1).and_then(|i| self.knots.get(i)), self.knots.get(above))
        {
            (Some(low), Some(high)) => (low, high),
            (Some(end), None) | (None, Some(end)) => (end, end),
            (None, None) => return None,
        };
        let share = if high.0 > low.0 { (margin - low.0) / (high.0 - low.0) } else { 0.0 };
        let between = |a: f64, b: f64| a + (b - a) * share;
        let p = sigmoid(margin);
        Some(Interval {
            from: between(low.1.from, high.1.from).min(p),
            to: between(low.1.to, high.1.to).max(p),
        })
    }

    pub(crate) fn is_valid(&self) -> bool {
        let ordered = |(margin, i): &(f64, Interval)| {
            margin.is_finite() && 0.0 <= i.from && i.from <= i.to && i.to <= 1.0
        };
        self.knots.iter().all(ordered) && self.knots.is_sorted_by(|a, b| a.0 < b.0)
    }

    /// The same, its margins moved.
    pub(crate) fn shifted(&self, by: f64) -> Self {
        Self { knots: self.knots.iter().map(|(margin, interval)| (margin + by, *interval)).collect() }
    }
}

/// Errors and not outcomes are averaged: at the ends of the range all neighbours stand on one side.
fn around(margin: f64, nearest: &[(f64, bool)]) -> Interval {
    let n = count(nearest.len());
    let error = |(m, won): &(f64, bool)| if *won { 1.0 } else { 0.0 } - sigmoid(*m);
    let centre = (sigmoid(margin) + nearest.iter().map(error).sum::<f64>() / n).clamp(0.0, 1.0);
    let middle = centre + Z_90 * Z_90 / (2.0 * n);
    let half = Z_90 * (centre * (1.0 - centre) / n + Z_90 * Z_90 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z_90 * Z_90 / n;
    Interval { from: ((middle - half) / scale).max(0.0), to: ((middle + half) / scale).min(1.0) }
}
