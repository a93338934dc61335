//! `PutEvents` as EventBridge reads and answers it.

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutEvents<'a> {
    pub(crate) entries: Vec<Entry<'a>>,
}

/// One event.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry<'a> {
    pub(crate) event_bus_name: &'a str,
    pub(crate) source: &'a str,
    pub(crate) detail_type: &'a str,
    pub(crate) detail: &'a str,
    /// Seconds since 1970, to the millisecond.
    pub(crate) time: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    #[serde(default)]
    pub(crate) entries: Vec<Told>,
}

/// What became of one event: an id, or an error.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Told {
    pub(crate) event_id: Option<String>,
    pub(crate) error_code: Option<String>,
}
