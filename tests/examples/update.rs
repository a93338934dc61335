//! A stack of another release is updated in place while leads go through it: is every lead accounted for?
//! `cargo run -p leadlight-tests --example update -- FOLDER 500`
//!
//! FOLDER holds that release: its `infra/template.yaml`, and `NAME.zip` for each function, as `target/lambda` has them.
//! Leads are sent before, during and after the update, so that messages of both releases meet both.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement prints, and ends where something is wrong"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use leadlight::dead_letters;
use leadlight::system::System;
use leadlight_lead::FormSubmit;
use leadlight_ports::{LeadStore, MessageQueue};
use leadlight_tests::deployed::Deployed;

const PATIENCE: Duration = Duration::from_mins(10);

fn lead(n: usize) -> String {
    format!(
        r#"{{"schema_version":1,"id":"update-{n}","source":"website-form","email":"contact@company-{n}.example","title":"VP Sales","website":"company-{n}.example"}}"#
    )
}

async fn send(system: &System, leads: std::ops::Range<usize>) {
    let queue = &system.form_submits().unwrap();
    stream::iter(leads)
        .for_each_concurrent(8, |n| async move { queue.send(&lead(n), &[]).await.unwrap() })
        .await;
}

/// How many leads wait in which queue.
async fn stored(system: &System, leads: usize) -> BTreeMap<String, usize> {
    let store = &system.leads().unwrap();
    let mut found = stream::iter(0..leads)
        .map(|n| async move {
            let event = FormSubmit::parse(lead(n).as_bytes()).unwrap();
            let stored =
                store.get(&event.lead_id(event.occurred_at.unwrap_or_default()).unwrap()).await.unwrap();
            stored.map(|stored| stored.lead.queue.to_string())
        })
        .buffer_unordered(16);
    let mut by_queue = BTreeMap::new();
    while let Some(queue) = found.next().await {
        if let Some(queue) = queue {
            *by_queue.entry(queue).or_default() += 1;
        }
    }
    by_queue
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| panic!("the folder of a release")));
    let leads: usize = arguments.next().map_or(500, |n| n.parse().unwrap());
    let mut deployed = Deployed::of_release(&folder).await;
    let before = deployed.system.clone();
    send(&before, 0..leads / 2).await;
    let began = Instant::now();
    let ((), ()) = tokio::join!(deployed.update(), send(&before, leads / 2..leads * 3 / 4));
    let updated_ms = began.elapsed().as_millis();
    let done_by_then: usize = stored(&deployed.system, leads).await.values().sum();
    send(&deployed.system, leads * 3 / 4..leads).await;

    let mut by_queue = BTreeMap::new();
    while began.elapsed() < PATIENCE {
        by_queue = stored(&deployed.system, leads).await;
        if by_queue.values().sum::<usize>() == leads {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let letters = dead_letters::list(&deployed.system).await.unwrap();
    let total: usize = by_queue.values().sum();
    println!(
        "{leads} leads, updated within {updated_ms} ms, {} of them in flight or not yet sent then, {} s in all: {total} in their \
         queues {by_queue:?}, {} dead letters",
        leads - done_by_then,
        began.elapsed().as_secs(),
        letters.len()
    );
    for letter in &letters {
        println!("  {} {}: {}", letter.stage, letter.class.as_str(), letter.reason);
    }
    assert_eq!(total, leads, "lost in the update");
}
