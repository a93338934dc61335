//! Speed to lead: who gets what, and what happens when nobody answers.

use leadlight_desk::Action;
use leadlight_desk::Team;
use leadlight_destinations::{Event, EventKind, changes};
use leadlight_lead::{Counted, Happening, Progress, QueueName};
use leadlight_ports::memory::MemoryQueue;
use leadlight_ports::{Class, Classed, FixedClock, LeadIndex, LeadStore, Page};
use leadlight_registry::InForce;
use leadlight_registry::Kind;
use leadlight_sla::{Sla, SlaError, SweepReport};
use leadlight_tests::memory::change;

use leadlight_tests::office::{Office, after};
use leadlight_tests::shaky::{Shaky, ShakyWorld};

#[tokio::test]
async fn no_lead_is_ownerless_and_better_grades_are_due_sooner() {
    let office = Office::new().await;
    let mut due = Vec::new();
    for queue in QueueName::ALL {
        for lead in office.world.leads.queue(queue, 100).await.unwrap() {
            assert_eq!(lead.work.owner.is_some(), queue.role().is_some(), "{queue}: {}", lead.id());
            assert_eq!(lead.work.due_at.is_some(), queue.role().is_some());
            if let (QueueName::Sdr, Some(decision)) = (queue, lead.decision()) {
                due.push((decision.grade, lead.work.due_at.unwrap()));
            }
        }
    }
    due.sort();
    assert!(due.len() >= 4);
    assert!(due.windows(2).all(|w| w[0].0 == w[1].0 || w[0].1 < w[1].1), "{due:?}");
}

#[tokio::test]
async fn a_lead_that_nobody_answers_goes_to_another_and_is_counted_once() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    assert_eq!(office.world.sla(after(0)).run(None).await.unwrap().breached, 0);
    let due = office.lead(&id).await.work.due_at.unwrap();
    let swept = office.world.sla(due).run(None).await.unwrap();
    assert!(swept.breached >= 1);
    assert_eq!(office.world.sla(due).run(None).await.unwrap().breached, 0, "a second sweep finds nothing");
    let lead = office.lead(&id).await;
    assert_ne!(lead.work.owner.as_ref(), Some(&sdr.actor.id));
    assert!(lead.work.owner.is_some() && lead.work.due_at.unwrap() > due);
    assert_eq!(lead.work.breaches, 1);
    assert!(lead.work.history.iter().any(|e| matches!(e.what, Happening::Breached { .. })));
    let counted = office.world.leads.tallies("2026-11").await.unwrap();
    assert!(
        counted.iter().any(|(t, _)| matches!(t.counted, Counted::Breached(_)) && t.member == sdr.actor.id)
    );
}

#[tokio::test]
async fn a_lead_someone_works_on_is_left_to_them() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let minutes = office.due_minutes(&id).await;
    office.does(minutes - 1, &sdr, &id, Action::Claim, None).await.unwrap();
    office.world.sla(after(minutes + 1)).run(None).await.unwrap();
    assert_eq!(office.lead(&id).await.work.owner.as_ref(), Some(&sdr.actor.id));
    office.world.sla(after(minutes + 60)).run(None).await.unwrap();
    assert_ne!(office.lead(&id).await.work.owner.as_ref(), Some(&sdr.actor.id), "the hold has ended");
}

#[tokio::test]
async fn without_a_team_leads_lie_in_the_pool_until_there_is_one() {
    let world = leadlight_tests::memory::System::new().await;
    let sample = leadlight_events::samples();
    let bodies: Vec<String> = sample.iter().map(|s| String::from_utf8_lossy(s.bytes).into_owned()).collect();
    world.pass(&bodies.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let pool = world.leads.waiting(QueueName::Sdr, None, Page::first(100)).await.unwrap();
    assert!(!pool.is_empty());
    world.registry().publish::<Team>(leadlight_tests::memory::TEAM, &change(), after(0)).await.unwrap();
    let swept = world.sla(after(5)).run(None).await.unwrap();
    assert!(swept.given >= pool.len());
    assert_eq!(world.leads.waiting(QueueName::Sdr, None, Page::first(100)).await.unwrap(), []);
}

#[tokio::test]
async fn a_damaged_team_file_does_not_stop_routing() {
    let office = Office::new().await;
    office.world.objects.damage(Team::POINTER_KEY, b"{".to_vec());
    let body = include_str!("../../events/samples/01-sdr-vp-revops.json")
        .replace("\"id\": \"", "\"id\": \"x")
        .replace("\"email\": \"", "\"email\": \"x");
    let passed = office.world.pass(&[&body]).await;
    assert_eq!(passed.dead.len(), 0, "{:?}", passed.dead.iter().map(|d| &d.attributes).collect::<Vec<_>>());
    let pool = office.world.leads.waiting(QueueName::Sdr, None, Page::first(10)).await.unwrap();
    assert_eq!(pool.len(), 1, "it lies in the pool");
}

#[tokio::test]
async fn a_lead_of_which_too_little_is_known_has_its_own_time() {
    let office = Office::new().await;
    let lead = office.world.leads.queue(QueueName::CatchAll, 1).await.unwrap().remove(0);
    let policy = office.console(0).policy().await.unwrap();
    let minutes = office.due_minutes(lead.id()).await;
    assert_eq!(minutes, i64::from(policy.people().sla.of_grade(None)), "not that of a grade nobody believes");
}

#[tokio::test]
async fn who_saw_a_lead_is_not_blamed_for_a_scoring_run_that_does_not_end() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::HumanFirst).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    office.does(2, &sdr, &id, Action::See, None).await.unwrap();
    let swept = office.world.sla(after(15)).run(None).await.unwrap();
    assert_eq!(swept, SweepReport { given: 1, ..SweepReport::default() });
    let lead = office.lead(&id).await;
    assert!(matches!(lead.work.progress, Progress::Seen(_)));
    assert_eq!(lead.work.breaches, 0);
    assert!(lead.work.owner.is_some() && lead.work.due_at.unwrap() > after(15), "someone looks after it");
    assert_eq!(office.breached().await, []);
    // Whoever it was given to has to answer it like any other.
    let second = lead.work.owner.unwrap();
    let swept = office.world.sla(lead.work.due_at.unwrap()).run(None).await.unwrap();
    assert!(swept.breached >= 1);
    let given = office.lead(&id).await;
    assert_eq!(given.work.breaches, 1);
    assert_ne!(given.work.owner.as_ref(), Some(&second));
    assert!(office.breached().await.contains(&second));
}

