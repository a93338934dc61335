//! Numbers: filled, standardised, gaps flagged.

use serde::{Deserialize, Serialize};

use super::{FeatureError, Scale};
use crate::feature::Cell;
use crate::math::{count, quantile};

/// A number's columns; at least one of them is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct NumberEncoding {
    /// Stands in where it is not known: the training median.
    pub(crate) fill: f64,
    /// Least and greatest known value; what lies beyond counts as the nearer of them. Nothing has been learnt
    /// out there, and a line would go on for ever.
    pub(crate) range: (f64, f64),
    /// The value's column; none if it was the same wherever it was known.
    pub(crate) value: Option<Scale>,
    /// The flag's column; none if it was always known.
    pub(crate) missing: Option<Scale>,
}

impl NumberEncoding {
    pub(super) fn width(&self) -> usize {
        usize::from(self.value.is_some()) + usize::from(self.missing.is_some())
    }

    pub(super) fn push(&self, cell: &Cell<'_>, row: &mut Vec<f32>) {
        let (least, greatest) = self.range;
        let known = if let Cell::Number(x) = cell { Some(x.clamp(least, greatest)) } else { None };
        row.extend(self.value.map(|s| s.apply(known.unwrap_or(self.fill))));
        row.extend(self.missing.map(|s| s.apply_flag(known.is_none())));
    }

    pub(super) fn is_valid(&self) -> bool {
        let scale_ok = |s: &Option<Scale>| s.is_none_or(Scale::is_valid);
        self.fill.is_finite()
            && self.range.0 <= self.fill
            && self.fill <= self.range.1
            && scale_ok(&self.value)
            && scale_ok(&self.missing)
            && self.width() > 0
    }
}

/// Learns from the rows; `None` if there is nothing to learn from it.
pub(super) fn fit(
    name: &str,
    numbers: &[f64],
    rows: &[usize],
    notes: &mut Vec<String>,
) -> Result<Option<NumberEncoding>, FeatureError> {
    let mut known = Vec::with_capacity(rows.len());
    for row in rows {
        match numbers.get(*row) {
            Some(x) if x.is_infinite() => return Err(FeatureError::NotFinite { feature: name.to_owned() }),
            Some(x) if !x.is_nan() => known.push(*x),
            _ => {}
        }
    }
    known.sort_unstable_by(f64::total_cmp);
    let Some(fill) = quantile(&known, 1, 2) else {
        notes.push(format!("`{name}` is not known in any closed deal: left out"));
        return Ok(None);
    };
    let unknown = rows.len() - known.len();
    let scale = standardise(&known, fill, unknown);
    if !(fill.is_finite() && scale.mean.is_finite() && scale.scale.is_finite()) {
        return Err(FeatureError::TooLarge { feature: name.to_owned() });
    }
    // A spread that is lost in the rounding of the mean is no spread.
    let varies =
        known.first() < known.last() && scale.scale.is_normal() && scale.scale > scale.mean.abs() * 1e-12;
    let value = varies.then_some(scale);
    let missing = (unknown > 0).then(|| Scale::flag(unknown, rows.len()));
    if value.is_none() && missing.is_none() {
        notes.push(format!("`{name}` is the same in every closed deal: left out"));
        return Ok(None);
    }
    if value.is_none() {
        notes.push(format!("`{name}` is the same wherever it is known: only whether it is known counts"));
    }
    let range = (known.first().copied().unwrap_or(fill), known.last().copied().unwrap_or(fill));
    Ok(Some(NumberEncoding { fill, range, value, missing }))
}

/// Mean and population standard deviation after filling, in two passes.
fn standardise(known: &[f64], fill: f64, unknown: usize) -> Scale {
    let (n, fills) = (count(known.len() + unknown), count(unknown));
    let mean = (known.iter().sum::<f64>() + fills * fill) / n;
    let squares = known.iter().map(|x| (x - mean).powi(2)).sum::<f64>() + fills * (fill - mean).powi(2);
    Scale { mean, scale: (squares / n).sqrt() }
}
