//! Kinds of cell that several formats have. Each takes trimmed text that is not empty; none is "not one".

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::de::{DeserializeOwned, IntoDeserializer, value};

/// RFC 3339, or a date alone, which means `day_ends_at`, a second of that day's last minute (UTC).
pub(crate) fn time(text: &str, day_ends_at: i8) -> Option<Timestamp> {
    const DATE_BYTES: usize = "2026-05-04".len();
    if text.len() != DATE_BYTES {
        return text.parse().ok();
    }
    let date: Date = text.parse().ok()?;
    TimeZone::UTC.to_timestamp(date.at(23, 59, day_ends_at, 0)).ok()
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
