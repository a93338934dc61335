//! What can be wrong with a file, said so that its owner can mend it.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// As many column names as an error lists.
const NAMES_MAX: usize = 40;
/// As many characters of a cell as an error repeats.
const CELL_CHARS_MAX: usize = 40;

/// A file that cannot be read as a table.
#[derive(Debug)]
pub struct TableError {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub problem: TableProblem,
}

impl TableError {
    pub(crate) fn new(file: &Path, problem: TableProblem) -> Self {
        Self { file: file.to_owned(), problem }
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.problem)
    }
}

impl Error for TableError {
    // The problem's text is part of this one's; what lies behind it is its source.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.problem.source()
    }
}

/// What is wrong, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum TableProblem {
    /// It is not there, or not ours to read.
    #[error("cannot be opened; check the path and whether you may read it")]
    CannotOpen {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Reading broke off.
    #[error("cannot be read to its end")]
    CannotRead {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another encoding.
    #[error("is in UTF-16; save it as \"CSV UTF-8\"")]
    Utf16,
    /// A spreadsheet, an archive or the like.
    #[error("is not text; if it is a spreadsheet, save it as \"CSV UTF-8\"")]
    NotText,
    /// Bytes of an older encoding.
    #[error("line {line} is not UTF-8 (perhaps Latin-1 or Windows-1252); save the file as \"CSV UTF-8\"")]
    NotUtf8 {
        /// Where the row begins.
        line: u64,
    },
    /// Nothing in it.
    #[error("is empty; it needs a header and a row for each deal or lead")]
    Empty,
    /// No rows.
    #[error("has a header and no rows; export the deals with it")]
    HeaderOnly,
    /// A column without a name.
    #[error("column {position} of the header has no name; name it or delete it")]
    UnnamedColumn {
        /// Which, from 1.
        position: usize,
    },
    /// A name that stands twice.
    #[error(
        "columns {first} and {second} are both named \"{name}\" (case does not count); rename or \
         delete one"
    )]
    RepeatedColumn {
        /// The name.
        name: String,
        /// Where first, from 1.
        first: usize,
        /// Where again.
        second: usize,
    },
    /// A row that does not fit its header.
    #[error(
        "line {line} has {found} cells and the header {expected}; a cell that holds the separator, a quote or \
         a line break must stand in double quotes"
    )]
    CellCount {
        /// Where the row begins.
        line: u64,
        /// How many cells it has.
        found: usize,
        /// How many names the header has.
        expected: usize,
    },
    /// A row that seems never to end.
    #[error("line {line}: a double quote opens a cell and none closes it; close it, or write it twice")]
    OpenQuote {
        /// Where the row begins.
        line: u64,
    },
    /// Columns that are asked for and not there.
    #[error("{}; its columns are {}", Missing(missing), names(present))]
    ColumnsAbsent {
        /// Those.
        missing: Vec<MissingColumn>,
        /// The columns that are there.
        present: Vec<String>,
    },
    /// One column for two purposes.
    #[error("column \"{column}\" is named as {first} and as {second}; it can be one of them")]
    TwoRoles {
        /// Its name.
        column: String,
        /// The one.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// No deal is closed.
    #[error("the label \"{column}\" is known in no row; export closed deals")]
    LabelNeverKnown {
        /// The label's column.
        column: String,
    },
    /// One value in all rows.
    #[error(
        "the label \"{column}\" is {value} in all {rows} rows where it is known; both won and lost deals are \
         needed"
    )]
    LabelOneValue {
        /// The label's column.
        column: String,
        /// Its one value, in quotes.
        value: String,
        /// In how many rows.
        rows: u64,
    },
    /// Values of which nothing says what they mean.
    #[error(
        "the label \"{column}\" does not say of all its values whether they mean won or lost: {values}{known}; \
         say it with --positive VALUE for each that means won and --negative VALUE for each that means lost; rows \
         of deals that are still open are left out with --open \"{column}=VALUE\""
    )]
    LabelUnclear {
        /// The label's column.
        column: String,
        /// Those values with counts, or how many there are.
        values: String,
        /// What is known of the others; empty where there are none.
        known: String,
    },
    /// No value means won, or none means lost.
    #[error(
        "none of the values of the label \"{column}\" means {missing}: {values}; say which one does with {option} \
         VALUE, or export {missing} deals as well"
    )]
    LabelOneSided {
        /// The label's column.
        column: String,
        /// `won` or `lost`.
        missing: &'static str,
        /// The option that says it.
        option: &'static str,
        /// Values with counts, or how many there are.
        values: String,
    },
    /// A value that is named and not there.
    #[error("{option}: the label \"{column}\" is never \"{value}\"; its values are {values}")]
    ValueAbsent {
        /// The label's column.
        column: String,
        /// The option that names it.
        option: &'static str,
        /// As it was named.
        value: String,
        /// Values with counts, or how many there are.
        values: String,
    },
    /// A value that is named twice.
    #[error("{value} of the label \"{column}\" is named as won and as lost; it can be one of them")]
    BothWonAndLost {
        /// The label's column.
        column: String,
        /// The value with its count.
        value: String,
    },
    /// Only won or only lost deals are left once rows have fallen out.
    #[error(
        "{fallen}; the {rows} deals that are left are all {state}, and both won and lost ones are needed{remedy}"
    )]
    OneKindLeft {
        /// What fell out, and why.
        fallen: String,
        /// How many are left.
        rows: u64,
        /// `won` or `lost`.
        state: &'static str,
        /// What to do.
        remedy: String,
    },
    /// All rows fell out.
    #[error("{fallen}; no deal is left{remedy}")]
    NoneLeft {
        /// What fell out, and why.
        fallen: String,
        /// What to do.
        remedy: String,
    },
    /// Words for open deals that cannot be taken apart.
    #[error("--open \"{text}\" is not COLUMN=VALUE; write for example --open \"is_closed=False\"")]
    NotARule {
        /// As it was written.
        text: String,
    },
    /// A rule for open deals that fits no row.
    #[error("--open: the column \"{column}\" holds \"{value}\" in no row")]
    OpenAbsent {
        /// The column.
        column: String,
        /// As it was named.
        value: String,
    },
    /// A time that is none.
    #[error(
        "line {line}, column \"{column}\": \"{}\" is not a date; write 2026-01-31, 2026-01-31 08:30 or \
         2026-01-31T08:30:00Z",
        shortened(cell)
    )]
    NotATime {
        /// Where the row begins.
        line: u64,
        /// The time's column.
        column: String,
        /// What stands there.
        cell: String,
    },
    /// Someone wrote to it meanwhile.
    #[error("changed while it was read; try again when nothing writes to it")]
    Changed,
}

/// A column that is asked for and not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingColumn {
    /// What it is asked for as, in words.
    pub role: &'static str,
    /// Its name.
    pub name: String,
    /// A column of the file whose name is much like it.
    pub near: Option<String>,
}

struct Missing<'a>(&'a [MissingColumn]);

impl fmt::Display for Missing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, column) in self.0.iter().enumerate() {
            let joint = if place == 0 { "has no column " } else { ", and none " };
            write!(f, "{joint}\"{}\" ({})", column.name, column.role)?;
            if let Some(near) = &column.near {
                write!(f, " – did you mean \"{near}\"?")?;
            }
        }
        Ok(())
    }
}

fn names(all: &[String]) -> String {
    let shown: Vec<String> = all.iter().take(NAMES_MAX).map(|name| format!("\"{name}\"")).collect();
    let more = all.len().saturating_sub(NAMES_MAX);
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{rest}", shown.join(", "))
}

/// The beginning of a cell: one that lost its closing quote can be very long.
pub(crate) fn shortened(cell: &str) -> String {
    match cell.char_indices().nth(CELL_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.to_owned(),
    }
}
