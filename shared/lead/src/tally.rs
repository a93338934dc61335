//! What is counted of people's work, month by month.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::score::{Grade, Score};
use leadlight_reading::InvalidId;

use crate::ids::{MemberId, RejectionCode};

/// One more of something, in a month.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// Whose.
    pub member: MemberId,
    /// The score's band: 0 is 0 to under 10, 9 is 90 to 100; none where a lead had no score.
    pub band: Option<u8>,
    /// What.
    pub counted: Counted,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// Checkpoint 1 passed.
    Confirmed,
    /// Checkpoint 1, a second look wanted.
    Flagged,
    /// Checkpoint 1, turned down.
    Rejected(RejectionCode),
    /// Checkpoint 2 passed.
    Accepted,
    /// Checkpoint 2, sent back.
    SentBack,
    /// Checkpoint 2, turned down.
    RejectedByAe(RejectionCode),
    /// Checkpoint 1 passed by this member, and checkpoint 2 by an AE.
    Held,
    /// Checkpoint 1 passed by this member, but not checkpoint 2.
    NotHeld,
    /// Answered before its time was up.
    InTime(Option<Grade>),
    /// Answered after it.
    Late(Option<Grade>),
    /// Not answered in time, and given to, or taken by, someone anew.
    Breached(Option<Grade>),
    /// Looked at by a person for the first time.
    FirstLook {
        /// The grade that says how soon it was to be answered.
        grade: Option<Grade>,
        /// From the form to the look, by the wall's clock.
        real: Span,
        /// The same in working time of who looked.
        working: Span,
        /// Whether that was within the policy's time for such a lead.
        in_goal: bool,
    },
    /// Decided at a checkpoint, after so much working time of who decided.
    Took {
        /// 1 or 2.
        checkpoint: u8,
        /// Since they were given it.
        working: Span,
    },
    /// Confirmed by this member in this month, and its deal was won since.
    Won,
    /// Confirmed by this member in this month, and its deals were lost since.
    Lost,
}

/// A stretch of time, as it is counted: one of fifteen classes, so that a month's times take few counters and a median can be
/// told from them without reading a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u8);

impl Span {
    /// Where each class ends, in minutes; the last has no end. Judgement: as fine as people speak of it, from a minute to ten
    /// days around the clock.
    const ENDS: [i64; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 960, 1920, 4800, 14_400];
    /// How many classes there are.
    pub const ALL: usize = Self::ENDS.len() + 1;

    /// The class of a stretch of time. What ends before it began lasted no time.
    pub fn of(lasted: SignedDuration) -> Self {
        let class = Self::ENDS.iter().position(|end| lasted <= SignedDuration::from_mins(*end));
        Self(u8::try_from(class.unwrap_or(Self::ENDS.len())).unwrap_or(u8::MAX))
    }

    /// Its place, from the shortest.
    pub fn place(self) -> usize {
        usize::from(self.0)
    }

    /// The median of so many of each class, in minutes: within the class that holds it, the share of the way that it is in.
    /// None where nothing was counted; where it lies past the last end, that end.
    pub fn median(counts: &[u64; Self::ALL]) -> Option<f64> {
        let total: u64 = counts.iter().sum();
        #[expect(clippy::cast_precision_loss, reason = "counts and minutes are small")]
        let exact = |n: u64| n as f64;
        let half = exact(total) / 2.0;
        let mut below = 0.0;
        for (class, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let count = exact(*count);
            if below + count >= half {
                let minutes =
                    |at: usize| Self::ENDS.get(at).and_then(|end| u64::try_from(*end).ok()).map(exact);
                let from = class.checked_sub(1).and_then(minutes).unwrap_or(0.0);
                let to = minutes(class).unwrap_or(from);
                return Some(from + (to - from) * (half - below) / count);
            }
            below += count;
        }
        None
    }
}

/// What changes in a month's counts with a write.
#[derive(Debug, Clone, Copy)]
pub struct Counts<'a> {
    /// The month, such as `2026-11`.
    pub month: &'a str,
    /// Counted once more each.
    pub more: &'a [Tally],
    /// Counted once less each: what was taken back.
    pub fewer: &'a [Tally],
}

