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
/// Two-sided 95 %.
const Z_95: f64 = 1.959_964;
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
        let steps = (6 * sorted.len() / nearest).clamp(12, 120);
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

    /// The interval at a margin; none where too little is known. The margin's own probability may lie outside:
    /// then the model has been off there, and the interval is nearer to the truth.
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
        Some(Interval { from: between(low.1.from, high.1.from), to: between(low.1.to, high.1.to) })
    }

    pub(crate) fn is_valid(&self) -> bool {
        let ordered = |(margin, i): &(f64, Interval)| {
            margin.is_finite() && 0.0 <= i.from && i.from <= i.to && i.to <= 1.0
        };
        self.knots.iter().all(ordered) && self.knots.is_sorted_by(|a, b| a.0 < b.0)
    }
}

/// Errors and not outcomes are averaged: at the ends of the range all neighbours stand on one side.
fn around(margin: f64, nearest: &[(f64, bool)]) -> Interval {
    let n = count(nearest.len());
    let error = |(m, won): &(f64, bool)| if *won { 1.0 } else { 0.0 } - sigmoid(*m);
    let centre = (sigmoid(margin) + nearest.iter().map(error).sum::<f64>() / n).clamp(0.0, 1.0);
    let (from, to) = wilson(centre, n, Z_90);
    Interval { from, to }
}

/// The 95 % score interval of `part` of `of`, 0 to 1 (Wilson 1927).
pub fn wilson_95(part: usize, of: usize) -> (f64, f64) {
    wilson_95_of(count(part) / count(of), count(of))
}

/// The same of a share `p` of `n`, which need not be whole.
pub(crate) fn wilson_95_of(p: f64, n: f64) -> (f64, f64) {
    wilson(p, n, Z_95)
}

/// The score interval of a share `p` of `n` (Wilson 1927); `z` says how sure.
pub(crate) fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let centre = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    // Not `clamp`, which panics where a damaged model brings NaN; that is found by whoever reads it.
    (((centre - half) / scale).max(0.0).min(p), ((centre + half) / scale).min(1.0).max(p))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::Simulator;

    #[test]
    fn too_few_predictions_give_none_and_ends_hold_on() {
        assert_eq!(Intervals::of(&[(0.0, true); 39]).at(0.0), None);
        let points: Vec<(f64, bool)> = (0..400).map(|i| (f64::from(i) / 100.0 - 2.0, i % 2 == 0)).collect();
        let intervals = Intervals::of(&points);
        assert!(intervals.is_valid());
        for margin in [-50.0, -2.0, 0.0, 1.3, 50.0] {
            let interval = intervals.at(margin).unwrap();
            assert!(interval.from < 0.5 && 0.5 < interval.to, "half of them win: {margin}: {interval:?}");
        }
    }

    /// A model that is right on average but off here and there, in a market that has moved by some log-odds since.
    fn truth(margin: f64, moved: f64) -> f64 {
        sigmoid(0.8 * margin - 0.2 + 0.3 * (2.0 * margin).sin() + moved)
    }

    /// The share of intervals that hold what is really won after the market has moved. Windows of one history overlap:
    /// of many histories enough are independent.
    fn held(seed: u64, histories: u64, moved: f64) -> f64 {
        let (mut held, mut asked) = (0, 0);
        for history in 0..histories {
            let mut random = Simulator::new(1_000 * seed + history);
            let mut draw = || {
                let margin = 4.0 * random.uniform() - 2.5;
                (margin, random.uniform() < truth(margin, 0.0))
            };
            let points: Vec<(f64, bool)> = (0..2000).map(|_| draw()).collect();
            let intervals = Intervals::of(&points);
            for _ in 0..100 {
                let (margin, _) = draw();
                let interval = intervals.at(margin).unwrap();
                asked += 1;
                held += i32::from((interval.from..=interval.to).contains(&truth(margin, moved)));
            }
        }
        f64::from(held) / f64::from(asked)
    }

    /// The interval holds the share that is really won at a margin about as often as it says.
    #[test]
    fn nine_intervals_of_ten_hold_the_true_share() {
        let shares = [1, 2, 3].map(|seed| held(seed, 200, 0.0));
        assert!(shares.iter().all(|share| (0.87..=0.93).contains(share)), "{shares:?}");
    }

    /// It tells of the past: what moves afterwards it cannot hold, and the review of the bands is there to see it.
    #[test]
    fn an_interval_says_nothing_of_a_market_that_moves_afterwards() {
        let (little, much) = (held(4, 40, 0.1), held(4, 40, 0.5));
        assert!((0.75..0.9).contains(&little) && much < 0.6, "{little} {much}");
    }

    #[test]
    #[ignore = "a measurement: prints a line of docs/measurements.md"]
    fn coverage_under_drift() {
        for moved in [0.0, 0.1, 0.25, 0.5, 1.0] {
            println!("moved by {moved} log-odds: {:.1} % held", 100.0 * held(1, 200, moved));
        }
    }
}
