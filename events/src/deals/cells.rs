//! One function a kind of cell. Each takes trimmed text that is not empty.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadlight_lead::{Activity, CountryCode, EventId, Function, OutcomeResult, Seniority, SourceName};
use serde::de::{DeserializeOwned, IntoDeserializer, value};

use super::problem::LineProblem;

/// The longest id that fits a mailbox name (64 bytes) behind `deal-`.
const MAX_DEAL_ID_BYTES: usize = 59;

pub(super) fn deal_id(text: &str) -> Result<EventId, LineProblem> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text.len() > MAX_DEAL_ID_BYTES || !text.bytes().all(plain) {
        return Err(LineProblem::DealId);
    }
    text.parse().map_err(|_| LineProblem::DealId)
}

/// RFC 3339, or a date alone, which means the end of that day (UTC): what happened on the day a deal
/// was created counts as known then.
pub(super) fn time(text: &str) -> Result<Timestamp, LineProblem> {
    const DATE_BYTES: usize = "2026-05-04".len();
    if text.len() != DATE_BYTES {
        return text.parse().map_err(|_| LineProblem::Time);
    }
    let date: Date = text.parse().map_err(|_| LineProblem::Time)?;
    TimeZone::UTC.to_timestamp(date.at(23, 59, 59, 0)).map_err(|_| LineProblem::Time)
}

pub(super) fn outcome(text: &str) -> Result<OutcomeResult, LineProblem> {
    word(text).ok_or(LineProblem::Outcome)
}

pub(super) fn whole_number<T: std::str::FromStr>(text: &str) -> Result<T, LineProblem> {
    text.parse().map_err(|_| LineProblem::WholeNumber)
}

pub(super) fn source(text: &str) -> Result<SourceName, LineProblem> {
    text.parse().map_err(|_| LineProblem::Source)
}

pub(super) fn country(text: &str) -> Result<CountryCode, LineProblem> {
    text.parse().map_err(|_| LineProblem::Country)
}

pub(super) fn function(text: &str) -> Result<Function, LineProblem> {
    word(text).ok_or(LineProblem::Function)
}

pub(super) fn seniority(text: &str) -> Result<Seniority, LineProblem> {
    word(text).ok_or(LineProblem::Seniority)
}

/// A key such as `professional-services`, from however it is capitalised and spaced.
pub(super) fn key(text: &str) -> Result<String, LineProblem> {
    let key = joined(text, "-");
    if key.is_empty() { Err(LineProblem::Key) } else { Ok(key) }
}

/// Keys separated by `|`, sorted and each once.
pub(super) fn keys(text: &str) -> Result<Vec<String>, LineProblem> {
    let mut keys = text.split('|').map(key).collect::<Result<Vec<_>, _>>()?;
    keys.sort();
    keys.dedup();
    Ok(keys)
}

pub(super) fn intent_score(text: &str) -> Result<f64, LineProblem> {
    text.parse().ok().filter(|score| (0.0..=100.0).contains(score)).ok_or(LineProblem::IntentScore)
}

/// `kind@time`, separated by `|`, in any order; given back oldest first.
pub(super) fn activities(text: &str) -> Result<Vec<Activity>, LineProblem> {
    let one = |part: &str| {
        let (kind, at) = part.split_once('@')?;
        Some(Activity { kind: word(kind)?, name: None, at: time(at.trim()).ok()? })
    };
    let mut activities =
        text.split('|').map(one).collect::<Option<Vec<_>>>().ok_or(LineProblem::Activities)?;
    activities.sort_by_key(|activity| activity.at);
    Ok(activities)
}

/// One of the domain's words, as serde names them.
fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    let name = joined(text, "_");
    let deserializer: value::StrDeserializer<'_, value::Error> = name.as_str().into_deserializer();
    T::deserialize(deserializer).ok()
}

/// The words of a text in lower case, joined.
fn joined(text: &str, by: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(by)
}
