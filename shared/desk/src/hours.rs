//! Working hours: when someone is at work, and when so many working minutes have passed.

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// How far ahead working time is looked for, in days. Judgement: a year and a leap day; who does not work
/// within that is not waited for.
const HORIZON_DAYS: i32 = 366;

/// Part of a day, in minutes since midnight on the wall's clock; 1440 is the day's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) from_minute: u16,
    pub(crate) to_minute: u16,
}

/// Days on which nobody works, the first and the last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaysOff {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

impl DaysOff {
    /// Is it one of the days?
    pub fn contains(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }
}

/// The hours someone works, in their time zone, without the days they are off.
///
/// Hours are those of a clock on the wall there: a day on which the clock goes forward has an hour less of
/// them if it falls into the work, one on which it goes back an hour more. An hour that comes twice begins
/// and ends stretches of work the first time; one that is left out, where the clock jumps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    pub(crate) zone: TimeZone,
    /// Monday first; each day's stretches in order, none over another.
    pub(crate) week: [Vec<Stretch>; 7],
    pub(crate) days_off: Vec<DaysOff>,
}

impl Hours {
    /// Is it working time? The first moment of a stretch is, the last is not.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.stretches_from(at).next().is_some_and(|(opens, _)| opens <= at)
    }

    /// The first working moment from then on; none within 366 days.
    pub fn opens_at(&self, at: Timestamp) -> Option<Timestamp> {
        self.stretches_from(at).next().map(|(opens, _)| opens.max(at))
    }

    /// When so many working minutes have passed; no minute has passed at `from` itself, at work or not.
    ///
    /// What 366 days have no working time for runs on by the wall's clock, so that every lead falls due.
    pub fn due(&self, from: Timestamp, minutes: u32) -> Timestamp {
        let mut left = SignedDuration::from_mins(i64::from(minutes));
        let mut at = from;
        if left.is_zero() {
            return from;
        }
        for (opens, closes) in self.stretches_from(from) {
            let opens = opens.max(from);
            let lasts = closes.duration_since(opens);
            if left <= lasts {
                return later(opens, left);
            }
            left -= lasts;
            at = closes;
        }
        later(at, left)
    }

    /// How much working time lies between two moments: none where the second is not later. Of more than 366 days, those.
    pub fn worked(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let stretches = self.stretches_from(from).take_while(|(opens, _)| *opens < to);
        stretches.map(|(opens, closes)| closes.min(to).duration_since(opens.max(from))).sum()
    }

    /// The day it is there.
    pub fn date(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The IANA name of the time zone.
    pub fn time_zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// The same hours without these days.
    pub(crate) fn without(mut self, days: &[DaysOff]) -> Self {
        self.days_off.extend_from_slice(days);
        self
    }

    /// Stretches of work that end after `at`, as moments, in order; none over another, none empty.
    fn stretches_from(&self, at: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let today = self.date(at);
        // What began the day before has ended: a day ends when midnight first comes.
        (0..=HORIZON_DAYS)
            .map_while(move |days| today.checked_add(days.days()).ok())
            .filter(|date| !self.days_off.iter().any(|off| off.contains(*date)))
            .flat_map(|date| {
                let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
                self.week[weekday].iter().map(move |stretch| (date, *stretch))
            })
            .filter_map(|(date, stretch)| {
                Some((self.moment(date, stretch.from_minute)?, self.moment(date, stretch.to_minute)?))
            })
            .filter(move |(opens, closes)| opens < closes && *closes > at)
    }

    /// When the clock on the wall shows that time, or first passes it.
    fn moment(&self, date: Date, minute: u16) -> Option<Timestamp> {
        let since_midnight = SignedDuration::from_mins(i64::from(minute));
        let shown = date.to_datetime(Time::midnight()).checked_add(since_midnight).ok()?;
        let found = self.zone.to_ambiguous_timestamp(shown);
        if let AmbiguousOffset::Gap { .. } = found.offset() {
            // The jump itself: else a stretch that begins in the gap would start late, by what it lies within
            // it.
            let before = found.earlier().ok()?;
            return self.zone.following(before).next().map(|jump| jump.timestamp());
        }
        found.earlier().ok()
    }
}

/// Ends at the last moment that can be written.
fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
