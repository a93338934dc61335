//! Kinds of cell that several formats have. Each takes trimmed text that is not empty; none is "not one".

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use leadlight_lead::OutcomeResult;
use leadlight_reading::{DealState, read_deal_state};
use serde::de::{DeserializeOwned, IntoDeserializer, value};

/// RFC 3339; or as CRMs export it, without its zone, which means UTC; or a date alone, which means `day_ends_at`, a
/// second of that day's last minute (UTC).
pub(crate) fn time(text: &str, day_ends_at: i8) -> Option<Timestamp> {
    const DATE_BYTES: usize = "2026-05-04".len();
    if text.len() == DATE_BYTES {
        let date: Date = text.parse().ok()?;
        return TimeZone::UTC.to_timestamp(date.at(23, 59, day_ends_at, 0)).ok();
    }
    text.parse().ok().or_else(|| {
        // What says something of a zone was meant as an instant, and is none.
        let clock = text.get(DATE_BYTES..)?.strip_prefix(['T', 't', ' '])?;
        let is_bare = clock.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.'));
        let without_zone: DateTime = if is_bare { text.parse().ok()? } else { return None };
        TimeZone::UTC.to_timestamp(without_zone).ok()
    })
}

/// Won or lost, in a person's words or by a CRM's name of the stage; a deal that is open has not ended.
pub(crate) fn deal_end(text: &str) -> Option<OutcomeResult> {
    match read_deal_state(text)? {
        DealState::Won => Some(OutcomeResult::Won),
        DealState::Lost => Some(OutcomeResult::Lost),
        DealState::Open => None,
    }
}

/// One of the domain's words, as serde names them, however it is capitalised and spaced.
pub(crate) fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    let name = joined(text, "_");
    let deserializer: value::StrDeserializer<'_, value::Error> = name.as_str().into_deserializer();
    T::deserialize(deserializer).ok()
}

/// The words of a text in lower case, joined.
pub(crate) fn joined(text: &str, by: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_crms_export_them() {
        for (text, at) in [
            ("2026-03-19", "2026-03-19T23:59:57Z"),
            ("2026-03-19 18:14", "2026-03-19T18:14:00Z"),
            ("2026-03-19 18:14:05", "2026-03-19T18:14:05Z"),
            ("2026-03-19T18:14:05.250", "2026-03-19T18:14:05.25Z"),
            ("2026-03-19T18:14:05+01:00", "2026-03-19T17:14:05Z"),
            ("2026-03-19 18:14:05Z", "2026-03-19T18:14:05Z"),
        ] {
            assert_eq!(time(text, 57), at.parse().ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_or_one_of_two_is_refused() {
        for text in [
            "19.03.2026",
            "03/04/2026",
            "2026-02-30",
            "2026-03-19 25:00",
            "2026-03-19 18:14 CET",
            "2026-03-19T18:14:05+99:00",
            "46100",
            "yesterday",
            "2026-03-19 ",
            "2026-03-19T",
        ] {
            assert_eq!(time(text, 59), None, "{text}");
        }
    }
}
