//! How leads are graded and what a score means: the criteria with their weights, the gate before them, the thresholds
//! after them, and what a model may see of them.
//!
//! A scorecard names the criteria that it has; all others say nothing of its leads.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{Activity, CriterionGroup, EnrichedLead, FeatureValue, Grade, Motion, Score, ValueKind};

use crate::completeness::Gates;
use crate::criteria::{Criterion, Graded, Subject};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scorecard {
    /// The gate: is enough known for a score to mean something?
    pub(crate) completeness: Gates,
    /// At least one.
    pub(crate) criteria: BTreeMap<Criterion, Graded>,
    /// Of motions that have none of their own.
    pub(crate) usual: Scale,
    pub(crate) by_motion: BTreeMap<Motion, Scale>,
    /// What a learner may see, in the file's order; each is among `criteria`.
    pub(crate) features: Vec<Criterion>,
    /// Those whose higher grade must never lower a probability; each is among `features`.
    pub(crate) never_lowers: Vec<Criterion>,
    /// A digest of each criterion's rule.
    pub(crate) rules: BTreeMap<String, String>,
}

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

/// A feature that the learner may see.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFeature {
    /// Its name in a feature vector: that of the criterion or of the fact.
    pub name: String,
    /// What it speaks about.
    pub group: CriterionGroup,
    /// In words, for people.
    pub factor: String,
    /// Of what kind its values are.
    pub kind: ValueKind,
    /// Whether a higher grade must never lower the probability.
    pub never_lowers: bool,
    /// A digest of the rule it is graded by; none of a fact. Weight and the grade of what is not known have no part in it:
    /// a learner sees neither.
    pub rule: Option<String>,
    /// The points of 100 that the grade 1 earns over the grade 0; none of a fact.
    pub points: Option<f64>,
}

impl Scorecard {
    /// Whether a criterion has a part in the score of a motion's leads, or a model sees it.
    pub(crate) fn grades_in(&self, criterion: Criterion, motion: Motion) -> bool {
        self.scale(motion).weights.contains_key(&criterion) || self.features.contains(&criterion)
    }

    /// The scale for leads of a motion.
    pub(crate) fn scale(&self, motion: Motion) -> &Scale {
        self.by_motion.get(&motion).unwrap_or(&self.usual)
    }

    /// A grade by criterion that has a part in the lead's score or that a model sees, in the order of [`Criterion::ALL`].
    /// `activity` is the lead's behaviour that counts.
    pub(crate) fn grades(
        &self,
        lead: &EnrichedLead,
        activity: &[Activity],
        as_of: Timestamp,
    ) -> Vec<CriterionGrade> {
        let (company, person) = (&lead.enrichment.company, &lead.enrichment.person);
        let subject = Subject { company, person, activity, group: lead.group.as_ref(), as_of };
        let scale = self.scale(lead.motion);
        let counts = |criterion: Criterion| self.grades_in(criterion, lead.motion);
        let graded =
            self.criteria.iter().filter(|(criterion, _)| counts(**criterion)).map(|(criterion, rule)| {
                let (grade, applied) = rule.grade(&subject);
                let weight = scale.weights.get(criterion).copied();
                CriterionGrade {
                    criterion: *criterion,
                    group: criterion.group(),
                    weight,
                    grade,
                    applied,
                    points: 100.0 * weight.unwrap_or_default() * applied / scale.total_weight,
                }
            });
        graded.collect()
    }

    /// What a model may see of the grades, by feature.
    pub(crate) fn features(&self, grades: &[CriterionGrade]) -> BTreeMap<String, Option<FeatureValue>> {
        let seen = grades.iter().filter(|g| self.features.contains(&g.criterion));
        seen.map(|g| (g.criterion.name().to_owned(), g.grade.map(FeatureValue::from))).collect()
    }

    /// The grades a learner may see, in the file's order.
    pub(crate) fn feature_specs(&self) -> Vec<ModelFeature> {
        let spec = |criterion: &Criterion| ModelFeature {
            name: criterion.name().to_owned(),
            group: criterion.group(),
            factor: criterion.factor().to_owned(),
            kind: ValueKind::Number,
            never_lowers: self.never_lowers.contains(criterion),
            rule: self.rules.get(criterion.name()).cloned(),
            points: self.usual.most_points(*criterion),
        };
        self.features.iter().map(spec).collect()
    }
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
        let LetterLimits { a, b, c } = self.letters;
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
fn nearest_score(value: f64) -> Score {
    Score::try_from(value).unwrap_or_else(|_| nearest_score(if value > 100.0 { 100.0 } else { 0.0 }))
}
