//! The seven graded criteria: how far a lead fits, each from 0 to 1 and never yes or no.
//!
//! Powers and logarithms come from `libm`, not from the platform's C library, so that a grade is the
//! same to the bit on every machine.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use leadlight_lead::{Activity, ActivityKind, CriterionGroup, EnrichedLead, Intent};

use crate::keyed::{ByActivity, ByFunction, BySeniority};

/// A criterion of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Criterion {
    /// Industry, by degree of fit.
    Industry,
    /// Company size, by distance from the ideal range.
    CompanySize,
    /// The person's job function.
    Function,
    /// The person's seniority.
    Seniority,
    /// Complementary tools in use.
    TechStack,
    /// First-party behaviour, ageing.
    Engagement,
    /// Third-party intent: strength and recency.
    Intent,
}

impl Criterion {
    /// All criteria, in the order in which their contributions are added.
    pub const ALL: [Self; 7] = [
        Self::Industry,
        Self::CompanySize,
        Self::Function,
        Self::Seniority,
        Self::TechStack,
        Self::Engagement,
        Self::Intent,
    ];

    /// As written in the policy file, and the name of its feature.
    pub fn name(self) -> &'static str {
        match self {
            Self::Industry => "industry",
            Self::CompanySize => "company_size",
            Self::Function => "function",
            Self::Seniority => "seniority",
            Self::TechStack => "tech_stack",
            Self::Engagement => "engagement",
            Self::Intent => "intent",
        }
    }

    /// What it speaks about.
    pub fn group(self) -> CriterionGroup {
        match self {
            Self::Industry | Self::CompanySize => CriterionGroup::Icp,
            Self::Function | Self::Seniority => CriterionGroup::Contact,
            Self::TechStack => CriterionGroup::Technographic,
            Self::Engagement => CriterionGroup::Engagement,
            Self::Intent => CriterionGroup::Intent,
        }
    }

    /// In words, for people.
    pub fn factor(self) -> &'static str {
        match self {
            Self::Industry => "industry fit",
            Self::CompanySize => "company size",
            Self::Function => "job function",
            Self::Seniority => "seniority",
            Self::TechStack => "complementary tools",
            Self::Engagement => "first-party engagement",
            Self::Intent => "third-party intent",
        }
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A criterion's rule with its weight (finite, from 0) and the grade that stands in where nothing is
/// known (0 to 1).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weighted<R> {
    pub(crate) weight: f64,
    pub(crate) missing: f64,
    pub(crate) rule: R,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Criteria {
    pub(crate) industry: Weighted<IndustryRule>,
    pub(crate) company_size: Weighted<CompanySizeRule>,
    pub(crate) function: Weighted<ByFunction<f64>>,
    pub(crate) seniority: Weighted<BySeniority<f64>>,
    pub(crate) tech_stack: Weighted<TechStackRule>,
    pub(crate) engagement: Weighted<EngagementRule>,
    pub(crate) intent: Weighted<IntentRule>,
}

/// A grade: as known, and as it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Graded {
    /// Finite, from 0.
    pub(crate) weight: f64,
    /// 0 to 1, or nothing is known.
    pub(crate) grade: Option<f64>,
    /// 0 to 1.
    pub(crate) applied: f64,
}

impl Criteria {
    /// A lead's grade in one criterion, with ages counted to `as_of`.
    pub(crate) fn grade(&self, criterion: Criterion, lead: &EnrichedLead, as_of: Timestamp) -> Graded {
        let (company, person) = (&lead.enrichment.company, &lead.enrichment.person);
        match criterion {
            Criterion::Industry => {
                self.industry.apply(company.industry.as_ref().map(|i| self.industry.rule.grade(&i.value)))
            }
            Criterion::CompanySize => self
                .company_size
                .apply(company.employees.as_ref().map(|e| self.company_size.rule.grade(e.value))),
            Criterion::Function => {
                self.function.apply(person.function.as_ref().map(|f| *self.function.rule.get(f.value)))
            }
            Criterion::Seniority => {
                self.seniority.apply(person.seniority.as_ref().map(|s| *self.seniority.rule.get(s.value)))
            }
            Criterion::TechStack => self
                .tech_stack
                .apply(company.technologies.as_ref().map(|t| self.tech_stack.rule.grade(&t.value))),
            Criterion::Engagement => {
                let mut graded =
                    self.engagement.apply(self.engagement.rule.grade(&lead.event().activity, as_of));
                // One faded visit must not count for less than no visit.
                graded.applied = graded.applied.max(self.engagement.missing);
                graded
            }
            Criterion::Intent => {
                self.intent.apply(company.intent.as_ref().map(|i| self.intent.rule.grade(&i.value, as_of)))
            }
        }
    }

