//! Who learns: each a small wrapper around a library's learner that leaves behind a form of our own, so that
//! scoring depends on no trainer's format.

mod blended;
#[cfg(feature = "boosters")]
mod explainable;
#[cfg(feature = "boosters")]
mod histogram;
mod logistic;
mod newton;
mod refine;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::additive::Additive;
use crate::math::count;
use crate::matrix::{Matrix, evenly};
use crate::trees::Ensemble;

pub(crate) use blended::Blend;
pub(crate) use logistic::LinearTerms;

/// The smartcore release that training uses; an artifact made by another one is refused.
pub const SMARTCORE_VERSION: &str = "0.7.0";

/// A kind of learner; the simpler ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LearnerKind {
    /// The champion as it is, its intercept moved to what fresh outcomes say.
    ChampionShifted,
    /// smartcore's logistic regression with L2.
    LogisticRegression,
    /// hessboost's explainable boosting machine: a curve a feature, and a few pairs.
    ExplainableBoosting,
    /// Log-loss Newton boosting on smartcore's regression trees.
    NewtonTrees,
    /// hessboost's histogram trees, several fits averaged.
    BaggedTrees,
    /// Several of them, their margins weighted by what each adds.
    Blend,
    /// Logistic regression that starts from the policy's points.
    PolicyPoints,
}

impl fmt::Display for LearnerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ChampionShifted => "the champion with a new intercept",
            Self::LogisticRegression => "logistic regression",
            Self::ExplainableBoosting => "explainable boosting",
            Self::NewtonTrees => "boosted trees",
            Self::BaggedTrees => "bagged boosted trees",
            Self::Blend => "a blend",
            Self::PolicyPoints => "the policy's points, adjusted to deals",
        })
    }
}

/// Why nothing could be learned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LearnError {
    /// NaN or infinity among the learner's columns. smartcore would return a broken model without a word.
    #[error("the encoded features hold a number that is not finite")]
    InputNotFinite,
    /// Rows and labels do not match, or there is only one kind of label.
    #[error("the learner needs rows of both kinds, won and lost, and one label a row")]
    OneClass,
    /// The learner refused.
    #[error("the learner refused the rows: {problem}")]
    Refused {
        /// In its words.
        problem: String,
    },
    /// Who earned more points won less often: there is nothing to start from.
    #[error("past deals contradict the policy's points: those that earned more were won less often")]
    AgainstThePoints,
    /// What the learner left behind is not what its pinned release leaves.
    #[error("the learner's model cannot be read: {problem}")]
    Unreadable {
        /// In the reader's words.
        problem: String,
    },
    /// The learner gave numbers that are not finite.
    #[error("the learner ended with weights that are not finite")]
    NotConverged,
}

/// What a learner leaves behind. New kinds go last: the file stores the place of a variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Learned {
    /// intercept + Σ coefficient × column, in log-odds.
    Linear(LinearTerms),
    /// base + Σ leaves, in log-odds.
    Trees(Ensemble),
    /// base + Σ curves of one column and tables of two, in log-odds.
    Additive(Additive),
    /// Σ weight × what another says, in log-odds.
    Blend(Blend),
}

impl Learned {
    /// Several as one. Linear terms add up to linear terms.
    pub(crate) fn blend(parts: impl Iterator<Item = (f64, Self)>) -> Self {
        let mut linear: Option<LinearTerms> = None;
        let mut others = Vec::new();
        for (weight, part) in parts {
            match part {
                Self::Linear(terms) => {
                    let sum = linear.get_or_insert_with(|| LinearTerms::none(terms.coefficients.len()));
                    sum.add(weight, &terms);
                }
                other => others.push((weight, other)),
            }
        }
        match (linear, others.is_empty()) {
            (Some(terms), true) => Self::Linear(terms),
            (linear, _) => {
                let linear = linear.map(|terms| (1.0, Self::Linear(terms)));
                Self::Blend(Blend { parts: linear.into_iter().chain(others).collect() })
            }
        }
    }

    /// The raw margin of an encoded row, before calibration.
    pub(crate) fn margin(&self, row: &[f32]) -> f64 {
        match self {
            Self::Linear(terms) => terms.margin(row),
            Self::Trees(ensemble) => ensemble.margin(row),
            Self::Additive(additive) => additive.margin(row),
            Self::Blend(blend) => blend.margin(row),
        }
    }

    /// What reading must make sure of; the problem in words.
    pub(crate) fn check(&self, width: usize) -> Result<(), &'static str> {
        match self {
            Self::Linear(terms) => terms.check(width),
            Self::Trees(ensemble) => ensemble.check(width),
            Self::Additive(additive) => additive.check(width),
            Self::Blend(blend) => blend.check(width),
        }
    }

    /// How large it is, in words.
    pub(crate) fn size(&self) -> String {
        match self {
            Self::Linear(terms) => format!("{} weights", terms.coefficients.len()),
            Self::Trees(ensemble) => format!("{} trees", ensemble.trees.len()),
            Self::Additive(additive) => additive.size(),
            Self::Blend(blend) => blend.size(),
        }
    }
}

