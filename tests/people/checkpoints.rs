//! Both checkpoints, and every way around them that is none.

use leadlight_desk::{Action, Refusal};
use leadlight_lead::{
    Attestation, Counted, Happening, Level, NoteKind, Progress, QueueName, StageMessage, TrainingMeaning,
};
use leadlight_ports::{LeadIndex, LeadStore};

use leadlight_tests::office::{Office, refusal, request};

pub(crate) fn attestation() -> Attestation {
    Attestation {
        buying_signal: Level::Strong,
        strategic_fit: Level::Some,
        relationship: Level::None,
        deal_size: "10k_50k".parse().unwrap(),
    }
}

fn reject(code: &str) -> Action {
    Action::Reject { reason: code.parse().unwrap() }
}

#[tokio::test]
async fn a_lead_goes_through_both_checkpoints_and_keeps_the_machines_word() {
    let office = Office::new().await;
    let (id, ae) = office.confirmed().await;
    let before = office.lead(&id).await;
    assert_eq!(before.waits_in(), Some(QueueName::Ae));
    office.does(3, &ae, &id, Action::Claim, None).await.unwrap();
    office
        .does(4, &ae, &id, Action::Accept { attestation: attestation() }, Some("met at a fair"))
        .await
        .unwrap();
    let lead = office.lead(&id).await;
    let Progress::Accepted { confirmed, accepted } = &lead.work.progress else {
        panic!("{:?}", lead.work.progress)
    };
    assert_ne!(confirmed.by, accepted.by);
    assert_eq!(accepted.attestation, attestation());
    assert_eq!((lead.waits_in(), lead.work.claim.clone()), (None, None));
    assert_eq!(lead.content, before.content, "what the machine found and decided is as it was");
    let what: Vec<&Happening> = lead.work.history.iter().map(|e| &e.what).collect();
    assert!(matches!(
        what[..],
        [
            Happening::Assigned { .. },
            Happening::Confirmed,
            Happening::Assigned { .. },
            Happening::Accepted { .. }
        ]
    ));
    let counted = office.world.leads.tallies("2026-11").await.unwrap();
    let times =
        |wanted: &Counted| counted.iter().filter(|(t, _)| t.counted == *wanted).map(|(_, n)| n).sum::<u64>();
    assert_eq!((times(&Counted::Confirmed), times(&Counted::Accepted)), (1, 1));
}

#[tokio::test]
async fn nothing_skips_a_checkpoint() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let (manager, ae) = (office.person("manager-1").await, office.person("ae-1").await);
    for who in [&sdr, &manager, &ae] {
        let _ = office.does(1, who, &id, Action::Claim, None).await;
        let accepted = office.does(1, who, &id, Action::Accept { attestation: attestation() }, None).await;
        assert!(matches!(refusal(accepted), Refusal::NotNow { .. }), "{:?}", who.actor);
        let back = office.does(1, who, &id, Action::SendBack, Some("why")).await;
        assert!(matches!(refusal(back), Refusal::NotNow { .. }));
    }
    let (id, ae) = office.confirmed().await;
    office.does(3, &ae, &id, Action::Claim, None).await.unwrap();
    let again = office.does(3, &ae, &id, Action::Confirm, None).await;
    assert!(matches!(refusal(again), Refusal::NotNow { .. }), "an AE does not confirm");
}

#[tokio::test]
async fn a_rejection_needs_a_reason_of_the_list_and_other_needs_words() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let before = office.lead(&id).await;
    assert_eq!(refusal(office.does(2, &sdr, &id, reject("no_such"), None).await), Refusal::UnknownReason);
    let other = office.does(2, &sdr, &id, reject("other"), Some("  ")).await;
    assert_eq!(refusal(other), Refusal::NoteMissing { what: "this reason" });
    let long = office.does(2, &sdr, &id, reject("other"), Some(&"x".repeat(100_000))).await;
    assert!(matches!(refusal(long), Refusal::NoteTooLong { characters: 100_000, .. }));
    let binary = office.does(2, &sdr, &id, reject("other"), Some("a\u{1b}[31mb")).await;
    assert_eq!(refusal(binary), Refusal::NoteNotText);
    let flagged = office.does(2, &sdr, &id, Action::Flag, None).await;
    assert_eq!(refusal(flagged), Refusal::NoteMissing { what: "a flag" });
    assert_eq!(office.lead(&id).await, before, "nothing has changed");

    office.does(2, &sdr, &id, reject("no_need"), Some("<script>alert(1)</script>")).await.unwrap();
    let lead = office.lead(&id).await;
    let Progress::Rejected { confirmed: None, rejected } = &lead.work.progress else { panic!() };
    assert_eq!((rejected.reason.as_str(), rejected.training), ("no_need", TrainingMeaning::Negative));
    assert_eq!(lead.waits_in(), None);
}

