//! The columns of a file of outcomes.

use super::problem::OutcomeLineProblem;
use crate::sheet;

/// A column of the import format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Outcome,
    OccurredAt,
    LeadId,
    Email,
    Source,
    EventId,
    Deal,
    AmountUsd,
    Reason,
    Id,
}

/// The names of all columns of a file of outcomes. The first two must be there, and of the next four those that
/// name a lead in one way.
pub const OUTCOME_COLUMNS: [&str; 10] = [
    "outcome",
    "occurred_at",
    "lead_id",
    "email",
    "source",
    "event_id",
    "deal",
    "amount_usd",
    "reason",
    "id",
];

impl sheet::Column for Column {
    type Problem = OutcomeLineProblem;
    const NAMES: &'static [&'static str] = &OUTCOME_COLUMNS;
    const REQUIRED: usize = 2;
    const ONE_OF: &'static [Self] = &[Self::LeadId, Self::Email, Self::EventId];

    fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Column as _;

    #[test]
    fn columns_and_names_are_in_step() {
        assert_eq!(Column::OccurredAt.name(), "occurred_at");
        assert_eq!(Column::EventId.name(), "event_id");
        assert_eq!(Column::AmountUsd.name(), "amount_usd");
        assert_eq!(Column::Id.name(), "id");
        assert_eq!(Column::Id as usize + 1, OUTCOME_COLUMNS.len());
    }
}
