//! What a CRM tells: any order, any repetition, and what it teaches.

use jiff::SignedDuration;
use leadlight_lead::{CrmEvent, LeadId, LeadRef, Milestone, OutcomeResult, QueueName, to_json};
use leadlight_outcome::Outcomes;
use leadlight_ports::memory::MemoryQueue;
use leadlight_ports::{FixedClock, LeadIndex, LeadStore};
use leadlight_registry::InForce;
use leadlight_tests::memory::{MAX_RECEIVE_COUNT, delivery, reference, through};
use leadlight_tests::office::Office;
use leadlight_tests::shaky::{Shaky, ShakyWorld};

pub(crate) fn told(id: &str, lead: LeadRef, hours_ago: i64, what: Milestone) -> String {
    let occurred_at = reference() - SignedDuration::from_hours(hours_ago);
    let event = CrmEvent { schema_version: 1, id: id.parse().unwrap(), lead, deal: None, occurred_at, what };
    to_json(&event).unwrap()
}

#[tokio::test]
async fn outcomes_find_their_lead_by_id_event_or_address_in_any_order() {
    let office = Office::new().await;
    let mut leads = office.world.leads.queue(QueueName::Sdr, 3).await.unwrap();
    let (third, second, first) = (leads.remove(2), leads.remove(1), leads.remove(0));
    let event = |lead: &leadlight_lead::QueuedLead| lead.event().clone();
    let began = first.occurred_at();
    assert!(began <= reference());
    let by_email = LeadRef::Email(event(&first).email);
    let by_event = LeadRef::Event { source: event(&second).source, id: event(&second).id.unwrap() };
    let by_id = LeadRef::LeadId(third.id().clone());
    let mut messages = [
        told("w", by_email.clone(), 0, Milestone::Won { amount_usd: Some(40_000) }),
        told("o", by_email.clone(), 0, Milestone::OpportunityCreated { amount_usd: None }),
        told("l", by_event.clone(), 0, Milestone::Lost { reason: Some("price".to_owned()) }),
        told("n", by_id, 0, Milestone::NoShow),
    ];
    let stage = office.world.outcomes();
    for _ in 0..2 {
        let (failed, dead) = through(&stage, delivery(messages.iter().map(String::as_str), 1)).await;
        assert_eq!((failed.len(), dead.len()), (0, 0), "twice told, the other way round, is once known");
        messages.reverse();
    }
    let won = office.lead(first.id()).await;
    assert_eq!(
        won.outcome.as_ref().map(|o| (o.result, o.amount_usd)),
        Some((OutcomeResult::Won, Some(40_000)))
    );
    assert_eq!(won.crm.records().len(), 2);
    assert_eq!(won.waits_in(), None);
    assert_eq!(office.lead(second.id()).await.outcome.unwrap().result, OutcomeResult::Lost);
    let no_show = office.lead(third.id()).await;
    assert_eq!((no_show.outcome.is_none(), no_show.waits_in()), (true, Some(QueueName::Sdr)));
}