#[tokio::test]
async fn a_form_sent_twice_is_done_once_and_an_old_one_changes_nothing() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let seen = office.lead(&id).await.work.revision;
    let note = || Action::Note { about: NoteKind::RoleChange };
    let sends = async |action, note| office.console(2).act(&sdr, &id, &request(seen, action, note)).await;
    assert!(!sends(note(), Some("leaves in May")).await.unwrap().repeated);
    assert!(sends(note(), Some("leaves in May")).await.unwrap().repeated);
    assert_eq!(office.lead(&id).await.work.history.iter().filter(|e| e.note.is_some()).count(), 1);
    assert_eq!(refusal(sends(Action::Confirm, None).await), Refusal::Stale, "a note has come since");

    let now = office.lead(&id).await.work.revision;
    let confirm = request(now, Action::Confirm, None);
    let console = office.console(3);
    for repeated in [false, true] {
        assert_eq!(console.act(&sdr, &id, &confirm).await.unwrap().repeated, repeated, "a double click");
    }
    let counted = office.world.leads.tallies("2026-11").await.unwrap();
    let confirmed = counted.iter().find(|(t, _)| t.counted == Counted::Confirmed).unwrap();
    assert_eq!(confirmed.1, 1, "and counted once");
}

#[tokio::test]
async fn two_people_never_hold_one_lead() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let other = if sdr.actor.id.as_str() == "sdr-1" { "sdr-2" } else { "sdr-1" };
    let (other, manager) = (office.person(other).await, office.person("manager-1").await);
    let not_yours = office.does(1, &other, &id, Action::Claim, None).await;
    assert!(matches!(refusal(not_yours), Refusal::NotYours { .. }));

    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let held = office.does(2, &manager, &id, Action::Claim, None).await;
    assert!(matches!(refusal(held), Refusal::HeldByOther { .. }));
    let decided = office.does(2, &manager, &id, Action::Confirm, None).await;
    assert!(matches!(refusal(decided), Refusal::HeldByOther { .. }));

    // Half an hour later the hold has ended; a renewal would have kept it.
    assert!(matches!(
        refusal(office.does(31, &sdr, &id, Action::Confirm, None).await),
        Refusal::Expired { .. }
    ));
    assert!(matches!(
        refusal(office.does(31, &sdr, &id, Action::Renew, None).await),
        Refusal::Expired { .. }
    ));
    office.does(31, &manager, &id, Action::Claim, None).await.unwrap();
    assert_eq!(office.lead(&id).await.work.owner, Some(manager.actor.id.clone()));
    assert!(matches!(
        refusal(office.does(32, &sdr, &id, Action::Confirm, None).await),
        Refusal::HeldByOther { .. }
    ));
    office.does(50, &manager, &id, Action::Renew, None).await.unwrap();
    office.does(79, &manager, &id, Action::Confirm, None).await.unwrap();
}

