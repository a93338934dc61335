//! Vendors that come back after a lead has gone on without them.

use leadlight_lead::{
    Came, EnrichedLead, Gap, LeadId, Outcome, OutcomeResult, QueueName, QueuedLead, StageMessage,
};
use leadlight_ports::LeadStore;
use leadlight_ports::memory::MemoryFacts;
use leadlight_simulators::vendors::{Trouble, Vendor};
use leadlight_tests::memory::{System, delivery, reference, through};

const LEAD: &str = r#"{"schema_version":1,"id":"e1","source":"website-form","email":"dana.whitlock@brightforge.example","title":"VP Sales"}"#;

async fn stored(world: &System, id: &LeadId) -> QueuedLead {
    world.leads.get(id).await.unwrap().unwrap().lead
}

/// Through all stages, until nothing is sent back to be scored; what waits to be enriched again.
async fn pass(world: &System, body: &str) -> Vec<String> {
    let enrich = world.enrich();
    let (failed, dead) = through(&enrich, delivery([body], 1)).await;
    assert_eq!((failed.len(), dead.len()), (0, 0));
    let mut to_score: Vec<String> = enrich.to_score.sent().into_iter().map(|sent| sent.body).collect();
    while let Some(body) = to_score.pop() {
        let (score, route) = (world.score(), world.route());
        through(&score, delivery([body.as_str()], 1)).await;
        for sent in score.to_route.sent() {
            let (failed, dead) = through(&route, delivery([sent.body.as_str()], 1)).await;
            assert_eq!((failed.len(), dead.len()), (0, 0));
        }
        to_score.extend(route.to_score.sent().into_iter().map(|sent| sent.body));
    }
    enrich.again.sent().into_iter().map(|sent| sent.body).collect()
}

fn away(world: &System, is_away: bool) {
    for vendor in Vendor::ALL {
        world.vendors.behind().set_trouble(vendor, is_away.then_some(Trouble::Status(503)));
    }
}

#[tokio::test]
async fn a_lead_goes_on_without_its_vendors_and_is_decided_on_anew_once_they_are_back() {
    let world = System::new().await;
    away(&world, true);
    let again = pass(&world, LEAD).await;
    let id = EnrichedLead::from_message(enriched(&world).await.as_bytes()).unwrap().id().clone();
    let before = stored(&world, &id).await;
    assert_eq!(before.queue, QueueName::CatchAll, "too little is known");
    let gaps: Vec<_> = before.enrichment().asked.iter().map(|asked| asked.came).collect();
    assert!(gaps.contains(&Came::Nothing(Gap::Away)), "{gaps:?}");

    away(&world, false);
    assert_eq!(again.len(), 1);
    let more = pass(&world, &again[0]).await;
    let after = stored(&world, &id).await;
    assert_eq!(after.queue, QueueName::Sdr);
    assert!(after.enrichment().company.employees.is_some());
    assert_eq!((after.event_count(), after.thread.again.len(), more.len()), (1, 0, 0));
    assert_eq!(after.queued_at, reference());

    // Twice delivered is once done, and the first message that comes again is no news.
    pass(&world, &again[0]).await;
    pass(&world, LEAD).await;
    assert_eq!(stored(&world, &id).await, after);
}

/// As `enrich` hands it on.
async fn enriched(world: &System) -> String {
    let enrich = world.enrich();
    through(&enrich, delivery([LEAD], 1)).await;
    enrich.to_score.sent()[0].body.clone()
}

#[tokio::test]
async fn of_several_events_each_stays_itself_when_vendors_tell_more_of_one() {
    let mut world = System::new().await;
    let first = LEAD.replace("\"title\"", "\"occurred_at\":\"2026-11-01T09:00:00Z\",\"title\"");
    pass(&world, &first).await;
    // Months later: what was bought then is too old, and the vendors are away.
    world.facts = MemoryFacts::default();
    away(&world, true);
    let second = LEAD.replace("\"e1\"", "\"e2\"").replace("\"title\"", "\"message\":\"Call me\",\"title\"");
    let again = pass(&world, &second).await;
    away(&world, false);
    pass(&world, &again[0]).await;
    let id = EnrichedLead::from_message(enriched(&world).await.as_bytes()).unwrap().id().clone();
    let lead = stored(&world, &id).await;
    let events: Vec<_> =
        lead.enriched().events().iter().map(|event| event.event().id.as_ref().unwrap().as_str()).collect();
    assert_eq!((events, lead.event_count(), lead.thread.again.len()), (vec!["e1", "e2"], 2, 0));
    let messages: Vec<_> =
        lead.enriched().events().iter().map(|event| event.event().message.clone()).collect();
    assert_eq!(messages, [None, Some("Call me".to_owned())]);
}

#[tokio::test]
async fn what_vendors_say_later_changes_nothing_that_people_decided() {
    let world = System::new().await;
    away(&world, true);
    let again = pass(&world, LEAD).await;
    let id = EnrichedLead::from_message(enriched(&world).await.as_bytes()).unwrap().id().clone();
    let there = world.leads.get(&id).await.unwrap().unwrap();
    let mut decided = there.lead;
    decided.outcome = Some(Outcome { result: OutcomeResult::Lost, closed_at: reference(), amount_usd: None });
    world.leads.replace(&decided, there.version, leadlight_lead::Counts::NONE).await.unwrap();
    away(&world, false);
    pass(&world, &again[0]).await;
    assert_eq!(stored(&world, &id).await, decided);
}
