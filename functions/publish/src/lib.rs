//! Tells the event bus what changed: from the table's stream, so that no event is told of what was not written, and none
//! is missed of what was.
//!
//! A batch that could not be told comes again as a whole, and its events bear the same ids then. A record of which no
//! event can be made is set aside with its reason: it never keeps the table's other changes waiting.

mod config;
mod record;
mod serve;

use std::time::Duration;

use leadlight_destinations::{Event, Origin, changes};
use leadlight_ports::metrics::{Figure, concerns, count};
use leadlight_ports::{
    BusEvent, Class, Classed, DeadLetter, EventBus, EventTooLong, NotTaken, PortError, World, chain,
};
use serde_json::{Value, json};

use crate::record::{Change, RecordError};

pub use config::Config;
pub use serve::serve;

/// So often events that the bus did not take are put again at once, before the whole batch comes again.
const ROUNDS: u32 = 3;
/// Before they are put again; longer each time.
const PAUSE: Duration = Duration::from_millis(100);

/// The publisher.
#[derive(Debug)]
pub struct Publish<W: World, B> {
    /// Where events go.
    pub bus: B,
    /// Where records and events rest that can never be told.
    pub dead_letters: W::Queue,
    /// What events bear as their source.
    pub origin: Origin,
}

/// A batch was not told, or not all of it: all of it comes again.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The bus did not take all.
    #[error("not all events are on the bus")]
    Bus(#[source] NotTaken),
    /// A release that is newer wrote a lead: it will read it.
    #[error("a lead was written by a newer release")]
    Newer(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What can never be told could not be set aside.
    #[error("a record that cannot be told could not be set aside")]
    SetAside(#[source] PortError),
}

impl Classed for PublishError {
    fn class(&self) -> Class {
        Class::Retryable
    }
}

impl<W: World, B: EventBus> Publish<W, B> {
    /// Tells all that a batch of the stream holds; returns once the bus has taken it.
    pub async fn tell(&self, batch: &Value) -> Result<(), PublishError> {
        let mut told = Vec::new();
        for record in batch["Records"].as_array().into_iter().flatten() {
            match events_of(record) {
                Ok(events) => {
                    for event in events {
                        match self.bus_event(&event) {
                            Ok(event) => told.push(event),
                            Err(error) => self.set_aside(&json!({ "event": event.id }), &error).await?,
                        }
                    }
                }
                Err(error) if error.class() == Class::Retryable => {
                    return Err(PublishError::Newer(Box::new(error)));
                }
                // Its keys alone: what the lead is, the table tells, and a letter need not hold it as well.
                Err(error) => self.set_aside(&keys_of(record), &error).await?,
            }
        }
        self.put(told).await
    }

    fn bus_event(&self, event: &Event) -> Result<BusEvent, EventTooLong> {
        BusEvent::new(&event.id, event.kind().as_str(), event.at, &event.to_cloud_event(&self.origin))
    }

    /// Puts events; those that are not taken, again.
    async fn put(&self, mut events: Vec<BusEvent>) -> Result<(), PublishError> {
        let mut pause = PAUSE;
        for round in 1..=ROUNDS {
            let put = events.len();
            let Err(mut not_taken) = self.bus.put(&events).await else {
                count(Figure::EventsTold, put);
                return Ok(());
            };
            count(Figure::EventsTold, put - not_taken.refused.len());
            for refused in not_taken.refused.extract_if(.., |refused| refused.class == Class::Poison) {
                let reason = Refusal { reason: refused.reason };
                self.set_aside(&json!({ "event": events[refused.index].id() }), &reason).await?;
            }
            if not_taken.refused.is_empty() {
                return Ok(());
            }
            if round == ROUNDS {
                return Err(PublishError::Bus(not_taken));
            }
            events = not_taken.refused.iter().map(|refused| events[refused.index].clone()).collect();
            tokio::time::sleep(pause).await;
            pause *= 4;
        }
        Ok(())
    }

    async fn set_aside(&self, body: &Value, why: &impl Classed) -> Result<(), PublishError> {
        let reason = chain(why);
        let body = body.to_string();
        let letter = DeadLetter::new("publish", Class::Poison, &reason);
        letter.send(&self.dead_letters, &body).await.map_err(PublishError::SetAside)?;
        tracing::error!(reason, body, "a change is not told");
        Ok(())
    }
}

/// Why the bus will never take an event.
#[derive(Debug, thiserror::Error)]
#[error("the bus does not take the event: {reason}")]
struct Refusal {
    reason: String,
}

impl Classed for Refusal {
    fn class(&self) -> Class {
        Class::Poison
    }
}

fn events_of(record: &Value) -> Result<Vec<Event>, RecordError> {
    Ok(match record::read(record)? {
        Change::Lead { before, after, version } => {
            concerns(after.id());
            changes(before.as_ref(), &after, version)
        }
        Change::Told(event) => vec![event],
        Change::Nothing => Vec::new(),
    })
}

/// Which item a record is about, and where it stands in the stream.
fn keys_of(record: &Value) -> Value {
    let told = &record["dynamodb"];
    json!({ "event_id": record["eventID"], "keys": told["Keys"], "sequence_number": told["SequenceNumber"] })
}
