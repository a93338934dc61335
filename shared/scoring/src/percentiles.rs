//! Letters by percentile, as numbers: the scores above which so many of past leads lie, to be written into the policy.
//!
//! A percentile that moves with each lead would give one lead another letter tomorrow under the same policy, and no decision
//! could be made again. So the share is what RevOps thinks in, and the number is what the policy says.

use leadlight_lead::QueuedLead;
use leadlight_policy::{NewNumber, Policy};
use serde::Serialize;

use crate::compare::Then;

/// Fewer scores say nothing of a tenth of them. Judgement: then a letter's limit is off by a third or more by luck.
const FEWEST: usize = 100;
/// The letters that have a limit, the best first, by their keys in the policy.
const LETTERS: [&str; 3] = ["a", "b", "c"];

/// Of all leads, the share in percent that is to have an A; an A or a B; an A, B or C.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Shares([f64; 3]);

/// Why shares are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "write three rising shares of all leads in percent, over 0 and under 100, such as 10,30,60: an A; an A or a B; an A, B or C"
)]
pub struct NoShares;

impl Shares {
    /// Reads `10,30,60`.
    pub fn read(text: &str) -> Result<Self, NoShares> {
        let read = |part: &str| part.trim().trim_end_matches('%').trim().parse::<f64>().map_err(|_| NoShares);
        let shares: Vec<f64> = text.split(',').map(read).collect::<Result<_, _>>()?;
        let [a, b, c] = shares.try_into().map_err(|_| NoShares)?;
        let rises = 0.0 < a && a < b && b < c && c < 100.0;
        if rises { Ok(Self([a, b, c])) } else { Err(NoShares) }
    }
}

/// A letter's limit, as it is and as the share asks for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LetterCut {
    /// Its key in `[grades]`.
    pub key: &'static str,
    /// The share of leads that is to reach it, in percent.
    pub wanted: f64,
    /// Today's limit.
    pub today: f64,
    /// The share that reaches today's, in percent.
    pub reach_today: f64,
    /// The limit that comes nearest to the share.
    pub then: f64,
    /// The share that reaches that one, in percent. Scores that are alike cannot be told apart.
    pub reach_then: f64,
}

/// The limits of letters that past leads give.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Percentiles {
    /// Scores that were looked at.
    pub leads: usize,
    /// By letter, the best first.
    pub letters: Vec<LetterCut>,
}

/// Why no limits can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPercentiles {
    /// Too few scores.
    #[error(
        "{found} leads were scored in that time, and letters by percentile take {FEWEST}; look at more days with --days"
    )]
    TooFew {
        /// How many there are.
        found: usize,
    },
    /// Scores that are so much alike that two letters would have one limit.
    #[error(
        "so many leads have the same score that `{better}` and `{worse}` would begin at one limit; choose shares that lie \
         further apart"
    )]
    Alike {
        /// The better of the two letters.
        better: &'static str,
        /// The other.
        worse: &'static str,
    },
}

/// A lead's score under a candidate, where the letters that all leads share decide on it; nothing where its motion has a scale
/// of its own, or no score decides on it.
pub fn score_for_letters(policy: &Policy, lead: &QueuedLead, then: &Then) -> Option<f64> {
    let decision = &then.judgement.as_ref()?.decision;
    (!policy.has_own_scale(lead.enriched().motion)).then(|| decision.score.value())
}

/// The limits of letters that come nearest to the shares. Pure: the same scores give the same limits, in whatever order.
pub fn percentiles(
    policy: &Policy,
    mut scores: Vec<f64>,
    shares: Shares,
) -> Result<Percentiles, NoPercentiles> {
    if scores.len() < FEWEST {
        return Err(NoPercentiles::TooFew { found: scores.len() });
    }
    scores.sort_unstable_by(|a, b| b.total_cmp(a));
    let today = policy.cuts().into_iter().filter(|cut| cut.table == "grades");
    let letters: Vec<LetterCut> = LETTERS
        .into_iter()
        .zip(shares.0)
        .zip(today)
        .map(|((key, wanted), today)| {
            let then = nearest(&scores, wanted);
            LetterCut {
                key,
                wanted,
                today: today.value,
                reach_today: reach(&scores, today.value),
                then,
                reach_then: reach(&scores, then),
            }
        })
        .collect();
    match letters.windows(2).find(|pair| pair[1].then >= pair[0].then) {
        Some(pair) => Err(NoPercentiles::Alike { better: pair[0].key, worse: pair[1].key }),
        None => Ok(Percentiles { leads: scores.len(), letters }),
    }
}

