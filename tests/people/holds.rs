//! Holding a lead: not for ever, not too many, and not past what others have to know.

use futures_util::future::join_all;
use leadlight_desk::Team;
use leadlight_desk::{Action, Refusal};
use leadlight_lead::{Counted, Counts, Happening, LeadId, NoteKind, QueueName};
use leadlight_ports::memory::MemoryQueue;
use leadlight_ports::{FixedClock, LeadIndex, LeadStore, Page};
use leadlight_registry::InForce;
use leadlight_review::{Console, Problem};
use leadlight_tests::memory::TEAM;
use leadlight_tests::memory::change;

use leadlight_tests::office::{Office, after, refusal, request};
use leadlight_tests::shaky::{Shaky, ShakyWorld};

/// So many strong leads more, of one company and under ids of their own.
async fn strong(office: &Office, count: usize) -> Vec<LeadId> {
    let bodies: Vec<String> = (0..count).map(|n| crate::load::strong(&format!("many-{n}-"))).collect();
    office.world.pass(&bodies.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let all = office.world.leads.queue(QueueName::Sdr, usize::MAX).await.unwrap();
    all.iter()
        .filter(|l| l.event().id.as_ref().is_some_and(|id| id.as_str().starts_with("many-")))
        .map(|l| l.id().clone())
        .collect()
}

#[tokio::test]
async fn taking_ones_own_lead_again_does_not_hold_it_for_ever() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let mut minutes = 1;
    let ended = loop {
        match office.does(minutes, &sdr, &id, Action::Claim, None).await {
            Ok(_) => assert!(minutes < 500, "it is held for ever"),
            refused => break refusal(refused),
        }
        minutes += 20;
    };
    assert!(matches!(ended, Refusal::OverdueTooLong { .. }), "{ended:?}");
}

#[tokio::test]
async fn giving_back_what_is_overdue_does_not_hide_that() {
    let office = Office::new().await;
    let (id, _) = office.first(QueueName::Sdr).await;
    let manager = office.person("manager-1").await;
    let due = office.due_minutes(&id).await;
    office.does(due - 1, &manager, &id, Action::Claim, None).await.unwrap();
    office.does(due + 5, &manager, &id, Action::Release, None).await.unwrap();
    let lead = office.lead(&id).await;
    assert_eq!(lead.work.breaches, 1);
    let owner = lead.work.owner.unwrap();
    assert!(
        owner != manager.actor.id && lead.work.due_at.unwrap() > after(due + 5),
        "another has their time"
    );
    assert!(lead.work.history.iter().any(|e| matches!(e.what, Happening::Breached { .. })));
    assert_eq!(office.breached().await, [manager.actor.id]);
}

#[tokio::test]
async fn who_gives_back_what_they_let_pass_does_not_get_it_again() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let due = office.due_minutes(&id).await;
    office.does(due - 1, &sdr, &id, Action::Claim, None).await.unwrap();
    office.does(due + 5, &sdr, &id, Action::Release, None).await.unwrap();
    let lead = office.lead(&id).await;
    assert_ne!(lead.work.owner.as_ref(), Some(&sdr.actor.id));
    assert!(lead.work.owner.is_some() && lead.work.due_at.unwrap() > after(due + 5));
    assert_eq!((lead.work.breaches, office.breached().await), (1, vec![sdr.actor.id]));
}

#[tokio::test]
async fn who_comes_a_little_late_answers_late_and_who_comes_long_after_begins_anew() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let due = office.lead(&id).await.work.due_at.unwrap();
    let minutes = office.due_minutes(&id).await;
    office.does(minutes + 2, &sdr, &id, Action::Claim, None).await.unwrap();
    let lead = office.lead(&id).await;
    assert_eq!((lead.work.breaches, lead.work.due_at), (0, Some(due)));
    // The hold ends, and no sweep comes by.
    office.does(minutes + 40, &sdr, &id, Action::Claim, None).await.unwrap();
    let lead = office.lead(&id).await;
    assert!(
        lead.work.owner.as_ref() == Some(&sdr.actor.id) && lead.work.due_at.unwrap() > after(minutes + 40)
    );
    assert_eq!((lead.work.breaches, office.breached().await), (1, vec![sdr.actor.id]));
}

