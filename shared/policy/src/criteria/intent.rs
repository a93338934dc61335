//! Third-party intent: the strength of each topic times its relevance, fading with the signal's age.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{CriterionGroup, Intent};
use leadlight_settings::{Limit, Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use super::parts::{Numbers, STRENGTH, fading, falling, full_at, share, table};
use super::{Grading, Subject};
use crate::section::{Section, unit};

/// At 100 nothing would be left to count.
const UNDER_100: Limit =
    Limit { holds: |v| (0.0..100.0).contains(&v), wanted: "a number from 0 to under 100" };

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    /// What it counts for, 0 to 1000; only proportions count, and 0 switches it off.
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub(super) weight: Spanned<f64>,
    /// The grade that counts where nothing is known, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) missing: Spanned<f64>,
    /// The vendor's score of an average company: grade 0.
    #[schemars(range(min = 0.0, max = 100.0))]
    baseline: Spanned<f64>,
    /// A signal this old counts half.
    #[schemars(extend("exclusiveMinimum" = 0))]
    half_life_days: Spanned<f64>,
    /// Strength times relevance is added over topics; this sum gives the full grade.
    #[schemars(extend("exclusiveMinimum" = 0))]
    full_at: Spanned<f64>,
    /// The relevance of each topic, over 0, at most 1.
    topics: Numbers,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    topics: BTreeMap<String, f64>,
    baseline: f64,
    full_at: f64,
    half_life_days: f64,
}

impl Rule {
    fn of_intent(&self, intent: &Intent, as_of: Timestamp) -> f64 {
        let mut strongest: BTreeMap<&str, f64> = BTreeMap::new();
        for topic in &intent.topics {
            let over = (topic.score - self.baseline) / (100.0 - self.baseline);
            let strength = if over.is_finite() { over.clamp(0.0, 1.0) } else { 0.0 };
            let known = strongest.entry(&topic.name).or_insert(0.0);
            *known = known.max(strength);
        }
        let counted = strongest.into_iter().filter_map(|(name, s)| self.topics.get(name).map(|w| w * s));
        // A look-up is made after the event, so what it observed may be younger.
        share(counted.collect(), self.full_at) * fading(intent.observed_at, as_of, self.half_life_days)
    }
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Intent;
    const FACTOR: &'static str = "third-party intent";

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        let topics = table(p, &shape.topics, "criteria.intent.topics", STRENGTH);
        let half_life = "criteria.intent.half_life_days";
        Self {
            baseline: p.number(&shape.baseline, "criteria.intent.baseline", UNDER_100),
            full_at: full_at(p, &shape.full_at, "criteria.intent.full_at", &topics),
            half_life_days: p.number(&shape.half_life_days, half_life, Limit::POSITIVE),
            topics,
        }
    }

    fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
        Some(self.of_intent(&lead.company.intent.as_ref()?.value, lead.as_of))
    }

    fn outline(&self, section: Section) -> Section {
        section
            .text([
                format!(
                    "The vendor's score of a topic counts from {} (nothing) to 100 (in full).",
                    self.baseline
                ),
                format!(
                    "It is multiplied by the topic's relevance; a sum of {} is the full grade.",
                    self.full_at
                ),
                format!("A signal that is {} old counts half.", unit(self.half_life_days, "day")),
                "Other topics don't count.".to_owned(),
            ])
            .table(["Topic", "Relevance"], falling(&self.topics))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::test_support::{close, days_before};
    use super::*;

    #[test]
    fn intent_counts_strength_over_the_baseline_and_fades() {
        let topics = BTreeMap::from([("crm".to_owned(), 0.5), ("lead-scoring".to_owned(), 1.0)]);
        let rule = Rule { topics, baseline: 50.0, full_at: 1.0, half_life_days: 30.0 };
        let grade = |name: &str, score: f64, days: i64| {
            let topic = leadlight_lead::Topic { name: name.to_owned(), score };
            let intent = Intent::on(days_before(days), vec![topic.clone(), topic]);
            rule.of_intent(&intent, days_before(0))
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
}
