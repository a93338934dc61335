//! One person, one lead: whatever the order in which their events come, however often, and whoever else is at work.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use leadlight_accounts::Accounts;
use leadlight_lead::{
    Confirmation, FormSubmit, LeadId, Progress, QueueName, QueuedLead, Rejection, RouteRequest, StageMessage,
    Thread,
};
use leadlight_policy::Policy;
use leadlight_ports::memory::Memory;
use leadlight_ports::{FixedClock, LeadIndex, LeadStore, Replaced, Stored};
use leadlight_registry::{InForce, OpenLoads};
use leadlight_route::Route;
use leadlight_tests::memory::{DEFAULT_POLICY, System, change, delivery, reference, through};
use leadlight_tests::shaky::{Cut, CutQueue, Shaky, ShakyWorld};
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
    let two = person.is_multiple_of(7);
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
        outcomes: leadlight_ports::memory::MemoryQueue::default(),
        marking: leadlight_ports::Marking::new(system.objects.clone()),
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
    let system = System::without_vendors().await;
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
    for _ in 0..2 {
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
            let local =
                |email: &leadlight_lead::EmailAddress| email.as_str().split('@').next().unwrap().to_owned();
            assert_eq!(local(&found.stored.lead.event().email), local(&event.email));
            assert_eq!(found.content_hash, event.content_hash().unwrap().as_str());
        }
        let wanted = wanted.get_or_insert_with(|| found.clone());
        for (person, lead) in &found {
            assert_eq!(lead, &wanted[person], "{person}");
        }
    }
}

fn form(id: &str, days_ago: i64, more: &str) -> String {
    let at = reference() - jiff::SignedDuration::from_hours(24 * days_ago);
    format!(
        r#"{{"schema_version":1,"id":"{id}","source":"website-form","email":"ada@brightforge.example","occurred_at":"{at}"{more}}}"#
    )
}

fn id(event: &str) -> LeadId {
    LeadId::of(&"website-form".parse().unwrap(), &event.parse().unwrap())
}

/// All leads that wait, in whatever queue.
async fn waiting(system: &System) -> Vec<QueuedLead> {
    let mut all = Vec::new();
    for queue in QueueName::ALL {
        all.extend(system.leads.queue(queue, usize::MAX).await.unwrap());
    }
    all
}

/// What people did with a lead, and what followed on it.
async fn write(system: &System, id: &LeadId, change: impl FnOnce(&mut QueuedLead)) {
    let Stored { mut lead, version } = system.leads.get(id).await.unwrap().unwrap();
    change(&mut lead);
    assert_eq!(
        system.leads.replace(&lead, version, leadlight_lead::Counts::NONE).await.unwrap(),
        Replaced::Done
    );
}

fn at_the_reference() -> Confirmation {
    Confirmation { by: "sdr-1".parse().unwrap(), at: reference() }
}

