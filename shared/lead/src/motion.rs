//! How leads come to a company.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A go-to-market motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// Forms and syndicated content.
    Inbound,
    /// Conferences and webinars.
    Event,
    /// Partners and resellers.
    Partner,
    /// Product-led growth: trials and usage.
    Plg,
    /// Outbound lists: ranked, not filtered.
    Outbound,
    /// Referrals and direct contact.
    Referral,
}

impl fmt::Display for Motion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inbound => "inbound",
            Self::Event => "event",
            Self::Partner => "partner",
            Self::Plg => "plg",
            Self::Outbound => "outbound",
            Self::Referral => "referral",
        })
    }
}
