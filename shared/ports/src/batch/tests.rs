use std::sync::Mutex;
use std::time::Duration;

use jiff::SignedDuration;

use super::*;
use crate::PortError;
use crate::memory::{Delivered, MemoryQueue, Sent};

const VISIBILITY: Duration = Duration::from_mins(3);

#[derive(Default)]
struct Probe {
    /// What was begun, in order.
    begun: Mutex<Vec<String>>,
    /// What was on the queue when a message was begun.
    queue: Option<MemoryQueue>,
    left: Mutex<Vec<usize>>,
}

#[derive(Debug, thiserror::Error)]
enum ProbeError {
    #[error("bad input")]
    Bad,
    #[error("the vendor is away")]
    Away(#[source] std::io::Error),
    #[error("the vendor wants to be left in peace")]
    Busy(Duration),
}

impl Classed for ProbeError {
    fn class(&self) -> Class {
        match self {
            Self::Bad => Class::Poison,
            Self::Away(_) | Self::Busy(_) => Class::Retryable,
        }
    }

    fn wait(&self) -> Option<Duration> {
        if let Self::Busy(wait) = self { Some(*wait) } else { None }
    }
}

impl Stage for Probe {
    const NAME: &'static str = "probe";
    type Error = ProbeError;

    async fn process(&self, message: Message<'_>) -> Result<(), ProbeError> {
        self.begun.lock().unwrap().push(message.body.to_owned());
        self.left.lock().unwrap().extend(self.queue.as_ref().map(MemoryQueue::waiting));
        match message.body.trim_end_matches(char::is_numeric) {
            "bad" | "" => Err(ProbeError::Bad),
            "away" => Err(ProbeError::Away(std::io::Error::other("connection reset"))),
            "busy" => Err(ProbeError::Busy(Duration::from_mins(10))),
            "busy for days" => Err(ProbeError::Busy(Duration::from_hours(72))),
            "panic" => panic!("a defect"),
            "hang" => std::future::pending().await,
            _ => Ok(()),
        }
    }
}

fn start() -> Timestamp {
    Timestamp::from_millisecond(1_763_640_000_000).unwrap()
}

fn records(delivered: &[Delivered]) -> SqsEvent {
    let records: Vec<_> = delivered
        .iter()
        .map(|d| {
            serde_json::json!({
                "messageId": d.message_id, "receiptHandle": d.receipt, "body": d.body,
                "attributes": {
                    "SentTimestamp": d.sent_at.as_millisecond().to_string(),
                    "ApproximateReceiveCount": d.receive_count.to_string(),
                },
                "messageAttributes": {}
            })
        })
        .collect();
    serde_json::from_value(serde_json::json!({ "Records": records })).unwrap()
}

/// A batch whose receive counts are as they are told, and the queue it comes from.
async fn batch(bodies: &[(&str, u32)]) -> (MemoryQueue, SqsEvent) {
    let queue = MemoryQueue::default();
    queue.set_time(start());
    for (body, _) in bodies {
        queue.send(body, &[]).await.unwrap();
    }
    let mut delivered = queue.receive(100, VISIBILITY);
    for (one, (_, count)) in delivered.iter_mut().zip(bodies) {
        one.receive_count = *count;
    }
    (queue, records(&delivered))
}

fn redelivery(source: MemoryQueue) -> Redelivery<MemoryQueue> {
    Redelivery { source, dead_letters: MemoryQueue::default(), max_receive_count: 200 }
}

fn failed(response: SqsBatchResponse) -> Vec<String> {
    let mut failed: Vec<_> = response.batch_item_failures.into_iter().map(|f| f.item_identifier).collect();
    failed.sort();
    failed
}

async fn answer(bodies: &[(&str, u32)]) -> (Vec<String>, Vec<Sent>) {
    let (queue, event) = batch(bodies).await;
    let redelivery = redelivery(queue);
    let response = run(&Probe::default(), &redelivery, event, std::future::pending()).await.unwrap();
    (failed(response), redelivery.dead_letters.sent())
}

#[tokio::test]
async fn one_bad_record_never_fails_its_batch() {
    let (failed, dead) = answer(&[("good", 1), ("bad", 1), ("away", 1), ("panic", 1), ("fine", 1)]).await;
    assert_eq!(failed, ["m-2", "m-3"]);
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].body, "bad");
    assert_eq!(dead[0].attributes["reason"], "bad input");
    assert_eq!(dead[0].attributes["class"], "poison");
    assert_eq!(dead[0].attributes["stage"], "probe");
}

