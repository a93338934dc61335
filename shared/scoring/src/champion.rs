//! The model that scores, and the features it is asked about.

use std::sync::Arc;

use leadlight_lead::{ModelHash, ValueKind};
use leadlight_model::{Artifact, FeatureKind, FeatureSpec, Monotone};
use leadlight_policy::Policy;

/// The model that scores, or the reason there is none.
#[derive(Debug, Clone)]
pub enum Champion {
    /// A verified model.
    Model {
        /// Its hash.
        hash: ModelHash,
        /// The model itself.
        artifact: Arc<Artifact>,
    },
    /// Rules decide.
    Absent {
        /// Why there is no model, in words for people.
        because: String,
    },
}

/// The features a policy declares, as the learners want them.
pub fn feature_specs(policy: &Policy) -> Vec<FeatureSpec> {
    policy
        .feature_specs()
        .into_iter()
        .map(|f| FeatureSpec {
            name: f.name,
            group: f.group,
            factor: f.factor,
            kind: kind(f.kind),
            monotone: f.never_lowers.then_some(Monotone::Increasing),
            rule: f.rule,
            prior: f.points,
        })
        .collect()
}

fn kind(of: ValueKind) -> FeatureKind {
    match of {
        ValueKind::Number => FeatureKind::Number,
        ValueKind::YesNo => FeatureKind::Boolean,
        ValueKind::Category => FeatureKind::Category,
        ValueKind::Tags => FeatureKind::Tags { separator: ';' },
    }
}
