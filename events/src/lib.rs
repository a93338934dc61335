//! What Leadlight ships to be tried with: sample events, a sample directory of companies and people,
//! a history of invented closed deals, and the JSON Schemas of the messages. It also holds the reader
//! of deal files, since the sample history is written in the format a company exports its own in, and beside
//! it that of files of outcomes.
//!
//! Everything is invented. Domains are reserved ones, so that no sample can reach a real mailbox.

mod deals;
mod directory;
mod history;
mod outcomes;
mod rebase;
mod samples;
mod schemas;
mod sheet;

pub use deals::{COLUMNS, DealFileError, DealLineProblem, DealProblem, read_deals};
pub use directory::{
    COMPANIES_JSON, CompanyRecord, Directory, DirectoryError, IntentRecord, PEOPLE_JSON, PersonRecord,
    RecordProblem, TopicRecord, directory,
};
pub use history::{DEALS, HISTORY_CSV, SEED, generate, rebased_history};
pub use leadlight_reading::AmountProblem;
pub use outcomes::{
    CRM_EVENTS, OUTCOME_COLUMNS, OUTCOMES_CSV, OutcomeFileError, OutcomeLineProblem, OutcomeProblem,
    OutcomeRow, read_outcomes,
};
pub use rebase::{REFERENCE, rebased};
pub use samples::{Expected, Sample, samples};
pub use schemas::{SchemaFile, schemas};
pub use sheet::{FileError, FormatProblem, LineProblem, MAX_REPORTED_PROBLEMS, SheetProblem};
