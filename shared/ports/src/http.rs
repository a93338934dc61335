//! HTTPS to the outside: one request, one answer.
//!
//! Who is asked knows the caller alone: it wraps [`HttpError`] in an error of its own that names the counterpart ("the
//! issuer's key set cannot be fetched"). Redirects are never followed, so that no credential travels to an address
//! that nobody configured. What headers and bodies hold appears in no `Debug` and in no error.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use ::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use ::http::{Method, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use leadlight_outward::{Ask, Reply};

use crate::endpoint::{Endpoint, EndpointError, form};
use crate::{Class, Classed};

/// How long a request may take, and how much an answer may hold. There is no default: the right ones depend on who is
/// asked and on the time-out of the function that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpLimits {
    /// From connecting to the last byte of the answer.
    pub timeout: Duration,
    /// Of the answer's body, in bytes. A longer one is an error.
    pub longest_answer_bytes: usize,
}

/// A request, ready to be sent.
#[derive(Clone, PartialEq)]
pub struct HttpRequest {
    /// GET, POST and so on.
    pub method: Method,
    /// Where to.
    pub url: Endpoint,
    /// What is sent beside the body.
    pub headers: HeaderMap,
    /// Empty where there is none.
    pub body: Vec<u8>,
    /// Time and size of the answer.
    pub limits: HttpLimits,
}

impl HttpRequest {
    /// A request without headers and body.
    pub fn new(method: Method, url: Endpoint, limits: HttpLimits) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: Vec::new(), limits }
    }

    /// One that a pure room has built. All its headers count as secret: some are.
    pub fn of(ask: Ask, limits: HttpLimits) -> Result<Self, HttpError> {
        let Ask { method, url, headers, body } = ask;
        let url = Endpoint::parse(&url).map_err(HttpError::Address)?;
        let mut request = Self { body, ..Self::new(method, url, limits) };
        for (name, value) in headers {
            request = request.with_secret_header(name, &value)?;
        }
        Ok(request)
    }

    /// Names and values as `application/x-www-form-urlencoded`, by POST.
    pub fn post_form(url: Endpoint, parameters: &[(&str, &str)], limits: HttpLimits) -> Self {
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        Self { body: form(parameters).into_bytes(), ..Self::new(Method::POST, url, limits) }
            .with_header(CONTENT_TYPE, kind)
    }

    /// The same with a header set.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The same with a header that carries a secret, such as `Authorization`. The header compression of HTTP/2 leaves
    /// it out, and so does `Debug`.
    pub fn with_secret_header(self, name: HeaderName, value: &str) -> Result<Self, HttpError> {
        let Ok(mut value) = HeaderValue::from_str(value) else { return Err(HttpError::Header { name }) };
        value.set_sensitive(true);
        Ok(self.with_header(name, value))
    }
}

/// Method, host and sizes alone: the rest may be secret or personal.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .field("limits", &self.limits)
            .finish()
    }
}

/// An answer, complete and within the request's limits, whatever its status.
#[derive(Clone, PartialEq)]
pub struct HttpAnswer {
    /// Such as 200.
    pub status: StatusCode,
    /// What came beside the body, such as `Retry-After`.
    pub headers: HeaderMap,
    /// As sent.
    pub body: Vec<u8>,
}

impl HttpAnswer {
    /// As a pure room reads it.
    pub fn reply(self, now: Timestamp) -> Reply {
        let retry_after = self.retry_after(now);
        Reply { status: self.status, retry_after, body: self.body }
    }

    /// How long the other side asks us to wait: in seconds, or until a date.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let at = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
    }

    /// The same answer if its status is a wanted one, such as `require(StatusCode::is_success)`.
    pub fn require(self, is_wanted: impl FnOnce(&StatusCode) -> bool) -> Result<Self, HttpError> {
        match self.status {
            status if is_wanted(&status) => Ok(self),
            status if status.is_redirection() => Err(HttpError::Redirected { status }),
            status => Err(HttpError::Status { status }),
        }
    }
}

/// Status and sizes alone.
impl fmt::Debug for HttpAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpAnswer")
            .field("status", &self.status)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// The way out over HTTPS.
pub trait Http: Send + Sync {
    /// Sends a request and reads the whole answer. Every status is an answer: [`HttpAnswer::require`] judges it.
    fn send(&self, request: HttpRequest) -> impl Future<Output = Result<HttpAnswer, HttpError>> + Send;
}

