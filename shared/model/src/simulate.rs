//! Invented deals from a known process, for tests and measurements.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{CriterionGroup, FeatureVector};
use leadlight_model::{FeatureKind, FeatureSpec, Lineage, TrainingRow};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Name, group, and the true weight of a standard deviation, in log-odds.
pub(crate) const FEATURES: [(&str, CriterionGroup, f64); 6] = [
    ("industry_fit", CriterionGroup::Icp, 1.2),
    ("size_fit", CriterionGroup::Icp, 0.8),
    ("seniority", CriterionGroup::Contact, 0.6),
    ("stack_fit", CriterionGroup::Technographic, -0.7),
    ("intent_strength", CriterionGroup::Intent, 1.0),
    ("visits", CriterionGroup::Engagement, 0.0),
];

pub(crate) fn specs() -> Vec<FeatureSpec> {
    FEATURES
        .iter()
        .map(|(name, group, _)| FeatureSpec {
            name: (*name).to_owned(),
            group: *group,
            factor: name.replace('_', " "),
            kind: FeatureKind::Number,
            monotone: None,
            rule: None,
            prior: None,
        })
        .collect()
}

pub(crate) fn lineage() -> Lineage {
    Lineage {
        policy: leadlight_lead::PolicyHash::of(b"policy"),
        code_version: "test".to_owned(),
        trained_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 900),
    }
}

/// What is known of one lead: its values by [`FEATURES`], a tenth of them missing from the third on.
pub(crate) struct Simulator(ChaCha8Rng);

impl Simulator {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Evenly between 0 and 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / f64::from(u32::MAX)
    }

    /// Mean 0, standard deviation 1 (sum of twelve uniform numbers).
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    /// Deals a day apart with `base` log-odds on average, moved by `drift` over the whole time.
    pub(crate) fn deals(&mut self, n: u32, base: f64, drift: f64) -> Vec<TrainingRow> {
        (0..n)
            .map(|i| {
                let mut margin = base + drift * f64::from(i) / f64::from(n);
                let mut values = BTreeMap::new();
                for (j, (name, _, weight)) in FEATURES.iter().enumerate() {
                    let z = self.normal();
                    let known = j < 2 || self.uniform() > 0.1;
                    margin += if known { weight * z } else { 0.0 };
                    // Units of their own, so that scaling has something to do.
                    values.insert((*name).to_owned(), known.then_some(40.0 + 12.0 * z));
                }
                TrainingRow {
                    features: FeatureVector::new(values).unwrap_or_default(),
                    won: self.uniform() < 1.0 / (1.0 + (-margin).exp()),
                    closed_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * i64::from(i)),
                    account: None,
                    scope: None,
                }
            })
            .collect()
    }
}
