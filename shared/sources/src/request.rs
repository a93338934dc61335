//! A request as it came, before anything of it is believed.

use std::borrow::Cow;

use http::HeaderMap;
use jiff::Timestamp;
use leadlight_lead::{WireError, check_size, from_json};
use serde_json::Value;

/// Lists and objects in one another: no sender nests more than ten.
pub(crate) const DEPTH_AT_MOST: u32 = 64;
/// The most values of a body. `{"":0},` is seven bytes as sent and seven hundred once it is a map: four megabytes of it
/// would be four hundred. The largest batch on record has some sixty thousand.
pub(crate) const VALUES_AT_MOST: u32 = 100_000;

/// A request as it came.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Such as `POST`.
    pub method: &'a str,
    /// The address that the sender called, with its query: the *configured* public address of the intake and the
    /// request's path, since a gateway in between may change what the function sees. Some senders sign it.
    pub url: Option<&'a str>,
    /// What follows the question mark, as it came.
    pub query: &'a str,
    /// By name, in any case.
    pub headers: &'a HeaderMap,
    /// The bytes as they came: signatures are over these.
    pub body: &'a [u8],
    /// When it came.
    pub received_at: Timestamp,
}

/// Sizes alone: the rest may be secret or personal.
impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Request<'a> {
    /// A header's text; none where it is absent or no text.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        form_urlencoded::parse(self.query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The media type without its parameters, in lower case.
    pub(crate) fn media_type(&self) -> String {
        let content_type = self.header("content-type").unwrap_or_default();
        content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The body as JSON, of a depth and a width that can be handled.
    pub(crate) fn json(&self) -> Result<Value, WireError> {
        check_size(self.body, DEPTH_AT_MOST, VALUES_AT_MOST)?;
        from_json(self.body)
    }
}
