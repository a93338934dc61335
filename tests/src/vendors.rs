//! Simulated vendors without a socket: what is sent to them is answered at once.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use leadlight_ports::{Http, HttpAnswer, HttpError, HttpRequest};
use leadlight_simulators::vendors::{Vendors, World};
use leadlight_simulators::{Answer, Behind, Received};

/// Where they are: nobody listens there.
pub const VENDORS_URL: &str = "http://127.0.0.1:9";

/// Vendors in memory. A clone is the same vendors. An answer that is slower than a request allows has timed out, and nobody
/// waits for it.
#[derive(Debug, Clone)]
pub struct MemoryVendors(Arc<Mutex<Vendors>>);

impl MemoryVendors {
    /// They know this world, and take this key.
    pub fn new(world: World, key: &str) -> Self {
        Self(Arc::new(Mutex::new(Vendors::new(world, key))))
    }

    /// A look at them.
    pub fn behind(&self) -> MutexGuard<'_, Vendors> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Http for MemoryVendors {
    async fn send(&self, request: HttpRequest) -> Result<HttpAnswer, HttpError> {
        let HttpRequest { method, url, headers, body, limits } = request;
        let elsewhere = || HttpError::Unreachable(io::Error::from(io::ErrorKind::ConnectionRefused).into());
        let path = url.as_str().strip_prefix(VENDORS_URL).ok_or_else(elsewhere)?;
        let received = Received::new(method, path, headers, body);
        let answer = self.behind().take(&received);
        if answer.delay > limits.timeout {
            return Err(HttpError::TimedOut { timeout: limits.timeout });
        }
        if answer.is_cut {
            return Err(HttpError::Unreachable(io::Error::from(io::ErrorKind::ConnectionReset).into()));
        }
        if answer.body.len() > limits.longest_answer_bytes {
            return Err(HttpError::TooLong { longest_answer_bytes: limits.longest_answer_bytes });
        }
        Ok(http_answer(answer))
    }
}

fn http_answer(answer: Answer) -> HttpAnswer {
    let mut headers = HeaderMap::new();
    for (name, value) in answer.headers {
        let value = HeaderValue::from_str(&value).expect("a header's value");
        headers.insert(HeaderName::from_static(name), value);
    }
    let status = StatusCode::from_u16(answer.status).expect("a status");
    HttpAnswer { status, headers, body: answer.body.to_vec() }
}
