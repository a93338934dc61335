//! Did leads with high scores win, and leads with low scores lose?
//!
//! Past decisions are taken as they were made, sorted by score and cut into five bands of about equal size.
//! Predicted stands against actual, with Wilson intervals (Wilson 1927). Deals of one account are one piece of luck:
//! a band counts for as many deals as would tell as much if each were another account's (Kish 1965).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::interval::wilson_95_of;
use crate::math::count;
use crate::metrics::Metrics;

/// Bands. Fifths are what people can picture, and each holds enough deals where there are some hundred.
const BANDS: usize = 5;

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
pub(crate) fn cut(deals: &[DecidedDeal]) -> Vec<Band> {
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
