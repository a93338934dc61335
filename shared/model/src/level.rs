//! Where the share won stands now: the intercept that a model needs so that on the newest deals its mean is what they
//! were.
//!
//! A model that is fitted to all deals has seen how the share won moved. So what is asked for is not how far forward
//! predictions of the past were off, which would count the move twice, but how far the fitted model itself is off on the
//! newest deals that it was fitted to. How many of them to look at is tried on the past: of a few windows the one that
//! predicted the next deals best.

use crate::math::{count, sigmoid};

/// The share of the deals that a window holds, the longest first.
const WINDOWS: [f64; 4] = [1.0, 0.5, 0.2, 0.1];
/// How far the newest deals' intercept is expected to stray from that of all deals, in log-odds (standard deviation of a
/// normal prior).
const SPREAD: f64 = 0.5;

/// Which deals say where the share won stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Level {
    /// The newest of those that were learnt from, as a share of them.
    Newest(f64),
    /// None of them: they have no order, and predictions of deals that were not learnt from say it better.
    OutOfSample,
}

impl Level {
    /// Those to try.
    pub(crate) fn candidates(is_ordered: bool) -> Vec<Self> {
        if is_ordered { WINDOWS.map(Self::Newest).to_vec() } else { vec![Self::OutOfSample] }
    }

    /// What to add to the margins of a fit, from its margins of deals that it was fitted to, the oldest first.
    pub(crate) fn of(self, learnt: &[(f64, bool)]) -> f64 {
        let Self::Newest(share) = self else { return 0.0 };
        // Over all of them a prior has nothing to say: the fit was made to meet their share.
        let all = intercept(learnt, 0.0, 10.0);
        if share >= 1.0 {
            return all;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the deals")]
        let newest = (share * count(learnt.len())).ceil() as usize;
        all + intercept(&learnt[learnt.len() - newest.min(learnt.len())..], all, SPREAD)
    }
}

/// b by Newton's method, so that the mean of sigmoid(margin + from + b) meets the share won, held to 0 by a normal prior.
pub(crate) fn intercept(points: &[(f64, bool)], from: f64, spread: f64) -> f64 {
    let prior = spread.powi(-2);
    let mut b = 0.0;
    for _ in 0..50 {
        let (mut gradient, mut curvature) = (b * prior, prior);
        for (margin, won) in points {
            let p = sigmoid(margin + from + b);
            gradient += p - if *won { 1.0 } else { 0.0 };
            curvature += p * (1.0 - p);
        }
        // A bounded step: where all p are near 0 or 1 the curvature says nothing of how far to go.
        let step = (gradient / curvature).clamp(-2.0, 2.0);
        b -= step;
        if step.abs() < 1e-10 {
            break;
        }
    }
    b
}
