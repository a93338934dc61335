//! Nothing is final by a slip: undoing one's own decision, opening a lead again, giving it to someone.

use leadlight_desk::{Action, Label, Refusal, label};
use leadlight_lead::{Counted, Happening, LeadId, MemberId, Progress, QueueName, Tally};
use leadlight_policy::{Conversion, ConversionKind};
use leadlight_ports::{LeadIndex, LeadStore};
use leadlight_tests::office::{Office, after, refusal};

const CONVERSION: Conversion = Conversion { counts: ConversionKind::Accepted, maturity_days: 30 };

fn reject() -> Action {
    Action::Reject { reason: "no_need".parse().unwrap() }
}

async fn counted(office: &Office) -> Vec<Tally> {
    let counted = office.world.leads.tallies("2026-11").await.unwrap();
    // That someone looked is not undone.
    let of_decisions = counted.into_iter().filter(|(t, _)| !matches!(t.counted, Counted::FirstLook { .. }));
    of_decisions.flat_map(|(tally, n)| (0..n).map(move |_| tally.clone())).collect()
}

#[tokio::test]
async fn a_slip_is_undone_and_neither_counted_nor_learnt_from() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let (before, none) = (office.lead(&id).await, counted(&office).await);
    office.does(2, &sdr, &id, reject(), None).await.unwrap();
    assert!(matches!(label(&office.lead(&id).await, CONVERSION, after(3)), Label::NotConverted(_)));
    assert_ne!(counted(&office).await, none);

    office.does(11, &sdr, &id, Action::Undo, None).await.unwrap();
    let lead = office.lead(&id).await;
    assert_eq!((&lead.work.progress, lead.waits_in()), (&before.work.progress, Some(QueueName::Sdr)));
    assert_eq!((&lead.work.owner, lead.work.due_at), (&before.work.owner, before.work.due_at));
    assert_eq!(label(&lead, CONVERSION, after(100_000)), Label::Open);
    assert_eq!(counted(&office).await, none, "the counts are as they were");
    assert!(!lead.is_answered() && lead.work.history.last().unwrap().what == Happening::Undone);
    // It is theirs to decide again, and only once more.
    let again = office.does(11, &sdr, &id, Action::Undo, None).await;
    assert_eq!(refusal(again), Refusal::NothingToUndo);
    office.does(12, &sdr, &id, Action::Claim, None).await.unwrap();
    office.does(13, &sdr, &id, Action::Confirm, None).await.unwrap();
    assert_eq!(office.lead(&id).await.waits_in(), Some(QueueName::Ae));
}

#[tokio::test]
async fn an_undo_takes_back_what_it_says_of_who_confirmed() {
    let office = Office::new().await;
    let (id, ae) = office.confirmed().await;
    office.does(3, &ae, &id, Action::Claim, None).await.unwrap();
    let before = counted(&office).await;
    office.does(4, &ae, &id, Action::SendBack, Some("whose budget?")).await.unwrap();
    assert!(counted(&office).await.iter().any(|t| t.counted == Counted::NotHeld));
    office.does(5, &ae, &id, Action::Undo, None).await.unwrap();
    assert_eq!(counted(&office).await, before);
    let lead = office.lead(&id).await;
    assert_eq!((lead.waits_in(), lead.work.owner.as_ref()), (Some(QueueName::Ae), Some(&ae.actor.id)));
}

#[tokio::test]
async fn an_undo_comes_too_late_after_ten_minutes_or_once_the_next_person_is_at_it() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    office.does(2, &sdr, &id, Action::Confirm, None).await.unwrap();
    let ae = office.person(office.lead(&id).await.work.owner.unwrap().as_str()).await;
    let late = office.does(13, &sdr, &id, Action::Undo, None).await;
    assert_eq!(refusal(late), Refusal::TooLateToUndo { minutes: 10 });
    assert_eq!(refusal(office.does(3, &ae, &id, Action::Undo, None).await), Refusal::NothingToUndo);
    office.does(4, &ae, &id, Action::Claim, None).await.unwrap();
    let taken = office.does(5, &sdr, &id, Action::Undo, None).await;
    assert_eq!(refusal(taken), Refusal::WorkedOnSince { by: ae.actor.id.clone() });
    office.does(6, &ae, &id, Action::Release, None).await.unwrap();
    office.does(7, &sdr, &id, Action::Undo, None).await.unwrap();
    assert_eq!(office.lead(&id).await.work.owner.as_ref(), Some(&sdr.actor.id));
}

