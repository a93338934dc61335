//! Learning from closed leads: what is published, what is kept, and what a run leaves behind.

use std::fmt::Write as _;

use leadlight_lead::{About, Asked, Came, DecidedBy, ModelHash};
use leadlight_retrain::{Answer, Started};

use super::*;

#[tokio::test]
async fn too_few_deals_mean_rules_and_how_many_are_missing() {
    let world = System::new().await;
    world.import_history(49).await;
    let report = world.retrain(reference()).await;
    let Verdict::Refused { because } = report.verdict else { panic!("{:?}", report.verdict) };
    assert!(because.contains("there are 49"), "{because}");
    assert!(world.registry().pointer::<Artifact>().await.unwrap().is_none());
}

#[tokio::test]
async fn retraining_on_the_same_deals_keeps_the_champion() {
    let world = System::new().await;
    let model = published(&world).await;
    let later = reference() + SignedDuration::from_hours(24 * 30);
    assert!(matches!(world.retrain(later).await.verdict, Verdict::Kept { .. }));
    assert_eq!(world.registry().pointer::<Artifact>().await.unwrap().unwrap().current.hash, model);
}

#[tokio::test]
async fn a_challenger_is_judged_on_deals_neither_model_has_seen() {
    let world = System::new().await;
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

/// The sample history with its tools as a vendor told them, for eleven cents a lead.
async fn bought_history(world: &System) {
    let mut leads = world.history_by_close();
    for lead in &mut leads {
        let RouteRequest::Scored(scored) = &mut lead.content else { panic!() };
        let enriched = &mut scored.enriched;
        if let Some(fact) = &mut enriched.enrichment.company.technologies {
            "acme-data".clone_into(&mut fact.provider);
        }
        enriched.enrichment.asked = vec![Asked {
            provider: "acme-data".to_owned(),
            about: About::Company,
            came: Came::Found,
            cost_usd_micros: 110_000,
            at: enriched.enriched_at,
        }];
    }
    world.import(&leads).await;
}

#[tokio::test]
async fn a_run_says_what_each_vendor_adds_and_costs() {
    let world = System::new().await;
    bought_history(&world).await;
    let report = world.retrain(reference()).await;
    assert!(matches!(report.verdict, Verdict::Published { .. }), "{:?}", report.verdict);
    let judged = report.study.gate.as_ref().unwrap().deals;
    let [bought, imported] = &report.study.vendors[..] else { panic!("{:?}", report.study.vendors) };
    assert_eq!((bought.provider.as_str(), bought.deals, bought.priced), ("acme-data", judged, judged));
    assert!((bought.usd_per_lead().unwrap() - 0.11).abs() < 1e-9);
    assert!(bought.filled > 30 && bought.gain.is_some(), "{bought:?}");
    assert!(imported.is_import() && imported.usd_per_lead().is_none());
    assert!(imported.gain.unwrap().from > 0.0, "all else that is known is worth something: {imported:?}");
    // The champion has learnt from all of them since: nothing can be told of deals that it knows.
    let later = world.retrain(reference() + SignedDuration::from_hours(24)).await;
    assert!(later.study.vendors.iter().all(|vendor| vendor.deals == 0 && vendor.gain.is_none()), "{later:?}");
}

/// The sample history as if the market had turned round half-way: what won now loses.
async fn turned_history(world: &System, from: usize) {
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
    let world = System::new().await;
    let early = System::new().await;
    early.import(&early.history_by_close()[..600]).await;
    let Verdict::Published { model, .. } = early.retrain(reference()).await.verdict else { panic!() };
    let bytes = early.registry().model(&model).await.unwrap().to_bytes();
    let registry = world.registry();
    let found = registry.find::<Artifact>().await.unwrap();
    registry.publish_model(bytes, vec![], &found, &change(), reference()).await.unwrap();
    turned_history(&world, 600).await;
    let report = world.retrain(reference()).await;
    assert!(matches!(report.verdict, Verdict::Published { .. }), "{:?}", report.verdict);
    let gate = report.study.gate.unwrap();
    assert!(gate.challengers.iter().any(|c| Some(c.learner) == gate.chosen && c.gain_at_least > 0.0));
}

/// Imported deals were scored after they had ended: their bands are a back-test, and stand apart.
#[tokio::test]
async fn every_run_tests_imported_deals_back_and_mixes_them_with_nothing() {
    let world = System::new().await;
    world.import_history(40).await;
    let few = world.retrain(reference()).await;
    let back_test = few.study.past.unwrap().back_test.unwrap();
    assert_eq!(back_test.review.verdict, BandVerdict::InsufficientData);
    assert!(matches!(few.verdict, Verdict::Refused { .. }));

    world.import_history(usize::MAX).await;
    let past = world.retrain(reference()).await.study.past.unwrap();
    assert_eq!((past.review.deals, past.review.verdict), (0, BandVerdict::InsufficientData));
    assert!(past.won_but_low.is_empty() && past.months.is_empty() && past.earlier.is_empty());
    let review = past.back_test.unwrap().review;
    assert_eq!(review.verdict, BandVerdict::Working, "{}", review.because);
    assert_eq!(review.bands.iter().map(|b| b.deals).sum::<usize>(), review.deals);
    let (bottom, top) = (review.bands.first().unwrap(), review.bands.last().unwrap());
    assert!(top.actual > 3.0 * bottom.actual, "{top:?} {bottom:?}");
}

#[tokio::test]
async fn two_publishers_at_once_leave_one_champion() {
    let world = System::new().await;
    let registry = world.registry();
    let found = registry.find::<Artifact>().await.unwrap();
    let by = change();
    let publish =
        |bytes: &'static [u8]| registry.publish_model(bytes.to_vec(), vec![], &found, &by, reference());
    let first = publish(b"one").await.unwrap();
    assert!(matches!(publish(b"two").await, Err(RegistryError::Raced)));
    assert_eq!(registry.pointer::<Artifact>().await.unwrap().unwrap(), first);
    // The same again is no race: the answer to the first may have been lost.
    assert_eq!(publish(b"one").await.unwrap(), first);
}

#[tokio::test]
async fn a_model_is_rolled_back_and_promoted_in_one_step_and_history_is_kept() {
    let world = System::new().await;
    let registry = world.registry();
    assert!(matches!(
        registry.roll_back_model(&change(), reference()).await,
        Err(RegistryError::NoHistory { .. })
    ));
    let first = published(&world).await;
    assert!(matches!(
        registry.roll_back_model(&change(), reference()).await,
        Err(RegistryError::NoHistory { .. })
    ));
    let early = System::new().await;
    early.import(&early.history_by_close()[..600]).await;
    let Verdict::Published { model: second, .. } = early.retrain(reference()).await.verdict else { panic!() };
    let bytes = early.registry().model(&second).await.unwrap().to_bytes();
    let found = registry.find::<Artifact>().await.unwrap();
    registry.publish_model(bytes, vec![], &found, &change(), reference()).await.unwrap();

    let models = |pointer: &Pointer<Artifact>| {
        let before = pointer.history.iter().map(|past| past.hash.clone()).collect::<Vec<_>>();
        (pointer.current.hash.clone(), before)
    };
    let back = registry.roll_back_model(&change(), reference()).await.unwrap();
    assert_eq!(models(&back), (first.clone(), vec![]));
    assert_eq!(back.withdrawn[0].hash, second, "and a second rollback does not lead to it");
    assert!(matches!(
        registry.roll_back_model(&change(), reference()).await,
        Err(RegistryError::NoHistory { .. })
    ));
    let forth = registry.promote(&second, &change(), reference()).await.unwrap();
    assert_eq!(models(&forth), (second.clone(), vec![first.clone()]));
    let same = registry.promote(&second, &change(), reference()).await.unwrap();
    assert_eq!(models(&same), (second, vec![first]), "promoting it again makes no history");
    let unknown = registry.promote(&ModelHash::of(b"none"), &change(), reference()).await;
    assert!(matches!(unknown, Err(RegistryError::Missing { .. })), "{unknown:?}");
}

#[tokio::test]
async fn a_damaged_champion_pointer_does_not_keep_a_new_model_out() {
    let world = System::new().await;
    let first = published(&world).await;
    world.objects.damage(Artifact::POINTER_KEY, b"{".to_vec());
    let Verdict::Published { model, .. } = world.retrain(reference()).await.verdict else { panic!() };
    assert_eq!(model, first, "the same deals give the same model");
    assert_eq!(world.registry().pointer::<Artifact>().await.unwrap().unwrap().current.hash, model);
}

#[tokio::test]
async fn on_a_cold_start_the_champion_before_a_damaged_one_scores() {
    let world = System::new().await;
    let good = published(&world).await;
    let registry = world.registry();
    let found = registry.find::<Artifact>().await.unwrap();
    registry
        .publish_model(b"no model at all".to_vec(), vec![], &found, &change(), reference())
        .await
        .unwrap();
    let in_force = InForce::new(world.registry());
    let Champion::Model { hash, .. } = in_force.champion(reference()).await.unwrap() else { panic!() };
    assert_eq!(hash, good);
}

#[tokio::test]
async fn something_else_under_a_models_name_is_not_taken_for_it() {
    let world = System::new().await;
    let registry = world.registry();
    world.objects.put_new(&Artifact::key(&ModelHash::of(b"one")), b"two".to_vec()).await.unwrap();
    let found = registry.find::<Artifact>().await.unwrap();
    let error =
        registry.publish_model(b"one".to_vec(), vec![], &found, &change(), reference()).await.unwrap_err();
    assert!(matches!(error, RegistryError::Occupied { .. }), "{error}");
    assert!(registry.pointer::<Artifact>().await.unwrap().is_none());
}

/// The page for people is there whatever became of the run, and with the model it speaks of.
#[tokio::test]
async fn every_run_leaves_a_page() {
    let world = System::new().await;
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
    // What the event bus is told is short however long the report is, and says where that is.
    let answer = Answer::from(Started::Ran(Box::new(report.clone())));
    assert!(serde_json::to_string(&answer).unwrap().len() < 4096, "{answer:?}");
    let Answer::Ran { report: key, .. } = &answer else { panic!("{answer:?}") };
    let kept = world.objects.get(key).await.unwrap().unwrap().bytes;
    assert_eq!(serde_json::from_slice::<leadlight_retrain::Report>(&kept).unwrap().verdict, report.verdict);
    // Imported leads were decided by rules: those that went against their points are named.
    let back_test = report.study.past.unwrap().back_test.unwrap();
    let low = back_test.won_but_low;
    assert!(low.iter().all(|deal| deal.score < 50.0 && !deal.factors.is_empty()));
    assert!(!low.is_empty() && low.is_sorted_by(|a, b| a.score <= b.score));
    let amounts: u64 = low.iter().filter_map(|deal| deal.amount_usd).sum();
    assert!(back_test.won_low.deals >= low.len() && back_test.won_low.usd >= amounts && amounts > 0);
}

/// The schedule may deliver twice: the second run tells what the first one did.
#[tokio::test]
async fn a_run_that_was_due_is_done_once() {
    let world = System::new().await;
    world.import_history(40).await;
    let due = Request { due_at: Some(reference()), ..request() };
    let first = world.retrain_as(&due, reference()).await;
    world.import_history(usize::MAX).await;
    let again = world.retrain_as(&due, reference() + SignedDuration::from_hours(1)).await;
    assert_eq!(again.verdict, first.verdict);
    assert!(world.registry().pointer::<Artifact>().await.unwrap().is_none());
}

/// The sample history as if it had been worked: decided while the deals were open, by what is in force.
async fn worked_history(world: &System, by: Option<&ModelHash>, turned: bool) {
    let mut leads = world.history_by_close();
    let registry = world.registry();
    let model = match by {
        Some(hash) => Some(registry.model(hash).await.unwrap()),
        None => None,
    };
    for lead in &mut leads {
        let RouteRequest::Scored(scored) = &mut lead.content else { panic!() };
        let decision = &mut scored.decision;
        decision.decided_by = DecidedBy::Rules { because: "no model is published".to_owned() };
        if let Some(model) = &model {
            let prediction = model.predict(&decision.features).unwrap();
            decision.decided_by = DecidedBy::Model { hash: model.hash().clone() };
            (decision.score, decision.probability) = (prediction.score, Some(prediction.probability));
        }
        if turned {
            let outcome = lead.outcome.as_mut().unwrap();
            outcome.result = match outcome.result {
                OutcomeResult::Won => OutcomeResult::Lost,
                OutcomeResult::Lost => OutcomeResult::Won,
            };
        }
    }
    world.import(&leads).await;
}

fn check() -> Request {
    Request { only_if_degraded: true, ..request() }
}

fn is_checked_only(verdict: &Verdict) -> bool {
    let (Verdict::Kept { because } | Verdict::Refused { because }) = verdict else { return false };
    because.contains("no reason to train")
}

#[tokio::test]
async fn scores_that_keep_their_word_are_not_trained_anew() {
    let world = System::new().await;
    worked_history(&world, None, false).await;
    let report = world.retrain_as(&check(), reference()).await;
    assert!(is_checked_only(&report.verdict), "{:?}", report.verdict);
    let past = report.study.past.unwrap();
    assert!(past.review.deals >= 200 && past.back_test.is_none(), "{:?}", past.review);

    let turned = System::new().await;
    worked_history(&turned, None, true).await;
    let report = turned.retrain_as(&check(), reference()).await;
    assert!(matches!(report.verdict, Verdict::Published { .. }), "{:?}", report.verdict);
    let told: Vec<EventKind> = told(&turned).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(told, [EventKind::ModelDegraded, EventKind::ModelPublished]);
}

/// Nobody worked by scores that were given after the fact, so there is nothing for them to fall from.
#[tokio::test]
async fn a_back_test_never_calls_for_training() {
    let world = System::new().await;
    turned_history(&world, 0).await;
    let report = world.retrain_as(&check(), reference()).await;
    assert!(is_checked_only(&report.verdict), "{:?}", report.verdict);
    assert!(told(&world).is_empty());
    assert_eq!(report.study.past.unwrap().back_test.unwrap().review.verdict, BandVerdict::NotDiscriminating);
}

/// What a model had to answer for is looked for again only in what it decided since.
#[tokio::test]
async fn a_fall_calls_for_training_once() {
    let world = System::new().await;
    let early = System::new().await;
    let model = published(&early).await;
    let bytes = early.registry().model(&model).await.unwrap().to_bytes();
    let registry = world.registry();
    let found = registry.find::<Artifact>().await.unwrap();
    registry.publish_model(bytes, vec![], &found, &change(), reference()).await.unwrap();
    worked_history(&world, Some(&model), true).await;
    let first = world.retrain_as(&check(), reference()).await;
    assert!(!is_checked_only(&first.verdict), "{:?}", first.verdict);
    let fall = first.study.past.unwrap().fall.unwrap();
    assert!(fall.because.contains("low scores win more often"), "{}", fall.because);
    // Whatever came of it, an operator puts the old model back: it has answered for all of that.
    world.registry().promote(&model, &change(), reference()).await.unwrap();
    let next = world.retrain_as(&check(), reference() + SignedDuration::from_hours(24)).await;
    assert!(is_checked_only(&next.verdict), "{:?}", next.verdict);
    let past = next.study.past.unwrap();
    assert_eq!(past.review.verdict, BandVerdict::NotDiscriminating, "the page still says how things are");
    let reports = world.registry().reports().await.unwrap();
    assert_eq!(reports.check.unwrap().year(), reports.years[0]);
    let list = world.registry().reports_of(&reports.years[0]).await.unwrap();
    assert_eq!(list.len(), 2, "each is on the list");
    assert_eq!(list[0].outcome.as_deref(), Some("kept"));
}

/// More deals than fit: evenly spaced ones are learnt from, and the report says so.
#[tokio::test]
async fn a_run_on_too_many_deals_samples_and_says_so() {
    let world = System::new().await;
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
    let world = System::new().await;
    let old = published(&world).await;
    let other = DEFAULT_POLICY.replace("software = 1.0", "software = 0.1");
    assert_ne!(other, DEFAULT_POLICY);
    world.registry().publish::<Policy>(&other, &change(), reference()).await.unwrap();
    let passed = world.pass(&[LEAD]).await;
    let request = RouteRequest::from_message(passed.to_route[0].as_bytes()).unwrap();
    let DecidedBy::Rules { because } = &request.decision().unwrap().decided_by else { panic!() };
    assert!(because.contains("it learnt other values of `industry`"), "{because}");
    let unfit = world.registry().promote(&old, &change(), reference()).await;
    assert!(matches!(unfit, Err(RegistryError::Unfit { .. })), "{unfit:?}");

    let report = world.retrain(reference()).await;
    let Verdict::Published { model, .. } = &report.verdict else { panic!("{:?}", report.verdict) };
    assert_ne!(*model, old);
    assert_eq!((report.deals, report.left_out), (1200, 0));
    assert!(report.study.audit.findings.iter().any(|f| f.what.contains("graded anew")));
    let back = world.registry().roll_back_model(&change(), reference()).await;
    assert!(matches!(back, Err(RegistryError::Unfit { .. })), "{back:?}");
}

/// A CRM's export of 300 closed deals and some open ones, in which directors and vice presidents of software companies
/// mostly buy.
fn hubspot_export() -> String {
    let mut text = String::from(
        "Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount,Associated Company,Company Domain Name,Industry,\
         Number of Employees,Country/Region,Job Title,Email\n",
    );
    let first: jiff::civil::Date = "2025-01-06".parse().unwrap();
    let mut draw = 7_u64;
    let mut drawn = |among: u64| {
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (draw >> 33) % among
    };
    for n in 0..320_i64 {
        let (is_software, is_senior, size) = (drawn(2) == 0, drawn(2) == 0, drawn(4));
        let chance = 10 + 35 * u64::from(is_software) + 35 * u64::from(is_senior);
        let created = first + jiff::Span::new().days(n * 2);
        let after = |days: i64| (created + jiff::Span::new().days(days)).strftime("%d/%m/%Y").to_string();
        let (stage, closed) = match (n % 16, drawn(100) < chance) {
            (5, _) => ("Contract Sent (Sales Pipeline)", String::new()),
            (_, true) => ("Closed won (Sales Pipeline)", after(30)),
            (_, false) => ("Closed lost (Sales Pipeline)", after(21)),
        };
        let industry = if is_software { "COMPUTER_SOFTWARE" } else { "Retail" };
        let title = if is_senior { "VP Sales" } else { "Sales Development Representative" };
        let employees = ["11-50", "\"1,250\"", "201-500", ""][usize::try_from(size).unwrap()];
        let created = created.strftime("%d/%m/%Y");
        let _infallible = writeln!(
            text,
            "2991122{n:04},Deal {n},{stage},{closed},{created},\"12,000.00\",Company {n} ({n}),www.company-{n}.example,{industry},\
             {employees},Germany,{title},"
        );
    }
    text
}

fn imported(world: &System, text: &str) -> leadlight::import::Plan {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    leadlight::import::read(file.path(), leadlight::import::How::default(), &world.policy(), reference())
        .unwrap_or_else(|refused| panic!("{:#}", refused.why))
}

#[tokio::test]
async fn a_first_model_comes_from_a_crms_export_as_it_is() {
    let world = System::new().await;
    let plan = imported(&world, &hubspot_export());
    assert_eq!((plan.deals, plan.is_whole()), (300, true), "{:?}", plan.left_out);
    assert!(plan.columns.iter().all(|column| column.not_understood == 0), "{:?}", plan.columns);
    assert!(plan.leads.iter().all(|lead| lead.account_domain().is_some()), "domains become accounts");
    world.import(&plan.leads).await;
    let report = world.retrain(reference()).await;
    assert_eq!(report.deals, 300);
    assert!(matches!(report.verdict, Verdict::Published { .. }), "{:?}", report.verdict);
}

#[tokio::test]
async fn the_sample_history_steps_aside_for_a_companys_own() {
    let world = System::new().await;
    world.import_history(usize::MAX).await;
    assert_eq!(world.retrain(reference()).await.deals, 1200);
    let plan = imported(&world, &hubspot_export());
    world.import(&plan.leads).await;
    let report = world.retrain(reference()).await;
    assert_eq!((report.deals, report.left_out), (300, 1200));
    let told = report.study.audit.findings.iter().any(|found| found.what.starts_with("1200 invented deals"));
    assert!(told, "{:?}", report.study.audit.findings);
    // What learnt from invented deals is held against the company's own, though they are older.
    let gate = report.study.gate.as_ref().unwrap_or_else(|| panic!("{:?}", report.verdict));
    assert_eq!((gate.incumbent, gate.deals), (Incumbent::Champion, 150));
}

/// What the bus is to hear of models: kind and id.
fn told(world: &System) -> Vec<(EventKind, String)> {
    let messages = world.leads.outbox().into_values();
    let events =
        messages.map(|message| leadlight_destinations::Event::from_message(message.as_bytes()).unwrap());
    events.map(|event| (event.kind(), event.id)).collect()
}

#[tokio::test]
async fn a_model_that_scores_is_told_of_once_by_whatever_run_comes_first() {
    let world = System::new().await;
    let model = published(&world).await;
    let first = told(&world);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].0, EventKind::ModelPublished);
    assert!(first[0].1.contains(model.as_str()), "{first:?}");
    let later = reference() + SignedDuration::from_hours(24);
    let kept = world.retrain(later).await;
    assert!(matches!(kept.verdict, Verdict::Kept { .. }));
    assert_eq!(told(&world), first, "the same model, the same event");
}