#[tokio::test]
async fn who_asks_to_wait_is_left_in_peace_for_so_long_and_no_longer_than_an_hour() {
    for (body, wait) in [("busy", Duration::from_mins(10)), ("busy for days", Duration::from_hours(1))] {
        let (queue, event) = batch(&[(body, 1)]).await;
        let redelivery = redelivery(queue.clone());
        run(&Probe::default(), &redelivery, event, std::future::pending()).await.unwrap();
        queue.set_time(start() + wait - Duration::from_secs(1));
        assert_eq!(queue.receive(10, VISIBILITY), [], "{body}");
        queue.set_time(start() + wait);
        assert_eq!(queue.receive(10, VISIBILITY).len(), 1, "{body}");
    }
}

#[tokio::test]
async fn what_became_of_each_record_is_counted() {
    let bodies = [("good", 1), ("fine", 2), ("bad", 1), ("away", 1), ("away", 200), ("panic", 2)];
    let (_, counted) = crate::metrics::counted(answer(&bodies)).await;
    let of = |figure| counted.of(figure);
    assert_eq!((of(Figure::MessagesDone), of(Figure::MessagesRetried)), (2.0, 2.0));
    assert_eq!((of(Figure::DeadLettersPoison), of(Figure::DeadLettersRetryable)), (1.0, 1.0));
}

#[tokio::test]
async fn the_last_delivery_is_set_aside_with_the_whole_chain() {
    let (failed, mut dead) = answer(&[("away", 200), ("panic", 6)]).await;
    assert!(failed.is_empty());
    dead.sort_by(|a, b| a.body.cmp(&b.body));
    let reasons: Vec<_> = dead.iter().map(|d| d.attributes["reason"].as_str()).collect();
    assert_eq!(reasons, ["the vendor is away: connection reset", "the handler panicked"]);
    let (failed, dead) = answer(&[("away", 199), ("panic", 4)]).await;
    assert_eq!((failed.len(), dead.len()), (2, 0), "not before");
}

#[tokio::test]
async fn a_failure_waits_longer_each_time_and_is_set_aside_after_hours_alone() {
    let (source, dead) = (MemoryQueue::default(), MemoryQueue::default());
    let redelivery =
        Redelivery { source: source.clone(), dead_letters: dead.clone(), max_receive_count: 200 };
    source.set_time(start());
    source.send("away", &[]).await.unwrap();
    let (mut now, mut tries) = (start(), Vec::new());
    while source.waiting() > 0 {
        source.set_time(now);
        let delivered = source.receive(10, VISIBILITY);
        if !delivered.is_empty() {
            tries.push(now.duration_since(start()).as_secs());
            let response = run(&Probe::default(), &redelivery, records(&delivered), std::future::pending())
                .await
                .unwrap();
            if response.batch_item_failures.is_empty() {
                source.delete(&delivered[0].receipt).await.unwrap();
            }
        }
        now += SignedDuration::from_secs(1);
    }
    assert_eq!((tries.len(), dead.sent().len()), (200, 1));
    assert!(tries[3] <= 14, "the first tries follow within seconds: {tries:?}");
    assert!(tries.windows(2).all(|two| two[1] - two[0] <= 300), "none waits for more than five minutes");
    let hours = tries[199] / 3600;
    assert!((8..16).contains(&hours), "{hours}");
}

#[tokio::test]
async fn where_hiding_fails_the_queues_own_time_out_brings_it_back() {
    let (queue, mut event) = batch(&[("away", 1)]).await;
    event.records[0].receipt_handle = Some("another's".to_owned());
    let redelivery = redelivery(queue.clone());
    let response = run(&Probe::default(), &redelivery, event, std::future::pending()).await.unwrap();
    assert_eq!(failed(response), ["m-0"]);
    queue.set_time(start() + SignedDuration::from_secs(179));
    assert_eq!(queue.receive(1, VISIBILITY), []);
    queue.set_time(start() + SignedDuration::from_mins(3));
    assert_eq!(queue.receive(1, VISIBILITY).len(), 1);
}

#[tokio::test]
async fn what_was_delivered_before_is_worked_on_alone_with_the_rest_off_the_queue() {
    let bodies = [("a", 1), ("again1", 2), ("b", 1), ("again2", 3), ("away", 1), ("again3", 7)];
    let (queue, event) = batch(&bodies).await;
    let probe = Probe { queue: Some(queue.clone()), ..Probe::default() };
    let redelivery = redelivery(queue.clone());
    let response = run(&probe, &redelivery, event, std::future::pending()).await.unwrap();
    assert_eq!(failed(response), ["m-4"]);
    let begun = probe.begun.into_inner().unwrap();
    assert!(begun[3..].iter().all(|body| body.starts_with("again")), "{begun:?}");
    // Six at first; then what was done before is gone, and whatever could end the process next is there alone with
    // those that it has not come to.
    assert_eq!(probe.left.into_inner().unwrap(), [6, 6, 6, 4, 3, 2]);
}

