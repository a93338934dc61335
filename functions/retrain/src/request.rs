//! What starts a run.

use jiff::Timestamp;
use leadlight_lead::{Versioned, from_versioned};
use leadlight_registry::{ReportName, RunKind};
use serde::{Deserialize, Serialize};

use crate::RetrainError;
use crate::export_key::ExportKey;

/// What starts a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The version of this shape.
    pub schema_version: u32,
    /// Why it runs, such as `schedule`; for the log.
    pub reason: String,
    /// When it is due, by the schedule or by the operator's request. A run with a due time is done once: delivered again, it
    /// answers with what it did.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// Train only if the scores in force have fallen.
    #[serde(default)]
    pub only_if_degraded: bool,
    /// The manifest of an export that is to be read instead of the table: the run that asked for it goes on, under its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<ExportKey>,
}

impl Versioned for Request {}

impl Request {
    /// Reads what a schedule or an operator sent: of this version or the one before.
    pub fn parse(bytes: &[u8]) -> Result<Self, RetrainError> {
        from_versioned(bytes).map_err(RetrainError::Request)
    }

    /// The name of the run's report. Where the request says when it was due, the name follows from the request alone, so the
    /// sender knows where to look.
    pub fn report(&self, now: Timestamp) -> ReportName {
        if let Some(export) = &self.export {
            return export.run().clone();
        }
        let kind = if self.only_if_degraded { RunKind::Check } else { RunKind::Run };
        ReportName::new(self.due_at.unwrap_or(now), self.due_at.is_some(), kind)
    }

    /// Whether another delivery of it is the same run.
    pub(crate) fn is_named(&self) -> bool {
        self.due_at.is_some() || self.export.is_some()
    }
}