impl Counts<'_> {
    /// Nothing is counted.
    pub const NONE: Counts<'static> = Counts { month: "", more: &[], fewer: &[] };

    /// Does nothing change?
    pub fn is_empty(&self) -> bool {
        self.more.is_empty() && self.fewer.is_empty()
    }

    /// Each tally once, with how much it changes by: a write names no counter twice.
    pub fn changes(&self) -> Vec<(&Tally, i64)> {
        let mut changes: std::collections::BTreeMap<&Tally, i64> = std::collections::BTreeMap::new();
        for (tallies, by) in [(self.more, 1), (self.fewer, -1)] {
            for tally in tallies {
                *changes.entry(tally).or_default() += by;
            }
        }
        changes.into_iter().filter(|(_, by)| *by != 0).collect()
    }
}

/// By its key.
impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Tally {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let key = Cow::<'de, str>::deserialize(from)?;
        key.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Tally {
    fn schema_name() -> Cow<'static, str> {
        "Tally".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "What was counted: `member|band|what`, with details behind further bars.",
        })
    }
}

impl Tally {
    /// The band a score lies in.
    pub fn band_of(score: Score) -> u8 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score is 0 to 100")]
        let band = (score.value() / 10.0).floor() as u8;
        band.min(9)
    }

    /// The month of a moment, in UTC, such as `2026-11`.
    pub fn month(at: Timestamp) -> String {
        at.strftime("%Y-%m").to_string()
    }
}

/// As a key: `member|band|what` or `member|band|what|detail`. No part of it can hold a bar.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|", self.member)?;
        match self.band {
            Some(band) => write!(f, "{band}|")?,
            None => write!(f, "-|")?,
        }
        let grade = |f: &mut fmt::Formatter<'_>, what, grade: &Option<Grade>| match grade {
            Some(grade) => write!(f, "{what}|{grade}"),
            None => write!(f, "{what}|-"),
        };
        match &self.counted {
            Counted::Confirmed => f.write_str("confirmed"),
            Counted::Flagged => f.write_str("flagged"),
            Counted::Rejected(code) => write!(f, "rejected|{code}"),
            Counted::Accepted => f.write_str("accepted"),
            Counted::SentBack => f.write_str("sent_back"),
            Counted::RejectedByAe(code) => write!(f, "rejected_by_ae|{code}"),
            Counted::Held => f.write_str("held"),
            Counted::NotHeld => f.write_str("not_held"),
            Counted::InTime(of) => grade(f, "in_time", of),
            Counted::Late(of) => grade(f, "late", of),
            Counted::Breached(of) => grade(f, "breached", of),
            Counted::FirstLook { grade: of, real, working, in_goal } => {
                grade(f, "first_look", of)?;
                write!(f, "|{}|{}|{}", real.0, working.0, if *in_goal { "in_goal" } else { "late" })
            }
            Counted::Took { checkpoint, working } => write!(f, "took|{checkpoint}|{}", working.0),
            Counted::Won => f.write_str("won"),
            Counted::Lost => f.write_str("lost"),
        }
    }
}

impl FromStr for Tally {
    type Err = InvalidId;

