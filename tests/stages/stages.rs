//! The stages over in-memory twins: every sample to its queue, and every way a stage can go wrong.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod erasing;
mod exports;
mod facts;
mod one_person;
mod outages;
mod outbound;
mod renewal;
mod replay;
mod retention;
mod retraining;
mod segments;
mod shapes;
mod usage;
mod vendors;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use leadlight_destinations::EventKind;
use leadlight_events::{Expected, samples};
use leadlight_lead::{
    DecidedBy, Disposition, FormSubmit, LeadId, OutcomeResult, QueueName, QueuedLead, ReasonUnit,
    RouteRequest, StageMessage, Versioned,
};
use leadlight_model::Artifact;
use leadlight_model::{BandVerdict, Incumbent};
use leadlight_policy::Policy;
use leadlight_ports::{Class, Clock, ETag, LeadIndex, Object, ObjectStore, PortError, PutNew, Swap};
use leadlight_registry::{InForce, Kind, MANIFEST, Pointer, REPORT, Registry, RegistryError};
use leadlight_retrain::{Request, Verdict};
use leadlight_scoring::Champion;
use leadlight_tests::memory::{
    DEFAULT_POLICY, MAX_RECEIVE_COUNT, System, change, delivery, reference, request, through,
};

const LEAD: &str = r#"{"schema_version":1,"id":"e1","source":"website-form","email":"ada@brightforge.example","title":"VP Sales"}"#;

fn id_of(body: &str) -> LeadId {
    let event = FormSubmit::parse(body.as_bytes()).unwrap();
    event.lead_id(event.occurred_at.unwrap_or_default()).unwrap()
}

/// The id of a lead whose source may not name its events.
fn content_id_of(body: &str) -> LeadId {
    let event = FormSubmit::parse(body.as_bytes()).unwrap();
    LeadId::of_content(&event.source, &event.content_hash().unwrap(), event.day(reference()))
}

async fn every_sample_ends_where_it_should(world: &System) {
    let bodies: Vec<&str> = samples().iter().map(|s| std::str::from_utf8(s.bytes).unwrap()).collect();
    let passed = world.pass(&bodies).await;
    let expected_dead = samples().iter().filter(|s| s.expected == Expected::DeadLetter).count();
    assert_eq!(passed.dead.len(), expected_dead, "{:?}", passed.dead);
    for (sample, body) in samples().iter().zip(&bodies) {
        match sample.expected {
            Expected::Queue(queue) => {
                assert_eq!(world.lead(&id_of(body)).await.queue, queue, "{}", sample.file);
            }
            Expected::Duplicate => assert!(bodies.iter().filter(|b| *b == body).count() == 2),
            Expected::DeadLetter => assert!(passed.dead.iter().any(|d| d.body == *body), "{}", sample.file),
        }
    }
    let mut stored = 0;
    for queue in QueueName::ALL {
        stored += world.leads.queue(queue, 100).await.unwrap().len();
    }
    let duplicates = samples().iter().filter(|s| s.expected == Expected::Duplicate).count();
    assert_eq!(stored + duplicates + expected_dead, bodies.len(), "every event is accounted for");
}

#[tokio::test]
async fn samples_end_where_they_should_by_rules() {
    let world = System::new().await;
    every_sample_ends_where_it_should(&world).await;
    for lead in world.leads.queue(QueueName::Sdr, 100).await.unwrap() {
        let decision = lead.decision().unwrap();
        assert!(matches!(&decision.decided_by, DecidedBy::Rules { because } if because.contains("no model")));
        assert_eq!(decision.reason_unit, ReasonUnit::Points);
        let sum: f64 = decision.reasons.iter().map(|r| r.contribution).sum();
        assert!((sum - decision.score.value()).abs() < 1e-9);
    }
}

