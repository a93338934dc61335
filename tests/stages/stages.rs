//! The stages over in-memory twins: every sample to its queue, and every way a stage can go wrong.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use leadlight_enrich::Enrich;
use leadlight_events::{Expected, samples};
use leadlight_lead::{
    Company, DecidedBy, Disposition, EmailAddress, FormSubmit, LeadId, OutcomeResult, Person, QueueName,
    ReasonUnit, RouteRequest, StageMessage,
};
use leadlight_model::{BandVerdict, Incumbent};
use leadlight_pipeline::memory::MemoryQueue;
use leadlight_pipeline::{
    CHAMPION_KEY, Champion, ChampionPointer, Class, Clock, CompanyQuery, ETag, EnrichmentProvider,
    FixedClock, InForce, LeadStore, MANIFEST, Object, ObjectStore, PortError, PutNew, REPORT, Registry,
    RegistryError, Swap, model_key,
};
use leadlight_retrain::{Request, Verdict};
use leadlight_tests::memory::{World, delivery, reference, request, through};

const LEAD: &str = r#"{"schema_version":1,"id":"e1","source":"website-form","email":"ada@brightforge.example","title":"VP Sales"}"#;

fn id_of(body: &str) -> LeadId {
    let event = FormSubmit::parse(body.as_bytes()).unwrap();
    LeadId::of(&event.source, &event.id)
}

async fn every_sample_ends_where_it_should(world: &World) {
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
    let world = World::new().await;
    every_sample_ends_where_it_should(&world).await;
    for lead in world.leads.queue(QueueName::Sdr, 100).await.unwrap() {
        let decision = lead.content.decision().unwrap();
        assert!(matches!(&decision.decided_by, DecidedBy::Rules { because } if because.contains("no model")));
        assert_eq!(decision.reason_unit, ReasonUnit::Points);
        let sum: f64 = decision.reasons.iter().map(|r| r.contribution).sum();
        assert!((sum - decision.score.value()).abs() < 1e-9);
    }
}

