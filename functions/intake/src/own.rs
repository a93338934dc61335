//! Our own events, from a company's own code.

use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use leadlight_lead::WireError;
use leadlight_ports::{Secrets, World};
use leadlight_sources::Own;

use crate::deliver::Refusal;
use crate::door::Intake;
use crate::reply::{Accepted, Refused, Told, respond};

impl<W: World, S: Secrets> Intake<W, S> {
    /// 202 all accepted, 207 some, 400 none, 413 too large, 503 try again.
    pub(crate) async fn own(
        &self,
        read: Result<Vec<Own>, WireError>,
    ) -> Result<Response<Body>, lambda_http::Error> {
        match read {
            Ok(events) => self.take(events).await,
            Err(error) => respond(status_of(&error), &Told::nothing(&error.to_string())),
        }
    }

    async fn take(&self, events: Vec<Own>) -> Result<Response<Body>, lambda_http::Error> {
        let mut told = Told::default();
        let mut status_of_none = StatusCode::BAD_REQUEST;
        let mut queue_away = false;
        for (index, event) in events.into_iter().enumerate() {
            let accepted = match event {
                // The first that the queue does not answer to is waited for; a hundred would outlive this function.
                Ok(_) if queue_away => Err(Refusal::Queue),
                Ok(taken) => {
                    let notes = taken.event.notes();
                    self.enqueue(taken).await.map(|lead_id| Accepted { index, lead_id, notes })
                }
                Err(error) => Err(error.into()),
            };
            match accepted {
                Ok(accepted) => told.accepted.push(accepted),
                Err(Refusal::Event { reason, too_large }) => {
                    if too_large {
                        status_of_none = StatusCode::PAYLOAD_TOO_LARGE;
                    }
                    told.refused.push(Refused { index, reason });
                }
                Err(Refusal::Queue) => {
                    queue_away = true;
                    let reason = "the queue cannot be reached; send it again".to_owned();
                    told.refused.push(Refused { index, reason });
                }
            }
        }
        let status = match (told.accepted.is_empty(), told.refused.is_empty()) {
            // Senders do not repeat what was answered with 2xx. To repeat what was accepted does no harm.
            _ if queue_away => StatusCode::SERVICE_UNAVAILABLE,
            (false, true) => StatusCode::ACCEPTED,
            (false, false) => StatusCode::MULTI_STATUS,
            (true, _) => status_of_none,
        };
        respond(status, &told)
    }
}

pub(crate) fn status_of(error: &WireError) -> StatusCode {
    match error {
        WireError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    }
}
