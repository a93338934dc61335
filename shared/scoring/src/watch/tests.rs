use std::sync::Arc;

use leadlight_lead::{
    Company, Completeness, DecidedBy, DrawKey, EnrichedLead, Fact, QueuedLead, RouteRequest, ScoredLead,
    StageMessage,
};
use leadlight_policy::Policy;

use super::*;
use crate::{Champion, Judge};

const LEAD: &str = include_str!("../../../lead/testdata/v1/enriched-lead.json");
const DEFAULT: &str = include_str!("../../../../infra/policies/default.toml");

fn judge(text: &str) -> Judge {
    let policy = Policy::parse("policy.toml", text).unwrap();
    Judge::new(Arc::new(policy), None, Champion::Absent { because: "a test".to_owned() })
}

/// Of which nothing is known but what the form says.
fn lead(motion: Motion, source: &str) -> EnrichedLead {
    let mut lead = EnrichedLead::from_message(LEAD.as_bytes()).unwrap();
    lead.motion = motion;
    lead.submitted.event.source = source.parse().unwrap();
    lead.submitted.event.activity.clear();
    lead.enrichment.company = Company::default();
    lead.enrichment.person = leadlight_lead::Person::default();
    lead.completeness = Completeness { share: 0.0, missing: Vec::new() };
    lead
}

fn warnings(text: &str, leads: &[EnrichedLead], a_day: f64, open: Option<u64>) -> Vec<Warning> {
    let judge = judge(text);
    let key = DrawKey::new([7; 32]);
    let mut watch = Watch::default();
    for enriched in leads {
        let decision = judge.judge(enriched, &key).decision;
        assert!(matches!(decision.decided_by, DecidedBy::Rules { .. }));
        let at = enriched.enriched_at;
        let scored = ScoredLead { enriched: enriched.clone(), decision, renews: None };
        let lead = QueuedLead::new(RouteRequest::Scored(scored), at);
        watch.see(judge.policy(), &lead, &judge.place(&lead, &key));
    }
    let capacity = Capacity {
        from: None,
        to: "2026-12-01T00:00:00Z".parse().unwrap(),
        working_days: 1,
        before: 0.0,
        after: a_day,
    };
    watch.warnings(judge.policy(), &capacity, open)
}

fn of(found: &[Warning], kind: WarningKind) -> Vec<&str> {
    found.iter().filter(|warning| warning.kind == kind).map(|warning| warning.what.as_str()).collect()
}

fn said(value: &str) -> Fact<String> {
    let fetched_at = "2026-11-20T12:00:00Z".parse().unwrap();
    Fact { value: value.to_owned(), provider: "directory".to_owned(), fetched_at, confidence: 0.9 }
}

#[test]
fn without_a_lead_nothing_is_said() {
    assert_eq!(warnings(DEFAULT, &[], 1000.0, Some(1)), []);
}

#[test]
fn a_criterion_that_counts_for_no_lead_is_named_with_why() {
    let mut known = lead(Motion::Inbound, "website-form");
    known.enrichment.company.industry = Some(said("software"));
    let found = warnings(DEFAULT, &[known], 1.0, Some(100));
    let never = of(&found, WarningKind::CriterionNeverFires);
    assert!(!never.iter().any(|what| what.contains("`criteria.industry`")), "{never:?}");
    assert!(
        never.contains(&"`criteria.company_size` never counted: nothing of it was known of any of 1 leads"),
        "{never:?}"
    );
    assert!(
        never.contains(&"`criteria.triggers` never counted: no lead came in of a motion that weighs it"),
        "{never:?}"
    );
    let zero = DEFAULT.replace("software = 1.0", "software = 0.0");
    let mut known = lead(Motion::Inbound, "website-form");
    known.enrichment.company.industry = Some(said("software"));
    let found = warnings(&zero, &[known], 1.0, Some(100));
    assert!(
        of(&found, WarningKind::CriterionNeverFires)
            .contains(&"`criteria.industry` graded each of 1 leads 0")
    );
}

#[test]
fn a_source_that_nobody_sends_is_named_but_not_that_of_imported_deals() {
    let found = warnings(DEFAULT, &[lead(Motion::Inbound, "website-form")], 1.0, None);
    let silent = of(&found, WarningKind::SourceSilent);
    assert!(silent.iter().any(|what| what.contains("`referral`")));
    assert!(
        !silent.iter().any(|what| what.contains("`website-form`") || what.contains("`crm-history`")),
        "{silent:?}"
    );
}

#[test]
fn titles_and_industries_that_cannot_be_read_are_counted_the_commonest_first() {
    let with = |title: &str, industry: &str| {
        let mut lead = lead(Motion::Inbound, "website-form");
        lead.submitted.event.title = Some(title.to_owned());
        lead.enrichment.company.industry = Some(said(industry));
        lead
    };
    let leads =
        [with("Grand Vizier", "whatever we do"), with("Zauberer", "software"), with("Zauberer", "software")];
    let found = warnings(DEFAULT, &leads, 1.0, None);
    let titles = of(&found, WarningKind::TitlesNotRead);
    assert_eq!(
        titles,
        ["the titles of 3 of 3 leads could not be read: \"Zauberer\" (2), \"Grand Vizier\" (1)"]
    );
    let industries = of(&found, WarningKind::IndustriesNotRead);
    assert_eq!(industries, ["the industries of 1 of 3 leads could not be read: \"whatever we do\" (1)"]);
}

#[test]
fn thresholds_that_bring_more_a_day_than_may_be_open_are_told() {
    let leads = [lead(Motion::Inbound, "website-form")];
    let over = |a_day, open| of(&warnings(DEFAULT, &leads, a_day, open), WarningKind::OverCapacity).len();
    assert_eq!([over(41.0, Some(40)), over(40.0, Some(40)), over(41.0, None)], [1, 0, 0]);
}

#[test]
fn milestones_and_segments_that_nobody_is_in_are_named() {
    let text = format!(
        "{DEFAULT}\n[motions.inbound.segments.large]\nemployees_from = 1000\nscores = false\n\
         [motions.inbound.segments.small]\nemployees_to = 999\nscores = false\n"
    );
    let mut small = lead(Motion::Inbound, "website-form");
    small.enrichment.company.employees =
        serde_json::from_value(serde_json::json!({"value": 50, "provider": "d", "fetched_at": "2026-11-20T12:00:00Z", "confidence": 1.0})).unwrap();
    let trial = lead(Motion::Plg, "product-trial");
    let found = warnings(&text, &[small, trial], 1.0, None);
    let segments = of(&found, WarningKind::SegmentEmpty);
    assert_eq!(segments, ["no lead was in the segment `motions.inbound.segments.large`, of 1 of the motion"]);
    assert_eq!(of(&found, WarningKind::MilestoneNeverReached).len(), 3);
}
