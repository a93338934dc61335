//! Who asks for a person reaches one.

use leadlight_lead::{
    ActivityKind, Decision, Disposition, Disqualifier, EnrichedLead, QueueName, QueuedContent, ScoredLead,
};

use super::{DEFAULT, activity, bare_lead, fact, good_lead, lot, policy};
use crate::{Opinion, Policy};

const NO_TABLE: &str = "behaviours = [\"demo_request\", \"upgrade_inquiry\"]\nwithin_days = 7\n";

fn by(policy: &Policy, lead: &EnrichedLead) -> Decision {
    policy.decide(policy.assess(lead), Opinion::Rules { because: String::new() }, lot(lead))
}

fn queue(lead: &EnrichedLead, decision: &Decision) -> (QueueName, u16) {
    let content = QueuedContent::Scored(ScoredLead {
        enriched: lead.clone(),
        decision: decision.clone(),
        renews: None,
    });
    (content.queue(), content.priority())
}

/// Of whom nothing is known but the address, who asks for a demo.
fn asking(kind: ActivityKind, days: i64) -> EnrichedLead {
    let mut lead = bare_lead("ada@acme.example");
    lead.submitted.event.activity = vec![activity(kind, days), activity(ActivityKind::PageView, 0)];
    lead
}

#[test]
fn whatever_the_score_and_however_little_is_known_who_asks_reaches_an_sdr_first() {
    let lead = asking(ActivityKind::DemoRequest, 0);
    let decision = by(policy(), &lead);
    assert_eq!(decision.disposition, Disposition::Accept);
    assert_eq!(decision.asked_for, Some(ActivityKind::DemoRequest));
    assert!(decision.score.value() < 40.0 && !decision.borderline, "{decision:?}");
    assert!(decision.summary.ends_with("; asked for a person"), "{}", decision.summary);
    assert_eq!(queue(&lead, &decision), (QueueName::Sdr, 1000));
    let fine = good_lead();
    assert!(queue(&fine, &by(policy(), &fine)).1 < 1000, "ahead of those with the best score");
}

#[test]
fn who_only_looked_or_asked_long_ago_goes_by_the_score() {
    for lead in [
        asking(ActivityKind::PricingView, 0),
        asking(ActivityKind::DemoRequest, 8),
        bare_lead("ada@acme.example"),
    ] {
        let decision = by(policy(), &lead);
        assert_eq!(decision.asked_for, None);
        assert!(matches!(decision.disposition, Disposition::Incomplete { .. }), "{decision:?}");
    }
    assert!(by(policy(), &asking(ActivityKind::DemoRequest, 7)).asked_for.is_some());
}

#[test]
fn a_disqualifier_and_a_country_in_doubt_come_first() {
    let mut customer = asking(ActivityKind::DemoRequest, 0);
    customer.account_domain = Some("globex.example".parse().unwrap());
    let decision = by(policy(), &customer);
    assert!(
        matches!(
            decision.disposition,
            Disposition::Disqualified { reason: Disqualifier::CurrentCustomer, .. }
        ),
        "{decision:?}"
    );
    assert_eq!(decision.asked_for, None);
    let mut abroad = good_lead();
    abroad.submitted.event.activity = vec![activity(ActivityKind::DemoRequest, 0)];
    abroad.submitted.event.country = Some("Sirya".to_owned());
    abroad.enrichment.company.country = Some(fact("DE".parse().unwrap()));
    let decision = by(policy(), &abroad);
    assert!(matches!(decision.disposition, Disposition::Incomplete { .. }), "{decision:?}");
}

#[test]
fn a_policy_without_the_table_goes_by_the_score() {
    let text = DEFAULT.replace(&format!("[hand_raisers]\n{NO_TABLE}"), "");
    let old = Policy::parse("old.toml", &text).unwrap();
    assert_eq!(by(&old, &asking(ActivityKind::DemoRequest, 0)).asked_for, None);
    let outline = |policy: &Policy| {
        let sections = policy.outline();
        sections.into_iter().find(|s| s.title == "Who asks for a person").unwrap().text.join(" ")
    };
    assert!(outline(&old).contains("and no more"), "{}", outline(&old));
    assert!(outline(policy()).contains("demo_request or upgrade_inquiry"), "{}", outline(policy()));
}

#[test]
fn an_empty_list_and_a_year_are_refused_with_the_line() {
    for (from, to, words) in [
        (
            "behaviours = [\"demo_request\", \"upgrade_inquiry\"]",
            "behaviours = []",
            "hand_raisers.behaviours",
        ),
        ("within_days = 7", "within_days = 365", "hand_raisers.within_days"),
    ] {
        let error = Policy::parse("p.toml", &DEFAULT.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(words) && error.contains("p.toml:15"), "{error}");
    }
}
