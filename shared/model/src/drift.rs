//! Have leads changed since a model learnt from them? By feature: the population stability index.

use serde::{Deserialize, Serialize};

use crate::artifact::Artifact;
use crate::math::count;
use crate::reference::Reference;
use crate::table::Deals;

/// How much a feature has changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureDrift {
    /// The feature.
    pub feature: String,
    /// Population stability index: Σ (now − then) · ln(now / then) over its bins.
    pub psi: f64,
    /// What it comes to.
    pub verdict: DriftVerdict,
    /// Its bins in words, with the share then and now.
    pub bins: Vec<(String, f64, f64)>,
}

/// By the index's customary limits, .1 and .25 (Siddiqi 2006, Credit Risk Scorecards).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftVerdict {
    /// Under .1, or no more than chance gives with so few leads.
    Stable,
    /// From .1.
    Moving,
    /// From .25.
    Shifted,
}

/// Shares are held above this, so that an empty bin does not make the index infinite.
const LEAST_SHARE: f64 = 1e-3;

/// How the features of `deals` differ from those that a shared model learnt from, the largest difference first.
pub fn drift(artifact: &Artifact, deals: &Deals) -> Vec<FeatureDrift> {
    let rows: Vec<usize> = (0..deals.len()).collect();
    let body = artifact.body();
    let features = body.scorer.encoder.features.iter().map(|f| &f.spec).zip(&body.references);
    let column =
        |name: &str| deals.specs.iter().position(|s| s.name == name).and_then(|at| deals.columns.get(at));
    sorted(features.map(|(spec, then)| {
        compare(&spec.name, then, &then.shares_of(column(&spec.name), &rows), rows.len())
    }))
}

/// How some deals differ from others of the same table, the largest difference first.
pub(crate) fn between(deals: &Deals, then: &[usize], now: &[usize]) -> Vec<FeatureDrift> {
    sorted(deals.specs.iter().zip(&deals.columns).map(|(spec, column)| {
        let reference = Reference::of(column, then);
        compare(&spec.name, &reference, &reference.shares_of(Some(column), now), now.len())
    }))
}

fn sorted(drifts: impl Iterator<Item = FeatureDrift>) -> Vec<FeatureDrift> {
    let mut drifts: Vec<FeatureDrift> = drifts.collect();
    drifts.sort_by(|a, b| b.psi.total_cmp(&a.psi));
    drifts
}

fn compare(feature: &str, then: &Reference, now: &[f64], rows: usize) -> FeatureDrift {
    let held = |share: f64| share.max(LEAST_SHARE);
    let psi = then
        .shares
        .iter()
        .zip(now)
        .map(|(then, now)| (held(*now) - held(*then)) * (held(*now) / held(*then)).ln())
        .sum();
    // Without any drift the index is about chi-squared over the sizes: twice its mean is no news.
    let chance =
        2.0 * count(then.bins.len() - 1) * (1.0 / count(then.rows.max(1)) + 1.0 / count(rows.max(1)));
    let verdict = match psi {
        _ if psi < 0.1 || psi <= chance => DriftVerdict::Stable,
        _ if psi < 0.25 => DriftVerdict::Moving,
        _ => DriftVerdict::Shifted,
    };
    let bins = then.shares.iter().zip(now).enumerate();
    let bins = bins.map(|(bin, (then_share, now))| (then.bins.label(bin), *then_share, *now)).collect();
    FeatureDrift { feature: feature.to_owned(), psi, verdict, bins }
}
