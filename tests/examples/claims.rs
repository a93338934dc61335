//! What taking the next lead reads, with few and with many leads in the queue: the requests that the console's `next`
//! makes, in read units as the emulator's table reports them, and as DynamoDB's rule has it for items of that size.
//! `cargo run --release -p leadlight-tests --example claims -- 1000000`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints, and ends where something is wrong"
)]

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, ReturnConsumedCapacity, WriteRequest};
use futures_util::{StreamExt, stream};
use leadlight_aws::OWNER_INDEX;
use leadlight_lead::{LeadId, QueueName};
use leadlight_pipeline::{LeadIndex, LeadStore, work_order};
use leadlight_tests::deployed::Deployed;
use leadlight_tests::memory::reference;
use leadlight_tests::office::Office;

/// Rows that the console looks at first.
const FIRST_LOOK: i32 = 20;

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// Rows filled between two lines of progress.
const STEP: usize = 50_000;

/// The size of items by DynamoDB's rule for text and binary: the bytes of names and values.
fn bytes(items: &[HashMap<String, AttributeValue>]) -> u32 {
    let value = |value: &AttributeValue| match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.len(),
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        other => panic!("a kind of value without a known size: {other:?}"),
    };
    let total: usize = items.iter().flatten().map(|(name, there)| name.len() + value(there)).sum();
    u32::try_from(total).unwrap()
}

/// Read units of one request: one for each 4 KB begun, half as many where the read may lag.
fn units(bytes: u32, is_consistent: bool) -> f64 {
    f64::from(bytes.div_ceil(4096)) * if is_consistent { 1.0 } else { 0.5 }
}

/// Fills a queue with rows that have what the indexes need.
async fn fill(client: &Client, table: &str, from: usize, to: usize) {
    let batches: Vec<Vec<usize>> = (from..to).collect::<Vec<_>>().chunks(25).map(<[usize]>::to_vec).collect();
    stream::iter(batches)
        .for_each_concurrent(16, |batch| async move {
            let puts = batch.into_iter().map(|n| {
                let id =
                    LeadId::of(&"website-form".parse().unwrap(), &format!("filler-{n}").parse().unwrap());
                let put = PutRequest::builder()
                    .item("pk", text(format!("lead#{id}")))
                    .item("sk", text("lead"))
                    .item("owner_queue", text("sdr#sdr-1"))
                    .item("queue_order", text(format!("9999999998#0500#{n:015}#{id}")))
                    .build()
                    .unwrap();
                WriteRequest::builder().put_request(put).build()
            });
            client.batch_write_item().request_items(table, puts.collect()).send().await.unwrap();
        })
        .await;
}

#[tokio::main]
async fn main() {
    let most: usize = std::env::args().nth(1).map_or(1_000_000, |n| n.parse().unwrap());
    let deployed = Deployed::new().await;
    let client = Client::new(&deployed.config);
    let table = deployed.system.output("LeadsTableName").unwrap();
    let leads = deployed.system.leads().unwrap();
    // A real lead on top of the queue.
    let office = Office::new().await;
    let mut lead = office.world.leads.queue(QueueName::Sdr, 1).await.unwrap().remove(0);
    lead.work.owner = Some("sdr-1".parse().unwrap());
    lead.work.due_at = Some(reference());
    leads.insert(&lead).await.unwrap();
    let document = serde_json::to_string(&lead).unwrap().len();
    println!("a lead's document: {document} bytes; its place: {}", work_order(&lead));
    println!(
        "{:>10} {:>14} {:>12} {:>20} {:>19}",
        "queued", "bytes of rows", "of the lead", "units, the emulator", "DynamoDB's rule"
    );
    let mut there = 0;
    for queued in [1_000, most] {
        while there < queued {
            let to = queued.min(there + STEP);
            fill(&client, &table, there, to).await;
            there = to;
            eprintln!("{there} of {queued} queued");
        }
        let rows = client
            .query()
            .table_name(&table)
            .index_name(OWNER_INDEX)
            .key_condition_expression("owner_queue = :key")
            .expression_attribute_values(":key", text("sdr#sdr-1"))
            .limit(FIRST_LOOK)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .unwrap();
        assert_eq!(rows.items().len(), 20);
        assert_eq!(rows.items()[0]["pk"], text(format!("lead#{}", lead.id())), "the real one comes first");
        let read = client
            .get_item()
            .table_name(&table)
            .key("pk", text(format!("lead#{}", lead.id())))
            .key("sk", text("lead"))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .unwrap();
        let reported = |capacity: Option<&aws_sdk_dynamodb::types::ConsumedCapacity>| {
            capacity.and_then(aws_sdk_dynamodb::types::ConsumedCapacity::capacity_units).unwrap()
        };
        // Taking it reads the lead once to choose it and once to write it.
        let emulated = reported(rows.consumed_capacity()) + 2.0 * reported(read.consumed_capacity());
        let (row_bytes, lead_bytes) = (bytes(rows.items()), bytes(&[read.item.unwrap()]));
        let ruled = units(row_bytes, false) + 2.0 * units(lead_bytes, true);
        println!("{queued:>10} {row_bytes:>14} {lead_bytes:>12} {emulated:>20} {ruled:>19}");
    }
}