#[tokio::test]
async fn who_takes_over_what_another_let_pass_has_time_of_their_own() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let manager = office.person("manager-1").await;
    let due = office.due_minutes(&id).await;
    office.does(due + 2, &manager, &id, Action::Claim, None).await.unwrap();
    office.does(due + 3, &manager, &id, Action::Confirm, None).await.unwrap();
    assert_eq!(office.breached().await, [sdr.actor.id]);
    let counted = office.world.leads.tallies("2026-11").await.unwrap();
    assert!(!counted.iter().any(|(t, _)| matches!(t.counted, Counted::Late(_))), "{counted:?}");
}

#[tokio::test]
async fn what_one_let_pass_does_not_come_back_to_them_by_way_of_a_manager() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let lead = office.lead(&id).await;
    // Whoever owns the account comes first.
    let account = lead.account_domain().unwrap();
    let accounts = format!("\n[accounts]\n\"{account}\" = [\"{}\"]\n", sdr.actor.id);
    office
        .world
        .registry()
        .publish::<Team>(&TEAM.replace("\n[accounts]\n", &accounts), &change(), after(1))
        .await
        .unwrap();
    let manager = office.person("manager-1").await;
    let due = office.due_minutes(&id).await;
    office.does(due + 2, &manager, &id, Action::Claim, None).await.unwrap();
    office.does(due + 3, &manager, &id, Action::Release, None).await.unwrap();
    let owner = office.lead(&id).await.work.owner.unwrap();
    assert!(owner != sdr.actor.id && owner != manager.actor.id, "{owner}");
}

#[tokio::test]
async fn a_full_history_does_not_keep_a_manager_from_standing_in() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    loop {
        let note = format!("note {}", office.lead(&id).await.work.history.len());
        let noted = office.does(1, &sdr, &id, Action::Note { about: NoteKind::Context }, Some(&note)).await;
        if noted.is_err() {
            assert_eq!(refusal(noted), Refusal::HistoryFull);
            break;
        }
    }
    let full = office.lead(&id).await.work.history.len();
    let manager = office.person("manager-1").await;
    for _ in 0..80 {
        office.does(2, &manager, &id, Action::Claim, None).await.unwrap();
        office.does(2, &manager, &id, Action::Release, None).await.unwrap();
    }
    let lines = office.lead(&id).await.work.history.len();
    assert!(lines <= full + 62, "changes of hands make room for each other: {lines}");
}

#[tokio::test]
async fn nobody_holds_more_than_allowed_wherever_in_their_list() {
    let office = Office::new().await;
    let mut of_sdr = Vec::new();
    for id in strong(&office, 90).await {
        if office.lead(&id).await.work.owner.is_some_and(|o| o.as_str() == "sdr-1") {
            of_sdr.push(id);
        }
    }
    assert!(of_sdr.len() > 30, "{}", of_sdr.len());
    let sdr = office.person("sdr-1").await;
    for id in of_sdr.iter().rev().take(3) {
        office.does(1, &sdr, id, Action::Claim, None).await.unwrap();
    }
    let again = office.does(2, &sdr, of_sdr.last().unwrap(), Action::Claim, None).await;
    assert!(again.is_ok(), "one's own lead taken again is not one more");
    let fourth = refusal(office.does(2, &sdr, &of_sdr[0], Action::Claim, None).await);
    assert_eq!(fourth, Refusal::HoldsTooMany { held: 3 });
    let next = office.console(2).next(&sdr, &[QueueName::Sdr]).await;
    assert!(matches!(next, Err(Problem::Refused(Refusal::HoldsTooMany { held: 3 }))), "{next:?}");
    // Wherever they look for one more.
    for queue in [QueueName::HumanFirst, QueueName::CatchAll] {
        assert!(office.world.leads.load(queue, Some(&sdr.actor.id), 1).await.unwrap() > 0, "{queue}");
        let next = office.console(2).next(&sdr, &[queue]).await;
        assert!(
            matches!(next, Err(Problem::Refused(Refusal::HoldsTooMany { held: 3 }))),
            "{queue}: {next:?}"
        );
    }
}

