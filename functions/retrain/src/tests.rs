//! A run over leads that vendors told of.

use std::sync::Arc;

use jiff::SignedDuration;
use leadlight_lead::{
    About, Asked, Came, DrawKey, EmailAddress, Enrichment, Fact, LeadId, Motion, Outcome, OutcomeResult,
    QueuedLead, RouteRequest,
};
use leadlight_model::OwnStanding;
use leadlight_ports::memory::{Memory, MemoryLeads, MemoryObjects};
use leadlight_ports::{FixedClock, LeadStore};
use leadlight_scoring::{Champion, judge};

use super::*;

const LEAD: &str = include_str!("../../../shared/lead/testdata/v1/queued-lead-rules.json");
const POLICY: &str = include_str!("../../../infra/policies/default.toml");
/// What `acme-data` costs a lead, in millionths of a US dollar.
const CENTS: u64 = 110_000;

fn now() -> Timestamp {
    "2027-06-01T00:00:00Z".parse().unwrap()
}

/// A deal a day. `acme-data` knows the industry, by which three of four deals go; `idle-data` knows tools, which have no
/// part in how they end, and was asked about every second.
fn deal(n: u16) -> QueuedLead {
    let mut lead = QueuedLead::from_message(LEAD.as_bytes()).unwrap();
    let RouteRequest::Scored(scored) = &mut lead.content else { panic!() };
    let enriched = &mut scored.enriched;
    let at = enriched.enriched_at;
    let email: EmailAddress = format!("dana.whitlock@firm-{}.example", n % 100).parse().unwrap();
    enriched.account_domain = email.domain().parse().ok();
    enriched.submitted.event.email = email;
    enriched.submitted.lead_id =
        LeadId::of(&"website-form".parse().unwrap(), &format!("deal-{n}").parse().unwrap());
    // A few primes make it look like chance, the same in every run.
    let fits = n * 7 % 11 < 5;
    let is_won = if n * 13 % 17 < 4 { !fits } else { fits };
    let fact = |provider: &str| Fact {
        value: String::new(),
        provider: provider.to_owned(),
        fetched_at: at,
        confidence: 0.9,
    };
    let asked = |provider: &str, cost_usd_micros| Asked {
        provider: provider.to_owned(),
        about: About::Company,
        came: Came::Found,
        cost_usd_micros,
        at,
    };
    enriched.enrichment = Enrichment::default();
    let industry = if fits { "software" } else { "mining" };
    enriched.enrichment.company.industry = Some(Fact { value: industry.to_owned(), ..fact("acme-data") });
    enriched.enrichment.asked.push(asked("acme-data", CENTS));
    if n.is_multiple_of(2) {
        let tools = vec![if n * 5 % 7 < 3 { "salesforce" } else { "paper" }.to_owned()];
        let Fact { provider, fetched_at, confidence, .. } = fact("idle-data");
        enriched.enrichment.company.technologies =
            Some(Fact { value: tools, provider, fetched_at, confidence });
        enriched.enrichment.asked.push(asked("idle-data", 2 * CENTS));
    }
    let result = if is_won { OutcomeResult::Won } else { OutcomeResult::Lost };
    let closed_at = now() - SignedDuration::from_hours(24 * (400 - i64::from(n)));
    lead.outcome = Some(Outcome { result, closed_at, amount_usd: None });
    lead
}

async fn run(retrain: &Retrain<Memory>) -> Report {
    let request = Request {
        schema_version: 1,
        reason: "test".to_owned(),
        due_at: None,
        only_if_degraded: false,
        export: None,
    };
    retrain.run(&request, None).await.unwrap()
}

/// Over an empty world with a policy.
async fn retrain(policy: &str) -> Retrain<Memory> {
    let registry = Registry::new(MemoryObjects::default());
    let change = Change::new("somebody", "to try");
    registry.publish::<Policy>(policy, &change, now()).await.unwrap();
    let (leads, clock) = (MemoryLeads::default(), FixedClock(now()));
    Retrain { leads, registry, clock, max_deals: MAX_DEALS, export: None }
}

/// A third come through partners, and the industry that wins elsewhere loses there.
fn deal_of_two_motions(n: u16) -> QueuedLead {
    let mut lead = deal(n);
    let RouteRequest::Scored(scored) = &mut lead.content else { panic!() };
    scored.enriched.motion = if n.is_multiple_of(3) { Motion::Partner } else { Motion::Inbound };
    if let Some(outcome) = lead.outcome.as_mut().filter(|_| n.is_multiple_of(3)) {
        outcome.result = match outcome.result {
            OutcomeResult::Won => OutcomeResult::Lost,
            OutcomeResult::Lost => OutcomeResult::Won,
        };
    }
    lead
}

