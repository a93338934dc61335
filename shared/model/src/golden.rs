//! Predictions that travel in the artifact: a reader that cannot reproduce them must not score with it.

use serde::{Deserialize, Serialize};

use crate::encoder::{EncodedFeature, Encoding, FeatureError};
use crate::feature::Cell;
use crate::math::sigmoid;
use crate::scorer::Scorer;
use crate::table::{Cells, Deals};

/// How many there are.
pub(crate) const GOLDEN: usize = 16;
/// How exactly they must be reproduced: the margin relative to its size, the probability absolutely. Above
/// what another platform's exponential function differs by, far below what any person sees.
const TOLERANCE: f64 = 1e-12;

/// One lead, in the order of the features, with what the model said of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct GoldenPrediction {
    pub(crate) values: Vec<GoldenValue>,
    pub(crate) margin: f64,
    pub(crate) probability: f64,
}

/// A feature's value. New kinds go last: the file stores the place of a variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum GoldenValue {
    Unknown,
    Number(f64),
    Category(String),
    Tags(Vec<String>),
}

impl GoldenValue {
    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Unknown => Cell::Unknown,
            Self::Number(x) => Cell::Number(*x),
            Self::Category(value) => Cell::Category(value),
            Self::Tags(tags) => Cell::Tags(tags.iter().map(String::as_str).collect()),
        }
    }

    fn is_finite(&self) -> bool {
        !matches!(self, Self::Number(x) if !x.is_finite())
    }
}

impl GoldenPrediction {
    pub(crate) fn is_finite(&self) -> bool {
        self.margin.is_finite()
            && self.probability.is_finite()
            && self.values.iter().all(GoldenValue::is_finite)
    }

    /// The same lead, with what another model says of it.
    pub(crate) fn said_by(&self, scorer: &Scorer) -> Result<Self, FeatureError> {
        let margin = margin(scorer, &self.values)?;
        Ok(Self { values: self.values.clone(), margin, probability: sigmoid(margin) })
    }

    /// Whether the model says the same today.
    pub(crate) fn is_reproduced(&self, scorer: &Scorer) -> bool {
        margin(scorer, &self.values).is_ok_and(|margin| {
            (margin - self.margin).abs() <= TOLERANCE * (1.0 + margin.abs())
                && (sigmoid(margin) - self.probability).abs() <= TOLERANCE
        })
    }
}

fn margin(scorer: &Scorer, values: &[GoldenValue]) -> Result<f64, FeatureError> {
    let row = scorer.encoder.encode_cells(values.iter().map(GoldenValue::cell))?;
    Ok(scorer.margin_of(&row))
}

/// Made up from each feature's own quantiles and frequent values, mixed so that low values of one meet high
/// ones of another; the first knows nothing, and gaps are spread over the rest. Nobody's record is copied,
/// though a number may be somebody's.
pub(crate) fn golden(
    deals: &Deals,
    rows: &[usize],
    scorer: &Scorer,
) -> Result<Vec<GoldenPrediction>, FeatureError> {
    let columns: Vec<Vec<GoldenValue>> = scorer
        .encoder
        .features
        .iter()
        .zip(&deals.columns)
        .map(|(feature, column)| candidates(feature, column, rows))
        .collect();
    (0..GOLDEN)
        .map(|i| {
            let values: Vec<_> = columns.iter().enumerate().map(|(j, known)| pick(known, i, j)).collect();
            let margin = margin(scorer, &values)?;
            Ok(GoldenPrediction { values, margin, probability: sigmoid(margin) })
        })
        .collect()
}

/// Values that a feature may have: a number's sixteenths, flagged values, and one that was never seen.
fn candidates(feature: &EncodedFeature, column: &Cells, rows: &[usize]) -> Vec<GoldenValue> {
    let names = |flags: &[(String, crate::encoder::Scale)]| {
        flags.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    match (&feature.encoding, column) {
        (Encoding::Category(category), _) => names(&category.flags)
            .into_iter()
            .chain(["never seen".to_owned()])
            .map(GoldenValue::Category)
            .collect(),
        (Encoding::Tags(tags), _) => {
            let names = names(&tags.flags);
            (0..=names.len()).map(|n| GoldenValue::Tags(names[..n].to_vec())).collect()
        }
        (_, Cells::Numbers(numbers)) => {
            let mut known: Vec<f64> =
                rows.iter().filter_map(|r| numbers.get(*r).copied()).filter(|x| x.is_finite()).collect();
            known.sort_unstable_by(f64::total_cmp);
            let Some(last) = known.len().checked_sub(1) else { return Vec::new() };
            (0..GOLDEN).map(|step| GoldenValue::Number(known[step * last / (GOLDEN - 1)])).collect()
        }
        _ => Vec::new(),
    }
}

/// The value of feature `j` in lead `i`. An odd step runs through all places, in another order for each
/// feature.
fn pick(known: &[GoldenValue], i: usize, j: usize) -> GoldenValue {
    if known.is_empty() || i == 0 || (i + 3 * j).is_multiple_of(5) {
        return GoldenValue::Unknown;
    }
    let sixteenth = (i * (2 * j + 1)) % GOLDEN;
    known.get(sixteenth * (known.len() - 1) / (GOLDEN - 1)).cloned().unwrap_or(GoldenValue::Unknown)
}
