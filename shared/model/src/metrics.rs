//! How good predictions were.

use serde::{Deserialize, Serialize};

use crate::math::{count, log_loss, sigmoid};

/// Predictions against outcomes on one set of closed deals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// How many deals.
    pub deals: usize,
    /// How many of them were won.
    pub won: usize,
    /// Mean of −ln(probability given to what happened), in nats; lower is better.
    pub log_loss: f64,
    /// The share of won deals among those the model learned from, 0 to 1.
    pub base_rate: f64,
    /// The log-loss of giving every deal that share.
    pub base_rate_log_loss: f64,
    /// The probability that a won deal was placed above a lost one, ties counting half; none if only one
    /// kind is there.
    pub auc: Option<f64>,
    /// Expected calibration error over ten equally wide bins of probability: the mean distance of predicted
    /// from actual share, weighted by deals.
    pub ece: f64,
}

impl Metrics {
    /// From margins in log-odds; none if there are none.
    pub(crate) fn of(points: &[(f64, bool)], base_rate: f64) -> Option<Self> {
        if points.is_empty() {
            return None;
        }
        let n = count(points.len());
        let won = points.iter().filter(|(_, won)| *won).count();
        let lost = points.len() - won;
        Some(Self {
            deals: points.len(),
            won,
            log_loss: points.iter().map(|(margin, won)| log_loss(*margin, *won)).sum::<f64>() / n,
            base_rate,
            base_rate_log_loss: -(count(won) * base_rate.ln() + count(lost) * (-base_rate).ln_1p()) / n,
            auc: auc(points),
            ece: ece(points),
        })
    }

    pub(crate) fn is_finite(&self) -> bool {
        [self.log_loss, self.base_rate, self.base_rate_log_loss, self.ece, self.auc.unwrap_or(0.5)]
            .iter()
            .all(|x| x.is_finite())
    }
}

/// Mean log-loss of margins; none if there are none.
pub(crate) fn mean_log_loss(points: &[(f64, bool)]) -> Option<f64> {
    let sum: f64 = points.iter().map(|(margin, won)| log_loss(*margin, *won)).sum();
    (!points.is_empty()).then(|| sum / count(points.len()))
}

/// Mann–Whitney U over won × lost, with middle ranks for ties.
pub(crate) fn auc(points: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = points.to_vec();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins_over) = (0_usize, 0.0);
    for tied in sorted.chunk_by(|a, b| a.0 >= b.0) {
        let won = tied.iter().filter(|(_, won)| *won).count();
        let lost = tied.len() - won;
        wins_over += count(won) * (count(below) + count(lost) / 2.0);
        below += lost;
    }
    let pairs = count(below) * count(points.len() - below);
    (pairs > 0.0).then(|| wins_over / pairs)
}

fn ece(points: &[(f64, bool)]) -> f64 {
    const EDGES: [f64; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    let mut gaps = [0.0; 10];
    for (margin, won) in points {
        let p = sigmoid(*margin);
        // At most 9 edges lie at or below p, so there is a bin for each.
        if let Some(gap) = gaps.get_mut(EDGES.partition_point(|edge| *edge <= p)) {
            *gap += p - if *won { 1.0 } else { 0.0 };
        }
    }
    gaps.iter().map(|gap: &f64| gap.abs()).sum::<f64>() / count(points.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn brute_force_auc(points: &[(f64, bool)]) -> Option<f64> {
        let (mut sum, mut pairs) = (0.0, 0.0);
        for (won, _) in points.iter().filter(|p| p.1) {
            for (lost, _) in points.iter().filter(|p| !p.1) {
                pairs += 1.0;
                sum += if won > lost {
                    1.0
                } else if won < lost {
                    0.0
                } else {
                    0.5
                };
            }
        }
        (pairs > 0.0).then(|| sum / pairs)
    }

    proptest! {
        #[test]
        fn auc_is_the_share_of_pairs(
            points in prop::collection::vec(((-4_i32..4).prop_map(f64::from), any::<bool>()), 0..60)
        ) {
            match (auc(&points), brute_force_auc(&points)) {
                (Some(fast), Some(slow)) => prop_assert!((fast - slow).abs() < 1e-12),
                (fast, slow) => prop_assert_eq!(fast, slow),
            }
        }
    }

    #[test]
    fn known_figures() {
        let third = (1.0_f64 / 3.0).ln();
        let points = [(third, false), (third, false), (third, true), (third, false)];
        let metrics = Metrics::of(&points, 0.25).unwrap();
        assert!(metrics.ece < 1e-12, "a quarter is said and a quarter won");
        assert_eq!(metrics.auc, Some(0.5));
        assert!((metrics.log_loss - metrics.base_rate_log_loss).abs() < 1e-12);
        assert!((metrics.log_loss - 0.562_335).abs() < 1e-6);
        let wrong = Metrics::of(&[(50.0, false), (50.0, false)], 0.5).unwrap();
        assert!((wrong.ece - 1.0).abs() < 1e-12 && wrong.auc.is_none());
        assert!((wrong.log_loss - 50.0).abs() < 1e-9);
        assert!(Metrics::of(&[], 0.5).is_none());
    }
}
