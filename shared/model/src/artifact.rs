//! The model file in memory: verified once, then only read.

use std::collections::BTreeMap;

use leadlight_lead::{CriterionGroup, ModelHash};

use crate::calibration::Calibration;
use crate::encoder::{EncodedFeature, Encoding};
use crate::feature::FeatureSpec;
use crate::file::{self, ArtifactError, Body};
use crate::interval::Intervals;
use crate::lineage::ArtifactLineage;
use crate::metrics::Metrics;
use crate::places::Places;
use crate::reference::Reference;
use crate::scorer::Scorer;

/// Features of a policy, or of a file, that are not those a model needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the model does not fit these features{}; train one for them, or go back to those it was trained for",
    differences(missing, changed)
)]
pub struct FeatureMismatch {
    /// What the model needs and is not there, by name.
    pub missing: Vec<String>,
    /// What has the same name, but is of another kind or comes from another rule.
    pub changed: Vec<String>,
}

fn differences(missing: &[String], changed: &[String]) -> String {
    let parts: Vec<String> = [("it lacks", missing), ("it learnt other values of", changed)]
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

    /// Refuses features that lack one of the model's, or have it of another kind or by another rule. What the model does
    /// not know may be there: it is judged by what it knows. A feature that never varied where it learnt has no part in
    /// what it says, so it may be gone.
    pub fn matches_features(&self, features: &[FeatureSpec]) -> Result<(), FeatureMismatch> {
        let given: BTreeMap<&str, &FeatureSpec> = features.iter().map(|f| (f.name.as_str(), f)).collect();
        let (mut missing, mut changed) = (Vec::new(), Vec::new());
        for EncodedFeature { spec, encoding } in &self.scorer().encoder.features {
            match given.get(spec.name.as_str()) {
                _ if *encoding == Encoding::Dropped => {}
                None => missing.push(spec.name.clone()),
                Some(other) if other.kind != spec.kind || other.rule != spec.rule => {
                    changed.push(spec.name.clone());
                }
                Some(_) => {}
            }
        }
        if missing.is_empty() && changed.is_empty() {
            Ok(())
        } else {
            Err(FeatureMismatch { missing, changed })
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
