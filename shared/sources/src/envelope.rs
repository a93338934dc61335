//! `CloudEvents` 1.0: the envelope names id, source, type and time.

use leadlight_lead::{EventId, MAX_WHOLE_BYTES, WireError, from_json};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::request::Request;

/// The most events of one batch.
const MAX_BATCH: usize = 100;
/// The attributes that are read; extensions are passed over.
#[derive(Debug, Deserialize)]
struct Structured<'a> {
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

/// An event: its attributes, and its data as they came.
#[derive(Debug)]
pub(crate) struct Envelope {
    id: String,
    pub(crate) source: String,
    pub(crate) kind: String,
    pub(crate) time: Option<String>,
    pub(crate) data: Vec<u8>,
}

/// One event of a request, or what is wrong with it and how it came.
pub(crate) type Opened = Result<Envelope, (WireError, Vec<u8>)>;

/// Opens a request in any of the three modes of the HTTP binding.
pub(crate) fn envelopes(request: &Request<'_>) -> Result<Vec<Opened>, WireError> {
    match request.media_type().as_str() {
        "application/cloudevents+json" => Ok(vec![Ok(structured(request.body)?)]),
        "application/cloudevents-batch+json" => {
            limited(request.body)?;
            let Batch(events) = from_json(request.body)?;
            // One by one: a bad event does not hold up the good ones.
            let bytes = events.into_iter().map(|event| event.get().as_bytes());
            Ok(bytes.map(|event| structured(event).map_err(|error| (error, event.to_vec()))).collect())
        }
        _ => Ok(vec![Ok(binary(request)?)]),
    }
}

fn structured(bytes: &[u8]) -> Result<Envelope, WireError> {
    limited(bytes)?;
    let Structured { specversion, id, source, kind, time, data, data_base64 } = from_json(bytes)?;
    let data = match (data, data_base64) {
        (Some(data), _) => data.get().as_bytes().to_vec(),
        (None, Some(_)) => return Err(WireError::shape("data_base64", "expected JSON in `data` instead")),
        (None, None) => return Err(WireError::shape("data", "expected a form-submit event")),
    };
    is_version(&specversion)?;
    Ok(Envelope { id, source, kind, time, data })
}

/// A batch may have as many bytes as one event.
fn limited(bytes: &[u8]) -> Result<(), WireError> {
    if bytes.len() > MAX_WHOLE_BYTES {
        return Err(WireError::TooLarge { bytes: bytes.len(), limit: MAX_WHOLE_BYTES });
    }
    Ok(())
}

fn is_version(specversion: &str) -> Result<(), WireError> {
    if specversion == "1.0" { Ok(()) } else { Err(WireError::shape("specversion", "expected \"1.0\"")) }
}

fn binary(request: &Request<'_>) -> Result<Envelope, WireError> {
    let required = |name: &'static str| {
        request.header(name).map(str::to_owned).ok_or_else(|| {
            WireError::shape(name, "expected this header, or the content type application/cloudevents+json")
        })
    };
    is_version(&required("ce-specversion")?)?;
    Ok(Envelope {
        id: required("ce-id")?,
        source: required("ce-source")?,
        kind: required("ce-type")?,
        time: request.header("ce-time").map(str::to_owned),
        data: request.body.to_vec(),
    })
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

impl Envelope {
    /// The data as something that JSON can hold.
    pub(crate) fn data_as<T: DeserializeOwned>(&self) -> Result<T, WireError> {
        from_json(&self.data)
    }

    /// Source and id together make a `CloudEvent` unique, so together they make the event's id.
    ///
    /// The sign between them tells where the source ends, if the source has none itself. One that does, or one that is
    /// too long together with its id, stands as a hash: it holds no such sign, so that no two events are one.
    pub(crate) fn event_id(&self) -> String {
        let plain = format!("{}#{}", self.source, self.id);
        if !self.source.contains('#') && plain.parse::<EventId>().is_ok() {
            return plain;
        }
        let length = self.source.len();
        let digest = Sha256::digest(format!("{length}:{}{}", self.source, self.id));
        format!("cloudevent-{}", hex::encode(digest))
    }
}
