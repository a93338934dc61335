//! From a feature vector to the learner's columns. Fitted once, used by training and scoring alike, and
//! travels in the artifact.
//!
//! A feature becomes at most two columns: its value, with the training median where it is not known,
//! standardised; and, only if it was ever missing in training, a flag that says so. The flag is centred
//! but not scaled: scaling would blow up a flag that few rows carry and let it escape regularisation.

use std::ops::Range;

use leadlight_lead::FeatureVector;
use serde::{Deserialize, Serialize};

use crate::math::{count, quantile};
use crate::rows::{FeatureSpec, TrainingRow};

/// A feature whose value cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeatureError {
    /// NaN or infinite.
    #[error("feature `{feature}` is not a finite number; send a number, or nothing where it is not known")]
    NotFinite {
        /// Its name.
        feature: String,
    },
    /// Finite, but out of reach of double-precision arithmetic.
    #[error("feature `{feature}` has values too large to be scaled; use a smaller unit")]
    TooLarge {
        /// Its name.
        feature: String,
    },
}

/// A column is (x − mean) / scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scale {
    pub(crate) mean: f64,
    pub(crate) scale: f64,
}

impl Scale {
    fn apply(self, x: f64) -> f64 {
        (x - self.mean) / self.scale
    }
}

/// How a feature becomes columns. New kinds go last: the file stores the place of a variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Encoding {
    /// It never varied in training: nothing to learn from it.
    Dropped,
    /// A number.
    Number {
        /// Stands in where it is not known: the training median.
        fill: f64,
        /// The value's column; none if it was the same wherever it was known.
        value: Option<Scale>,
        /// The flag's column; none if it was always known.
        missing: Option<Scale>,
    },
}

impl Encoding {
    fn width(&self) -> usize {
        match self {
            Self::Dropped => 0,
            Self::Number { value, missing, .. } => {
                usize::from(value.is_some()) + usize::from(missing.is_some())
            }
        }
    }

    fn push(&self, known: Option<f64>, row: &mut Vec<f64>) {
        if let Self::Number { fill, value, missing } = self {
            row.extend(value.map(|s| s.apply(known.unwrap_or(*fill))));
            row.extend(missing.map(|s| s.apply(if known.is_none() { 1.0 } else { 0.0 })));
        }
    }

    pub(crate) fn is_valid(&self) -> bool {
        let scale_ok =
            |s: &Option<Scale>| s.is_none_or(|s| s.mean.is_finite() && s.scale.is_finite() && s.scale > 0.0);
        match self {
            Self::Dropped => true,
            Self::Number { fill, value, missing } => {
                fill.is_finite() && scale_ok(value) && scale_ok(missing) && self.width() > 0
            }
        }
    }
}

/// A feature with its columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EncodedFeature {
    pub(crate) spec: FeatureSpec,
    pub(crate) encoding: Encoding,
}

/// All features, in the policy's order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Encoder {
    pub(crate) features: Vec<EncodedFeature>,
}

impl Encoder {
    /// Learns fills and scales from the rows; the notes say, in words, what was left out and why.
    pub(crate) fn fit(
        specs: &[FeatureSpec],
        rows: &[&TrainingRow],
    ) -> Result<(Self, Vec<String>), FeatureError> {
        let mut notes = Vec::new();
        let features = specs
            .iter()
            .map(|spec| {
                let encoding = fit_number(spec, rows, &mut notes)?;
                Ok(EncodedFeature { spec: spec.clone(), encoding })
            })
            .collect::<Result<_, _>>()?;
        Ok((Self { features }, notes))
    }

    /// How many columns a row has.
    pub(crate) fn width(&self) -> usize {
        self.features.iter().map(|f| f.encoding.width()).sum()
    }

    /// Each feature with the columns it became.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&FeatureSpec, Range<usize>)> {
        let mut start = 0;
        self.features.iter().map(move |f| {
            let columns = start..start + f.encoding.width();
            start = columns.end;
            (&f.spec, columns)
        })
    }

    /// Appends a vector's columns to `row`. Every number it appends is finite.
    pub(crate) fn encode(&self, vector: &FeatureVector, row: &mut Vec<f64>) -> Result<(), FeatureError> {
        for feature in &self.features {
            let known = finite(&feature.spec.name, vector)?;
            let start = row.len();
            feature.encoding.push(known, row);
            if row[start..].iter().any(|x| !x.is_finite()) {
                return Err(FeatureError::TooLarge { feature: feature.spec.name.clone() });
            }
        }
        Ok(())
    }
}