#[tokio::test]
async fn leads_of_a_motion_have_a_model_of_their_own_where_it_is_better() {
    // With the motion among its facts the shared model would find out by itself.
    let text = POLICY.replace("never_lowers = [\"seniority\"]", "never_lowers = [\"seniority\"]\nfacts = []");
    let retrain = retrain(&text).await;
    for n in 0..300 {
        retrain.leads.insert(&deal_of_two_motions(n)).await.unwrap();
    }
    let report = run(&retrain).await;
    let Verdict::Published { model, .. } = &report.verdict else { panic!("{:?}", report.verdict) };
    let own = report.study.own.iter().find(|own| own.scope == "partner").unwrap();
    assert_eq!((own.standing, own.deals), (OwnStanding::New, 100), "{}", own.because);
    let artifact = Arc::new(retrain.registry.model(model).await.unwrap());
    assert!(artifact.own_models().any(|(scope, _)| scope == "partner"));
    let champion = Champion::Model { hash: model.clone(), artifact };
    let policy = Policy::parse("default.toml", &text).unwrap();
    let decided = |motion| {
        let mut lead = deal_of_two_motions(1).enriched().clone();
        lead.motion = motion;
        judge(&policy, None, &champion, &lead, &DrawKey::new([7; 32])).decision
    };
    let (partner, event) = (decided(Motion::Partner), decided(Motion::Event));
    assert_eq!((partner.own_model.as_deref(), event.own_model.as_deref()), (Some("partner"), None));
    assert!((partner.probability.unwrap() - event.probability.unwrap()).abs() > 0.1);
    for decision in [&partner, &event] {
        let sum: f64 = decision.reasons.iter().map(|reason| reason.contribution).sum();
        let p = decision.probability.unwrap();
        assert!((sum - (p / (1.0 - p)).ln()).abs() < 1e-9);
    }
    let again = run(&retrain).await;
    assert!(matches!(again.verdict, Verdict::Kept { .. }), "{:?}", again.verdict);
    assert!(again.study.own.iter().any(|own| own.scope == "partner" && own.standing == OwnStanding::Kept));
}

/// The same, but it is a segment of inbound leads that is contrary.
fn deal_of_two_segments(n: u16) -> QueuedLead {
    let mut lead = deal_of_two_motions(n);
    let RouteRequest::Scored(scored) = &mut lead.content else { panic!() };
    scored.enriched.motion = Motion::Inbound;
    let value = if n.is_multiple_of(3) { "DE" } else { "US" }.parse().unwrap();
    let fetched_at = scored.enriched.enriched_at;
    let country = Fact { value, provider: "acme-data".to_owned(), fetched_at, confidence: 0.9 };
    scored.enriched.enrichment.company.country = Some(country);
    lead
}

#[tokio::test]
async fn leads_of_a_segment_have_a_model_of_their_own_where_it_is_better() {
    let segment = "[motions.inbound.segments.dach]\ncountries = [\"DE\", \"AT\"]\nthresholds = { sdr = 90, nurture = 10 }\n";
    let text = POLICY.replace("never_lowers = [\"seniority\"]", "never_lowers = [\"seniority\"]\nfacts = []");
    let text = format!("{text}\n[motions.inbound]\n{segment}");
    let retrain = retrain(&text).await;
    for n in 0..300 {
        retrain.leads.insert(&deal_of_two_segments(n)).await.unwrap();
    }
    let report = run(&retrain).await;
    let Verdict::Published { model, .. } = &report.verdict else { panic!("{:?}", report.verdict) };
    let artifact = Arc::new(retrain.registry.model(model).await.unwrap());
    assert!(artifact.own_models().any(|(scope, _)| scope == "inbound · dach"), "{:?}", report.study.own);
    let champion = Champion::Model { hash: model.clone(), artifact };
    let policy = Policy::parse("default.toml", &text).unwrap();
    let decided = |n| {
        judge(&policy, None, &champion, deal_of_two_segments(n).enriched(), &DrawKey::new([7; 32])).decision
    };
    assert_eq!(decided(3).own_model.as_deref(), Some("inbound · dach"));
    assert_eq!(decided(4).own_model, None);
}

#[tokio::test]
async fn a_run_says_what_each_vendor_adds_and_costs() {
    let mut retrain = retrain(POLICY).await;
    for n in 0..300 {
        retrain.leads.insert(&deal(n)).await.unwrap();
    }
    let first = run(&retrain).await;
    assert!(matches!(first.verdict, Verdict::Published { .. }), "{:?}", first.verdict);
    let [helps, idle] = &first.study.vendors[..] else { panic!("{:?}", first.study.vendors) };
    assert_eq!((helps.provider.as_str(), helps.deals, helps.filled), ("acme-data", 150, 150));
    assert_eq!((idle.provider.as_str(), idle.deals, idle.priced), ("idle-data", 75, 75));
    assert!(
        (helps.usd_per_lead().unwrap() - 0.11).abs() < 1e-9
            && (idle.usd_per_lead().unwrap() - 0.22).abs() < 1e-9
    );
    assert!(helps.gain.unwrap().from > 0.03, "{helps:?}");
    let idle_gain = idle.gain.unwrap();
    assert!(idle_gain.from < 0.0 && idle_gain.to < 0.05, "{idle:?}");
    // The champion has learnt from all of them since. Forty later ones are new to it, and too few of them are the idle
    // vendor's.
    retrain.clock = FixedClock(now() + SignedDuration::from_hours(24));
    for n in 300..340 {
        retrain.leads.insert(&deal(n)).await.unwrap();
    }
    let later = run(&retrain).await;
    let [helps, idle] = &later.study.vendors[..] else { panic!("{:?}", later.study.vendors) };
    assert_eq!((helps.deals, idle.deals, idle.gain), (40, 20, None), "{:?}", later.verdict);
    assert!(helps.gain.is_some());
}
