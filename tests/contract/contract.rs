//! One contract for each outside thing, run against the in-memory twin and against the real adapter.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod bus;
mod confirmed;
mod deliveries;
mod erasing;
mod exports;
mod facts;
mod faulty;
mod http;
mod items;
mod metrics;
mod objects;
mod person;
mod refused;
mod renewal;
mod secrets;
mod usage;

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;
use leadlight_adapters::TakeOutError;
use leadlight_lead::{
    Claim, Confirmation, Counted, Counts, DomainName, EmailAddress, Grade, MemberId, Outcome, OutcomeResult,
    Progress, QueueName, QueuedLead, RouteRequest, Tally,
};
use leadlight_ports::memory::{MemoryLeads, MemoryObjects, MemoryQueue};
use leadlight_ports::{
    Class, Inserted, LeadIndex, LeadStore, MessageQueue, Page, Replaced, UsageStore, Version,
};
use leadlight_tests::deployed::Deployed;
use leadlight_tests::memory::{System, reference};
use objects::object_store_contract;
use serde_json::Value;

/// Leads as the sample history tells them, open again.
async fn leads(count: usize) -> Vec<QueuedLead> {
    let closed = System::new().await.history().into_iter().take(count);
    closed.map(|lead| QueuedLead { outcome: None, ..lead }).collect()
}

