//! The SQS batch loop: one bad record never fails its batch, and none is lost.
//!
//! For each record: done → acknowledged. Poison → sent to the stage's dead-letter queue with its reason, then
//! acknowledged. Retryable → hidden for a while that grows from seconds to minutes (see [`backoff`]), and reported as
//! failed, so that SQS delivers it again; on its last delivery, hours later, it goes to the dead-letter queue with its
//! reason as well. Where hiding fails, SQS brings the record back after the queue's own time-out. Where even the
//! dead-letter queue cannot be reached, the record is tried again like any other, and SQS's own redrive keeps it at last.
//!
//! A record that ends the whole process takes its batch along, without a word of which it was. So what was delivered
//! before is worked on by itself, after whatever is done has been taken off the queue: the next time, such a record
//! goes down alone.

pub mod backoff;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::future::{Either, Shared, select};
use futures_util::{FutureExt, StreamExt, stream};
use jiff::Timestamp;

use crate::metrics::{Figure, count};
use crate::{Class, Classed, DeadLetter, Deliveries, MessageQueue, chain};

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
    /// The queue that the records come from.
    pub source: Q,
    /// The stage's own dead-letter queue.
    pub dead_letters: Q,
    /// The queue's `maxReceiveCount`: the delivery with this number is the last.
    pub max_receive_count: u32,
}

/// Records of one batch that are worked on at the same time.
const CONCURRENCY: usize = 10;

/// A handler that panics has a defect, which waiting does not mend: after so many deliveries its message is set aside.
const DELIVERIES_AFTER_A_PANIC: u32 = 5;

/// The longest that a record is hidden because the outside asked for it: SQS takes twelve hours in all.
const LONGEST_HIDDEN: Duration = Duration::from_hours(1);

/// A batch that cannot be answered: Lambda then delivers all of it again.
#[derive(Debug, thiserror::Error)]
#[error("a record without a message id cannot be reported as failed")]
pub struct UnanswerableBatch;

/// Works through a batch and tells SQS which records to deliver again.
///
/// `time_is_up` comes true shortly before the function would be ended: what is not done by then is tried again, instead
/// of the whole batch.
pub async fn run<S: Stage, Q: MessageQueue + Deliveries, T: Future<Output = ()>>(
    stage: &S,
    redelivery: &Redelivery<Q>,
    event: SqsEvent,
    time_is_up: T,
) -> Result<SqsBatchResponse, UnanswerableBatch> {
    let batch = &Batch { stage, redelivery, time_is_up: time_is_up.shared() };
    let (new, mut again): (Vec<_>, Vec<_>) = event.records.iter().partition(|r| receive_count(r) <= 1);
    let mut handled: Vec<Handled<'_>> = stream::iter(new)
        .map(|record| async move { Handled { record, verdict: batch.one(record).await } })
        .buffer_unordered(CONCURRENCY)
        .collect()
        .await;
    // In another order each time, so that none is always behind one that ends the process.
    again.sort_by_key(|record| backoff::lot(message_id(record), receive_count(record)));
    for record in again {
        batch.take_off(&mut handled).await;
        handled.push(Handled { record, verdict: batch.one(record).await });
    }
    answer(S::NAME, &handled)
}

fn answer(stage: &str, handled: &[Handled<'_>]) -> Result<SqsBatchResponse, UnanswerableBatch> {
    let mut response = SqsBatchResponse::default();
    for Handled { record, .. } in handled.iter().filter(|h| h.verdict == Verdict::DeliverAgain) {
        // An empty identifier would make SQS read the whole response as a failure.
        let id = record.message_id.clone().filter(|id| !id.is_empty()).ok_or(UnanswerableBatch)?;
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        response.batch_item_failures.push(failure);
    }
    tracing::debug!(stage, total = handled.len(), failed = response.batch_item_failures.len(), "batch done");
    Ok(response)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Done with, and to be acknowledged by the answer.
    Acknowledge,
    /// Taken off the queue already.
    Gone,
    DeliverAgain,
}

struct Handled<'a> {
    record: &'a SqsMessage,
    verdict: Verdict,
}

/// Why a record was not done.
struct Failure {
    class: Class,
    reason: String,
    /// How long the outside asked us to wait.
    wait: Option<Duration>,
    /// The delivery with this number is its last.
    last: u32,
}

struct Batch<'a, S, Q, T: Future<Output = ()>> {
    stage: &'a S,
    redelivery: &'a Redelivery<Q>,
    time_is_up: Shared<T>,
}

