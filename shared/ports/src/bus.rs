//! An event bus: what happened, told to whoever subscribed.
//!
//! A bus delivers at least once and in no order, so each event carries an id that stays the same when it is put again:
//! a receiver that has seen the id is done.

use std::future::Future;

use jiff::Timestamp;
use serde_json::Value;

use crate::{Class, Classed};

/// Something that happened.
#[derive(Clone, PartialEq, Eq)]
pub struct BusEvent {
    id: String,
    kind: &'static str,
    occurred_at: Timestamp,
    detail: String,
}

/// An event that no bus takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the event `{kind}` has {bytes} bytes; a bus takes {} at most", BusEvent::LONGEST_BYTES)]
pub struct EventTooLong {
    /// Its kind.
    pub kind: &'static str,
    /// Of its detail.
    pub bytes: usize,
}

impl Classed for EventTooLong {
    fn class(&self) -> Class {
        Class::Poison
    }
}

impl BusEvent {
    /// Of an event's detail. EventBridge takes 256 KiB in one request with source, kind and time, which get the rest.
    pub const LONGEST_BYTES: usize = 256 * 1024 - 1024;

    /// `id` is the same whenever the same thing is told; `kind` is what rules match, such as `lead.scored`; the detail is a
    /// JSON object, such as a `CloudEvent`.
    pub fn new(
        id: impl Into<String>,
        kind: &'static str,
        occurred_at: Timestamp,
        detail: &Value,
    ) -> Result<Self, EventTooLong> {
        let detail = detail.to_string();
        if detail.len() > Self::LONGEST_BYTES {
            return Err(EventTooLong { kind, bytes: detail.len() });
        }
        Ok(Self { id: id.into(), kind, occurred_at, detail })
    }

    /// The same whenever the same thing is told.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What rules match.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// When it happened.
    pub fn occurred_at(&self) -> Timestamp {
        self.occurred_at
    }

    /// What is told, as JSON.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

/// The detail may be personal.
impl std::fmt::Debug for BusEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BusEvent({}, {} bytes)", self.kind, self.detail.len())
    }
}

/// An event that a bus did not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its place among those that were put.
    pub index: usize,
    /// Worth another try?
    pub class: Class,
    /// What the bus said: a code such as `ThrottlingException`, or that it did not answer.
    pub reason: String,
}

/// Some events were not taken; all others were. Put those again, or set them aside: each by its class.
#[derive(Debug, thiserror::Error)]
#[error("the bus did not take {} of {} events; the first because of: {}", refused.len(), of, first(refused))]
pub struct NotTaken {
    /// Each that was not taken, in order; at least one. One that the bus gave no answer to may be taken all the same.
    pub refused: Vec<Refused>,
    /// So many were put.
    pub of: usize,
}

fn first(refused: &[Refused]) -> &str {
    refused.first().map_or("", |refused| &refused.reason)
}

impl Classed for NotTaken {
    /// Retryable if any of them is.
    fn class(&self) -> Class {
        if self.refused.iter().any(|refused| refused.class == Class::Retryable) {
            Class::Retryable
        } else {
            Class::Poison
        }
    }
}

/// A bus that events can be put on.
pub trait EventBus: Send + Sync {
    /// Puts all events, however many, and tells which were not taken.
    fn put(&self, events: &[BusEvent]) -> impl Future<Output = Result<(), NotTaken>> + Send;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_has_a_limit_and_shows_nothing_of_its_detail() {
        let event = |detail: &Value| BusEvent::new("e1", "lead.scored", Timestamp::UNIX_EPOCH, detail);
        assert_eq!(event(&json!({ "grade": "A" })).unwrap().detail(), r#"{"grade":"A"}"#);
        let refused = event(&json!("x".repeat(BusEvent::LONGEST_BYTES))).unwrap_err();
        assert_eq!(refused.class(), Class::Poison);
        assert!(!format!("{:?}", event(&json!("ada@acme.example")).unwrap()).contains("ada"));
    }

    #[test]
    fn events_are_worth_another_try_if_one_of_them_is() {
        let refused = |class| Refused { index: 0, class, reason: "why".to_owned() };
        let class = |classes: &[Class]| {
            let error = NotTaken { refused: classes.iter().copied().map(refused).collect(), of: 3 };
            assert!(error.to_string().contains("of 3 events") && error.to_string().ends_with("why"));
            error.class()
        };
        assert_eq!(class(&[Class::Poison, Class::Retryable]), Class::Retryable);
        assert_eq!(class(&[Class::Poison]), Class::Poison);
    }
}
