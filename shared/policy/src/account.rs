//! How an account without a person is graded: what the outbound motion weighs of a company alone.
//!
//! Grades, weights and what stands in for a gap are the scorecard's own. What speaks of a person (what they work on, what
//! they did) has no part: it would be the same for every account, and only lower the number that people read.

use jiff::Timestamp;
use leadlight_lead::{
    Company, CriterionGroup, Disqualifier, DomainName, Motion, Person, Reason, ReasonUnit, Score,
};

use crate::criteria::Subject;
use crate::decide;
use crate::listed::Listed;
use crate::policy::Policy;
use crate::scale::{CriterionGrade, Scale};

/// The outbound motion's scale, as far as a company alone is weighed by it.
#[derive(Debug, Clone)]
pub struct AccountScale<'a> {
    policy: &'a Policy,
    scale: Scale,
}

/// What the policy finds on an account.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountAssessment {
    /// The hard disqualifier that holds, and what it rests on.
    pub disqualified: Option<(Disqualifier, String)>,
    /// 0 to 100: of the criteria that speak of a company, the weighted grades over the sum of weights.
    pub points: Score,
    /// The share of these criteria, by weight, of which something is known; 0 to 1.
    pub known: f64,
    /// Each criterion's part in the points, the largest first; they add up to them.
    pub reasons: Vec<Reason>,
    /// One line for people: the points and why.
    pub summary: String,
}

impl AccountAssessment {
    /// What the reasons are measured in.
    pub const REASON_UNIT: ReasonUnit = ReasonUnit::Points;
}

/// What a criterion's group says of a company that nobody there has to be known for.
fn is_of_company(group: CriterionGroup) -> bool {
    matches!(group, CriterionGroup::Icp | CriterionGroup::Technographic | CriterionGroup::Intent)
}

impl Policy {
    /// How accounts are ranked; none where the outbound motion weighs nothing that a company alone has, so that all of
    /// them would stand alike.
    pub fn account_scale(&self) -> Option<AccountScale<'_>> {
        let whole = self.scorecard.scale(Motion::Outbound);
        let weights: std::collections::BTreeMap<_, _> = whole
            .weights
            .iter()
            .filter(|(criterion, _)| is_of_company(criterion.group()))
            .map(|(criterion, weight)| (*criterion, *weight))
            .collect();
        let total_weight: f64 = weights.values().sum();
        let scale = Scale { weights, total_weight, ..whole.clone() };
        (total_weight > 0.0).then_some(AccountScale { policy: self, scale })
    }

    /// Why an account whose country is written and not understood is not called on: some countries are excluded, and it
    /// may be in one. None where no country is excluded.
    pub fn doubts_country(&self) -> bool {
        !self.disqualify.excluded_countries.is_empty()
    }
}

impl AccountScale<'_> {
    /// Grades an account by what is known of the company. Ages are counted to `as_of`. `list` names customers and
    /// competitors beside the policy.
    pub fn assess(
        &self,
        domain: &DomainName,
        company: &Company,
        as_of: Timestamp,
        list: &impl Listed,
    ) -> AccountAssessment {
        let policy = self.policy;
        let grades = self.grades(company, as_of);
        let points = self.scale.points(&grades);
        let known: f64 = grades.iter().filter(|g| g.grade.is_some()).filter_map(|g| g.weight).sum();
        let mut reasons: Vec<Reason> = grades.iter().map(decide::reason).collect();
        reasons.sort_by(|a, b| b.contribution.total_cmp(&a.contribution));
        AccountAssessment {
            disqualified: policy
                .listed_among(&[domain], list)
                .or_else(|| policy.disqualify.of_company(company)),
            points,
            known: known / self.scale.total_weight,
            summary: decide::summary(points, &grades),
            reasons,
        }
    }

    fn grades(&self, company: &Company, as_of: Timestamp) -> Vec<CriterionGrade> {
        let person = Person::default();
        let subject = Subject { company, person: &person, activity: &[], group: None, as_of };
        let Scale { weights, total_weight, .. } = &self.scale;
        let graded = self.policy.scorecard.criteria.iter().filter_map(|(criterion, rule)| {
            let weight = *weights.get(criterion)?;
            let (grade, applied) = rule.grade(&subject);
            Some(CriterionGrade {
                criterion: *criterion,
                group: criterion.group(),
                weight: Some(weight),
                grade,
                applied,
                points: 100.0 * weight * applied / total_weight,
            })
        });
        graded.collect()
    }
}