#[tokio::test]
async fn the_next_lead_is_free_and_nobody_hoards() {
    let office = Office::new().await;
    let console = office.console(1);
    let mut seen = Vec::new();
    for member in ["sdr-1", "sdr-2"] {
        let person = office.person(member).await;
        loop {
            match console.next(&person, &[QueueName::Sdr]).await {
                Ok(Some(lead)) => {
                    assert_eq!(lead.work.claim.as_ref().unwrap().holder, person.actor.id);
                    seen.push(lead.id().clone());
                }
                Ok(None) => break,
                Err(leadlight_review::Problem::Refused(Refusal::HoldsTooMany { held })) => {
                    assert_eq!(held, 3);
                    break;
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count, "no lead was given twice");
    assert!(count >= 4, "{count}");
}

#[tokio::test]
async fn an_ae_sends_back_to_whoever_had_confirmed() {
    let office = Office::new().await;
    let (id, ae) = office.confirmed().await;
    let sdr = office
        .lead(&id)
        .await
        .work
        .history
        .iter()
        .find(|e| e.what == Happening::Confirmed)
        .unwrap()
        .by
        .clone();
    office.does(3, &ae, &id, Action::Claim, None).await.unwrap();
    assert!(matches!(
        refusal(office.does(4, &ae, &id, Action::SendBack, None).await),
        Refusal::NoteMissing { .. }
    ));
    office.does(4, &ae, &id, Action::SendBack, Some("whose budget is it?")).await.unwrap();
    let lead = office.lead(&id).await;
    assert_eq!((lead.waits_in(), &lead.work.progress), (Some(QueueName::Sdr), &Progress::Open));
    assert_eq!(lead.work.owner, sdr);
    let answered = office.world.leads.answered(None).await.unwrap().leads;
    assert!(answered.iter().any(|answered| answered.id() == &id), "what the SDR said is heard all the same");
}

#[tokio::test]
async fn a_flag_brings_a_second_look() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    office.does(2, &sdr, &id, Action::Flag, Some("I know them")).await.unwrap();
    let lead = office.lead(&id).await;
    assert_eq!(lead.waits_in(), Some(QueueName::Flagged));
    let denied = office.does(3, &sdr, &id, Action::Claim, None).await;
    assert!(matches!(refusal(denied), Refusal::WrongRole { .. }));
    let manager = office.person("manager-1").await;
    assert_eq!(lead.work.owner.as_ref(), Some(&manager.actor.id));
    office.does(3, &manager, &id, Action::Claim, None).await.unwrap();
    office.does(4, &manager, &id, Action::Confirm, None).await.unwrap();
    assert_eq!(office.lead(&id).await.waits_in(), Some(QueueName::Ae));
}

#[tokio::test]
async fn an_override_stands_apart_and_a_hard_no_takes_a_manager() {
    let office = Office::new().await;
    let (sdr, manager) = (office.person("sdr-1").await, office.person("manager-1").await);
    let nurtured = office.world.leads.queue(QueueName::Nurture, 1).await.unwrap().remove(0);
    let id = nurtured.id();
    assert!(matches!(refusal(office.does(1, &sdr, id, Action::Claim, None).await), Refusal::NotNow { .. }));
    assert!(matches!(
        refusal(office.does(1, &sdr, id, Action::Override, None).await),
        Refusal::NoteMissing { .. }
    ));
    office.does(1, &sdr, id, Action::Override, Some("they called")).await.unwrap();
    let lead = office.lead(id).await;
    assert_eq!((lead.queue, lead.waits_in()), (QueueName::Nurture, Some(QueueName::Sdr)));
    assert_eq!(lead.content, nurtured.content);

    let no = office.world.leads.queue(QueueName::Disqualified, 50).await.unwrap();
    let hard = no.iter().find(|l| l.decision().unwrap().summary.contains("disqualified")).unwrap().id();
    let denied = office.does(1, &sdr, hard, Action::Override, Some("but")).await;
    assert!(matches!(refusal(denied), Refusal::WrongRole { .. }));
    office.does(1, &manager, hard, Action::Override, Some("not a customer any more")).await.unwrap();
    assert_eq!(office.lead(hard).await.waits_in(), Some(QueueName::Sdr));
}

#[tokio::test]
async fn a_partners_lead_is_scored_once_a_person_has_seen_it() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::HumanFirst).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let confirmed = office.does(2, &sdr, &id, Action::Confirm, None).await;
    assert!(matches!(refusal(confirmed), Refusal::NotNow { .. }), "it has no score to confirm");
    let console = office.console(2);
    let revision = office.lead(&id).await.work.revision;
    console.act(&sdr, &id, &request(revision, Action::See, Some("asked the partner"))).await.unwrap();
    let sent = console.to_score.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(office.lead(&id).await.waits_in(), Some(QueueName::HumanFirst), "should the message be lost");

    let score = office.world.score();
    leadlight_tests::memory::through(&score, leadlight_tests::memory::delivery([sent[0].body.as_str()], 1))
        .await;
    let to_route = score.to_route.sent();
    let body = to_route[0].body.as_str();
    for _ in 0..2 {
        let (failed, dead) = leadlight_tests::memory::through(
            &office.world.route(),
            leadlight_tests::memory::delivery([body], 1),
        )
        .await;
        assert_eq!((failed.len(), dead.len()), (0, 0), "and once however often");
    }
    let lead = office.lead(&id).await;
    assert!(lead.decision().is_some());
    assert_ne!(lead.waits_in(), Some(QueueName::HumanFirst));
    let notes: Vec<_> = lead.work.history.iter().filter_map(|e| e.note.as_deref()).collect();
    assert_eq!(notes, ["asked the partner"], "what people said stays");
    let decision = lead.decision().unwrap();
    assert!(decision.score.value() < 70.0, "the score alone would have sorted it out: {}", decision.summary);
    assert_eq!(lead.waits_in(), Some(QueueName::Sdr), "and a person's word keeps it with people");
}

#[tokio::test]
async fn a_partners_lead_is_not_scored_behind_peoples_backs() {
    let office = Office::new().await;
    let (id, _) = office.first(QueueName::HumanFirst).await;
    let body = office.lead(&id).await.enriched().to_message().unwrap();
    let score = office.world.score();
    leadlight_tests::memory::through(&score, leadlight_tests::memory::delivery([body.as_str()], 1)).await;
    let to_route = score.to_route.sent();
    let delivery = leadlight_tests::memory::delivery([to_route[0].body.as_str()], 1);
    let (_, dead) = leadlight_tests::memory::through(&office.world.route(), delivery).await;
    assert!(dead[0].attributes["reason"].contains("a person looks"), "{:?}", dead[0].attributes);
    assert!(office.lead(&id).await.decision().is_none());
}

