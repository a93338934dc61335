//! Who leaves the team, changes their role or is away: their leads go on, and nobody is blamed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use leadlight_desk::{Action, Team};
use leadlight_lead::{Counted, Happening, LeadId, QueueName, QueuedLead};
use leadlight_ports::memory::MemoryQueue;
use leadlight_ports::{FixedClock, LeadIndex, LeadStore};
use leadlight_registry::{InForce, OpenLoads};
use leadlight_route::Route;
use leadlight_sla::{Sla, SweepReport};
use leadlight_tests::memory::{TEAM, change, delivery, reference, through};
use leadlight_tests::office::{Office, after};
use leadlight_tests::shaky::{Shaky, ShakyWorld};

use crate::load::{office_with, owners, requests};

/// SDRs with more lines of their own, an AE and a manager, all at work around the clock.
fn team(sdrs: &[(&str, &str)]) -> String {
    let mut text = TEAM.split("[members.").next().unwrap().to_owned();
    let others = [("ae-1", "role = \"ae\""), ("manager-1", "role = \"manager\"")];
    for (id, more) in sdrs.iter().chain(&others) {
        let role = if more.contains("role") { "" } else { "role = \"sdr\"" };
        let _ = writeln!(
            text,
            "[members.{id}]\nname = \"Sample {id}\"\nsubject = \"{id}\"\nhours = \"always\"\n{role}\n{more}\n"
        );
    }
    text
}

async fn publish(office: &Office, team: &str) {
    office.world.registry().publish::<Team>(team, &change(), after(1)).await.unwrap();
}

async fn take_in(office: &Office, count: usize) {
    let requests = requests("left", count).await;
    let in_force = InForce::new(office.world.registry());
    let leads = Shaky::of(&office.world.leads);
    let to_score = MemoryQueue::default();
    let marking = leadlight_ports::Marking::new(office.world.objects.clone());
    let route: Route<ShakyWorld> = Route {
        leads,
        in_force,
        loads: OpenLoads::default(),
        to_score,
        marking,
        clock: FixedClock(reference()),
    };
    for batch in requests.chunks(10) {
        through(&route, delivery(batch.iter().map(String::as_str), 1)).await;
    }
}

async fn leads_of(office: &Office, owner: &str) -> Vec<QueuedLead> {
    let leads = office.world.leads.queue(QueueName::Sdr, 10_000).await.unwrap();
    leads.into_iter().filter(|lead| lead.work.owner.as_ref().is_some_and(|id| id.as_str() == owner)).collect()
}

async fn sweep(office: &Office, at: Timestamp) -> SweepReport {
    office.world.sla(at).run(None).await.unwrap()
}

/// Why a lead was given to whom it is now.
async fn because(office: &Office, id: &LeadId) -> String {
    let lead = office.lead(id).await;
    match &lead.work.history.last().unwrap().what {
        Happening::Assigned { because, .. } => because.clone(),
        other => panic!("{other:?}"),
    }
}

/// Nobody let a lead wait, and nobody answered late.
async fn assert_nobody_is_blamed(office: &Office) {
    let counted = office.world.leads.tallies("2026-11").await.unwrap();
    let blame = |c: &Counted| matches!(c, Counted::Breached(_) | Counted::Late(_));
    assert!(!counted.iter().any(|(tally, _)| blame(&tally.counted)), "{counted:?}");
    for lead in office.world.leads.queue(QueueName::Sdr, 10_000).await.unwrap() {
        assert_eq!(lead.work.breaches, 0);
        assert!(!lead.work.history.iter().any(|e| matches!(e.what, Happening::Breached { .. })));
    }
}

const ON_LEAVE: &str = "weight = 5\naway = [{ from = \"2026-11-01\", to = \"2026-12-31\" }]";

