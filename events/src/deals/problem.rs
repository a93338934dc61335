//! What can be wrong with a deal file, and how to mend it.

use leadlight_reading::AmountProblem;

use crate::sheet::{FileError, FormatProblem, LineProblem, Remedies, SheetProblem};

/// Why a file of deals was not imported.
pub type DealFileError = FileError<DealLineProblem>;

/// One problem of a file of deals.
pub type DealProblem = LineProblem<DealLineProblem>;

/// What is wrong with a file of deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DealLineProblem {
    /// It would be wrong in any file.
    #[error("{0}")]
    Sheet(SheetProblem),
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
    /// Not an amount of US dollars.
    #[error("{0}")]
    Amount(AmountProblem),
    /// No size of a company, or one of two.
    #[error("is not a number of employees, or can be read as two")]
    Employees,
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

impl From<SheetProblem> for DealLineProblem {
    fn from(problem: SheetProblem) -> Self {
        Self::Sheet(problem)
    }
}

const REMEDIES: Remedies = Remedies {
    no_rows: "export closed deals, won and lost, one a row",
    no_header: "begin with a line of column names: deal_id, created_at, closed_at, outcome, …",
    missing_column: "add it; deal_id, created_at, closed_at and outcome must be there",
    missing_value: "fill it in, or leave a deal that is still open out",
};

impl FormatProblem for DealLineProblem {
    const NOT_DONE: &'static str = "no deal was imported";

    fn is_like(self, other: Self) -> bool {
        match (self, other) {
            (Self::Sheet(one), Self::Sheet(other)) => one.is_like(other),
            (Self::Amount(one), Self::Amount(other)) => one == other,
            (one, other) => std::mem::discriminant(&one) == std::mem::discriminant(&other),
        }
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::Sheet(problem) => problem.remedy(&REMEDIES),
            Self::DealId => "write 1 to 59 letters, digits, `-` or `_`",
            Self::RepeatedDealId { .. } => "keep one row a deal",
            Self::Time => "write 2026-05-04, 2026-05-04 09:30 (UTC) or 2026-05-04T09:30:00Z",
            Self::Outcome => "write `won` or `lost`, and leave open deals out",
            Self::Amount(problem) => problem.remedy(),
            Self::Employees => "write 250, 11-50 or 1000+, thousands without a separator",
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