impl Percentiles {
    /// The numbers that a draft of the policy has otherwise, with why.
    pub fn changes(&self, policy: &Policy) -> Vec<NewNumber> {
        let moved = self.letters.iter().filter(|cut| (cut.today - cut.then).abs() > 1e-9);
        let mut changes: Vec<NewNumber> = moved
            .map(|cut| NewNumber {
                table: "grades".to_owned(),
                key: cut.key,
                value: cut.then,
                why: format!(
                    "was {}, which {:.1} % of {} leads reached; {:.1} % reach this, for {} %",
                    cut.today, cut.reach_today, self.leads, cut.reach_then, cut.wanted
                ),
            })
            .collect();
        if !changes.is_empty() {
            changes.push(NewNumber {
                table: String::new(),
                key: "revision",
                value: f64::from(policy.revision()) + 1.0,
                why: format!("was {}", policy.revision()),
            });
        }
        changes
    }
}

/// The limit, to a tenth, that as near as possible the wanted share reaches: at the last score of the share, or at the one
/// after where that is nearer.
fn nearest(falling: &[f64], wanted: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count, never negative"
    )]
    let place = ((count(falling.len()) * wanted / 100.0).round() as usize).clamp(1, falling.len());
    let at = (falling[place - 1] * 10.0).floor() / 10.0;
    let above = (falling[place - 1] * 10.0).floor().mul_add(0.1, 0.1);
    let above = (above * 10.0).round() / 10.0;
    let off = |limit: f64| (reach(falling, limit) - wanted).abs();
    if off(above) < off(at) && above <= 100.0 { above } else { at }
}

/// The share of falling scores from a limit on, in percent.
fn reach(falling: &[f64], limit: f64) -> f64 {
    100.0 * count(falling.partition_point(|score| *score >= limit)) / count(falling.len())
}

#[expect(clippy::cast_precision_loss, reason = "counts of leads stay far below 2^53")]
fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use leadlight_policy::redraft;

    use super::*;

    const DEFAULT: &str = include_str!("../../../infra/policies/default.toml");

    fn policy() -> Policy {
        Policy::parse("default.toml", DEFAULT).unwrap()
    }

    fn evenly(count: u32) -> Vec<f64> {
        (0..count).map(|n| 100.0 * f64::from(n) / f64::from(count)).collect()
    }

    #[test]
    fn shares_are_three_that_rise() {
        assert_eq!(Shares::read("10, 30 %,60"), Ok(Shares([10.0, 30.0, 60.0])));
        for wrong in ["10,30", "30,10,60", "0,30,60", "10,30,100", "a,b,c", "10,30,60,90", "nan,30,60"] {
            assert_eq!(Shares::read(wrong), Err(NoShares), "{wrong}");
        }
    }

    #[test]
    fn the_limits_are_those_that_so_many_reach_whatever_the_order() {
        let shares = Shares::read("10,30,60").unwrap();
        let found = percentiles(&policy(), evenly(1000), shares).unwrap();
        let limits: Vec<f64> = found.letters.iter().map(|cut| cut.then).collect();
        assert_eq!(limits, [90.0, 70.0, 40.0]);
        assert!(found.letters.iter().all(|cut| (cut.reach_then - cut.wanted).abs() < 0.2), "{found:?}");
        let mut turned = evenly(1000);
        turned.reverse();
        assert_eq!(percentiles(&policy(), turned, shares).unwrap(), found);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "as written in the file")]
    fn the_policy_has_them_as_numbers_so_that_a_letter_stays() {
        let found = percentiles(&policy(), evenly(1000), Shares::read("10,25,50").unwrap()).unwrap();
        let draft = redraft("draft.toml", DEFAULT, &found.changes(&policy())).unwrap();
        assert!(
            draft.contains(
                "# was 80, which 20.0 % of 1000 leads reached; 10.0 % reach this, for 10 %\na = 90\n"
            ),
            "{draft}"
        );
        let draft = Policy::parse("draft.toml", &draft).unwrap();
        assert_eq!(draft.cuts().map(|cut| cut.value), [70.0, 40.0, 90.0, 75.0, 50.0]);
        assert_eq!(draft.revision(), 2);
    }

    #[test]
    fn too_few_leads_or_scores_that_are_alike_give_none() {
        let shares = Shares::read("10,30,60").unwrap();
        let few = percentiles(&policy(), evenly(99), shares).unwrap_err();
        assert!(few.to_string().contains("99 leads were scored"), "{few}");
        let alike = percentiles(&policy(), vec![50.0; 200], shares).unwrap_err();
        assert_eq!(alike, NoPercentiles::Alike { better: "a", worse: "b" });
    }
}
