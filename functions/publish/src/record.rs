//! One record of the table's stream: which lead changed, from what to what.

use leadlight_destinations::Event;
use leadlight_lead::{QueuedLead, StageMessage, WireError};
use leadlight_ports::{Class, Classed};
use serde_json::Value;

/// What a record tells.
#[expect(clippy::large_enum_variant, reason = "nearly all are leads")]
pub(crate) enum Change {
    /// A lead is new, or another than before.
    Lead {
        /// As it was.
        before: Option<QueuedLead>,
        /// As it is.
        after: QueuedLead,
        /// How often it was written.
        version: u64,
    },
    /// Something that is told though no lead changed.
    Told(Event),
    /// Something that makes no event: a count, an item of another kind, an item that was taken away.
    Nothing,
}

/// A record that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordError {
    /// Its document is no lead's, or its message no event.
    #[error("the item's document cannot be read")]
    Document(#[source] WireError),
    /// It lacks what every item of a lead has.
    #[error("the item has no `{attribute}`, or one of another type")]
    Attribute {
        /// What it lacks.
        attribute: &'static str,
    },
}

impl Classed for RecordError {
    fn class(&self) -> Class {
        match self {
            Self::Document(error) => error.class(),
            Self::Attribute { .. } => Class::Poison,
        }
    }
}

/// What is told beside leads: an item an event.
const TOLD_KEY: &str = "told#model";
/// The items of leads are told by their sort key: others of the same lead have others.
const LEAD_SORT_KEY: &str = "lead";

pub(crate) fn read(record: &Value) -> Result<Change, RecordError> {
    let told = &record["dynamodb"];
    if told["Keys"]["pk"]["S"] == TOLD_KEY && !told["NewImage"].is_null() {
        let message = text_of(&told["NewImage"], "message")?;
        return Event::from_message(message.as_bytes()).map(Change::Told).map_err(RecordError::Document);
    }
    if told["Keys"]["sk"]["S"] != LEAD_SORT_KEY || told["NewImage"].is_null() {
        return Ok(Change::Nothing);
    }
    let after = lead(&told["NewImage"])?;
    let version = told["NewImage"]["version"]["N"].as_str().and_then(|number| number.parse().ok());
    let version = version.ok_or(RecordError::Attribute { attribute: "version" })?;
    let before = if told["OldImage"].is_null() { None } else { Some(lead(&told["OldImage"])?) };
    Ok(Change::Lead { before, after, version })
}

fn lead(image: &Value) -> Result<QueuedLead, RecordError> {
    let text = text_of(image, "document")?;
    QueuedLead::from_message(text.as_bytes()).map_err(RecordError::Document)
}

fn text_of<'a>(image: &'a Value, attribute: &'static str) -> Result<&'a str, RecordError> {
    image[attribute]["S"].as_str().ok_or(RecordError::Attribute { attribute })
}
