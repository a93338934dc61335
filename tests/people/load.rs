//! Many leads at once: who has how much is counted once for all of them, and each assignment counts for the next.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use leadlight_desk::Team;
use leadlight_lead::{LeadId, MemberId, QueueName};
use leadlight_ports::memory::MemoryQueue;
use leadlight_ports::{FixedClock, LeadIndex, LeadStore};
use leadlight_registry::{InForce, OpenLoads};
use leadlight_route::Route;
use leadlight_tests::memory::{TEAM, change, delivery, reference, through};
use leadlight_tests::office::{Office, after};
use leadlight_tests::shaky::{Shaky, ShakyWorld};

const STRONG: &str = include_str!("../../events/samples/01-sdr-vp-revops.json");

/// A team of so many SDRs alike, in one time zone, without territories.
fn team_of(count: usize, weight_of_first: u32) -> String {
    let mut text = TEAM.split("[members.").next().unwrap().to_owned();
    let mut member = |id: &str, role: &str, weight: u32| {
        let _ = writeln!(
            text,
            "[members.{id}]\nname = \"{id}\"\nsubject = \"sub-{id}\"\nrole = \"{role}\"\nhours = \"always\"\n\
             weight = {weight}\ncapacity = 100\n"
        );
    };
    for n in 1..=count {
        member(&format!("sdr-{n}"), "sdr", if n == 1 { weight_of_first } else { 1 });
    }
    member("ae-1", "ae", 1);
    member("manager-1", "manager", 1);
    text
}

/// The strong lead, of another person.
pub(crate) fn strong(prefix: &str) -> String {
    STRONG
        .replace("\"id\": \"", &format!("\"id\": \"{prefix}"))
        .replace("\"email\": \"", &format!("\"email\": \"{prefix}"))
}

/// So many strong leads of companies that nobody owns, as `route` gets them.
pub(crate) async fn requests(name: &str, count: usize) -> Vec<String> {
    let bodies: Vec<String> = (0..count).map(|n| strong(&format!("{name}-{n}-"))).collect();
    let apart = Office::empty().await;
    let passed = apart.world.pass(&bodies.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(passed.to_route.len(), count);
    passed.to_route
}

/// The routing stage over a table that gives others their turn before each step.
fn route(office: &Office, leads: Shaky) -> Route<ShakyWorld> {
    let in_force = InForce::new(office.world.registry());
    let to_score = MemoryQueue::default();
    let marking = leadlight_ports::Marking::new(office.world.objects.clone());
    let outcomes = MemoryQueue::default();
    Route {
        leads,
        in_force,
        loads: OpenLoads::default(),
        to_score,
        outcomes,
        marking,
        clock: FixedClock(reference()),
    }
}

pub(crate) async fn owners(office: &Office) -> BTreeMap<MemberId, usize> {
    let mut owners = BTreeMap::new();
    for lead in office.world.leads.queue(QueueName::Sdr, 10_000).await.unwrap() {
        *owners.entry(lead.work.owner.unwrap()).or_default() += 1;
    }
    owners
}

pub(crate) async fn office_with(team: &str) -> Office {
    let office = Office::empty().await;
    office.world.registry().publish::<Team>(team, &change(), after(1)).await.unwrap();
    office
}

#[tokio::test]
async fn a_burst_of_fifty_spreads_by_weight() {
    let office = office_with(&team_of(4, 2)).await;
    let requests = requests("burst", 50).await;
    let leads = Shaky::of(&office.world.leads);
    let route = route(&office, leads);
    for batch in requests.chunks(10) {
        let (failed, dead) = through(&route, delivery(batch.iter().map(String::as_str), 1)).await;
        assert_eq!((failed.len(), dead.len()), (0, 0));
    }
    let owners: Vec<usize> = owners(&office).await.into_values().collect();
    assert_eq!(owners, [20, 10, 10, 10], "weights 2, 1, 1, 1");
}

#[tokio::test]
async fn a_batch_does_not_all_go_to_whom_had_least() {
    let office = office_with(&team_of(3, 1)).await;
    // Loads of 5, 5 and 4.
    let before = requests("before", 14).await;
    let stage = route(&office, Shaky::of(&office.world.leads));
    for request in &before {
        through(&stage, delivery([request.as_str()], 1)).await;
    }
    let mut loads: Vec<usize> = owners(&office).await.into_values().collect();
    loads.sort_unstable();
    assert_eq!(loads, [4, 5, 5]);
    let batch = requests("batch", 10).await;
    let stage = route(&office, Shaky::of(&office.world.leads));
    through(&stage, delivery(batch.iter().map(String::as_str), 1)).await;
    assert_eq!(owners(&office).await.into_values().collect::<Vec<_>>(), [8, 8, 8]);
}

#[tokio::test]
async fn two_hundred_members_are_counted_once_a_batch_and_few_at_a_time() {
    let office = office_with(&team_of(200, 1)).await;
    let requests = requests("large", 10).await;
    let leads = Shaky::of(&office.world.leads);
    let (counted, at_once) = (leads.counted.clone(), leads.most_at_once.clone());
    let (failed, dead) =
        through(&route(&office, leads), delivery(requests.iter().map(String::as_str), 1)).await;
    assert_eq!((failed.len(), dead.len()), (0, 0));
    let load = std::sync::atomic::Ordering::SeqCst;
    assert_eq!(counted.load(load), 600, "three queues of 200 members, once for ten leads");
    assert!(at_once.load(load) <= 16, "{} at once", at_once.load(load));
    assert_eq!(owners(&office).await.len(), 10, "ten leads went to ten people");
}

#[tokio::test]
async fn a_lead_that_was_there_already_takes_nobodys_turn() {
    let office = office_with(&team_of(2, 1)).await;
    let requests = requests("again", 4).await;
    let stage = route(&office, Shaky::of(&office.world.leads));
    let twice: Vec<&str> = [&requests[0]; 7].into_iter().chain(&requests[1..]).map(String::as_str).collect();
    through(&stage, delivery(twice, 1)).await;
    assert_eq!(owners(&office).await.into_values().collect::<Vec<_>>(), [2, 2]);
}

#[tokio::test]
async fn a_sweep_pages_past_what_is_damaged_and_ends_in_time() {
    let office = office_with(&team_of(3, 1)).await;
    let requests = requests("late", 40).await;
    through(
        &route(&office, Shaky::of(&office.world.leads)),
        delivery(requests.iter().map(String::as_str), 1),
    )
    .await;
    let ids: Vec<LeadId> =
        office.world.leads.queue(QueueName::Sdr, 100).await.unwrap().iter().map(|l| l.id().clone()).collect();
    let all_late = after(60 * 24 * 7);
    let sla = |unreadable: usize| leadlight_sla::Sla::<ShakyWorld> {
        leads: Shaky {
            unreadable: ids[..unreadable].iter().cloned().collect(),
            most_rows: Some(10),
            ..Shaky::of(&office.world.leads)
        },
        in_force: InForce::new(office.world.registry()),
        to_score: MemoryQueue::default(),
        clock: FixedClock(all_late),
    };
    let over = sla(0).run(Some(all_late)).await.unwrap();
    assert!(over.cut_short && over.breached == 0, "{over:?}");
    // More damaged ones than fit on a page, at its head.
    let swept = sla(25).run(Some(after(60 * 24 * 8))).await.unwrap();
    assert_eq!((swept.damaged, swept.breached, swept.cut_short), (25, 15, false));
    let lead = office.world.leads.get(&ids[30]).await.unwrap().unwrap().lead;
    assert_eq!(lead.work.breaches, 1);
}
