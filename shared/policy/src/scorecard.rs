//! How leads are graded and what a score means: the criteria with their weights, the gate before them, the thresholds
//! after them, and what a model may see of them.
//!
//! A scorecard names the criteria that it has; all others say nothing of its leads.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{Activity, CriterionGroup, EnrichedLead, FeatureEntry, FeatureValue, Motion, ValueKind};

use crate::completeness::Gates;
use crate::criteria::{Criterion, Graded, Subject};
use crate::scale::{CriterionGrade, Scale};

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
    pub(crate) fn features(&self, grades: &[CriterionGrade]) -> impl Iterator<Item = FeatureEntry> {
        let seen = grades.iter().filter(|g| self.features.contains(&g.criterion));
        seen.map(|g| (g.criterion.name().into(), g.grade.map(FeatureValue::from)))
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
