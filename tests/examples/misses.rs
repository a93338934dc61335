//! What a million answers "not known" cost in the table of bought facts: each is a row of its own, found by its key alone.
//! Fills the emulator's table, then asks for some of them, and for a lead's purchase that one of them makes needless.
//! `cargo run --release -p leadlight-tests --example misses -- 1000000`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints, and ends where something is wrong"
)]

use std::collections::HashMap;
use std::time::Instant;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, ReturnConsumedCapacity, WriteRequest};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use leadlight_adapters::DynamoFacts;
use leadlight_lead::LeadId;
use leadlight_ports::{
    Buyer, Caps, Clock, FactKey, Facts, Finding, KeptFact, Purchase, Reserved, Subject, SystemClock,
    UsdMicros,
};
use leadlight_tests::deployed::Deployed;

type Item = HashMap<String, AttributeValue>;

const ASKED: usize = 500;
const STEP: usize = 100_000;

fn key(n: usize) -> FactKey {
    let domain = format!("company-{n}.example").parse().unwrap();
    FactKey { provider: "clearbit".parse().unwrap(), subject: Subject::company(&domain) }
}

fn pk(n: usize) -> AttributeValue {
    AttributeValue::S(format!("fact#clearbit#{}", key(n).subject.as_str()))
}

fn purchase<'a>(key: &'a FactKey, lead: &'a LeadId, now: Timestamp) -> Purchase<'a> {
    let dollar = UsdMicros(1_000_000);
    Purchase {
        key,
        lead,
        price: UsdMicros(10_000),
        caps: Caps { per_lead: dollar, per_day: dollar, per_month: dollar },
        fresh_since: now - SignedDuration::from_hours(24),
        now,
        until: now + SignedDuration::from_mins(1),
    }
}

/// One miss that was bought the usual way; the others are its copies under other keys.
async fn first_miss(facts: &DynamoFacts, lead: &LeadId, now: Timestamp) {
    let key = key(0);
    let Reserved::Open(reservation) = facts.reserve(&purchase(&key, lead, now)).await.unwrap() else {
        panic!("the table was empty");
    };
    let (finding, bought_for) = (Finding::Unknown, Buyer::of(lead));
    let fact = KeptFact { finding, fetched_at: now, cost: UsdMicros(0), bought_for };
    facts.settle(&reservation, &fact).await.unwrap();
}

async fn fill(client: &Client, table: &str, like: &Item, from: usize, to: usize) {
    let batches: Vec<Vec<usize>> = (from..to).collect::<Vec<_>>().chunks(25).map(<[usize]>::to_vec).collect();
    stream::iter(batches)
        .for_each_concurrent(16, |batch| async move {
            let puts = batch.into_iter().map(|n| {
                let mut item = like.clone();
                item.insert("pk".to_owned(), pk(n));
                let put = PutRequest::builder().set_item(Some(item)).build().unwrap();
                WriteRequest::builder().put_request(put).build()
            });
            client.batch_write_item().request_items(table, puts.collect()).send().await.unwrap();
        })
        .await;
}

/// Read units of one answer by the emulator.
async fn units(client: &Client, table: &str, n: usize) -> f64 {
    let found = client
        .get_item()
        .table_name(table)
        .key("pk", pk(n))
        .consistent_read(true)
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .unwrap();
    assert!(found.item.is_some());
    found.consumed_capacity.and_then(|used| used.capacity_units).unwrap_or_default()
}

#[tokio::main]
async fn main() {
    let most: usize = std::env::args().nth(1).map_or(1_000_000, |n| n.parse().unwrap());
    let deployed = Deployed::new().await;
    let client = Client::new(&deployed.config);
    let table = deployed.system.output("FactsTableName").unwrap();
    let facts = DynamoFacts::new(client.clone(), table.clone());
    let now = SystemClock.now();
    let lead = LeadId::of(&"website-form".parse().unwrap(), &"misses-1".parse().unwrap());
    first_miss(&facts, &lead, now).await;
    let found = client.get_item().table_name(&table).key("pk", pk(0)).send().await.unwrap();
    let like: Item = found.item.unwrap();
    let bytes: usize = like.iter().map(|(name, value)| name.len() + size(value)).sum();
    println!("an answer \"not known\" has {bytes} bytes");
    println!("{:>10} {:>14} {:>12} {:>14}", "kept", "µs an answer", "read units", "asked again");
    let mut there = 1;
    for kept in [1_000, most] {
        while there < kept {
            let to = kept.min(there + STEP);
            fill(&client, &table, &like, there, to).await;
            there = to;
            eprintln!("{there} of {kept} kept");
        }
        let places: Vec<usize> = (0..ASKED).map(|i| i * (kept / ASKED)).collect();
        let began = Instant::now();
        for place in &places {
            let fact = facts.get(&key(*place)).await.unwrap().unwrap();
            assert_eq!(fact.finding, Finding::Unknown);
        }
        let each = began.elapsed().as_micros() / u128::try_from(ASKED).unwrap();
        let mut again = 0;
        for place in &places {
            let key = key(*place);
            let reserved = facts.reserve(&purchase(&key, &lead, now)).await.unwrap();
            again += usize::from(!matches!(reserved, Reserved::Fresh(_)));
        }
        println!("{kept:>10} {each:>14} {:>12} {again:>14}", units(&client, &table, kept - 1).await);
    }
}

fn size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.len(),
        other => panic!("a kind of value without a known size: {other:?}"),
    }
}
