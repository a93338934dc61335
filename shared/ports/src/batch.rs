//! The SQS batch loop: one bad record never fails its batch, and none is lost.
//!
//! For each record: done → acknowledged. Poison → sent to the stage's dead-letter queue with its
//! reason, then acknowledged. Retryable → reported as failed, so that SQS delivers it again; on its last
//! delivery it goes to the dead-letter queue with its reason as well. Where even that fails, the record
//! is reported as failed and SQS's own redrive keeps it.

use std::panic::AssertUnwindSafe;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::{FutureExt, StreamExt, stream};
use jiff::Timestamp;

use crate::{Class, Classed, MessageQueue, chain};

/// One message as a stage sees it.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Its body.
    pub body: &'a str,
    /// When the queue took it.
    pub sent_at: Timestamp,
}

/// What a function does with one message.
pub trait Stage: Send + Sync {
    /// Its name in logs and dead letters.
    const NAME: &'static str;
    /// Why a message was not done.
    type Error: Classed;

    /// Does the work and hands on; returns only when both are done.
    fn process(&self, message: Message<'_>) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// How records are retried and where they rest when that is over.
#[derive(Debug)]
pub struct Redelivery<Q> {
    /// The stage's own dead-letter queue.
    pub dead_letters: Q,
    /// The queue's `maxReceiveCount`: the delivery with this number is the last.
    pub max_receive_count: u32,
}

/// Records of one batch that are worked on at the same time.
const CONCURRENCY: usize = 10;

/// The longest reason kept with a dead letter.
const MAX_REASON_CHARS: usize = 1000;

/// A batch that cannot be answered: Lambda then delivers all of it again.
#[derive(Debug, thiserror::Error)]
#[error("a record without a message id cannot be reported as failed")]
pub struct UnanswerableBatch;

/// Works through a batch and tells SQS which records to deliver again.
pub async fn run<S: Stage, Q: MessageQueue>(
    stage: &S,
    redelivery: &Redelivery<Q>,
    event: SqsEvent,
) -> Result<SqsBatchResponse, UnanswerableBatch> {
    let total = event.records.len();
    let failed: Vec<Option<String>> = stream::iter(&event.records)
        .map(|record| async move {
            match one(stage, redelivery, record).await {
                Verdict::Acknowledge => None,
                Verdict::DeliverAgain => Some(record.message_id.clone().unwrap_or_default()),
            }
        })
        .buffer_unordered(CONCURRENCY)
        .filter(|v| std::future::ready(v.is_some()))
        .collect()
        .await;
    let mut response = SqsBatchResponse::default();
    for id in failed.into_iter().flatten() {
        // An empty identifier would make SQS read the whole response as a failure.
        if id.is_empty() {
            return Err(UnanswerableBatch);
        }
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        response.batch_item_failures.push(failure);
    }
    tracing::debug!(stage = S::NAME, total, failed = response.batch_item_failures.len(), "batch done");
    Ok(response)
}

enum Verdict {
    Acknowledge,
    DeliverAgain,
}

async fn one<S: Stage, Q: MessageQueue>(
    stage: &S,
    redelivery: &Redelivery<Q>,
    record: &SqsMessage,
) -> Verdict {
    let body = record.body.as_deref().unwrap_or_default();
    let attempt = async {
        let sent_at =
            sent_at(record).ok_or((Class::Poison, "the record has no valid SentTimestamp".to_owned()))?;
        stage.process(Message { body, sent_at }).await.map_err(|e| (e.class(), chain(&e)))
    };
    let outcome = AssertUnwindSafe(attempt)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err((Class::Retryable, "the handler panicked".to_owned())));
    let Err((class, reason)) = outcome else { return Verdict::Acknowledge };

    let receive_count = receive_count(record);
    let message_id = record.message_id.as_deref().unwrap_or("-");
    if class == Class::Retryable && receive_count < redelivery.max_receive_count {
        tracing::warn!(stage = S::NAME, message_id, receive_count, reason, "will be tried again");
        return Verdict::DeliverAgain;
    }
    let reason: String = reason.chars().take(MAX_REASON_CHARS).collect();
    let body = if body.is_empty() { "(empty)" } else { body };
    let attributes = [("reason", reason.as_str()), ("stage", S::NAME), ("class", class.as_str())];
    match redelivery.dead_letters.send(body, &attributes).await {
        Ok(()) => {
            tracing::error!(stage = S::NAME, message_id, class = class.as_str(), reason, "dead letter");
            Verdict::Acknowledge
        }
        Err(e) => {
            tracing::error!(stage = S::NAME, message_id, reason, not_buried = chain(&e), "left to redrive");
            Verdict::DeliverAgain
        }
    }
}

fn sent_at(record: &SqsMessage) -> Option<Timestamp> {
    let ms: i64 = record.attributes.get("SentTimestamp")?.parse().ok()?;
    Timestamp::from_millisecond(ms).ok()
}

fn receive_count(record: &SqsMessage) -> u32 {
    record.attributes.get("ApproximateReceiveCount").and_then(|n| n.parse().ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PortError;
    use crate::memory::MemoryQueue;

    struct Probe;

    #[derive(Debug, thiserror::Error)]
    enum ProbeError {
        #[error("bad input")]
        Bad,
        #[error("the vendor is away")]
        Away(#[source] std::io::Error),
    }

    impl Classed for ProbeError {
        fn class(&self) -> Class {
            match self {
                Self::Bad => Class::Poison,
                Self::Away(_) => Class::Retryable,
            }
        }
    }

    impl Stage for Probe {
        const NAME: &'static str = "probe";
        type Error = ProbeError;

        async fn process(&self, message: Message<'_>) -> Result<(), ProbeError> {
            match message.body {
                "bad" | "" => Err(ProbeError::Bad),
                "away" => Err(ProbeError::Away(std::io::Error::other("connection reset"))),
                "panic" => panic!("a defect"),
                _ => Ok(()),
            }
        }
    }

    fn batch(bodies: &[(&str, u32)]) -> SqsEvent {
        let records: Vec<_> = bodies
            .iter()
            .map(|(body, count)| {
                serde_json::json!({
                    "messageId": format!("id-{body}"), "body": body,
                    "attributes": {"SentTimestamp": "1763640000000", "ApproximateReceiveCount": count.to_string()},
                    "messageAttributes": {}
                })
            })
            .collect();
        serde_json::from_value(serde_json::json!({ "Records": records })).unwrap()
    }

    async fn answer(bodies: &[(&str, u32)]) -> (Vec<String>, Vec<crate::memory::Sent>) {
        let redelivery = Redelivery { dead_letters: MemoryQueue::default(), max_receive_count: 5 };
        let response = run(&Probe, &redelivery, batch(bodies)).await.unwrap();
        let mut failed: Vec<_> =
            response.batch_item_failures.into_iter().map(|f| f.item_identifier).collect();
        failed.sort();
        (failed, redelivery.dead_letters.sent())
    }

    #[tokio::test]
    async fn one_bad_record_never_fails_its_batch() {
        let (failed, dead) = answer(&[("good", 1), ("bad", 1), ("away", 1), ("panic", 1), ("fine", 1)]).await;
        assert_eq!(failed, ["id-away", "id-panic"]);
        assert_eq!(dead.len(), 1);
        assert_eq!(dead[0].body, "bad");
        assert_eq!(dead[0].attributes["reason"], "bad input");
        assert_eq!(dead[0].attributes["class"], "poison");
        assert_eq!(dead[0].attributes["stage"], "probe");
    }

    #[tokio::test]
    async fn the_last_delivery_is_buried_with_the_whole_chain() {
        let (failed, dead) = answer(&[("away", 5), ("panic", 6)]).await;
        assert!(failed.is_empty());
        let reasons: Vec<_> = dead.iter().map(|d| d.attributes["reason"].as_str()).collect();
        assert_eq!(reasons, ["the vendor is away: connection reset", "the handler panicked"]);
    }

    #[tokio::test]
    async fn what_cannot_be_buried_is_left_to_redrive() {
        struct Broken;
        impl MessageQueue for Broken {
            async fn send(&self, _: &str, _: crate::Attributes<'_>) -> Result<(), PortError> {
                Err(PortError { operation: "sending", class: Class::Retryable, source: "no route".into() })
            }
        }
        let redelivery = Redelivery { dead_letters: Broken, max_receive_count: 5 };
        let response = run(&Probe, &redelivery, batch(&[("bad", 1), ("good", 1)])).await.unwrap();
        assert_eq!(response.batch_item_failures.len(), 1);
        assert_eq!(response.batch_item_failures[0].item_identifier, "id-bad");
    }

    #[tokio::test]
    async fn a_record_without_body_or_time_is_poison() {
        let (failed, dead) = answer(&[("", 1)]).await;
        assert!(failed.is_empty());
        assert_eq!(dead[0].body, "(empty)");

        let mut event = batch(&[("good", 1)]);
        event.records[0].attributes.clear();
        let redelivery = Redelivery { dead_letters: MemoryQueue::default(), max_receive_count: 5 };
        run(&Probe, &redelivery, event).await.unwrap();
        assert!(redelivery.dead_letters.sent()[0].attributes["reason"].contains("SentTimestamp"));
    }

    #[tokio::test]
    async fn a_failure_without_an_id_fails_the_batch_instead_of_vanishing() {
        let mut event = batch(&[("away", 1)]);
        event.records[0].message_id = None;
        let redelivery = Redelivery { dead_letters: MemoryQueue::default(), max_receive_count: 5 };
        assert!(run(&Probe, &redelivery, event).await.is_err());
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
}
