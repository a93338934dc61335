//! What a run answers with.

use serde::Serialize;

use crate::{Report, Started, Verdict};

/// What became of a run, and where its report is.
///
/// Lambda passes it on to the account's event bus with the request beside it, and an event has 256 KB at most: the
/// report itself, which grows with features and bands, would one day not arrive, and nobody would hear of it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// It came to its end.
    Ran {
        /// Published, kept or refused, and why.
        #[serde(flatten)]
        verdict: Verdict,
        /// Deals that were learnt from.
        deals: usize,
        /// Key of the page for people, in the registry's bucket.
        page: String,
        /// Key of the report itself, as JSON, there as well.
        report: String,
    },
    /// It goes on by itself.
    Waits {
        /// `waits`.
        verdict: &'static str,
        /// For what.
        because: String,
        /// Key under which the report will be.
        report: String,
    },
}

impl From<Started> for Answer {
    fn from(started: Started) -> Self {
        match started {
            Started::Ran(report) => {
                let Report { verdict, deals, page, .. } = *report;
                let report = format!("{}.json", page.trim_end_matches(".html"));
                Self::Ran { verdict, deals, page, report }
            }
            Started::AwaitsExport { run, bytes } => {
                let megabytes = bytes / 1_000_000;
                let because = format!(
                    "the table has {megabytes} MB, so an export of it was asked for; the run goes on by itself once that is \
                     there, as a rule within the hour"
                );
                Self::Waits { verdict: "waits", because, report: format!("{}.json", run.key()) }
            }
        }
    }
}
