//! The monthly review: did leads with high scores win, and leads with low scores lose?
//!
//! Past decisions are taken as they were made, sorted by score and cut into five bands of about equal size.
//! Predicted stands against actual, with Wilson intervals (Wilson 1927), and the top band against the bottom
//! band (Newcombe 1998, method 10).

use serde::{Deserialize, Serialize};

use crate::interval::{wilson, wilson_95};
use crate::math::count;
use crate::metrics::Metrics;

/// Bands. Fifths are what people can picture, and each holds enough deals where there are some hundred.
const BANDS: usize = 5;
/// Fewer closed deals than this tell nothing by band: ten a band.
const MIN_DEALS: usize = 50;
/// Nor do fewer wins, or losses, than this.
const MIN_OF_A_CLASS: usize = 10;
/// Two-sided 99 %: five bands are looked at, so each may be outside by chance with a fifth of 5 %.
const Z_99: f64 = 2.575_829;

/// A past decision and what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DecidedDeal {
    /// The score as it was then, 0 to 100.
    pub score: f64,
    /// The probability as it was then; none where rules decided.
    pub probability: Option<f64>,
    /// Closed won, or lost.
    pub won: bool,
}

/// Deals of similar score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// The lowest score in it.
    pub score_from: f64,
    /// The highest.
    pub score_to: f64,
    /// Deals.
    pub deals: usize,
    /// Won ones.
    pub won: usize,
    /// Mean probability said; none unless all of them had one.
    pub predicted: Option<f64>,
    /// Share won.
    pub actual: f64,
    /// 95 % interval of that share.
    pub actual_from: f64,
    /// Its upper end.
    pub actual_to: f64,
}

/// What the review comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BandVerdict {
    /// High scores win more often than low ones, as often as was said.
    Working,
    /// They do, but not as often as was said.
    Miscalibrated,
    /// The top band is not shown to win more often than the bottom band.
    NotDiscriminating,
    /// Too few closed deals to tell.
    InsufficientData,
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
    let won = deals.iter().filter(|d| d.won).count();
    let bands = if deals.len() >= MIN_DEALS && won.min(deals.len() - won) >= MIN_OF_A_CLASS {
        cut(deals)
    } else {
        Vec::new()
    };
    let (verdict, because) = judge(&bands, deals.len(), won);
    let what_to_do = match verdict {
        BandVerdict::Working => "Look again next month.",
        BandVerdict::Miscalibrated => "Trust the order, not the percentages; retrain on the newest deals.",
        BandVerdict::NotDiscriminating => {
            "Don't rely on the score: check the data's quality, then the policy's criteria, then retrain."
        }
        BandVerdict::InsufficientData => "Wait for more deals to close, or import older ones.",
    };
    BandReview { deals: deals.len(), won, bands, verdict, because, what_to_do: what_to_do.to_owned() }
}

/// How the probabilities that were said did as a whole; none if some deal had none, or there are no deals.
pub fn said(deals: &[DecidedDeal]) -> Option<Metrics> {
    let won = count(deals.iter().filter(|d| d.won).count());
    // 0 and 1 have no log-odds; nothing was ever said that surely.
    let margin = |p: f64| {
        let p = p.clamp(1e-9, 1.0 - 1e-9);
        (p / (1.0 - p)).ln()
    };
    let points: Vec<(f64, bool)> =
        deals.iter().map(|d| Some((margin(d.probability?), d.won))).collect::<Option<_>>()?;
    Metrics::of(&points, (won / count(deals.len().max(1))).clamp(1e-9, 1.0 - 1e-9))
}

/// Cuts at the fifths of the scores; deals of one score stay together, so there may be fewer bands.
fn cut(deals: &[DecidedDeal]) -> Vec<Band> {
    let mut sorted = deals.to_vec();
    sorted.sort_unstable_by(|a, b| a.score.total_cmp(&b.score));
    let mut bands = Vec::new();
    let mut start = 0;
    for step in 1..=BANDS {
        let mut end = (sorted.len() * step / BANDS).max(start);
        while end > start && end < sorted.len() && sorted[end].score <= sorted[end - 1].score {
            end += 1;
        }
        if end > start {
            bands.push(band(&sorted[start..end]));
        }
        start = end;
    }
    bands
}

fn band(deals: &[DecidedDeal]) -> Band {
    let won = deals.iter().filter(|d| d.won).count();
    let said: Option<Vec<f64>> = deals.iter().map(|d| d.probability).collect();
    let (actual_from, actual_to) = wilson_95(won, deals.len());
    let scores = || deals.iter().map(|d| d.score);
    Band {
        score_from: scores().fold(f64::INFINITY, f64::min),
        score_to: scores().fold(f64::NEG_INFINITY, f64::max),
        deals: deals.len(),
        won,
        predicted: said.map(|p| p.iter().sum::<f64>() / count(p.len())),
        actual: count(won) / count(deals.len()),
        actual_from,
        actual_to,
    }
}

