//! The model file in memory: verified once, then only read.

use std::collections::{BTreeMap, BTreeSet};

use leadlight_lead::ModelHash;

use crate::calibration::Calibration;
use crate::encoder::{EncodedFeature, Encoding};
use crate::feature::FeatureSpec;
use crate::file::{self, ArtifactError, Body, Contents};
use crate::lineage::ArtifactLineage;
use crate::metrics::Metrics;
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

/// A verified model: one that all leads share, and own ones of scopes that are better served by them.
#[derive(Debug, Clone, PartialEq)]
pub struct Artifact {
    contents: Contents,
    bytes: Vec<u8>,
    hash: ModelHash,
}

impl Artifact {
    /// Reads a model file and verifies it: magic, schema version, length, checksum, learner's version, finite
    /// numbers, matching dimensions, golden predictions.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ArtifactError> {
        let contents = file::open(bytes)?;
        contents.verify()?;
        Ok(Self { contents, bytes: bytes.to_vec(), hash: ModelHash::of(bytes) })
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

    /// The features it was trained on, in the policy's order, those that never varied among them; then those that own
    /// models alone were trained on.
    pub fn features(&self) -> impl Iterator<Item = &FeatureSpec> {
        let mut seen = BTreeSet::new();
        let all = self.bodies().flat_map(|body| body.scorer.encoder.features.iter().map(|f| &f.spec));
        all.filter(move |spec| seen.insert(&spec.name))
    }

    /// Where the shared model comes from.
    pub fn lineage(&self) -> &ArtifactLineage {
        &self.body().lineage
    }

    /// How the shared model's recipe, fitted on the older 80 %, did on the newest 20 %.
    pub fn metrics(&self) -> &Metrics {
        &self.body().metrics
    }

    /// How the shared model's margins are calibrated.
    pub fn calibration(&self) -> &Calibration {
        &self.body().scorer.calibration
    }

    /// The scopes that have a model of their own, with where each comes from.
    pub fn own_models(&self) -> impl Iterator<Item = (&str, &ArtifactLineage)> {
        self.own().iter().map(|(scope, body)| (scope.as_str(), &body.lineage))
    }

    /// Refuses features that lack one of the model's, or have it of another kind or by another rule. What the model does
    /// not know may be there: it is judged by what it knows. A feature that never varied where it learnt has no part in
    /// what it says, so it may be gone. Own models are asked as well: a file scores as a whole, or not at all.
    pub fn matches_features(&self, features: &[FeatureSpec]) -> Result<(), FeatureMismatch> {
        let given: BTreeMap<&str, &FeatureSpec> = features.iter().map(|f| (f.name.as_str(), f)).collect();
        let (mut missing, mut changed) = (Vec::new(), Vec::new());
        for EncodedFeature { spec, encoding } in self.bodies().flat_map(|body| &body.scorer.encoder.features)
        {
            match given.get(spec.name.as_str()) {
                _ if *encoding == Encoding::Dropped => {}
                None => missing.push(spec.name.clone()),
                Some(other) if other.kind != spec.kind || other.rule != spec.rule => {
                    changed.push(spec.name.clone());
                }
                Some(_) => {}
            }
        }
        // Own models lack what the shared one lacks.
        for names in [&mut missing, &mut changed] {
            let mut seen = BTreeSet::new();
            names.retain(|name| seen.insert(name.clone()));
        }
        if missing.is_empty() && changed.is_empty() {
            Ok(())
        } else {
            Err(FeatureMismatch { missing, changed })
        }
    }

    /// The shared model, then own ones.
    fn bodies(&self) -> impl Iterator<Item = &Body> {
        std::iter::once(self.body()).chain(self.own().values())
    }

    pub(crate) fn scorer(&self) -> &Scorer {
        &self.body().scorer
    }

    /// The shared model.
    pub(crate) fn body(&self) -> &Body {
        &self.contents.shared
    }

    /// Own models, by scope.
    pub(crate) fn own(&self) -> &BTreeMap<String, Body> {
        &self.contents.own
    }
}