#[tokio::test]
async fn a_further_form_of_a_person_is_scored_with_the_first_and_history_is_kept() {
    let system = world().await;
    system.pass(&[&form("e1", 9, r#","title":"VP Sales","company":"Brightforge""#)]).await;
    let before = system.lead(&id("e1")).await;
    let demo = form("e2", 0, r#","form":{"kind":"demo","name":"Book a demo"},"company":"Brightforge GmbH""#);
    let passed = system.pass(&[&demo]).await;
    assert!(passed.dead.is_empty(), "{:?}", passed.dead);
    let lead = system.lead(&id("e1")).await;
    assert_eq!(system.lead(&id("e2")).await, lead, "found by either event");
    assert_eq!(waiting(&system).await, std::slice::from_ref(&lead));
    assert_eq!((lead.event_count(), lead.wants_score()), (2, false));
    let score = |lead: &QueuedLead| lead.decision().unwrap().score.value();
    assert!(score(&lead) > score(&before), "a demo request counts");
    assert_eq!(lead.thread.scored_before[0].score.value().to_bits(), score(&before).to_bits());
    let event = lead.event();
    assert_eq!(
        (event.title.as_deref(), event.company.as_deref()),
        (Some("VP Sales"), Some("Brightforge GmbH"))
    );
    let kept: Vec<_> =
        lead.enriched().events().iter().map(|e| e.event().id.as_ref().unwrap().as_str()).collect();
    assert_eq!(kept, ["e1", "e2"]);
    // The decision can be made again from what is kept with it.
    let policy = system.policy();
    assert_eq!(policy.assess(lead.enriched()).features, lead.decision().unwrap().features);

    let again = system.pass(&[&demo, &form("e1", 9, r#","title":"VP Sales","company":"Brightforge""#)]).await;
    assert!(again.dead.is_empty());
    assert_eq!(system.lead(&id("e1")).await, lead, "delivered again, nothing changes");
    let other = system.pass(&[&demo.replace("GmbH", "AG")]).await;
    assert!(other.dead[0].attributes["reason"].contains("same source and id"), "{:?}", other.dead[0]);
}

#[tokio::test]
async fn what_people_decided_stays_and_what_is_over_stays_over() {
    let system = world().await;
    system.pass(&[&form("e1", 9, r#","title":"VP Sales""#)]).await;
    write(&system, &id("e1"), |lead| lead.work.progress = Progress::Confirmed(at_the_reference())).await;
    let confirmed = system.lead(&id("e1")).await;
    system.pass(&[&form("e2", 5, r#","title":"Intern""#)]).await;
    let kept = system.lead(&id("e2")).await;
    assert_eq!((kept.content.clone(), kept.waits_in()), (confirmed.content, Some(QueueName::Ae)));
    assert_eq!((kept.event_count(), kept.wants_score()), (2, false), "the event stands beside the decision");

    let turned_down = Rejection {
        by: "ae-1".parse().unwrap(),
        at: reference(),
        reason: "no_budget".parse().unwrap(),
        training: leadlight_lead::TrainingMeaning::Negative,
    };
    write(&system, &id("e1"), |lead| {
        lead.work.progress =
            Progress::Rejected { confirmed: Some(at_the_reference()), rejected: turned_down };
    })
    .await;
    let over = system.lead(&id("e1")).await;
    system.pass(&[&form("e3", 0, r#","form":{"kind":"demo"}"#)]).await;
    let new = system.lead(&id("e3")).await;
    assert_eq!(new.id(), &id("e3"));
    assert_eq!(new.thread.continues.as_ref(), Some(&id("e1")));
    assert_eq!(system.lead(&id("e1")).await, over, "untouched");
    assert_eq!(waiting(&system).await.len(), 1);
    system.pass(&[&form("e4", 0, r#","form":{"kind":"pricing"}"#)]).await;
    assert_eq!(system.lead(&id("e4")).await.id(), new.id(), "what comes now joins the new one");
}

#[tokio::test]
async fn after_the_window_a_new_lead_follows_and_the_old_one_waits_no_more() {
    let system = world().await;
    system.pass(&[&form("e1", 200, r#","title":"VP Sales""#)]).await;
    system.pass(&[&form("e2", 110, "")]).await;
    assert_eq!(system.lead(&id("e2")).await.id(), &id("e1"), "within 90 days of each other");
    system.pass(&[&form("e3", 1, "")]).await;
    let new = system.lead(&id("e3")).await;
    assert_eq!((new.id(), new.thread.continues.as_ref()), (&id("e3"), Some(&id("e1"))));
    let old = system.lead(&id("e1")).await;
    assert_eq!((old.waits_in(), old.thread.continued_in.as_ref()), (None, Some(&id("e3"))));
    assert_eq!(waiting(&system).await, [new], "nobody is listed twice");
}

#[tokio::test]
async fn a_lead_that_a_partner_speaks_for_later_is_seen_before_it_is_scored_with_that() {
    let system = world().await;
    let partner = form("e2", 0, r#","partner":{"name":"Beacon","note":"knows the CFO"}"#)
        .replace("website-form", "partner-portal");
    let partners = LeadId::of(&"partner-portal".parse().unwrap(), &"e2".parse().unwrap());
    system.pass(&[&form("e1", 9, r#","title":"VP Sales""#)]).await;
    system.pass(&[&partner]).await;
    let lead = system.lead(&partners).await;
    assert_eq!((lead.id(), lead.waits_in()), (&id("e1"), Some(QueueName::HumanFirst)));
    assert!(lead.decision().is_none() && !lead.wants_score());
    let taken = system.policy().taken(lead.enriched()).partner.map(|partner| partner.name.clone());
    assert_eq!(taken.as_deref(), Some("Beacon"));
    // The form comes again: it is no look.
    system.pass(&[&form("e1", 9, r#","title":"VP Sales""#)]).await;
    assert_eq!(system.lead(&partners).await, lead);

    let seen = leadlight_lead::Entry {
        at: reference(),
        by: Some("sdr-1".parse().unwrap()),
        what: leadlight_lead::Happening::Seen,
        note: None,
    };
    write(&system, lead.id(), |lead| {
        lead.work.progress = Progress::Seen(at_the_reference());
        lead.work.history.push(seen);
    })
    .await;
    // On its way to be scored, with another form right behind it.
    let message = lead.enriched().to_message().unwrap();
    let score = system.score();
    through(&score, delivery([message.as_str()], 1)).await;
    let scored = score.to_route.sent().remove(0).body;
    system.pass(&[&form("e3", 0, r#","form":{"kind":"demo"}"#)]).await;
    assert!(system.routed(&[scored]).await.is_empty());
    let lead = system.lead(&partners).await;
    assert_eq!((lead.event_count(), lead.thread.since.count()), (3, 0));
    assert!(lead.decision().is_some() && lead.work.progress == Progress::Open);
}

#[tokio::test]
async fn a_policy_may_grade_who_else_is_there_and_what_it_saw_of_them_is_kept() {
    let system = world().await;
    let other = form("o1", 3, r#","title":"Director of Finance""#).replace("ada@", "joan@");
    let twice =
        form("o2", 2, r#","title":"Director of Finance","form":{"kind":"pricing"}"#).replace("ada@", "joan@");
    system.pass(&[&other]).await;
    system.pass(&[&twice]).await;
    assert_eq!(system.lead(&id("o1")).await.enriched().group, None, "nobody asked");
    let table = "\n[criteria.buying_group]\nweight = 10\nmissing = 0\nfull_at = 4\nunknown = 1\n\
                 points = { training = 0, entry = 0, individual = 1, senior = 1, manager = 1, director = 2, vp = 3, \
                 c_level = 3, owner = 3 }\n";
    let grading = format!("{DEFAULT_POLICY}{table}");
    system.registry().publish::<Policy>(&grading, &change(), reference()).await.unwrap();
    system.pass(&[&form("e1", 0, r#","title":"VP Sales""#)]).await;
    let lead = system.lead(&id("e1")).await;
    let group = lead.enriched().group.clone().unwrap();
    assert_eq!(
        group.others,
        [Some(leadlight_lead::Seniority::Director)],
        "each person once, and not oneself"
    );
    let reasons = &lead.decision().unwrap().reasons;
    assert!(reasons.iter().any(|reason| reason.factor == "buying group" && reason.contribution > 0.0));
}

#[tokio::test]
async fn people_of_a_companys_other_domain_are_of_one_account() {
    let system = world().await;
    let list = "domain,relation,owner_sdr,also\nbrightforge.example,,sdr-1,bright-forge.example\n";
    system.registry().publish::<Accounts>(list, &change(), reference()).await.unwrap();
    let other = form("o1", 1, "").replace("ada@brightforge", "joan@bright-forge");
    system.pass(&[&form("e1", 0, ""), &other]).await;
    let account = "brightforge.example".parse().unwrap();
    let there = system.leads.of_account(&account, 9).await.unwrap();
    assert_eq!(there.iter().map(QueuedLead::id).collect::<Vec<_>>(), [&id("e1"), &id("o1")]);
    assert_eq!(there[1].event().email.domain(), "bright-forge.example", "as it was sent");
}

#[tokio::test]
async fn leads_that_were_stored_before_are_found_all_the_same() {
    let system = world().await;
    let apart = world().await;
    apart.pass(&[&form("e1", 9, r#","title":"VP Sales""#)]).await;
    system.leads.insert(&apart.lead(&id("e1")).await).await.unwrap();
    system.pass(&[&form("e2", 0, r#","form":{"kind":"demo"}"#)]).await;
    let lead = system.lead(&id("e2")).await;
    assert_eq!((lead.id(), lead.event_count()), (&id("e1"), 2));
}

#[tokio::test]
async fn someone_who_never_stops_sending_has_a_lead_that_can_still_be_decided() {
    let system = world().await;
    let long = |n: usize| {
        format!(r#","title":"VP Sales","novel":"{}","form":{{"name":"form {n}"}}"#, "x".repeat(60_000))
    };
    for n in 0..30_usize {
        let passed = system.pass(&[&form(&format!("e{n}"), 30 - i64::try_from(n).unwrap(), &long(n))]).await;
        assert!(passed.dead.is_empty(), "{n}: {:?}", passed.dead);
    }
    let lead = system.lead(&id("e7")).await;
    assert_eq!((lead.id(), lead.event_count(), lead.wants_score()), (&id("e0"), 30, false));
    assert_eq!(lead.event().form.name.as_deref(), Some("form 29"), "the latest is kept");
    lead.to_new_document().unwrap();
    assert!(lead.all_events().count() < 30, "and what is left out is counted");
    assert_eq!(waiting(&system).await.len(), 1);
}

/// The same events, cut at each write and each message, before it is done and after: whoever comes again finds it so that
/// in the end all is scored with all.
#[tokio::test]
async fn wherever_it_is_cut_no_event_and_no_score_is_lost() {
    type World = Memory<FixedClock, Shaky, CutQueue>;
    let events = [
        form("e1", 9, r#","title":"VP Sales""#),
        form("e2", 5, r#","person_id":"w-1","form":{"kind":"pricing"}"#),
        form("e3", 0, r#","person_id":"w-1","form":{"kind":"demo"}"#).replace("ada@", "ada@mail."),
    ];
    let run = async |cut: Cut| -> (QueuedLead, usize) {
        let system = world().await;
        let (enrich, score) = (system.enrich(), system.score());
        let to_score = CutQueue { cut: cut.clone(), ..CutQueue::default() };
        let route = Route::<World> {
            leads: Shaky { cut: cut.clone(), ..Shaky::of(&system.leads) },
            in_force: InForce::new(system.registry()),
            loads: OpenLoads::default(),
            to_score: to_score.clone(),
            outcomes: CutQueue::default(),
            marking: leadlight_ports::Marking::new(system.objects.clone()),
            clock: FixedClock(reference()),
        };
        through(&enrich, delivery(events.iter().map(String::as_str), 1)).await;
        let mut wanted: Vec<String> = enrich.to_score.sent().into_iter().map(|s| s.body).collect();
        let (mut scored, mut again) = (0, 0);
        while !wanted.is_empty() {
            through(&score, delivery(wanted.iter().map(String::as_str), 1)).await;
            let to_route: Vec<String> =
                score.to_route.sent().into_iter().skip(scored).map(|s| s.body).collect();
            scored += to_route.len();
            for body in to_route {
                // Until it is done, as SQS delivers it.
                while !through(&route, delivery([body.as_str()], 1)).await.0.is_empty() {}
            }
            wanted = to_score.queue.sent().into_iter().skip(again).map(|s| s.body).collect();
            again += wanted.len();
        }
        let mut lead = system.lead(&id("e3")).await;
        assert_eq!(waiting(&system).await, std::slice::from_ref(&lead));
        // How often it was written, and what was decided meanwhile, is the way and not the end.
        lead.thread.scored_before.clear();
        lead.work.revision = 0;
        (lead, cut.steps())
    };
    let (wanted, steps) = run(Cut::default()).await;
    assert_eq!((wanted.event_count(), wanted.thread.since.count()), (3, 0));
    assert!(steps >= 7, "three are placed, two sent, two decided again: {steps}");
    for step in 0..steps {
        for when_done in [false, true] {
            let (found, _) = run(Cut::at(step, when_done)).await;
            assert_eq!(found, wanted, "cut at step {step}, done: {when_done}");
        }
    }
}
