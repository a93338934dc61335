//! What score bands come to: a verdict for people, and whether scores have fallen so far that waiting would be wrong.
//!
//! The verdict asks what a seller would ask: does the top band win as often as was said, and does the bottom band hardly
//! win? It is read once a month by somebody, so it speaks as soon as something looks wrong. A [`Fall`] is looked for every
//! day by a machine that acts on it, so it needs proof.

use serde::{Deserialize, Serialize};

use crate::bands::{Band, DecidedDeal, band, cut};
use crate::interval::wilson;
use crate::math::count;

/// Fewer closed deals than this tell nothing by band: ten a band.
const MIN_DEALS: usize = 50;
/// Nor do fewer wins, or losses, than this.
const MIN_OF_A_CLASS: usize = 10;
/// Nor do deals of so few accounts, however many deals: as for the gate.
const MIN_ACCOUNTS: f64 = 10.0;
/// A bottom band is near zero if it wins at most this part of the average. Of five equal bands the lowest then holds at
/// most one win in twenty: leaving that whole fifth of the leads alone costs no more than 5 % of the wins.
pub const NEAR_ZERO: f64 = 0.25;
/// How unlikely what a band won must be, had it been as was said, for the verdict to say so: five bands are looked at, so
/// at most five honest reviews in a hundred are called wrong by chance.
const UNLIKELY: f64 = 0.01;
/// The same for a fall. It is looked for each day, at five bands and at all deals together: `two_hundred_years_of_reviews`
/// says how often it is found where there is none.
const PROOF: f64 = 0.000_2;
/// Two-sided 95 %, and as sure as [`PROOF`].
const Z_95: f64 = 1.959_964;
const Z_PROOF: f64 = 3.719_016;

/// What the review comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BandVerdict {
    /// The top band wins as often as was said, as do all others, and the bottom band hardly ever.
    Working,
    /// The same, but for the bottom band: it wins more than [`NEAR_ZERO`] of the average, and not by chance.
    BottomStillWins,
    /// High scores win more often than low ones, but not as often as was said.
    Miscalibrated,
    /// The top band is not shown to win more often than the bottom band.
    NotDiscriminating,
    /// Too few closed deals to tell.
    InsufficientData,
}

impl BandVerdict {
    /// What to do about it, for people.
    pub(crate) fn what_to_do(self) -> &'static str {
        match self {
            Self::Working => "Look again next month.",
            Self::BottomStillWins => {
                "Don't write off the lowest scores: have some of them worked, and look at what those that won have in common. \
                 It is a fact that the data don't hold yet."
            }
            Self::Miscalibrated => "Trust the order, not the percentages; retrain on the newest deals.",
            Self::NotDiscriminating => {
                "Don't rely on the score: check the data's quality, then the policy's criteria, then retrain."
            }
            Self::InsufficientData => "Wait for more deals to close.",
        }
    }
}

/// The review by score band.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BandReview {
    /// Deals reviewed.
    pub deals: usize,
    /// Won ones.
    pub won: usize,
    /// Lowest scores first; empty with insufficient data.
    pub bands: Vec<Band>,
    /// What it comes to.
    pub verdict: BandVerdict,
    /// Why, in a sentence.
    pub because: String,
    /// What to do about it.
    pub what_to_do: String,
}

/// Reviews closed deals. The order in which they come does not matter.
pub fn review(deals: &[DecidedDeal]) -> BandReview {
    let whole = (!deals.is_empty()).then(|| band(deals));
    let won = whole.map_or(0, |whole| whole.won);
    let independent = whole.map_or(0.0, |whole| whole.independent);
    let are_enough = deals.len() >= MIN_DEALS
        && won.min(deals.len() - won) >= MIN_OF_A_CLASS
        && independent >= MIN_ACCOUNTS;
    let bands = if are_enough { cut(deals) } else { Vec::new() };
    let (verdict, because) = judge(&bands, deals.len(), won);
    BandReview {
        deals: deals.len(),
        won,
        bands,
        verdict,
        because,
        what_to_do: verdict.what_to_do().to_owned(),
    }
}

/// Scores that no longer do what they did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fall {
    /// What shows it, in a sentence.
    pub because: String,
}

/// Whether these deals prove that scores no longer do what was said: a band, or all together, won so much more or less
/// often than was said that chance would bring it about once in 5,000 times; or the bottom band wins more often than the
/// top band, as surely.
pub fn fall(deals: &[DecidedDeal]) -> Option<Fall> {
    let bands = review(deals).bands;
    let (bottom, top) = (bands.first()?, bands.last()?);
    if difference(top, bottom, Z_PROOF).1 < 0.0 {
        return Some(Fall {
            because: format!("{}: low scores win more often than high ones", rates(bottom, top)),
        });
    }
    let whole = [band(deals)];
    let off = bands.iter().chain(&whole).find_map(|band| off(band, PROOF));
    off.map(|off| Fall { because: off.in_words() })
}

