//! A score as a place among past leads.

use leadlight_lead::Score;
use serde::{Deserialize, Serialize};

use crate::math::{count, quantile};

const STEPS: usize = 100;

/// The 101 percentiles, 0 to 100, of past leads' calibrated margins. Never decreasing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Places(Vec<f64>);

impl Places {
    pub(crate) fn of(mut margins: Vec<f64>) -> Self {
        margins.sort_unstable_by(f64::total_cmp);
        Self((0..=STEPS).filter_map(|step| quantile(&margins, step, STEPS)).collect())
    }

    /// The same leads, all of their margins moved.
    pub(crate) fn shifted(&self, by: f64) -> Self {
        Self(self.0.iter().map(|margin| margin + by).collect())
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.0.len() == STEPS + 1 && self.0.iter().all(|x| x.is_finite()) && self.0.is_sorted()
    }

    /// The place of a margin, linear between percentiles. Where several percentiles share one value, the
    /// middle of them: a lead like many others stands in their middle. Rises with the margin.
    pub(crate) fn score(&self, margin: f64) -> Option<Score> {
        let below = self.0.partition_point(|q| *q < margin);
        let at_or_below = self.0.partition_point(|q| *q <= margin);
        let place = if at_or_below > below {
            count(below + at_or_below - 1) / 2.0
        } else if below == 0 {
            0.0
        } else if let (Some(low), Some(high)) = (self.0.get(below - 1), self.0.get(below)) {
            // Halved, so that the distance of two huge numbers stays finite.
            count(below - 1) + (margin / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)
        } else {
            count(STEPS)
        };
        Score::try_from(place.clamp(0.0, 100.0)).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "exact in binary")]
    fn a_place_is_a_percentile() {
        let places = Places::of((0..=200).map(f64::from).collect());
        let at = |m| places.score(m).unwrap().value();
        assert_eq!(
            [at(-1.0), at(0.0), at(50.0), at(51.0), at(200.0), at(999.0)],
            [0.0, 0.0, 25.0, 25.5, 100.0, 100.0]
        );
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "exact in binary")]
    fn equal_leads_stand_in_the_middle() {
        let places = Places::of(vec![1.0; 80]);
        assert!(places.is_valid());
        let at = |m| places.score(m).unwrap().value();
        assert_eq!([at(0.9), at(1.0), at(1.1)], [0.0, 50.0, 100.0]);
    }

    proptest! {
        #[test]
        fn a_higher_margin_never_has_a_lower_score(
            past in prop::collection::vec(-3.0..3.0_f64, 1..200),
            a in -4.0..4.0_f64,
            b in -4.0..4.0_f64,
        ) {
            let places = Places::of(past);
            prop_assert!(places.is_valid());
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(places.score(low).unwrap() <= places.score(high).unwrap());
        }
    }
}