#[tokio::test]
async fn admins_watch() {
    let office = Office::new().await;
    let (id, _) = office.first(QueueName::Sdr).await;
    let nurtured = office.world.leads.queue(QueueName::Nurture, 1).await.unwrap().remove(0);
    let admin = office.person("admin-1").await;
    for (id, action) in [
        (&id, Action::Claim),
        (&id, Action::Note { about: NoteKind::Context }),
        (nurtured.id(), Action::Override),
    ] {
        let refused = refusal(office.does(1, &admin, id, action, Some("x")).await);
        assert!(matches!(refused, Refusal::WrongRole { .. }), "{refused:?}");
    }
}

#[tokio::test]
async fn a_lead_that_was_never_scored_cannot_be_confirmed_wherever_it_waits() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::HumanFirst).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    office.does(2, &sdr, &id, Action::Flag, Some("who is this?")).await.unwrap();
    let manager = office.person("manager-1").await;
    office.does(3, &manager, &id, Action::Claim, None).await.unwrap();
    let confirmed = office.does(4, &manager, &id, Action::Confirm, None).await;
    assert!(matches!(refusal(confirmed), Refusal::NotNow { .. }));
    office.does(4, &manager, &id, Action::See, None).await.unwrap();
    assert!(matches!(office.lead(&id).await.work.progress, Progress::Seen(_)));
    // It is on its way: nobody takes it, until it has been away for too long.
    assert!(matches!(
        refusal(office.does(5, &manager, &id, Action::Claim, None).await),
        Refusal::NotNow { .. }
    ));
    office.does(20, &manager, &id, Action::Claim, None).await.unwrap();
}

#[tokio::test]
async fn seen_again_is_sent_again() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::HumanFirst).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let console = office.console(2);
    let see = request(office.lead(&id).await.work.revision, Action::See, None);
    for repeated in [false, true] {
        assert_eq!(console.act(&sdr, &id, &see).await.unwrap().repeated, repeated);
    }
    assert_eq!(console.to_score.sent().len(), 2, "the first message may have been lost");
}

#[tokio::test]
async fn nobody_passes_both_checkpoints_alone() {
    let office = Office::new().await;
    let (id, _) = office.first(QueueName::Sdr).await;
    let manager = office.person("manager-1").await;
    office.does(1, &manager, &id, Action::Claim, None).await.unwrap();
    office.does(2, &manager, &id, Action::Confirm, None).await.unwrap();
    office.does(3, &manager, &id, Action::Claim, None).await.unwrap();
    let accepted = office.does(4, &manager, &id, Action::Accept { attestation: attestation() }, None).await;
    assert_eq!(refusal(accepted), Refusal::OwnWord);
}

#[tokio::test]
async fn who_took_a_lead_and_gives_it_back_does_not_keep_it() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let manager = office.person("manager-1").await;
    office.does(1, &manager, &id, Action::Claim, None).await.unwrap();
    assert_eq!(office.lead(&id).await.work.owner, Some(manager.actor.id.clone()));
    office.does(2, &manager, &id, Action::Release, None).await.unwrap();
    let owner = office.lead(&id).await.work.owner.unwrap();
    assert!(owner.as_str().starts_with("sdr-"), "{owner}");
    // One's own, given back, stays one's own.
    office.does(3, &office.person(owner.as_str()).await, &id, Action::Claim, None).await.unwrap();
    office.does(4, &office.person(owner.as_str()).await, &id, Action::Release, None).await.unwrap();
    assert_eq!(office.lead(&id).await.work.owner, Some(owner));
    let _ = sdr;
}

#[tokio::test]
async fn a_page_nobody_looks_at_does_not_hold_a_lead_for_ever() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let mut minutes = 1;
    let ended = loop {
        minutes += 20;
        match office.does(minutes, &sdr, &id, Action::Renew, None).await {
            Ok(_) => assert!(minutes < 500, "it is held for ever"),
            refused => break refusal(refused),
        }
    };
    assert!(matches!(ended, Refusal::OverdueTooLong { .. }), "{ended:?}");
}

#[tokio::test]
async fn a_full_history_takes_no_note_and_every_decision() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let full = loop {
        let n = office.lead(&id).await.work.history.len();
        let note = format!("note {n}");
        match office.does(2, &sdr, &id, Action::Note { about: NoteKind::Context }, Some(&note)).await {
            Ok(_) => assert!(n < 500),
            refused => break refusal(refused),
        }
    };
    assert_eq!(full, Refusal::HistoryFull);
    office.does(3, &sdr, &id, Action::Confirm, None).await.unwrap();
}