#[tokio::test]
async fn samples_end_where_they_should_by_model() {
    let world = World::new().await;
    world.import_history(usize::MAX).await;
    let report = world.retrain(reference()).await;
    let Verdict::Published { model, .. } = report.verdict else { panic!("{:?}", report.verdict) };
    assert!(report.deals >= 600);
    every_sample_ends_where_it_should(&world).await;
    for lead in world.leads.queue(QueueName::Sdr, 100).await.unwrap() {
        let decision = lead.content.decision().unwrap();
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
    let world = World::new().await;
    world.pass(&[std::str::from_utf8(samples()[0].bytes).unwrap()]).await;
    let lead = world.leads.queue(QueueName::Sdr, 1).await.unwrap().remove(0);
    let summary = &lead.content.decision().unwrap().summary;
    let score = lead.content.decision().unwrap().score.rounded();
    assert_eq!(
        summary,
        &format!("Score: {score} (ICP match: 10/10, intent signal: strong, technographic fit: good)")
    );
}

#[tokio::test]
async fn a_repeated_delivery_is_the_same_to_the_byte() {
    let world = World::new().await;
    let first = world.pass(&[LEAD]).await;
    let second = world.pass(&[LEAD]).await;
    assert_eq!(first.to_route, second.to_route);
    assert!(second.dead.is_empty());
    assert_eq!(world.leads.queue(world.lead(&id_of(LEAD)).await.queue, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_id_for_two_events_keeps_the_first_and_sets_the_second_aside() {
    let world = World::new().await;
    world.pass(&[LEAD]).await;
    let before = world.lead(&id_of(LEAD)).await;
    let passed = world.pass(&[&LEAD.replace("VP Sales", "Intern")]).await;
    assert_eq!(passed.dead[0].attributes["stage"], "route");
    assert!(passed.dead[0].attributes["reason"].contains("same source and id"), "{:?}", passed.dead[0]);
    assert_eq!(world.lead(&id_of(LEAD)).await, before);
}

#[tokio::test]
async fn bad_events_are_set_aside_with_a_reason_and_without_the_value() {
    let world = World::new().await;
    let big = LEAD.replace("VP Sales", &"x".repeat(300_000));
    let cases: &[(&str, &str)] = &[
        ("", "empty"),
        ("hello ada@brightforge.example", "not valid JSON"),
        (&LEAD.replace("@brightforge.example", ""), "field `email`: expected"),
        (&LEAD.replace("website-form", "fax-machine"), "source `fax-machine` is not declared"),
        (&LEAD.replace("\"id\"", "\"occurred_at\":\"2027-11-20T12:00:00Z\",\"id\""), "after the event"),
        (&LEAD.replace("\"id\"", "\"occurred_at\":\"1999-11-20T12:00:00Z\",\"id\""), "import old deals"),
        (&LEAD.replace("\"id\"", "\"employees\":NaN,\"id\""), "not valid JSON"),
        (&LEAD.replace("\"id\"", "\"employees\":1e999,\"id\""), "out of range"),
        (&LEAD.replace("\"id\"", "\"employees\":\"ada\",\"id\""), "field `employees`: expected"),
        (&LEAD.replace("\"schema_version\":1", "\"schema_version\":2"), "reads version 1"),
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

struct Away;

fn away() -> PortError {
    PortError {
        operation: "asking the provider",
        class: Class::Retryable,
        source: "connection refused".into(),
    }
}

impl EnrichmentProvider for Away {
    async fn company(&self, _: &CompanyQuery) -> Result<Option<Company>, PortError> {
        Err(away())
    }

    async fn person(&self, _: &EmailAddress) -> Result<Option<Person>, PortError> {
        Err(away())
    }
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again_and_at_last_the_lead_is_set_aside() {
    let world = World::new().await;
    let enrich = Enrich {
        in_force: InForce::new(world.registry()),
        provider: Away,
        to_score: MemoryQueue::default(),
        to_route: MemoryQueue::default(),
        clock: FixedClock(reference()),
    };
    let (failed, dead) = through(&enrich, delivery([LEAD], 1)).await;
    assert_eq!((failed.len(), dead.len()), (1, 0));
    let (failed, dead) = through(&enrich, delivery([LEAD], 5)).await;
    assert_eq!((failed.len(), dead.len()), (0, 1));
    assert_eq!(dead[0].attributes["class"], "retryable");
    assert!(dead[0].attributes["reason"].ends_with("connection refused"));
}

#[tokio::test]
async fn without_a_policy_leads_wait() {
    let world = World::default();
    let (failed, dead) = through(&world.enrich(), delivery([LEAD], 1)).await;
    assert_eq!((failed.len(), dead.len()), (1, 0));
}

#[tokio::test]
async fn a_stage_refuses_what_another_stage_should_get() {
    let world = World::new().await;
    let passed = world.pass(&[LEAD]).await;
    let (_, dead) = through(&world.score(), delivery([passed.to_route[0].as_str()], 1)).await;
    assert!(dead[0].attributes["reason"].contains("expected `leadlight.enriched-lead`"));
    let (_, dead) = through(&world.route(), delivery([passed.enriched[0].as_str()], 1)).await;
    assert!(dead[0].attributes["reason"].contains("expected `leadlight.route-request`"));
}

#[tokio::test]
async fn a_partner_lead_reaches_people_unscored() {
    let world = World::new().await;
    let body = LEAD.replace("\"id\"", r#""partner":{"name":"Beacon","note":"knows the CFO"},"id""#);
    let passed = world.pass(&[&body]).await;
    assert!(passed.enriched.is_empty(), "not a step towards scoring");
    let lead = world.lead(&id_of(&body)).await;
    assert_eq!(lead.queue, QueueName::HumanFirst);
    assert!(lead.content.decision().is_none());
}

/// A clock one can move.
#[derive(Debug, Clone)]
struct Moving(Arc<std::sync::Mutex<Timestamp>>);

impl Clock for Moving {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

async fn published(world: &World) -> leadlight_lead::ModelHash {
    world.import_history(usize::MAX).await;
    match world.retrain(reference()).await.verdict {
        Verdict::Published { model, .. } => model,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_damaged_model_means_rules_and_says_so() {
    let world = World::new().await;
    let model = published(&world).await;
    let mut bytes = world.objects.get(&model_key(&model)).await.unwrap().unwrap().bytes;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    world.objects.damage(&model_key(&model), bytes);
    world.pass(&[LEAD]).await;
    let lead = world.lead(&id_of(LEAD)).await;
    let DecidedBy::Rules { because } = &lead.content.decision().unwrap().decided_by else { panic!() };
    assert!(because.contains("cannot be used"), "{because}");
}

#[tokio::test]
async fn the_last_good_model_survives_a_bad_publish() {
    let world = World::new().await;
    let model = published(&world).await;
    let in_force = InForce::new(world.registry());
    let hash_at = async |now| match in_force.champion(now).await.unwrap() {
        Champion::Model { hash, .. } => Some(hash),
        Champion::Absent { .. } => None,
    };
    assert_eq!(hash_at(reference()).await, Some(model.clone()));
    world.objects.damage(CHAMPION_KEY, b"{".to_vec());
    let later = reference() + SignedDuration::from_secs(61);
    assert_eq!(hash_at(later).await, Some(model));
    assert!(
        matches!(InForce::new(world.registry()).champion(later).await.unwrap(), Champion::Absent { .. }),
        "whoever starts now has no last good one"
    );
}

#[tokio::test]
async fn a_policy_whose_features_the_model_does_not_know_means_rules() {
    let world = World::new().await;
    published(&world).await;
    let text = leadlight_tests::memory::DEFAULT_POLICY.replacen("\"intent\"]", "]", 1);
    let changed = if text == leadlight_tests::memory::DEFAULT_POLICY {
        leadlight_tests::memory::DEFAULT_POLICY.replacen("    \"intent\",\n", "", 1)
    } else {
        text
    };
    assert_ne!(changed, leadlight_tests::memory::DEFAULT_POLICY, "the test must change the policy");
    world.registry().publish_policy(&changed, reference()).await.unwrap();
    world.pass(&[LEAD]).await;
    let lead = world.lead(&id_of(LEAD)).await;
    let DecidedBy::Rules { because } = &lead.content.decision().unwrap().decided_by else { panic!() };
    assert!(because.contains("does not fit"), "{because}");
}

/// A store that can be switched off.
#[derive(Default)]
struct Flaky {
    inner: leadlight_pipeline::memory::MemoryObjects,
    gone: std::sync::atomic::AtomicBool,
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
    let in_force = InForce::new(Registry::new(&store));
    store.gone.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(
        matches!(in_force.champion(reference()).await, Err(RegistryError::Store(_))),
        "nothing was ever read"
    );

    store.gone.store(false, std::sync::atomic::Ordering::Relaxed);
    assert!(matches!(in_force.champion(reference()).await, Ok(Champion::Absent { .. })));
    store.gone.store(true, std::sync::atomic::Ordering::Relaxed);
    let later = reference() + SignedDuration::from_secs(61);
    let Ok(Champion::Absent { because }) = in_force.champion(later).await else { panic!("rules go on") };
    assert!(because.contains("no model is published"), "{because}");
}

#[tokio::test]
async fn pointers_are_read_at_most_once_a_minute() {
    let world = World::new().await;
    let clock = Moving(Arc::new(std::sync::Mutex::new(reference())));
    let in_force = InForce::new(world.registry());
    let first = in_force.policy(clock.now()).await.unwrap();
    let revised = format!("{}\n# revised\n", leadlight_tests::memory::DEFAULT_POLICY);
    world.registry().publish_policy(&revised, reference()).await.unwrap();
    *clock.0.lock().unwrap() += SignedDuration::from_secs(59);
    assert_eq!(in_force.policy(clock.now()).await.unwrap().hash(), first.hash());
    *clock.0.lock().unwrap() += SignedDuration::from_secs(2);
    assert_ne!(in_force.policy(clock.now()).await.unwrap().hash(), first.hash());
}

#[tokio::test]
async fn too_few_deals_mean_rules_and_how_many_are_missing() {
    let world = World::new().await;
    world.import_history(49).await;
    let report = world.retrain(reference()).await;
    let Verdict::Refused { because } = report.verdict else { panic!("{:?}", report.verdict) };
    assert!(because.contains("there are 49"), "{because}");
    assert!(world.registry().champion_pointer().await.unwrap().is_none());
}

#[tokio::test]
async fn retraining_on_the_same_deals_keeps_the_champion() {
    let world = World::new().await;
    let model = published(&world).await;
    let later = reference() + SignedDuration::from_hours(24 * 30);
    assert!(matches!(world.retrain(later).await.verdict, Verdict::Kept { .. }));
    assert_eq!(world.registry().champion_pointer().await.unwrap().unwrap().model, model);
}

#[tokio::test]
async fn a_challenger_is_judged_on_deals_neither_model_has_seen() {
    let world = World::new().await;
    world.import_history(600).await;
    assert!(matches!(world.retrain(reference()).await.verdict, Verdict::Published { .. }));
    world.import_history(usize::MAX).await;
    let report = world.retrain(reference()).await;
    let gate = report.study.gate.expect("there was a champion to compare with");
    assert_eq!(gate.incumbent, Incumbent::Champion);
    assert!(gate.deals >= 30 && gate.deals < report.deals / 4, "{} of {}", gate.deals, report.deals);
    let (Verdict::Published { because, .. } | Verdict::Kept { because }) = report.verdict else {
        panic!("{:?}", report.verdict)
    };
    assert_eq!(because, gate.because);
}

/// The sample history as if the market had turned round half-way: what won now loses.
async fn turned_history(world: &World, from: usize) {
    let mut leads = world.history_by_close();
    for lead in leads.iter_mut().skip(from) {
        let outcome = lead.outcome.as_mut().unwrap();
        outcome.result = match outcome.result {
            OutcomeResult::Won => OutcomeResult::Lost,
            OutcomeResult::Lost => OutcomeResult::Won,
        };
    }
    world.import(&leads).await;
}

#[tokio::test]
async fn a_better_challenger_takes_the_place_of_a_champion_whose_market_has_gone() {
    // The champion learnt from the first 600 deals only, when the market was another one.
    let world = World::new().await;
    let early = World::new().await;
    early.import(&early.history_by_close()[..600]).await;
    let Verdict::Published { model, .. } = early.retrain(reference()).await.verdict else { panic!() };
    let bytes = early.registry().model(&model).await.unwrap().to_bytes();
    let registry = world.registry();
    let found = registry.find_champion().await.unwrap();
    registry.publish_model(bytes, vec![], &found, reference()).await.unwrap();
    turned_history(&world, 600).await;
    let report = world.retrain(reference()).await;
    assert!(matches!(report.verdict, Verdict::Published { .. }), "{:?}", report.verdict);
    let gate = report.study.gate.unwrap();
    assert!(gate.challengers.iter().any(|c| Some(c.learner) == gate.chosen && c.gain_at_least > 0.0));
}

#[tokio::test]
async fn every_run_reviews_past_decisions_by_score_band() {
    let world = World::new().await;
    world.import_history(40).await;
    let few = world.retrain(reference()).await;
    assert_eq!(few.study.past.unwrap().review.verdict, BandVerdict::InsufficientData);
    assert!(matches!(few.verdict, Verdict::Refused { .. }));

    world.import_history(usize::MAX).await;
    let review = world.retrain(reference()).await.study.past.unwrap().review;
    assert_eq!(review.verdict, BandVerdict::Working, "{}", review.because);
    assert_eq!(review.bands.iter().map(|b| b.deals).sum::<usize>(), review.deals);
    let (bottom, top) = (review.bands.first().unwrap(), review.bands.last().unwrap());
    assert!(top.actual > 3.0 * bottom.actual, "{top:?} {bottom:?}");
}

#[tokio::test]
async fn two_publishers_at_once_leave_one_champion() {
    let world = World::new().await;
    let registry = world.registry();
    let found = registry.find_champion().await.unwrap();
    let publish = |bytes: &'static [u8]| registry.publish_model(bytes.to_vec(), vec![], &found, reference());
    let first = publish(b"one").await.unwrap();
    assert!(matches!(publish(b"two").await, Err(RegistryError::Raced)));
    assert_eq!(registry.champion_pointer().await.unwrap().unwrap(), first);
    // The same again is no race: the answer to the first may have been lost.
    assert_eq!(publish(b"one").await.unwrap(), first);
}

#[tokio::test]
async fn a_model_is_rolled_back_and_promoted_in_one_step_and_history_is_kept() {
    let world = World::new().await;
    let registry = world.registry();
    assert!(matches!(registry.roll_back(reference()).await, Err(RegistryError::NoHistory)));
    let first = published(&world).await;
    assert!(matches!(registry.roll_back(reference()).await, Err(RegistryError::NoHistory)));
    let early = World::new().await;
    early.import(&early.history_by_close()[..600]).await;
    let Verdict::Published { model: second, .. } = early.retrain(reference()).await.verdict else { panic!() };
    let bytes = early.registry().model(&second).await.unwrap().to_bytes();
    let found = registry.find_champion().await.unwrap();
    registry.publish_model(bytes, vec![], &found, reference()).await.unwrap();

    let models = |pointer: &ChampionPointer| {
        let before = pointer.history.iter().map(|past| past.model.clone()).collect::<Vec<_>>();
        (pointer.model.clone(), before)
    };
    let back = registry.roll_back(reference()).await.unwrap();
    assert_eq!(models(&back), (first.clone(), vec![]));
    assert_eq!(back.withdrawn[0].model, second, "and a second rollback does not lead to it");
    assert!(matches!(registry.roll_back(reference()).await, Err(RegistryError::NoHistory)));
    let forth = registry.promote(&second, reference()).await.unwrap();
    assert_eq!(models(&forth), (second.clone(), vec![first.clone()]));
    let same = registry.promote(&second, reference()).await.unwrap();
    assert_eq!(models(&same), (second, vec![first]), "promoting it again makes no history");
    let unknown = registry.promote(&leadlight_lead::ModelHash::of(b"none"), reference()).await;
    assert!(matches!(unknown, Err(RegistryError::Missing { .. })), "{unknown:?}");
}

#[tokio::test]
async fn a_damaged_champion_pointer_does_not_keep_a_new_model_out() {
    let world = World::new().await;
    let first = published(&world).await;
    world.objects.damage(CHAMPION_KEY, b"{".to_vec());
    let Verdict::Published { model, .. } = world.retrain(reference()).await.verdict else { panic!() };
    assert_eq!(model, first, "the same deals give the same model");
    assert_eq!(world.registry().champion_pointer().await.unwrap().unwrap().model, model);
}

#[tokio::test]
async fn on_a_cold_start_the_champion_before_a_damaged_one_scores() {
    let world = World::new().await;
    let good = published(&world).await;
    let registry = world.registry();
    let found = registry.find_champion().await.unwrap();
    registry.publish_model(b"no model at all".to_vec(), vec![], &found, reference()).await.unwrap();
    let in_force = InForce::new(world.registry());
    let Champion::Model { hash, .. } = in_force.champion(reference()).await.unwrap() else { panic!() };
    assert_eq!(hash, good);
}

#[tokio::test]
async fn something_else_under_a_models_name_is_not_taken_for_it() {
    let world = World::new().await;
    let registry = world.registry();
    world.objects.put_new(&model_key(&leadlight_lead::ModelHash::of(b"one")), b"two".to_vec()).await.unwrap();
    let found = registry.find_champion().await.unwrap();
    let error = registry.publish_model(b"one".to_vec(), vec![], &found, reference()).await.unwrap_err();
    assert!(matches!(error, RegistryError::Occupied { .. }), "{error}");
    assert!(registry.champion_pointer().await.unwrap().is_none());
}

/// The page for people is there whatever became of the run, and with the model it speaks of.
#[tokio::test]
async fn every_run_leaves_a_page() {
    let world = World::new().await;
    world.import_history(40).await;
    let refused = world.retrain(reference()).await;
    let page = world.objects.get(&refused.page).await.unwrap().unwrap().bytes;
    assert!(String::from_utf8(page).unwrap().contains("rules decide"));
    world.import_history(usize::MAX).await;
    let report = world.retrain(reference() + SignedDuration::from_secs(1)).await;
    let Verdict::Published { model, .. } = &report.verdict else { panic!("{:?}", report.verdict) };
    assert_eq!(
        world.registry().paper(model, REPORT).await.unwrap(),
        world.objects.get(&report.page).await.unwrap().map(|o| o.bytes)
    );
    assert!(world.registry().paper(model, MANIFEST).await.unwrap().is_some());
    // Imported leads were decided by rules: those that went against their points are named.
    let low = report.study.past.unwrap().won_but_low;
    assert!(low.iter().all(|deal| deal.score < 50.0 && !deal.factors.is_empty()));
    assert!(!low.is_empty() && low.is_sorted_by(|a, b| a.score <= b.score));
}

/// The schedule may deliver twice: the second run tells what the first one did.
#[tokio::test]
async fn a_run_that_was_due_is_done_once() {
    let world = World::new().await;
    world.import_history(40).await;
    let due = Request { due_at: Some(reference()), ..request() };
    let first = world.retrain_as(&due, reference()).await;
    world.import_history(usize::MAX).await;
    let again = world.retrain_as(&due, reference() + SignedDuration::from_hours(1)).await;
    assert_eq!(again.verdict, first.verdict);
    assert!(world.registry().champion_pointer().await.unwrap().is_none());
}

#[tokio::test]
async fn scores_that_keep_their_word_are_not_trained_anew() {
    let world = World::new().await;
    world.import_history(usize::MAX).await;
    let check = Request { only_if_degraded: true, ..request() };
    let report = world.retrain_as(&check, reference()).await;
    let Verdict::Refused { because } = report.verdict else { panic!("{:?}", report.verdict) };
    assert!(because.contains("no reason to train"), "{because}");

    let turned = World::new().await;
    turned_history(&turned, 0).await;
    let report = turned.retrain_as(&check, reference()).await;
    assert!(matches!(report.verdict, Verdict::Published { .. }), "{:?}", report.verdict);
}

/// More deals than fit: evenly spaced ones are learnt from, and the report says so.
#[tokio::test]
async fn a_run_on_too_many_deals_samples_and_says_so() {
    let world = World::new().await;
    world.import_history(usize::MAX).await;
    let report = world.retrain_within(&request(), reference(), 700).await;
    assert_eq!(report.deals, 600);
    let said = |what: &str| report.study.audit.findings.iter().any(|f| f.what.contains(what));
    assert!(said("of 1200 closed deals 600 are learnt from"), "{:?}", report.study.audit.findings);
    assert!(matches!(report.verdict, Verdict::Published { .. }), "{:?}", report.verdict);
}

/// Other grades under the old names: deals are graded anew from what was known then, and the old model neither
/// scores nor comes back.
#[tokio::test]
async fn a_policy_that_grades_otherwise_begins_a_new_model() {
    let world = World::new().await;
    let old = published(&world).await;
    let other = leadlight_tests::memory::DEFAULT_POLICY.replace("software = 1.0", "software = 0.1");
    assert_ne!(other, leadlight_tests::memory::DEFAULT_POLICY);
    world.registry().publish_policy(&other, reference()).await.unwrap();
    let passed = world.pass(&[LEAD]).await;
    let request = RouteRequest::from_message(passed.to_route[0].as_bytes()).unwrap();
    let DecidedBy::Rules { because } = &request.decision().unwrap().decided_by else { panic!() };
    assert!(because.contains("it learnt other values of `industry`"), "{because}");
    let unfit = world.registry().promote(&old, reference()).await;
    assert!(matches!(unfit, Err(RegistryError::Unfit { .. })), "{unfit:?}");

    let report = world.retrain(reference()).await;
    let Verdict::Published { model, .. } = &report.verdict else { panic!("{:?}", report.verdict) };
    assert_ne!(*model, old);
    assert_eq!((report.deals, report.left_out), (1200, 0));
    assert!(report.study.audit.findings.iter().any(|f| f.what.contains("graded anew")));
    let back = world.registry().roll_back(reference()).await;
    assert!(matches!(back, Err(RegistryError::Unfit { .. })), "{back:?}");
}

#[tokio::test]
async fn what_travels_is_of_a_named_version() {
    let world = World::new().await;
    let passed = world.pass(&[LEAD]).await;
    let newer = passed.to_route[0].replacen("\"schema_version\":1", "\"schema_version\":2", 1);
    let (_, dead) = through(&world.route(), delivery([newer.as_str()], 1)).await;
    assert!(dead[0].attributes["reason"].contains("upgrade Leadlight"));
    let request = RouteRequest::from_message(passed.to_route[0].as_bytes()).unwrap();
    assert!(!matches!(request.decision().unwrap().disposition, Disposition::Incomplete { .. }));
}
