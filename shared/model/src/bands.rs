//! Did leads with high scores win, and leads with low scores lose?
//!
//! Past decisions are taken as they were made, sorted by score and cut into five bands of about equal size.
//! Predicted stands against actual, with Wilson intervals (Wilson 1927). Deals of one account are one piece of luck:
//! a band counts for as many deals as would tell as much if each were another account's (Kish 1965). What the bands
//! come to is said in [`crate::verdict`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::interval::wilson_95_of;
use crate::math::count;
use crate::metrics::Metrics;
use crate::verdict::{BandVerdict, judge};

/// Bands. Fifths are what people can picture, and each holds enough deals where there are some hundred.
const BANDS: usize = 5;
/// Fewer closed deals than this tell nothing by band: ten a band.
pub(crate) const MIN_DEALS: usize = 50;
/// Nor do fewer wins, or losses, than this.
pub(crate) const MIN_OF_A_CLASS: usize = 10;
/// Nor do deals of so few accounts, however many deals: as for the gate.
pub(crate) const MIN_ACCOUNTS: f64 = 10.0;

/// A past decision and what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DecidedDeal {
    /// The score as it was then, 0 to 100.
    pub score: f64,
    /// The probability as it was then; none where rules decided.
    pub probability: Option<f64>,
    /// Closed won, or lost.
    pub won: bool,
    /// The account's number, see [`Accounts`]; none where it is not known, or its only deal.
    pub account: Option<u32>,
}

/// Numbers for accounts, so that their deals are known to belong together.
#[derive(Debug, Default)]
pub struct Accounts(BTreeMap<String, u32>);

impl Accounts {
    /// The same number for the same account, in the order in which they come.
    pub fn number(&mut self, account: &str) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        if let Some(known) = self.0.get(account) {
            return *known;
        }
        self.0.insert(account.to_owned(), next);
        next
    }
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
    /// As how many deals of different accounts they count; 0 in a report of before this was looked at.
    #[serde(default)]
    pub independent: f64,
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

/// Deals as one band; there must be one at least.
pub(crate) fn band(deals: &[DecidedDeal]) -> Band {
    let won = deals.iter().filter(|d| d.won).count();
    let said: Option<Vec<f64>> = deals.iter().map(|d| d.probability).collect();
    let (actual, independent) = (count(won) / count(deals.len()), independent(deals));
    let (actual_from, actual_to) = wilson_95_of(actual, independent);
    let scores = || deals.iter().map(|d| d.score);
    Band {
        score_from: scores().fold(f64::INFINITY, f64::min),
        score_to: scores().fold(f64::NEG_INFINITY, f64::max),
        deals: deals.len(),
        won,
        predicted: said.map(|p| p.iter().sum::<f64>() / count(p.len())),
        actual,
        actual_from,
        actual_to,
        independent,
    }
}

/// (Σm)² / Σm² for accounts of m deals each: as if all deals of an account ended alike, which is the worst that their
/// being related can do.
fn independent(deals: &[DecidedDeal]) -> f64 {
    let mut of_account: BTreeMap<u32, usize> = BTreeMap::new();
    let mut squares = 0;
    for deal in deals {
        match deal.account {
            Some(account) => *of_account.entry(account).or_default() += 1,
            None => squares += 1,
        }
    }
    squares += of_account.values().map(|deals| deals * deals).sum::<usize>();
    count(deals.len()) * count(deals.len()) / count(squares)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;
    use crate::interval::wilson_95;

    /// Deals whose chance to win is `chance` of a score that is even between 0 and 100.
    fn deals(n: usize, chance: impl Fn(f64) -> f64, said: impl Fn(f64) -> Option<f64>) -> Vec<DecidedDeal> {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let mut uniform = || f64::from(random.next_u32()) / f64::from(u32::MAX);
        (0..n)
            .map(|_| {
                let score = 100.0 * uniform();
                let (probability, won) = (said(score), uniform() < chance(score));
                DecidedDeal { score, probability, won, account: None }
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
        let flat = |score: f64| 0.15 + score / 200.0;
        assert_eq!(verdict(1000, flat, |s| Some(flat(s))), BandVerdict::BottomStillWins);
        assert_eq!(
            verdict(1000, flat, |s| Some(flat(s) + 0.3)),
            BandVerdict::Miscalibrated,
            "the graver word"
        );
        assert_eq!(verdict(49, honest, |s| Some(honest(s))), BandVerdict::InsufficientData);
        assert_eq!(verdict(1000, |_| 0.0, |_| None), BandVerdict::InsufficientData, "one class");
        assert_eq!(review(&[]).verdict, BandVerdict::InsufficientData);
    }

    /// A customer of two hundred leads is one piece of luck.
    #[test]
    fn deals_of_one_account_tell_little_however_many_they_are() {
        let honest = |score: f64| 0.02 + score / 160.0;
        let mut all = deals(1000, honest, |s| Some(honest(s)));
        for deal in &mut all {
            deal.account = Some(3);
        }
        let one = review(&all);
        assert_eq!((one.verdict, one.bands.len()), (BandVerdict::InsufficientData, 0));
        assert!(one.because.contains("so many of one account"), "{}", one.because);
        for (deal, number) in all.iter_mut().zip(0_u32..) {
            deal.account = Some(number / 2);
        }
        let pairs = review(&all);
        let band = pairs.bands[0];
        assert!(band.independent < 200.0 && band.independent > 100.0, "{band:?}");
        let alone = review(&deals(1000, honest, |s| Some(honest(s)))).bands[0];
        assert!((alone.independent - 200.0).abs() < 1e-9);
        assert!(band.actual_to > alone.actual_to && band.actual_from < alone.actual_from, "wider");
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
                .map(|(score, won)| DecidedDeal {
                    score: f64::from(*score),
                    probability: None,
                    won: *won,
                    account: None,
                })
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
