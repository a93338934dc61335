//! Where the share won stands now: the intercept that a model needs so that on the newest deals its mean is what they
//! were.
//!
//! A model that is fitted to all deals has seen how the share won moved. So what is asked for is not how far forward
//! predictions of the past were off, which would count the move twice, but how far the fitted model itself is off on the
//! newest deals that it was fitted to. How many of them to look at is tried on the past: of a few windows the one that
//! predicted the next deals best.

use crate::calibration::intercept;
use crate::math::count;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::sigmoid;

    /// A fit that is right on average over 1,000 deals, of which the newest fifth won three times as often.
    fn learnt() -> Vec<(f64, bool)> {
        let margin = (0.14_f64 / 0.86).ln();
        (0..1000).map(|i| (margin, if i < 800 { i % 10 == 0 } else { i % 10 < 3 })).collect()
    }

    fn mean(by: f64) -> f64 {
        sigmoid((0.14_f64 / 0.86).ln() + by)
    }

    #[test]
    fn over_all_deals_a_fit_that_is_right_stays() {
        let by = Level::Newest(1.0).of(&learnt());
        assert!(by.abs() < 1e-3, "{by}");
        assert_eq!(Level::OutOfSample.of(&learnt()).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn the_newest_deals_are_met_as_far_as_there_are_enough_of_them() {
        let fifth = mean(Level::Newest(0.2).of(&learnt()));
        assert!((0.26..0.3).contains(&fifth), "{fifth}, and 30 % of the newest fifth were won");
        let few: Vec<_> = learnt().into_iter().step_by(20).collect();
        let of_few = mean(Level::Newest(0.1).of(&few));
        assert!(of_few < fifth, "five deals say less: {of_few}");
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
