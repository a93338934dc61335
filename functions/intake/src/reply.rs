//! What a sender is told.

use lambda_http::http::{StatusCode, header};
use lambda_http::{Body, Response};
use leadlight_lead::LeadId;
use leadlight_ports::metrics::answered;
use serde::Serialize;
use serde_json::json;

/// What became of a request's parts. `index` counts from 0.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Told {
    pub accepted: Vec<Accepted>,
    pub refused: Vec<Refused>,
}

/// A part that is in its queue.
#[derive(Debug, Serialize)]
pub(crate) struct Accepted {
    pub index: usize,
    pub lead_id: LeadId,
    /// What was longer than it may be or could not be read, and what became of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A part that is not.
#[derive(Debug, Serialize)]
pub(crate) struct Refused {
    pub index: usize,
    pub reason: String,
}

impl Told {
    /// Nothing was taken, for one reason.
    pub(crate) fn nothing(reason: &str) -> Self {
        Self { accepted: vec![], refused: vec![Refused { index: 0, reason: reason.to_owned() }] }
    }
}

pub(crate) fn not_found(reason: &str) -> Result<Response<Body>, lambda_http::Error> {
    respond(StatusCode::NOT_FOUND, &Told::nothing(reason))
}

pub(crate) fn method_not_allowed(reason: &str) -> Result<Response<Body>, lambda_http::Error> {
    respond(StatusCode::METHOD_NOT_ALLOWED, &Told::nothing(reason))
}

/// Nothing of a sender's request was taken.
pub(crate) fn error(status: StatusCode, reason: &str) -> Result<Response<Body>, lambda_http::Error> {
    respond(status, &json!({ "error": reason }))
}

pub(crate) fn respond(
    status: StatusCode,
    told: &impl Serialize,
) -> Result<Response<Body>, lambda_http::Error> {
    text(status, "application/json", serde_json::to_string(told)?)
}

pub(crate) fn text(
    status: StatusCode,
    content_type: &str,
    body: String,
) -> Result<Response<Body>, lambda_http::Error> {
    answered(status.as_u16());
    let mut response = Response::builder().status(status).header(header::CONTENT_TYPE, content_type);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response = response.header(header::RETRY_AFTER, "1");
    }
    Ok(response.body(Body::from(body))?)
}
