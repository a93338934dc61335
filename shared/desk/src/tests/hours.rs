//! The calendar: weekends, holidays, lunch, clock changes, days away.

use jiff::Timestamp;
use proptest::prelude::*;

use super::{at, hours};
use crate::Hours;

const OFFICE: &str = r#"time_zone = "Europe/Vienna"
monday = "09:00-12:00,13:00-17:00"
tuesday = "09:00-12:00,13:00-17:00"
wednesday = "09:00-12:00,13:00-17:00"
thursday = "09:00-12:00,13:00-17:00"
friday = "09:00-12:00,13:00-15:00"
holidays = ["2026-12-25"]"#;

/// Every day of the week the same.
fn daily(zone: &str, stretches: &str) -> Hours {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let lines: String = days.map(|day| format!("{day} = \"{stretches}\"\n")).concat();
    hours(&format!("time_zone = \"{zone}\"\n{lines}"), "")
}

#[track_caller]
fn due(hours: &Hours, from: &str, minutes: u32, wanted: &str) {
    assert_eq!(hours.due(at(from), minutes).to_string(), wanted);
}

#[test]
fn lunch_night_and_weekend_do_not_count() {
    let office = hours(OFFICE, "");
    // Vienna is an hour ahead of UTC in November. The 27th is a Friday.
    due(&office, "2026-11-26T08:00:00Z", 60, "2026-11-26T09:00:00Z");
    due(&office, "2026-11-26T10:30:30Z", 60, "2026-11-26T12:30:30Z");
    due(&office, "2026-11-26T11:30:00Z", 60, "2026-11-26T13:00:00Z");
    due(&office, "2026-11-26T15:30:00Z", 60, "2026-11-27T08:30:00Z");
    due(&office, "2026-11-27T13:30:00Z", 60, "2026-11-30T08:30:00Z");
    due(&office, "2026-11-28T10:00:00Z", 60, "2026-11-30T09:00:00Z");
    due(&office, "2026-11-23T08:00:00Z", 33 * 60, "2026-11-27T14:00:00Z");
}

#[test]
fn time_that_is_up_as_work_ends_is_due_then_and_not_the_next_morning() {
    due(&hours(OFFICE, ""), "2026-11-26T15:00:00Z", 60, "2026-11-26T16:00:00Z");
}

#[test]
fn work_begins_with_its_first_moment_and_ends_before_its_last() {
    let office = hours(OFFICE, "");
    let open = |text| office.is_open(at(text));
    assert!(!open("2026-11-26T07:59:59Z"));
    assert!(open("2026-11-26T08:00:00Z"));
    assert!(open("2026-11-26T10:59:59Z"));
    assert!(!open("2026-11-26T11:00:00Z"), "lunch");
    assert!(open("2026-11-26T12:00:00Z"));
    assert!(!open("2026-11-26T16:00:00Z"));
    assert!(!open("2026-11-28T10:00:00Z"), "Saturday");
}

#[test]
fn the_next_opening_is_now_while_at_work_and_else_the_next_stretch() {
    let office = hours(OFFICE, "");
    let opens = |text| office.opens_at(at(text)).unwrap().to_string();
    assert_eq!(opens("2026-11-26T10:12:00Z"), "2026-11-26T10:12:00Z");
    assert_eq!(opens("2026-11-26T11:00:00Z"), "2026-11-26T12:00:00Z");
    assert_eq!(opens("2026-11-27T14:00:00Z"), "2026-11-30T08:00:00Z");
}

#[test]
fn nobody_works_on_a_holiday() {
    let office = hours(OFFICE, "");
    // Christmas Day 2026 is a Friday.
    assert!(!office.is_open(at("2026-12-25T09:00:00Z")));
    due(&office, "2026-12-24T15:30:00Z", 60, "2026-12-28T08:30:00Z");
}

