//! The columns of a deal file.

use super::problem::DealLineProblem;
use crate::sheet;

/// A column of the import format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    DealId,
    CreatedAt,
    ClosedAt,
    Outcome,
    AmountUsd,
    Source,
    Industry,
    Employees,
    Country,
    Function,
    Seniority,
    Technologies,
    IntentTopic,
    IntentScore,
    IntentObservedAt,
    Activities,
}

/// The names of all columns, in the order of the sample history. The first four must be there.
pub const COLUMNS: [&str; 16] = [
    "deal_id",
    "created_at",
    "closed_at",
    "outcome",
    "amount_usd",
    "source",
    "industry",
    "employees",
    "country",
    "function",
    "seniority",
    "technologies",
    "intent_topic",
    "intent_score",
    "intent_observed_at",
    "activities",
];

impl sheet::Column for Column {
    type Problem = DealLineProblem;
    const NAMES: &'static [&'static str] = &COLUMNS;
    const REQUIRED: usize = 4;
    const ONE_OF: &'static [Self] = &[];

    fn index(self) -> usize {
        self as usize
    }

    /// `NA` is Namibia.
    fn may_hold_a_filler(self) -> bool {
        self != Self::Country
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Column as _;

    #[test]
    fn columns_and_names_are_in_step() {
        assert_eq!(Column::DealId.name(), "deal_id");
        assert_eq!(Column::Outcome.name(), "outcome");
        assert_eq!(Column::Technologies.name(), "technologies");
        assert_eq!(Column::Activities.name(), "activities");
        assert_eq!(Column::Activities as usize + 1, COLUMNS.len());
    }
}