#[tokio::test]
async fn who_takes_a_lead_lost_on_its_way_to_be_scored_has_time_for_it() {
    for takes_over in [false, true] {
        let office = Office::new().await;
        let (id, sdr) = office.first(QueueName::HumanFirst).await;
        office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
        office.does(2, &sdr, &id, Action::See, None).await.unwrap();
        let next = if takes_over { office.person("manager-1").await } else { sdr };
        office.does(13, &next, &id, Action::Claim, None).await.unwrap();
        assert!(office.lead(&id).await.work.due_at.unwrap() > after(13));
        let action = if takes_over { Action::Release } else { Action::See };
        office.does(14, &next, &id, action, None).await.unwrap();
        assert_eq!((office.lead(&id).await.work.breaches, office.breached().await), (0, vec![]));
        let counted = office.world.leads.tallies("2026-11").await.unwrap();
        assert!(!counted.iter().any(|(t, _)| matches!(t.counted, Counted::Late(_))), "{counted:?}");
    }
}

#[tokio::test]
async fn one_lead_that_cannot_be_written_does_not_stop_the_clock_for_the_others() {
    let office = Office::new().await;
    let first = office.world.leads.queue(QueueName::Sdr, 1).await.unwrap().remove(0);
    let all_late = after(60 * 24 * 7);
    let sla = |unwritable| Sla::<ShakyWorld> {
        leads: Shaky { unwritable, ..Shaky::of(&office.world.leads) },
        in_force: InForce::new(office.world.registry()),
        to_score: MemoryQueue::default(),
        clock: FixedClock(all_late),
    };
    let failed = sla(Some(first.id().clone())).run(None).await.unwrap_err();
    assert!(matches!(failed, SlaError::Leads(_)) && failed.class() == Class::Retryable, "it is tried again");
    let mut others = 0;
    for queue in QueueName::ALL.into_iter().filter(|queue| queue.role().is_some()) {
        for lead in office.world.leads.queue(queue, 100).await.unwrap() {
            assert_eq!(lead.work.breaches, u32::from(lead.id() != first.id()), "{queue}");
            others += 1;
        }
    }
    assert!(others > 5, "{others}");
    assert_eq!(sla(None).run(None).await.unwrap().breached, 1, "the next run makes up for it");
}

#[tokio::test]
async fn who_has_a_lead_is_reminded_once_before_its_time_is_up() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let due = office.due_minutes(&id).await;
    let before = office.lead(&id).await;
    assert_eq!(office.world.sla(after(due - 20)).run(None).await.unwrap().reminded, 0, "there is time");
    let swept = office.world.sla(after(due - 14)).run(None).await.unwrap();
    assert!(swept.reminded >= 1 && swept.breached == 0, "{swept:?}");
    let lead = office.lead(&id).await;
    assert_eq!(lead.work.reminded_at, Some(after(due - 14)));
    assert_eq!(office.world.sla(after(due - 9)).run(None).await.unwrap().reminded, 0, "once");

    // What they opened before still holds: nothing that they see has changed.
    let claim = leadlight_tests::office::request(before.work.revision, Action::Claim, None);
    office.console(due - 8).act(&sdr, &id, &claim).await.unwrap();
    assert_eq!(
        changes(Some(&before), &lead, 2).iter().map(Event::kind).collect::<Vec<_>>(),
        [EventKind::LeadDueSoon]
    );

    // Passed on, it has time of its own, and whoever has it now is reminded as well.
    office.does(due - 7, &sdr, &id, Action::Release, None).await.unwrap();
    office.world.sla(after(due)).run(None).await.unwrap();
    let next = office.due_minutes(&id).await;
    office.world.sla(after(next - 5)).run(None).await.unwrap();
    assert_eq!(office.lead(&id).await.work.reminded_at, Some(after(next - 5)));
}

#[tokio::test]
async fn who_works_on_a_lead_is_not_reminded_of_it() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let due = office.due_minutes(&id).await;
    office.does(due - 20, &sdr, &id, Action::Claim, None).await.unwrap();
    office.world.sla(after(due - 10)).run(None).await.unwrap();
    assert_eq!(office.lead(&id).await.work.reminded_at, None);
}
