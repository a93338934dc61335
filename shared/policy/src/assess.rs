//! What the policy finds on a lead, before anyone decides.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{CriterionGroup, Disqualifier, EnrichedLead, FeatureVector, Score};

use crate::criteria::{Criterion, Graded};
use crate::policy::Policy;

/// What the policy finds on a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The moment that ages are counted to: when the event happened.
    pub as_of: Timestamp,
    /// The first hard disqualifier that holds, and what it rests on, without personal data.
    pub disqualified: Option<(Disqualifier, String)>,
    /// The wanted fields that are not known, where too few are.
    pub missing: Option<Vec<String>>,
    /// A grade by criterion, in the order of [`Criterion::ALL`].
    pub grades: Vec<CriterionGrade>,
    /// The weighted grades over the sum of weights, 0 to 100.
    pub points: Score,
    /// What a model may see: a grade by feature that the policy declares.
    pub features: FeatureVector,
    /// The lead's lot in the draw of those that people see though their score is too low: 0 up to 1, and always
    /// the same for the same lead.
    pub lot: f64,
}

/// A lead's grade in one criterion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CriterionGrade {
    /// Which.
    pub criterion: Criterion,
    /// What it speaks about.
    pub group: CriterionGroup,
    /// Its weight, as in the policy.
    pub weight: f64,
    /// 0 to 1; nothing where nothing is known.
    pub grade: Option<f64>,
    /// 0 to 1: what counts, which is the policy's `missing` where nothing is known.
    pub applied: f64,
    /// Points of 100: the weight's share times `applied`. All of them add up to the points.
    pub points: f64,
}

impl Policy {
    /// Applies the policy to a lead.
    pub fn assess(&self, lead: &EnrichedLead) -> Assessment {
        let as_of = lead.occurred_at();
        let grades: Vec<CriterionGrade> = Criterion::ALL
            .into_iter()
            .map(|criterion| {
                let Graded { weight, grade, applied } = self.criteria.grade(criterion, lead, as_of);
                let points = 100.0 * weight * applied / self.total_weight;
                CriterionGrade { criterion, group: criterion.group(), weight, grade, applied, points }
            })
            .collect();
        Assessment {
            as_of,
            disqualified: self.disqualify.first(lead, self.email_kind(&lead.event().email)),
            missing: self.completeness.gate(&lead.enrichment),
            points: self.points(&grades),
            features: self.features(&grades),
            lot: lead.id().draw("exploration"),
            grades,
        }
    }

    /// Adds in the fixed order of [`Criterion::ALL`], so that a larger grade never gives fewer points.
    fn points(&self, grades: &[CriterionGrade]) -> Score {
        let weighted: f64 = grades.iter().map(|g| g.weight * g.applied).sum();
        nearest_score(100.0 * (weighted / self.total_weight))
    }

    fn features(&self, grades: &[CriterionGrade]) -> FeatureVector {
        let seen = grades.iter().filter(|g| self.features.contains(&g.criterion));
        let values: BTreeMap<String, Option<f64>> =
            seen.map(|g| (g.criterion.name().to_owned(), g.grade)).collect();
        // Grades are finite by the policy's checks, so nothing is lost here.
        FeatureVector::new(values).unwrap_or_default()
    }
}

/// The score nearest to a number: rounding may put a sum a hair over 100. Ends, because both ends of
/// the range are scores.
fn nearest_score(value: f64) -> Score {
    Score::try_from(value).unwrap_or_else(|_| nearest_score(if value > 100.0 { 100.0 } else { 0.0 }))
}
