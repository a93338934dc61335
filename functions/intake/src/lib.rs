//! Takes leads over HTTP and puts them onto the form-submits queue.
//!
//! `POST /v1/leads` takes a form-submit event as JSON, `POST /v1/cloudevents` takes `CloudEvents` 1.0 in
//! binary, structured or batched mode. What is accepted is in the queue before the answer goes out; what
//! is refused is named in the answer with its reason, so the sender still has it.

mod cloudevents;
mod config;
mod event;
mod serve;

use lambda_http::http::{Method, StatusCode, header};
use lambda_http::{Body, Request, Response};
use leadlight_lead::{FormSubmit, LeadId, SubmittedLead, WireError, to_json};
use leadlight_ports::metrics::{answered, concerns};
use leadlight_ports::{Class, Classed, Clock, MessageQueue, World, chain};
use serde::Serialize;

pub use config::Config;
pub use serve::serve;

/// The function's handler.
#[derive(Debug)]
pub struct Intake<W: World> {
    /// Where accepted events go.
    pub form_submits: W::Queue,
    /// Tells when an event was received.
    pub clock: W::Clock,
}

/// What became of a request's events. `index` counts from 0.
#[derive(Debug, Default, Serialize)]
struct Answer {
    accepted: Vec<Accepted>,
    refused: Vec<Refused>,
}

#[derive(Debug, Serialize)]
struct Accepted {
    index: usize,
    lead_id: LeadId,
    /// What was longer than it may be or could not be read, and what became of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Refused {
    index: usize,
    reason: String,
}

/// Why one event was not accepted.
#[derive(Debug)]
enum Refusal {
    /// The event is at fault.
    Event { reason: String, too_large: bool },
    /// The queue did not take it: the sender should try again.
    Queue,
}

impl From<WireError> for Refusal {
    fn from(error: WireError) -> Self {
        let too_large = matches!(error, WireError::TooLarge { .. });
        Self::Event { reason: error.to_string(), too_large }
    }
}

impl<W: World> Intake<W> {
    /// Answers one request: 202 all accepted, 207 some, 400 none, 413 too large, 503 try again.
    pub async fn answer(&self, request: &Request) -> Result<Response<Body>, lambda_http::Error> {
        if request.method() != Method::POST {
            return respond(StatusCode::METHOD_NOT_ALLOWED, &error_body("send a POST request"));
        }
        let read = match request.uri().path().trim_end_matches('/') {
            path if path.ends_with("/v1/leads") => event::read(request.headers(), request.body()),
            path if path.ends_with("/v1/cloudevents") => cloudevents::read(request.headers(), request.body()),
            _ => {
                return respond(
                    StatusCode::NOT_FOUND,
                    &error_body("there are POST /v1/leads and POST /v1/cloudevents"),
                );
            }
        };
        match read {
            Ok(events) => self.take(events).await,
            Err(error) => {
                let status = if matches!(error, WireError::TooLarge { .. }) {
                    StatusCode::PAYLOAD_TOO_LARGE
                } else {
                    StatusCode::BAD_REQUEST
                };
                let refused = vec![Refused { index: 0, reason: error.to_string() }];
                respond(status, &Answer { accepted: vec![], refused })
            }
        }
    }

    async fn take(
        &self,
        events: Vec<Result<FormSubmit, WireError>>,
    ) -> Result<Response<Body>, lambda_http::Error> {
        let mut answer = Answer::default();
        let mut status_of_none = StatusCode::BAD_REQUEST;
        let mut queue_away = false;
        for (index, event) in events.into_iter().enumerate() {
            let accepted = match event {
                // The first that the queue does not answer to is waited for; a hundred would outlive this function.
                Ok(_) if queue_away => Err(Refusal::Queue),
                Ok(event) => {
                    let notes = event.notes();
                    self.enqueue(event).await.map(|lead_id| Accepted { index, lead_id, notes })
                }
                Err(error) => Err(error.into()),
            };
            match accepted {
                Ok(accepted) => answer.accepted.push(accepted),
                Err(Refusal::Event { reason, too_large }) => {
                    if too_large {
                        status_of_none = StatusCode::PAYLOAD_TOO_LARGE;
                    }
                    answer.refused.push(Refused { index, reason });
                }
                Err(Refusal::Queue) => {
                    queue_away = true;
                    let reason = "the queue cannot be reached; send it again".to_owned();
                    answer.refused.push(Refused { index, reason });
                }
            }
        }
        let status = match (answer.accepted.is_empty(), answer.refused.is_empty()) {
            // Senders do not repeat what was answered with 2xx. To repeat what was accepted does no harm.
            _ if queue_away => StatusCode::SERVICE_UNAVAILABLE,
            (false, true) => StatusCode::ACCEPTED,
            (false, false) => StatusCode::MULTI_STATUS,
            (true, _) => status_of_none,
        };
        respond(status, &answer)
    }

    async fn enqueue(&self, mut event: FormSubmit) -> Result<LeadId, Refusal> {
        if event.id.is_none() {
            // Its day is a part of what it is known by, and is that of the door.
            event.occurred_at.get_or_insert_with(|| self.clock.now());
        }
        let content_hash = event.content_hash()?;
        let body = to_json(&event)?;
        let submitted = SubmittedLead::new(event, content_hash, self.clock.now())
            .map_err(|e| Refusal::Event { reason: e.to_string(), too_large: false })?;
        self.form_submits.send(&body, &[]).await.map_err(|error| {
            tracing::error!(reason = chain(&error), "an event was not accepted");
            match error.class() {
                Class::Retryable => Refusal::Queue,
                Class::Poison => {
                    let reason = "the queue refuses this event as it is; do not send it again unchanged";
                    Refusal::Event { reason: reason.to_owned(), too_large: false }
                }
            }
        })?;
        concerns(&submitted.lead_id);
        Ok(submitted.lead_id)
    }
}

fn error_body(reason: &str) -> Answer {
    Answer { accepted: vec![], refused: vec![Refused { index: 0, reason: reason.to_owned() }] }
}

fn respond(status: StatusCode, answer: &Answer) -> Result<Response<Body>, lambda_http::Error> {
    answered(status.as_u16());
    let mut response = Response::builder().status(status).header(header::CONTENT_TYPE, "application/json");
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response = response.header(header::RETRY_AFTER, "1");
    }
    Ok(response.body(Body::from(serde_json::to_string(answer)?))?)
}