    fn from_str(key: &str) -> Result<Self, InvalidId> {
        const BAD: InvalidId = InvalidId::expected("a tally's key");
        let grade = |text: &str| match text {
            "A" => Ok(Some(Grade::A)),
            "B" => Ok(Some(Grade::B)),
            "C" => Ok(Some(Grade::C)),
            "D" => Ok(Some(Grade::D)),
            "-" => Ok(None),
            _ => Err(BAD),
        };
        let span = |text: &str| {
            let class: u8 = text.parse().map_err(|_| BAD)?;
            if usize::from(class) < Span::ALL { Ok(Span(class)) } else { Err(BAD) }
        };
        let goal = |text: &str| match text {
            "in_goal" => Ok(true),
            "late" => Ok(false),
            _ => Err(BAD),
        };
        let parts: Vec<&str> = key.split('|').collect();
        let [member, band, ref what @ ..] = parts[..] else { return Err(BAD) };
        let counted = match *what {
            ["confirmed"] => Counted::Confirmed,
            ["flagged"] => Counted::Flagged,
            ["rejected", code] => Counted::Rejected(code.parse()?),
            ["accepted"] => Counted::Accepted,
            ["sent_back"] => Counted::SentBack,
            ["rejected_by_ae", code] => Counted::RejectedByAe(code.parse()?),
            ["held"] => Counted::Held,
            ["not_held"] => Counted::NotHeld,
            ["in_time", of] => Counted::InTime(grade(of)?),
            ["late", of] => Counted::Late(grade(of)?),
            ["breached", of] => Counted::Breached(grade(of)?),
            ["first_look", of, real, working, in_goal] => Counted::FirstLook {
                grade: grade(of)?,
                real: span(real)?,
                working: span(working)?,
                in_goal: goal(in_goal)?,
            },
            ["took", checkpoint @ ("1" | "2"), working] => {
                Counted::Took { checkpoint: if checkpoint == "1" { 1 } else { 2 }, working: span(working)? }
            }
            ["won"] => Counted::Won,
            ["lost"] => Counted::Lost,
            _ => return Err(BAD),
        };
        let band = match band {
            "-" => None,
            digit => Some(digit.parse().ok().filter(|b| *b <= 9).ok_or(BAD)?),
        };
        Ok(Self { member: member.parse()?, band, counted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip() {
        let code: RejectionCode = "no_need".parse().unwrap();
        for counted in [
            Counted::Confirmed,
            Counted::Flagged,
            Counted::Rejected(code.clone()),
            Counted::Accepted,
            Counted::SentBack,
            Counted::RejectedByAe(code),
            Counted::Held,
            Counted::NotHeld,
            Counted::InTime(Some(Grade::A)),
            Counted::Late(None),
            Counted::Breached(Some(Grade::D)),
            Counted::FirstLook {
                grade: Some(Grade::A),
                real: Span::of(SignedDuration::from_mins(7)),
                working: Span::of(SignedDuration::ZERO),
                in_goal: true,
            },
            Counted::Took { checkpoint: 2, working: Span::of(SignedDuration::from_hours(9999)) },
            Counted::Won,
            Counted::Lost,
        ] {
            for band in [None, Some(0), Some(9)] {
                let tally = Tally { member: "sdr-1".parse().unwrap(), band, counted: counted.clone() };
                assert_eq!(tally.to_string().parse::<Tally>().unwrap(), tally);
            }
        }
        for bad in ["", "sdr-1", "sdr-1|x|confirmed", "sdr-1|3|liked", "sdr-1|3|late|E"] {
            assert!(bad.parse::<Tally>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_median_lies_where_half_of_the_times_are_shorter() {
        let counted = |minutes: &[i64]| {
            let mut counts = [0; Span::ALL];
            for minutes in minutes {
                counts[Span::of(SignedDuration::from_mins(*minutes)).place()] += 1;
            }
            Span::median(&counts)
        };
        assert_eq!(counted(&[]), None);
        let middle = counted(&[1, 3, 4, 20, 500]).unwrap();
        assert!((2.0..=5.0).contains(&middle), "3, 4 and this are between 2 and 5 minutes: {middle}");
        assert_eq!(counted(&[99_999]), Some(14_400.0), "no more than the last end is claimed");
        assert_eq!(counted(&[-5]), Some(0.5), "a clock that is off makes no negative time");
    }

    #[test]
    fn what_is_counted_and_taken_back_in_one_write_is_not_named_twice() {
        let one = Tally { member: "sdr-1".parse().unwrap(), band: None, counted: Counted::Won };
        let other = Tally { counted: Counted::Lost, ..one.clone() };
        let (more, fewer) = ([one.clone(), one.clone(), other.clone()], [other]);
        assert_eq!(Counts { month: "2026-11", more: &more, fewer: &fewer }.changes(), [(&one, 2)]);
    }

    #[test]
    fn a_full_score_is_in_the_top_band_and_months_are_utc() {
        assert_eq!(Tally::band_of(Score::try_from(100.0).unwrap()), 9);
        assert_eq!(Tally::band_of(Score::try_from(9.4).unwrap()), 0);
        assert_eq!(Tally::month("2026-11-30T23:59:59Z".parse().unwrap()), "2026-11");
    }
}
