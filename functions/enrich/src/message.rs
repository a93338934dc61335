//! What comes over the queue: events, and leads that are enriched again since vendors were away.

use jiff::Timestamp;
use leadlight_lead::{FormSubmit, StageMessage, SubmittedLead, Versioned, WireError, from_json};
use serde::{Deserialize, Serialize};

use crate::error::EnrichError;

/// A lead that is enriched again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Again {
    /// How it began, as it was the first time.
    pub submitted: SubmittedLead,
    /// Which round this is, from 1.
    pub round: u32,
}

impl Versioned for Again {}

impl StageMessage for Again {
    const SCHEMA: &'static str = "leadlight.enrich-again";
}

/// A message.
pub(crate) enum Incoming {
    /// Somebody filled in a form.
    Event(Box<FormSubmit>),
    /// A lead that is there already.
    Again(Box<Again>),
}

/// No event has a field of this name.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    schema: Option<serde_json::Value>,
}

impl Incoming {
    /// Reads either.
    pub(crate) fn read(body: &str) -> Result<Self, WireError> {
        match from_json::<Envelope>(body.as_bytes()) {
            Ok(Envelope { schema: Some(_) }) => {
                Again::from_message(body.as_bytes()).map(|again| Self::Again(Box::new(again)))
            }
            // Whatever is wrong with it is said by the event's own reader.
            _ => FormSubmit::parse(body.as_bytes()).map(|event| Self::Event(Box::new(event))),
        }
    }

    /// The lead that it is about, and in which round.
    pub(crate) fn lead(self, sent_at: Timestamp) -> Result<(SubmittedLead, u32), EnrichError> {
        match self {
            Self::Again(again) => Ok((again.submitted, again.round)),
            Self::Event(event) => {
                for note in event.notes() {
                    tracing::warn!(source = %event.source, "{note}");
                }
                let content_hash = event.content_hash().map_err(EnrichError::Event)?;
                let submitted =
                    SubmittedLead::new(*event, content_hash, sent_at).map_err(EnrichError::Time)?;
                Ok((submitted, 0))
            }
        }
    }
}
