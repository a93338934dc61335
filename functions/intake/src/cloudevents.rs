//! `CloudEvents` 1.0: the envelope names id, source, type and time, the data is a form-submit event.

use lambda_http::Body;
use lambda_http::http::{HeaderMap, header};
use leadlight_lead::{FormSubmit, SourceName, WireError, from_json};
use serde::Deserialize;
use serde_json::Value;

use crate::event::{Fields, form_submit, limited};

/// The most events of one batch.
const MAX_BATCH: usize = 100;

/// The attributes that are read; extensions are passed over.
#[derive(Debug, Deserialize)]
struct Envelope {
    specversion: String,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    data: Option<Fields>,
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
        "application/cloudevents+json" => Ok(vec![from_json(limited(body)?).and_then(Envelope::into_event)]),
        "application/cloudevents-batch+json" => batch(body),
        _ => Ok(vec![binary(headers, body)?.into_event()]),
    }
}

fn batch(body: &Body) -> Result<Vec<Result<FormSubmit, WireError>>, WireError> {
    let events: Vec<Value> = from_json(body)?;
    if events.is_empty() || events.len() > MAX_BATCH {
        let problem = format!("expected 1 to {MAX_BATCH} events in a batch");
        return Err(WireError::Shape { path: ".".to_owned(), problem });
    }
    // One by one: a bad event does not hold up the good ones.
    Ok(events
        .into_iter()
        .map(|event| from_json::<Envelope>(event.to_string().as_bytes()).and_then(Envelope::into_event))
        .collect())
}

fn binary(headers: &HeaderMap, body: &Body) -> Result<Envelope, WireError> {
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
        data: Some(from_json(limited(body)?)?),
        data_base64: None,
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}

impl Envelope {
    /// Source and id together make a `CloudEvent` unique, so together they make the event's id.
    fn into_event(self) -> Result<FormSubmit, WireError> {
        let shape = |path: &str, problem: &str| {
            Err(WireError::Shape { path: path.to_owned(), problem: problem.to_owned() })
        };
        if self.specversion != "1.0" {
            return shape("specversion", "expected \"1.0\"");
        }
        let mut fields = match (self.data, self.data_base64) {
            (Some(fields), _) => fields,
            (None, Some(_)) => return shape("data_base64", "expected JSON in `data` instead"),
            (None, None) => return shape("data", "expected a form-submit event"),
        };
        if !fields.contains_key("source") {
            if self.source.parse::<SourceName>().is_err() {
                return shape(
                    "source",
                    "expected a source the policy declares, here or as `source` within `data`",
                );
            }
            fields.insert("source".to_owned(), Value::String(self.source.clone()));
        }
        let mut fill = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                fields.entry(name).or_insert(Value::String(value));
            }
        };
        fill("id", Some(format!("{}#{}", self.source, self.id)));
        fill("source_event_type", Some(self.kind));
        fill("occurred_at", self.time);
        form_submit(fields)
    }
}
