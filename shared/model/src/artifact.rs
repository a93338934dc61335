//! The model file in memory: verified once, then only read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use leadlight_lead::{CriterionGroup, ModelHash, PolicyHash};
use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::feature::FeatureSpec;
use crate::file::{self, ArtifactError};
use crate::golden::{GOLDEN, GoldenPrediction};
use crate::interval::Intervals;
use crate::learners::{LearnerKind, SMARTCORE_VERSION};
use crate::math::count;
use crate::metrics::Metrics;
use crate::places::Places;
use crate::reference::Reference;
use crate::rows::DataHash;
use crate::scorer::Scorer;

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

/// What the file holds. Its order is the file's: change it and the schema version must rise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Body {
    pub(crate) lineage: ArtifactLineage,
    pub(crate) scorer: Scorer,
    pub(crate) places: Places,
    pub(crate) intervals: Intervals,
    /// What the factors of a group come to among past leads.
    pub(crate) groups: Vec<(CriterionGroup, Places)>,
    /// How past leads' values were distributed, by feature.
    pub(crate) references: Vec<Reference>,
    pub(crate) metrics: Metrics,
    pub(crate) golden: Vec<GoldenPrediction>,
}

impl Body {
    /// Everything that a sound checksum does not vouch for.
    fn verify(&self) -> Result<(), ArtifactError> {
        let lineage = &self.lineage;
        if lineage.smartcore_version != SMARTCORE_VERSION {
            return Err(ArtifactError::SmartcoreVersion { found: lineage.smartcore_version.clone() });
        }
        let encoder = &self.scorer.encoder;
        let names: BTreeSet<_> = encoder.features.iter().map(|f| &f.spec.name).collect();
        let width = encoder.width();
        let finite = |numbers: &[f64]| numbers.iter().all(|x| x.is_finite());
        let rules = [
            (lineage.won > 0 && lineage.lost > 0, "it learned from one kind of deal only"),
            (lineage.first_closed_at <= lineage.last_closed_at, "its deals end before they begin"),
            (names.len() == encoder.features.len(), "a feature is there twice"),
            (encoder.features.iter().all(|f| f.encoding.is_valid()), "a feature's encoding is not usable"),
            (width > 0, "it has no column"),
            (self.scorer.means.len() == width, "means and columns differ in number"),
            (finite(&self.scorer.means), "a mean is not finite"),
            (self.scorer.calibration.is_valid(), "its calibration is not usable"),
            (self.places.is_valid(), "the percentiles of past leads are not usable"),
            (self.intervals.is_valid(), "its intervals are not usable"),
            (self.groups.iter().all(|(_, places)| places.is_valid()), "a group's percentiles are not usable"),
            (
                self.references.len() == names.len() && self.references.iter().all(Reference::is_valid),
                "what past leads looked like is not usable",
            ),
            (self.metrics.is_finite(), "a metric is not finite"),
            (self.golden.len() == GOLDEN, "golden predictions are missing"),
            (
                self.golden.iter().all(|g| g.is_finite() && g.values.len() == names.len()),
                "a golden prediction is not usable",
            ),
        ];
        if let Some((_, problem)) = rules.into_iter().find(|(holds, _)| !holds) {
            return Err(ArtifactError::Inconsistent { problem });
        }
        self.scorer.learned.check(width).map_err(|problem| ArtifactError::Inconsistent { problem })?;
        match self.golden.iter().position(|g| !g.is_reproduced(&self.scorer)) {
            Some(index) => Err(ArtifactError::Golden { index }),
            None => Ok(()),
        }
    }
}

/// Features of a policy, or of a file, and of a model that differ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the model does not fit these features{}; train one for them, or go back to those it was trained for",
    differences(missing, extra, changed)
)]
pub struct FeatureMismatch {
    /// What the model needs and is not there, by name.
    pub missing: Vec<String>,
    /// What is there and the model does not know, by name.
    pub extra: Vec<String>,
    /// What has the same name, but is of another kind or comes from another rule.
    pub changed: Vec<String>,
}

