//! What a run answers with.

use serde::Serialize;

use crate::{Report, Verdict};

/// What became of a run, and where its report is.
///
/// Lambda passes it on to the account's event bus with the request beside it, and an event has 256 KB at most: the
/// report itself, which grows with features and bands, would one day not arrive, and nobody would hear of it.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// Published, kept or refused, and why.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Deals that were learnt from.
    pub deals: usize,
    /// Key of the page for people, in the registry's bucket.
    pub page: String,
    /// Key of the report itself, as JSON, there as well.
    pub report: String,
}

impl From<Report> for Answer {
    fn from(report: Report) -> Self {
        let Report { verdict, deals, page, .. } = report;
        let report = format!("{}.json", page.trim_end_matches(".html"));
        Self { verdict, deals, page, report }
    }
}
