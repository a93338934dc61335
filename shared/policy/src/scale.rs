//! What grades are worth, and what becomes of a score.

use std::collections::BTreeMap;

use leadlight_lead::{CriterionGroup, Grade, Score};

use crate::criteria::Criterion;

/// What grades are worth, and what becomes of a score.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    /// Each finite, from 0; at least one is over 0. A criterion that is not here has no part in the score.
    pub(crate) weights: BTreeMap<Criterion, f64>,
    /// Their sum, added in the order of [`Criterion::ALL`]; over zero.
    pub(crate) total_weight: f64,
    pub(crate) thresholds: Thresholds,
    pub(crate) letters: LetterLimits,
    /// Whether a score below Y rejects a lead. Where it does not, the lead waits with those that are nurtured.
    pub(crate) rejects: bool,
}

/// Both 0 to 100; Y is below X.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Thresholds {
    /// X.
    pub(crate) sdr: f64,
    /// Y.
    pub(crate) nurture: f64,
}

/// The lowest scores of each letter, falling; all 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LetterLimits {
    pub(crate) a: f64,
    pub(crate) b: f64,
    pub(crate) c: f64,
}

/// A lead's grade in one criterion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CriterionGrade {
    /// The criterion.
    pub criterion: Criterion,
    /// What it speaks about.
    pub group: CriterionGroup,
    /// Its weight for leads of this motion; none where it has no part in their score, and a model alone sees the grade.
    pub weight: Option<f64>,
    /// 0 to 1; nothing where nothing is known.
    pub grade: Option<f64>,
    /// 0 to 1: what counts, which is the policy's `missing` where nothing is known.
    pub applied: f64,
    /// Points of 100: the weight's share times `applied`. All of them add up to the points.
    pub points: f64,
}

impl Scale {
    /// 0 to 100. Adds in the order of the grades, so that a larger grade never gives fewer points.
    pub(crate) fn points(&self, grades: &[CriterionGrade]) -> Score {
        let weighted: f64 = grades.iter().filter_map(|g| Some(g.weight? * g.applied)).sum();
        nearest_score(100.0 * (weighted / self.total_weight))
    }

    /// The points of 100 that a criterion's full grade gives; none where it has no part in the score.
    pub(crate) fn most_points(&self, criterion: Criterion) -> Option<f64> {
        self.weights.get(&criterion).map(|weight| 100.0 * weight / self.total_weight)
    }

    /// The letter for a score.
    pub(crate) fn letter(&self, score: Score) -> Grade {
        self.letters.letter(score)
    }
}

impl LetterLimits {
    /// The letter for a score.
    pub(crate) fn letter(self, score: Score) -> Grade {
        let Self { a, b, c } = self;
        match score.value() {
            value if value >= a => Grade::A,
            value if value >= b => Grade::B,
            value if value >= c => Grade::C,
            _ => Grade::D,
        }
    }
}

/// The score nearest to a number: rounding may put a sum a hair over 100. Ends, because both ends of
/// the range are scores.
pub(crate) fn nearest_score(value: f64) -> Score {
    Score::try_from(value).unwrap_or_else(|_| nearest_score(if value > 100.0 { 100.0 } else { 0.0 }))
}
