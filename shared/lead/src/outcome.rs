//! What became of a lead.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a deal ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// Won or lost.
    pub result: OutcomeResult,
    /// When it was closed.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub closed_at: Timestamp,
    /// The deal's size in US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_usd: Option<u64>,
}

/// Won or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeResult {
    /// Closed won.
    Won,
    /// Closed lost.
    Lost,
}
