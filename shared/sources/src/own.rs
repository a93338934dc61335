//! Our own format: form-submit events as plain JSON and as `CloudEvents`, from a company's own code.
//!
//! Who sends them is known before (by AWS, or not at all: `IntakeAuthorization`), and the event names its source.

use leadlight_lead::{FormSubmit, SourceName, Taken, WireError, from_json};
use serde_json::{Map, Value};

use crate::envelope::{Envelope, envelopes};
use crate::fill::{event, text_of};
use crate::request::Request;

/// An event that is taken, or why not.
pub type Own = Result<Taken, WireError>;

/// One event as plain JSON. A form that cannot make ids may leave `id` out: the `Idempotency-Key` header stands for it, or
/// else what was submitted and the day, so that sending it again is still the same lead.
pub fn plain_event(request: &Request<'_>) -> Result<Vec<Own>, WireError> {
    let mut fields = fields(request.body)?;
    if let Some(key) = request.header("idempotency-key") {
        fill(&mut fields, "id", key);
    }
    Ok(vec![event(&mut fields)])
}

/// Events in any of the three modes of the HTTP binding of `CloudEvents`.
pub fn cloud_events(request: &Request<'_>) -> Result<Vec<Own>, WireError> {
    let events = envelopes(request)?;
    Ok(events
        .into_iter()
        .map(|opened| opened.map_err(|(error, _)| error).and_then(|event| own(&event)))
        .collect())
}

/// An object's fields, once it is known to be of a shape that an event may have.
fn fields(bytes: &[u8]) -> Result<Map<String, Value>, WireError> {
    FormSubmit::check_shape(bytes)?;
    from_json(bytes)
}

/// Says what the event leaves open.
fn fill(fields: &mut Map<String, Value>, name: &str, value: &str) {
    let is_open = fields.get(name).is_none_or(|value| text_of(value).is_none());
    if is_open {
        fields.insert(name.to_owned(), value.into());
    }
}

fn own(envelope: &Envelope) -> Own {
    let mut fields = fields(&envelope.data)?;
    let is_named = fields.get("source").is_some_and(|source| text_of(source).is_some());
    if !is_named {
        if envelope.source.parse::<SourceName>().is_err() {
            return Err(WireError::shape(
                "source",
                "expected a source the policy declares, here or as `source` within `data`",
            ));
        }
        fill(&mut fields, "source", &envelope.source);
    }
    fill(&mut fields, "id", &envelope.event_id());
    fill(&mut fields, "source_event_type", &envelope.kind);
    if let Some(time) = &envelope.time {
        fill(&mut fields, "occurred_at", time);
    }
    event(&mut fields)
}
