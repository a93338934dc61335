//! One function a kind of cell. Each takes trimmed text that is not empty.

use jiff::Timestamp;
use leadlight_lead::{DealId, EmailAddress, EventId, LeadId, OutcomeResult, SourceName};
use leadlight_reading::read_dollars;

use super::problem::OutcomeLineProblem;
use crate::sheet::cells as sheet;

/// The most characters of a reason: those of a CRM event.
const MAX_REASON_CHARACTERS: usize = 500;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    NoShow,
    OpportunityCreated,
    Won,
    Lost,
}

impl Kind {
    /// The second of a day's last minute that a date alone means. Judgement: what happens to one deal on one day
    /// happens in this order, and the later word counts.
    pub(super) fn day_ends_at(self) -> i8 {
        match self {
            Self::NoShow => 57,
            Self::OpportunityCreated => 58,
            Self::Won | Self::Lost => 59,
        }
    }
}

pub(super) fn kind(text: &str) -> Result<Kind, OutcomeLineProblem> {
    match sheet::deal_end(text) {
        Some(OutcomeResult::Won) => return Ok(Kind::Won),
        Some(OutcomeResult::Lost) => return Ok(Kind::Lost),
        None => {}
    }
    match sheet::joined(text, "").as_str() {
        "noshow" => Ok(Kind::NoShow),
        "opportunitycreated" => Ok(Kind::OpportunityCreated),
        _ => Err(OutcomeLineProblem::Outcome),
    }
}

/// A date alone means the end of that day (UTC): a lead that came on the day of its outcome came before it.
pub(super) fn time(text: &str, day_ends_at: i8) -> Result<Timestamp, OutcomeLineProblem> {
    sheet::time(text, day_ends_at).ok_or(OutcomeLineProblem::Time)
}

pub(super) fn lead_id(text: &str) -> Result<LeadId, OutcomeLineProblem> {
    text.parse().map_err(|_| OutcomeLineProblem::LeadId)
}

pub(super) fn email(text: &str) -> Result<EmailAddress, OutcomeLineProblem> {
    text.parse().map_err(|_| OutcomeLineProblem::Email)
}

pub(super) fn source(text: &str) -> Result<SourceName, OutcomeLineProblem> {
    text.parse().map_err(|_| OutcomeLineProblem::Source)
}

pub(super) fn event_id(text: &str) -> Result<EventId, OutcomeLineProblem> {
    text.parse().map_err(|_| OutcomeLineProblem::Id)
}

pub(super) fn deal(text: &str) -> Result<DealId, OutcomeLineProblem> {
    text.parse().map_err(|_| OutcomeLineProblem::Id)
}

pub(super) fn amount_usd(text: &str) -> Result<u64, OutcomeLineProblem> {
    read_dollars(text).map_err(OutcomeLineProblem::Amount)
}

pub(super) fn reason(text: &str) -> Result<String, OutcomeLineProblem> {
    if text.chars().count() > MAX_REASON_CHARACTERS {
        return Err(OutcomeLineProblem::ReasonTooLong);
    }
    Ok(text.to_owned())
}
