//! A model in shadow: it decides nothing, and is held beside the one in force to see what it would do.

use leadlight_lead::{InvalidId, ModelHash};

/// Which model is in shadow: a text with its hash, kept under a pointer of its own, so that nothing that scores leads ever
/// reads it; an empty text where none is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelShadow {
    /// No model is.
    Empty,
    /// A candidate for the model in force.
    Candidate(ModelHash),
}

impl ModelShadow {
    /// The text where nothing is in shadow.
    pub const EMPTY: &str = "";

    /// The text that names a candidate.
    pub fn text(candidate: &ModelHash) -> String {
        format!("{candidate}\n")
    }

    /// Reads it. `_file` is what other documents name in their problems; this one has a single line.
    pub fn parse(_file: &str, text: &str) -> Result<Self, InvalidId> {
        match text.trim() {
            Self::EMPTY => Ok(Self::Empty),
            hash => hash.parse().map(Self::Candidate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_is_read_back_and_nothing_else_is_one() {
        let hash = ModelHash::of(b"model");
        let read = ModelShadow::parse("model.txt", &ModelShadow::text(&hash)).unwrap();
        assert_eq!(read, ModelShadow::Candidate(hash));
        assert_eq!(ModelShadow::parse("model.txt", ModelShadow::EMPTY).unwrap(), ModelShadow::Empty);
        assert!(ModelShadow::parse("model.txt", "latest").is_err());
    }
}
