use std::sync::Arc;

use jiff::civil::Date;
use leadlight_events::{generate, read_deals};
use leadlight_lead::{
    Activity, ActivityKind, Decision, DrawKey, EmailKind, EnrichedLead, Fact, Intent, LeadId, Motion, Place,
    QueueName, Stood, Topic,
};
use leadlight_policy::Policy;

use super::*;
use crate::Champion;

const POLICY: &str = include_str!("../../../../infra/policies/default.toml");

fn key() -> DrawKey {
    DrawKey::new([7; 32])
}

fn judge_by(policy: &str) -> Judge {
    let policy = Policy::parse("policy.toml", policy).unwrap();
    Judge::new(Arc::new(policy), None, Champion::Absent { because: "no model is published yet".to_owned() })
}

/// The default policy, whose thresholds and band are what a test says.
fn policy(sdr: f64, nurture: f64, hold: f64) -> String {
    let thresholds = POLICY.replace("sdr = 70 ", &format!("sdr = {sdr} "));
    let thresholds = thresholds.replace("nurture = 40 ", &format!("nurture = {nurture} "));
    let with_band =
        thresholds.replace("\n[grades]", &format!("\n[renewal]\nhold_points = {hold}\n\n[grades]"));
    assert!(thresholds != POLICY && with_band != thresholds);
    with_band
}

/// Invented leads, as they came in.
fn leads(count: usize, judge: &Judge) -> Vec<EnrichedLead> {
    let deals = read_deals("invented.csv", generate(11, count).as_bytes()).unwrap();
    let lead = |deal: &leadlight_lead::Deal| {
        let rule = judge.policy().source(deal.source()).unwrap();
        let completeness = judge.policy().completeness(&deal.enrichment, rule.motion);
        let mut lead =
            deal.enriched(judge.policy().hash(), rule.motion, (EmailKind::Business, None), completeness);
        lead.submitted.event.source_event_type = None;
        lead.submitted.lead_id = LeadId::of(deal.source(), deal.id());
        lead
    };
    deals.iter().filter(|deal| !judge.policy().source(deal.source()).unwrap().human_first).map(lead).collect()
}

/// What would be decided on a day.
fn on(judge: &Judge, lead: &EnrichedLead, before: &Decision, day: Date) -> Decision {
    let renewal = Some(Renewal { at: renewed_at(day).unwrap(), stood: before.stood() });
    judge.judge(&EnrichedLead { renewal, ..lead.clone() }, &key()).decision
}

/// One whose score is mostly what it did and researched on the day it came.
fn fading(judge: &Judge) -> EnrichedLead {
    let mut lead = leads(40, judge).into_iter().find(|lead| lead.motion == Motion::Inbound).unwrap();
    let at = lead.occurred_at();
    let did = |kind| Activity { kind, name: None, at };
    lead.submitted.event.activity = vec![
        did(ActivityKind::ContentDownload),
        did(ActivityKind::PricingView),
        did(ActivityKind::EmailClick),
    ];
    let topics = vec![Topic { name: "lead-scoring".to_owned(), score: 100.0 }];
    lead.enrichment.company.intent = Some(Fact {
        value: Intent::on(at, topics),
        provider: "sample".to_owned(),
        fetched_at: at,
        confidence: 1.0,
    });
    lead
}

/// Decided so that it waits, however the invented lead turned out: X just below its score.
fn accepted(hold: f64) -> (Judge, EnrichedLead, Decision) {
    let lead = fading(&judge_by(POLICY));
    let score = judge_by(POLICY).judge(&lead, &key()).decision.score.value();
    let judge = judge_by(&policy(score - 0.5, 10.0, hold));
    let decision = judge.judge(&lead, &key()).decision;
    assert_eq!(decision.disposition.place(), Some(Place::Accept));
    (judge, lead, decision)
}

/// The first day on which it is placed elsewhere, looked at each day from the decision on.
fn leaves(judge: &Judge, lead: &EnrichedLead, before: &Decision) -> Date {
    let mut day = renewal_day(before.as_of).tomorrow().unwrap();
    while on(judge, lead, before, day).disposition == before.disposition {
        day = day.tomorrow().unwrap();
    }
    day
}

#[test]
fn the_first_day_on_which_it_would_be_decided_otherwise_is_found_and_no_day_before_it() {
    let judge = judge_by(POLICY);
    let (mut found, mut never) = (0, 0);
    for lead in leads(60, &judge) {
        let decision = judge.judge(&lead, &key()).decision;
        let Some(renews) = judge.renews(&lead, &decision, &key()) else {
            assert!(!decision.is_renewed());
            continue;
        };
        let now = Becomes::of(&decision);
        let mut day = renewal_day(decision.as_of);
        loop {
            day = day.tomorrow().unwrap();
            let then = Becomes::of(&on(&judge, &lead, &decision, day));
            if day == renews.on {
                assert_eq!((then != now).then_some(then), renews.becomes, "to the day");
                break;
            }
            assert_eq!(then, now, "not on {day}, before {}", renews.on);
        }
        found += usize::from(renews.becomes.is_some());
        never += usize::from(renews.becomes.is_none());
    }
    assert!(found > 0 && never > 0, "{found} change and {never} do not");
}

