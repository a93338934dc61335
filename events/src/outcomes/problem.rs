//! What can be wrong with a file of outcomes, and how to mend it.

use leadlight_reading::AmountProblem;

use crate::sheet::{FileError, FormatProblem, LineProblem, Remedies, SheetProblem};

/// Why a file of outcomes was not imported.
pub type OutcomeFileError = FileError<OutcomeLineProblem>;

/// One problem of a file of outcomes.
pub type OutcomeProblem = LineProblem<OutcomeLineProblem>;

/// What is wrong with a file of outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutcomeLineProblem {
    /// It would be wrong in any file.
    #[error("{0}")]
    Sheet(SheetProblem),
    /// No lead is meant.
    #[error("the row names no lead")]
    NoLead,
    /// A lead is named in more than one way.
    #[error("the row names its lead in more than one way")]
    SeveralLeads,
    /// One half of a form-submit event's name.
    #[error("the lead's event is told in part only")]
    EventInPart,
    /// Not a lead's id.
    #[error("is not a lead id")]
    LeadId,
    /// Not an address.
    #[error("is not an e-mail address")]
    Email,
    /// Not a source's name.
    #[error("is not a source name")]
    Source,
    /// Not an id.
    #[error("is not an id")]
    Id,
    /// Nothing that can happen.
    #[error("is not an outcome")]
    Outcome,
    /// Not a time.
    #[error("is not a time")]
    Time,
    /// Not an amount of US dollars.
    #[error("{0}")]
    Amount(AmountProblem),
    /// An amount of what has none.
    #[error("only an opportunity or a won deal has an amount")]
    AmountOfNone,
    /// A reason of what has none.
    #[error("only a lost deal has a reason")]
    ReasonOfNone,
    /// A reason that is a letter.
    #[error("has more than 500 characters")]
    ReasonTooLong,
    /// A row that was there before.
    #[error("the same row stands in line {first_line} already")]
    RepeatedRow {
        /// Where.
        first_line: u64,
    },
    /// An id that another event had before.
    #[error("the id stands in line {first_line} already, with other content")]
    RepeatedId {
        /// Where.
        first_line: u64,
    },
    /// The same lead, deal, outcome and time as a row before, and no id to tell them apart.
    #[error("lead, deal, outcome and time are those of line {first_line}, but not the rest")]
    SameEvent {
        /// Where.
        first_line: u64,
    },
}

impl From<SheetProblem> for OutcomeLineProblem {
    fn from(problem: SheetProblem) -> Self {
        Self::Sheet(problem)
    }
}

const REMEDIES: Remedies = Remedies {
    no_rows: "export what became of your leads, one outcome a row",
    no_header: "begin with a line of column names: outcome, occurred_at, lead_id, …",
    missing_column: "add it; outcome, occurred_at and one of lead_id, email, or source with event_id must be there",
    missing_value: "fill it in, or leave the row out",
};

impl FormatProblem for OutcomeLineProblem {
    const NOT_DONE: &'static str = "no outcome was imported";

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
            Self::NoLead => "fill in lead_id, or email, or source and event_id",
            Self::SeveralLeads => {
                "keep one of lead_id, email, or source with event_id; the first is the surest"
            }
            Self::EventInPart => "fill both source and event_id, or neither",
            Self::LeadId => "write `lead_` and 32 hexadecimal digits, as the console and `queue` show it",
            Self::Email => "write one address such as name@acme.example",
            Self::Source => "write 1 to 64 lower-case letters, digits, `-` or `_`",
            Self::Id => "write 1 to 256 characters on one line",
            Self::Outcome => "write won, lost, opportunity_created or no_show",
            Self::Time => "write 2026-05-04, 2026-05-04 09:30 (UTC) or 2026-05-04T09:30:00Z",
            Self::Amount(problem) => problem.remedy(),
            Self::AmountOfNone | Self::ReasonOfNone => "empty the cell, or check the outcome",
            Self::ReasonTooLong => "shorten it to what a colleague has to know",
            Self::RepeatedRow { .. } => "keep one of the two",
            Self::RepeatedId { .. } => "give each event an id of its own",
            Self::SameEvent { .. } => "keep one of the two, or fill in `id` where both happened",
        }
    }
}
