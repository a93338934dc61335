//! The artifact's file: a header, a SHA-256 over all the rest, and the body in postcard.
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

use leadlight_lead::ModelHash;
use sha2::{Digest, Sha256};

use crate::artifact::Body;
use crate::learners::SMARTCORE_VERSION;

const MAGIC: &[u8; 8] = b"LEADLGHT";
/// The version of the artifact's layout that this release reads and writes.
pub const SCHEMA_VERSION: u32 = 2;

/// Why bytes are not a model that may score.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactError {
    /// Something else altogether.
    #[error("this is no Leadlight model file (it does not begin with `LEADLGHT`)")]
    NotAnArtifact,
    /// Another layout.
    #[error(
        "the model file has schema version {found}, this release reads version {SCHEMA_VERSION}; {}",
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
}

/// A body as a file.
pub(crate) fn seal(body: &Body) -> Result<Vec<u8>, ArtifactError> {
    let body = postcard::to_stdvec(body).map_err(|e| ArtifactError::Body { problem: e.to_string() })?;
    Ok(wrap(SCHEMA_VERSION, &body))
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

/// The body of a file whose header and digest hold.
pub(crate) fn open(file: &[u8]) -> Result<Body, ArtifactError> {
    let truncated = |expected| ArtifactError::Truncated { found: length(file), expected };
    let Some((magic, rest)) = file.split_first_chunk::<8>() else {
        return Err(if MAGIC.starts_with(file) { truncated(52) } else { ArtifactError::NotAnArtifact });
    };
    if magic != MAGIC {
        return Err(ArtifactError::NotAnArtifact);
    }
    let (schema, rest) = rest.split_first_chunk().ok_or_else(|| truncated(52))?;
    let found = u32::from_le_bytes(*schema);
    if found != SCHEMA_VERSION {
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
    let (value, left) =
        postcard::take_from_bytes(body).map_err(|e| ArtifactError::Body { problem: e.to_string() })?;
    if left.is_empty() { Ok(value) } else { Err(ArtifactError::TrailingBytes { extra: length(left) }) }
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
