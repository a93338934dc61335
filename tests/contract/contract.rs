//! One contract for each outside thing, run against the in-memory twin and against the real adapter.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::future::Future;

use leadlight_lead::{Outcome, OutcomeResult, QueueName, QueuedLead};
use leadlight_pipeline::memory::{MemoryLeads, MemoryObjects, MemoryQueue};
use leadlight_pipeline::{Inserted, LeadStore, MessageQueue, ObjectStore, PutNew, Swap};
use leadlight_tests::deployed::Deployed;
use leadlight_tests::memory::{World, reference};

/// Leads as the sample history tells them, open again.
async fn leads(count: usize) -> Vec<QueuedLead> {
    let closed = World::new().await.history().into_iter().take(count);
    closed.map(|lead| QueuedLead { outcome: None, ..lead }).collect()
}

async fn eventually<T: PartialEq + std::fmt::Debug, F: Future<Output = T>>(wanted: T, look: impl Fn() -> F) {
    for _ in 0..50 {
        if look().await == wanted {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(look().await, wanted, "an index may lag, but not for so long");
}

async fn a_lead_store_inserts_once(store: &impl LeadStore) {
    let lead = leads(1).await.remove(0);
    assert_eq!(store.get(lead.id()).await.unwrap(), None);
    assert_eq!(store.insert(&lead).await.unwrap(), Inserted::New);
    assert_eq!(store.insert(&lead).await.unwrap(), Inserted::Repeated);
    let mut other = lead.clone();
    let leadlight_lead::RouteRequest::Scored(scored) = &mut other.content else {
        panic!("history is scored")
    };
    scored.enriched.submitted.content_hash = leadlight_lead::ContentHash::of(b"other");
    assert_eq!(store.insert(&other).await.unwrap(), Inserted::Conflict);
    assert_eq!(store.get(lead.id()).await.unwrap(), Some(lead), "the first stays, to the bit");
}

async fn a_lead_store_has_one_winner_in_a_race(store: &impl LeadStore) {
    let lead = leads(2).await.remove(1);
    let (a, b, c) = tokio::join!(store.insert(&lead), store.insert(&lead), store.insert(&lead));
    let mut results = [a.unwrap(), b.unwrap(), c.unwrap()];
    results.sort_by_key(|r| *r != Inserted::New);
    assert_eq!(results, [Inserted::New, Inserted::Repeated, Inserted::Repeated]);
}

async fn a_lead_store_lists_a_queue_in_the_order_of_work(store: &impl LeadStore) {
    let mut leads = leads(60).await.split_off(10);
    leads.retain(|l| l.queue == QueueName::Sdr);
    assert!(leads.len() >= 5, "the history must have some");
    for lead in &leads {
        store.insert(lead).await.unwrap();
    }
    leads.sort_by_key(|l| {
        (u16::MAX - l.priority, l.content.enriched().submitted.occurred_at(), l.id().clone())
    });
    let ids = |leads: &[QueuedLead]| leads.iter().map(|l| l.id().to_string()).collect::<Vec<_>>();
    let wanted = ids(&leads);
    eventually(wanted.clone(), || async {
        // Two leads of the other contracts may stand among them.
        let found = ids(&store.queue(QueueName::Sdr, 100).await.unwrap());
        found.into_iter().filter(|id| wanted.contains(id)).collect()
    })
    .await;
    assert_eq!(store.queue(QueueName::Sdr, 3).await.unwrap().len(), 3);
}

async fn a_lead_store_keeps_closed_leads_out_of_queues(store: &impl LeadStore) {
    let mut lead = leads(101).await.remove(100);
    lead.outcome =
        Some(Outcome { result: OutcomeResult::Won, closed_at: reference(), amount_usd: Some(12_000) });
    store.insert(&lead).await.unwrap();
    let mut closed = Vec::new();
    let mut after = None;
    loop {
        let page = store.closed(after).await.unwrap();
        closed.extend(page.leads);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(closed, std::slice::from_ref(&lead));
    let queued = store.queue(lead.queue, 100).await.unwrap();
    assert!(queued.iter().all(|l| l.id() != lead.id()));
}

async fn lead_store_contract(store: &impl LeadStore) {
    a_lead_store_inserts_once(store).await;
    a_lead_store_has_one_winner_in_a_race(store).await;
    a_lead_store_lists_a_queue_in_the_order_of_work(store).await;
    a_lead_store_keeps_closed_leads_out_of_queues(store).await;
}

async fn object_store_contract(store: &impl ObjectStore) {
    assert_eq!(store.get("models/none").await.unwrap(), None);
    assert_eq!(store.put_new("models/a", b"one".to_vec()).await.unwrap(), PutNew::Created);
    assert_eq!(store.put_new("models/a", b"two".to_vec()).await.unwrap(), PutNew::AlreadyThere);
    assert_eq!(store.get("models/a").await.unwrap().unwrap().bytes, b"one");

    assert_eq!(store.swap("models/p", b"1".to_vec(), None).await.unwrap(), Swap::Done);
    assert_eq!(store.swap("models/p", b"2".to_vec(), None).await.unwrap(), Swap::Lost, "it is there now");
    let first = store.get("models/p").await.unwrap().unwrap().etag;
    assert_eq!(store.swap("models/p", b"3".to_vec(), Some(&first)).await.unwrap(), Swap::Done);
    assert_eq!(store.swap("models/p", b"4".to_vec(), Some(&first)).await.unwrap(), Swap::Lost);
    assert_eq!(store.get("models/p").await.unwrap().unwrap().bytes, b"3");
    assert_eq!(store.swap("models/gone", b"5".to_vec(), Some(&first)).await.unwrap(), Swap::Lost);

    let current = store.get("models/p").await.unwrap().unwrap().etag;
    let (a, b) = tokio::join!(
        store.swap("models/p", b"a".to_vec(), Some(&current)),
        store.swap("models/p", b"b".to_vec(), Some(&current)),
    );
    let done = [a.unwrap(), b.unwrap()].iter().filter(|s| **s == Swap::Done).count();
    assert_eq!(done, 1, "one winner in a race");
}

#[tokio::test]
async fn the_twins_hold_the_contracts() {
    lead_store_contract(&MemoryLeads::default()).await;
    object_store_contract(&MemoryObjects::default()).await;
    let queue = MemoryQueue::default();
    queue.send("body", &[("reason", "why")]).await.unwrap();
    assert_eq!(queue.sent()[0].attributes["reason"], "why");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_adapters_hold_the_contracts() {
    let deployed = Deployed::new().await;
    Box::pin(lead_store_contract(&deployed.system.leads().unwrap())).await;
    Box::pin(object_store_contract(deployed.system.registry().unwrap().store())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_queue_carries_body_and_attributes() {
    let deployed = Deployed::new().await;
    let url = deployed.system.stages().unwrap()[0].dead_letters_url.clone();
    let queue = leadlight_aws::SqsQueue::from_config(&deployed.config, url.clone());
    let body = format!("zażółć – {}", "x".repeat(300_000));
    queue.send(&body, &[("reason", "why"), ("stage", "enrich")]).await.unwrap();
    let letters = leadlight::dead_letters::list(&deployed.system).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].body.as_str(), letters[0].reason.as_str()), (body.as_str(), "why"));
}
