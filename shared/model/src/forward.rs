//! What learners said of deals that their fits had not seen, step by step; and what any sum of them would have said.

use std::collections::BTreeMap;

use crate::blend::{self, Line};
use crate::level::Level;
use crate::metrics::mean_log_loss;

/// One step: the same deals for all learners.
pub(crate) struct Step {
    /// The log-odds of the share won among those that were learnt from.
    pub(crate) base: f64,
    /// Outcomes of an even sample of those, the oldest first.
    pub(crate) learnt_won: Vec<bool>,
    /// Those that were predicted, by place among all deals.
    pub(crate) next: Vec<usize>,
    /// Their outcomes.
    pub(crate) next_won: Vec<bool>,
}

/// What one learner's fit said at one step, in log-odds.
pub(crate) struct Said {
    /// Of the sample that it had learnt from.
    pub(crate) learnt: Vec<f64>,
    /// Of those that it had not.
    pub(crate) next: Vec<f64>,
    /// Of these, without what a vendor said, vendor by vendor, by place among all deals.
    pub(crate) without: Vec<BTreeMap<usize, f64>>,
}

/// Some learners under one set of steps.
#[derive(Clone, Copy)]
pub(crate) struct Forward<'a> {
    pub(crate) steps: &'a [Step],
    /// Each learner's words, step by step.
    pub(crate) learners: &'a [&'a [Said]],
    pub(crate) is_ordered: bool,
}

/// What would be said of deals that have no say in it, and of some of them without what each vendor said.
#[derive(Default)]
pub(crate) struct Unseen {
    /// Step by step.
    pub(crate) points: Vec<(f64, bool)>,
    /// Which deals those are, by place among all.
    pub(crate) rows: Vec<usize>,
    /// So many of them, from the first, are of a step that had none to weigh learners by: what is said there is the base
    /// rate.
    pub(crate) unweighed: usize,
    /// Vendor by vendor, by place among all deals.
    pub(crate) without: Vec<BTreeMap<usize, f64>>,
}

/// A weighted sum at one step, before its level.
struct Sums {
    learnt: Vec<(f64, bool)>,
    next: Vec<(f64, bool)>,
}

impl Forward<'_> {
    /// Each learner's weight, by all steps.
    pub(crate) fn weights(&self) -> Vec<f64> {
        self.weights_by(&self.all())
    }

    fn all(&self) -> Vec<usize> {
        (0..self.steps.len()).collect()
    }

    /// By some of the steps; nothing without any.
    fn weights_by(&self, steps: &[usize]) -> Vec<f64> {
        let column = |said: &&[Said]| -> Vec<f64> {
            let of = |step: &usize| {
                let base = self.steps[*step].base;
                said[*step].next.iter().map(move |margin| margin - base)
            };
            steps.iter().flat_map(of).collect()
        };
        let above: Vec<Vec<f64>> = self.learners.iter().map(column).collect();
        let lines: Vec<Line> = steps
            .iter()
            .flat_map(|step| {
                let Step { base, next_won, .. } = &self.steps[*step];
                next_won.iter().map(|won| Line { base: *base, step: *step, won: *won })
            })
            .collect();
        blend::weights(&above, &lines, self.is_ordered)
    }

    /// What the weighted sum would have said, step by step.
    pub(crate) fn said(&self, weights: &[f64], level: Level) -> Vec<(f64, bool)> {
        self.all().into_iter().flat_map(|step| self.sums(step, weights).at(level)).collect()
    }

    /// The same where weights and level of each step come from others: with an order from those before it, without one from
    /// all others. So no deal has a say in what is said of it.
    pub(crate) fn unseen(&self) -> Unseen {
        let vendors = self.learners.first().and_then(|l| l.first()).map_or(0, |said| said.without.len());
        let mut unseen = Unseen { without: vec![BTreeMap::new(); vendors], ..Unseen::default() };
        for (step, Step { base, next, .. }) in self.steps.iter().enumerate() {
            let is_asked = |other: &usize| if self.is_ordered { *other < step } else { *other != step };
            let others: Vec<usize> = self.all().into_iter().filter(is_asked).collect();
            if others.is_empty() {
                unseen.unweighed += next.len();
            }
            unseen.rows.extend(next);
            let weights = self.weights_by(&others);
            let sums = self.sums(step, &weights);
            let by = self.best_level_by(&others, &weights).of(&sums.learnt);
            unseen.points.extend(sums.next.into_iter().map(|(margin, won)| (margin + by, won)));
            for (vendor, margins) in unseen.without.iter_mut().enumerate() {
                for place in self.learners[0][step].without[vendor].keys() {
                    let margin = |said: &&[Said]| said[step].without[vendor].get(place).copied();
                    let of: Option<Vec<f64>> = self.learners.iter().map(margin).collect();
                    margins.extend(of.map(|of| (*place, sum(*base, &weights, &of) + by)));
                }
            }
        }
        unseen
    }

    /// The level that predicted best.
    pub(crate) fn best_level(&self, weights: &[f64]) -> Level {
        self.best_level_by(&self.all(), weights)
    }

    fn best_level_by(&self, steps: &[usize], weights: &[f64]) -> Level {
        let sums: Vec<Sums> = steps.iter().map(|step| self.sums(*step, weights)).collect();
        let loss = |level: Level| {
            let points: Vec<_> = sums.iter().flat_map(|sums| sums.at(level)).collect();
            (level, mean_log_loss(&points).unwrap_or(0.0))
        };
        let of = Level::candidates(self.is_ordered).into_iter().map(loss);
        // The first of equally good ones, which looks at the most deals.
        of.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(Level::OutOfSample, |(level, _)| level)
    }

    fn sums(&self, step: usize, weights: &[f64]) -> Sums {
        let Step { base, learnt_won, next_won, .. } = &self.steps[step];
        let column =
            |of: fn(&Said) -> &[f64]| self.learners.iter().map(|said| of(&said[step])).collect::<Vec<_>>();
        Sums {
            learnt: summed(*base, weights, &column(|said| &said.learnt), learnt_won),
            next: summed(*base, weights, &column(|said| &said.next), next_won),
        }
    }
}

impl Sums {
    fn at(&self, level: Level) -> Vec<(f64, bool)> {
        let by = level.of(&self.learnt);
        self.next.iter().map(|(margin, won)| (margin + by, *won)).collect()
    }
}

/// The base and what each learner says above it, as far as it counts.
fn sum(base: f64, weights: &[f64], margins: &[f64]) -> f64 {
    base + weights.iter().zip(margins).map(|(weight, margin)| weight * (margin - base)).sum::<f64>()
}

/// The same of many deals, a column a learner.
pub(crate) fn summed(base: f64, weights: &[f64], margins: &[&[f64]], won: &[bool]) -> Vec<(f64, bool)> {
    let of = |row: usize| margins.iter().map(|column| column[row]).collect::<Vec<_>>();
    won.iter().enumerate().map(|(row, won)| (sum(base, weights, &of(row)), *won)).collect()
}
