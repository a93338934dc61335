//! Destinations, CRMs and vendors as they answer in the world, on this machine's loopback interface: what arrived, and
//! whatever can go wrong on the way.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a simulator that cannot start or answer ends what it is there for"
)]

mod dynamics;
mod hubspot;
mod salesforce;
mod ses;
mod slack;
pub mod vendors;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use futures_util::stream;
use serde_json::Value;

pub use dynamics::Dynamics;
pub use hubspot::HubSpot;
pub use salesforce::Salesforce;
pub use ses::Ses;
pub use slack::Slack;

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Received {
    /// Such as POST.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// Beside the body.
    pub headers: HeaderMap,
    /// As it came.
    pub body: Bytes,
}

impl Received {
    /// A request to a path and query.
    pub fn new(method: Method, path: &str, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self { method, path: path.to_owned(), headers, body: body.into() }
    }

    /// The path without its query.
    pub fn path(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// A header; empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A parameter of a form, or of the query.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        let pairs = form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(&self.body));
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Does it bear this token?
    pub fn bears(&self, token: &str) -> bool {
        self.header("authorization").strip_prefix("Bearer ") == Some(token)
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Such as 200.
    pub status: u16,
    /// Beside the body, such as `retry-after`.
    pub headers: Vec<(&'static str, String)>,
    /// As it goes over the wire.
    pub body: Bytes,
    /// How long it is in coming.
    pub delay: Duration,
    /// Whether the connection breaks in the middle of the body.
    pub is_cut: bool,
}

impl Answer {
    /// A status and a body.
    #[expect(clippy::needless_pass_by_value, reason = "whoever answers makes the body for it")]
    pub fn new(status: u16, body: Value) -> Self {
        Self::text(status, body.to_string())
    }

    /// A status and a body that is perhaps no JSON.
    pub fn text(status: u16, body: String) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), delay: Duration::ZERO, is_cut: false }
    }

    /// The same with a header, in lower case.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl From<Answer> for Response {
    fn from(answer: Answer) -> Self {
        let length = answer.body.len();
        let body = if answer.is_cut {
            let half = answer.body.slice(..length / 2);
            let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            Body::from_stream(stream::iter([Ok(half), Err(broken)]))
        } else {
            Body::from(answer.body)
        };
        let mut response = Self::new(body);
        *response.status_mut() = StatusCode::from_u16(answer.status).expect("a status");
        if answer.is_cut {
            response.headers_mut().insert("content-length", length.into());
        }
        for (name, value) in answer.headers {
            response.headers_mut().insert(name, value.parse().expect("a header"));
        }
        response
    }
}

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// 503, and nothing was done.
    Away,
    /// 429 with `Retry-After` of so many seconds, and nothing was done.
    Limited(u32),
    /// 401, and nothing was done.
    Denied,
    /// It was done, and the answer is 502.
    Unheard,
    /// It was done, and the answer takes so long.
    Slow(Duration),
}

/// Chooses what goes wrong with the nth request, counted from 0.
pub type Faults = Box<dyn Fn(usize) -> Fault + Send>;

/// So many of a hundred requests fail, in one way or another, as a seed says.
pub fn of_a_hundred(share: u64, seed: u64) -> Faults {
    Box::new(move |n| {
        let lot = mixed(seed ^ (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        if lot % 100 >= share {
            return Fault::None;
        }
        match (lot >> 32) % 5 {
            0 => Fault::Away,
            1 => Fault::Limited(0),
            2 => Fault::Denied,
            3 => Fault::Unheard,
            _ => Fault::Slow(Duration::from_millis(50)),
        }
    })
}

/// A finaliser of hashes: each bit of the number moves each bit of the answer.
fn mixed(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// What stands behind an address.
pub trait Behind: Send + 'static {
    /// What is done with a request that came through.
    fn take(&mut self, request: &Received) -> Answer;
}

/// Takes everything.
#[derive(Debug, Default)]
pub struct Sink;

impl Behind for Sink {
    fn take(&mut self, _: &Received) -> Answer {
        Answer::new(200, Value::Null)
    }
}

struct Inner<B> {
    behind: B,
    faults: Faults,
    came: usize,
    done: Vec<Received>,
    faults_met: BTreeMap<u16, usize>,
}

/// A destination.
pub struct Simulator<B> {
    url: String,
    inner: Arc<Mutex<Inner<B>>>,
    server: tokio::task::JoinHandle<()>,
}

impl<B> std::fmt::Debug for Simulator<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Simulator({})", self.url)
    }
}

impl<B> Drop for Simulator<B> {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<B: Behind> Simulator<B> {
    /// Starts one at a port of its own.
    pub async fn start(behind: B) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let faults: Faults = Box::new(|_| Fault::None);
        let inner = Inner { behind, faults, came: 0, done: Vec::new(), faults_met: BTreeMap::new() };
        let inner = Arc::new(Mutex::new(inner));
        let app = Router::new().fallback(answered::<B>).with_state(Arc::clone(&inner));
        let server = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("it serves until it is dropped");
        });
        Self { url, inner, server }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on this goes wrong; requests are counted anew.
    pub fn set_faults(&self, faults: Faults) {
        let mut inner = lock(&self.inner);
        inner.faults = faults;
        inner.came = 0;
    }

    /// What was done, in order: each time, also where the answer was lost.
    pub fn done(&self) -> Vec<Received> {
        lock(&self.inner).done.clone()
    }

    /// How many requests were answered with a fault, by status.
    pub fn faults_met(&self) -> BTreeMap<u16, usize> {
        lock(&self.inner).faults_met.clone()
    }

    /// A look at what stands behind it.
    pub fn behind<T>(&self, look: impl FnOnce(&mut B) -> T) -> T {
        look(&mut lock(&self.inner).behind)
    }
}

async fn answered<B: Behind>(
    State(inner): State<Arc<Mutex<Inner<B>>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let request = Received { method, path, headers, body };
    let (fault, answer) = {
        let mut inner = lock(&inner);
        let fault = (inner.faults)(inner.came);
        inner.came += 1;
        let failed = |status| Answer::new(status, Value::Null);
        let answer = match fault {
            Fault::Away => failed(503),
            Fault::Limited(seconds) => failed(429).with("retry-after", &seconds.to_string()),
            Fault::Denied => failed(401),
            Fault::None | Fault::Slow(_) | Fault::Unheard => {
                let answer = inner.behind.take(&request);
                inner.done.push(request);
                if fault == Fault::Unheard { failed(502) } else { answer }
            }
        };
        if !matches!(fault, Fault::None | Fault::Slow(_)) {
            *inner.faults_met.entry(answer.status).or_default() += 1;
        }
        (fault, answer)
    };
    let slow = if let Fault::Slow(time) = fault { time } else { Duration::ZERO };
    tokio::time::sleep(slow.max(answer.delay)).await;
    answer.into()
}