/// A vector refuses NaN when built, but one that was read back has not been through that.
fn finite(name: &str, vector: &FeatureVector) -> Result<Option<f64>, FeatureError> {
    match vector.get(name) {
        Some(x) if !x.is_finite() => Err(FeatureError::NotFinite { feature: name.to_owned() }),
        known => Ok(known),
    }
}

fn fit_number(
    spec: &FeatureSpec,
    rows: &[&TrainingRow],
    notes: &mut Vec<String>,
) -> Result<Encoding, FeatureError> {
    let name = &spec.name;
    let mut known = Vec::with_capacity(rows.len());
    for row in rows {
        known.extend(finite(name, &row.features)?);
    }
    known.sort_unstable_by(f64::total_cmp);
    let Some(fill) = quantile(&known, 1, 2) else {
        notes.push(format!("`{name}` is not known in any closed deal: left out"));
        return Ok(Encoding::Dropped);
    };
    let unknown = rows.len() - known.len();
    let scale = standardise(&known, fill, unknown);
    if !(fill.is_finite() && scale.mean.is_finite() && scale.scale.is_finite()) {
        return Err(FeatureError::TooLarge { feature: name.clone() });
    }
    // A spread that is lost in the rounding of the mean is no spread.
    let varies =
        known.first() < known.last() && scale.scale.is_normal() && scale.scale > scale.mean.abs() * 1e-12;
    let value = varies.then_some(scale);
    let missing = (unknown > 0).then(|| Scale { mean: count(unknown) / count(rows.len()), scale: 1.0 });
    if value.is_none() && missing.is_none() {
        notes.push(format!("`{name}` is the same in every closed deal: left out"));
        return Ok(Encoding::Dropped);
    }
    if value.is_none() {
        notes.push(format!("`{name}` is the same wherever it is known: only whether it is known counts"));
    }
    Ok(Encoding::Number { fill, value, missing })
}

/// Mean and population standard deviation after filling, in two passes.
fn standardise(known: &[f64], fill: f64, unknown: usize) -> Scale {
    let (n, fills) = (count(known.len() + unknown), count(unknown));
    let mean = (known.iter().sum::<f64>() + fills * fill) / n;
    let squares = known.iter().map(|x| (x - mean).powi(2)).sum::<f64>() + fills * (fill - mean).powi(2);
    Scale { mean, scale: (squares / n).sqrt() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use leadlight_lead::CriterionGroup;

    use super::*;

    fn row(value: Option<f64>) -> TrainingRow {
        TrainingRow {
            features: FeatureVector::new(BTreeMap::from([("x".to_owned(), value)])).unwrap(),
            won: true,
            closed_at: jiff::Timestamp::UNIX_EPOCH,
            account: None,
        }
    }

    fn fit(values: &[Option<f64>]) -> (Encoder, Vec<Vec<f64>>) {
        let specs =
            [FeatureSpec { name: "x".to_owned(), group: CriterionGroup::Icp, factor: "X".to_owned() }];
        let rows: Vec<_> = values.iter().map(|v| row(*v)).collect();
        let (encoder, _) = Encoder::fit(&specs, &rows.iter().collect::<Vec<_>>()).unwrap();
        let columns = rows
            .iter()
            .map(|row| {
                let mut columns = Vec::new();
                encoder.encode(&row.features, &mut columns).unwrap();
                columns
            })
            .collect();
        (encoder, columns)
    }

    #[test]
    fn values_are_filled_and_standardised_and_gaps_flagged() {
        // Median 2; filled 1, 2, 3, 2: mean 2, variance 1/2. A quarter is missing.
        let (fitted, rows) = fit(&[Some(1.0), Some(2.0), Some(3.0), None]);
        let root = 2.0_f64.sqrt();
        let expected = [[-root, -0.25], [0.0, -0.25], [root, -0.25], [0.0, 0.75]];
        for (columns, expected) in rows.iter().zip(expected) {
            assert!(columns.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{columns:?}");
        }
        assert_eq!(fitted.width(), 2);
    }

    #[test]
    fn there_is_no_flag_where_nothing_was_missing() {
        let (encoder, _) = fit(&[Some(0.0), Some(4.0)]);
        let mut columns = Vec::new();
        encoder.encode(&row(None).features, &mut columns).unwrap();
        assert!(columns.len() == 1 && columns[0].abs() < 1e-12, "the median stands in: {columns:?}");
    }
}