#[tokio::test]
async fn bad_outcomes_are_set_aside_with_the_reason() {
    let office = Office::new().await;
    let lead = office.world.leads.queue(QueueName::Sdr, 1).await.unwrap().remove(0);
    let by_id = || LeadRef::LeadId(lead.id().clone());
    let good = told("1", by_id(), 1, Milestone::Won { amount_usd: Some(1) });
    let stage = office.world.outcomes();
    through(&stage, delivery([good.as_str()], 1)).await;
    for (message, wanted) in [
        (told("1", by_id(), 1, Milestone::Won { amount_usd: Some(2) }), "another event with this id"),
        (told("2", by_id(), -72, Milestone::NoShow), "in the future"),
        ("{}".to_owned(), "schema_version"),
        ("not json".to_owned(), "neither a CRM event nor an account's use"),
    ] {
        let (failed, dead) = through(&stage, delivery([message.as_str()], 1)).await;
        assert_eq!(failed.len(), 0);
        assert!(dead[0].attributes["reason"].contains(wanted), "{wanted}: {:?}", dead[0].attributes);
        assert_eq!(dead[0].attributes["class"], "poison");
    }
    // A newer version waits for a newer release.
    let newer = good.replace("\"schema_version\":1", "\"schema_version\":9");
    let (failed, dead) = through(&stage, delivery([newer.as_str()], 1)).await;
    assert_eq!((failed.len(), dead.len()), (1, 0));
    // A lead may still be on its way: tried again for hours, and set aside in the end.
    let unknown = told("3", LeadRef::Email("nobody@acme.example".parse().unwrap()), 1, Milestone::NoShow);
    let (failed, dead) = through(&stage, delivery([unknown.as_str()], 1)).await;
    assert_eq!((failed.len(), dead.len()), (1, 0));
    let (failed, dead) = through(&stage, delivery([unknown.as_str()], MAX_RECEIVE_COUNT)).await;
    assert_eq!((failed.len(), dead.len()), (0, 1));
    let reason = &dead[0].attributes["reason"];
    assert!(!reason.contains("nobody"), "no address in a reason");
    assert!(reason.contains("no lead is known by this e-mail address"), "{reason}");
    assert!(!reason.contains("tried again"), "it is not tried any more: {reason}");
}

#[tokio::test]
async fn a_deal_closed_today_in_auckland_is_kept() {
    let office = Office::new().await;
    let lead = office.world.leads.queue(QueueName::Sdr, 1).await.unwrap().remove(0);
    let stage = office.world.outcomes();
    let (utc, minute) = (jiff::tz::TimeZone::UTC, SignedDuration::from_mins(1));
    let today_in_auckland = utc.to_datetime(reference() + SignedDuration::from_hours(13)).date();
    // As a file of outcomes has a date alone.
    let end_of_day = utc.to_timestamp(today_in_auckland.at(23, 59, 59, 0)).unwrap();
    let latest = reference() + SignedDuration::from_hours(24 + 14) - minute;
    for (id, at) in [("auckland", end_of_day), ("kiritimati", latest)] {
        let hours = reference().duration_since(at).as_hours();
        let message =
            told(id, LeadRef::LeadId(lead.id().clone()), hours, Milestone::Won { amount_usd: None });
        let (failed, dead) = through(&stage, delivery([message.as_str()], 1)).await;
        assert_eq!((failed.len(), dead.len()), (0, 0), "{id}");
    }
    assert_eq!(office.lead(lead.id()).await.outcome.unwrap().result, OutcomeResult::Won);
}

/// Two leads of one person, days apart, as they were stored before what one person sends was one lead: the first and the
/// second.
async fn two_leads_of_one_person(office: &Office) -> (LeadId, LeadId) {
    let lead = |id: &str, days_ago: i64| {
        let at = reference() - SignedDuration::from_hours(24 * days_ago);
        format!(
            r#"{{"schema_version":1,"id":"{id}","source":"website-form","email":"ada@brightforge.example","title":"VP Sales","occurred_at":"{at}"}}"#
        )
    };
    let id = |id: &str| LeadId::of(&"website-form".parse().unwrap(), &id.parse().unwrap());
    for (name, days_ago) in [("first", 20), ("second", 10)] {
        let apart = Office::empty().await;
        apart.world.pass(&[&lead(name, days_ago)]).await;
        office.world.leads.insert(&apart.lead(&id(name)).await).await.unwrap();
    }
    (id("first"), id("second"))
}

/// Told of a deal, so many days ago.
fn of_deal(id: &str, lead: LeadRef, days_ago: i64, what: Milestone) -> String {
    told(id, lead, 24 * days_ago, what).replace("\"occurred_at\"", "\"deal\":\"d-1\",\"occurred_at\"")
}

fn by_email() -> LeadRef {
    LeadRef::Email("ada@brightforge.example".parse().unwrap())
}

