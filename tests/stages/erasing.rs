//! A person who is erased: nothing of theirs is left anywhere, and nothing of it comes back.

use aws_lambda_events::event::sqs::SqsEvent;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use leadlight_erase::{Erase, Round};
use leadlight_erasure::{Asked, Erased, Letters, Parts, Stores};
use leadlight_lead::{DrawKey, ErasureKey, FormSubmit, LeadId, PersonKey, QueueName, StageMessage};
use leadlight_ports::memory::{Memory, MemoryFacts, MemoryLeads, MemoryObjects, MemoryQueue};
use leadlight_ports::metrics::{Alarm, Figure, counted};
use leadlight_ports::{
    DEPLOYMENT_KEY, FactTraces, FixedClock, LeadIndex, LeadStore, LeadTraces, Marking, MessageQueue,
    ObjectStore, ObjectTraces, Sought, Subject, Tombstones,
};
use leadlight_registry::{InForce, OpenLoads};
use leadlight_route::Route;
use leadlight_sources::Erasure;
use leadlight_tests::memory::{System, delivery, reference, through};
use leadlight_tests::shaky::{Shaky, ShakyWorld};
use leadlight_tests::vendors::MemoryVendors;
use serde_json::{Value, json};

const ADDRESS: &str = "dana.whitlock@brightforge.example";
/// All by which she could be told, but for her address.
const SECRETS: [&str; 3] = ["Whitlock", "+1 415 555 0142", "Please call my sister"];

type Places = Parts<MemoryLeads, MemoryFacts, MemoryObjects, MemoryQueue>;

fn form(id: &str, email: &str) -> String {
    json!({
        "schema_version": 1, "id": id, "source": "website-form", "email": email, "first_name": "Dana",
        "last_name": "Whitlock", "phone": "+1 415 555 0142", "title": "VP Revenue Operations",
        "message": "Please call my sister", "person_id": format!("visitor-of-{email}"),
    })
    .to_string()
}

fn other(id: &str) -> String {
    form(id, "grace@brightforge.example")
        .replace("Whitlock", "Hopper")
        .replace("sister", "office")
        .replace("0142", "0100")
}

fn asked() -> Asked {
    Asked::Address(ADDRESS.parse().unwrap())
}

fn stores(system: &System, letters: &MemoryQueue) -> Stores<Places> {
    Stores {
        leads: system.leads.clone(),
        facts: system.facts.clone(),
        objects: system.objects.clone(),
        letters: vec![Letters { stage: "enrich", queue: letters.clone() }],
        policy: system.policy().into(),
    }
}

async fn erase(system: &System, at: Timestamp) -> Erased {
    stores(system, &MemoryQueue::default()).erase(&asked(), "a test", at, [9; 32]).await.unwrap()
}

fn after(minutes: i64) -> Timestamp {
    reference() + SignedDuration::from_mins(minutes)
}

/// A delivery of what was sent at a moment.
fn sent_at(bodies: &[&str], at: Timestamp) -> SqsEvent {
    let text = serde_json::to_string(&delivery(bodies.iter().copied(), 1)).unwrap();
    let [then, now] = [reference(), at].map(|at| at.as_millisecond().to_string());
    serde_json::from_str(&text.replace(&then, &now)).unwrap()
}

/// Sends what was received at a moment through enrich, score and route: what was set aside or is to come again.
async fn pass_at(system: &System, bodies: &[&str], at: Timestamp) -> (Vec<String>, usize) {
    let (enrich, score) = (system.enrich(), system.score());
    let (mut failed, mut dead) = through(&enrich, sent_at(bodies, at)).await;
    let enriched: Vec<String> = enrich.to_score.sent().into_iter().map(|s| s.body).collect();
    let scored = through(&score, delivery(enriched.iter().map(String::as_str), 1)).await;
    failed.extend(scored.0);
    dead.extend(scored.1);
    let to_route: Vec<String> = score.to_route.sent().into_iter().map(|s| s.body).collect();
    dead.extend(system.routed(&to_route).await);
    (failed, dead.len())
}

