//! Leads whose time is up by the policy's rules.

use jiff::{SignedDuration, Timestamp};
use leadlight_erase::Erase;
use leadlight_erasure::{Bounds, Letters, Parts, Stores, Swept};
use leadlight_lead::{LeadId, PersonKey, QueueName};
use leadlight_policy::Policy;
use leadlight_ports::memory::{MemoryFacts, MemoryLeads, MemoryObjects, MemoryQueue};
use leadlight_ports::metrics::{Figure, counted};
use leadlight_ports::{
    FactTraces, FixedClock, LeadIndex, LeadStore, LeadTraces, ObjectStore, ObjectTraces, Sought, Subject,
};
use leadlight_tests::memory::{DEFAULT_POLICY, System, delivery, reference, through};
use serde_json::json;

type Places = Parts<MemoryLeads, MemoryFacts, MemoryObjects, MemoryQueue>;

/// Vendors know her, and nobody answers her.
const LEFT: &str = "dana.whitlock@brightforge.example";
/// A customer already, so that the machine rejects the lead; no rule says for how long it is kept.
const KEPT: &str = "lena.voss@globex.example";
const ALL: Bounds = Bounds { until: None, pages: usize::MAX };

fn form(id: &str, email: &str) -> String {
    json!({
        "schema_version": 1, "id": id, "source": "website-form", "email": email, "first_name": "Lena", "title": "VP Revenue Operations",
        "person_id": format!("visitor-of-{email}"),
    })
    .to_string()
}

fn stores(system: &System, rules: &str) -> Stores<Places> {
    let policy = Policy::parse("p.toml", &format!("{DEFAULT_POLICY}\n{rules}")).unwrap();
    Stores {
        leads: system.leads.clone(),
        facts: system.facts.clone(),
        objects: system.objects.clone(),
        letters: vec![Letters { stage: "enrich", queue: MemoryQueue::default() }],
        policy: policy.into(),
    }
}

fn after_days(days: i64) -> Timestamp {
    reference() + SignedDuration::from_hours(24 * days)
}

fn id(event: &str) -> LeadId {
    LeadId::of(&"website-form".parse().unwrap(), &event.parse().unwrap())
}

async fn sweep(stores: &Stores<Places>, days: i64, bounds: Bounds) -> Swept {
    stores.sweep(|| after_days(days), bounds, [9; 32]).await.unwrap()
}

