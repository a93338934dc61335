//! How much each feature of a model counts, and what its values do.

use crate::artifact::Artifact;
use crate::encoder::FeatureError;
use crate::matrix::evenly;
use crate::report::Importance;
use crate::table::{Cells, Deals};
use crate::train::EXPLAINED;

/// Points of a feature's picture.
const POINTS: usize = 150;

/// What moves a model's score for these deals, by feature, the weightiest first. An error where it learnt from other
/// features than theirs.
pub fn reasons_of(artifact: &Artifact, deals: &Deals) -> Result<Vec<Importance>, FeatureError> {
    importance(artifact, deals, &(0..deals.len()).collect::<Vec<_>>())
}

/// By feature, the weightiest first, from a sample of these rows.
pub(crate) fn importance(
    artifact: &Artifact,
    deals: &Deals,
    rows: &[usize],
) -> Result<Vec<Importance>, FeatureError> {
    let scorer = artifact.scorer();
    let sample: Vec<usize> = evenly(rows.len(), EXPLAINED).into_iter().map(|at| rows[at]).collect();
    let matrix = scorer.encoder.encode_rows(deals, &sample)?;
    let parts: Vec<Vec<f64>> = matrix.iter().map(|row| scorer.contributions(row).0).collect();
    let mut importance: Vec<Importance> = scorer
        .encoder
        .features
        .iter()
        .enumerate()
        .map(|(at, feature)| {
            let of = |row: &Vec<f64>| row.get(at).copied().unwrap_or(0.0);
            let place = deals.specs.iter().position(|spec| spec.name == feature.spec.name);
            let column = place.and_then(|place| deals.columns.get(place));
            let ranks = column.map_or_else(Vec::new, |column| ranks(column, &sample));
            let shown = evenly(sample.len(), POINTS).into_iter();
            Importance {
                feature: feature.spec.name.clone(),
                factor: feature.spec.factor.clone(),
                mean_abs: parts.iter().map(|row| of(row).abs()).sum::<f64>()
                    / crate::math::count(parts.len().max(1)),
                points: shown.map(|i| (ranks.get(i).copied().flatten(), of(&parts[i]))).collect(),
            }
        })
        .collect();
    importance.sort_by(|a, b| b.mean_abs.total_cmp(&a.mean_abs));
    Ok(importance)
}

/// Where each row's number lies among the rows', 0 to 1.
fn ranks(column: &Cells, rows: &[usize]) -> Vec<Option<f64>> {
    let Cells::Numbers(numbers) = column else { return vec![None; rows.len()] };
    let of = |row: &usize| numbers.get(*row).copied().filter(|x| x.is_finite());
    let mut known: Vec<f64> = rows.iter().filter_map(of).collect();
    known.sort_unstable_by(f64::total_cmp);
    let last = crate::math::count(known.len().saturating_sub(1).max(1));
    let rank = |x: f64| {
        let (below, up_to) = (known.partition_point(|k| *k < x), known.partition_point(|k| *k <= x));
        crate::math::count(below + up_to.saturating_sub(1)) / 2.0 / last
    };
    rows.iter().map(|row| of(row).map(rank)).collect()
}
