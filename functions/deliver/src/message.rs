//! What comes over the queue: events as EventBridge hands them on, and deliveries of our own.

use jiff::Timestamp;
use leadlight_destinations::Event;
use leadlight_lead::{StageMessage, Versioned, WireError, from_json};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message.
pub enum Incoming {
    /// Something happened: whoever wants to hear of it gets a delivery.
    Event(Event),
    /// One destination is to hear of something.
    Delivery(Delivery),
    /// People are to hear what waits for them. It was due then.
    Digest(Timestamp),
}

/// One event for one destination.
#[derive(Serialize, Deserialize)]
pub struct Delivery {
    /// Its name in the list.
    pub destination: String,
    /// What happened.
    pub event: Event,
}

impl Versioned for Delivery {}

impl StageMessage for Delivery {
    const SCHEMA: &'static str = "leadlight.delivery";
}

/// What EventBridge puts around an event, or its scheduler sends; neither is in a delivery.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    detail: Option<Value>,
    #[serde(default)]
    digest_due_at: Option<Timestamp>,
}

impl Incoming {
    /// Reads either.
    pub fn read(body: &str) -> Result<Self, WireError> {
        let envelope: Envelope = from_json(body.as_bytes())?;
        match (envelope.detail, envelope.digest_due_at) {
            (Some(event), _) => Event::from_cloud_event(&event).map(Self::Event),
            (None, Some(due_at)) => Ok(Self::Digest(due_at)),
            (None, None) => Delivery::from_message(body.as_bytes()).map(Self::Delivery),
        }
    }
}
