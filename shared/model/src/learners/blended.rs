//! Several learners' terms as one.

use serde::{Deserialize, Serialize};

use super::Learned;

/// Some learners' terms, each with its weight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Blend {
    pub(crate) parts: Vec<(f64, Learned)>,
}

impl Blend {
    /// In log-odds, before calibration.
    pub(crate) fn margin(&self, row: &[f32]) -> f64 {
        self.parts.iter().map(|(weight, learned)| weight * learned.margin(row)).sum()
    }

    /// A blend of blends would be one blend: there is no need for it, and reading it needs no bottom.
    pub(crate) fn check(&self, width: usize) -> Result<(), &'static str> {
        if self.parts.is_empty() {
            return Err("a blend has no learner");
        }
        for (weight, learned) in &self.parts {
            if !(weight.is_finite() && *weight > 0.0) {
                return Err("a learner's weight is not positive");
            }
            if matches!(learned, Learned::Blend(_)) {
                return Err("a blend holds another");
            }
            learned.check(width)?;
        }
        Ok(())
    }

    pub(crate) fn size(&self) -> String {
        let part = |(weight, learned): &(f64, Learned)| format!("{weight:.2} × {}", learned.size());
        self.parts.iter().map(part).collect::<Vec<_>>().join(" + ")
    }
}