/// Any order of three.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
const OPENED: Milestone = Milestone::OpportunityCreated { amount_usd: None };
const WON: Milestone = Milestone::Won { amount_usd: None };

/// Sends messages, one after the other; how many were set aside?
async fn send(office: &Office, messages: &[&String]) -> usize {
    let stage = office.world.outcomes();
    let mut set_aside = 0;
    for message in messages {
        let (failed, dead) = through(&stage, delivery([message.as_str()], 1)).await;
        assert_eq!(failed.len(), 0);
        set_aside += dead.len();
    }
    set_aside
}

#[tokio::test]
async fn a_deal_told_by_address_belongs_to_the_lead_it_began_with_in_any_order() {
    let messages = [
        of_deal("o", by_email(), 15, OPENED),
        of_deal("n", by_email(), 8, Milestone::NoShow),
        of_deal("w", by_email(), 5, WON),
    ];
    for order in ORDERS {
        let office = Office::empty().await;
        let (first, second) = two_leads_of_one_person(&office).await;
        let twice: Vec<&String> = order.into_iter().chain(order).map(|n| &messages[n]).collect();
        assert_eq!(send(&office, &twice).await, 0, "{order:?}");
        let (first, second) = (office.lead(&first).await, office.lead(&second).await);
        assert_eq!(first.outcome.map(|o| o.result), Some(OutcomeResult::Won), "{order:?}");
        assert_eq!((first.crm.records().len(), second.crm.records().len()), (3, 0), "{order:?}");
        assert_eq!((second.outcome.is_none(), second.waits_in()), (true, Some(QueueName::Sdr)), "{order:?}");
    }
}

#[tokio::test]
async fn words_of_one_deal_that_come_at_the_very_same_moment_find_one_lead() {
    let mut messages = [of_deal("o", by_email(), 15, OPENED), of_deal("w", by_email(), 5, WON)];
    for turn in 0..2 {
        messages.reverse();
        let office = Office::empty().await;
        let (first, second) = two_leads_of_one_person(&office).await;
        let stage = Outcomes::<ShakyWorld> {
            leads: Shaky::of(&office.world.leads),
            in_force: InForce::new(office.world.registry()),
            to_score: MemoryQueue::default(),
            marking: leadlight_ports::Marking::new(office.world.objects.clone()),
            clock: FixedClock(reference()),
        };
        // What failed comes again.
        for receive in 1..5 {
            let (failed, dead) =
                through(&stage, delivery(messages.iter().map(String::as_str), receive)).await;
            assert_eq!(dead.len(), 0, "{turn}");
            if failed.is_empty() {
                break;
            }
        }
        let (first, second) = (office.lead(&first).await, office.lead(&second).await);
        assert_eq!((first.crm.records().len(), second.crm.records().len()), (2, 0), "{turn}");
        assert_eq!(first.outcome.map(|o| o.result), Some(OutcomeResult::Won), "{turn}");
        assert_eq!(second.outcome, None, "{turn}");
    }
}

#[tokio::test]
async fn a_deal_is_the_leads_that_was_named_for_it_last_whatever_came_first() {
    for correct_to_older in [false, true] {
        for order in ORDERS {
            let office = Office::empty().await;
            let (older, newer) = two_leads_of_one_person(&office).await;
            let (wrong, right) = if correct_to_older { (newer, older) } else { (older, newer) };
            let messages = [
                of_deal("o1", LeadRef::LeadId(wrong.clone()), 6, OPENED),
                of_deal("o2", LeadRef::LeadId(right.clone()), 5, OPENED),
                of_deal("w", by_email(), 4, WON),
            ];
            let twice: Vec<&String> = order.into_iter().chain(order).map(|n| &messages[n]).collect();
            assert_eq!(send(&office, &twice).await, 0);
            let (wrong, right) = (office.lead(&wrong).await, office.lead(&right).await);
            assert_eq!(right.outcome.map(|o| o.result), Some(OutcomeResult::Won), "{order:?}");
            assert_eq!((wrong.crm.records().len(), wrong.outcome), (1, None), "{order:?}");
        }
    }
}

