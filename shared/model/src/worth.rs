//! Is a vendor worth its price? Each deal that it was asked about is predicted twice: from all that was known then, and
//! from what would have been known without it, both times with the intercept that these deals call for: that a fact is
//! missing from all of them would else move every probability alike, which says nothing of the vendor. The difference of the
//! two losses, with an interval over accounts, stands beside what was paid.

use std::collections::{BTreeMap, BTreeSet};

use leadlight_lead::HISTORY_PROVIDER;
use serde::{Deserialize, Serialize};

use crate::artifact::Artifact;
use crate::encoder::FeatureError;
use crate::gate::{GateLimits, gain_between};
use crate::math::{count, log_loss, sigmoid};
use crate::rows::TrainingRow;
use crate::scorer::Scorer;
use crate::shift;
use crate::table::Deals;

/// Deals kept a vendor: an interval gets no narrower that matters, and each costs memory once more.
const MOST: usize = 50_000;

/// The deals that one vendor was asked about, as they would look without it.
#[derive(Debug, Clone, PartialEq)]
pub struct VendorDeals {
    provider: String,
    /// Places among all deals, rising.
    rows: Vec<usize>,
    /// The same deals, without what the vendor said.
    without: Deals,
    parts: Vec<VendorPart>,
    /// Of the deals that came, how many stand for one that is kept.
    one_in: usize,
    seen: usize,
}

/// What part a vendor had in one deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VendorPart {
    /// Whether its word counts for any fact.
    pub is_filled: bool,
    /// Whether another vendor's word would count instead, which is not known well enough to be put there: what the deal
    /// looks like without the vendor is then poorer than it would have been.
    pub is_contested: bool,
    /// What was paid, in millionths of a US dollar; none where nobody kept that.
    pub cost_usd_micros: Option<u64>,
}

impl VendorDeals {
    /// None yet. `like` has the features.
    pub fn new(provider: &str, like: &Deals) -> Self {
        Self {
            provider: provider.to_owned(),
            rows: Vec::new(),
            without: Deals::new(like.specs.clone()),
            parts: Vec::new(),
            one_in: 1,
            seen: 0,
        }
    }

    /// Whose they are, by its name in the vendors file.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Takes one more in: its place among all deals, which only rises, and the deal as it would look, which is asked for
    /// where it is kept. Of very many, evenly spaced ones stay.
    pub fn push(&mut self, row: usize, look: impl FnOnce() -> (TrainingRow, VendorPart)) {
        self.seen += 1;
        if !(self.seen - 1).is_multiple_of(self.one_in) {
            return;
        }
        if self.rows.len() >= MOST {
            self.keep(&(0..self.rows.len()).step_by(2).collect::<Vec<_>>());
            self.one_in *= 2;
        }
        let (without, part) = look();
        self.rows.push(row);
        self.without.push(&without);
        self.parts.push(part);
    }

    /// As it is once every second of all deals is left out, see [`Deals::every_second`].
    pub fn every_second(&mut self) {
        let even: Vec<usize> =
            (0..self.rows.len()).filter(|place| self.rows[*place].is_multiple_of(2)).collect();
        self.keep(&even);
        self.rows.iter_mut().for_each(|row| *row /= 2);
    }

    fn keep(&mut self, places: &[usize]) {
        self.rows = places.iter().map(|place| self.rows[*place]).collect();
        self.parts = places.iter().map(|place| self.parts[*place]).collect();
        self.without = self.without.some(places);
    }

    /// Those among some of all deals: a place among these rows, and one among the vendor's.
    pub(crate) fn among(&self, rows: &[usize]) -> Vec<(usize, usize)> {
        let both = |(at, row): (usize, &usize)| Some((at, self.rows.binary_search(row).ok()?));
        rows.iter().enumerate().filter_map(both).collect()
    }

    /// The deals, as they would look.
    pub(crate) fn without(&self) -> &Deals {
        &self.without
    }
}

/// What a vendor's facts add to predictions, and what they cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VendorWorth {
    /// Its name in the vendors file; imported facts have their own.
    pub provider: String,
    /// Deals that it was asked about and that the model behind the figures had not seen.
    pub deals: usize,
    /// Of those, deals in which its word counts for any fact.
    pub filled: usize,
    /// Of those filled, deals in which another vendor's word would have counted instead and could not be put there: the
    /// more of them, the more the gain says too much.
    pub contested: usize,
    /// Deals of which it is known what was paid.
    pub priced: usize,
    /// What was paid for them, in millionths of a US dollar.
    pub cost_usd_micros: u64,
    /// What the facts add; none where the deals are too few to say anything.
    pub gain: Option<WorthGain>,
}

/// By how much the log-loss of a deal is lower with a vendor's facts than without, in the mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WorthGain {
    /// The mean, in nats; negative where the facts make predictions worse.
    pub mean: f64,
    /// The lower end of its 95 % interval: a paired bootstrap over accounts.
    pub from: f64,
    /// The upper end.
    pub to: f64,
}

impl VendorWorth {
    /// Whether the facts came with an import: nobody was asked, and nothing was paid here.
    pub fn is_import(&self) -> bool {
        self.provider == HISTORY_PROVIDER
    }

    /// What one deal that it was asked about cost, in US dollars; none where that is not known.
    pub fn usd_per_lead(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "dollars in millionths stay far below 2^53")]
        let usd = self.cost_usd_micros as f64 / 1e6;
        (self.priced > 0).then(|| usd / count(self.priced))
    }
}

