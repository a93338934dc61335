//! A policy in shadow: it decides nothing, and is held beside the one in force to see what it would do.

use leadlight_settings::SettingsError;

use crate::policy::Policy;

/// A candidate for the policy in force. The same file, kept under a pointer of its own, so that nothing that decides on leads
/// ever reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shadow(Policy);

impl Shadow {
    /// As [`Policy::parse`].
    pub fn parse(file: &str, text: &str) -> Result<Self, SettingsError> {
        Policy::parse(file, text).map(Self)
    }

    /// The candidate.
    pub fn into_policy(self) -> Policy {
        self.0
    }
}
