//! What Leadlight ships to be tried with: sample events, a sample directory of companies and people,
//! a history of invented closed deals, and the JSON Schemas of the messages. It also holds the reader
//! of deal files, since the sample history is written in the format a company exports its own in.
//!
//! Everything is invented. Domains are reserved ones, so that no sample can reach a real mailbox.

mod deals;
mod directory;
mod history;
mod rebase;
mod samples;
mod schemas;

pub use deals::{
    COLUMNS, Deal, DealFileError, DealProblem, HISTORY_DOMAIN, HISTORY_PROVIDER, HISTORY_SOURCE, LineProblem,
    MAX_REPORTED_PROBLEMS, read_deals,
};
pub use directory::{
    COMPANIES_JSON, CompanyRecord, Directory, DirectoryError, IntentRecord, PEOPLE_JSON, PersonRecord,
    RecordProblem, TopicRecord, directory,
};
pub use history::{DEALS, HISTORY_CSV, SEED, generate, rebased_history};
pub use rebase::{REFERENCE, rebased};
pub use samples::{Expected, Sample, samples};
pub use schemas::{SchemaFile, schemas};
