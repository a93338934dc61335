//! A form-submit event as plain JSON.

use lambda_http::Body;
use lambda_http::http::HeaderMap;
use leadlight_lead::{FormSubmit, Versioned, WireError, from_json, to_json};
use serde_json::{Map, Value};

/// A JSON object whose fields are not known yet.
pub(crate) type Fields = Map<String, Value>;

/// One event. A form that cannot make ids may leave `id` out: the `Idempotency-Key` header stands for it, or else what
/// was submitted and the day, so that sending it again is still the same lead.
pub(crate) fn read(
    headers: &HeaderMap,
    body: &Body,
) -> Result<Vec<Result<FormSubmit, WireError>>, WireError> {
    let bytes: &[u8] = body;
    let mut fields = fields(bytes)?;
    if !fields.contains_key("id") {
        let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok());
        fields.extend(key.map(|key| ("id".to_owned(), Value::String(key.to_owned()))));
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