#[test]
fn days_away_count_as_closed_by_the_date_of_their_zone() {
    let office = hours(OFFICE, r#"{ from = "2026-11-24", to = "2026-11-25" }"#);
    assert!(office.is_open(at("2026-11-23T15:59:00Z")));
    assert!(!office.is_open(at("2026-11-24T09:00:00Z")));
    assert!(!office.is_open(at("2026-11-25T09:00:00Z")));
    due(&office, "2026-11-23T15:30:00Z", 60, "2026-11-26T08:30:00Z");
    let late = hours(
        "time_zone = \"Pacific/Auckland\"\nmonday = \"00:00-24:00\"",
        r#"{ from = "2026-11-23", to = "2026-11-23" }"#,
    );
    // Monday the 23rd there begins at 11:00 UTC on Sunday.
    assert!(!late.is_open(at("2026-11-22T12:00:00Z")));
    assert!(late.is_open(at("2026-11-29T12:00:00Z")));
}

#[test]
fn a_day_is_an_hour_shorter_when_the_clock_goes_forward() {
    // At 01:00 UTC on 29 March 2026, 02:00 becomes 03:00.
    let always = daily("Europe/Vienna", "00:00-24:00");
    due(&always, "2026-03-28T23:00:00Z", 23 * 60, "2026-03-29T22:00:00Z");
    let nights = daily("Europe/Vienna", "00:00-06:00");
    due(&nights, "2026-03-28T23:00:00Z", 5 * 60, "2026-03-29T04:00:00Z");
    due(&nights, "2026-03-28T23:00:00Z", 5 * 60 + 1, "2026-03-29T22:01:00Z");
}

#[test]
fn a_day_is_an_hour_longer_when_the_clock_goes_back() {
    // At 01:00 UTC on 25 October 2026, 03:00 becomes 02:00.
    let nights = daily("Europe/Vienna", "00:00-06:00");
    due(&nights, "2026-10-24T22:00:00Z", 7 * 60, "2026-10-25T05:00:00Z");
    due(&nights, "2026-10-24T22:00:00Z", 7 * 60 + 1, "2026-10-25T23:01:00Z");
}

#[test]
fn office_hours_keep_to_the_wall_clock_across_a_change() {
    let office = hours(OFFICE, "");
    due(&office, "2026-03-27T13:30:00Z", 60, "2026-03-30T07:30:00Z");
    due(&office, "2026-10-23T12:30:00Z", 60, "2026-10-26T08:30:00Z");
}

#[test]
fn work_that_begins_in_the_hour_left_out_begins_at_the_jump() {
    let from_half_past_two = daily("Europe/Vienna", "02:30-05:00");
    assert!(from_half_past_two.is_open(at("2026-03-29T01:00:00Z")));
    due(&from_half_past_two, "2026-03-29T00:00:00Z", 60, "2026-03-29T02:00:00Z");
    let within_it = daily("Europe/Vienna", "02:10-02:50,03:00-04:00");
    due(&within_it, "2026-03-29T00:00:00Z", 60, "2026-03-29T02:00:00Z");
    due(&within_it, "2026-03-29T00:00:00Z", 61, "2026-03-30T00:11:00Z");
}

#[test]
fn work_that_ends_in_the_hour_that_comes_twice_ends_the_first_time() {
    let until_half_past_two = daily("Europe/Vienna", "00:00-02:30");
    assert!(until_half_past_two.is_open(at("2026-10-25T00:29:00Z")));
    assert!(!until_half_past_two.is_open(at("2026-10-25T01:10:00Z")), "02:10 for the second time");
    let from_half_past_two = daily("Europe/Vienna", "02:30-04:00");
    due(&from_half_past_two, "2026-10-24T23:00:00Z", 150, "2026-10-25T03:00:00Z");
}

#[test]
fn a_clock_that_goes_back_over_midnight_loses_no_minute_and_counts_none_twice() {
    // In St John's 00:01 of 7 November 2010 became 23:01 of the 6th; in Havana 01:00 becomes 00:00 on
    // 1 November 2026; in Nuuk 00:00 of the 25th becomes 23:00 of 24 October 2026.
    for (zone, from) in [
        ("America/St_Johns", "2010-11-06T12:00:00Z"),
        ("America/Havana", "2026-10-31T12:00:00Z"),
        ("America/Nuuk", "2026-10-24T12:00:00Z"),
    ] {
        let always = daily(zone, "00:00-24:00");
        for minutes in [1, 60, 24 * 60, 25 * 60, 3 * 24 * 60] {
            let wall = at(from) + jiff::SignedDuration::from_mins(i64::from(minutes));
            assert_eq!(always.due(at(from), minutes), wall, "{zone}");
        }
    }
}

#[test]
fn no_minutes_are_over_at_once_at_work_or_not() {
    let office = hours(OFFICE, "");
    due(&office, "2026-11-26T09:00:00Z", 0, "2026-11-26T09:00:00Z");
    due(&office, "2026-11-28T09:00:00Z", 0, "2026-11-28T09:00:00Z");
}

#[test]
fn who_never_works_is_not_waited_for() {
    let gone = hours(OFFICE, r#"{ from = "2026-01-01", to = "2030-01-01" }"#);
    let now = at("2026-11-26T09:00:00Z");
    assert!(!gone.is_open(now));
    assert_eq!(gone.opens_at(now), None);
    due(&gone, "2026-11-26T09:00:00Z", 90, "2026-11-26T10:30:00Z");
    // Half an hour is worked before they go; the rest runs on.
    due(&gone, "2025-12-31T15:30:00Z", 90, "2025-12-31T17:00:00Z");
}

#[test]
fn the_ends_of_time_are_no_reason_to_panic() {
    let office = hours(OFFICE, "");
    for moment in [Timestamp::MIN, Timestamp::MAX] {
        for minutes in [0, 1, u32::MAX] {
            assert!(office.due(moment, minutes) >= moment);
        }
        let _ = (office.is_open(moment), office.opens_at(moment));
    }
}

const ZONES: [&str; 6] =
    ["UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "America/Havana", "America/Nuuk"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The definition: as many minutes as were asked for, and no more, have an open start.
    #[test]
    fn due_counts_the_open_minutes(
        zone in prop::sample::select(&ZONES[..]),
        start in 0..22_u16 * 60, lasts in 90..600_u16,
        from_minute in 0..366_i64 * 24 * 60,
        minutes in 1..400_u32,
    ) {
        let end = (start + lasts).min(24 * 60);
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let own = daily(zone, &format!("{}-{}", clock(start), clock(end)));
        let from = at("2026-01-01T00:00:00Z") + jiff::SignedDuration::from_mins(from_minute);
        let due = own.due(from, minutes);
        let mut open = 0;
        let mut minute = from;
        while minute < due {
            open += u32::from(own.is_open(minute));
            minute += jiff::SignedDuration::from_mins(1);
        }
        prop_assert_eq!(open, minutes);
        prop_assert!(own.is_open(due - jiff::SignedDuration::from_mins(1)));
        let opens = own.opens_at(from).unwrap();
        prop_assert!(own.is_open(opens) && opens >= from);
        prop_assert_eq!(opens == from, own.is_open(from));
    }
}
