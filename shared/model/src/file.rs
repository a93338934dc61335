//! The artifact's file: a header, a SHA-256 over all the rest, and the body in postcard.
//!
//! The body is the shared model; from version 3 on a scope's own models follow it, by scope. A file without any is written
//! as version 2, so that the release before reads it.
//!
//! ```text
//! offset  bytes
//! 0       8   magic, "LEADLGHT"
//! 8       4   schema version, little endian
//! 12      8   length of the body in bytes, little endian
//! 20     32   SHA-256 of bytes 0 to 20 and the body
//! 52      …   body, postcard
//! ```
//! The digest catches every flipped bit even where nobody knows the file's expected hash.

use std::collections::{BTreeMap, BTreeSet};

use leadlight_lead::{CriterionGroup, ModelHash};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::golden::{GOLDEN, GoldenPrediction};
use crate::interval::Intervals;
use crate::learners::SMARTCORE_VERSION;
use crate::lineage::ArtifactLineage;
use crate::metrics::Metrics;
use crate::places::Places;
use crate::reference::Reference;
use crate::scorer::Scorer;

const MAGIC: &[u8; 8] = b"LEADLGHT";
/// The newest version of the artifact's layout that this release reads, and writes where scopes have models of their own.
pub const SCHEMA_VERSION: u32 = 3;
/// The version that has a shared model alone; read, and written where there is no other.
pub(crate) const SHARED_ALONE: u32 = 2;

/// Why bytes are not a model that may score.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactError {
    /// Something else altogether.
    #[error("this is no Leadlight model file (it does not begin with `LEADLGHT`)")]
    NotAnArtifact,
    /// Another layout.
    #[error(
        "the model file has schema version {found}, this release reads versions {SHARED_ALONE} and {SCHEMA_VERSION}; {}",
        if *found > SCHEMA_VERSION { "upgrade Leadlight or retrain with this release" } else { "retrain" }
    )]
    SchemaVersion {
        /// As written in the file.
        found: u32,
    },
    /// Its end is missing.
    #[error("the model file is truncated: {found} bytes of {expected}; fetch it again")]
    Truncated {
        /// Bytes there are.
        found: u64,
        /// Bytes there should be; the header's own length where that is not complete.
        expected: u64,
    },
    /// Something follows its end.
    #[error("the model file has {extra} bytes after its end; fetch it again")]
    TrailingBytes {
        /// How many.
        extra: u64,
    },
    /// A bit differs from what was written.
    #[error("the model file is damaged: its checksum does not hold; fetch it again")]
    Checksum,
    /// Sound, but not the one that was asked for.
    #[error("the model file's hash is {found}, expected {expected}")]
    AnotherModel {
        /// As asked for.
        expected: ModelHash,
        /// Of the bytes.
        found: ModelHash,
    },
    /// The checksum holds, but the body has another shape.
    #[error("the model file's body cannot be read: {problem}; retrain")]
    Body {
        /// In the reader's words.
        problem: String,
    },
    /// Trained with another release of the learner.
    #[error("the model was trained with smartcore {found}, this release uses {SMARTCORE_VERSION}; retrain")]
    SmartcoreVersion {
        /// As recorded.
        found: String,
    },
    /// Parts that do not fit together.
    #[error("the model contradicts itself: {problem}; retrain")]
    Inconsistent {
        /// Which.
        problem: &'static str,
    },
    /// It does not predict here what it predicted where it was trained.
    #[error("the model does not reproduce its golden prediction {index}; do not score with it, retrain")]
    Golden {
        /// Its place, from 0.
        index: usize,
    },
    /// A scope's own model cannot be used, and so none of the file.
    #[error("the own model of `{scope}`: {problem}")]
    Own {
        /// Whose.
        scope: String,
        /// What is wrong with it.
        problem: Box<ArtifactError>,
    },
}

/// All that a file holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Contents {
    /// Answers for every lead whose scope has no model of its own.
    pub(crate) shared: Body,
    /// Own models by scope.
    pub(crate) own: BTreeMap<String, Body>,
}

impl Contents {
    /// Everything that a sound checksum does not vouch for.
    pub(crate) fn verify(&self) -> Result<(), ArtifactError> {
        self.shared.verify()?;
        self.own.iter().try_for_each(|(scope, body)| {
            body.verify()
                .map_err(|problem| ArtifactError::Own { scope: scope.clone(), problem: Box::new(problem) })
        })
    }
}

/// One model. Its order is the file's: change it and the schema version must rise.
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
    pub(crate) fn verify(&self) -> Result<(), ArtifactError> {
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

/// Contents as a file.
pub(crate) fn seal(contents: &Contents) -> Result<Vec<u8>, ArtifactError> {
    let Contents { shared, own } = contents;
    let (schema, body) = if own.is_empty() {
        (SHARED_ALONE, postcard::to_stdvec(shared))
    } else {
        (SCHEMA_VERSION, postcard::to_stdvec(&(shared, own)))
    };
    Ok(wrap(schema, &body.map_err(unreadable)?))
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
fn unreadable(error: postcard::Error) -> ArtifactError {
    ArtifactError::Body { problem: error.to_string() }
}

fn wrap(schema: u32, body: &[u8]) -> Vec<u8> {
    let mut file = Vec::with_capacity(52 + body.len());
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&schema.to_le_bytes());
    file.extend_from_slice(&length(body).to_le_bytes());
    let digest = digest(&file, body);
    file.extend_from_slice(&digest);
    file.extend_from_slice(body);
    file
}

/// The contents of a file whose header and digest hold.
pub(crate) fn open(file: &[u8]) -> Result<Contents, ArtifactError> {
    let truncated = |expected| ArtifactError::Truncated { found: length(file), expected };
    let Some((magic, rest)) = file.split_first_chunk::<8>() else {
        return Err(if MAGIC.starts_with(file) { truncated(52) } else { ArtifactError::NotAnArtifact });
    };
    if magic != MAGIC {
        return Err(ArtifactError::NotAnArtifact);
    }
    let (schema, rest) = rest.split_first_chunk().ok_or_else(|| truncated(52))?;
    let found = u32::from_le_bytes(*schema);
    if !(SHARED_ALONE..=SCHEMA_VERSION).contains(&found) {
        return Err(ArtifactError::SchemaVersion { found });
    }
    let (body_length, rest) = rest.split_first_chunk().ok_or_else(|| truncated(52))?;
    let expected = u64::from_le_bytes(*body_length);
    let (written, body) = rest.split_first_chunk::<32>().ok_or_else(|| truncated(52))?;
    if length(body) < expected {
        return Err(truncated(expected.saturating_add(52)));
    }
    if length(body) > expected {
        return Err(ArtifactError::TrailingBytes { extra: length(body) - expected });
    }
    if digest(&file[..20], body) != *written {
        return Err(ArtifactError::Checksum);
    }
    let (shared, left) = postcard::take_from_bytes(body).map_err(unreadable)?;
    let (own, left) = match found {
        SHARED_ALONE => (BTreeMap::new(), left),
        _ => postcard::take_from_bytes(left).map_err(unreadable)?,
    };
    if left.is_empty() {
        Ok(Contents { shared, own })
    } else {
        Err(ArtifactError::TrailingBytes { extra: length(left) })
    }
}

fn length(bytes: &[u8]) -> u64 {
    // `usize` is at most 64 bits wide on every platform there is.
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn digest(header: &[u8], body: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(header);
    hasher.update(body);
    hasher.finalize().into()
}

#[cfg(test)]
pub(crate) fn seal_raw(schema: u32, body: &[u8]) -> Vec<u8> {
    wrap(schema, body)
}
