//! A score, and its letter.

use std::fmt;

use leadlight_reading::InvalidId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A score: finite, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64")]
pub struct Score(f64);

impl Score {
    /// The value, 0 to 100.
    pub fn value(self) -> f64 {
        self.0
    }

    /// As shown to people.
    pub fn rounded(self) -> u8 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 100 by construction"
        )]
        let whole = self.0.round() as u8;
        whole
    }
}

impl TryFrom<f64> for Score {
    type Error = InvalidId;

    fn try_from(value: f64) -> Result<Self, InvalidId> {
        // A comparison that is false for NaN too.
        if (0.0..=100.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(InvalidId::expected("a score from 0 to 100"))
        }
    }
}

/// A letter for a score, by the policy's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "A is best")]
pub enum Grade {
    A,
    B,
    C,
    D,
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_finite_and_in_range() {
        assert!(Score::try_from(f64::NAN).is_err());
        assert!(Score::try_from(100.1).is_err());
        assert_eq!(Score::try_from(83.5).unwrap().rounded(), 84);
    }
}