/// One person may own more leads than a page of the index shows: an account's owner, or the catch-all.
#[tokio::test]
async fn nobody_holds_more_than_allowed_behind_hundreds_of_others() {
    let office = Office::new().await;
    let sdr = office.person("sdr-1").await;
    let ids = strong(&office, 420).await;
    for id in &ids {
        let there = office.world.leads.get(id).await.unwrap().unwrap();
        let mut lead = there.lead;
        lead.work.owner = Some(sdr.actor.id.clone());
        office.world.leads.replace(&lead, there.version, Counts::NONE).await.unwrap();
    }
    let rows =
        office.world.leads.waiting(QueueName::Sdr, Some(&sdr.actor.id), Page::first(1000)).await.unwrap();
    assert!(rows.len() > 420, "{}", rows.len());
    for row in rows.iter().rev().take(3) {
        office.does(1, &sdr, &row.id, Action::Claim, None).await.unwrap();
    }
    let fourth = refusal(office.does(2, &sdr, &rows[0].id, Action::Claim, None).await);
    assert_eq!(fourth, Refusal::HoldsTooMany { held: 3 });
    let next = office.console(2).next(&sdr, &[QueueName::Sdr]).await;
    assert!(matches!(next, Err(Problem::Refused(Refusal::HoldsTooMany { held: 3 }))), "{next:?}");
}

#[tokio::test]
async fn a_lead_that_cannot_be_written_just_now_does_not_stop_the_next() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    strong(&office, 12).await;
    let first = office.console(1).next(&sdr, &[QueueName::Sdr]).await.unwrap().unwrap();
    office.does(2, &sdr, first.id(), Action::Release, None).await.unwrap();
    let console = Console::<ShakyWorld> {
        leads: Shaky { unwritable: Some(first.id().clone()), ..Shaky::of(&office.world.leads) },
        in_force: InForce::new(office.world.registry()),
        to_score: MemoryQueue::default(),
        clock: FixedClock(after(3)),
    };
    let next = console.next(&sdr, &[QueueName::Sdr]).await.unwrap().unwrap();
    assert_ne!(next.id(), first.id());
    assert!(office.lead(&id).await.waits_in().is_some());
}

#[tokio::test]
async fn two_requests_at_the_very_same_moment_are_one() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let console = Console::<ShakyWorld> {
        leads: Shaky::of(&office.world.leads),
        in_force: InForce::new(office.world.registry()),
        to_score: MemoryQueue::default(),
        clock: FixedClock(after(2)),
    };
    let confirm = request(office.lead(&id).await.work.revision, Action::Confirm, None);
    let twice = join_all([console.act(&sdr, &id, &confirm), console.act(&sdr, &id, &confirm)]).await;
    let mut repeated: Vec<bool> = twice.into_iter().map(|r| r.unwrap().repeated).collect();
    repeated.sort_unstable();
    assert_eq!(repeated, [false, true], "both read before one wrote");
    let counted = office.world.leads.tallies("2026-11").await.unwrap();
    assert_eq!(counted.iter().find(|(t, _)| t.counted == Counted::Confirmed).unwrap().1, 1);
}

#[tokio::test]
async fn a_lead_that_cannot_be_written_keeps_nobody_from_the_next() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    strong(&office, 12).await;
    let first = office.console(1).next(&sdr, &[QueueName::Sdr]).await.unwrap().unwrap();
    office.does(2, &sdr, first.id(), Action::Release, None).await.unwrap();
    let console = |unkeepable, unreadable: &[&LeadId]| Console::<ShakyWorld> {
        leads: Shaky {
            unkeepable,
            unreadable: unreadable.iter().map(|id| (*id).clone()).collect(),
            ..Shaky::of(&office.world.leads)
        },
        in_force: InForce::new(office.world.registry()),
        to_score: MemoryQueue::default(),
        clock: FixedClock(after(3)),
    };
    let full = console(Some(first.id().clone()), &[]);
    let next = full.next(&sdr, &[QueueName::Sdr]).await.unwrap().unwrap();
    assert_ne!(next.id(), first.id());
    let claim = request(office.lead(first.id()).await.work.revision, Action::Claim, None);
    let told = full.act(&sdr, first.id(), &claim).await.unwrap_err();
    assert!(matches!(told, Problem::Damaged) && told.status().as_u16() == 409, "{told:?}");
    let damaged = console(None, &[&id]).lead(&id).await.unwrap_err();
    assert!(matches!(damaged, Problem::Damaged), "no moment's waiting helps: {damaged:?}");
}
