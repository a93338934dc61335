//! An export of the leads table, as DynamoDB writes it to a bucket: the list of its files, and the answered leads in them.
//!
//! ```text
//! <prefix>/AWSDynamoDB/<export>/manifest-files.json     a line a file: its key, MD5 and number of items
//! <prefix>/AWSDynamoDB/<export>/data/<name>.json.gz     gzip; a line an item: {"Item": {"pk": {"S": "…"}, …}}
//! ```
//!
//! Nothing here reads a bucket: [`FileReader`] is fed a file's bytes in whatever pieces they come, and holds of them one line
//! at most. A file that is not what the manifest says is an error that names its key. By the time it is noticed leads may
//! have been handed out; so nothing is learnt from an export before all of it has been read, or reading was stopped on
//! purpose.

mod file;
mod item;
mod manifest;

#[cfg(test)]
mod tests;

pub use file::{FileReader, LONGEST_LINE};
pub use item::Met;
pub use manifest::{DataFile, MANIFEST, data_files};

/// What is wrong with a file. It holds no personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It was listed or announced, and is not there.
    #[error("it is not there")]
    Absent,
    /// A line of the manifest cannot be read, counted from 1.
    #[error("line {0} does not name a data file with its MD5 and number of items")]
    Manifest(usize),
    /// The bytes are others than those that were written.
    #[error("its MD5 is not the one that the manifest has")]
    Checksum,
    /// The bytes are no gzip, or end too early.
    #[error("it is no gzip file, or ends too early")]
    Gzip,
    /// A line is longer than an item can be.
    #[error("a line is longer than {LONGEST_LINE} bytes, and so no item")]
    Line,
    /// There are more or fewer lines than items.
    #[error("it has {found} lines, and by the manifest {listed} items")]
    Count {
        /// Lines that were read; where there are too many, not all of them.
        found: u64,
        /// Items by the manifest.
        listed: u64,
    },
}

/// A file of an export is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} of the export: {fault}")]
pub struct ExportError {
    /// The file's key.
    pub key: String,
    /// What is wrong.
    pub fault: Fault,
}
