//! One person, one lead: whatever the order in which their events come, however often, and whoever else is at work.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use leadlight_lead::{
    FormSubmit, LeadId, QueueName, QueuedLead, RouteRequest, Thread,
};
use leadlight_policy::Policy;
use leadlight_ports::{FixedClock, LeadIndex, LeadStore};
use leadlight_registry::{InForce, OpenLoads};
use leadlight_route::Route;
use leadlight_tests::memory::{DEFAULT_POLICY, System, change, delivery, reference, through};
use leadlight_tests::shaky::{Shaky, ShakyWorld};
use serde_json::{Value, json};

const PEOPLE: usize = 400;
const EVENTS: usize = 1_000;

/// A small generator of its own: the same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below).unwrap()).unwrap()
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.next(i + 1));
        }
    }
}

/// An event of a person. Every seventh has two addresses, and a source that knows them by an id of its own; other forms
/// know one of the addresses alone.
fn event(n: usize, is_first: bool, numbers: &mut Numbers) -> String {
    let person = n % PEOPLE;
    let two = person % 7 == 0;
    let at = reference() - jiff::SignedDuration::from_hours(i64::try_from(numbers.next(24 * 60)).unwrap());
    let mut event = json!({
        "schema_version": 1, "id": format!("e-{n}"), "source": "website-form",
        "email": format!("person-{person}@company-{}.example", person % 90), "occurred_at": at.to_string(),
    });
    let fields = event.as_object_mut().unwrap();
    let mut tell = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    if two && (is_first || numbers.next(3) > 0) {
        tell("source", "webinar".into());
        tell("person_id", format!("w-{person}").into());
        if !is_first && numbers.next(2) == 0 {
            tell("email", format!("person-{person}@webmail.example").into());
        }
    }
    for (name, values) in [
        ("title", ["VP Sales", "Head of Growth", "Intern", "CTO"]),
        ("industry", ["SaaS", "Banking", "Retail", "Mining"]),
        ("country", ["US", "DE", "FR", "NL"]),
        ("employees", ["12", "51-200", "480", "10000"]),
        ("company", ["Acme", "ACME Inc.", "Beacon", "Corvid"]),
    ] {
        if numbers.next(2) == 0 {
            tell(name, values[numbers.next(4)].into());
        }
    }
    if numbers.next(3) == 0 {
        tell("form", json!({ "name": "Book a demo", "kind": "demo_request" }));
    }
    let pages = (0..numbers.next(4)).map(|page| {
        let at = at - jiff::SignedDuration::from_hours(i64::try_from(page).unwrap());
        json!({ "kind": "page_view", "name": format!("/p{page}"), "at": at.to_string() })
    });
    tell("activity", pages.collect());
    event.to_string()
}

/// Every person has an event; the others are anybody's.
fn events() -> Vec<String> {
    let mut numbers = Numbers(20_261_130);
    let mut of: Vec<usize> = (0..PEOPLE).collect();
    of.extend((PEOPLE..EVENTS).map(|n| n / PEOPLE * PEOPLE + numbers.next(PEOPLE)));
    // Ids are distinct all the same.
    let ids = |n: usize, text: String| text.replacen("\"id\":\"e-", &format!("\"id\":\"{n}-e-"), 1);
    of.into_iter().enumerate().map(|(n, person)| ids(n, event(person, n < PEOPLE, &mut numbers))).collect()
}

/// A table that others write at every step, and four hands that route.
fn routes(system: &System) -> Vec<Route<ShakyWorld>> {
    let route = || Route {
        leads: Shaky::of(&system.leads),
        in_force: InForce::new(system.registry()),
        loads: OpenLoads::default(),
        to_score: leadlight_ports::memory::MemoryQueue::default(),
        clock: FixedClock(reference()),
    };
    (0..4).map(|_| route()).collect()
}