fn differences(missing: &[String], extra: &[String], changed: &[String]) -> String {
    let parts: Vec<String> =
        [("it lacks", missing), ("it does not know", extra), ("it learnt other values of", changed)]
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(what, names)| format!("{what} `{}`", names.join("`, `")))
            .collect();
    format!(": {}", parts.join(", and "))
}

/// A verified model.
#[derive(Debug, Clone, PartialEq)]
pub struct Artifact {
    body: Body,
    bytes: Vec<u8>,
    hash: ModelHash,
}

impl Artifact {
    /// Reads a model file and verifies it: magic, schema version, length, checksum, learner's version, finite
    /// numbers, matching dimensions, golden predictions.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ArtifactError> {
        let body = file::open(bytes)?;
        body.verify()?;
        Ok(Self { body, bytes: bytes.to_vec(), hash: ModelHash::of(bytes) })
    }

    /// The same, and it must be the very model that was asked for.
    pub fn from_bytes_expecting(bytes: &[u8], expected: &ModelHash) -> Result<Self, ArtifactError> {
        let artifact = Self::from_bytes(bytes)?;
        if artifact.hash == *expected {
            Ok(artifact)
        } else {
            Err(ArtifactError::AnotherModel { expected: expected.clone(), found: artifact.hash })
        }
    }

    /// The model as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// SHA-256 of the file.
    pub fn hash(&self) -> ModelHash {
        self.hash.clone()
    }

    /// The features it was trained on, in the policy's order, those that never varied among them.
    pub fn features(&self) -> impl Iterator<Item = &FeatureSpec> {
        self.body.scorer.encoder.features.iter().map(|f| &f.spec)
    }

    /// Where it comes from.
    pub fn lineage(&self) -> &ArtifactLineage {
        &self.body.lineage
    }

    /// How its recipe, fitted on the older 80 %, did on the newest 20 %.
    pub fn metrics(&self) -> &Metrics {
        &self.body.metrics
    }

    /// How its margins are calibrated.
    pub fn calibration(&self) -> &Calibration {
        &self.body.scorer.calibration
    }

    /// Refuses features that are not exactly the model's, in whatever order: the same names, of the same kinds,
    /// by the same rules.
    pub fn matches_features(&self, features: &[FeatureSpec]) -> Result<(), FeatureMismatch> {
        let known: BTreeMap<&str, &FeatureSpec> = self.features().map(|f| (f.name.as_str(), f)).collect();
        let given: BTreeMap<&str, &FeatureSpec> = features.iter().map(|f| (f.name.as_str(), f)).collect();
        let only = |a: &BTreeMap<&str, _>, b: &BTreeMap<&str, _>| {
            a.keys().filter(|name| !b.contains_key(*name)).map(|name| (*name).to_owned()).collect::<Vec<_>>()
        };
        let (missing, extra) = (only(&known, &given), only(&given, &known));
        let differs = |(name, spec): &(&&str, &&FeatureSpec)| {
            given.get(**name).is_some_and(|other| other.kind != spec.kind || other.rule != spec.rule)
        };
        let changed: Vec<String> = known.iter().filter(differs).map(|(name, _)| (*name).to_owned()).collect();
        if missing.is_empty() && extra.is_empty() && changed.is_empty() {
            Ok(())
        } else {
            Err(FeatureMismatch { missing, extra, changed })
        }
    }

    pub(crate) fn scorer(&self) -> &Scorer {
        &self.body.scorer
    }

    pub(crate) fn intervals(&self) -> &Intervals {
        &self.body.intervals
    }

    pub(crate) fn group_places(&self) -> &[(CriterionGroup, Places)] {
        &self.body.groups
    }

    pub(crate) fn references(&self) -> &[Reference] {
        &self.body.references
    }

    pub(crate) fn places(&self) -> &Places {
        &self.body.places
    }

    pub(crate) fn body(&self) -> &Body {
        &self.body
    }
}
