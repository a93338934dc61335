//! What is counted of people's work, month by month.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

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
    fn a_full_score_is_in_the_top_band_and_months_are_utc() {
        assert_eq!(Tally::band_of(Score::try_from(100.0).unwrap()), 9);
        assert_eq!(Tally::band_of(Score::try_from(9.4).unwrap()), 0);
        assert_eq!(Tally::month("2026-11-30T23:59:59Z".parse().unwrap()), "2026-11");
    }
}