#[tokio::test]
async fn samples_end_where_they_should_by_model() {
    let world = System::new().await;
    world.import_history(usize::MAX).await;
    let report = world.retrain(reference()).await;
    let Verdict::Published { model, .. } = report.verdict else { panic!("{:?}", report.verdict) };
    assert!(report.deals >= 600);
    every_sample_ends_where_it_should(&world).await;
    for lead in world.leads.queue(QueueName::Sdr, 100).await.unwrap() {
        let decision = lead.decision().unwrap();
        assert_eq!(decision.decided_by, DecidedBy::Model { hash: model.clone() });
        let probability = decision.probability.unwrap();
        let margin: f64 = decision.reasons.iter().map(|r| r.contribution).sum();
        assert!((1.0 / (1.0 + (-margin).exp()) - probability).abs() < 1e-9, "reasons add up to the margin");
        // A score can be recomputed to the bit from what the decision keeps.
        let again = world.registry().model(&model).await.unwrap().predict(&decision.features).unwrap();
        assert_eq!(again.probability.to_bits(), probability.to_bits());
        assert_eq!(again.score, decision.score);
    }
}

#[tokio::test]
async fn the_summary_has_the_articles_form() {
    let world = System::new().await;
    world.pass(&[std::str::from_utf8(samples()[0].bytes).unwrap()]).await;
    let lead = world.leads.queue(QueueName::Sdr, 1).await.unwrap().remove(0);
    let summary = &lead.decision().unwrap().summary;
    let score = lead.decision().unwrap().score.rounded();
    assert_eq!(
        summary,
        &format!(
            "Score: {score} (ICP match: 10/10, intent signal: strong, technographic fit: good); asked for a person"
        )
    );
}

