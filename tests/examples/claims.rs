//! What taking the next lead reads, with few and with many leads in the queue: every request of the console's own
//! `next` is looked at on its way to the emulator's table, and counted in read units as the emulator reports them, and
//! as DynamoDB's rule has it for items of that size.
//! `cargo run --release -p leadlight-tests --example claims -- 1000000`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints, and ends where something is wrong"
)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::types::{
    AttributeValue, ConsumedCapacity, PutRequest, ReturnConsumedCapacity, WriteRequest,
};
use futures_util::{StreamExt, stream};
use leadlight_adapters::DynamoLeads;
use leadlight_lead::{LeadId, QueueName};
use leadlight_ports::memory::{Memory, MemoryQueue};
use leadlight_ports::{FixedClock, LeadIndex, LeadStore, work_order};
use leadlight_registry::InForce;
use leadlight_review::Console;
use leadlight_tests::deployed::Deployed;
use leadlight_tests::memory::reference;
use leadlight_tests::office::{Office, after};

/// The queues of an SDR's list.
const QUEUES: [QueueName; 3] = [QueueName::Sdr, QueueName::HumanFirst, QueueName::CatchAll];

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// Rows filled between two lines of progress.
const STEP: usize = 50_000;

/// What was read.
#[derive(Debug, Default, Clone, Copy)]
struct Read {
    requests: usize,
    rows: usize,
    bytes: u32,
    emulated: f64,
    ruled: f64,
}

/// Asks each request for what it consumed, and adds that up.
#[derive(Debug, Default, Clone)]
struct Meter(Arc<Mutex<Read>>);

impl Meter {
    fn take(&self) -> Read {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(
        &self,
        items: &[HashMap<String, AttributeValue>],
        capacity: Option<&ConsumedCapacity>,
        is_consistent: bool,
    ) {
        let bytes = bytes(items);
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        read.requests += 1;
        read.rows += items.len();
        read.bytes += bytes;
        read.emulated += capacity.and_then(ConsumedCapacity::capacity_units).unwrap_or_default();
        read.ruled += units(bytes, is_consistent);
    }
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let wanted = Some(ReturnConsumedCapacity::Total);
        if let Some(query) = context.input_mut().downcast_mut::<QueryInput>() {
            query.return_consumed_capacity = wanted;
        } else if let Some(get) = context.input_mut().downcast_mut::<GetItemInput>() {
            get.return_consumed_capacity = wanted;
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else { return Ok(()) };
        if let Some(found) = output.downcast_ref::<QueryOutput>() {
            self.add(found.items(), found.consumed_capacity(), false);
        } else if let Some(found) = output.downcast_ref::<GetItemOutput>() {
            let item: Vec<_> = found.item.clone().into_iter().collect();
            self.add(&item, found.consumed_capacity(), true);
        }
        Ok(())
    }
}

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

/// Read units of one request: one for each 4 KB begun and for finding nothing, half as many where the read may lag.
fn units(bytes: u32, is_consistent: bool) -> f64 {
    f64::from(bytes.max(1).div_ceil(4096)) * if is_consistent { 1.0 } else { 0.5 }
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
    let meter = Meter::default();
    let metered =
        aws_sdk_dynamodb::config::Builder::from(&deployed.config).interceptor(meter.clone()).build();
    let leads = DynamoLeads::new(Client::from_conf(metered), table.clone());
    let office = Office::new().await;
    let sdr = office.person("sdr-1").await;
    let console = Console::<Memory<FixedClock, DynamoLeads>> {
        leads: leads.clone(),
        in_force: InForce::new(office.world.registry()),
        to_score: MemoryQueue::default(),
        clock: FixedClock(after(1)),
    };
    println!(
        "{:>10} {:>9} {:>6} {:>8} {:>20} {:>16}",
        "queued", "requests", "items", "bytes", "units, the emulator", "DynamoDB's rule"
    );
    let mut there = 0;
    for queued in [1_000, most] {
        while there < queued {
            let to = queued.min(there + STEP);
            fill(&client, &table, there, to).await;
            there = to;
            eprintln!("{there} of {queued} queued");
        }
        // A real lead on top of the queue, new each time.
        let mut lead =
            office.world.leads.queue(QueueName::Sdr, 2).await.unwrap().remove(usize::from(queued == most));
        lead.work.owner = Some(sdr.actor.id.clone());
        lead.work.due_at = Some(reference());
        leads.insert(&lead).await.unwrap();
        eprintln!("the lead's place: {}", work_order(&lead));
        meter.take();
        let taken = console.next(&sdr, &QUEUES).await.unwrap().unwrap();
        assert_eq!(taken.id(), lead.id());
        let Read { requests, rows, bytes, emulated, ruled } = meter.take();
        println!("{queued:>10} {requests:>9} {rows:>6} {bytes:>8} {emulated:>20} {ruled:>16}");
    }
}
