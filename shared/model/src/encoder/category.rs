//! Categories: flags for frequent values, and how often the rarer ones won.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Scale, min_rows};
use crate::feature::Cell;
use crate::math::count;
use crate::matrix::Matrix;
use crate::table::Codes;

/// Deals that a value must be seen in to have a win rate of its own.
const MIN_RATED: usize = 5;
/// Values that may have one, the most frequent first: it bounds the artifact.
const MAX_RATED: usize = 2000;
/// The weight of the overall win rate, in deals. Source: the customary m = 20 of smoothed target encoding
/// (Micci-Barreca 2001), confirmed by own measurement on a marketing data set.
const PRIOR_DEALS: f64 = 20.0;
/// Rates that differ less, in log-odds, differ by rounding.
const LEAST_SPREAD: f64 = 1e-4;
/// Parts, each rated by the others.
const FOLDS: usize = 5;

/// A category's columns: flags by `flags`, then `other`, `missing` and `rate` as far as they are there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CategoryEncoding {
    /// Frequent values, sorted, and the column of each.
    pub(crate) flags: Vec<(String, Scale)>,
    /// Any other value; none if there was none.
    pub(crate) other: Option<Scale>,
    /// Not known; none if it always was.
    pub(crate) missing: Option<Scale>,
    /// How often a rarer value won.
    pub(crate) rates: Option<Rates>,
}

/// The win rates of rarer values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rates {
    /// The first eight bytes of each value's SHA-256, sorted, and its log-odds above the overall rate's. Not
    /// the values themselves: rare ones may name people.
    values: Vec<(u64, f32)>,
    scale: Scale,
}

impl CategoryEncoding {
    pub(super) fn width(&self) -> usize {
        let one = |there: bool| usize::from(there);
        self.flags.len() + one(self.other.is_some()) + one(self.missing.is_some()) + one(self.rates.is_some())
    }

    pub(super) fn push(&self, cell: &Cell<'_>, row: &mut Vec<f32>) {
        let value = if let Cell::Category(value) = cell { Some(*value) } else { None };
        let flag = value.and_then(|v| self.flags.binary_search_by(|(f, _)| f.as_str().cmp(v)).ok());
        row.extend(self.flags.iter().enumerate().map(|(at, (_, scale))| scale.apply_flag(flag == Some(at))));
        row.extend(self.other.map(|s| s.apply_flag(value.is_some() && flag.is_none())));
        row.extend(self.missing.map(|s| s.apply_flag(value.is_none())));
        row.extend(self.rates.as_ref().map(|rates| {
            let rate = value.filter(|_| flag.is_none()).and_then(|v| rates.of(v));
            rates.scale.apply(rate.unwrap_or(0.0))
        }));
    }

    pub(super) fn is_valid(&self) -> bool {
        let scale_ok = |s: &Option<Scale>| s.is_none_or(Scale::is_valid);
        self.width() > 0
            && self.flags.is_sorted_by(|a, b| a.0 < b.0)
            && self.flags.iter().all(|(_, scale)| scale.is_valid())
            && scale_ok(&self.other)
            && scale_ok(&self.missing)
            && self.rates.as_ref().is_none_or(Rates::is_valid)
    }

    /// Writes each row's rate as the other folds tell it into the last of the category's columns, the one
    /// before `end`.
    pub(super) fn hide_own_outcomes(
        &self,
        codes: &Codes,
        won: &[bool],
        rows: &[usize],
        end: usize,
        matrix: &mut Matrix,
    ) {
        let (Some(rates), Some(column)) = (&self.rates, end.checked_sub(1)) else { return };
        let has_rate: Vec<bool> = codes.values().iter().map(|v| rates.of(v).is_some()).collect();
        let fold_of = |place: usize| place % FOLDS;
        let mut tallies = vec![Tally::new(codes.values().len()); FOLDS];
        for (place, row) in rows.iter().enumerate() {
            tallies[fold_of(place)].count(codes.code(*row), won[*row]);
        }
        let mut all = Tally::new(codes.values().len());
        for tally in &tallies {
            all.add(tally, 1.0);
        }
        for (fold, tally) in tallies.iter().enumerate() {
            let mut others = all.clone();
            others.add(tally, -1.0);
            for (place, row) in rows.iter().enumerate().filter(|(place, _)| fold_of(*place) == fold) {
                let Some(code) = codes.code(*row).filter(|code| has_rate[*code]) else { continue };
                if let Some(value) = matrix.values.get_mut(place * matrix.columns + column) {
                    *value = rates.scale.apply(others.log_odds_above(code));
                }
            }
        }
    }
}

impl Rates {
    fn of(&self, value: &str) -> Option<f64> {
        let key = key(value);
        let at = self.values.binary_search_by_key(&key, |(k, _)| *k).ok()?;
        self.values.get(at).map(|(_, rate)| f64::from(*rate))
    }

    fn is_valid(&self) -> bool {
        self.scale.is_valid()
            && self.values.is_sorted_by(|a, b| a.0 < b.0)
            && self.values.iter().all(|(_, rate)| rate.is_finite())
    }
}

fn key(value: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(value.as_bytes()).into();
    digest.iter().take(8).fold(0, |key, byte| key << 8 | u64::from(*byte))
}

