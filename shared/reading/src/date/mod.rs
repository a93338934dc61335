//! Dates and moments as people and their systems write them, and which part is the day in a column of them.

mod survey;
mod words;
mod written;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

pub use survey::{DateEvidence, DateSurvey};
use written::Written;

/// Which part of a date in figures alone is which, where the year does not stand first with four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateOrder {
    /// `31.01.2026`, `31/01/26`
    DayFirst,
    /// `01/31/2026`
    MonthFirst,
    /// `26-01-31`
    YearFirst,
}

impl DateOrder {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DayFirst, Self::MonthFirst, Self::YearFirst];
}

/// What a number stands for in a column of dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateNumber {
    /// Days since the end of 1899, as spreadsheets count them.
    SpreadsheetDays,
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// `20260131`
    Figures,
}

impl DateNumber {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SpreadsheetDays, Self::Seconds, Self::Milliseconds, Self::Figures];

    /// The moment, if the number is one of this kind that a CRM may hold: of 1954 to 2064, in figures of 1901 to 2100,
    /// and counted from 1970 of 2001 to 2065.
    pub fn moment(self, number: f64) -> Option<Timestamp> {
        let whole = number.fract() == 0.0;
        match self {
            Self::SpreadsheetDays if (20_000.0..60_000.0).contains(&number) => {
                let start = TimeZone::UTC.to_timestamp(Date::constant(1899, 12, 30).at(0, 0, 0, 0)).ok()?;
                #[expect(clippy::cast_possible_truncation, reason = "below 60,000 days")]
                let seconds = (number * 86_400.0).round() as i64;
                Timestamp::from_second(start.as_second() + seconds).ok()
            }
            #[expect(clippy::cast_possible_truncation, reason = "within the range")]
            Self::Seconds if (1e9..3e9).contains(&number) => {
                Timestamp::from_millisecond((number * 1e3) as i64).ok()
            }
            #[expect(clippy::cast_possible_truncation, reason = "within the range")]
            Self::Milliseconds if whole && (1e12..3e12).contains(&number) => {
                Timestamp::from_millisecond(number as i64).ok()
            }
            #[expect(clippy::cast_possible_truncation, reason = "eight digits")]
            Self::Figures if whole && (19_010_101.0..21_001_231.0).contains(&number) => {
                let figures = number as i32;
                let part = |part: i32| i8::try_from(part % 100).ok();
                let year = i16::try_from(figures / 10_000).ok()?;
                let date = Date::new(year, part(figures / 100)?, part(figures)?).ok()?;
                TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
            }
            _ => None,
        }
    }
}

/// How the dates of a column are written, where they do not say it themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct DateFormat {
    /// Of dates in figures alone.
    pub order: Option<DateOrder>,
    /// What numbers stand for.
    pub number: Option<DateNumber>,
}

/// What a date says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateReading {
    /// A moment; without a zone beside it in UTC, without a time at the day's beginning.
    Moment(Timestamp),
    /// A date that systems write for none, such as 31.12.9999 or 1900-01-00.
    NoDate,
}

impl DateReading {
    /// The moment, if it is one.
    pub fn moment(self) -> Option<Timestamp> {
        match self {
            Self::Moment(moment) => Some(moment),
            Self::NoDate => None,
        }
    }
}

impl DateFormat {
    /// A date in this format, or in one that says itself what it means: RFC 3339, `2026-01-31`, `2026-01-31 08:30`,
    /// `2026/01/31`, `3. März 2026`, `Mar 3, 2026 2:30 PM`.
    pub fn read(self, text: &str) -> Option<DateReading> {
        let text = text.trim();
        if let Some(kind) = self.number
            && let Some(number) = bare_number(text)
        {
            return kind.moment(number).map(DateReading::Moment);
        }
        match Written::of(text)? {
            Written::Said(reading) => Some(reading),
            Written::Figures(figures) => figures.by(self.order?),
        }
    }
}

/// A number in a column of dates; a spreadsheet may write its fraction with a comma.
fn bare_number(text: &str) -> Option<f64> {
    let is_bare =
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    is_bare.then(|| text.replace(',', ".").parse().ok()).flatten()
}

/// Years that stand for none: before there were CRMs, and beyond all their deals. Excel's 0 is in 1900, Access' 30.12.1899,
/// .NET's is 1, MySQL's 0; SAP and Oracle write 9999, Salesforce's users 3999, and 2999 is common.
fn is_no_year(year: i16) -> bool {
    !(1901..2999).contains(&year)
}

/// A moment in UTC; midnight of 1 January 1970 is a zero that became a date.
fn at(moment: DateTime) -> Option<DateReading> {
    if is_no_year(moment.year()) || moment == Date::constant(1970, 1, 1).at(0, 0, 0, 0) {
        return Some(DateReading::NoDate);
    }
    TimeZone::UTC.to_timestamp(moment).ok().map(DateReading::Moment)
}

#[cfg(test)]
mod tests;
