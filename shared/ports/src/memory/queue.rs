//! The twin of a queue: what was sent, what waits, and what was delivered and is hidden until it is answered for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::lock;
use crate::{Attributes, Class, Deliveries, MessageQueue, PortError};

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its body.
    pub body: String,
    /// What travelled beside it.
    pub attributes: BTreeMap<String, String>,
}

/// One delivery of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The message's id, the same each time.
    pub message_id: String,
    /// What this delivery is answered for by.
    pub receipt: String,
    /// Its body.
    pub body: String,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// How often it was delivered, this time included.
    pub receive_count: u32,
}

/// A queue that remembers what was sent, and delivers it until it is deleted. Its time is what it was told last.
#[derive(Debug, Clone, Default)]
pub struct MemoryQueue(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    now: Timestamp,
    sent: Vec<Sent>,
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    delivered: Delivered,
    visible_at: Timestamp,
}

impl MemoryQueue {
    /// All that was sent, in order.
    pub fn sent(&self) -> Vec<Sent> {
        lock(&self.0).sent.clone()
    }

    /// Tells it the time.
    pub fn set_time(&self, now: Timestamp) {
        lock(&self.0).now = now;
    }

    /// Messages that were not deleted, hidden ones included.
    pub fn waiting(&self) -> usize {
        lock(&self.0).waiting.len()
    }

    /// Delivers the first `most` messages that are not hidden, and hides each for `hidden_for` unless it is answered
    /// for before.
    pub fn receive(&self, most: usize, hidden_for: Duration) -> Vec<Delivered> {
        let mut state = lock(&self.0);
        let now = state.now;
        let visible = state.waiting.iter_mut().filter(|w| w.visible_at <= now).take(most);
        visible
            .map(|waiting| {
                waiting.visible_at = later(now, hidden_for);
                let delivered = &mut waiting.delivered;
                delivered.receive_count += 1;
                delivered.receipt = format!("{}/{}", delivered.message_id, delivered.receive_count);
                delivered.clone()
            })
            .collect()
    }
}

fn later(now: Timestamp, delay: Duration) -> Timestamp {
    let delay = SignedDuration::try_from(delay).unwrap_or(SignedDuration::MAX);
    now.checked_add(delay).unwrap_or(Timestamp::MAX)
}

impl MemoryQueue {
    fn take(&self, body: &str, attributes: Attributes<'_>, delay: Duration) {
        let attributes = attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let mut state = lock(&self.0);
        let sent_at = state.now;
        let delivered = Delivered {
            message_id: format!("m-{}", state.sent.len()),
            receipt: String::new(),
            body: body.to_owned(),
            sent_at,
            receive_count: 0,
        };
        state.waiting.push(Waiting { delivered, visible_at: later(sent_at, delay) });
        state.sent.push(Sent { body: body.to_owned(), attributes });
    }
}

impl MessageQueue for MemoryQueue {
    async fn send(&self, body: &str, attributes: Attributes<'_>) -> Result<(), PortError> {
        self.take(body, attributes, Duration::ZERO);
        Ok(())
    }

    async fn send_later(&self, body: &str, delay: Duration) -> Result<(), PortError> {
        self.take(body, &[], delay);
        Ok(())
    }
}

impl Deliveries for MemoryQueue {
    async fn hide(&self, receipt: &str, delay: Duration) -> Result<(), PortError> {
        let mut state = lock(&self.0);
        let until = later(state.now, delay);
        let waiting =
            state.waiting.iter_mut().find(|w| w.delivered.receipt == receipt && !receipt.is_empty());
        let waiting = waiting.ok_or_else(|| unknown("hiding a message"))?;
        waiting.visible_at = until;
        Ok(())
    }

    async fn delete(&self, receipt: &str) -> Result<(), PortError> {
        let mut state = lock(&self.0);
        let place = state.waiting.iter().position(|w| w.delivered.receipt == receipt && !receipt.is_empty());
        state.waiting.remove(place.ok_or_else(|| unknown("deleting a message"))?);
        Ok(())
    }
}

fn unknown(operation: &'static str) -> PortError {
    PortError { operation, class: Class::Retryable, source: "no delivery has this receipt".into() }
}
