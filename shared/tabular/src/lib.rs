//! Any CRM export, read as closed deals to learn from or as leads to score.
//!
//! [`read_deals`] goes over a file three times: to see how deals ended, to see what each column of those that are closed
//! holds, and to load it by kind, so that memory is bounded by the columns and never by the file's text. [`LeadReader`]
//! goes over it first to see how numbers and dates are written, then hands out a lead at a time. Both read a cell with
//! [`leadlight_model::FeatureKind::read`].
//!
//! A file is UTF-8, UTF-16 or Windows-1252, its lines end in any of the usual ways, and `,`, `;`, tab or `|` stands between
//! its cells, or what its first line says. A title above the names, a footer below the rows and names that are said again
//! are no rows. In which format a column's numbers and dates are is decided once, from all of its cells, then from the
//! file's other columns; where two readings are possible the file is refused until its owner says which
//! ([`WrittenAs`]). Nothing is dropped in silence: what is left out, and why, is told in notes. Notes and errors repeat headers, and cells of the label and the time, but no other cell.

mod crm;
mod deals;
mod distinct;
mod encoding;
mod error;
mod formats;
mod header;
mod history;
mod ids;
mod infer;
mod label;
mod later;
mod layout;
mod leads;
mod load;
mod meter;
mod open;
mod order;
mod persons;
mod roles;
mod rowless;
mod rule;
mod scan;
mod sheet;
mod source;
mod survey;
mod table;
mod tally;
mod words;
mod written;

pub use crm::{CRMS, Crm, Field, Mapping, Recognised, crm_named, recognise};
pub use deals::{ColumnNote, DealTable, Limits, Taken, read_deals};
pub use error::{MissingColumn, RowFault, TableError, TableProblem};
pub use history::{
    ColumnTold, History, HistoryProblem, Judging, LeftOut, LeftOutRows, UnreadValue, read_history,
};
pub use leadlight_reading::{DateOrder, DecimalMark};
pub use leads::{LeadReader, LeadRow, LeadsRead};
pub use load::RowCounts;
pub use meter::Progress;
pub use roles::{DealColumns, Declared, RowOrder};
pub use table::{ColumnFormat, Table, TableRow};
pub use written::WrittenAs;