/// What there is to learn from.
pub(crate) struct Task<'a> {
    /// Encoded rows, in order of close date if they have one.
    pub(crate) matrix: &'a Matrix,
    pub(crate) won: &'a [bool],
    /// Rows of one account have one number.
    pub(crate) accounts: &'a [u64],
    /// Closed deals there are in all: settings that follow the number of deals follow this one, so that what is
    /// judged is the recipe that is published.
    #[cfg_attr(
        not(feature = "boosters"),
        expect(dead_code, reason = "the other learners' settings follow nothing")
    )]
    pub(crate) closed: usize,
    /// For each column the direction that its effect must not turn against: 1, −1, or 0 for none.
    pub(crate) signs: &'a [f64],
    /// For each column the policy's points for one unit of it.
    pub(crate) points: &'a [f64],
}

impl Task<'_> {
    /// What a trainer would take without a word, and what it would refuse only after a while.
    fn check(&self) -> Result<(), LearnError> {
        if !self.matrix.values.iter().all(|x| x.is_finite()) {
            return Err(LearnError::InputNotFinite);
        }
        let winners = self.winners();
        if winners == 0 || winners == self.won.len() || self.won.len() != self.matrix.rows {
            return Err(LearnError::OneClass);
        }
        Ok(())
    }

    fn winners(&self) -> usize {
        self.won.iter().filter(|won| **won).count()
    }

    /// The log-odds of the share won: the best margin without any column.
    fn base_margin(&self) -> f64 {
        (count(self.winners()) / count(self.won.len() - self.winners())).ln()
    }

    /// At most so many of the rows, evenly spaced, and what a learner does with them.
    fn with_at_most<T>(
        &self,
        rows: usize,
        learn: impl FnOnce(&Task<'_>) -> Result<T, LearnError>,
    ) -> Result<T, LearnError> {
        if self.won.len() <= rows {
            return learn(self);
        }
        let kept = evenly(self.won.len(), rows);
        let matrix = self.matrix.select(&kept);
        let won: Vec<bool> = kept.iter().map(|row| self.won[*row]).collect();
        let accounts: Vec<u64> = kept.iter().map(|row| self.accounts[*row]).collect();
        learn(&Task { matrix: &matrix, won: &won, accounts: &accounts, ..*self })
    }
}

/// One way to learn: a kind of learner with its settings.
pub(crate) trait Learner: Send + Sync {
    /// Which kind.
    fn kind(&self) -> LearnerKind;

    /// Its settings, and what it leaves out at this size, in words.
    fn remark(&self, rows: usize) -> String;

    /// Learns.
    fn fit(&self, task: &Task<'_>) -> Result<Learned, LearnError>;
}

/// The learners that compete over so many closed deals, the simplest first.
///
/// Where there are two boosters only one of them does. Own measurement on three lead sets, log-loss of blends with both and
/// without smartcore's: .3050 and .3058, .2928 and .2928 at 250 and 500 deals, .5517 and .5503; and it took half of a whole
/// run's time.
pub(crate) fn competitors(deals: usize, has_points: bool) -> Vec<Arc<dyn Learner>> {
    let mut learners = settings(deals, has_points);
    learners.retain(|learner| !cfg!(feature = "boosters") || learner.kind() != LearnerKind::NewtonTrees);
    learners
}

/// Every way to learn from so many closed deals, the simplest first; of one kind several, where data choose the setting.
///
/// Source: own measurement on two lead data sets, share of log-loss explained over the base rate. Logistic
/// regression with alpha 10 against 1: at 50 deals .02/.06 against −.06/.05, at 200 .04/.17 against .00/.19,
/// at 1000 .05/.24 against .04/.25. Boosting begins to pay at 200.
///
/// Where the policy gives points, one more starts from them; on few deals that is what there is to know.
pub(crate) fn settings(deals: usize, has_points: bool) -> Vec<Arc<dyn Learner>> {
    let alphas: &[f64] = match deals {
        0..200 => &[300.0, 100.0, 30.0, 10.0],
        200..2000 => &[100.0, 30.0, 10.0, 3.0, 1.0],
        _ => &[10_000.0, 1_000.0, 100.0, 10.0, 1.0],
    };
    let mut learners: Vec<Arc<dyn Learner>> = Vec::new();
    for alpha in alphas {
        learners.push(Arc::new(logistic::Logistic { alpha: *alpha, from_points: false }));
    }
    // Around the points two settings say as much as five: far from them is what the others are for.
    for alpha in alphas.iter().step_by(2).take(2).filter(|_| has_points) {
        learners.push(Arc::new(logistic::Logistic { alpha: *alpha, from_points: true }));
    }
    #[cfg(feature = "boosters")]
    learners.push(Arc::new(explainable::Explainable));
    if deals >= 200 {
        learners.push(Arc::new(newton::Newton));
        #[cfg(feature = "boosters")]
        learners.push(Arc::new(histogram::Histogram));
    }
    learners
}

fn refused(error: impl fmt::Display) -> LearnError {
    LearnError::Refused { problem: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of what is really built, the lock file knows best.
    #[test]
    fn the_recorded_version_is_the_one_that_is_built() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
        let lock = std::fs::read_to_string(path).unwrap();
        assert!(lock.contains(&format!("name = \"smartcore\"\nversion = \"{SMARTCORE_VERSION}\"\n")));
    }

    #[test]
    fn its_name_in_files_is_stable() {
        let name = serde_json::to_string(&LearnerKind::ExplainableBoosting).unwrap();
        assert_eq!(name, "\"explainable_boosting\"");
    }
}
