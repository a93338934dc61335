//! What a CRM tells: any order, any repetition, and what it teaches.

use jiff::SignedDuration;
use leadlight_lead::{CrmEvent, LeadRef, Milestone, OutcomeResult, QueueName, to_json};
use leadlight_pipeline::LeadIndex;
use leadlight_tests::memory::{delivery, reference, through};

use leadlight_tests::office::Office;

fn told(id: &str, lead: LeadRef, hours_ago: i64, what: Milestone) -> String {
    let occurred_at = reference() - SignedDuration::from_hours(hours_ago);
    let event = CrmEvent { schema_version: 1, id: id.parse().unwrap(), lead, deal: None, occurred_at, what };
    to_json(&event).unwrap()
}

#[tokio::test]
async fn outcomes_find_their_lead_by_id_event_or_address_in_any_order() {
    let office = Office::new().await;
    let mut leads = office.world.leads.queue(QueueName::Sdr, 3).await.unwrap();
    let (third, second, first) = (leads.remove(2), leads.remove(1), leads.remove(0));
    let event = |lead: &leadlight_lead::QueuedLead| lead.content.enriched().submitted.event.clone();
    let began = first.content.enriched().submitted.occurred_at();
    assert!(began <= reference());
    let by_email = LeadRef::Email(event(&first).email);
    let by_event = LeadRef::Event { source: event(&second).source, id: event(&second).id };
    let by_id = LeadRef::LeadId(third.id().clone());
    let messages = [
        told("w", by_email.clone(), 0, Milestone::Won { amount_usd: Some(40_000) }),
        told("o", by_email.clone(), 0, Milestone::OpportunityCreated { amount_usd: None }),
        told("l", by_event.clone(), 0, Milestone::Lost { reason: Some("price".to_owned()) }),
        told("n", by_id, 0, Milestone::NoShow),
    ];
    // `o` before `w` in time by its id, so the order of arrival does not matter.
    let stage = office.world.outcomes();
    for _ in 0..2 {
        let (failed, dead) = through(&stage, delivery(messages.iter().map(String::as_str), 1)).await;
        assert_eq!((failed.len(), dead.len()), (0, 0), "twice told is once known");
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
        (good.replace("\"schema_version\":1", "\"schema_version\":9"), "9"),
        ("not json".to_owned(), "not a CRM event"),
    ] {
        let (failed, dead) = through(&stage, delivery([message.as_str()], 1)).await;
        assert_eq!(failed.len(), 0);
        assert!(dead[0].attributes["reason"].contains(wanted), "{wanted}: {:?}", dead[0].attributes);
        assert_eq!(dead[0].attributes["class"], "poison");
    }
    // A lead may still be on its way: tried again, and set aside in the end.
    let unknown = told("3", LeadRef::Email("nobody@acme.example".parse().unwrap()), 1, Milestone::NoShow);
    let (failed, dead) = through(&stage, delivery([unknown.as_str()], 1)).await;
    assert_eq!((failed.len(), dead.len()), (1, 0));
    let (failed, dead) = through(&stage, delivery([unknown.as_str()], 5)).await;
    assert_eq!((failed.len(), dead.len()), (0, 1));
    assert!(!dead[0].attributes["reason"].contains("nobody"), "no address in a reason");
}