#[tokio::test]
async fn the_leads_of_who_has_left_go_to_others_at_the_next_sweep_and_count_against_nobody() {
    let office =
        office_with(&team(&[("sdr-1", ON_LEAVE), ("sdr-2", "weight = 2"), ("sdr-3", "weight = 1")])).await;
    take_in(&office, 6).await;
    let owned = |n: &[(&str, usize)]| -> BTreeMap<_, _> {
        n.iter().map(|(id, n)| (id.parse().unwrap(), *n)).collect()
    };
    assert_eq!(owners(&office).await, owned(&[("sdr-2", 4), ("sdr-3", 2)]), "who is away gets nothing");
    let theirs = leads_of(&office, "sdr-2").await;
    publish(&office, &team(&[("sdr-1", ON_LEAVE), ("sdr-3", "weight = 1")])).await;
    let swept = sweep(&office, after(6)).await;
    assert_eq!(swept, SweepReport { given: 4, ..SweepReport::default() });
    assert_eq!(owners(&office).await, owned(&[("sdr-3", 6)]));
    let because = because(&office, theirs[0].id()).await;
    assert!(because.starts_with("handed on: Sample sdr-2 is no longer in the team; "), "{because}");
    let lead = office.lead(theirs[0].id()).await;
    assert!(lead.work.due_at > theirs[0].work.due_at, "there is time for it again");
    assert_nobody_is_blamed(&office).await;
    assert_eq!(sweep(&office, after(11)).await, SweepReport::default(), "a second sweep finds nothing");
}

#[tokio::test]
async fn a_lead_that_is_held_waits_until_the_hold_ends_and_who_takes_one_over_blames_nobody() {
    let office = office_with(&team(&[("sdr-2", ""), ("sdr-3", "countries = [\"FR\"]")])).await;
    take_in(&office, 3).await;
    let leads = leads_of(&office, "sdr-2").await;
    let (held, late) = (leads[0].id().clone(), leads[1].id().clone());
    let who = office.person("sdr-2").await;
    office.does(2, &who, &held, Action::Claim, None).await.unwrap();
    publish(&office, &team(&[("sdr-3", "")])).await;
    // Before any sweep, a manager takes over one that is late by then.
    let minutes = office.due_minutes(&late).await + 1;
    let manager = office.person("manager-1").await;
    office.does(minutes, &manager, &late, Action::Claim, None).await.unwrap();
    assert!(office.lead(&late).await.work.due_at.unwrap() > after(minutes), "with time of their own");
    assert_eq!(sweep(&office, after(6)).await.given, 1, "neither the one that is held nor the manager's");
    assert_eq!(office.lead(&held).await.work.owner.unwrap().as_str(), "sdr-2");
    assert_eq!(sweep(&office, after(40)).await.given, 1, "the hold has ended");
    assert_eq!(office.lead(&held).await.work.owner.unwrap().as_str(), "sdr-3");
    assert_nobody_is_blamed(&office).await;
}

#[tokio::test]
async fn who_is_away_when_a_lead_is_due_loses_it_without_blame_and_who_is_back_before_keeps_it() {
    let away = |from: &str, to: &str| format!("away = [{{ from = \"{from}\", to = \"{to}\" }}]");
    let with = |more: &str| {
        let text =
            team(&[("sdr-2", more), ("sdr-3", "")]).replacen("hours = \"always\"", "hours = \"morning\"", 1);
        text.replace(
            "[members.sdr-2]",
            "[hours.morning]\ntime_zone = \"UTC\"\nmonday = \"08:00-10:00\"\ntuesday = \"08:00-10:00\"\n\
             wednesday = \"08:00-10:00\"\nthursday = \"08:00-10:00\"\nfriday = \"08:00-10:00\"\n\
             saturday = \"08:00-10:00\"\nsunday = \"08:00-10:00\"\n\n[members.sdr-2]",
        )
    };
    let day = |days: i64| after(60 * 24 * days).strftime("%Y-%m-%d").to_string();
    let office =
        office_with(&with("").replace("[members.sdr-3]", "[members.sdr-3]\ncountries = [\"FR\"]")).await;
    take_in(&office, 2).await;
    let leads = leads_of(&office, "sdr-2").await;
    let (id, due) = (leads[0].id().clone(), leads[0].work.due_at.unwrap());
    let due_day = 1;
    assert_eq!(due.strftime("%Y-%m-%d").to_string(), day(due_day), "it came in after ten");

    // Back on the day it is due: it stays with its owner.
    publish(&office, &with(&away(&day(0), &day(0)))).await;
    assert_eq!(sweep(&office, after(3)).await, SweepReport::default());
    // Away later on, and here now: they can answer before they go.
    publish(&office, &with(&away(&day(due_day), &day(due_day + 9)))).await;
    assert_eq!(sweep(&office, after(5)).await, SweepReport::default());
    // Away now, and still when it is due.
    publish(&office, &with(&away(&day(0), &day(due_day + 9)))).await;
    assert_eq!(sweep(&office, after(7)).await, SweepReport { given: 2, ..SweepReport::default() });
    let because = because(&office, &id).await;
    assert!(because.starts_with("handed on: Sample sdr-2 is away at the time it is due; "), "{because}");
    assert_eq!(office.lead(&id).await.work.owner.unwrap().as_str(), "sdr-3");
    assert_eq!(sweep(&office, after(9)).await, SweepReport::default());
    assert_nobody_is_blamed(&office).await;
}