/// What vendors add to what the model in force says of deals that are newer than all it learnt from.
pub fn worth(
    champion: &Artifact,
    deals: &Deals,
    vendors: &[VendorDeals],
) -> Result<Vec<VendorWorth>, FeatureError> {
    let all: Vec<usize> = if vendors.is_empty() { Vec::new() } else { (0..deals.len()).collect() };
    let unseen = shift::unseen(deals, &all, champion.lineage().last_closed_at);
    let scorer = champion.scorer();
    weighed(vendors, deals, &unseen, &scorer.margins(deals, &unseen)?, SaidWithout::Fit(scorer))
}

/// Who says what becomes of a deal without a vendor.
#[derive(Clone, Copy)]
pub(crate) enum SaidWithout<'a> {
    /// The fits that predicted the deals themselves, vendor by vendor, by place among the deals.
    Forward(&'a [BTreeMap<usize, f64>]),
    /// One fit.
    Fit(&'a Scorer),
    /// A fit whose intercept has moved from deal to deal: it moves as far without a vendor's facts.
    Shifted(&'a Scorer),
}

/// What vendors add to what is said of some deals, `margins` of `rows`, by who has not learnt from them.
pub(crate) fn weighed(
    vendors: &[VendorDeals],
    deals: &Deals,
    rows: &[usize],
    margins: &[f64],
    said: SaidWithout<'_>,
) -> Result<Vec<VendorWorth>, FeatureError> {
    let each = vendors.iter().enumerate().map(|(number, vendor)| {
        let both = vendor.among(rows);
        let (at, places): (Vec<usize>, Vec<usize>) = both.iter().copied().unzip();
        let without: Vec<Option<f64>> = match said {
            SaidWithout::Forward(each) => at.iter().map(|at| each[number].get(&rows[*at]).copied()).collect(),
            SaidWithout::Fit(scorer) => {
                scorer.margins(&vendor.without, &places)?.into_iter().map(Some).collect()
            }
            SaidWithout::Shifted(scorer) => {
                let unmoved = scorer.margins(deals, &at.iter().map(|at| rows[*at]).collect::<Vec<_>>())?;
                let by = at.iter().zip(unmoved).map(|(at, unmoved)| margins[*at] - unmoved);
                scorer
                    .margins(&vendor.without, &places)?
                    .into_iter()
                    .zip(by)
                    .map(|(m, by)| Some(m + by))
                    .collect()
            }
        };
        let twice = both.iter().zip(without).filter_map(|((at, place), without)| {
            Some(Twice { place: *place, known: margins[*at], without: without? })
        });
        Ok(vendor.worth(&twice.collect::<Vec<_>>()))
    });
    each.collect()
}

/// A deal of a vendor by its place, and two margins: as known, and without it.
struct Twice {
    place: usize,
    known: f64,
    without: f64,
}

impl VendorDeals {
    fn worth(&self, twice: &[Twice]) -> VendorWorth {
        let part = |twice: &Twice| self.parts[twice.place];
        let filled: Vec<&Twice> = twice.iter().filter(|twice| part(twice).is_filled).collect();
        let GateLimits { min_deals, min_accounts, .. } = GateLimits::default();
        let won = twice.iter().filter(|twice| self.without.won[twice.place]).count();
        let is_enough = filled.len() >= min_deals
            && self.accounts(&filled) >= min_accounts
            && (1..twice.len()).contains(&won);
        let priced: Vec<u64> = twice.iter().filter_map(|twice| part(twice).cost_usd_micros).collect();
        VendorWorth {
            provider: self.provider.clone(),
            deals: twice.len(),
            filled: filled.len(),
            contested: filled.iter().filter(|twice| part(twice).is_contested).count(),
            priced: priced.len(),
            cost_usd_micros: priced.iter().sum(),
            gain: is_enough.then(|| self.gain(twice)),
        }
    }

    fn account(&self, twice: &Twice) -> Option<&str> {
        self.without.accounts.get(twice.place).and_then(|account| account.as_deref())
    }

    /// A deal of no known account stands for itself.
    fn accounts(&self, twice: &[&Twice]) -> usize {
        let known: BTreeSet<&str> = twice.iter().filter_map(|twice| self.account(twice)).collect();
        known.len() + twice.iter().filter(|twice| self.account(twice).is_none()).count()
    }

    fn gain(&self, twice: &[Twice]) -> WorthGain {
        let losses = |margin: fn(&Twice) -> f64| {
            let points: Vec<(f64, bool)> =
                twice.iter().map(|twice| (margin(twice), self.without.won[twice.place])).collect();
            let by = intercept(&points);
            points.into_iter().map(|(margin, won)| log_loss(margin + by, won)).collect::<Vec<_>>()
        };
        let (known, without) = (losses(|twice| twice.known), losses(|twice| twice.without));
        let gains = without.iter().zip(known).map(|(without, known)| without - known);
        let accounts: Vec<Option<&str>> = twice.iter().map(|twice| self.account(twice)).collect();
        let (mean, from, to) = gain_between(gains.collect(), &accounts);
        WorthGain { mean, from, to }
    }
}

/// What is to be added to margins so that they say as many wins as there were: found by halving. The deals are of both kinds.
fn intercept(points: &[(f64, bool)]) -> f64 {
    const WIDEST: f64 = 64.0;
    const HALVINGS: u32 = 64;
    let won = count(points.iter().filter(|(_, won)| *won).count());
    let (mut low, mut high) = (-WIDEST, WIDEST);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        let said: f64 = points.iter().map(|(margin, _)| sigmoid(margin + middle)).sum();
        if said < won { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intercept_says_as_many_wins_as_there_were() {
        let points: Vec<(f64, bool)> = (0..100).map(|n| (f64::from(n) / 25.0 - 5.0, n % 4 == 0)).collect();
        let by = intercept(&points);
        let said: f64 = points.iter().map(|(margin, _)| sigmoid(margin + by)).sum();
        assert!((said - 25.0).abs() < 1e-9 && by > 1.0, "{said} {by}");
    }
}