async fn passed(events: &[String]) -> System {
    let system = System::new().await;
    let passed = system.pass(&events.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert!(passed.dead.is_empty(), "{:?}", passed.dead);
    system
}

async fn bought(system: &System, email: &str) -> usize {
    system.facts.about(&[Subject::person(&email.parse().unwrap())]).await.unwrap().len()
}

const RULES: &str = "[retention]\nother_days = 100\nclosed_days = 700\n";

#[tokio::test]
async fn whose_time_is_up_goes_everywhere_and_everybody_else_stays() {
    let events = [form("e1", LEFT), form("e2", LEFT), form("e3", KEPT)];
    let system = passed(&events).await;
    let stores = stores(&system, RULES);
    assert_eq!(system.lead(&id("e1")).await.waits_in(), Some(QueueName::Sdr));
    assert!(bought(&system, LEFT).await > 0, "vendors know her");
    let company = [Subject::company(&"brightforge.example".parse().unwrap())];
    let of_company = system.facts.about(&company).await.unwrap();

    let early = sweep(&stores, 99, ALL).await;
    assert_eq!((early.people, early.seen, early.is_done), (0, 2, true));
    let would = stores.past(after_days(101)).await.unwrap();
    assert_eq!((would.people, would.leads["other"]), (1, 1));
    assert!(system.leads.get(&id("e1")).await.unwrap().is_some(), "looking changes nothing");

    let (swept, told) = counted(sweep(&stores, 101, ALL)).await;
    assert_eq!((swept.people, swept.leads["other"], swept.staying), (1, 1, 0));
    assert!((told.of(Figure::PeopleAgedOut) - 1.0).abs() < f64::EPSILON);
    assert_eq!(system.leads.get(&id("e1")).await.unwrap(), None);
    assert_eq!(system.leads.find(&id("e2")).await.unwrap(), None, "an event that joined");
    let key = PersonKey::of_address(&LEFT.parse().unwrap());
    assert_eq!(system.leads.lead_of(&key).await.unwrap(), None);
    let sought = Sought {
        addresses: [LEFT.parse().unwrap()].into(),
        leads: [id("e1"), id("e2")].into(),
        keys: [key].into(),
    };
    assert!(system.leads.traces(&sought, None).await.unwrap().traces.is_empty());
    assert_eq!(bought(&system, LEFT).await, 0);
    assert!(!of_company.is_empty());
    assert_eq!(system.facts.about(&company).await.unwrap(), of_company, "the company's facts are nobody's");
    assert!(system.leads.get(&id("e3")).await.unwrap().is_some());
    assert!(system.leads.outbox().is_empty(), "a CRM is not told to forget a customer");

    // What stays of it names nobody.
    let lines = system.objects.keys("erased/").await.unwrap();
    assert_eq!(lines.len(), 1);
    let line = system.objects.get(&lines[0]).await.unwrap().unwrap().bytes;
    let line: serde_json::Value = serde_json::from_slice(&line).unwrap();
    assert_eq!((&line["people"], &line["leads"]["other"]), (&json!(1), &json!(1)));
    assert_eq!(line["is_done"], json!(true));
    assert!(line["taken_away"]["bought_facts"].as_u64().unwrap() > 0, "{line}");
    assert!(!line.to_string().contains("whitlock"));

    assert_eq!(sweep(&stores, 102, ALL).await.people, 0, "again: nothing is left");
}

#[tokio::test]
async fn what_they_sent_before_stays_out_and_what_they_send_later_begins_a_new_lead() {
    let first = form("e1", LEFT);
    let system = passed(std::slice::from_ref(&first)).await;
    assert_eq!(sweep(&stores(&system, RULES), 101, ALL).await.people, 1);
    let again = counted(system.pass(&[first.as_str()])).await;
    assert!(again.1.of(Figure::BarredByErasure) > 0.0);
    assert_eq!(system.leads.get(&id("e1")).await.unwrap(), None);
    let later = form("e9", LEFT).replace(
        "\"email\"",
        &format!("\"occurred_at\":\"{}\",\"email\"", reference() + SignedDuration::from_secs(1)),
    );
    let at = (reference() + SignedDuration::from_mins(1)).as_millisecond().to_string();
    let then = reference().as_millisecond().to_string();
    let text = serde_json::to_string(&delivery([later.as_str()], 1)).unwrap().replace(&then, &at);
    let (enrich, score) = (system.enrich(), system.score());
    assert_eq!(through(&enrich, serde_json::from_str(&text).unwrap()).await, (vec![], vec![]));
    let enriched: Vec<String> = enrich.to_score.sent().into_iter().map(|s| s.body).collect();
    through(&score, delivery(enriched.iter().map(String::as_str), 1)).await;
    let to_route: Vec<String> = score.to_route.sent().into_iter().map(|s| s.body).collect();
    assert!(system.routed(&to_route).await.is_empty());
    assert_eq!(system.lead(&id("e9")).await.thread.continues, None);
}

/// A person goes when the time of all their leads is up.
#[tokio::test]
async fn a_person_with_a_lead_that_is_kept_for_longer_stays_whole() {
    let system = passed(&[form("e1", LEFT)]).await;
    let mut closed = system.history().into_iter().next().unwrap();
    // The same person's deal, imported as history.
    let leadlight_lead::RouteRequest::Scored(scored) = &mut closed.content else { panic!("it was scored") };
    scored.enriched.submitted.event.email = LEFT.parse().unwrap();
    scored.enriched.submitted.received_at = reference();
    closed.outcome.as_mut().unwrap().closed_at = reference();
    system.import(&[closed]).await;
    let stores = stores(&system, RULES);
    let swept = sweep(&stores, 101, ALL).await;
    assert_eq!((swept.people, swept.staying), (0, 1));
    assert_eq!(system.leads.of_person(&LEFT.parse().unwrap(), 9).await.unwrap().len(), 2);
    let swept = sweep(&stores, 701, ALL).await;
    assert_eq!((swept.people, swept.leads["closed"], swept.leads["other"]), (1, 1, 1));
    assert!(system.leads.of_person(&LEFT.parse().unwrap(), 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_pass_goes_on_where_the_run_before_ended() {
    let system = System::new().await;
    system.import_history(250).await;
    let stores = stores(&system, RULES);
    let one = Bounds { until: None, pages: 1 };
    let later = 365 * 9;
    let (mut people, mut runs) = (0, 0);
    loop {
        let swept = sweep(&stores, later, one).await;
        (people, runs) = (people + swept.people, runs + 1);
        assert!(swept.seen <= 100, "a run is bounded");
        if swept.is_done {
            break;
        }
    }
    assert!(runs >= 3, "{runs}");
    assert!(people > 200, "{people}");
    assert!(system.leads.all(None, None).await.unwrap().leads.is_empty());
    // A run that has no time left begins nothing after its first page.
    let over = Bounds { until: Some(after_days(0)), pages: 10 };
    assert!(sweep(&stores, later, over).await.is_done, "an empty table is one page");
}

#[tokio::test]
async fn where_the_pass_stands_may_be_damaged_and_costs_no_more_than_beginning_again() {
    let system = passed(&[form("e1", LEFT)]).await;
    system.objects.put_new("retention/pass.json", b"{".to_vec()).await.unwrap();
    assert_eq!(sweep(&stores(&system, RULES), 101, ALL).await.people, 1);
    // One of a release that knows more is not understood, and begins again as well.
    let system = passed(&[form("e1", LEFT)]).await;
    let newer = br#"{"schema_version":9,"after":null}"#.to_vec();
    system.objects.put_new("retention/pass.json", newer).await.unwrap();
    assert_eq!(sweep(&stores(&system, RULES), 101, ALL).await.people, 1);
}

#[tokio::test]
async fn vendors_that_cannot_be_cleared_keep_the_lead_for_the_next_run() {
    let system = passed(&[form("e1", LEFT)]).await;
    let stores = stores(&system, RULES);
    system.facts.set_away(true);
    let failed = stores.sweep(|| after_days(101), ALL, [9; 32]).await.unwrap_err();
    assert!(failed.to_string().contains("bought_facts"), "{failed}");
    // What was about to go is noted before anything goes, and says that it did not end well.
    let lines = system.objects.keys("erased/").await.unwrap();
    let line = system.objects.get(&lines[0]).await.unwrap().unwrap().bytes;
    let line: serde_json::Value = serde_json::from_slice(&line).unwrap();
    assert_eq!((&line["is_done"], &line["people"]), (&json!(false), &json!(1)));
    assert!(system.leads.get(&id("e1")).await.unwrap().is_some());
    system.facts.set_away(false);
    assert_eq!(sweep(&stores, 101, ALL).await.people, 1);
}

#[tokio::test]
async fn the_daily_function_sweeps_and_without_rules_nothing_goes() {
    let system = passed(&[form("e1", LEFT)]).await;
    let run = |rules: &str| Erase { stores: stores(&system, rules), clock: FixedClock(after_days(5000)) };
    let round = run("").run(None, [9; 32]).await.unwrap();
    assert_eq!(round.swept, Swept::default());
    assert!(system.objects.keys("retention/").await.unwrap().is_empty());
    let round = run(RULES).run(None, [9; 32]).await.unwrap();
    assert_eq!((round.swept.people, round.swept.is_done), (1, true));
}