/// There is no answer, or not the wanted one. Nothing of what was sent or received is repeated.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No connection, or it broke before the answer was complete.
    #[error("no connection could be made, or it broke off before the answer was complete")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// No complete answer in time.
    #[error("no complete answer came within {} ms", timeout.as_millis())]
    TimedOut {
        /// How long it was waited for.
        timeout: Duration,
    },
    /// The body is longer than the request allows.
    #[error("the answer is longer than {longest_answer_bytes} bytes")]
    TooLong {
        /// The request's limit.
        longest_answer_bytes: usize,
    },
    /// It sends us elsewhere.
    #[error(
        "the answer redirects elsewhere ({status}); redirects are not followed, so set the address it leads to"
    )]
    Redirected {
        /// Such as 301.
        status: StatusCode,
    },
    /// Another status than the wanted ones.
    #[error("the answer's status is {status}")]
    Status {
        /// Such as 404.
        status: StatusCode,
    },
    /// What was built is no address that may be spoken to.
    #[error("the address cannot be spoken to")]
    Address(#[source] EndpointError),
    /// A secret that no header can hold.
    #[error(
        "the value of the header `{name}` has characters that no header may hold; does the secret end in a line break?"
    )]
    Header {
        /// The header's name.
        name: HeaderName,
    },
}

/// What the message has no part in is tried again: outages, and credentials or credit that someone sets right.
impl Classed for HttpError {
    fn class(&self) -> Class {
        match self {
            Self::Unreachable(_) | Self::TimedOut { .. } | Self::Header { .. } => Class::Retryable,
            Self::Status { status } if status.is_server_error() => Class::Retryable,
            Self::Status { status } if matches!(status.as_u16(), 401 | 402 | 403 | 407 | 408 | 425 | 429) => {
                Class::Retryable
            }
            Self::Status { .. } | Self::TooLong { .. } | Self::Redirected { .. } | Self::Address(_) => {
                Class::Poison
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain;

    const LIMITS: HttpLimits = HttpLimits { timeout: Duration::from_secs(1), longest_answer_bytes: 10 };

    fn endpoint() -> Endpoint {
        Endpoint::parse("https://vendor.example/people?email=ada@acme.example").unwrap()
    }

    fn answer(status: u16) -> HttpAnswer {
        let status = StatusCode::from_u16(status).unwrap();
        HttpAnswer { status, headers: HeaderMap::new(), body: b"ada@acme.example".to_vec() }
    }

    #[test]
    fn what_is_sent_and_received_is_not_written_out() {
        let request = HttpRequest::post_form(endpoint(), &[("email", "ada@acme.example")], LIMITS)
            .with_secret_header(::http::header::AUTHORIZATION, "Bearer s3cret")
            .unwrap()
            .with_header(HeaderName::from_static("x-api-key"), HeaderValue::from_static("s3cret"));
        let mut answer = answer(200);
        answer.headers.insert(::http::header::SET_COOKIE, HeaderValue::from_static("s3cret"));
        let told = format!("{request:?} {answer:?} {:?}", request.headers[::http::header::AUTHORIZATION]);
        assert!(!told.contains("s3cret") && !told.contains("ada@"), "{told}");
        assert!(told.contains("authorization") && told.contains("vendor.example"), "{told}");
    }

    #[test]
    fn a_secret_with_a_line_break_is_refused_without_being_repeated() {
        let request = HttpRequest::new(Method::GET, endpoint(), LIMITS);
        let error = request.with_secret_header(::http::header::AUTHORIZATION, "Bearer s3cret\n").unwrap_err();
        let told = format!("{} {error:?}", chain(&error));
        assert!(told.contains("authorization") && told.contains("line break"), "{told}");
        assert!(!told.contains("s3cret"), "{told}");
    }

    #[test]
    fn a_time_to_wait_is_seconds_or_a_date() {
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let wait = |text: &str| {
            let mut answer = answer(429);
            answer.headers.insert(RETRY_AFTER, text.parse().unwrap());
            answer.retry_after(now)
        };
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("Fri, 20 Nov 2026 12:01:00 GMT"), Some(Duration::from_mins(1)));
        assert_eq!(wait("Fri, 20 Nov 2026 11:01:00 GMT"), Some(Duration::ZERO));
        for none in ["soon", "-3", ""] {
            assert_eq!(wait(none), None, "{none}");
        }
    }

    #[test]
    fn a_status_is_judged_by_the_caller_and_classed() {
        assert!(answer(204).require(StatusCode::is_success).is_ok());
        let class = |status| answer(status).require(StatusCode::is_success).unwrap_err().class();
        for status in [401, 402, 403, 408, 429, 500, 502, 503, 504] {
            assert_eq!(class(status), Class::Retryable, "{status}");
        }
        for status in [301, 302, 307, 400, 404, 410, 422] {
            assert_eq!(class(status), Class::Poison, "{status}");
        }
        let redirected = answer(302).require(StatusCode::is_success).unwrap_err();
        assert!(matches!(redirected, HttpError::Redirected { .. }), "{redirected}");
    }
}
