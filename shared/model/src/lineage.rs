//! Where a model comes from: the policy, the deals, the code, the learner.

use jiff::Timestamp;
use leadlight_lead::PolicyHash;
use serde::{Deserialize, Serialize};

use crate::learners::LearnerKind;
use crate::math::count;
use crate::rows::DataHash;

/// Where a model comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactLineage {
    /// The policy that declares its features.
    pub policy: PolicyHash,
    /// The rows it learned from.
    pub data: DataHash,
    /// The learner's release.
    pub smartcore_version: String,
    /// The release or commit of the code that trained it.
    pub code_version: String,
    /// When.
    pub trained_at: Timestamp,
    /// Won deals it learned from.
    pub won: usize,
    /// Lost deals it learned from.
    pub lost: usize,
    /// Who learnt.
    pub learner: LearnerKind,
    /// When the oldest of them was closed; absent without dates.
    pub first_closed_at: Option<Timestamp>,
    /// When the newest of them was closed; absent without dates. Only deals closed later judge the model
    /// fairly.
    pub last_closed_at: Option<Timestamp>,
}

impl ArtifactLineage {
    /// The share of won deals, strictly between 0 and 1.
    pub fn base_rate(&self) -> f64 {
        count(self.won) / count(self.won.saturating_add(self.lost))
    }
}
