//! Where a lead's score has been going: up, down or nowhere, and over how many days.
//!
//! Scores are compared as far as the same policy and the same model gave them. One that moved since the policy changed says
//! something of the policy and nothing of the lead.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{ModelHash, PolicyHash};
use crate::score::{Grade, Score};
use crate::stages::{EarlierScore, QueuedLead};

/// By what a score was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedBy {
    /// The policy.
    pub policy: PolicyHash,
    /// The model; none where rules decided.
    pub model: Option<ModelHash>,
}

/// A score of a lead, at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreAt {
    /// The moment that ages were counted to.
    pub at: Timestamp,
    /// The score.
    pub score: Score,
    /// Its letter.
    pub grade: Grade,
    /// By what it was given; none where a release that did not keep that had given it.
    pub by: Option<JudgedBy>,
}

/// Which way a score goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moved {
    /// Up.
    Rising,
    /// Neither, by less than shows.
    Steady,
    /// Down.
    Falling,
}

impl Moved {
    /// As written in files and fields.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rising => "rising",
            Self::Steady => "steady",
            Self::Falling => "falling",
        }
    }
}

/// Where a lead's score has been going, under the policy and the model that gave the latest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trend {
    /// Which way.
    pub moved: Moved,
    /// By how many points of 100, the latest score less the first that it is compared to.
    pub points: f64,
    /// Over how many whole days.
    pub days: u32,
    /// The moment of the first.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub since: Timestamp,
}

impl Trend {
    /// Scores of so many days before the latest are looked at. Judgement: a quarter, after which little of any signal is left.
    pub const DAYS: i32 = 90;
    /// A difference of less is none: two scores of the same number, as people read them, may lie a point apart.
    pub const STEADY_BELOW_POINTS: f64 = 2.0;

    /// Of scores in the order in which they were given: the latest beside the first within [`Trend::DAYS`] before it, or, where
    /// there is none so near, beside the one before it. None where the one before it is not by the same policy and model.
    pub fn of(scores: &[ScoreAt]) -> Option<Self> {
        let (last, before) = scores.split_last()?;
        let by = last.by.as_ref()?;
        let oldest = last.at - SignedDuration::from_hours(24 * i64::from(Self::DAYS));
        let alike = || before.iter().rev().take_while(|score| score.by.as_ref() == Some(by));
        let first = alike().take_while(|score| score.at >= oldest).last().or_else(|| alike().next());
        let first = first.filter(|first| first.at < last.at)?;
        let points = last.score.value() - first.score.value();
        let moved = if points.abs() < Self::STEADY_BELOW_POINTS {
            Moved::Steady
        } else if points > 0.0 {
            Moved::Rising
        } else {
            Moved::Falling
        };
        let days = u32::try_from(last.at.duration_since(first.at).as_hours() / 24).unwrap_or(0);
        Some(Self { moved, points, days, since: first.at })
    }
}

impl QueuedLead {
    /// Its scores, in the order in which they were given, the one that holds last. Older ones than the latest 20 before it are
    /// not kept.
    pub fn scores(&self) -> Vec<ScoreAt> {
        let now = self.decision().map(EarlierScore::of);
        let all = self.thread.scored_before.iter().cloned().chain(now);
        all.map(|EarlierScore { as_of, score, grade, policy, model }| ScoreAt {
            at: as_of,
            score,
            grade,
            by: policy.map(|policy| JudgedBy { policy, model }),
        })
        .collect()
    }

    /// Where its score has been going.
    pub fn trend(&self) -> Option<Trend> {
        Trend::of(&self.scores())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(policy: &str) -> JudgedBy {
        JudgedBy { policy: PolicyHash::of(policy.as_bytes()), model: None }
    }

    fn score(day: u32, value: f64, by: impl Into<Option<JudgedBy>>) -> ScoreAt {
        let at = format!("2026-{:02}-{:02}T09:00:00Z", 1 + day / 28, 1 + day % 28).parse().unwrap();
        ScoreAt { at, score: Score::try_from(value).unwrap(), grade: Grade::B, by: by.into() }
    }

    fn moved(scores: &[ScoreAt]) -> Option<(Moved, f64, u32)> {
        Trend::of(scores).map(|trend| (trend.moved, trend.points, trend.days))
    }

    #[test]
    fn a_trend_tells_by_how_much_and_over_which_days() {
        let up = [score(0, 40.0, by("a")), score(3, 44.0, by("a")), score(9, 52.5, by("a"))];
        assert_eq!(moved(&up), Some((Moved::Rising, 12.5, 9)));
        let down = [score(0, 60.0, by("a")), score(9, 41.0, by("a"))];
        assert_eq!(moved(&down), Some((Moved::Falling, -19.0, 9)));
        let flat = [score(0, 60.0, by("a")), score(9, 61.5, by("a"))];
        assert_eq!(moved(&flat), Some((Moved::Steady, 1.5, 9)));
        assert_eq!(moved(&up[..1]), None, "one score goes nowhere");
        assert_eq!(moved(&[]), None);
    }

    #[test]
    fn a_score_that_moved_since_the_policy_changed_is_no_trend() {
        let changed = [score(0, 40.0, by("a")), score(3, 80.0, by("b"))];
        assert_eq!(moved(&changed), None);
        let since = [score(0, 40.0, by("a")), score(3, 80.0, by("b")), score(5, 75.0, by("b"))];
        assert_eq!(moved(&since), Some((Moved::Falling, -5.0, 2)));
        let back = [score(0, 40.0, by("a")), score(3, 80.0, by("b")), score(5, 45.0, by("a"))];
        assert_eq!(moved(&back), None, "what lies on the other side of another policy is not compared");
        let model = JudgedBy { model: Some(ModelHash::of(b"m")), ..by("a") };
        assert_eq!(moved(&[score(0, 40.0, by("a")), score(3, 80.0, model)]), None);
    }

    #[test]
    fn a_score_of_which_nobody_kept_how_it_was_given_is_not_compared() {
        assert_eq!(moved(&[score(0, 40.0, None), score(3, 80.0, by("b"))]), None);
        assert_eq!(moved(&[score(0, 40.0, None), score(3, 80.0, None)]), None);
    }

    #[test]
    fn what_is_older_than_a_quarter_is_compared_only_where_nothing_is_nearer() {
        let old = [score(0, 90.0, by("a")), score(80, 50.0, by("a")), score(120, 60.0, by("a"))];
        let trend = Trend::of(&old).unwrap();
        assert_eq!(trend.moved, Moved::Rising);
        assert!((trend.points - 10.0).abs() < 1e-9);
        let rare = [score(0, 90.0, by("a")), score(10, 80.0, by("a")), score(120, 60.0, by("a"))];
        assert_eq!(
            Trend::of(&rare).map(|t| (t.points, t.since)),
            Some((-20.0, rare[1].at)),
            "but the one before"
        );
    }
}