impl<S: Stage, Q: MessageQueue + Deliveries, T: Future<Output = ()>> Batch<'_, S, Q, T> {
    /// Takes off the queue what is done so far.
    async fn take_off(&self, handled: &mut [Handled<'_>]) {
        let done = handled.iter_mut().filter(|h| h.verdict == Verdict::Acknowledge);
        stream::iter(done)
            .for_each_concurrent(CONCURRENCY, |done| async {
                let Some(receipt) = done.record.receipt_handle.as_deref() else { return };
                match self.redelivery.source.delete(receipt).await {
                    Ok(()) => done.verdict = Verdict::Gone,
                    // The answer acknowledges it all the same, should there be one.
                    Err(e) => tracing::debug!(stage = S::NAME, error = chain(&e), "left to the answer"),
                }
            })
            .await;
    }

    async fn one(&self, record: &SqsMessage) -> Verdict {
        let Err(failure) = self.attempt(record).await else {
            count(Figure::MessagesDone, 1);
            return Verdict::Acknowledge;
        };
        if failure.class == Class::Retryable && receive_count(record) < failure.last {
            count(Figure::MessagesRetried, 1);
            self.hide(record, &failure.reason, failure.wait).await;
            return Verdict::DeliverAgain;
        }
        self.set_aside(record, failure).await
    }

    async fn attempt(&self, record: &SqsMessage) -> Result<(), Failure> {
        let last = self.redelivery.max_receive_count;
        // On the heap: what a stage does with a lead is large.
        let work = Box::pin(async {
            let sent_at = sent_at(record).ok_or_else(|| Failure {
                class: Class::Poison,
                reason: "the record has no valid SentTimestamp".to_owned(),
                wait: None,
                last,
            })?;
            let message = Message { body: record.body.as_deref().unwrap_or_default(), sent_at };
            let done = self.stage.process(message).await;
            done.map_err(|e| Failure { class: e.class(), reason: chain(&e), wait: e.wait(), last })
        });
        // The time first: what has none left is not begun.
        let attempt = async {
            match select(self.time_is_up.clone(), work).await {
                Either::Left(((), _)) => {
                    Err(Failure { class: Class::Retryable, reason: NO_TIME.to_owned(), wait: None, last })
                }
                Either::Right((done, _)) => done,
            }
        };
        AssertUnwindSafe(attempt).catch_unwind().await.unwrap_or_else(|_| {
            Err(Failure {
                class: Class::Retryable,
                reason: "the handler panicked".to_owned(),
                wait: None,
                last: last.min(DELIVERIES_AFTER_A_PANIC),
            })
        })
    }

    /// Keeps a record away for a while that grows with each delivery, and for as long as the outside asked.
    async fn hide(&self, record: &SqsMessage, reason: &str, asked: Option<Duration>) {
        let (message_id, receive_count) = (message_id(record), receive_count(record));
        let delay =
            backoff::delay(message_id, receive_count).max(asked.unwrap_or_default().min(LONGEST_HIDDEN));
        let receipt = record.receipt_handle.as_deref().unwrap_or_default();
        match self.redelivery.source.hide(receipt, delay).await {
            Ok(()) => {
                let delay_s = delay.as_secs();
                tracing::warn!(
                    stage = S::NAME,
                    message_id,
                    receive_count,
                    delay_s,
                    reason,
                    "will be tried again"
                );
            }
            Err(e) => {
                let not_hidden = chain(&e);
                tracing::warn!(
                    stage = S::NAME,
                    message_id,
                    receive_count,
                    reason,
                    not_hidden,
                    "will be tried again after the queue's own time-out"
                );
            }
        }
    }

    async fn set_aside(&self, record: &SqsMessage, failure: Failure) -> Verdict {
        let Failure { class, reason, wait, .. } = failure;
        let message_id = message_id(record);
        let letter = DeadLetter::new(S::NAME, class, &reason);
        let reason = letter.reason();
        let body = record.body.as_deref().unwrap_or_default();
        match letter.send(&self.redelivery.dead_letters, body).await {
            Ok(()) => {
                tracing::error!(stage = S::NAME, message_id, class = class.as_str(), reason, "dead letter");
                Verdict::Acknowledge
            }
            Err(e) => {
                tracing::error!(
                    stage = S::NAME,
                    message_id,
                    reason,
                    not_set_aside = chain(&e),
                    "left to redrive"
                );
                count(Figure::DeadLettersUnsent, 1);
                self.hide(record, reason, wait).await;
                Verdict::DeliverAgain
            }
        }
    }
}

const NO_TIME: &str = "the function's time was up before it was done";

fn message_id(record: &SqsMessage) -> &str {
    record.message_id.as_deref().unwrap_or("-")
}

fn sent_at(record: &SqsMessage) -> Option<Timestamp> {
    let ms: i64 = record.attributes.get("SentTimestamp")?.parse().ok()?;
    Timestamp::from_millisecond(ms).ok()
}

fn receive_count(record: &SqsMessage) -> u32 {
    record.attributes.get("ApproximateReceiveCount").and_then(|n| n.parse().ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests;
