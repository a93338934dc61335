//! Which export a run reads.

use std::fmt;

use leadlight_exports::MANIFEST;
use leadlight_registry::ReportName;
use serde::{Deserialize, Serialize};

/// Where exports rest in the registry's bucket, each under the name of the run that it is for. They are people's data, and
/// the bucket forgets them after days.
pub(crate) const FOLDER: &str = "exports/";

/// The key of an export's manifest: `exports/<run>/AWSDynamoDB/<id>/manifest-files.json`. It says for which run it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExportKey {
    key: String,
    run: ReportName,
}

/// Text that is no key of an export's manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no key of an export's manifest")]
pub struct NoExportKey;

impl TryFrom<String> for ExportKey {
    type Error = NoExportKey;

    /// Nothing else may be read by it.
    fn try_from(key: String) -> Result<Self, NoExportKey> {
        let parts: Vec<&str> = key.strip_prefix(FOLDER).ok_or(NoExportKey)?.split('/').collect();
        let [run, "AWSDynamoDB", _, MANIFEST] = parts[..] else { return Err(NoExportKey) };
        let run = ReportName::try_from(run.to_owned()).map_err(|_| NoExportKey)?;
        Ok(Self { key, run })
    }
}

impl From<ExportKey> for String {
    fn from(key: ExportKey) -> Self {
        key.key
    }
}

impl fmt::Display for ExportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)
    }
}

impl ExportKey {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.key
    }

    /// The run that asked for it.
    pub fn run(&self) -> &ReportName {
        &self.run
    }
}
