//! What can be wrong with a file, where, and how to mend it. No cell's content is ever repeated: exports
//! hold personal data.

use std::fmt;

/// How many problems are shown of one file; the rest are counted.
pub const MAX_REPORTED_PROBLEMS: usize = 20;

/// What can be wrong with a file of one format. Its text says what it is.
pub trait FormatProblem: Copy + fmt::Debug + fmt::Display + From<SheetProblem> {
    /// What did not happen, such as `no deal was imported`.
    const NOT_DONE: &'static str;

    /// What to write instead.
    fn remedy(self) -> &'static str;

    /// Whether it is the same thing that is wrong, perhaps with other lines in its text.
    fn is_like(self, other: Self) -> bool;
}

/// Why a file was not imported. Its text names file, line, column, problem and remedy: one line for each problem of a
/// column, however many rows have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError<P> {
    /// The file, as named by the caller.
    pub file: String,
    /// The first [`MAX_REPORTED_PROBLEMS`] problems, each with the rows that have it.
    pub problems: Vec<LineProblem<P>>,
    /// How many more there are.
    pub more: usize,
}

impl<P: FormatProblem> fmt::Display for FileError<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {}:", P::NOT_DONE, self.file)?;
        for problem in &self.problems {
            write!(f, "\n{}:{problem}", self.file)?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl<P: FormatProblem> std::error::Error for FileError<P> {}

/// One problem of a file, in one row or in many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineProblem<P> {
    /// The first line that has it, from 1.
    pub line: u64,
    /// How many rows have it.
    pub rows: usize,
    /// The column, where one is concerned.
    pub column: Option<String>,
    /// What it is.
    pub what: P,
}

impl<P: FormatProblem> fmt::Display for LineProblem<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.line)?;
        if let Some(column) = &self.column {
            write!(f, "column `{column}`: ")?;
        }
        write!(f, "{}", self.what)?;
        if self.rows > 1 {
            write!(f, " ({} rows, from this line on)", self.rows)?;
        }
        write!(f, "; {}", self.what.remedy())
    }
}

/// What can be wrong with a file of any format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SheetProblem {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Another encoding.
    #[error("the file is not UTF-8")]
    NotUtf8,
    /// The first line names no column.
    #[error("the first line names no known column")]
    NoHeader,
    /// A column that must be there.
    #[error("the column is missing")]
    MissingColumn,
    /// A column that means nothing here.
    #[error("the column is not known")]
    UnknownColumn,
    /// A column that is there twice.
    #[error("the column is there twice")]
    RepeatedColumn,
    /// A header and nothing below.
    #[error("there is no row below the header")]
    NoRows,
    /// A row that does not read.
    #[error("the row is not CSV")]
    NotCsv,
    /// A row of another length than the header.
    #[error("the row has {} and the header {expected}", cells(*found))]
    FieldCount {
        /// In the row.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// An empty cell that must not be.
    #[error("the cell is empty")]
    MissingValue,
}

/// How to mend what only a format knows how to mend.
pub(crate) struct Remedies {
    pub(crate) no_rows: &'static str,
    pub(crate) no_header: &'static str,
    pub(crate) missing_column: &'static str,
    pub(crate) missing_value: &'static str,
}

fn cells(count: usize) -> String {
    format!("{count} cell{}", if count == 1 { "" } else { "s" })
}

impl SheetProblem {
    /// Whether it is the same thing that is wrong.
    pub(crate) fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// What to write instead.
    pub(crate) fn remedy(self, format: &Remedies) -> &'static str {
        match self {
            Self::Empty | Self::NoRows => format.no_rows,
            Self::NoHeader => format.no_header,
            Self::MissingColumn => format.missing_column,
            Self::MissingValue => format.missing_value,
            Self::NotUtf8 => "save it as CSV in UTF-8",
            Self::UnknownColumn => "rename it or leave it out; the format's table lists all columns",
            Self::RepeatedColumn => "keep one of the two",
            Self::NotCsv | Self::FieldCount { .. } => {
                "look for an unquoted separator or an open quotation mark"
            }
        }
    }
}

/// Problems as they are found.
pub(super) struct Problems<P> {
    error: FileError<P>,
}

impl<P: FormatProblem> Problems<P> {
    pub(super) fn new(file: &str) -> Self {
        Self { error: FileError { file: file.to_owned(), problems: Vec::new(), more: 0 } }
    }

    pub(super) fn add(&mut self, line: u64, column: Option<&str>, what: P) {
        let is_it = |p: &&mut LineProblem<P>| p.column.as_deref() == column && p.what.is_like(what);
        if let Some(known) = self.error.problems.iter_mut().find(is_it) {
            known.rows += 1;
        } else if self.error.problems.len() < MAX_REPORTED_PROBLEMS {
            self.error.problems.push(LineProblem { line, rows: 1, column: column.map(str::to_owned), what });
        } else {
            self.error.more += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.error.problems.is_empty()
    }

    /// What was found, if there was no problem at all.
    pub(super) fn finish<T>(self, found: Vec<T>) -> Result<Vec<T>, FileError<P>> {
        if self.is_empty() { Ok(found) } else { Err(self.error) }
    }
}