fn judge(bands: &[Band], deals: usize, won: usize) -> (BandVerdict, String) {
    let (Some(bottom), Some(top)) = (bands.first(), bands.last()) else {
        let because = format!(
            "{deals} closed deals, {won} won: a review needs {MIN_DEALS}, with at least {MIN_OF_A_CLASS} won and \
             {MIN_OF_A_CLASS} lost"
        );
        return (BandVerdict::InsufficientData, because);
    };
    let rates = format!(
        "the top band won {:.0} % of its deals, the bottom band {:.0} %",
        top.actual * 100.0,
        bottom.actual * 100.0
    );
    if bands.len() < 2 || difference_at_least(top, bottom) <= 0.0 {
        return (BandVerdict::NotDiscriminating, format!("{rates}, which may be chance"));
    }
    let off = bands.iter().find_map(|band| {
        let predicted = band.predicted?;
        let (low, high) = wilson(band.actual, count(band.deals), Z_99);
        (predicted < low || predicted > high).then_some((band, predicted))
    });
    match off {
        Some((band, predicted)) => (
            BandVerdict::Miscalibrated,
            format!(
                "{rates}, but scores {:.0} to {:.0} were given {:.0} % and won {:.0} %",
                band.score_from,
                band.score_to,
                predicted * 100.0,
                band.actual * 100.0
            ),
        ),
        None => (BandVerdict::Working, rates),
    }
}

/// The lower end of the 95 % interval of the difference of two shares, from their Wilson intervals.
fn difference_at_least(top: &Band, bottom: &Band) -> f64 {
    let below = top.actual - top.actual_from;
    let above = bottom.actual_to - bottom.actual;
    // Not `hypot`: that symbol is newer than the C library of Lambda.
    top.actual - bottom.actual - (below * below + above * above).sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;

    /// Deals whose chance to win is `chance` of a score that is even between 0 and 100.
    fn deals(n: usize, chance: impl Fn(f64) -> f64, said: impl Fn(f64) -> Option<f64>) -> Vec<DecidedDeal> {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let mut uniform = || f64::from(random.next_u32()) / f64::from(u32::MAX);
        (0..n)
            .map(|_| {
                let score = 100.0 * uniform();
                DecidedDeal { score, probability: said(score), won: uniform() < chance(score) }
            })
            .collect()
    }

    fn verdict(n: usize, chance: impl Fn(f64) -> f64, said: impl Fn(f64) -> Option<f64>) -> BandVerdict {
        review(&deals(n, chance, said)).verdict
    }

    #[test]
    fn each_verdict_is_given_where_it_is_true() {
        let honest = |score: f64| 0.02 + score / 160.0;
        assert_eq!(verdict(1000, honest, |s| Some(honest(s))), BandVerdict::Working);
        assert_eq!(verdict(1000, honest, |_| None), BandVerdict::Working, "rules say no probability");
        assert_eq!(verdict(1000, honest, |s| Some(honest(s) + 0.3)), BandVerdict::Miscalibrated);
        assert_eq!(verdict(1000, |_| 0.3, |_| Some(0.3)), BandVerdict::NotDiscriminating);
        assert_eq!(
            verdict(1000, |s| 1.0 - honest(s), |_| None),
            BandVerdict::NotDiscriminating,
            "upside down"
        );
        assert_eq!(verdict(49, honest, |s| Some(honest(s))), BandVerdict::InsufficientData);
        assert_eq!(verdict(1000, |_| 0.0, |_| None), BandVerdict::InsufficientData, "one class");
        assert_eq!(review(&[]).verdict, BandVerdict::InsufficientData);
    }

    #[test]
    fn a_known_wilson_interval() {
        // 10 of 50: Wilson's interval is 11.24 % to 33.04 %.
        let (low, high) = wilson_95(10, 50);
        assert!((low - 0.1124).abs() < 5e-5 && (high - 0.3304).abs() < 5e-5, "{low} {high}");
    }

    #[test]
    fn one_score_for_all_is_one_band_and_tells_nothing() {
        let mut same = deals(200, |s| s / 100.0, |_| None);
        for deal in &mut same {
            deal.score = 50.0;
        }
        let review = review(&same);
        assert_eq!((review.bands.len(), review.verdict), (1, BandVerdict::NotDiscriminating));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn counts_add_up_and_intervals_hold_their_rate(
            pairs in prop::collection::vec((0_u8..=100, any::<bool>()), 0..300)
        ) {
            let deals: Vec<DecidedDeal> = pairs
                .iter()
                .map(|(score, won)| DecidedDeal { score: f64::from(*score), probability: None, won: *won })
                .collect();
            let review = review(&deals);
            if !review.bands.is_empty() {
                prop_assert_eq!(review.bands.iter().map(|b| b.deals).sum::<usize>(), deals.len());
                prop_assert_eq!(review.bands.iter().map(|b| b.won).sum::<usize>(), review.won);
            }
            for band in &review.bands {
                prop_assert!(0.0 <= band.actual_from && band.actual_from <= band.actual);
                prop_assert!(band.actual <= band.actual_to && band.actual_to <= 1.0);
            }
            for pair in review.bands.windows(2) {
                prop_assert!(pair[0].score_to < pair[1].score_from);
            }
        }

        #[test]
        fn the_order_of_deals_does_not_matter(mut order in Just((0..120).collect::<Vec<usize>>()).prop_shuffle()) {
            let all = deals(120, |s| s / 100.0, |s| Some(s / 100.0));
            let straight = review(&all);
            let shuffled: Vec<DecidedDeal> = order.drain(..).map(|i| all[i]).collect();
            prop_assert_eq!(review(&shuffled).verdict, straight.verdict);
        }
    }
}
