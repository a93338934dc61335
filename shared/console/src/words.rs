//! Moments and spans of time as people read them, and codes in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use leadlight_lead::TrainingMeaning;
use maud::{Markup, html};

use crate::context::Frame;

/// A span of time in one or two units: "42 min", "3 h 10 min", "14 h", "3 days".
pub(crate) fn span(seconds: i64) -> String {
    let minutes = seconds.abs() / 60;
    let (hours, days) = (minutes / 60, minutes / 1440);
    match minutes {
        0..=59 => format!("{minutes}\u{a0}min"),
        60..=599 if minutes % 60 != 0 => format!("{hours}\u{a0}h {}\u{a0}min", minutes % 60),
        60..=2879 => format!("{hours}\u{a0}h"),
        _ => format!("{days}\u{a0}days"),
    }
}

/// How a relative time is said. The script says it in the same words as time goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relative {
    /// "in 42 min" or "12 min late".
    Due,
    /// "3 h ago".
    Ago,
}

/// A moment relative to now; the exact one shows when pointed at, and machines read it.
pub(crate) fn relative(frame: &Frame, at: Timestamp, how: Relative) -> Markup {
    let seconds = at.as_second() - frame.now.as_second();
    let (kind, text) = match how {
        Relative::Due if seconds < 0 => ("due", format!("{} late", span(seconds))),
        Relative::Due => ("due", format!("in {}", span(seconds))),
        Relative::Ago if seconds > -60 => ("ago", "just now".to_owned()),
        Relative::Ago => ("ago", format!("{} ago", span(seconds))),
    };
    html! { time datetime=(machine(at)) title=(full(frame, at)) data-relative=(kind) { (text) } }
}

/// A moment of the day, with the day where it is another one than today.
pub(crate) fn moment(frame: &Frame, at: Timestamp) -> Markup {
    html! { time datetime=(machine(at)) title=(full(frame, at)) { (clock(frame, at)) } }
}

/// A day and the time of day.
pub(crate) fn moment_of_year(frame: &Frame, at: Timestamp) -> Markup {
    let zoned = at.to_zoned_datetime(frame.time_zone.clone());
    html! { time datetime=(machine(at)) title=(full(frame, at)) { (zoned.strftime("%-d %b %Y, %H:%M")) } }
}

/// A day.
pub(crate) fn day(frame: &Frame, at: Timestamp) -> Markup {
    let zoned = at.to_zoned_datetime(frame.time_zone.clone());
    html! { time datetime=(machine(at)) title=(full(frame, at)) { (zoned.strftime("%-d %b %Y")) } }
}

fn clock(frame: &Frame, at: Timestamp) -> String {
    let (zoned, now) =
        (at.to_zoned_datetime(frame.time_zone.clone()), frame.now.to_zoned_datetime(frame.time_zone.clone()));
    let form = if zoned.date() == now.date() {
        "%H:%M"
    } else if zoned.year() == now.year() {
        "%-d %b, %H:%M"
    } else {
        "%-d %b %Y, %H:%M"
    };
    zoned.strftime(form).to_string()
}

fn full(frame: &Frame, at: Timestamp) -> String {
    at.to_zoned_datetime(frame.time_zone.clone()).strftime("%-d %B %Y, %H:%M %Z").to_string()
}

/// Whole seconds in UTC: what browsers read for certain.
pub(crate) fn machine(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The time zone's name.
pub(crate) fn zone(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

/// What a rejection for a reason does to the next model.
pub(crate) fn training(meaning: TrainingMeaning) -> &'static str {
    match meaning {
        TrainingMeaning::Negative => "Teaches the model: not a fit",
        TrainingMeaning::None => "Teaches the model nothing",
        TrainingMeaning::BadData => "Not learnt from; counts against the data",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_well() {
        let texts: Vec<String> = [0, 59, 60, 3599, 3600, 11_400, 36_000, 90_000, 172_800, -720]
            .into_iter()
            .map(|seconds| span(seconds).replace('\u{a0}', " "))
            .collect();
        assert_eq!(
            texts,
            ["0 min", "0 min", "1 min", "59 min", "1 h", "3 h 10 min", "10 h", "25 h", "2 days", "12 min"]
        );
    }

    #[test]
    fn another_day_is_named() {
        let frame = Frame { now: "2026-11-24T15:00:00Z".parse().unwrap(), ..Frame::default() };
        assert_eq!(clock(&frame, "2026-11-24T14:30:00Z".parse().unwrap()), "14:30");
        assert_eq!(clock(&frame, "2026-11-23T14:30:00Z".parse().unwrap()), "23 Nov, 14:30");
        assert_eq!(clock(&frame, "2025-11-23T14:30:00Z".parse().unwrap()), "23 Nov 2025, 14:30");
    }
}
