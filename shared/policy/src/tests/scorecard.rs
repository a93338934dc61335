//! A scorecard names the criteria it has; the others have no part in it.

use leadlight_lead::{EnrichedLead, Intent, Lot};

use super::problems::{line_of, problems};
use super::{DEFAULT, NAMED, days_before, fact, good_lead, policy, topic, without_motions};
use crate::{Criterion, Opinion, Policy};

/// The default policy without the tables of intent, and a list of what a model may see.
fn without_intent(features: &str) -> String {
    let usual = without_motions();
    let start = usual.find("[criteria.intent]").unwrap();
    let end = start + usual[start..].find("# ----").unwrap();
    let text = format!("{}{}", &usual[..start], &usual[end..]);
    let line = text.lines().find(|line| line.starts_with("features = [")).unwrap().to_owned();
    text.replace(&line, &format!("features = [{features}]"))
}

fn with_intent(score: f64) -> EnrichedLead {
    let mut lead = good_lead();
    let topics = vec![topic("lead-scoring", score)];
    lead.enrichment.company.intent = Some(fact(Intent::on(days_before(0), topics)));
    lead
}

#[test]
fn what_a_scorecard_does_not_name_has_no_part_in_it() {
    let narrow = Policy::parse("mine.toml", &without_intent("\"industry\", \"seniority\"")).unwrap();
    let assessment = narrow.assess(&with_intent(100.0));
    let graded: Vec<_> = assessment.grades.iter().map(|grade| grade.criterion).collect();
    let all_but_intent: Vec<_> = NAMED.into_iter().filter(|c| *c != Criterion::Intent).collect();
    assert_eq!(graded, all_but_intent);
    assert_eq!(assessment.points, narrow.assess(&with_intent(50.0)).points, "strong or weak is all one");
    assert!(assessment.grades.iter().all(|grade| grade.weight > Some(0.0)));
    let sum: f64 = assessment.grades.iter().map(|grade| grade.points).sum();
    assert!((sum - assessment.points.value()).abs() < 1e-9, "the points of the others are of 100");
    let because = "a test".to_owned();
    let decision = narrow.decide(assessment, Opinion::Rules { because }, Lot::NEVER);
    assert!(decision.summary.contains("intent signal: unknown"), "{}", decision.summary);
    assert_eq!(decision.reasons.len(), 6);
    let titles: Vec<_> = narrow.outline().into_iter().map(|section| section.title).collect();
    assert!(!titles.contains(&"Third-party intent".to_owned()));
    assert!(policy().outline().iter().any(|section| section.title == "Third-party intent"));
}

#[test]
fn a_model_sees_nothing_that_the_scorecard_does_not_name() {
    let text = without_intent("\"industry\", \"intent\", \"seniority\"");
    let found = problems(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].line, line_of(&text, "features = ["));
    assert_eq!(found[0].what, "`intent` is not among the criteria of this file");
    assert_eq!(found[0].remedy, "add `[criteria.intent]`, or leave it out here");
}

#[test]
fn a_scorecard_without_criteria_is_refused() {
    let start = DEFAULT.find("[criteria.industry]").unwrap();
    let end = DEFAULT.find("\n[thresholds]").unwrap();
    let text = format!("{}[criteria]\n\n{}", &DEFAULT[..start], &DEFAULT[end..]);
    let found = problems(&text);
    assert!(found[0].what.starts_with("no criteria are named"), "{}", found[0]);
    assert_eq!(found[0].line, line_of(&text, "[criteria]\n"));
}
