//! A model's papers: what a person reads before trusting it.

use jiff::Timestamp;
use leadlight_lead::{ModelHash, PolicyHash};
use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::feature::FeatureSpec;
use crate::learners::LearnerKind;
use crate::metrics::Metrics;
use crate::rows::DataHash;

/// Written as JSON beside the artifact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`Manifest::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// SHA-256 of the artifact.
    pub model: ModelHash,
    /// Size of the artifact.
    pub artifact_bytes: usize,
    /// The learner.
    pub learner: LearnerKind,
    /// Its settings, in words.
    pub settings: String,
    /// How large the model is, in words.
    pub size: String,
    /// The learner's release.
    pub smartcore_version: String,
    /// The policy that declares the features.
    pub policy: PolicyHash,
    /// SHA-256 over the sorted training rows.
    pub data: DataHash,
    /// The release or commit of the code that trained it.
    pub code_version: String,
    /// When it was trained.
    pub trained_at: Timestamp,
    /// Closed deals it learned from.
    pub deals: usize,
    /// How many of them were won.
    pub won: usize,
    /// How many were lost.
    pub lost: usize,
    /// When the oldest of them was closed; absent without dates.
    pub first_closed_at: Option<Timestamp>,
    /// When the newest of them was closed; absent without dates.
    pub last_closed_at: Option<Timestamp>,
    /// Its features, in the policy's order.
    pub features: Vec<FeatureSpec>,
    /// The same recipe, fitted on the older 80 % of deals and judged on the newest 20 %.
    pub metrics_on_newest: Metrics,
    /// How its margins are calibrated.
    pub calibration: Calibration,
    /// Scopes with a model of their own, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<OwnPapers>,
    /// What a reader should know: features left out, fall-backs taken.
    pub notes: Vec<String>,
}

/// The papers of a scope's own model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnPapers {
    /// Whose: a motion, or a value of the column that was named.
    pub scope: String,
    /// The learner.
    pub learner: LearnerKind,
    /// Closed deals it learnt from, all of them the scope's.
    pub deals: usize,
    /// How many of them were won.
    pub won: usize,
    /// When it was trained; the shared model may be younger.
    pub trained_at: Timestamp,
    /// When the newest of its deals was closed; absent without dates.
    pub last_closed_at: Option<Timestamp>,
    /// How its recipe did on deals of the scope that it had not seen.
    pub metrics_on_newest: Metrics,
}

impl Manifest {
    /// The version this release writes.
    pub const SCHEMA_VERSION: u32 = 2;
}