    /// The sum of weights, over zero by the policy's checks.
    pub(crate) fn total_weight(&self) -> f64 {
        Criterion::ALL.into_iter().map(|criterion| self.weight_and_missing(criterion).0).sum()
    }

    /// A criterion's weight, and the grade that counts where nothing is known.
    pub(crate) fn weight_and_missing(&self, criterion: Criterion) -> (f64, f64) {
        match criterion {
            Criterion::Industry => self.industry.weight_and_missing(),
            Criterion::CompanySize => self.company_size.weight_and_missing(),
            Criterion::Function => self.function.weight_and_missing(),
            Criterion::Seniority => self.seniority.weight_and_missing(),
            Criterion::TechStack => self.tech_stack.weight_and_missing(),
            Criterion::Engagement => self.engagement.weight_and_missing(),
            Criterion::Intent => self.intent.weight_and_missing(),
        }
    }
}

impl<R> Weighted<R> {
    fn apply(&self, grade: Option<f64>) -> Graded {
        Graded { weight: self.weight, grade, applied: grade.unwrap_or(self.missing) }
    }

    fn weight_and_missing(&self) -> (f64, f64) {
        (self.weight, self.missing)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IndustryRule {
    pub(crate) grades: BTreeMap<String, f64>,
    pub(crate) unlisted: f64,
}

impl IndustryRule {
    fn grade(&self, industry: &str) -> f64 {
        self.grades.get(industry).copied().unwrap_or(self.unlisted)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompanySizeRule {
    pub(crate) ideal_min: u32,
    pub(crate) ideal_max: u32,
    pub(crate) half_after_doublings: f64,
}

impl CompanySizeRule {
    /// 1 in the ideal range; outside, halved for every `half_after_doublings` doublings of distance.
    /// Doublings, because 50 employees are to 100 what 2,000 are to 4,000.
    fn grade(&self, employees: u32) -> f64 {
        let (min, max, size) = (f64::from(self.ideal_min), f64::from(self.ideal_max), f64::from(employees));
        let times = if size < min {
            min / size
        } else if size > max {
            size / max
        } else {
            return 1.0;
        };
        libm::exp2(-libm::log2(times) / self.half_after_doublings)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TechStackRule {
    pub(crate) tools: BTreeMap<String, f64>,
    pub(crate) full_at: f64,
}

impl TechStackRule {
    fn grade(&self, technologies: &[String]) -> f64 {
        let distinct: BTreeSet<&str> = technologies.iter().map(String::as_str).collect();
        share(distinct.into_iter().filter_map(|tool| self.tools.get(tool).copied()).collect(), self.full_at)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EngagementRule {
    pub(crate) points: ByActivity<f64>,
    pub(crate) half_life_days: f64,
    pub(crate) full_at: f64,
}

impl EngagementRule {
    /// An empty list says that nothing was observed, which is not the same as "did nothing": visits
    /// without consent to tracking leave no trace.
    fn grade(&self, activities: &[Activity], as_of: Timestamp) -> Option<f64> {
        let aged = |activity: &Activity| {
            self.points(activity.kind) * fading(activity.at, as_of, self.half_life_days)
        };
        (!activities.is_empty()).then(|| share(activities.iter().map(aged).collect(), self.full_at))
    }

    fn points(&self, kind: ActivityKind) -> f64 {
        *self.points.get(kind)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IntentRule {
    pub(crate) topics: BTreeMap<String, f64>,
    pub(crate) baseline: f64,
    pub(crate) full_at: f64,
    pub(crate) half_life_days: f64,
}

impl IntentRule {
    fn grade(&self, intent: &Intent, as_of: Timestamp) -> f64 {
        let mut strongest: BTreeMap<&str, f64> = BTreeMap::new();
        for topic in &intent.topics {
            let over = (topic.score - self.baseline) / (100.0 - self.baseline);
            let strength = if over.is_finite() { over.clamp(0.0, 1.0) } else { 0.0 };
            let known = strongest.entry(&topic.name).or_insert(0.0);
            *known = known.max(strength);
        }
        let counted = strongest.into_iter().filter_map(|(name, s)| self.topics.get(name).map(|w| w * s));
        share(counted.collect(), self.full_at) * fading(intent.observed_at, as_of, self.half_life_days)
    }
}

/// The sum over `full_at`, at most 1. Adds in the order of size, so that the result doesn't depend
/// on the order of arrival, to the bit; one more part, or a larger one, never makes it smaller.
fn share(mut parts: Vec<f64>, full_at: f64) -> f64 {
    parts.sort_by(f64::total_cmp);
    (parts.into_iter().fold(0.0, |sum, part| sum + part) / full_at).min(1.0)
}

/// 1 now, a half after each half-life. What lies in the future counts as now: clocks differ.
fn fading(at: Timestamp, as_of: Timestamp, half_life_days: f64) -> f64 {
    const SECONDS_PER_DAY: f64 = 86_400.0;
    let age_days = as_of.duration_since(at).as_secs_f64().max(0.0) / SECONDS_PER_DAY;
    libm::exp2(-age_days / half_life_days)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AS_OF: &str = "2026-11-20T12:00:00Z";

    fn days_before(days: i64) -> Timestamp {
        AS_OF.parse::<Timestamp>().unwrap() - jiff::SignedDuration::from_hours(24 * days)
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn size_falls_by_doublings_on_both_sides() {
        let rule = CompanySizeRule { ideal_min: 100, ideal_max: 1000, half_after_doublings: 2.0 };
        for ideal in [100, 550, 1000] {
            assert!(close(rule.grade(ideal), 1.0));
        }
        assert!(close(rule.grade(25), 0.5));
        assert!(close(rule.grade(4000), 0.5));
        assert!(close(rule.grade(16_000), 0.25));
        assert!(close(rule.grade(0), 0.0));
        assert!(rule.grade(u32::MAX) < 0.01);
    }

    #[test]
    fn tools_add_up_once_each_to_a_full_grade() {
        let tools = BTreeMap::from([("salesforce".to_owned(), 1.0), ("slack".to_owned(), 0.5)]);
        let rule = TechStackRule { tools, full_at: 1.5 };
        let grade = |tools: &[&str]| rule.grade(&tools.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>());
        assert!(close(grade(&[]), 0.0));
        assert!(close(grade(&["abacus"]), 0.0));
        assert!(close(grade(&["slack", "slack"]), 1.0 / 3.0));
        assert!(close(grade(&["slack", "salesforce"]), 1.0));
    }

    #[test]
    fn intent_counts_strength_over_the_baseline_and_fades() {
        let topics = BTreeMap::from([("crm".to_owned(), 0.5), ("lead-scoring".to_owned(), 1.0)]);
        let rule = IntentRule { topics, baseline: 50.0, full_at: 1.0, half_life_days: 30.0 };
        let grade = |name: &str, score: f64, days: i64| {
            let topic = leadlight_lead::Topic { name: name.to_owned(), score };
            let intent = Intent { observed_at: days_before(days), topics: vec![topic.clone(), topic] };
            rule.grade(&intent, days_before(0))
        };
        assert!(close(grade("lead-scoring", 100.0, 0), 1.0));
        assert!(close(grade("lead-scoring", 75.0, 0), 0.5));
        assert!(close(grade("crm", 75.0, 0), 0.25), "a topic named twice counts once, by its relevance");
        assert!(close(grade("lead-scoring", 100.0, 60), 0.25));
        assert!(close(grade("lead-scoring", 100.0, -3), 1.0), "the future counts as now");
        assert!(close(grade("lead-scoring", 50.0, 0), 0.0));
        assert!(close(grade("lead-scoring", f64::NAN, 0), 0.0));
        assert!(close(grade("gardening", 100.0, 0), 0.0));
    }

    #[test]
    fn names_are_distinct_and_all_groups_but_the_baseline_are_spoken_of() {
        let names: BTreeSet<_> = Criterion::ALL.map(Criterion::name).into();
        assert_eq!(names.len(), Criterion::ALL.len());
        let groups: BTreeSet<_> = Criterion::ALL.map(Criterion::group).into();
        assert_eq!(groups.len(), 5);
        assert!(!groups.contains(&CriterionGroup::Baseline));
    }
}
