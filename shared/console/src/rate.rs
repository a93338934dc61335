//! A share with how sure it is.

use leadlight_model::wilson_95;
use leadlight_report::words::{percent, share};

/// Under five there is no rate: one decision more would turn it over. Judgement.
const MIN_FOR_A_RATE: usize = 5;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub part: usize,
    /// Of how many.
    pub of: usize,
}

impl Rate {
    /// The share, 0 to 1; none of fewer than five.
    pub fn share(self) -> Option<f64> {
        (self.of >= MIN_FOR_A_RATE).then(|| share(self.part, self.of))
    }

    /// The 95 % interval of the share, 0 to 1; none of fewer than five.
    pub fn interval(self) -> Option<(f64, f64)> {
        self.share().map(|_| wilson_95(self.part, self.of))
    }

    /// "62 % (48–74)", or why there is no rate.
    pub(crate) fn in_words(self) -> String {
        match (self.share(), self.interval()) {
            (Some(share), Some((from, to))) => {
                format!("{} ({:.0}–{:.0})", percent(share), from * 100.0, to * 100.0)
            }
            _ => "too few".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // Newcombe (1998), table I: 81 of 263 and 15 of 148, method 3.
        for (part, of, from, to) in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)] {
            let (low, high) = Rate { part, of }.interval().unwrap();
            assert!((low - from).abs() < 5e-5 && (high - to).abs() < 5e-5, "{low} {high}");
        }
    }

    #[test]
    fn a_few_make_no_rate() {
        assert_eq!(Rate { part: 4, of: 4 }.interval(), None);
        assert_eq!(Rate { part: 0, of: 0 }.in_words(), "too few");
        let (low, high) = Rate { part: 5, of: 5 }.interval().unwrap();
        assert!(low > 0.5 && (high - 1.0).abs() < 1e-12);
    }
}
