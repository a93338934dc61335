//! A week of work, by the calendar.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// A week by the ISO calendar, such as `2026-W49`, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Week {
    /// Its Monday.
    monday: Date,
}

/// A text that is no week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a week of the ISO calendar, such as 2026-W49")]
pub struct NoWeek;

impl Week {
    /// The week of a moment.
    pub fn of(moment: Timestamp) -> Self {
        let week = TimeZone::UTC.to_datetime(moment).date().iso_week_date();
        Self { monday: week.first_of_week().map_or_else(|_| week.date(), ISOWeekDate::date) }
    }

    /// Its Monday.
    pub fn monday(self) -> Date {
        self.monday
    }

    /// The weeks that begin within so many days before its Monday, the latest first.
    pub fn before(self, days: u32) -> impl Iterator<Item = Self> {
        (1..=days.div_ceil(7)).filter_map(move |weeks| {
            let back = jiff::Span::new().try_weeks(weeks).ok()?;
            Some(Self { monday: self.monday.checked_sub(back).ok()? })
        })
    }

    /// Where its plan rests in the registry.
    pub fn key(self) -> String {
        format!("outbound/{self}.json")
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = self.monday.iso_week_date();
        write!(f, "{}-W{:02}", week.year(), week.week())
    }
}

impl FromStr for Week {
    type Err = NoWeek;

    fn from_str(text: &str) -> Result<Self, NoWeek> {
        let (year, week) = text.split_once("-W").filter(|(_, week)| week.len() == 2).ok_or(NoWeek)?;
        let (year, week) = (year.parse().map_err(|_| NoWeek)?, week.parse().map_err(|_| NoWeek)?);
        let date = ISOWeekDate::new(year, week, Weekday::Monday).map_err(|_| NoWeek)?;
        Ok(Self { monday: date.date() })
    }
}

impl TryFrom<String> for Week {
    type Error = NoWeek;

    fn try_from(text: String) -> Result<Self, NoWeek> {
        text.parse()
    }
}

impl From<Week> for String {
    fn from(week: Week) -> Self {
        week.to_string()
    }
}
