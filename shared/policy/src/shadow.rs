//! A policy in shadow: it decides nothing, and is held beside the one in force to see what it would do.

use leadlight_settings::SettingsError;

use crate::policy::Policy;

/// What is in shadow. The file of a policy, kept under a pointer of its own, so that nothing that decides on leads ever reads
/// it; an empty file where nothing is.
#[derive(Debug, Clone, PartialEq)]
pub enum Shadow {
    /// No policy is.
    Empty,
    /// A candidate for the policy in force.
    Candidate(Box<Policy>),
}

impl Shadow {
    /// The file where nothing is in shadow.
    pub const EMPTY: &str = "";

    /// As [`Policy::parse`], but for the empty file.
    pub fn parse(file: &str, text: &str) -> Result<Self, SettingsError> {
        if text == Self::EMPTY {
            return Ok(Self::Empty);
        }
        Policy::parse(file, text).map(|policy| Self::Candidate(Box::new(policy)))
    }
}