#[test]
fn what_has_nothing_that_fades_stays_as_it_is_until_the_horizon() {
    let (judge, mut lead, _) = accepted(0.0);
    lead.submitted.event.activity.clear();
    lead.enrichment.company.intent = None;
    lead.enrichment.company.funding = None;
    let decision = judge.judge(&lead, &key()).decision;
    let renews = judge.renews(&lead, &decision, &key()).unwrap();
    let horizon = renewal_day(decision.as_of).checked_add(i64::from(HORIZON_DAYS).days()).unwrap();
    assert_eq!((renews.on, renews.becomes), (horizon, None));
}

#[test]
fn what_is_rejected_or_too_little_known_of_is_not_renewed() {
    let judge = judge_by(&policy(99.0, 98.0, 0.0).replace("share = 0.02", "share = 0"));
    let mut lead = fading(&judge);
    let rejected = judge.judge(&lead, &key()).decision;
    assert_eq!((rejected.queue(), judge.renews(&lead, &rejected, &key())), (QueueName::Disqualified, None));
    lead.enrichment = leadlight_lead::Enrichment::default();
    let thin = judge.judge(&lead, &key()).decision;
    assert_eq!((thin.queue(), judge.renews(&lead, &thin, &key())), (QueueName::CatchAll, None));
}

#[test]
fn a_lead_just_beyond_a_threshold_stays_until_it_is_beyond_the_band() {
    let (at_once, lead, decision) = accepted(0.0);
    let moved = leaves(&at_once, &lead, &decision);
    let (banded, _, held_from) = accepted(3.0);
    let later = leaves(&banded, &lead, &held_from);
    assert!(moved < later, "{moved} is not before {later}");
    assert!(banded.renews(&lead, &held_from, &key()).unwrap().on <= later);
    let held = on(&banded, &lead, &held_from, moved);
    assert_eq!(held.disposition.place(), Some(Place::Accept));
    assert!(
        held.held.is_some()
            && held.summary.ends_with("left where it stood: within 3 points of the threshold")
    );
    let let_go = on(&banded, &lead, &held_from, later);
    assert_eq!((let_go.disposition.place(), let_go.held), (Some(Place::Nurture), None));
}

#[test]
fn how_often_a_lead_is_renewed_within_the_band_makes_no_difference() {
    let (judge, lead, first) = accepted(3.0);
    let fall = leaves(&judge, &lead, &first);
    let mut daily = first.clone();
    let mut day = renewal_day(first.as_of);
    while day < fall {
        day = day.tomorrow().unwrap();
        daily = on(&judge, &lead, &daily, day);
    }
    assert_eq!(daily, on(&judge, &lead, &first, fall), "to the bit");
    let again = on(&judge, &lead, &daily, fall.tomorrow().unwrap());
    assert_eq!(again.disposition.place(), Some(Place::Nurture), "from below it is not held at X");
}

#[test]
fn nothing_holds_a_lead_of_which_something_new_is_known_or_that_another_policy_placed() {
    let (judge, lead, decision) = accepted(3.0);
    let (at_once, ..) = accepted(0.0);
    let day = leaves(&at_once, &lead, &decision);
    let renewed = |stood| {
        let renewal = Some(Renewal { at: renewed_at(day).unwrap(), stood });
        judge.judge(&EnrichedLead { renewal, ..lead.clone() }, &key()).decision
    };
    assert!(renewed(decision.stood()).held.is_some());
    assert_eq!(renewed(None).disposition.place(), Some(Place::Nurture));
    let other = Stood { place: Place::Accept, policy: leadlight_lead::PolicyHash::of(b"three policies ago") };
    let by_other = renewed(Some(other));
    assert_eq!((by_other.disposition.place(), by_other.held), (Some(Place::Nurture), None));
}

#[test]
fn a_renewal_before_the_latest_event_and_a_signal_from_the_future_change_nothing() {
    let (judge, mut lead, decision) = accepted(0.0);
    let yesterday = renewal_day(decision.as_of).yesterday().unwrap();
    let back = on(&judge, &lead, &decision, yesterday);
    assert_eq!(back, decision, "a clock that went back");
    let at = lead.occurred_at() + jiff::SignedDuration::from_hours(20);
    for activity in &mut lead.submitted.event.activity {
        activity.at = at;
    }
    assert_eq!(judge.judge(&lead, &key()).decision.score, decision.score, "it counts as fresh, and no more");
    assert!(judge.renews(&lead, &decision, &key()).is_some());
}

#[test]
fn a_renewed_decision_is_made_again_to_the_bit() {
    let (judge, lead, decision) = accepted(3.0);
    let renews = judge.renews(&lead, &decision, &key()).unwrap();
    let renewal = Some(Renewal { at: renewed_at(renews.on).unwrap(), stood: decision.stood() });
    let lead = EnrichedLead { renewal, ..lead };
    let renewed = judge.judge(&lead, &key()).decision;
    assert_eq!(judge.recompute(&lead, &renewed, &key()), crate::compare::Recomputed::Same);
    assert_eq!(Some(renewed.as_of), renewed_at(renews.on));
}
