//! Any CRM export, read as closed deals to learn from or as leads to score.
//!
//! [`read_deals`] goes over a file three times: to see how deals ended, to see what each column of those that are
//! closed holds, and to load it by kind, so
//! that memory is bounded by the columns and never by the file's text. [`LeadReader`] goes over a file once
//! and hands out a lead at a time. Both read a cell with [`leadlight_model::FeatureKind::read`].
//!
//! A file is UTF-8 with or without a byte-order mark, its lines end in any of the usual ways, and `,`, `;`,
//! tab or `|` stands between its cells. Nothing is dropped in silence: what is left out, and why, is told in
//! notes. Notes and errors repeat headers, and cells of the label and the time, but no other cell.

mod deals;
mod distinct;
mod error;
mod header;
mod infer;
mod label;
mod later;
mod leads;
mod load;
mod lookalike;
mod meter;
mod open;
mod persons;
mod roles;
mod rule;
mod separator;
mod sheet;
mod source;
mod survey;
mod tally;
mod words;

pub use deals::{ColumnNote, DealTable, Limits, Taken, read_deals};
pub use error::{MissingColumn, TableError, TableProblem};
pub use leads::{LeadReader, LeadRow, LeadsRead};
pub use load::RowCounts;
pub use meter::Progress;
pub use roles::{DealColumns, Declared, RowOrder};