#[tokio::test]
async fn an_event_told_again_with_its_lead_named_names_it() {
    for order in ORDERS {
        let office = Office::empty().await;
        let (first, second) = two_leads_of_one_person(&office).await;
        let messages = [
            of_deal("o", by_email(), 5, OPENED),
            of_deal("o", LeadRef::LeadId(first.clone()), 5, OPENED),
            of_deal("w", by_email(), 3, WON),
        ];
        assert_eq!(send(&office, &order.map(|n| &messages[n])).await, 0);
        let (first, second) = (office.lead(&first).await, office.lead(&second).await);
        assert_eq!((first.crm.records().len(), second.crm.records().len()), (2, 0), "{order:?}");
    }
}

#[tokio::test]
async fn an_event_that_is_set_aside_moves_nothing() {
    let office = Office::empty().await;
    let (first, second) = two_leads_of_one_person(&office).await;
    let kept = [
        of_deal("o", by_email(), 15, OPENED),
        of_deal("w", by_email(), 5, WON),
        told("x", by_email(), 24, Milestone::NoShow),
        of_deal("p", by_email(), 5, OPENED).replace("d-1", "d-2"),
    ];
    assert_eq!(send(&office, &kept.each_ref()).await, 0);
    let before = (office.lead(&first).await, office.lead(&second).await);
    let bad = [
        of_deal("x", by_email(), 1, Milestone::NoShow),
        of_deal("p", by_email(), 15, OPENED).replace("d-1", "d-2"),
        of_deal("x", LeadRef::LeadId(second.clone()), 1, WON),
    ];
    assert_eq!(send(&office, &bad.each_ref()).await, 3);
    assert_eq!((office.lead(&first).await, office.lead(&second).await), before);
}

#[tokio::test]
async fn an_event_is_kept_though_another_lead_has_what_cannot_come_along() {
    let office = Office::empty().await;
    let (first, second) = two_leads_of_one_person(&office).await;
    let messages = [
        of_deal("x", by_email(), 6, OPENED),
        // An id is a lead's own: this is another event.
        told("x", LeadRef::LeadId(first.clone()), 24, Milestone::NoShow),
        of_deal("w", LeadRef::LeadId(first.clone()), 5, WON),
    ];
    assert_eq!(send(&office, &messages.each_ref()).await, 0);
    let (first, second) = (office.lead(&first).await, office.lead(&second).await);
    assert_eq!(first.outcome.map(|o| o.result), Some(OutcomeResult::Won));
    assert_eq!((first.crm.records().len(), second.crm.records().len()), (2, 1));
}

#[tokio::test]
async fn a_deal_that_opens_again_waits_anew() {
    let office = Office::new().await;
    let lead = office.world.leads.queue(QueueName::Sdr, 1).await.unwrap().remove(0);
    let by_id = || LeadRef::LeadId(lead.id().clone());
    let stage = office.world.outcomes();
    let lost = told("1", by_id(), 2, Milestone::Lost { reason: None });
    through(&stage, delivery([lost.as_str()], 1)).await;
    assert_eq!(office.lead(lead.id()).await.waits_in(), None);
    let opened = told("2", by_id(), 1, Milestone::OpportunityCreated { amount_usd: None });
    through(&stage, delivery([opened.as_str()], 1)).await;
    let months_later = reference() + SignedDuration::from_hours(24 * 90);
    let again = office.lead(lead.id()).await;
    assert_eq!((again.waits_in(), again.work.owner, again.work.due_at), (Some(QueueName::Sdr), None, None));
    let breaches = again.work.breaches;
    office.world.sla(months_later).run(None).await.unwrap();
    let given = office.lead(lead.id()).await;
    assert_eq!(given.work.breaches, breaches, "it waited for nobody");
    assert!(given.work.owner.is_some() && given.work.due_at.unwrap() > months_later);
}
