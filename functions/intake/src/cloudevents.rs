//! `CloudEvents` 1.0: the envelope names id, source, type and time, the data is a form-submit event.

use lambda_http::Body;
use lambda_http::http::{HeaderMap, header};
use leadlight_lead::{EventId, FormSubmit, MAX_EVENT_BYTES, SourceName, WireError, from_json};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::event::{Fields, fields, form_submit};

/// The most events of one batch.
const MAX_BATCH: usize = 100;
/// The most bytes of one batch: a hundred events of forty kilobytes. Lambda itself takes 6 MB.
const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;
/// The most bytes of one event with its envelope.
const MAX_ENVELOPE_BYTES: usize = MAX_EVENT_BYTES + 16 * 1024;

/// The attributes that are read; extensions are passed over.
#[derive(Debug, Deserialize)]
struct Envelope<'a> {
    specversion: String,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    time: Option<String>,
    /// Measured before it is read.
    #[serde(default, borrow)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    data_base64: Option<String>,
}

/// Reads a request in any of the three modes of the HTTP binding.
pub(crate) fn read(
    headers: &HeaderMap,
    body: &Body,
) -> Result<Vec<Result<FormSubmit, WireError>>, WireError> {
    let content_type = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.as_str() {
        "application/cloudevents+json" => Ok(vec![structured(body)]),
        "application/cloudevents-batch+json" => batch(body),
        _ => Ok(vec![binary(headers)?.into_event(fields(body)?)]),
    }
}

fn structured(bytes: &[u8]) -> Result<FormSubmit, WireError> {
    limited(bytes, MAX_ENVELOPE_BYTES)?;
    let envelope: Envelope<'_> = from_json(bytes)?;
    let data = envelope.data()?;
    envelope.into_event(data)
}

fn limited(bytes: &[u8], limit: usize) -> Result<(), WireError> {
    if bytes.len() > limit {
        return Err(WireError::TooLarge { bytes: bytes.len(), limit });
    }
    Ok(())
}

/// The events of a batch as they were sent: nothing is made of them but one at a time.
struct Batch<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Batch<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Events;
        impl<'de> Visitor<'de> for Events {
            type Value = Batch<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "1 to {MAX_BATCH} events in a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Batch<'de>, A::Error> {
                let mut events = Vec::new();
                while let Some(event) = list.next_element()? {
                    if events.len() == MAX_BATCH {
                        return Err(serde::de::Error::invalid_length(MAX_BATCH + 1, &self));
                    }
                    events.push(event);
                }
                if events.is_empty() {
                    return Err(serde::de::Error::invalid_length(0, &self));
                }
                Ok(Batch(events))
            }
        }
        deserializer.deserialize_seq(Events)
    }
}

fn batch(body: &[u8]) -> Result<Vec<Result<FormSubmit, WireError>>, WireError> {
    limited(body, MAX_BATCH_BYTES)?;
    let Batch(events) = from_json(body)?;
    // One by one: a bad event does not hold up the good ones.
    Ok(events.into_iter().map(|event| structured(event.get().as_bytes())).collect())
}

fn binary(headers: &HeaderMap) -> Result<Envelope<'_>, WireError> {
    let required = |name: &'static str| {
        text(headers, name).map(str::to_owned).ok_or_else(|| WireError::Shape {
            path: name.to_owned(),
            problem: "expected this header, or the content type application/cloudevents+json".to_owned(),
        })
    };
    Ok(Envelope {
        specversion: required("ce-specversion")?,
        id: required("ce-id")?,
        source: required("ce-source")?,
        kind: required("ce-type")?,
        time: text(headers, "ce-time").map(str::to_owned),
        data: None,
        data_base64: None,
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}

fn shape(path: &str, problem: &str) -> WireError {
    WireError::Shape { path: path.to_owned(), problem: problem.to_owned() }
}

impl Envelope<'_> {
    fn data(&self) -> Result<Fields, WireError> {
        match (self.data, &self.data_base64) {
            (Some(data), _) => fields(data.get().as_bytes()),
            (None, Some(_)) => Err(shape("data_base64", "expected JSON in `data` instead")),
            (None, None) => Err(shape("data", "expected a form-submit event")),
        }
    }

    fn into_event(self, mut fields: Fields) -> Result<FormSubmit, WireError> {
        if self.specversion != "1.0" {
            return Err(shape("specversion", "expected \"1.0\""));
        }
        let id = self.event_id();
        if !fields.contains_key("source") {
            if self.source.parse::<SourceName>().is_err() {
                return Err(shape(
                    "source",
                    "expected a source the policy declares, here or as `source` within `data`",
                ));
            }
            fields.insert("source".to_owned(), Value::String(self.source));
        }
        let mut fill = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                fields.entry(name).or_insert(Value::String(value));
            }
        };
        fill("id", Some(id));
        fill("source_event_type", Some(self.kind));
        fill("occurred_at", self.time);
        form_submit(fields)
    }

    /// Source and id together make a `CloudEvent` unique, so together they make the event's id.
    ///
    /// The sign between them tells where the source ends, if the source has none itself. One that does, or one that is
    /// too long together with its id, stands as a hash: it holds no such sign, so that no two events are one.
    fn event_id(&self) -> String {
        let plain = format!("{}#{}", self.source, self.id);
        if !self.source.contains('#') && plain.parse::<EventId>().is_ok() {
            return plain;
        }
        let length = self.source.len();
        let digest = Sha256::digest(format!("{length}:{}{}", self.source, self.id));
        format!("cloudevent-{}", hex::encode(digest))
    }
}
