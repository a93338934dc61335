//! Predictions that travel in the artifact: a reader that cannot reproduce them must not score with it.

use std::collections::BTreeMap;

use leadlight_lead::FeatureVector;
use serde::{Deserialize, Serialize};

use crate::encoder::FeatureError;
use crate::math::sigmoid;
use crate::rows::{FeatureSpec, TrainingRow};
use crate::scorer::Scorer;

/// How many there are.
pub(crate) const GOLDEN: usize = 16;
/// How exactly they must be reproduced: the margin relative to its size, the probability absolutely. Above
/// what another platform's exponential function differs by, far below what any person sees.
const TOLERANCE: f64 = 1e-12;

/// One vector, in the order of the features, with what the model said of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct GoldenPrediction {
    pub(crate) values: Vec<Option<f64>>,
    pub(crate) margin: f64,
    pub(crate) probability: f64,
}

impl GoldenPrediction {
    pub(crate) fn is_finite(&self) -> bool {
        self.margin.is_finite()
            && self.probability.is_finite()
            && self.values.iter().flatten().all(|x| x.is_finite())
    }

    /// Whether the model says the same today.
    pub(crate) fn is_reproduced(&self, scorer: &Scorer) -> bool {
        let names = scorer.encoder.features.iter().map(|f| &f.spec.name);
        vector(names, &self.values).and_then(|v| scorer.margin(&v).ok()).is_some_and(|margin| {
            (margin - self.margin).abs() <= TOLERANCE * (1.0 + margin.abs())
                && (sigmoid(margin) - self.probability).abs() <= TOLERANCE
        })
    }
}

/// Made up from each feature's own quantiles, mixed so that low values of one meet high ones of another;
/// the first knows nothing, and gaps are spread over the rest. Nobody's record is copied, so that erasing a
/// person never means finding them in an artifact.
pub(crate) fn golden(
    specs: &[FeatureSpec],
    rows: &[&TrainingRow],
    scorer: &Scorer,
) -> Result<Vec<GoldenPrediction>, FeatureError> {
    let columns: Vec<Vec<f64>> = specs
        .iter()
        .map(|spec| {
            let mut known: Vec<f64> = rows.iter().filter_map(|row| row.features.get(&spec.name)).collect();
            known.sort_unstable_by(f64::total_cmp);
            known
        })
        .collect();
    (0..GOLDEN)
        .map(|i| {
            let values: Vec<_> = columns.iter().enumerate().map(|(j, known)| pick(known, i, j)).collect();
            let vector = vector(specs.iter().map(|s| &s.name), &values).unwrap_or_default();
            let margin = scorer.margin(&vector)?;
            Ok(GoldenPrediction { values, margin, probability: sigmoid(margin) })
        })
        .collect()
}

/// The value of feature `j` in vector `i`. An odd step runs through all sixteenths, in another order for
/// each feature.
fn pick(known: &[f64], i: usize, j: usize) -> Option<f64> {
    let last = known.len().checked_sub(1)?;
    if i == 0 || (i + 3 * j).is_multiple_of(5) {
        return None;
    }
    let sixteenth = (i * (2 * j + 1)) % GOLDEN;
    known.get(sixteenth * last / (GOLDEN - 1)).copied()
}

fn vector<'a>(names: impl Iterator<Item = &'a String>, values: &[Option<f64>]) -> Option<FeatureVector> {
    FeatureVector::new(names.cloned().zip(values.iter().copied()).collect::<BTreeMap<_, _>>()).ok()
}