/// Sends all of it through the stages, in batches that several hands work on, a third of them delivered twice.
async fn arrive(system: &System, events: &[String], numbers: &mut Numbers) {
    let (enrich, score) = (system.enrich(), system.score());
    for batch in events.chunks(10) {
        let (failed, dead) = through(&enrich, delivery(batch.iter().map(String::as_str), 1)).await;
        assert!(failed.is_empty() && dead.is_empty(), "{dead:?}");
    }
    let mut to_score: Vec<String> = enrich.to_score.sent().into_iter().map(|s| s.body).collect();
    assert_eq!(to_score.len(), events.len());
    let routes = routes(system);
    let (mut scored, mut again) = (0, vec![0; routes.len()]);
    while !to_score.is_empty() {
        for batch in to_score.chunks(10) {
            through(&score, delivery(batch.iter().map(String::as_str), 1)).await;
        }
        let mut to_route: Vec<String> =
            score.to_route.sent().into_iter().skip(scored).map(|s| s.body).collect();
        scored += to_route.len();
        let twice: Vec<String> = to_route.iter().step_by(3).cloned().collect();
        to_route.extend(twice);
        numbers.shuffle(&mut to_route);
        // What met others too often comes again.
        while !to_route.is_empty() {
            let hands: Vec<(usize, &[String])> =
                to_route.chunks(10).enumerate().map(|(n, batch)| (n % routes.len(), batch)).collect();
            let mut left = Vec::new();
            for round in hands.chunks(routes.len()) {
                let done = join_all(round.iter().map(|(hand, batch)| async {
                    let event = delivery(batch.iter().map(String::as_str), 1);
                    let (failed, dead) = through(&routes[*hand], event).await;
                    assert!(dead.is_empty(), "{dead:?}");
                    failed.into_iter().map(|id| batch[id[2..].parse::<usize>().unwrap()].clone())
                }));
                left.extend(done.await.into_iter().flatten());
            }
            to_route = left;
        }
        to_score.clear();
        for (route, sent) in routes.iter().zip(&mut again) {
            let new: Vec<String> = route.to_score.sent().into_iter().skip(*sent).map(|s| s.body).collect();
            *sent += new.len();
            to_score.extend(new);
        }
    }
}

/// Leads by their person: what stands in them but for which of the events came first (the lead's id, with its hash), what
/// was decided on the way there, and how often it was written and given.
async fn by_person(system: &System) -> BTreeMap<String, QueuedLead> {
    let mut found = BTreeMap::new();
    for queue in QueueName::ALL {
        for mut lead in system.leads.queue(queue, usize::MAX).await.unwrap() {
            assert!(lead.thread.since.is_empty(), "all was scored");
            let first = LeadId::of(&"website-form".parse().unwrap(), &"first".parse().unwrap());
            let RouteRequest::Scored(scored) = &mut lead.content else { panic!("all are scored") };
            scored.enriched.submitted.lead_id = first;
            scored.enriched.submitted.content_hash = leadlight_lead::ContentHash::of(b"first");
            lead.thread = Thread::default();
            lead.work = leadlight_lead::Work::default();
            let address = lead.event().email.as_str();
            let person = address[..address.find('@').unwrap()].to_owned();
            assert_eq!(found.insert(person.clone(), lead), None, "{person} is there once");
        }
    }
    found
}

async fn world() -> System {
    let system = System::new().await;
    // What chance brings before people it draws by the lead's id, which is that of whichever event came first.
    let without_draw = DEFAULT_POLICY.replace("\nshare = 0.02", "\nshare = 0");
    assert_ne!(without_draw, DEFAULT_POLICY);
    system.registry().publish::<Policy>(&without_draw, &change(), reference()).await.unwrap();
    system
}

#[tokio::test]
async fn a_thousand_events_of_four_hundred_people_are_the_same_four_hundred_leads_in_any_order() {
    let events = events();
    assert_eq!(events.len(), EVENTS);
    let mut numbers = Numbers(7);
    let mut wanted = None;
    for _ in 0..3 {
        let mut order = events.clone();
        numbers.shuffle(&mut order);
        let system = world().await;
        arrive(&system, &order, &mut numbers).await;
        let found = by_person(&system).await;
        assert_eq!(found.len(), PEOPLE);
        let joined: usize = found.values().map(QueuedLead::event_count).sum();
        assert_eq!(joined, EVENTS, "each event is in one lead, once");
        // By any of its ids an event is found in its person's lead.
        for body in &events {
            let event = FormSubmit::parse(body.as_bytes()).unwrap();
            let found = system.leads.find(&event.lead_id(reference()).unwrap()).await.unwrap().unwrap();
            let local = |email: &leadlight_lead::EmailAddress| email.as_str().split('@').next().unwrap().to_owned();
            assert_eq!(local(&found.stored.lead.event().email), local(&event.email));
            assert_eq!(found.content_hash, event.content_hash().unwrap().as_str());
        }
        let wanted = wanted.get_or_insert_with(|| found.clone());
        for (person, lead) in &found {
            assert_eq!(lead, &wanted[person], "{person}");
        }
    }
}