#[tokio::test]
async fn who_brings_a_lead_back_keeps_it() {
    let office = Office::new().await;
    let sdr = office.person("sdr-2").await;
    for nurtured in office.world.leads.queue(QueueName::Nurture, 5).await.unwrap() {
        let id = nurtured.id();
        office.does(1, &sdr, id, Action::Override, Some("they called")).await.unwrap();
        let lead = office.lead(id).await;
        assert_eq!((lead.waits_in(), lead.work.owner.as_ref()), (Some(QueueName::Sdr), Some(&sdr.actor.id)));
        assert!(lead.work.due_at.is_some_and(|due| due > after(1)), "they have time for it");
        office.does(2, &sdr, id, Action::Claim, None).await.unwrap();
        office.does(3, &sdr, id, Action::Release, None).await.unwrap();
        assert_eq!(
            office.lead(id).await.work.owner.as_ref(),
            Some(&sdr.actor.id),
            "given back, it stays theirs"
        );
    }
}

#[tokio::test]
async fn bringing_back_by_a_slip_is_undone_too() {
    let office = Office::new().await;
    let sdr = office.person("sdr-1").await;
    let nurtured = office.world.leads.queue(QueueName::Nurture, 1).await.unwrap().remove(0);
    office.does(1, &sdr, nurtured.id(), Action::Override, Some("the wrong one")).await.unwrap();
    office.does(2, &sdr, nurtured.id(), Action::Undo, None).await.unwrap();
    let lead = office.lead(nurtured.id()).await;
    assert_eq!((lead.waits_in(), lead.work.owner), (Some(QueueName::Nurture), None));
}

#[tokio::test]
async fn a_manager_opens_a_lead_again_and_training_hears_the_last_word() {
    let office = Office::new().await;
    let manager = office.person("manager-1").await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let open = office.does(1, &manager, &id, Action::Reopen { to: None }, Some("why")).await;
    assert!(matches!(refusal(open), Refusal::NotNow { .. }), "it is open");
    let before = counted(&office).await;
    office.does(2, &sdr, &id, reject(), None).await.unwrap();
    let not_theirs = office.does(3, &sdr, &id, Action::Reopen { to: None }, Some("please")).await;
    assert!(matches!(refusal(not_theirs), Refusal::WrongRole { .. }));
    let wordless = office.does(3, &manager, &id, Action::Reopen { to: None }, None).await;
    assert!(matches!(refusal(wordless), Refusal::NoteMissing { .. }));

    // Days later, and for a named SDR.
    let other: MemberId = if sdr.actor.id.as_str() == "sdr-1" { "sdr-2" } else { "sdr-1" }.parse().unwrap();
    let days = 3 * 24 * 60;
    let reopen = Action::Reopen { to: Some(other.clone()) };
    office.does(days, &manager, &id, reopen, Some("they wrote again")).await.unwrap();
    let lead = office.lead(&id).await;
    assert_eq!((lead.waits_in(), lead.work.owner.as_ref()), (Some(QueueName::Sdr), Some(&other)));
    assert_eq!(label(&lead, CONVERSION, after(days)), Label::Open);
    assert!(lead.is_answered(), "the machine does not take it away from people");
    assert_eq!(counted(&office).await, before, "the rejection counts no more");

    let other = office.person(other.as_str()).await;
    office.does(days + 1, &other, &id, Action::Claim, None).await.unwrap();
    office.does(days + 2, &other, &id, Action::Confirm, None).await.unwrap();
    assert!(matches!(office.lead(&id).await.work.progress, Progress::Confirmed(_)));
}

