//! Decisions over a lead as the first release stored it.

use leadlight_lead::{DecidedBy, DrawKey, EnrichedLead, StageMessage};
use leadlight_policy::Policy;

use crate::{Champion, features, judge, judge_history};

const LEAD: &str = include_str!("../../lead/testdata/v1/enriched-lead.json");
const POLICY: &str = include_str!("../../../infra/policies/default.toml");

fn policy() -> Policy {
    Policy::parse("default.toml", POLICY).unwrap()
}

fn lead() -> EnrichedLead {
    EnrichedLead::from_message(LEAD.as_bytes()).unwrap()
}

#[test]
fn without_a_champion_the_rules_decide_and_say_so() {
    let champion = Champion::Absent { because: "no model is published yet".to_owned() };
    let judged = judge(&policy(), None, &champion, &lead(), &DrawKey::new([7; 32]));
    assert_eq!(judged.unfit, None);
    assert_eq!(
        judged.decision.decided_by,
        DecidedBy::Rules { because: "no model is published yet".to_owned() }
    );
    let points: f64 = judged.decision.reasons.iter().map(|reason| reason.contribution).sum();
    assert!((points - judged.decision.score.value()).abs() < 1e-9, "the reasons add up to the score");
}

#[test]
fn training_sees_what_scoring_saw() {
    let champion = Champion::Absent { because: String::new() };
    let judged = judge(&policy(), None, &champion, &lead(), &DrawKey::new([7; 32]));
    assert_eq!(judged.decision.features, features(&policy(), &lead()));
}

#[test]
fn history_is_never_drawn() {
    let all = Policy::parse("default.toml", &POLICY.replace("share = 0.02", "share = 0.5")).unwrap();
    for n in 0..64 {
        let mut lead = lead();
        lead.submitted.lead_id =
            leadlight_lead::LeadId::of(&"website-form".parse().unwrap(), &format!("e{n}").parse().unwrap());
        // Nothing that the rules could like.
        lead.enrichment = leadlight_lead::Enrichment::default();
        assert_eq!(judge_history(&all, &lead).sampled_at, None);
    }
}
