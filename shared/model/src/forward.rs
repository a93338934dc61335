//! What learners said of deals that their fits had not seen, step by step; and what any sum of them would have said.

use std::collections::BTreeMap;

use crate::blend::{self, Line};
use crate::level::Level;

/// One step: the same deals for all learners.
pub(crate) struct Step {
    /// The log-odds of the share won among those that were learnt from.
    pub(crate) base: f64,
    /// Outcomes of an even sample of those, the oldest first.
    pub(crate) learnt_won: Vec<bool>,
    /// Outcomes of those that were predicted.
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

impl Forward<'_> {
    /// Each learner's weight, by all steps.
    pub(crate) fn weights(&self) -> Vec<f64> {
        let all: Vec<usize> = (0..self.steps.len()).collect();
        self.weights_by(&all)
    }

    /// By some of the steps; equal shares without any.
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
        (0..self.steps.len()).flat_map(|step| self.at(step, weights, level)).collect()
    }

    /// The same where weights and level of each step come from others: with an order from those before it, without one from
    /// all others. So no deal has a say in what is said of it.
    pub(crate) fn said_unseen(&self) -> Vec<(f64, bool)> {
        (0..self.steps.len())
            .flat_map(|step| {
                let (weights, level) = self.by_others(step);
                self.at(step, &weights, level)
            })
            .collect()
    }

    /// What would be said so without what each vendor said, by place among all deals.
    pub(crate) fn unseen_without(&self) -> Vec<BTreeMap<usize, f64>> {
        let vendors = self.learners.first().and_then(|l| l.first()).map_or(0, |said| said.without.len());
        let mut each = vec![BTreeMap::new(); vendors];
        for (step, Step { base, .. }) in self.steps.iter().enumerate() {
            let (weights, level) = self.by_others(step);
            let by = self.level(step, &weights, level);
            for (vendor, margins) in each.iter_mut().enumerate() {
                for place in self.learners[0][step].without[vendor].keys() {
                    let margin = |said: &&[Said]| said[step].without[vendor].get(place).copied();
                    let of: Option<Vec<f64>> = self.learners.iter().map(margin).collect();
                    margins.extend(of.map(|of| (*place, sum(*base, &weights, &of) + by)));
                }
            }
        }
        each
    }

    fn by_others(&self, step: usize) -> (Vec<f64>, Level) {
        let is_asked = |other: &usize| if self.is_ordered { *other < step } else { *other != step };
        let others: Vec<usize> = (0..self.steps.len()).filter(is_asked).collect();
        let weights = self.weights_by(&others);
        let level = self.best_level_by(&others, &weights);
        (weights, level)
    }

    /// The level that predicted best.
    pub(crate) fn best_level(&self, weights: &[f64]) -> Level {
        let all: Vec<usize> = (0..self.steps.len()).collect();
        self.best_level_by(&all, weights)
    }

    fn best_level_by(&self, steps: &[usize], weights: &[f64]) -> Level {
        let loss = |level: Level| {
            let points: Vec<_> = steps.iter().flat_map(|step| self.at(*step, weights, level)).collect();
            (level, blend::loss(&points))
        };
        let of = Level::candidates(self.is_ordered).into_iter().map(loss);
        // The first of equally good ones, which looks at the most deals.
        of.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(Level::OutOfSample, |(level, _)| level)
    }

    fn at(&self, step: usize, weights: &[f64], level: Level) -> Vec<(f64, bool)> {
        let by = self.level(step, weights, level);
        let Step { base, next_won, .. } = &self.steps[step];
        let margin = |row: usize| {
            let of: Vec<f64> = self.learners.iter().map(|said| said[step].next[row]).collect();
            sum(*base, weights, &of) + by
        };
        next_won.iter().enumerate().map(|(row, won)| (margin(row), *won)).collect()
    }

    fn level(&self, step: usize, weights: &[f64], level: Level) -> f64 {
        let Step { base, learnt_won, .. } = &self.steps[step];
        let learnt: Vec<Vec<f64>> = self.learners.iter().map(|said| said[step].learnt.clone()).collect();
        level.of(&summed(*base, weights, &learnt, learnt_won))
    }
}

/// The base and what each learner says above it, as far as it counts.
pub(crate) fn sum(base: f64, weights: &[f64], margins: &[f64]) -> f64 {
    base + weights.iter().zip(margins).map(|(weight, margin)| weight * (margin - base)).sum::<f64>()
}

/// The same of many deals, a column a learner.
pub(crate) fn summed(base: f64, weights: &[f64], margins: &[Vec<f64>], won: &[bool]) -> Vec<(f64, bool)> {
    let of = |row: usize| margins.iter().map(|column| column[row]).collect::<Vec<_>>();
    won.iter().enumerate().map(|(row, won)| (sum(base, weights, &of(row)), *won)).collect()
}
