//! A request and its answer.

use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use http::{Method, StatusCode};

/// A request. It holds secrets and personal data, and has no `Debug`.
pub struct Ask {
    /// Such as POST.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Beside the body.
    pub headers: Vec<(HeaderName, String)>,
    /// As it goes over the wire.
    pub body: Vec<u8>,
}

impl Ask {
    /// GET with parameters added to the address, each encoded.
    pub fn get(url: &str, parameters: &[(&str, &str)]) -> Self {
        let mut url = url.to_owned();
        if !parameters.is_empty() {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish());
        }
        Self { method: Method::GET, url, headers: Vec::new(), body: Vec::new() }
    }

    /// With a JSON body.
    pub fn json(method: Method, url: String, body: &serde_json::Value) -> Self {
        let headers = vec![(CONTENT_TYPE, "application/json".to_owned())];
        Self { method, url, headers, body: body.to_string().into_bytes() }
    }

    /// POST with the fields of a form as its body, each encoded.
    pub fn form(url: String, fields: &[(&str, &str)]) -> Self {
        let headers = vec![(CONTENT_TYPE, "application/x-www-form-urlencoded".to_owned())];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self { method: Method::POST, url, headers, body: body.into_bytes() }
    }

    /// The same under a bearer token.
    #[must_use]
    pub fn bearing(self, token: &str) -> Self {
        self.with(AUTHORIZATION, format!("Bearer {}", token.trim()))
    }

    /// The same with one more header, in lower case.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// An answer.
#[derive(Clone)]
pub struct Reply {
    /// Such as 200.
    pub status: StatusCode,
    /// How long it asks us to wait.
    pub retry_after: Option<Duration>,
    /// As sent.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A code of a machine, such as `VALIDATION_ERROR`: anything else may repeat what was sent.
pub fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-:".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_stays_one_whatever_it_holds() {
        let url = Ask::get("https://api.vendor.example/v5", &[("email", "a+b&c=d@acme.example")]).url;
        assert_eq!(url, "https://api.vendor.example/v5?email=a%2Bb%26c%3Dd%40acme.example");
        let url = Ask::get("https://api.vendor.example/v5?x=1", &[("domain", "acme.example")]).url;
        assert_eq!(url, "https://api.vendor.example/v5?x=1&domain=acme.example");
    }
}
