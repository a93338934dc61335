//! What can be wrong with a deal file, where, and how to mend it. No cell's content is ever repeated:
//! exports hold personal data.

use std::fmt;

use super::Deal;
use super::columns::Column;

/// How many problems are shown of one file; the rest are counted.
pub const MAX_REPORTED_PROBLEMS: usize = 20;

/// Why a file of deals was not imported. Its text names file, line, column, problem and remedy, one
/// problem a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct DealFileError {
    /// The file, as named by the caller.
    pub file: String,
    /// The first [`MAX_REPORTED_PROBLEMS`] problems.
    pub problems: Vec<DealProblem>,
    /// How many more there are.
    pub more: usize,
}

impl fmt::Display for DealFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no deal was imported from {}:", self.file)?;
        for problem in &self.problems {
            write!(f, "\n{}:{problem}", self.file)?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

/// One problem of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealProblem {
    /// Its line, from 1.
    pub line: u64,
    /// The column, where one is concerned.
    pub column: Option<String>,
    /// What it is.
    pub what: LineProblem,
}

impl fmt::Display for DealProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.line)?;
        if let Some(column) = &self.column {
            write!(f, "column `{column}`: ")?;
        }
        write!(f, "{}; {}", self.what, self.what.remedy())
    }
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineProblem {
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
    #[error("there is no deal in the file")]
    NoDeals,
    /// A row that does not read.
    #[error("the row is not CSV")]
    NotCsv,
    /// A row of another length than the header.
    #[error("the row has {found} cells, the header has {expected}")]
    FieldCount {
        /// In the row.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// An empty cell that must not be.
    #[error("the cell is empty")]
    MissingValue,
    /// Not an id.
    #[error("is not a deal id")]
    DealId,
    /// An id that was there before.
    #[error("the deal id stands in line {first_line} already")]
    RepeatedDealId {
        /// Where.
        first_line: u64,
    },
    /// Not a time.
    #[error("is not a time")]
    Time,
    /// Neither won nor lost.
    #[error("is neither won nor lost")]
    Outcome,
    /// Not a whole number, or too large a one.
    #[error("is not a whole number")]
    WholeNumber,
    /// Not a source's name.
    #[error("is not a source name")]
    Source,
    /// No letter or digit in it.
    #[error("is not a key")]
    Key,
    /// Not a country.
    #[error("is not a country code")]
    Country,
    /// Not a function.
    #[error("is not a known function")]
    Function,
    /// Not a seniority.
    #[error("is not a known seniority")]
    Seniority,
    /// Not an intent score.
    #[error("is not a score from 0 to 100")]
    IntentScore,
    /// A part of the three intent columns.
    #[error("the intent is told in part only")]
    IntentIncomplete,
    /// Not a list of activities.
    #[error("is not a list of activities")]
    Activities,
    /// Known only after the deal was created.
    #[error("is later than `created_at`")]
    AfterCreated,
    /// Closed before it was created.
    #[error("the deal was closed before it was created")]
    ClosedBeforeCreated,
}

impl LineProblem {
    /// How to mend it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Empty | Self::NoDeals => "export closed deals, won and lost, one a row",
            Self::NotUtf8 => "save it as CSV in UTF-8",
            Self::NoHeader => "begin with a line of column names: deal_id, created_at, closed_at, outcome, …",
            Self::MissingColumn => "add it; deal_id, created_at, closed_at and outcome must be there",
            Self::UnknownColumn => "rename it or leave it out; the format's table lists all columns",
            Self::RepeatedColumn => "keep one of the two",
            Self::NotCsv | Self::FieldCount { .. } => {
                "look for an unquoted separator or an open quotation mark"
            }
            Self::MissingValue => "fill it in, or leave a deal that is still open out",
            Self::DealId => "write 1 to 59 letters, digits, `-` or `_`",
            Self::RepeatedDealId { .. } => "keep one row a deal",
            Self::Time => "write 2026-05-04 or 2026-05-04T09:30:00Z",
            Self::Outcome => "write `won` or `lost`, and leave open deals out",
            Self::WholeNumber => "write digits only, without separators, currency or unit",
            Self::Source => "write 1 to 64 lower-case letters, digits, `-` or `_`",
            Self::Key => "write words such as `professional-services`, several ones separated by `|`",
            Self::Country => "write two letters (ISO 3166-1), such as DE",
            Self::Function => {
                "write one of revenue_operations, sales, marketing, customer_success, engineering, product, \
                 it, data, general_management, operations, finance, human_resources, legal, education, other"
            }
            Self::Seniority => {
                "write one of training, entry, individual, senior, manager, director, vp, c_level, owner"
            }
            Self::IntentScore => "write a number with a point, such as 72.5",
            Self::IntentIncomplete => {
                "fill all of intent_topic, intent_score and intent_observed_at, or none"
            }
            Self::Activities => {
                "write kind@time, separated by `|`, such as demo_request@2026-05-04T09:30:00Z"
            }
            Self::AfterCreated => {
                "export what was known when the deal was created: a model must not learn from what came later"
            }
            Self::ClosedBeforeCreated => "check the two columns for a swap",
        }
    }
}

/// Problems as they are found.
pub(super) struct Problems {
    error: DealFileError,
}

impl Problems {
    pub(super) fn new(file: &str) -> Self {
        Self { error: DealFileError { file: file.to_owned(), problems: Vec::new(), more: 0 } }
    }

    pub(super) fn add(&mut self, line: u64, column: Option<Column>, what: LineProblem) {
        self.push(DealProblem { line, column: column.map(|column| column.name().to_owned()), what });
    }

    pub(super) fn add_named(&mut self, line: u64, column: &str, what: LineProblem) {
        self.push(DealProblem { line, column: Some(column.to_owned()), what });
    }

    fn push(&mut self, problem: DealProblem) {
        if self.error.problems.len() < MAX_REPORTED_PROBLEMS {
            self.error.problems.push(problem);
        } else {
            self.error.more += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.error.problems.is_empty()
    }

    /// The deals, if there was no problem at all.
    pub(super) fn finish(self, deals: Vec<Deal>) -> Result<Vec<Deal>, DealFileError> {
        if self.is_empty() { Ok(deals) } else { Err(self.error) }
    }
}
