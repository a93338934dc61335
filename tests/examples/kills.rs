//! Functions end at random moments by `kill -9` while leads go through: is every lead accounted for?
//! `cargo run -p leadlight-tests --example kills -- 2000`. Linux only.
//!
//! The queues' own time-out is eight seconds here instead of three minutes, or most of the time would be waiting for
//! batches whose process was killed. Each of the three stages has one or several processes at a time; one of them, drawn
//! by chance, ends every 300 to 900 ms as long as a lead is on its way.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints, and ends where something is wrong"
)]

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::process::Command;
use std::time::{Duration, Instant};

use aws_sdk_sqs::types::QueueAttributeName;
use futures_util::{StreamExt, stream};
use leadlight::dead_letters;
use leadlight::system::StageQueues;
use leadlight_lead::FormSubmit;
use leadlight_ports::{LeadStore, MessageQueue};
use leadlight_tests::deployed::Deployed;

const HIDDEN_S: &str = "8";
const PATIENCE: Duration = Duration::from_mins(20);

fn lead(n: usize) -> String {
    format!(
        r#"{{"schema_version":1,"id":"kill-{n}","source":"website-form","email":"contact@company-{n}.example","title":"VP Sales","website":"company-{n}.example"}}"#
    )
}

fn random(below: u64) -> u64 {
    RandomState::new().build_hasher().finish() % below
}

/// Ends one function's process, drawn by chance; false where none runs just now.
fn kill_one() -> bool {
    let running = Deployed::function_processes();
    let Some(id) = running.get(usize::try_from(random(running.len().max(1) as u64)).unwrap()) else {
        return false;
    };
    Command::new("kill").args(["-9", &id.to_string()]).status().unwrap().success()
}

/// Messages in the queues of leads.
async fn under_way(deployed: &Deployed, stages: &[StageQueues]) -> usize {
    let mut total = 0;
    for stage in stages {
        total += dead_letters::messages_in(&deployed.system.sqs(), &stage.queue_url).await.unwrap();
    }
    total
}

#[tokio::main]
async fn main() {
    let leads: usize = std::env::args().nth(1).map_or(2_000, |n| n.parse().unwrap());
    let deployed = Deployed::new().await;
    let stages = &deployed.system.stages().unwrap()[..3];
    for stage in stages {
        let request = deployed.system.sqs().set_queue_attributes().queue_url(&stage.queue_url);
        request.attributes(QueueAttributeName::VisibilityTimeout, HIDDEN_S).send().await.unwrap();
    }
    let queue = &deployed.system.form_submits().unwrap();
    let began = Instant::now();
    let sending = stream::iter(0..leads)
        .for_each_concurrent(8, |n| async move { queue.send(&lead(n), &[]).await.unwrap() });
    let killing = async {
        let mut kills = 0_usize;
        while began.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(300 + random(600))).await;
            let left = under_way(&deployed, stages).await;
            if left == 0 && began.elapsed() > Duration::from_secs(10) {
                break;
            }
            kills += usize::from(kill_one());
            if kills.is_multiple_of(10) {
                eprintln!("{kills} kills, {left} messages under way after {} s", began.elapsed().as_secs());
            }
        }
        kills
    };
    let ((), kills) = tokio::join!(sending, killing);
    assert!(kills > 0, "no function's process was found");
    assert_eq!(under_way(&deployed, stages).await, 0, "after {} s", PATIENCE.as_secs());

    let letters = dead_letters::list(&deployed.system).await.unwrap();
    let store = &deployed.system.leads().unwrap();
    let fates: Vec<Option<String>> = stream::iter(0..leads)
        .map(|n| async move {
            let event = FormSubmit::parse(lead(n).as_bytes()).unwrap();
            let stored =
                store.get(&event.lead_id(event.occurred_at.unwrap_or_default()).unwrap()).await.unwrap();
            stored.map(|stored| stored.lead.queue.to_string())
        })
        .buffer_unordered(16)
        .collect()
        .await;
    let mut by_queue: BTreeMap<&str, usize> = BTreeMap::new();
    for queue in fates.iter().flatten() {
        *by_queue.entry(queue).or_default() += 1;
    }
    let lost = fates.iter().filter(|fate| fate.is_none()).count();
    let stored = leads - lost;
    println!(
        "{leads} leads, {kills} kills, {} s: {stored} in their queues {by_queue:?}, {} dead letters",
        began.elapsed().as_secs(),
        letters.len()
    );
    for letter in &letters {
        println!("  {} {}: {}", letter.stage, letter.class.as_str(), letter.reason);
    }
    // Set aside and stored as well is possible: a crash between the two repeats it.
    assert!(lost <= letters.len(), "{lost} leads are in no queue, {} were set aside", letters.len());
}