/// The verdict, and why.
pub(crate) fn judge(bands: &[Band], deals: usize, won: usize) -> (BandVerdict, String) {
    let (Some(bottom), Some(top)) = (bands.first(), bands.last()) else {
        return (BandVerdict::InsufficientData, too_few(deals, won));
    };
    let rates = rates(bottom, top);
    if bands.len() < 2 || difference(top, bottom, Z_95).0 <= 0.0 {
        return (BandVerdict::NotDiscriminating, format!("{rates}, which may be chance"));
    }
    // The top band first: it is what people work by.
    if let Some(off) = bands.iter().rev().find_map(|band| off(band, UNLIKELY)) {
        return (BandVerdict::Miscalibrated, format!("{rates}, but {}", off.in_words()));
    }
    let limit = NEAR_ZERO * count(won) / count(deals);
    if bottom.actual_from > limit {
        let because =
            format!("{rates}; near zero would be {} or less, a quarter of the average", percent(limit));
        return (BandVerdict::BottomStillWins, because);
    }
    (BandVerdict::Working, rates)
}

fn too_few(deals: usize, won: usize) -> String {
    if deals == 0 {
        return "there is no closed deal to look at yet".to_owned();
    }
    let lost = deals - won;
    let closed = if deals == 1 { "deal" } else { "deals" };
    if deals >= MIN_DEALS && won.min(lost) >= MIN_OF_A_CLASS {
        return format!(
            "{deals} closed {closed}, but so many of one account that they count as fewer than {MIN_ACCOUNTS}"
        );
    }
    format!(
        "{deals} closed {closed}, {won} won: a review needs {MIN_DEALS}, with at least {MIN_OF_A_CLASS} won and \
         {MIN_OF_A_CLASS} lost"
    )
}

fn rates(bottom: &Band, top: &Band) -> String {
    format!(
        "the top band won {} of its deals, the bottom band {}",
        percent(top.actual),
        percent(bottom.actual)
    )
}

fn percent(share: f64) -> String {
    let decimals = usize::from(share > 0.0 && share < 0.0995);
    format!("{:.decimals$} %", share * 100.0)
}

/// A band that won otherwise than was said.
struct Off<'a> {
    band: &'a Band,
    predicted: f64,
}

impl Off<'_> {
    fn in_words(&self) -> String {
        format!(
            "scores {:.0} to {:.0} were given {} and won {}",
            self.band.score_from,
            self.band.score_to,
            percent(self.predicted),
            percent(self.band.actual)
        )
    }
}

fn off(band: &Band, level: f64) -> Option<Off<'_>> {
    let predicted = band.predicted?;
    (chance(band.actual, band.independent, predicted) < level).then_some(Off { band, predicted })
}

/// How likely a share of `n` deals is that lies as far from `predicted` as `actual`, or farther: twice the smaller tail of
/// the binomial distribution (Clopper and Pearson 1934). Where `n` is not whole it is taken for less.
fn chance(actual: f64, n: f64, predicted: f64) -> f64 {
    let n = n.floor();
    let up_to = tail(n, (actual * n).ceil(), predicted);
    let from = tail(n, n - (actual * n).floor(), 1.0 - predicted);
    (2.0 * up_to.min(from)).min(1.0)
}

/// That at most `k` of `n` succeed, each with chance `p`.
fn tail(n: f64, k: f64, p: f64) -> f64 {
    if p <= 0.0 || k >= n {
        return 1.0;
    }
    if p >= 1.0 {
        return 0.0;
    }
    let odds = (p / (1.0 - p)).ln();
    // ln of the chance of i successes, from one i to the next.
    let mut ln_chance = n * (-p).ln_1p();
    let (mut sum, mut i) = (ln_chance.exp(), 0.0);
    while i < k {
        ln_chance += ((n - i) / (i + 1.0)).ln() + odds;
        sum += ln_chance.exp();
        i += 1.0;
    }
    sum.min(1.0)
}

/// The interval of the difference of two shares, from their Wilson intervals (Newcombe 1998, method 10).
fn difference(top: &Band, bottom: &Band, z: f64) -> (f64, f64) {
    let interval = |band: &Band| wilson(band.actual, band.independent, z);
    let ((top_from, top_to), (bottom_from, bottom_to)) = (interval(top), interval(bottom));
    let length = |a: f64, b: f64| (a * a + b * b).sqrt();
    let seen = top.actual - bottom.actual;
    let below = length(top.actual - top_from, bottom_to - bottom.actual);
    let above = length(top_to - top.actual, bottom.actual - bottom_from);
    // Not `hypot`: that symbol is newer than the C library of Lambda.
    (seen - below, seen + above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_of_known_binomials() {
        // Of ten throws of a coin at most two: 56 of 1024.
        assert!((tail(10.0, 2.0, 0.5) - 56.0 / 1024.0).abs() < 1e-12);
        // The sum of C(1000, k) · .05^k · .95^(1000 − k) for k up to 30, in exact arithmetic.
        assert!((tail(1000.0, 30.0, 0.05) - 0.001_277_068).abs() < 1e-9);
        assert!((tail(100_000.0, 50_000.0, 0.5) - 0.501_26).abs() < 1e-4);
        assert!(chance(0.0, 40.0, 0.02) > 0.5 && chance(0.2, 40.0, 0.02) < 1e-4);
        assert!((chance(0.5, 9.7, 0.5) - 1.0).abs() < 1e-12);
    }
}
