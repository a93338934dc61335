//! Takes leads over HTTP and puts them onto the queues.
//!
//! `POST /v1/leads` takes a form-submit event as JSON, `POST /v1/cloudevents` takes `CloudEvents` 1.0 in binary,
//! structured or batched mode: see `own.rs`. `/v1/sources/{source}` takes what a company's other systems send, each as it
//! sends it and with its own proof: see `sources.rs`. What is accepted is in a queue before the answer goes out; what is
//! refused is named in the answer with its reason, so the sender still has it.

mod config;
mod deliver;
mod door;
mod own;
mod reply;
mod score;
mod serve;
mod sources;

use http::Method;
use lambda_http::{Body, Request, Response, http};
use leadlight_ports::{Secrets, World};

pub use config::Config;
pub use deliver::dated;
pub use door::Intake;
pub use serve::serve;

use crate::reply::{method_not_allowed, not_found};

/// What comes before a source's name in its address.
const SOURCES: &str = "/v1/sources/";

impl<W: World, S: Secrets> Intake<W, S> {
    /// Answers one request.
    pub async fn answer(&self, request: &Request) -> Result<Response<Body>, lambda_http::Error> {
        let path = request.uri().path().trim_end_matches('/');
        if let Some((_, source)) = path.split_once(SOURCES) {
            return self.answer_source(source, request).await;
        }
        let read = match path {
            path if path.ends_with("/v1/leads") => leadlight_sources::plain_event,
            path if path.ends_with("/v1/cloudevents") => leadlight_sources::cloud_events,
            _ => return not_found("there are POST /v1/leads, POST /v1/cloudevents and /v1/sources/SOURCE"),
        };
        if request.method() != Method::POST {
            return method_not_allowed("send a POST request");
        }
        self.own(read(&sources::as_it_came(request, None, self.now()))).await
    }
}