#[tokio::test]
async fn no_sweep_while_they_were_away_is_not_their_fault_either() {
    let office = office_with(&team(&[("sdr-2", "")])).await;
    take_in(&office, 1).await;
    let day = after(0).strftime("%Y-%m-%d").to_string();
    let away = format!("away = [{{ from = \"{day}\", to = \"{day}\" }}]");
    publish(&office, &team(&[("sdr-2", &away)])).await;
    // They are back when the first sweep comes, and may well get it again, with new time.
    let swept = sweep(&office, after(60 * 30)).await;
    assert_eq!(swept, SweepReport { given: 1, ..SweepReport::default() });
    let lead = leads_of(&office, "sdr-2").await.remove(0);
    assert!(lead.work.due_at.unwrap() > after(60 * 30));
    assert_nobody_is_blamed(&office).await;
}

#[tokio::test]
async fn who_becomes_something_else_hands_on_what_they_no_longer_work_on() {
    let office = office_with(&team(&[("sdr-2", ""), ("sdr-3", "countries = [\"FR\"]")])).await;
    take_in(&office, 2).await;
    publish(&office, &team(&[("sdr-2", "role = \"ae\""), ("sdr-3", "")])).await;
    let lead = leads_of(&office, "sdr-2").await.remove(0);
    assert_eq!(sweep(&office, after(3)).await, SweepReport { given: 2, ..SweepReport::default() });
    let because = because(&office, lead.id()).await;
    assert!(because.starts_with("handed on: Sample sdr-2 has another role now; "), "{because}");
    assert_nobody_is_blamed(&office).await;
}

#[tokio::test]
async fn three_hundred_leads_of_one_who_left_spread_by_weight_and_a_quiet_sweep_reads_a_row_a_person() {
    let before = [("sdr-1", "weight = 2\ncapacity = 1000"), ("sdr-2", "capacity = 1000")];
    let office = office_with(&team(&[("sdr-9", "capacity = 1000")])).await;
    take_in(&office, 300).await;
    publish(&office, &team(&before)).await;
    let leads = Shaky::of(&office.world.leads);
    let (counted, listed) = (leads.counted.clone(), leads.listed.clone());
    let in_force = InForce::new(office.world.registry());
    let sla =
        Sla::<ShakyWorld> { leads, in_force, to_score: MemoryQueue::default(), clock: FixedClock(after(2)) };
    assert_eq!(sla.run(None).await.unwrap(), SweepReport { given: 300, ..SweepReport::default() });
    let owners: Vec<usize> = owners(&office).await.into_values().collect();
    assert_eq!(owners, [200, 100], "weights 2 and 1");
    assert_eq!(counted.load(Ordering::SeqCst), 6, "two people, three queues, counted once");
    listed.store(0, Ordering::SeqCst);
    assert_eq!(sla.run(None).await.unwrap(), SweepReport::default());
    // The pool of five queues, an SDR who left in three of them, and an AE of the team before in one.
    assert_eq!(listed.load(Ordering::SeqCst), 5 + 3 + 1, "whatever the number of leads");
    assert_nobody_is_blamed(&office).await;
}

#[tokio::test]
async fn the_team_page_counts_every_open_lead_and_knows_who_left_by_name() {
    let office = office_with(&team(&[("sdr-2", "capacity = 1000"), ("sdr-3", "countries = [\"FR\"]")])).await;
    take_in(&office, 230).await;
    publish(&office, &team(&[("sdr-3", "")])).await;
    let all = office.world.leads.queue(QueueName::Sdr, 10_000).await.unwrap().len();
    let html = crate::http::page_of(&office, 3, "manager-1", "/manager").await;
    assert!(html.contains("No longer in the team") && html.contains("Sample sdr-2: 230"), "{html}");
    assert_eq!(all, 230);
    let id = leads_of(&office, "sdr-2").await[0].id().clone();
    let html = crate::http::page_of(&office, 3, "manager-1", &format!("/leads/{id}")).await;
    assert!(html.contains("Given to Sample sdr-2") && !html.contains("Given to sdr-2"));
    sweep(&office, after(6)).await;
    let html = crate::http::page_of(&office, 7, "manager-1", "/manager").await;
    assert!(
        !html.contains("No longer in the team") && html.contains("100 of 100") && html.contains("130 of 100")
    );
}