/// A record that ends the process: all that were not taken off the queue come again.
#[tokio::test]
async fn a_record_that_ends_the_process_soon_goes_down_alone() {
    struct Deadly;
    impl Stage for Deadly {
        const NAME: &'static str = "deadly";
        type Error = ProbeError;
        async fn process(&self, message: Message<'_>) -> Result<(), ProbeError> {
            match message.body {
                // The test drops the whole run at this point.
                "deadly" => std::future::pending().await,
                _ => Ok(()),
            }
        }
    }
    let queue = MemoryQueue::default();
    let mut now = start();
    queue.set_time(now);
    for n in 0..9 {
        queue.send(&format!("good-{n}"), &[]).await.unwrap();
    }
    queue.send("deadly", &[]).await.unwrap();
    let redelivery = redelivery(queue.clone());
    let mut deaths = 0;
    while queue.waiting() > 1 {
        queue.set_time(now);
        let batch = records(&queue.receive(10, VISIBILITY));
        let ran = run(&Deadly, &redelivery, batch, std::future::pending()).now_or_never();
        assert!(ran.is_none(), "it never comes to an answer");
        deaths += 1;
        assert!(deaths < 12, "the others are through by now");
        now += SignedDuration::from_mins(3);
    }
    queue.set_time(now);
    assert_eq!(queue.receive(10, VISIBILITY)[0].body, "deadly");
}

#[tokio::test]
async fn what_takes_too_long_is_given_back_before_the_batch_goes_with_it() {
    let (queue, event) = batch(&[("good", 1), ("hang", 1), ("good2", 1), ("later", 2)]).await;
    let probe = Probe::default();
    let redelivery = redelivery(queue.clone());
    let soon = async { tokio::time::sleep(Duration::from_millis(20)).await };
    let response = run(&probe, &redelivery, event, soon).await.unwrap();
    assert_eq!(failed(response), ["m-1", "m-3"]);
    assert!(!probe.begun.into_inner().unwrap().contains(&"later".to_owned()), "no time is left to begin it");
}

#[tokio::test]
async fn what_cannot_be_set_aside_is_tried_again() {
    #[derive(Debug)]
    struct Broken;
    impl MessageQueue for Broken {
        async fn send(&self, _: &str, _: crate::Attributes<'_>) -> Result<(), PortError> {
            Err(PortError { operation: "sending", class: Class::Retryable, source: "no route".into() })
        }
        async fn send_later(&self, body: &str, _: Duration) -> Result<(), PortError> {
            self.send(body, &[]).await
        }
    }
    impl Deliveries for Broken {
        async fn hide(&self, _: &str, _: Duration) -> Result<(), PortError> {
            Err(PortError { operation: "hiding", class: Class::Retryable, source: "no route".into() })
        }
        async fn delete(&self, _: &str) -> Result<(), PortError> {
            Err(PortError { operation: "deleting", class: Class::Retryable, source: "no route".into() })
        }
    }
    let redelivery = Redelivery { source: Broken, dead_letters: Broken, max_receive_count: 200 };
    let (_, event) = batch(&[("bad", 1), ("good", 1), ("good", 2)]).await;
    let probe = Probe::default();
    let work = run(&probe, &redelivery, event, std::future::pending());
    let (response, counted) = crate::metrics::counted(work).await;
    assert_eq!(failed(response.unwrap()), ["m-0"]);
    assert_eq!((counted.of(Figure::DeadLettersUnsent), counted.of(Figure::MessagesDone)), (1.0, 2.0));
}

#[tokio::test]
async fn a_record_without_body_or_time_is_poison() {
    let (failed, dead) = answer(&[("", 1)]).await;
    assert!(failed.is_empty());
    assert_eq!(dead[0].body, "(empty)");

    let (queue, mut event) = batch(&[("good", 1)]).await;
    event.records[0].attributes.clear();
    let redelivery = redelivery(queue);
    run(&Probe::default(), &redelivery, event, std::future::pending()).await.unwrap();
    assert!(redelivery.dead_letters.sent()[0].attributes["reason"].contains("SentTimestamp"));
}

#[tokio::test]
async fn a_failure_without_an_id_fails_the_batch_instead_of_vanishing() {
    let (queue, mut event) = batch(&[("away", 1)]).await;
    event.records[0].message_id = None;
    assert!(run(&Probe::default(), &redelivery(queue), event, std::future::pending()).await.is_err());
}

#[test]
fn the_answer_has_the_shape_that_sqs_reads() {
    let mut response = SqsBatchResponse::default();
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = "m-1".to_owned();
    response.batch_item_failures.push(failure);
    assert_eq!(
        serde_json::to_string(&response).unwrap(),
        r#"{"batchItemFailures":[{"itemIdentifier":"m-1"}]}"#
    );
}
