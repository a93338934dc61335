//! The states sales works in, the meeting before the second checkpoint, and what an acceptance needs.

use jiff::{SignedDuration, Timestamp};
use leadlight_desk::{Action, Refusal};
use leadlight_lead::{Attestation, ContactState, Happening, LeadRef, Level, Milestone, QueueName};
use leadlight_tests::memory::{delivery, through};
use leadlight_tests::office::{Office, after, refusal};

use crate::outcomes::told;

fn says(state: ContactState) -> Action {
    Action::Contact { state }
}

fn in_days(days: i64) -> Timestamp {
    after(0) + SignedDuration::from_hours(24 * days)
}

async fn tell(office: &Office, message: &str) {
    let (failed, dead) = through(&office.world.outcomes(), delivery([message], 1)).await;
    assert_eq!((failed.len(), dead.len()), (0, 0));
}

#[tokio::test]
async fn an_acceptance_needs_a_buying_signal() {
    let office = Office::new().await;
    let (id, ae) = office.confirmed().await;
    office.does(3, &ae, &id, Action::Claim, None).await.unwrap();
    for level in [Level::None, Level::Strong] {
        let none = Attestation {
            buying_signal: Level::None,
            strategic_fit: level,
            relationship: level,
            deal_size: "10k_50k".parse().unwrap(),
        };
        let accepted = office.does(4, &ae, &id, Action::Accept { attestation: none }, None).await;
        assert_eq!(refusal(accepted), Refusal::NoBuyingSignal { least: Level::Some });
    }
    assert_eq!(office.lead(&id).await.waits_in(), Some(QueueName::Ae));
}

#[tokio::test]
async fn a_lead_goes_through_the_states_that_sales_works_in() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let other = if sdr.actor.id.as_str() == "sdr-1" { "sdr-2" } else { "sdr-1" };
    let other = office.person(other).await;
    let not_theirs = office.does(1, &other, &id, says(ContactState::NoAnswer), None).await;
    assert!(matches!(refusal(not_theirs), Refusal::NotYours { .. }));
    assert_eq!(
        refusal(office.does(1, &sdr, &id, says(ContactState::NoShow), None).await),
        Refusal::NoMeeting
    );
    office.does(1, &sdr, &id, says(ContactState::NoAnswer), None).await.unwrap();
    office.does(2, &sdr, &id, says(ContactState::Contacted), None).await.unwrap();
    let far = says(ContactState::MeetingOn { on: in_days(400) });
    assert_eq!(refusal(office.does(3, &sdr, &id, far, None).await), Refusal::MeetingTime);
    let on = in_days(2);
    office.does(3, &sdr, &id, says(ContactState::MeetingOn { on }), None).await.unwrap();
    let early = office.does(4, &sdr, &id, says(ContactState::MeetingHeld), None).await;
    assert_eq!(refusal(early), Refusal::MeetingAhead { on });
    let lead = office.lead(&id).await;
    let contact = lead.contact().unwrap();
    assert_eq!((contact.state, contact.by), (ContactState::MeetingOn { on }, Some(sdr.actor.id.clone())));
    assert!(!lead.is_answered(), "it is no decision");
    office.does(3 * 24 * 60, &sdr, &id, says(ContactState::MeetingHeld), None).await.unwrap();
    assert!(!office.lead(&id).await.meeting().unwrap().is_on);
}

#[tokio::test]
async fn the_aes_time_begins_with_the_meeting() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let on = in_days(3);
    office.does(2, &sdr, &id, says(ContactState::MeetingOn { on }), None).await.unwrap();
    office.does(3, &sdr, &id, Action::Confirm, None).await.unwrap();
    let lead = office.lead(&id).await;
    assert!(lead.work.due_at.unwrap() > on, "{:?}", lead.work.due_at);
    // Nobody is late while the meeting is ahead.
    office.world.sla(after(2 * 24 * 60)).run(None).await.unwrap();
    assert_eq!(office.lead(&id).await.work.breaches, 0);
    // Who confirmed books for the AE: it is moved, and the time with it.
    let later = in_days(8);
    office.does(30, &sdr, &id, says(ContactState::MeetingOn { on: later }), None).await.unwrap();
    assert!(office.lead(&id).await.work.due_at.unwrap() > later);
    office.does(40, &sdr, &id, says(ContactState::MeetingCancelled), None).await.unwrap();
    assert!(office.lead(&id).await.work.due_at.unwrap() < in_days(3), "without a meeting it runs from now");
}

#[tokio::test]
async fn a_calendar_moves_the_same_states_whatever_the_order_it_tells_them_in() {
    let office = Office::new().await;
    let (id, _) = office.confirmed().await;
    let by_id = || LeadRef::LeadId(id.clone());
    let on = in_days(4);
    // The no-show of the first meeting comes after the news that it was moved.
    for (event, hours, what) in [
        ("b1", 1, Milestone::MeetingBooked { on: in_days(1) }),
        ("b2", 2, Milestone::MeetingBooked { on }),
        ("n1", 3, Milestone::NoShow),
    ] {
        tell(&office, &told(event, by_id(), -hours, what)).await;
    }
    let lead = office.lead(&id).await;
    assert_eq!(lead.contact().unwrap().state, ContactState::MeetingOn { on });
    assert!(lead.work.due_at.unwrap() > on, "the AE's time begins with it");
    assert_eq!((lead.crm.opportunity_at(), lead.outcome.is_none()), (None, true), "a meeting is no deal");
    tell(&office, &told("c1", by_id(), -4, Milestone::MeetingCancelled)).await;
    let lead = office.lead(&id).await;
    assert_eq!(lead.contact().unwrap().state, ContactState::MeetingCancelled);
    assert!(lead.work.due_at.unwrap() < on);
}

#[tokio::test]
async fn a_full_history_still_takes_the_latest_state() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    for minutes in 1..200 {
        office.does(minutes, &sdr, &id, says(ContactState::NoAnswer), None).await.unwrap();
    }
    let history = office.lead(&id).await.work.history;
    assert!(history.len() < 130, "{}", history.len());
    assert_eq!(history.last().unwrap().what, Happening::Contact { state: ContactState::NoAnswer });
}