/// All that the world around holds, as text.
async fn everything(system: &System, letters: &MemoryQueue) -> String {
    let mut all = String::new();
    for lead in system.leads.all(None, None).await.unwrap().leads {
        all.push_str(&lead.to_document().unwrap());
    }
    for (id, message) in system.leads.outbox() {
        all.push_str(&id);
        all.push_str(&message);
    }
    for key in system.objects.keys("").await.unwrap() {
        all.push_str(&key);
        all.push_str(&String::from_utf8_lossy(&system.objects.get(&key).await.unwrap().unwrap().bytes));
    }
    for letter in letters.receive(100, std::time::Duration::ZERO) {
        all.push_str(&letter.body);
    }
    all
}

fn is_free_of_her(all: &str) {
    for secret in [ADDRESS].into_iter().chain(SECRETS) {
        assert!(!all.to_lowercase().contains(&secret.to_lowercase()), "{secret} is still there");
    }
}

/// Two events, a deal, what vendors told, a dead letter, a request to be forgotten, an export of the table.
async fn a_world_with_her() -> (System, MemoryQueue) {
    let system = System::new().await;
    let events = [form("e1", ADDRESS), form("e2", ADDRESS), other("e3")];
    let passed = system.pass(&events.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert!(passed.dead.is_empty(), "{:?}", passed.dead);
    let outcome = json!({
        "schema_version": 1, "id": "o1", "lead": {"email": ADDRESS}, "deal": "D-1", "occurred_at": reference(),
        "what": {"kind": "lost", "reason": "Whitlock left"},
    });
    let (failed, dead) = through(&system.outcomes(), delivery([outcome.to_string().as_str()], 1)).await;
    assert!(failed.is_empty() && dead.is_empty(), "{dead:?}");
    let letters = MemoryQueue::default();
    letters
        .send(&form("e4", ADDRESS).replace("schema_version\":1", "schema_version\":99"), &[])
        .await
        .unwrap();
    letters.send(&other("e5"), &[]).await.unwrap();
    let request = request(Some(ADDRESS), None);
    system.objects.put_new(&request.key(), request.to_message().unwrap().into_bytes()).await.unwrap();
    system.objects.put_new("exports/run/data/1.json.gz", ADDRESS.as_bytes().to_vec()).await.unwrap();
    for event in [large("e6", ADDRESS), large("e7", "grace@brightforge.example")] {
        let (key, body) = FormSubmit::take(event.as_bytes()).unwrap().whole.unwrap().into_object();
        system.objects.put_new(&key, body).await.unwrap();
    }
    (system, letters)
}

/// An event with a file in it, which names her colleague.
fn large(id: &str, email: &str) -> String {
    let file = format!("{}, and grace@brightforge.example", "QUJD".repeat(50_000));
    json!({ "schema_version": 1, "source": "website-form", "id": id, "email": email, "brief": file })
        .to_string()
}

fn request(email: Option<&str>, person_id: Option<&str>) -> Erasure {
    Erasure {
        source: "website-form".parse().unwrap(),
        person_id: person_id.map(str::to_owned),
        email: email.map(|email| email.parse().unwrap()),
        requested_at: reference(),
    }
}

async fn bought_about_her(system: &System) -> usize {
    system.facts.about(&[Subject::person(&ADDRESS.parse().unwrap())]).await.unwrap().len()
}

#[tokio::test]
async fn nothing_is_left_of_a_person_and_everybody_else_stays() {
    let (system, letters) = a_world_with_her().await;
    let stores = stores(&system, &letters);
    assert!(bought_about_her(&system).await > 0, "vendors know her");

    // What is given out is what would go.
    let held = stores.held(&asked()).await.unwrap();
    let counts = |place: &str| held.places.iter().find(|one| one.place == place).unwrap().held.len();
    assert_eq!((counts("leads"), counts("dead_letters"), counts("requests_to_be_forgotten")), (1, 1, 1));
    let text = serde_json::to_string(&held).unwrap();
    for wanted in [ADDRESS, "Please call my sister", "Whitlock left", "VP Revenue Operations"] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(!text.contains("Hopper"), "nobody else's");

    let (erased, counted) = counted(stores.erase(&asked(), "a test", after(1), [9; 32])).await;
    let line = erased.unwrap().line;
    assert!((counted.of(Figure::PeopleErased) - 1.0).abs() < f64::EPSILON);
    let bought = held.places.iter().find(|one| one.place == "bought_facts").unwrap().held.len();
    let gone = |place: &str| line.taken_away[place];
    assert_eq!(
        (gone("leads"), gone("dead_letters"), gone("requests_to_be_forgotten"), gone("exports_of_the_table")),
        (1, 1, 1, 1)
    );
    assert_eq!(gone("requests_too_large_to_go_on_whole"), 1);
    assert_eq!(system.objects.keys("bodies/").await.unwrap().len(), 1, "one of somebody else is left alone");
    assert_eq!(gone("bought_facts"), bought);
    assert!(gone("links_to_leads") >= 3, "an event that joined, her address, her id: {line:?}");
    is_free_of_her(&everything(&system, &letters).await);
    assert_eq!(bought_about_her(&system).await, 0);
    let her: PersonKey = PersonKey::of_address(&ADDRESS.parse().unwrap());
    assert_eq!(system.leads.lead_of(&her).await.unwrap(), None);
    let sought = Sought { addresses: [ADDRESS.parse().unwrap()].into(), ..Sought::default() };
    assert!(system.leads.traces(&sought, None).await.unwrap().traces.is_empty());

    // Everybody else's is as it was, and the audit line tells of it without her.
    let others = system.leads.of_person(&"grace@brightforge.example".parse().unwrap(), 9).await.unwrap();
    assert_eq!(others.len(), 1);
    assert_eq!(letters.waiting(), 1);
    let audit = system.objects.keys("erased/").await.unwrap();
    assert_eq!(audit.len(), 1);
    let audit = system.objects.get(&audit[0]).await.unwrap().unwrap().bytes;
    let audit: Value = serde_json::from_slice(&audit).unwrap();
    assert_eq!((&audit["by"], &audit["taken_away"]["leads"]), (&json!("a test"), &json!(1)));
    assert!(!audit.to_string().contains(her.as_str()), "no hash that can be guessed");

    // Destinations hear which leads were hers.
    assert!(system.leads.outbox().values().any(|message| message.contains("person.erased")));

    // Again: nothing is there, and nothing is half done.
    let again = stores.erase(&asked(), "a test", after(2), [9; 32]).await.unwrap();
    assert!(!again.was_known, "{:?}", again.line);
}

#[tokio::test]
async fn what_is_on_its_way_meets_the_tombstone_at_every_stage() {
    for stage in 0..3 {
        let system = System::new().await;
        // The deployment has its key, as it has once anything was scored.
        system.objects.put_new(DEPLOYMENT_KEY, vec![7; 32]).await.unwrap();
        let (enrich, score) = (system.enrich(), system.score());
        let body = form("e1", ADDRESS);
        if stage == 0 {
            erase(&system, after(0)).await;
        }
        let ((), barred) = counted(async {
            assert_eq!(through(&enrich, delivery([body.as_str()], 1)).await, (vec![], vec![]));
            let enriched: Vec<String> = enrich.to_score.sent().into_iter().map(|s| s.body).collect();
            assert_eq!(enriched.len(), usize::from(stage > 0));
            if stage == 1 {
                assert!(!erase(&system, after(0)).await.line.taken_away.is_empty());
            }
            through(&score, delivery(enriched.iter().map(String::as_str), 1)).await;
            if stage == 2 {
                erase(&system, after(0)).await;
            }
            let scored: Vec<String> = score.to_route.sent().into_iter().map(|s| s.body).collect();
            let route = system.route();
            let routed = through(&route, delivery(scored.iter().map(String::as_str), 1)).await;
            assert_eq!(routed, (vec![], vec![]), "neither tried again nor set aside");
        })
        .await;
        assert!((barred.of(Figure::BarredByErasure) - 1.0).abs() < f64::EPSILON, "stage {stage}");
        is_free_of_her(&everything(&system, &MemoryQueue::default()).await);
        assert_eq!(bought_about_her(&system).await, 0, "stage {stage}");
    }
}

/// The routing stage over a table that gives others their turn before each step.
fn router(system: &System) -> Route<ShakyWorld> {
    Route {
        leads: Shaky::of(&system.leads),
        in_force: InForce::new(system.registry()),
        loads: OpenLoads::default(),
        to_score: MemoryQueue::default(),
        outcomes: MemoryQueue::default(),
        marking: Marking::new(system.objects.clone()),
        clock: FixedClock(reference()),
    }
}

/// However far the router has come when somebody is erased: the lead is taken away, or is never placed.
#[tokio::test]
async fn an_erasure_and_a_lead_on_its_way_never_miss_each_other() {
    let mut placed_first = 0;
    for steps in 0..40 {
        let system = System::new().await;
        let (enrich, score) = (system.enrich(), system.score());
        let events = [form("e1", ADDRESS), form("e2", ADDRESS)];
        through(&enrich, delivery(events.iter().map(String::as_str), 1)).await;
        let enriched: Vec<String> = enrich.to_score.sent().into_iter().map(|s| s.body).collect();
        through(&score, delivery(enriched.iter().map(String::as_str), 1)).await;
        let to_route: Vec<String> = score.to_route.sent().into_iter().map(|s| s.body).collect();
        assert_eq!(to_route.len(), 2);
        let route = router(&system);
        let mut routing = Box::pin(through(&route, delivery(to_route.iter().map(String::as_str), 1)));
        for _ in 0..steps {
            if (&mut routing).now_or_never().is_some() {
                break;
            }
            // Whoever let others go first is woken once the runtime has its turn.
            tokio::task::yield_now().await;
        }
        placed_first += usize::from(erase(&system, after(0)).await.line.taken_away["leads"] > 0);
        drop(routing);
        // Cut off in the middle, or delivered again: the end is the same.
        let (failed, dead) = through(&route, delivery(to_route.iter().map(String::as_str), 2)).await;
        assert!(failed.is_empty() && dead.is_empty(), "{steps} {dead:?}");
        is_free_of_her(&everything(&system, &MemoryQueue::default()).await);
    }
    assert!((1..40).contains(&placed_first), "both orders were tried: {placed_first}");
}

/// The same without a cut: the router goes on after the erasure from wherever it was.
#[tokio::test]
async fn a_router_that_goes_on_after_an_erasure_places_nothing() {
    for steps in 0..40 {
        let system = System::new().await;
        let (enrich, score) = (system.enrich(), system.score());
        through(&enrich, delivery([form("e1", ADDRESS).as_str()], 1)).await;
        let enriched: Vec<String> = enrich.to_score.sent().into_iter().map(|s| s.body).collect();
        through(&score, delivery(enriched.iter().map(String::as_str), 1)).await;
        let to_route: Vec<String> = score.to_route.sent().into_iter().map(|s| s.body).collect();
        let route = router(&system);
        let mut routing = Box::pin(through(&route, delivery(to_route.iter().map(String::as_str), 1)));
        let mut is_over = false;
        for _ in 0..steps {
            is_over = (&mut routing).now_or_never().is_some();
            if is_over {
                break;
            }
            tokio::task::yield_now().await;
        }
        erase(&system, after(0)).await;
        if !is_over {
            let (failed, dead) = routing.await;
            assert!(failed.is_empty() && dead.is_empty(), "{steps} {dead:?}");
        }
        is_free_of_her(&everything(&system, &MemoryQueue::default()).await);
    }
}

#[tokio::test]
async fn a_form_that_they_send_afterwards_begins_a_new_lead_and_nothing_older_comes_back() {
    let (system, _) = a_world_with_her().await;
    let first = form("e1", ADDRESS);
    erase(&system, after(1)).await;
    // The same event, delivered again by its sender: received afterwards, and erased all the same.
    assert_eq!(pass_at(&system, &[first.as_str()], after(60)).await, (vec![], 0));
    // A late word of what happened before.
    let late =
        form("e7", ADDRESS).replace("\"email\"", &format!("\"occurred_at\":\"{}\",\"email\"", reference()));
    assert_eq!(pass_at(&system, &[late.as_str()], after(60)).await, (vec![], 0));
    // What became of a deal has no lead to go to, and does not wait for one with an address in it.
    let outcome = |at: Timestamp| {
        json!({
            "schema_version": 1, "id": "o2", "lead": {"email": ADDRESS}, "occurred_at": at, "what": {"kind": "no_show"},
        })
        .to_string()
    };
    for at in [reference(), after(30)] {
        assert_eq!(through(&system.outcomes(), sent_at(&[&outcome(at)], after(60))).await, (vec![], vec![]));
    }
    is_free_of_her(&everything(&system, &MemoryQueue::default()).await);

    let anew = form("e8", ADDRESS);
    assert_eq!(pass_at(&system, &[anew.as_str()], after(61)).await, (vec![], 0));
    let id = LeadId::of(&"website-form".parse().unwrap(), &"e8".parse().unwrap());
    let lead = system.lead(&id).await;
    assert_eq!(lead.waits_in(), Some(QueueName::Sdr));
    assert_eq!((lead.all_events().count(), &lead.thread.continues), (1, &None), "nothing is remembered");
    assert!(lead.crm.records().is_empty());
}

/// What was asked for in the middle of an outage is not half done: the person is kept out, and the next run finishes.
#[tokio::test]
async fn an_erasure_that_is_interrupted_keeps_them_out_and_is_finished_later() {
    let (system, letters) = a_world_with_her().await;
    let stores = stores(&system, &letters);
    system.facts.set_away(true);
    let failed = stores.erase(&asked(), "a test", after(1), [9; 32]).await.unwrap_err();
    assert!(failed.to_string().contains("bought_facts"), "{failed}");
    system.facts.set_away(false);
    assert_eq!(pass_at(&system, &[form("e9", ADDRESS).as_str()], reference()).await, (vec![], 0));
    // What they send anew waits until the rest is gone.
    let anew = form("e10", ADDRESS);
    let (failed, dead) = {
        let (enrich, score, route) = (system.enrich(), system.score(), system.route());
        through(&enrich, sent_at(&[&anew], after(30))).await;
        let enriched: Vec<String> = enrich.to_score.sent().into_iter().map(|s| s.body).collect();
        through(&score, delivery(enriched.iter().map(String::as_str), 1)).await;
        let scored: Vec<String> = score.to_route.sent().into_iter().map(|s| s.body).collect();
        through(&route, delivery(scored.iter().map(String::as_str), 1)).await
    };
    assert_eq!((failed.len(), dead.len()), (1, 0), "it is tried again");
    let finished = stores.erase(&asked(), "a test", after(1), [9; 32]).await.unwrap();
    assert_eq!(finished.line.taken_away["leads"], 1);
    is_free_of_her(&everything(&system, &letters).await);
    assert_eq!(pass_at(&system, &[anew.as_str()], after(30)).await, (vec![], 0));
    assert_eq!(system.leads.of_person(&ADDRESS.parse().unwrap(), 9).await.unwrap().len(), 1);
}

/// Vendors are asked while somebody is erased: what they told is taken away by whoever asked.
#[tokio::test]
async fn a_fact_that_was_bought_meanwhile_does_not_stay() {
    let system = System::new().await;
    system.objects.put_new(DEPLOYMENT_KEY, vec![7; 32]).await.unwrap();
    let key = ErasureKey::of(&DrawKey::new([7; 32]));
    let plain = system.enrich();
    let enrich = leadlight_enrich::Enrich::<
        Memory<FixedClock, Shaky, MemoryQueue, MemoryObjects, MemoryVendors>,
        _,
        _,
    > {
        lookup: shaky_lookup(&system),
        tombstones: Shaky::of(&system.leads),
        marking: Marking::new(system.objects.clone()),
        to_score: plain.to_score.clone(),
        to_route: plain.to_route.clone(),
        again: plain.again.clone(),
    };
    let body = form("e1", ADDRESS);
    let mut enriching = Box::pin(through(&enrich, delivery([body.as_str()], 1)));
    // As far as the look that follows on the purchase: it lets others go first.
    while bought_about_her(&system).await == 0 {
        assert!((&mut enriching).now_or_never().is_none(), "it is not handed on before");
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let her = PersonKey::of_address(&ADDRESS.parse().unwrap());
    system.leads.bar(&key.person(&her), after(0)).await.unwrap();
    assert_eq!(enriching.await, (vec![], vec![]));
    assert_eq!(bought_about_her(&system).await, 0);
    assert!(plain.to_score.sent().is_empty());
}

fn shaky_lookup(
    system: &System,
) -> leadlight_enrich::Lookup<
    Memory<FixedClock, Shaky, MemoryQueue, MemoryObjects, MemoryVendors>,
    MemoryFacts,
    leadlight_ports::memory::MemorySecrets,
> {
    leadlight_enrich::Lookup::new(
        InForce::new(system.registry()),
        system.facts.clone(),
        system.vendors.clone(),
        system.secrets.clone(),
        leadlight_ports::memory::MemoryItems::default(),
        FixedClock(reference()),
        leadlight_enrich::Circumstances {
            stack: "leadlight".to_owned(),
            on_one_machine: true,
            environments: 1,
        },
    )
}

/// What senders asked for is done without anybody's hand; what names nobody that can be found is told.
#[tokio::test]
async fn what_senders_ask_for_is_carried_out() {
    let (system, letters) = a_world_with_her().await;
    let unknown = Erasure { source: "a-source-of-before".parse().unwrap(), ..request(None, Some("151")) };
    system.objects.put_new(&unknown.key(), unknown.to_message().unwrap().into_bytes()).await.unwrap();
    let run = |at: Timestamp| Erase { stores: stores(&system, &letters), clock: FixedClock(at) };
    let (round, told) = counted(run(after(5)).run(None, [9; 32])).await;
    assert_eq!(round.unwrap(), Round { erased: 1, unknown: 1, ..Round::default() });
    assert!(told.of(Alarm::ErasureOverdue).abs() < f64::EPSILON, "a day has not passed");
    is_free_of_her(&everything(&system, &letters).await);
    let (round, told) = counted(run(after(60 * 25)).run(None, [9; 32])).await;
    assert_eq!(round.unwrap(), Round { unknown: 1, overdue: 1, ..Round::default() });
    assert!(told.of(Alarm::ErasureOverdue) > 0.0);

    // By an id that counts, the same person.
    let (system, letters) = a_world_with_her().await;
    let by_id = request(None, Some(&format!("visitor-of-{ADDRESS}")));
    system.objects.put_new(&by_id.key(), by_id.to_message().unwrap().into_bytes()).await.unwrap();
    let run = Erase { stores: stores(&system, &letters), clock: FixedClock(after(5)) };
    assert_eq!(run.run(None, [9; 32]).await.unwrap().unknown, 0);
    is_free_of_her(&everything(&system, &letters).await);
    assert!(system.objects.keys("erasures/").await.unwrap().is_empty());
}