#[tokio::test]
async fn a_repeated_delivery_is_the_same_to_the_byte() {
    let world = System::new().await;
    let first = world.pass(&[LEAD]).await;
    let second = world.pass(&[LEAD]).await;
    assert_eq!(first.to_route, second.to_route);
    assert!(second.dead.is_empty());
    assert_eq!(world.leads.queue(world.lead(&id_of(LEAD)).await.queue, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_id_for_two_events_keeps_the_first_and_sets_the_second_aside() {
    let world = System::new().await;
    world.pass(&[LEAD]).await;
    let before = world.lead(&id_of(LEAD)).await;
    let passed = world.pass(&[&LEAD.replace("VP Sales", "Intern")]).await;
    assert_eq!(passed.dead[0].attributes["stage"], "route");
    assert!(passed.dead[0].attributes["reason"].contains("same source and id"), "{:?}", passed.dead[0]);
    assert_eq!(world.lead(&id_of(LEAD)).await, before);
}

#[tokio::test]
async fn bad_events_are_set_aside_with_a_reason_and_without_the_value() {
    let world = System::new().await;
    let big = LEAD.replace("VP Sales", &"x".repeat(300_000));
    let cases: &[(&str, &str)] = &[
        ("", "empty"),
        ("hello ada@brightforge.example", "not valid JSON"),
        (&LEAD.replace("@brightforge.example", ""), "field `email`: expected"),
        (&LEAD.replace("website-form", "fax-machine"), "source `fax-machine` is not declared"),
        (&LEAD.replace("\"id\"", "\"occurred_at\":\"2021-11-20T12:00:00Z\",\"id\""), "import old deals"),
        (&LEAD.replace("\"id\"", "\"employees\":NaN,\"id\""), "not valid JSON"),
        (&LEAD.replace("\"id\"", "\"employees\":1e999,\"id\""), "out of range"),
        (&big, "300"),
    ];
    for (body, reason) in cases {
        let passed = world.pass(&[body, LEAD]).await;
        assert_eq!(passed.dead.len(), 1, "{reason}");
        let dead = &passed.dead[0];
        assert!(dead.attributes["reason"].contains(reason), "{} lacks {reason}", dead.attributes["reason"]);
        assert!(!dead.attributes["reason"].contains("ada"), "{}", dead.attributes["reason"]);
        assert_eq!(dead.attributes["class"], "poison");
        assert_eq!(dead.body, if body.is_empty() { "(empty)" } else { body }, "nothing is lost");
        assert_eq!(passed.to_route.len(), 1, "the good rest goes on");
    }
}

fn away() -> PortError {
    PortError {
        operation: "reaching the store",
        class: Class::Retryable,
        source: "connection refused".into(),
    }
}

#[tokio::test]
async fn while_bought_facts_are_away_a_lead_waits_and_at_last_it_is_set_aside() {
    let world = System::new().await;
    world.facts.set_away(true);
    let enrich = world.enrich();
    let (failed, dead) = through(&enrich, delivery([LEAD], 1)).await;
    assert_eq!((failed.len(), dead.len()), (1, 0));
    let (failed, dead) = through(&enrich, delivery([LEAD], MAX_RECEIVE_COUNT)).await;
    assert_eq!((failed.len(), dead.len()), (0, 1));
    assert_eq!(dead[0].attributes["class"], "retryable");
    assert!(world.vendors.behind().calls().is_empty(), "nothing is bought that cannot be kept");
}

#[tokio::test]
async fn without_a_policy_leads_wait() {
    let world = System::default();
    let (failed, dead) = through(&world.enrich(), delivery([LEAD], 1)).await;
    assert_eq!((failed.len(), dead.len()), (1, 0));
}

#[tokio::test]
async fn a_stage_refuses_what_another_stage_should_get() {
    let world = System::new().await;
    let passed = world.pass(&[LEAD]).await;
    let (_, dead) = through(&world.score(), delivery([passed.to_route[0].as_str()], 1)).await;
    assert!(dead[0].attributes["reason"].contains("expected `leadlight.enriched-lead`"));
    let (_, dead) = through(&world.route(), delivery([passed.enriched[0].as_str()], 1)).await;
    assert!(dead[0].attributes["reason"].contains("expected `leadlight.route-request`"));
}

#[tokio::test]
async fn a_partner_lead_reaches_people_unscored() {
    let world = System::new().await;
    let body = LEAD
        .replace("website-form", "partner-portal")
        .replace("\"id\"", r#""partner":{"name":"Beacon","note":"knows the CFO"},"id""#);
    let passed = world.pass(&[&body]).await;
    assert!(passed.enriched.is_empty(), "not a step towards scoring");
    let lead = world.lead(&id_of(&body)).await;
    assert_eq!(lead.queue, QueueName::HumanFirst);
    assert!(lead.decision().is_none());
}

#[tokio::test]
async fn nobody_skips_scoring_by_saying_that_a_partner_sends_them() {
    let world = System::new().await;
    for (id, claim) in [("p1", r#""partner":{"name":"Beacon"}"#), ("p2", r#""motion_hint":"partner""#)] {
        let body = LEAD.replace("\"id\":\"e1\"", &format!("{claim},\"id\":\"{id}\""));
        let passed = world.pass(&[&body]).await;
        assert_eq!(passed.enriched.len(), 1, "{claim}: scored like any other");
        let lead = world.lead(&id_of(&body)).await;
        let summary = &lead.decision().unwrap().summary;
        assert!(summary.contains("; not taken from this source: "), "{summary}");
        let event = lead.event();
        assert!(event.partner.is_some() || event.motion_hint.is_some(), "kept as sent");
    }
}

#[tokio::test]
async fn behaviour_dated_in_the_future_does_not_write_its_own_score() {
    let world = System::new().await;
    let upgrade = r#""activity":[{"kind":"upgrade_inquiry","at":"2999-01-01T00:00:00Z"}]"#;
    let body = LEAD.replace("\"id\"", &format!("{upgrade},\"id\""));
    world.pass(&[LEAD.replace("e1", "plain").as_str(), &body]).await;
    let plain = world.lead(&id_of(&LEAD.replace("e1", "plain"))).await;
    let dated = world.lead(&id_of(&body)).await;
    let score = |lead: &QueuedLead| lead.decision().unwrap().score.value();
    assert!((score(&plain) - score(&dated)).abs() < 1e-12, "{} and {}", score(&plain), score(&dated));
}

#[tokio::test]
async fn a_guessed_id_takes_nobodys_place_where_a_source_may_not_name_its_events() {
    let world = System::new().await;
    let closed = DEFAULT_POLICY.replace("may_say = [\"activity\", \"id\"]", "may_say = []");
    world.registry().publish::<Policy>(&closed, &change(), reference()).await.unwrap();
    let squatter = LEAD.replace("ada@", "eve@");
    let passed = world.pass(&[&squatter, LEAD, LEAD]).await;
    assert_eq!(passed.dead.len(), 0, "no conflict");
    let leads: Vec<_> = [squatter.as_str(), LEAD].into_iter().map(content_id_of).collect();
    assert_ne!(leads[0], leads[1]);
    for (id, email) in leads.iter().zip(["eve@brightforge.example", "ada@brightforge.example"]) {
        assert_eq!(world.lead(id).await.event().email.as_str(), email);
    }
}

#[tokio::test]
async fn a_mailbox_provider_is_nobodys_company() {
    let world = System::new().await;
    let typed = |id: &str, website: &str| {
        LEAD.replace("\"id\":\"e1\"", &format!(r#""website":"{website}","id":"{id}""#))
            .replace("ada@brightforge.example", &format!("{id}@webmail.example"))
    };
    let (own, webmail) =
        (typed("own", "https://www.brightforge.example"), typed("webmail", "https://webmail.example/inbox"));
    world.pass(&[&own, &webmail]).await;
    let account = async |body: &str| {
        let lead = world.lead(&id_of(body)).await;
        lead.account_domain().map(ToString::to_string)
    };
    assert_eq!(account(&own).await.as_deref(), Some("brightforge.example"));
    assert_eq!(account(&webmail).await, None, "or strangers would be one buying group");
}

/// A clock one can move.
#[derive(Debug, Clone)]
struct Moving(Arc<std::sync::Mutex<Timestamp>>);

impl Clock for Moving {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

async fn published(world: &System) -> leadlight_lead::ModelHash {
    world.import_history(usize::MAX).await;
    match world.retrain(reference()).await.verdict {
        Verdict::Published { model, .. } => model,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_damaged_model_means_rules_and_says_so() {
    let world = System::new().await;
    let model = published(&world).await;
    let mut bytes = world.objects.get(&Artifact::key(&model)).await.unwrap().unwrap().bytes;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    world.objects.damage(&Artifact::key(&model), bytes);
    world.pass(&[LEAD]).await;
    let lead = world.lead(&id_of(LEAD)).await;
    let DecidedBy::Rules { because } = &lead.decision().unwrap().decided_by else { panic!() };
    assert!(because.contains("cannot be used"), "{because}");
}

#[tokio::test]
async fn the_last_good_model_survives_a_bad_publish() {
    let world = System::new().await;
    let model = published(&world).await;
    let in_force = InForce::new(world.registry());
    let hash_at = async |now| match in_force.champion(now).await.unwrap() {
        Champion::Model { hash, .. } => Some(hash),
        Champion::Absent { .. } => None,
    };
    assert_eq!(hash_at(reference()).await, Some(model.clone()));
    world.objects.damage(Artifact::POINTER_KEY, b"{".to_vec());
    let later = reference() + SignedDuration::from_secs(61);
    assert_eq!(hash_at(later).await, Some(model));
    assert!(
        matches!(InForce::new(world.registry()).champion(later).await.unwrap(), Champion::Absent { .. }),
        "whoever starts now has no last good one"
    );
}

#[tokio::test]
async fn a_policy_whose_features_the_model_does_not_know_means_rules() {
    let world = System::new().await;
    published(&world).await;
    let text = DEFAULT_POLICY.replacen("\"intent\"]", "]", 1);
    let changed =
        if text == DEFAULT_POLICY { DEFAULT_POLICY.replacen("    \"intent\",\n", "", 1) } else { text };
    assert_ne!(changed, DEFAULT_POLICY, "the test must change the policy");
    world.registry().publish::<Policy>(&changed, &change(), reference()).await.unwrap();
    world.pass(&[LEAD]).await;
    let lead = world.lead(&id_of(LEAD)).await;
    let DecidedBy::Rules { because } = &lead.decision().unwrap().decided_by else { panic!() };
    assert!(because.contains("does not fit"), "{because}");
}

/// A store that can be switched off.
#[derive(Debug, Clone, Default)]
struct Flaky {
    inner: leadlight_ports::memory::MemoryObjects,
    gone: Arc<std::sync::atomic::AtomicBool>,
}

impl Flaky {
    fn check(&self) -> Result<(), PortError> {
        if self.gone.load(std::sync::atomic::Ordering::Relaxed) { Err(away()) } else { Ok(()) }
    }
}

impl ObjectStore for Flaky {
    async fn get(&self, key: &str) -> Result<Option<Object>, PortError> {
        self.check()?;
        self.inner.get(key).await
    }
    async fn put_new(&self, key: &str, bytes: Vec<u8>) -> Result<PutNew, PortError> {
        self.check()?;
        self.inner.put_new(key, bytes).await
    }
    async fn swap(&self, key: &str, bytes: Vec<u8>, expected: Option<&ETag>) -> Result<Swap, PortError> {
        self.check()?;
        self.inner.swap(key, bytes, expected).await
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_no_verdict_on_the_model() {
    let store = Flaky::default();
    let in_force = InForce::new(Registry::new(store.clone()));
    store.gone.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(
        matches!(in_force.champion(reference()).await, Err(RegistryError::Store(_))),
        "nothing was ever read"
    );

    store.gone.store(false, std::sync::atomic::Ordering::Relaxed);
    assert!(
        matches!(in_force.champion(reference()).await, Err(RegistryError::FailedJustNow(_))),
        "it is left alone for a moment: ten records of a batch must not wait for it one after the other"
    );
    let soon = reference() + SignedDuration::from_secs(6);
    assert!(matches!(in_force.champion(soon).await, Ok(Champion::Absent { .. })));
    store.gone.store(true, std::sync::atomic::Ordering::Relaxed);
    let later = reference() + SignedDuration::from_secs(67);
    let Ok(Champion::Absent { because }) = in_force.champion(later).await else { panic!("rules go on") };
    assert!(because.contains("no model is published"), "{because}");
}

#[tokio::test]
async fn pointers_are_read_at_most_once_a_minute() {
    let world = System::new().await;
    let clock = Moving(Arc::new(std::sync::Mutex::new(reference())));
    let in_force = InForce::new(world.registry());
    let first = in_force.policy(clock.now()).await.unwrap();
    let revised = format!("{DEFAULT_POLICY}\n# revised\n");
    world.registry().publish::<Policy>(&revised, &change(), reference()).await.unwrap();
    *clock.0.lock().unwrap() += SignedDuration::from_secs(59);
    assert_eq!(in_force.policy(clock.now()).await.unwrap().hash(), first.hash());
    *clock.0.lock().unwrap() += SignedDuration::from_secs(2);
    assert_ne!(in_force.policy(clock.now()).await.unwrap().hash(), first.hash());
}

#[tokio::test]
async fn what_travels_is_of_a_named_version() {
    let world = System::new().await;
    let passed = world.pass(&[LEAD]).await;
    let head = format!(r#"{{"schema":"leadlight.route-request","schema_version":{},"#, RouteRequest::VERSION);
    assert!(passed.to_route[0].starts_with(&head));
    let request = RouteRequest::from_message(passed.to_route[0].as_bytes()).unwrap();
    assert!(!matches!(request.decision().unwrap().disposition, Disposition::Incomplete { .. }));
}