async fn eventually<T: PartialEq + std::fmt::Debug, F: Future<Output = T>>(wanted: T, look: impl Fn() -> F) {
    for _ in 0..50 {
        if look().await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(look().await, wanted, "an index may lag, but not for so long");
}

async fn a_lead_store_inserts_once(store: &(impl LeadStore + LeadIndex)) {
    let lead = leads(1).await.remove(0);
    assert_eq!(store.get(lead.id()).await.unwrap(), None);
    assert_eq!(store.insert(&lead).await.unwrap(), Inserted::New);
    assert_eq!(store.insert(&lead).await.unwrap(), Inserted::Repeated);
    let mut other = lead.clone();
    let RouteRequest::Scored(scored) = &mut other.content else { panic!("history is scored") };
    scored.enriched.submitted.content_hash = leadlight_lead::ContentHash::of(b"other");
    assert_eq!(store.insert(&other).await.unwrap(), Inserted::Conflict);
    let there = store.get(lead.id()).await.unwrap().unwrap();
    assert_eq!((there.lead, there.version), (lead, Version(1)), "the first stays, to the bit");
}

async fn a_lead_store_keeps_only_what_can_be_read(store: &(impl LeadStore + LeadIndex)) {
    let lead = leads(3).await.remove(2);
    let with = |summary: usize, depth: usize| {
        let mut lead = lead.clone();
        let RouteRequest::Scored(scored) = &mut lead.content else { panic!("history is scored") };
        scored.decision.summary = "x".repeat(summary);
        let deep = (0..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        scored.enriched.submitted.event.form.fields.insert("x".to_owned(), deep);
        lead
    };
    for bad in [with(500_000, 0), with(0, 121)] {
        assert_eq!(store.insert(&bad).await.unwrap_err().class, Class::Poison);
        assert_eq!(store.get(lead.id()).await.unwrap(), None, "nothing is stored that cannot be read");
    }
    // About the largest that is taken.
    let mut large = with(380_000, 16);
    large.work.revision = 7;
    assert_eq!(store.insert(&large).await.unwrap(), Inserted::New);
    assert_eq!(store.get(lead.id()).await.unwrap().unwrap().lead, large);
    let replaced = store.replace(&with(500_000, 0), Version(1), Counts::NONE).await;
    assert_eq!(replaced.unwrap_err().class, Class::Poison);
    let replaced = store.replace(&with(0, 130), Version(1), more(&[tally(Counted::Confirmed)])).await;
    assert_eq!(replaced.unwrap_err().class, Class::Poison);
    assert_eq!(store.get(lead.id()).await.unwrap().unwrap().lead, large, "the last word stays");
}

async fn a_lead_store_has_one_winner_in_a_race(store: &(impl LeadStore + LeadIndex)) {
    let lead = leads(2).await.remove(1);
    let (a, b, c) = tokio::join!(store.insert(&lead), store.insert(&lead), store.insert(&lead));
    let mut results = [a.unwrap(), b.unwrap(), c.unwrap()];
    results.sort_by_key(|r| *r != Inserted::New);
    assert_eq!(results, [Inserted::New, Inserted::Repeated, Inserted::Repeated]);
}

async fn a_lead_store_lists_a_queue_in_the_order_of_work(store: &(impl LeadStore + LeadIndex)) {
    let mut leads = leads(60).await.split_off(10);
    leads.retain(|l| l.queue == QueueName::Sdr);
    assert!(leads.len() >= 5, "the history must have some");
    for lead in &leads {
        store.insert(lead).await.unwrap();
    }
    leads.sort_by_key(|l| (u16::MAX - l.priority, l.occurred_at(), l.id().clone()));
    let ids = |leads: &[QueuedLead]| leads.iter().map(|l| l.id().to_string()).collect::<Vec<_>>();
    let wanted = ids(&leads);
    eventually(wanted.clone(), || async {
        // Two leads of the other contracts may stand among them.
        let found = ids(&store.queue(QueueName::Sdr, 100).await.unwrap());
        found.into_iter().filter(|id| wanted.contains(id)).collect()
    })
    .await;
    assert_eq!(store.queue(QueueName::Sdr, 3).await.unwrap().len(), 3);
    let all = store.queue(QueueName::Sdr, usize::MAX).await.unwrap().len();
    assert_eq!(store.count(QueueName::Sdr).await.unwrap(), all);
}

async fn a_lead_store_keeps_closed_leads_out_of_queues(store: &(impl LeadStore + LeadIndex)) {
    let mut lead = leads(101).await.remove(100);
    lead.outcome =
        Some(Outcome { result: OutcomeResult::Won, closed_at: reference(), amount_usd: Some(12_000) });
    store.insert(&lead).await.unwrap();
    let mut closed = Vec::new();
    let mut after = None;
    loop {
        let page = store.answered(after).await.unwrap();
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

/// Whatever else the table holds by now: nothing is left out, nothing comes twice, and a time is a bound that counts in.
async fn a_lead_store_hands_out_all_leads(store: &impl LeadStore) {
    let all = async |since| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = store.all(since, after).await.unwrap();
            assert_eq!(page.unreadable, 0);
            found.extend(page.leads);
            after = page.next;
            if after.is_none() {
                return found;
            }
        }
    };
    let found = all(None).await;
    let ids: BTreeSet<_> = found.iter().map(|lead| lead.id().clone()).collect();
    assert_eq!(ids.len(), found.len(), "each once");
    for lead in &found {
        assert_eq!(
            store.get(lead.id()).await.unwrap().unwrap().lead,
            *lead,
            "events that joined are no leads"
        );
    }
    let mut times: Vec<_> = found.iter().map(QueuedLead::occurred_at).collect();
    times.sort();
    let since = times[times.len() / 2];
    let late = all(Some(since)).await;
    assert!(late.iter().all(|lead| lead.occurred_at() >= since));
    assert_eq!(late.len(), times.iter().filter(|at| **at >= since).count());
}

const MONTH: &str = "2026-11";

fn more(tallies: &[Tally]) -> Counts<'_> {
    Counts { month: MONTH, more: tallies, fewer: &[] }
}

fn tally(counted: Counted) -> Tally {
    Tally { member: "sdr-1".parse().unwrap(), band: Some(7), counted }
}

async fn a_lead_store_replaces_what_was_read(store: &(impl LeadStore + LeadIndex)) {
    let lead = leads(121).await.remove(120);
    assert_eq!(store.replace(&lead, Version(1), Counts::NONE).await.unwrap(), Replaced::Stale, "not there");
    store.insert(&lead).await.unwrap();
    let mut next = lead.clone();
    next.work.revision = 1;
    let counted = [tally(Counted::Confirmed), tally(Counted::InTime(Some(Grade::B)))];
    assert_eq!(store.replace(&next, Version(1), more(&counted)).await.unwrap(), Replaced::Done);
    assert_eq!(store.replace(&lead, Version(1), more(&counted)).await.unwrap(), Replaced::Stale);
    assert_eq!(store.replace(&lead, Version(1), Counts::NONE).await.unwrap(), Replaced::Stale);
    let stored = store.get(lead.id()).await.unwrap().unwrap();
    assert_eq!((stored.lead, stored.version), (next.clone(), Version(2)));

    // Everyone read the same version: one of them writes, with and without counting.
    let writers = |version, counted: &[Tally]| {
        let counted = counted.to_vec();
        let next = &next;
        futures_util::future::join_all((0..8).map(move |_| {
            let counted = counted.clone();
            async move { store.replace(next, version, more(&counted)).await.unwrap() }
        }))
    };
    for (version, counted) in [(Version(2), vec![]), (Version(3), vec![tally(Counted::Confirmed)])] {
        let done = writers(version, &counted).await.into_iter().filter(|r| *r == Replaced::Done).count();
        assert_eq!(done, 1, "one winner in a race");
    }
    assert_eq!(store.get(lead.id()).await.unwrap().unwrap().version, Version(4));
    let mut counted = store.tallies(MONTH).await.unwrap();
    counted.sort();
    let wanted = vec![(tally(Counted::Confirmed), 2), (tally(Counted::InTime(Some(Grade::B))), 1)];
    assert_eq!(counted, wanted, "what did not happen is not counted");
    assert_eq!(store.tallies("2026-10").await.unwrap(), []);

    // What was counted is taken off with the write that takes a decision back, and with no write that fails.
    let fewer = [tally(Counted::Confirmed)];
    let counts = Counts { month: MONTH, more: &[tally(Counted::Flagged)], fewer: &fewer };
    assert_eq!(store.replace(&next, Version(3), counts).await.unwrap(), Replaced::Stale);
    assert_eq!(store.replace(&next, Version(4), counts).await.unwrap(), Replaced::Done);
    let mut counted = store.tallies(MONTH).await.unwrap();
    counted.sort();
    let wanted = [
        (tally(Counted::Confirmed), 1),
        (tally(Counted::Flagged), 1),
        (tally(Counted::InTime(Some(Grade::B))), 1),
    ];
    assert_eq!(counted, wanted);
    let counts = Counts { month: MONTH, more: &[], fewer: &[tally(Counted::Flagged)] };
    assert_eq!(store.replace(&next, Version(5), counts).await.unwrap(), Replaced::Done);
    let counted = store.tallies(MONTH).await.unwrap();
    assert!(!counted.iter().any(|(t, _)| t.counted == Counted::Flagged), "none is not counted: {counted:?}");
}

async fn a_lead_index_finds_what_waits_for_whom(store: &(impl LeadStore + LeadIndex)) {
    let me: MemberId = "me".parse().unwrap();
    let now = reference();
    let mut mine: Vec<QueuedLead> = leads(200).await.split_off(140);
    mine.retain(|lead| lead.queue == QueueName::Sdr);
    mine.truncate(4);
    assert_eq!(mine.len(), 4, "the history must have some");
    for (lead, hours) in mine.iter_mut().zip([5, -3, 1, -1]) {
        lead.work.owner = Some(me.clone());
        lead.work.due_at = Some(now + SignedDuration::from_hours(hours));
    }
    mine[1].work.claim = Some(Claim { holder: me.clone(), until: now });
    for lead in &mine {
        store.insert(lead).await.unwrap();
    }
    let ids = |order: &[usize]| order.iter().map(|i| mine[*i].id().clone()).collect::<Vec<_>>();
    let by_due = ids(&[1, 3, 2, 0]);
    let found = async || store.waiting(QueueName::Sdr, Some(&me), Page::first(10)).await.unwrap();
    eventually(by_due, || async { found().await.into_iter().map(|w| w.id).collect() }).await;
    assert_eq!(found().await[0].claim, mine[1].work.claim);
    assert_eq!(found().await[1].claim, None);
    assert_eq!(store.waiting(QueueName::Sdr, Some(&me), Page::first(2)).await.unwrap().len(), 2);
    assert_eq!(store.waiting(QueueName::Ae, Some(&me), Page::first(2)).await.unwrap(), []);
    assert_eq!(store.load(QueueName::Sdr, Some(&me), 10).await.unwrap(), 4);
    assert_eq!(
        store.load(QueueName::Sdr, Some(&me), 3).await.unwrap(),
        3,
        "no more are counted than asked for"
    );
    let overdue = async |page| store.overdue(QueueName::Sdr, now, page).await.unwrap();
    let first = overdue(Page::first(1)).await;
    let rest = overdue(Page { after: Some(&first[0].order), limit: 10 }).await;
    let all: Vec<_> = first.into_iter().chain(rest).map(|row| row.id).collect();
    assert_eq!(all, ids(&[1, 3]), "page by page");
    let listed = found().await;
    let behind =
        store.waiting(QueueName::Sdr, Some(&me), Page { after: Some(&listed[2].order), limit: 10 }).await;
    assert_eq!(behind.unwrap().into_iter().map(|row| row.id).collect::<Vec<_>>(), ids(&[0]));

    // A lead that was decided on waits no more.
    let mut decided = mine[2].clone();
    decided.work.progress = Progress::Confirmed(Confirmation { by: me.clone(), at: now });
    decided.work.owner = None;
    store.replace(&decided, Version(1), Counts::NONE).await.unwrap();
    eventually(3, || async { store.load(QueueName::Sdr, Some(&me), 10).await.unwrap() }).await;
    let pool = async || store.waiting(QueueName::Ae, None, Page::first(10)).await.unwrap();
    eventually(true, || async { pool().await.iter().any(|w| w.id == *decided.id()) }).await;
}

async fn a_lead_index_finds_accounts_and_people(store: &(impl LeadStore + LeadIndex)) {
    let account: DomainName = "acme.example".parse().unwrap();
    let email: EmailAddress = "ada@acme.example".parse().unwrap();
    let mut group = leads(230).await.split_off(227);
    for lead in &mut group {
        let RouteRequest::Scored(scored) = &mut lead.content else { panic!("history is scored") };
        scored.enriched.account_domain = Some(account.clone());
        scored.enriched.submitted.event.email = email.clone();
        store.insert(lead).await.unwrap();
    }
    group.sort_by_key(|l| std::cmp::Reverse(l.occurred_at()));
    eventually(group.clone(), || async { store.of_account(&account, 10).await.unwrap() }).await;
    eventually(group[..2].to_vec(), || async { store.of_person(&email, 2).await.unwrap() }).await;
    assert_eq!(store.of_account(&"none.example".parse().unwrap(), 10).await.unwrap(), []);
}

async fn lead_store_contract(store: &(impl LeadStore + LeadIndex + UsageStore)) {
    Box::pin(a_lead_store_inserts_once(store)).await;
    Box::pin(a_lead_store_keeps_only_what_can_be_read(store)).await;
    Box::pin(a_lead_store_has_one_winner_in_a_race(store)).await;
    Box::pin(a_lead_store_lists_a_queue_in_the_order_of_work(store)).await;
    Box::pin(a_lead_store_keeps_closed_leads_out_of_queues(store)).await;
    Box::pin(a_lead_store_replaces_what_was_read(store)).await;
    Box::pin(a_lead_index_finds_what_waits_for_whom(store)).await;
    Box::pin(confirmed::a_lead_index_finds_what_somebody_confirmed(store)).await;
    Box::pin(a_lead_index_finds_accounts_and_people(store)).await;
    Box::pin(renewal::a_lead_index_finds_what_time_moves(store)).await;
    Box::pin(person::events_of_a_person_lead_to_their_lead(store)).await;
    Box::pin(person::a_person_has_one_lead_whoever_races(store)).await;
    Box::pin(a_lead_store_hands_out_all_leads(store)).await;
    Box::pin(usage::use_is_kept_by_account_and_only_over_what_was_read(store)).await;
}

/// The same configuration, but with an AWS that is away.
fn nowhere(config: &aws_config::SdkConfig) -> aws_config::SdkConfig {
    config.to_builder().endpoint_url("http://127.0.0.1:1").build()
}

#[tokio::test]
async fn the_twins_hold_the_contracts() {
    deliveries::the_twin_holds_the_contract_of_deliveries().await;
    Box::pin(lead_store_contract(&MemoryLeads::default())).await;
    exports::a_table_is_exported_once(&MemoryLeads::default(), "a-bucket").await;
    object_store_contract(&MemoryObjects::default()).await;
    Box::pin(erasing::people_are_taken_out_and_kept_out(&MemoryLeads::default())).await;
    Box::pin(erasing::a_person_leaves_in_one_step(&MemoryLeads::default())).await;
    erasing::objects_are_taken_away(&MemoryObjects::default()).await;
    erasing::a_queue_is_looked_into(&MemoryQueue::default()).await;
    let queue = MemoryQueue::default();
    queue.send("body", &[("reason", "why")]).await.unwrap();
    assert_eq!(queue.sent()[0].attributes["reason"], "why");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_adapters_hold_the_contracts() {
    let deployed = Deployed::new().await;
    Box::pin(lead_store_contract(&deployed.system.leads().unwrap())).await;
    Box::pin(object_store_contract(deployed.system.registry().unwrap().store())).await;
    let bucket = deployed.system.output("RegistryBucketName").unwrap();
    exports::a_table_is_exported_once(&exports::plain_table(&deployed).await, &bucket).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_adapters_take_people_out_and_keep_them_out() {
    let deployed = Deployed::new().await;
    Box::pin(erasing::people_are_taken_out_and_kept_out(&deployed.system.leads().unwrap())).await;
    Box::pin(erasing::a_person_leaves_in_one_step(&deployed.system.leads().unwrap())).await;
    erasing::objects_are_taken_away(deployed.system.registry().unwrap().store()).await;
    let url = deployed.system.stages().unwrap()[3].dead_letters_url.clone();
    erasing::a_queue_is_looked_into(&leadlight_adapters::SqsQueue::from_config(&deployed.config, url)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_item_is_taken_out_of_the_real_queues_and_a_sound_one_is_not() {
    let deployed = Deployed::new().await;
    let store = deployed.system.leads().unwrap();
    let all = leads(60).await;
    let mut waiting = all.into_iter().filter(|l| l.waits_in() == Some(QueueName::Sdr));
    let (damaged, sound) = (waiting.next().unwrap(), waiting.next().unwrap());
    store.insert(&damaged).await.unwrap();
    store.insert(&sound).await.unwrap();
    aws_sdk_dynamodb::Client::new(&deployed.config)
        .update_item()
        .table_name(deployed.system.output("LeadsTableName").unwrap())
        .key("pk", AttributeValue::S(format!("lead#{}", damaged.id())))
        .key("sk", AttributeValue::S("lead".to_owned()))
        .update_expression("SET document = :none")
        .expression_attribute_values(":none", AttributeValue::S("{}".to_owned()))
        .send()
        .await
        .unwrap();
    assert_eq!(store.get(damaged.id()).await.unwrap_err().class, Class::Poison);
    let ids = async || {
        let rows = store.waiting(QueueName::Sdr, None, Page::first(10)).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<BTreeSet<_>>()
    };
    let of = |leads: &[&QueuedLead]| leads.iter().map(|l| l.id().clone()).collect();
    eventually(of(&[&damaged, &sound]), &ids).await;
    assert!(store.take_out(damaged.id()).await.unwrap());
    assert!(matches!(store.take_out(sound.id()).await, Err(TakeOutError::Sound)));
    assert!(!store.take_out(&format!("lead_{}", "0".repeat(32)).parse().unwrap()).await.unwrap());
    eventually(of(&[&sound]), &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_queue_carries_body_and_attributes() {
    let deployed = Deployed::new().await;
    let url = deployed.system.stages().unwrap()[0].dead_letters_url.clone();
    let queue = leadlight_adapters::SqsQueue::from_config(&deployed.config, url.clone());
    let body = format!("zażółć – {}", "x".repeat(300_000));
    queue.send(&body, &[("reason", "why"), ("stage", "enrich")]).await.unwrap();
    let letters = leadlight::dead_letters::list(&deployed.system).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].body.as_str(), letters[0].reason.as_str()), (body.as_str(), "why"));
}
