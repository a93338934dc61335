//! What vendors say of a person: whether it is them, and since when they work where they work now.

use jiff::ToSpan;
use jiff::civil::Date;
use leadlight_lead::EmailAddress;

/// Between two positions with one company: a month that is counted as begun, and a leave, break no tenure.
const LONGEST_GAP_DAYS: i64 = 92;

/// An answer lists addresses, and the one that was asked for is none of them. Where it lists none, it may be them.
pub(crate) fn is_someone_else(listed: impl IntoIterator<Item = String>, asked: &EmailAddress) -> bool {
    let is_asked = |one: &String| {
        one.trim().eq_ignore_ascii_case(asked.as_str())
            || one.parse::<EmailAddress>().is_ok_and(|one| one.as_str().eq_ignore_ascii_case(asked.as_str()))
    };
    let mut listed = listed.into_iter().filter(|one| one.contains('@')).peekable();
    listed.peek().is_some() && !listed.any(|one| is_asked(&one))
}

/// A day, a month or a year, as the days that it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct When {
    first: Date,
    last: Date,
}

impl When {
    /// Reads `2019`, `2019-03`, `2019-03-04` and a moment of that day.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(day) = text.get(..10).unwrap_or(text).parse::<Date>() {
            return Some(Self { first: day, last: day });
        }
        if let Ok(first) = format!("{text}-01").parse::<Date>() {
            return Some(Self { first, last: first.last_of_month() });
        }
        let first = format!("{text}-01-01").parse::<Date>().ok()?;
        Some(Self { first, last: first.last_of_year() })
    }

    /// Of a vendor that writes the first day of a month or year where it knows no more.
    pub(crate) fn read_padded(text: &str) -> Option<Self> {
        let when = Self::read(text)?;
        let last = match (when.first.month(), when.first.day()) {
            (1, 1) => when.first.last_of_year(),
            (_, 1) => when.first.last_of_month(),
            _ => when.last,
        };
        Some(Self { last, ..when })
    }
}

/// Until when a position was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// It still is.
    Now,
    /// It is over, and nobody says since when.
    NotKnown,
    /// It ended then.
    Then(When),
}

/// A position with the company of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// Its start.
    pub(crate) from: Option<When>,
    /// Its end.
    pub(crate) until: Until,
}

/// The first day with the company of now: of the positions there that follow on each other up to now, the earliest start.
/// A person who left and came back starts again from the return. None where a start or an end is missing that could make it another, or where only
/// the year is known.
pub(crate) fn with_company_since(positions: &[Position]) -> Option<Date> {
    let held: Vec<&Position> = positions.iter().filter(|one| one.until == Until::Now).collect();
    let starts = held.iter().map(|one| one.from).collect::<Option<Vec<When>>>()?;
    let mut since = starts.into_iter().min_by_key(|when| when.first)?;
    loop {
        let reaches = |one: &&Position| match one.until {
            Until::Then(end) => {
                end.last.checked_add(LONGEST_GAP_DAYS.days()).is_ok_and(|end| end >= since.first)
            }
            Until::NotKnown => true,
            Until::Now => false,
        };
        let is_earlier = |one: &&Position| one.from.is_none_or(|from| from.first < since.first);
        let Some(earlier) = positions.iter().filter(reaches).find(is_earlier) else { break };
        if earlier.until == Until::NotKnown {
            return None;
        }
        since = earlier.from?;
    }
    (since.last <= since.first.last_of_month()).then_some(since.first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(from: &str, until: &str) -> Position {
        let until = match until {
            "now" => Until::Now,
            "?" => Until::NotKnown,
            text => Until::Then(When::read(text).unwrap()),
        };
        Position { from: When::read(from), until }
    }

    fn since(positions: &[(&str, &str)]) -> Option<String> {
        let positions: Vec<_> = positions.iter().map(|(from, until)| position(from, until)).collect();
        with_company_since(&positions).map(|day| day.to_string())
    }

    #[test]
    fn positions_that_follow_on_each_other_are_one_time_with_the_company() {
        let of = |day: &str| Some(day.to_owned());
        assert_eq!(since(&[("2026-08", "now"), ("2023-02-01", "2026-07")]), of("2023-02-01"));
        assert_eq!(since(&[("2023-02-01", "2026-07"), ("2026-08", "now")]), of("2023-02-01"), "in any order");
        assert_eq!(
            since(&[("2024-01", "now"), ("2020-05", "2023")]),
            of("2020-05-01"),
            "a year ends in December"
        );
        assert_eq!(since(&[("2024-01", "now"), ("2022-01", "now")]), of("2022-01-01"), "two at once");
    }

    #[test]
    fn who_left_and_came_back_began_anew() {
        assert_eq!(since(&[("2026-08", "now"), ("2010-01", "2012-06")]).as_deref(), Some("2026-08-01"));
    }

    #[test]
    fn what_is_missing_makes_it_not_known_where_it_could_matter() {
        assert_eq!(since(&[("2026-08", "now"), ("2019", "2026-07")]), None, "only a year");
        assert_eq!(since(&[("2026-08", "now"), ("", "2026-07")]), None, "no start");
        assert_eq!(since(&[("2026-08", "now"), ("2019-01", "?")]), None, "no end");
        assert_eq!(
            since(&[("2024-01", "now"), ("2025-01", "?")]).as_deref(),
            Some("2024-01-01"),
            "within it"
        );
        assert_eq!(since(&[("2019-01", "2026-07")]), None, "nothing is held now");
        assert_eq!(since(&[]), None);
        assert_eq!(
            since(&[("2024-01", "now"), ("", "2012-06")]).as_deref(),
            Some("2024-01-01"),
            "long before"
        );
    }

    #[test]
    fn a_padded_day_may_be_any_of_its_year_or_month() {
        let last = |text: &str| When::read_padded(text).map(|when| when.last.to_string());
        assert_eq!(last("2015-01-01").as_deref(), Some("2015-12-31"));
        assert_eq!(last("2015-04-01T00:00:00.000+00:00").as_deref(), Some("2015-04-30"));
        assert_eq!(last("2015-04-12").as_deref(), Some("2015-04-12"));
        assert_eq!((last("soon"), last("2015-13-01"), last("")), (None, None, None));
    }

    #[test]
    fn an_address_is_theirs_in_any_spelling() {
        let asked: EmailAddress = "ada@acme.example".parse().unwrap();
        let of = |listed: &[&str]| is_someone_else(listed.iter().map(|one| (*one).to_owned()), &asked);
        assert!(!of(&[]) && !of(&["true"]), "it says nothing of addresses");
        assert!(!of(&["eve@acme.example", " Ada@ACME.example "]));
        assert!(of(&["eve@acme.example"]));
    }
}