async fn accepted(office: &Office) -> LeadId {
    let (id, ae) = office.confirmed().await;
    office.does(3, &ae, &id, Action::Claim, None).await.unwrap();
    let accept = Action::Accept { attestation: crate::checkpoints::attestation() };
    office.does(4, &ae, &id, accept, None).await.unwrap();
    id
}

#[tokio::test]
async fn an_accepted_lead_opened_again_waits_for_an_ae_and_not_for_who_confirmed_it() {
    let office = Office::new().await;
    let manager = office.person("manager-1").await;
    let id = accepted(&office).await;
    let confirmed = office.lead(&id).await.work.progress.confirmation().unwrap().by.clone();
    let back = office.does(9, &manager, &id, Action::Reopen { to: Some(confirmed) }, Some("no budget")).await;
    assert!(matches!(refusal(back), Refusal::OtherQueue { .. }));
    office.does(9, &manager, &id, Action::Reopen { to: None }, Some("no budget")).await.unwrap();
    let lead = office.lead(&id).await;
    assert_eq!((lead.waits_in(), lead.work.owner), (Some(QueueName::Ae), Some(manager.actor.id)));
}

#[tokio::test]
async fn a_manager_gives_a_lead_to_someone_who_can_work_on_it() {
    let office = Office::new().await;
    let manager = office.person("manager-1").await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let to = |id: &str| Action::Assign { to: id.parse().unwrap() };
    let other = if sdr.actor.id.as_str() == "sdr-1" { "sdr-2" } else { "sdr-1" };
    let give = async |minutes, who, to, note| office.does(minutes, who, &id, to, note).await;
    assert!(matches!(refusal(give(1, &sdr, to(other), Some("for you")).await), Refusal::WrongRole { .. }));
    assert!(matches!(refusal(give(1, &manager, to(other), None).await), Refusal::NoteMissing { .. }));
    assert!(matches!(
        refusal(give(1, &manager, to("nobody"), Some("x")).await),
        Refusal::NoSuchMember { .. }
    ));
    assert!(matches!(refusal(give(1, &manager, to("ae-1"), Some("x")).await), Refusal::OtherQueue { .. }));
    let own = sdr.actor.id.as_str();
    assert!(matches!(refusal(give(1, &manager, to(own), Some("x")).await), Refusal::HasItAlready { .. }));
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    assert!(matches!(refusal(give(2, &manager, to(other), Some("x")).await), Refusal::HeldByOther { .. }));
    office.does(2, &sdr, &id, Action::Release, None).await.unwrap();
    give(3, &manager, to(other), Some("you know them")).await.unwrap();
    let lead = office.lead(&id).await;
    assert_eq!(lead.work.owner.as_ref().map(MemberId::as_str), Some(other));
    assert!(lead.work.due_at.is_some_and(|due| due > after(3)), "with time of their own");
    let other = office.person(other).await;
    office.does(4, &other, &id, Action::Claim, None).await.unwrap();
    office.does(5, &other, &id, Action::Release, None).await.unwrap();
    assert_eq!(office.lead(&id).await.work.owner, Some(other.actor.id), "given back, it is still theirs");
}

#[tokio::test]
async fn who_let_the_time_run_out_is_counted_when_a_manager_gives_the_lead_to_another() {
    let office = Office::new().await;
    let manager = office.person("manager-1").await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let other = if sdr.actor.id.as_str() == "sdr-1" { "sdr-2" } else { "sdr-1" };
    let due = office.due_minutes(&id).await;
    let give = Action::Assign { to: other.parse().unwrap() };
    office.does(due + 1, &manager, &id, give, Some("is on a call")).await.unwrap();
    assert_eq!(office.breached().await, [sdr.actor.id]);
}
