//! A form-submit event as plain JSON.

use lambda_http::Body;
use lambda_http::http::HeaderMap;
use leadlight_lead::{FormSubmit, Versioned, WireError, from_json, to_json};
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
    let bytes: &[u8] = body;
    let mut fields = fields(bytes)?;
    if !fields.contains_key("id") {
        let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok());
        let id =
            key.map_or_else(|| format!("body-{}", hex::encode(&Sha256::digest(bytes)[..16])), str::to_owned);
        fields.insert("id".to_owned(), Value::String(id));
    }
    Ok(vec![form_submit(fields)])
}

/// An object's fields, once it is known to be of a shape that an event may have.
pub(crate) fn fields(bytes: &[u8]) -> Result<Fields, WireError> {
    FormSubmit::check_shape(bytes)?;
    from_json(bytes)
}

/// From fields to an event; those who name no version write the current one.
pub(crate) fn form_submit(mut fields: Fields) -> Result<FormSubmit, WireError> {
    fields.entry("schema_version").or_insert_with(|| FormSubmit::VERSION.into());
    FormSubmit::parse(to_json(&fields)?.as_bytes())
}
