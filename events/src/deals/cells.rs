//! One function a kind of cell. Each takes trimmed text that is not empty.

use jiff::Timestamp;
use leadlight_lead::{
    Activity, CountryCode, EventId, Function, Headcount, OutcomeResult, Seniority, SourceName,
};
use leadlight_reading::read_dollars;

use super::problem::DealLineProblem;
use crate::sheet::cells::{self as sheet, joined, word};

/// The longest id that fits a mailbox name (64 bytes) behind `deal-`.
const MAX_DEAL_ID_BYTES: usize = 59;

pub(super) fn deal_id(text: &str) -> Result<EventId, DealLineProblem> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text.len() > MAX_DEAL_ID_BYTES || !text.bytes().all(plain) {
        return Err(DealLineProblem::DealId);
    }
    text.parse().map_err(|_| DealLineProblem::DealId)
}

/// A date alone means the end of that day (UTC): what happened on the day a deal
/// was created counts as known then.
pub(super) fn time(text: &str) -> Result<Timestamp, DealLineProblem> {
    sheet::time(text, 59).ok_or(DealLineProblem::Time)
}

pub(super) fn outcome(text: &str) -> Result<OutcomeResult, DealLineProblem> {
    sheet::deal_end(text).ok_or(DealLineProblem::Outcome)
}

pub(super) fn amount_usd(text: &str) -> Result<u64, DealLineProblem> {
    read_dollars(text).map_err(DealLineProblem::Amount)
}

/// A number or a range; none for 0, which nobody means.
pub(super) fn employees(text: &str) -> Result<Option<Headcount>, DealLineProblem> {
    match Headcount::read(text) {
        Some(size) => Ok(Some(size)),
        None if text.parse() == Ok(0_u32) => Ok(None),
        None => Err(DealLineProblem::Employees),
    }
}

pub(super) fn source(text: &str) -> Result<SourceName, DealLineProblem> {
    text.parse().map_err(|_| DealLineProblem::Source)
}

pub(super) fn country(text: &str) -> Result<CountryCode, DealLineProblem> {
    text.parse().map_err(|_| DealLineProblem::Country)
}

pub(super) fn function(text: &str) -> Result<Function, DealLineProblem> {
    word(text).ok_or(DealLineProblem::Function)
}

pub(super) fn seniority(text: &str) -> Result<Seniority, DealLineProblem> {
    word(text).ok_or(DealLineProblem::Seniority)
}

/// A key such as `professional-services`, from however it is capitalised and spaced.
pub(super) fn key(text: &str) -> Result<String, DealLineProblem> {
    let key = joined(text, "-");
    if key.is_empty() { Err(DealLineProblem::Key) } else { Ok(key) }
}

/// Keys separated by `|`, sorted and each once.
pub(super) fn keys(text: &str) -> Result<Vec<String>, DealLineProblem> {
    let mut keys = text.split('|').map(key).collect::<Result<Vec<_>, _>>()?;
    keys.sort();
    keys.dedup();
    Ok(keys)
}

pub(super) fn intent_score(text: &str) -> Result<f64, DealLineProblem> {
    text.parse().ok().filter(|score| (0.0..=100.0).contains(score)).ok_or(DealLineProblem::IntentScore)
}

/// `kind@time`, separated by `|`, in any order; given back oldest first.
pub(super) fn activities(text: &str) -> Result<Vec<Activity>, DealLineProblem> {
    let one = |part: &str| {
        let (kind, at) = part.split_once('@')?;
        Some(Activity { kind: word(kind)?, name: None, at: time(at.trim()).ok()? })
    };
    let mut activities =
        text.split('|').map(one).collect::<Option<Vec<_>>>().ok_or(DealLineProblem::Activities)?;
    activities.sort_by_key(|activity| activity.at);
    Ok(activities)
}