/// Deals and wins by code, and in all.
#[derive(Clone)]
struct Tally {
    by_code: Vec<(f64, f64)>,
    deals: f64,
    won: f64,
}

impl Tally {
    fn new(codes: usize) -> Self {
        Self { by_code: vec![(0.0, 0.0); codes], deals: 0.0, won: 0.0 }
    }

    fn count(&mut self, code: Option<usize>, won: bool) {
        let won = if won { 1.0 } else { 0.0 };
        self.deals += 1.0;
        self.won += won;
        if let Some((deals, wins)) = code.and_then(|code| self.by_code.get_mut(code)) {
            *deals += 1.0;
            *wins += won;
        }
    }

    fn add(&mut self, other: &Self, sign: f64) {
        self.deals += sign * other.deals;
        self.won += sign * other.won;
        for ((deals, won), (more, wins)) in self.by_code.iter_mut().zip(&other.by_code) {
            *deals += sign * more;
            *won += sign * wins;
        }
    }

    /// Log-odds of a value's smoothed win rate above those of the overall rate.
    fn log_odds_above(&self, code: usize) -> f64 {
        // Half a deal of each kind, so that neither is without any.
        let overall = (self.won + 0.5) / (self.deals + 1.0);
        let (deals, won) = self.by_code.get(code).copied().unwrap_or_default();
        let rate = (won + PRIOR_DEALS * overall) / (deals + PRIOR_DEALS);
        let log_odds = |p: f64| (p / (1.0 - p)).ln();
        log_odds(rate) - log_odds(overall)
    }
}

/// Learns from the rows; `None` if there is nothing to learn from it.
pub(super) fn fit(
    name: &str,
    codes: &Codes,
    won: &[bool],
    rows: &[usize],
    max_flags: usize,
    notes: &mut Vec<String>,
) -> Option<CategoryEncoding> {
    let mut tally = Tally::new(codes.values().len());
    let mut deals_of = vec![0_usize; codes.values().len()];
    let mut unknown = 0;
    for row in rows {
        let code = codes.code(*row);
        tally.count(code, won[*row]);
        match code.and_then(|code| deals_of.get_mut(code)) {
            Some(deals) => *deals += 1,
            None => unknown += 1,
        }
    }
    let mut frequent_first: Vec<usize> = (0..deals_of.len()).filter(|code| deals_of[*code] > 0).collect();
    if frequent_first.is_empty() {
        notes.push(format!("`{name}` is not known in any closed deal: left out"));
        return None;
    }
    if frequent_first.len() == 1 && unknown == 0 {
        notes.push(format!("`{name}` is the same in every closed deal: left out"));
        return None;
    }
    frequent_first.sort_by(|a, b| {
        deals_of[*b].cmp(&deals_of[*a]).then_with(|| codes.values()[*a].cmp(&codes.values()[*b]))
    });
    let flagged = frequent_first
        .iter()
        .take(max_flags)
        .take_while(|code| deals_of[**code] >= min_rows(rows.len()))
        .count();
    let (flagged, rest) = frequent_first.split_at(flagged);
    let mut flags: Vec<(String, Scale)> = flagged
        .iter()
        .map(|code| (codes.values()[*code].clone(), Scale::flag(deals_of[*code], rows.len())))
        .collect();
    flags.sort_by(|a, b| a.0.cmp(&b.0));
    let others: usize = rest.iter().map(|code| deals_of[*code]).sum();
    let encoding = CategoryEncoding {
        other: (others > 0 && !flags.is_empty()).then(|| Scale::flag(others, rows.len())),
        missing: (unknown > 0).then(|| Scale::flag(unknown, rows.len())),
        rates: rates(codes, rest, &deals_of, &tally, rows),
        flags,
    };
    if encoding.width() == 0 {
        notes.push(format!("`{name}` has no value that is seen in {MIN_RATED} closed deals: left out"));
        return None;
    }
    if rest.len() > 1 {
        notes.push(format!("`{name}`: {} rare values are told apart by their win rate at most", rest.len()));
    }
    Some(encoding)
}

fn rates(codes: &Codes, rest: &[usize], deals_of: &[usize], tally: &Tally, rows: &[usize]) -> Option<Rates> {
    let rated = rest.iter().take_while(|code| deals_of[**code] >= MIN_RATED).take(MAX_RATED);
    let mut values: Vec<(u64, f32)> = Vec::new();
    let (mut sum, mut squares) = (0.0, 0.0);
    for code in rated {
        let log_odds = tally.log_odds_above(*code);
        sum += count(deals_of[*code]) * log_odds;
        squares += count(deals_of[*code]) * log_odds * log_odds;
        #[expect(clippy::cast_possible_truncation, reason = "single precision is what learners read")]
        values.push((key(&codes.values()[*code]), log_odds as f32));
    }
    values.sort_by_key(|(key, _)| *key);
    values.dedup_by_key(|(key, _)| *key);
    let mean = sum / count(rows.len());
    let scale = Scale { mean, scale: (squares / count(rows.len()) - mean * mean).max(0.0).sqrt() };
    // One rare value needs no rate: it is the only other one. Rates that are all alike tell nothing.
    (values.len() > 1 && scale.scale > LEAST_SPREAD).then_some(Rates { values, scale })
}
