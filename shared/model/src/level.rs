//! Where the share won stands now: the intercept that a model needs so that on the newest deals its mean is what they
//! were.
//!
//! A model that is fitted to all deals has seen how the share won moved. So what is asked for is not how far forward
//! predictions of the past were off, which would count the move twice, but how far the fitted model itself is off on the
//! newest deals that it was fitted to. How many of them to look at is tried on the past: of a few windows the one that
//! predicted the next deals best. Where the newest fifth contradicts what comes out, the past has broken off, and what it
//! says of windows is void: the fifth alone decides.

use crate::calibration::intercept;
use crate::math::{count, sigmoid};

/// The share of the deals that a window holds, the longest first.
const WINDOWS: [f64; 4] = [1.0, 0.5, 0.2, 0.1];
/// How far the newest deals' intercept is expected to stray from that of all deals, in log-odds (standard deviation of a
/// normal prior).
const SPREAD: f64 = 0.5;

/// The deals that people think of as recent, as a share.
const RECENT: f64 = 0.2;
/// So many standard errors from what recent deals were is a contradiction: one in seven by luck. Own measurement on seven
/// simulated worlds: a proof at one in twenty left a rising share 3.5 points behind.
const CONTRADICTED: f64 = 1.5;
/// A proven move may be of any size.
const PROVEN_SPREAD: f64 = 1.5;

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
        let newest = |share: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share of the deals"
            )]
            let newest = (share * count(learnt.len())).ceil() as usize;
            &learnt[learnt.len() - newest.min(learnt.len())..]
        };
        let by = if share >= 1.0 { all } else { all + intercept(newest(share), all, SPREAD) };
        let recent = newest(RECENT);
        if errors_off(recent, by).abs() > CONTRADICTED {
            all + intercept(recent, all, PROVEN_SPREAD)
        } else {
            by
        }
    }
}

/// How many standard errors the share won lies over the mean of what is said.
fn errors_off(points: &[(f64, bool)], by: f64) -> f64 {
    let (mut over, mut variance) = (0.0, 0.0);
    for (margin, won) in points {
        let p = sigmoid(margin + by);
        over += if *won { 1.0 - p } else { -p };
        variance += p * (1.0 - p);
    }
    if variance > 0.0 { over / variance.sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fit that is right on average over 1,000 deals, of which the newest fifth won three times as often.
    fn learnt() -> Vec<(f64, bool)> {
        let margin = (0.14_f64 / 0.86).ln();
        (0..1000).map(|i| (margin, if i < 800 { i % 10 == 0 } else { i % 10 < 3 })).collect()
    }

    fn mean(by: f64) -> f64 {
        sigmoid((0.14_f64 / 0.86).ln() + by)
    }

    #[test]
    fn a_fit_that_recent_deals_bear_out_stays() {
        let margin = (0.2_f64 / 0.8).ln();
        let learnt: Vec<(f64, bool)> = (0..1000).map(|i| (margin, i % 5 == 0)).collect();
        for level in [Level::Newest(1.0), Level::Newest(0.1), Level::OutOfSample] {
            assert!(level.of(&learnt).abs() < 1e-3, "{level:?}");
        }
    }

    #[test]
    fn recent_deals_that_contradict_a_long_window_are_met() {
        let said = mean(Level::Newest(1.0).of(&learnt()));
        assert!((said - 0.3).abs() < 0.01, "{said}, and 30 % of the newest fifth were won");
    }

    #[test]
    fn the_newest_deals_are_met_as_far_as_there_are_enough_of_them() {
        let fifth = mean(Level::Newest(0.2).of(&learnt()));
        assert!((0.26..0.3).contains(&fifth), "{fifth}, and 30 % of the newest fifth were won");
        let few: Vec<_> = learnt().into_iter().step_by(7).collect();
        let of_few = mean(Level::Newest(0.1).of(&few));
        assert!(of_few < fifth, "fifteen deals say less: {of_few}");
    }

    #[test]
    fn extremes_stay_finite() {
        for points in [vec![(900.0, false), (-900.0, true)], vec![(0.0, true); 30], Vec::new()] {
            for level in Level::candidates(true) {
                assert!(level.of(&points).is_finite(), "{points:?}");
            }
        }
    }
}
