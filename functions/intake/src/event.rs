//! A form-submit event as plain JSON.

use lambda_http::Body;
use lambda_http::http::HeaderMap;
use leadlight_lead::{FORM_SUBMIT_VERSION, FormSubmit, MAX_EVENT_BYTES, WireError, from_json, to_json};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A JSON object whose fields are not known yet.
pub(crate) type Fields = Map<String, Value>;

/// One event. A form that cannot make ids may leave `id` out: the `Idempotency-Key` header stands for
/// it, or else the body itself, so that sending the same body again is still the same lead.
pub(crate) fn read(
    headers: &HeaderMap,
    body: &Body,
) -> Result<Vec<Result<FormSubmit, WireError>>, WireError> {
    let bytes = limited(body)?;
    let mut fields: Fields = from_json(bytes)?;
    if !fields.contains_key("id") {
        let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok());
        let id =
            key.map_or_else(|| format!("body-{}", hex::encode(&Sha256::digest(bytes)[..16])), str::to_owned);
        fields.insert("id".to_owned(), Value::String(id));
    }
    Ok(vec![form_submit(fields)])
}

/// The body, if it is not too large to be one event.
pub(crate) fn limited(body: &Body) -> Result<&[u8], WireError> {
    let bytes: &[u8] = body;
    if bytes.len() > MAX_EVENT_BYTES {
        return Err(WireError::TooLarge { bytes: bytes.len(), limit: MAX_EVENT_BYTES });
    }
    Ok(bytes)
}

/// From fields to an event; those who name no version write the current one.
pub(crate) fn form_submit(mut fields: Fields) -> Result<FormSubmit, WireError> {
    fields.entry("schema_version").or_insert_with(|| FORM_SUBMIT_VERSION.into());
    FormSubmit::parse(to_json(&fields)?.as_bytes())
}
