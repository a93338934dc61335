//! The work queues, and whose work each of them is.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The work queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueName {
    /// Sales development: look at once.
    Sdr,
    /// Marketing nurtures.
    Nurture,
    /// Rejected, with the reason.
    Disqualified,
    /// A person looks before scoring.
    HumanFirst,
    /// Too little is known: a person completes the record.
    CatchAll,
    /// An SDR wants a second look: a manager decides.
    Flagged,
    /// Confirmed by an SDR: an account executive attests.
    Ae,
}

impl QueueName {
    /// All queues.
    pub const ALL: [Self; 7] = [
        Self::Sdr,
        Self::HumanFirst,
        Self::Flagged,
        Self::Ae,
        Self::Nurture,
        Self::CatchAll,
        Self::Disqualified,
    ];

    /// Whom its leads wait for; none where they wait for nobody.
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Sdr | Self::HumanFirst | Self::CatchAll => Some(Role::Sdr),
            Self::Flagged => Some(Role::Manager),
            Self::Ae => Some(Role::Ae),
            Self::Nurture | Self::Disqualified => None,
        }
    }

    /// As written in keys and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sdr => "sdr",
            Self::Nurture => "nurture",
            Self::Disqualified => "disqualified",
            Self::HumanFirst => "human_first",
            Self::CatchAll => "catch_all",
            Self::Flagged => "flagged",
            Self::Ae => "ae",
        }
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no queue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no queue of that name; there are sdr, human_first, flagged, ae, nurture, catch_all and disqualified"
)]
pub struct UnknownQueue;

impl FromStr for QueueName {
    type Err = UnknownQueue;

    fn from_str(text: &str) -> Result<Self, UnknownQueue> {
        Self::ALL.into_iter().find(|q| q.as_str() == text).ok_or(UnknownQueue)
    }
}

/// What a signed-in person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sales development representative: checkpoint 1.
    Sdr,
    /// Account executive: checkpoint 2.
    Ae,
    /// Sees all, decides on flagged leads at checkpoint 1.
    Manager,
    /// Sees all, decides nothing.
    Admin,
}

impl Role {
    /// Do its people work on a queue's leads? Those of their own checkpoint; managers stand in for whoever is missing,
    /// admins watch.
    pub fn works(self, queue: QueueName) -> bool {
        queue.role().is_some_and(|needed| self == needed || self == Self::Manager)
    }

    /// All roles.
    pub const ALL: [Self; 4] = [Self::Sdr, Self::Ae, Self::Manager, Self::Admin];

    /// As written in tokens and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sdr => "sdr",
            Self::Ae => "ae",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sdr => "SDR",
            Self::Ae => "AE",
            Self::Manager => "manager",
            Self::Admin => "admin",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queue_names_round_trip() {
        for queue in QueueName::ALL {
            assert_eq!(queue.as_str().parse::<QueueName>().unwrap(), queue);
            assert_eq!(serde_json::to_value(queue).unwrap(), queue.as_str());
        }
    }
}
