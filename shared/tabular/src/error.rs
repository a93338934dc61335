//! What can be wrong with a file, said so that its owner can mend it.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use leadlight_reading::DateOrder;

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
    /// A spreadsheet, an archive or the like.
    #[error("is not text; if it is a spreadsheet, save it as \"CSV UTF-8\"")]
    NotText,
    /// Some of it is UTF-8, and some is not.
    #[error("line {line} is in another encoding than lines before it; save the file as \"CSV UTF-8\"")]
    MixedEncodings {
        /// Where the encoding changes.
        line: u64,
    },
    /// Bytes that are neither UTF-8 nor Windows-1252, or not likely to be.
    #[error(
        "line {line} is in an encoding that cannot be told (it is neither UTF-8 nor Western European); save the file as \
         \"CSV UTF-8\""
    )]
    UnclearEncoding {
        /// Where the first such byte is.
        line: u64,
    },
    /// It begins as UTF-16 does, and goes on otherwise.
    #[error("begins as UTF-16 and is none further on; save it as \"CSV UTF-8\"")]
    BrokenUtf16,
    /// Nothing in it.
    #[error("is empty; it needs a header and a row for each deal or lead")]
    Empty,
    /// No rows.
    #[error("has a header and no rows; export the deals with it")]
    HeaderOnly,
    /// A first line that looks like all others.
    #[error(
        "has no header: its first line holds values, as the lines below it do; put a line with the names of the \
         columns above it"
    )]
    NoHeader,
    /// More than anyone has.
    #[error(
        "has {found} columns, and {at_most} are read at most; export the columns that say something of a deal"
    )]
    TooManyColumns {
        /// How many there are.
        found: usize,
        /// How many there may be.
        at_most: usize,
    },
    /// A row that does not fit its header.
    #[error(
        "line {line} has {found} {} and the header has {expected}: {fault}",
        if *found == 1 { "cell" } else { "cells" }
    )]
    CellCount {
        /// Where the row begins.
        line: u64,
        /// How many cells it has.
        found: usize,
        /// How many names the header has.
        expected: usize,
        /// What is seen there.
        fault: RowFault,
    },
    /// A row that seems never to end.
    #[error("line {line}: a double quote opens a cell and none closes it; close it, or write it twice")]
    OpenQuote {
        /// Where the row begins.
        line: u64,
    },
    /// A line that no export has.
    #[error("line {line} is longer than 16 MB; is this a CSV file?")]
    LineTooLong {
        /// From 1.
        line: u64,
    },
    /// Numbers that can be read in two ways.
    #[error(
        "column \"{column}\", from line {line}: numbers like 1{mark}250 may mean 1250 or 1.25, and nothing in the file \
         tells which; say --decimal {} if they mean 1250, or --decimal {} if they mean 1.25",
        if *mark == '.' { "comma" } else { "point" },
        if *mark == '.' { "point" } else { "comma" }
    )]
    AmbiguousNumbers {
        /// Its name.
        column: String,
        /// Where the first such number stands.
        line: u64,
        /// The mark that stands in them.
        mark: char,
    },
    /// Dates that can be read in two ways.
    #[error(
        "column \"{column}\", from line {line}: in its dates the {} or the {} may stand first, and nothing in the file \
         tells which; say --dates {} or --dates {}",
        part(*first),
        part(*second),
        said(*first),
        said(*second)
    )]
    AmbiguousDates {
        /// Its name.
        column: String,
        /// Where the first such date stands.
        line: u64,
        /// An order that fits all.
        first: DateOrder,
        /// Another one.
        second: DateOrder,
    },
    /// Dates in two formats.
    #[error(
        "column \"{column}\" has dates in two formats: that in line {not_month_first} cannot have its month first, that \
         in line {not_day_first} cannot have its day first; write all in one way, such as 2026-01-31"
    )]
    TwoDateFormats {
        /// Its name.
        column: String,
        /// Where a date stands that has no day first.
        not_day_first: u64,
        /// Where one stands that has no month first.
        not_month_first: u64,
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
        "line {line}, column \"{column}\": \"{}\" is not a date as the others are; write 2026-01-31, 2026-01-31 08:30 \
         or 2026-01-31T08:30:00Z",
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

/// What is seen in a row that has too many cells or too few.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFault {
    /// A quote behind a backslash.
    Backslash,
    /// Too many cells, and a quote within one.
    QuoteWithin,
    /// Too many cells.
    Separator,
    /// Too few cells, and a line break within one.
    QuoteOpen,
    /// Too few cells.
    LineBreak,
}

impl RowFault {
    /// `expected` is how many cells the row should have.
    pub(crate) fn of(row: &StringRecord, expected: usize) -> Self {
        let any = |text: &str| row.iter().any(|cell| cell.contains(text));
        // A quote behind a backslash closes the cell; the backslash stays, and what comes behind it.
        let broken_off = |cell: &str| {
            cell.contains("\\\"") || cell.ends_with('\\') || cell.contains('\\') && cell.ends_with('"')
        };
        if row.iter().any(broken_off) {
            Self::Backslash
        } else if row.len() > expected {
            if any("\"") { Self::QuoteWithin } else { Self::Separator }
        } else if any("\n") {
            Self::QuoteOpen
        } else {
            Self::LineBreak
        }
    }
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Backslash => {
                "there is a backslash before a double quote; a quote within a cell is written twice (\"\") instead"
            }
            Self::QuoteWithin => "there is a double quote within a cell; write it twice (\"\"), and the cell in quotes",
            Self::Separator => "a cell that holds the separator must stand in double quotes",
            Self::QuoteOpen => {
                "a double quote took in the end of a line; close it, or write it twice (\"\") where it belongs to a cell"
            }
            Self::LineBreak => {
                "the row broke off; a cell that holds a line break must stand in double quotes, and a file that was not \
                 exported to its end must be exported again"
            }
        })
    }
}

fn part(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayFirst => "day",
        DateOrder::MonthFirst => "month",
        DateOrder::YearFirst => "year",
    }
}

fn said(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayFirst => "day-first",
        DateOrder::MonthFirst => "month-first",
        DateOrder::YearFirst => "year-first",
    }
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
