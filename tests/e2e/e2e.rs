//! The real functions behind the real template on an emulator: what goes right, and what goes wrong.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod aged;
mod doctor;
mod erased;
mod faults;
mod out;
mod planned;
mod way;

use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;
use leadlight::follow::{Accounted, Fate, Sent, to_the_end};
use leadlight::history;
use leadlight_events::{HISTORY_CSV, rebased, rebased_history, samples};
use leadlight_ports::{Clock, SystemClock};
use leadlight_tests::deployed::Deployed;

/// The samples as of now.
fn sample_events() -> Vec<Sent> {
    let now = SystemClock.now();
    samples()
        .iter()
        .map(|s| Sent { label: s.file.to_owned(), body: String::from_utf8(rebased(s.bytes, now)).unwrap() })
        .collect()
}

fn event(id: &str) -> String {
    format!(
        r#"{{"schema_version":1,"id":"{id}","source":"website-form","email":"ada-{id}@brightforge.example","title":"VP Sales"}}"#
    )
}

fn sent(label: &str, body: String) -> Sent {
    Sent { label: label.to_owned(), body }
}

async fn send_and_follow(deployed: &Deployed, events: Vec<Sent>) -> Vec<Accounted> {
    to_the_end(&deployed.system, events, |_| ()).await.unwrap()
}

async fn import_history(deployed: &Deployed) -> usize {
    let deals = rebased_history(HISTORY_CSV, SystemClock.now());
    history::import(&deployed.system, "deals.csv", &deals, |_, _| ()).await.unwrap().new
}

/// The system with five deliveries a message, so that the last one comes within half a minute; on AWS it comes after
/// hours.
async fn with_five_deliveries(change: impl FnOnce(String) -> String) -> Deployed {
    Deployed::altered(|text| {
        let five = text
            .replace("maxReceiveCount: 200", "maxReceiveCount: 5")
            .replace("MAX_RECEIVE_COUNT: \"200\"", "MAX_RECEIVE_COUNT: \"5\"");
        assert_eq!(
            five.matches("maxReceiveCount: 5").count(),
            five.matches("MAX_RECEIVE_COUNT: \"5\"").count()
        );
        change(five)
    })
    .await
}

/// Makes a message that ends its function's process come back quickly; on AWS it comes after the visibility time-out.
async fn retry_after(deployed: &Deployed, queue_url: &str, seconds: u32) {
    let seconds = seconds.to_string();
    let request = deployed.system.sqs().set_queue_attributes().queue_url(queue_url);
    request.attributes(QueueAttributeName::VisibilityTimeout, seconds).send().await.unwrap();
}

/// Waits until something is there.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..900 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("three minutes passed without {what}");
}

fn queue_of(fate: &Fate) -> Option<leadlight_lead::QueueName> {
    match fate {
        Fate::Queued(lead) => Some(lead.queue),
        _ => None,
    }
}
