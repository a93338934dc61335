//! What a company's other systems send, each in its own way.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use leadlight_lead::{LeadId, StageMessage, to_json};
use leadlight_ports::metrics::{Alarm, Figure, count};
use leadlight_ports::{ExposeSecret, Secret};
use leadlight_ports::{MessageQueue, ObjectStore, SecretName, Secrets, World, alarm, chain};
use leadlight_sources::{Accepted, Erasure, Item, Read, Request, SecretTexts, Source, Sources, Unread};
use serde::Serialize;

use crate::deliver::Refusal;
use crate::door::Intake;
use crate::own::status_of;
use crate::reply::{error, not_found, respond, text};

/// Parts of a request that are queued at the same time.
const AT_ONCE: usize = 10;
/// The most parts that an answer names one by one.
const NAMED: usize = 100;

/// What became of a request's parts.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Outcome {
    /// Parts that are in their queues: leads, what became of deals, what is to be fetched, requests to be forgotten.
    accepted: usize,
    /// The leads among them; the first hundred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<LeadId>,
    /// Understood and not for us: why, each reason once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passed_over: Vec<&'static str>,
    /// Tests of the connection, which go nowhere.
    #[serde(skip_serializing_if = "is_none")]
    tests: usize,
    /// No events as they are; kept for someone to correct them. The first hundred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    set_aside: Vec<SetAside>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_none(number: &usize) -> bool {
    *number == 0
}

#[derive(Debug, Serialize)]
struct SetAside {
    index: usize,
    reason: String,
}

/// What became of one part.
enum Done {
    Lead(LeadId),
    Kept,
    Test,
    PassedOver(&'static str),
    SetAside(String),
}

/// A request as the adapters read it.
pub(crate) fn as_it_came<'a>(
    request: &'a lambda_http::Request,
    url: Option<&'a str>,
    received_at: Timestamp,
) -> Request<'a> {
    Request {
        method: request.method().as_str(),
        url,
        query: request.uri().query().unwrap_or_default(),
        headers: request.headers(),
        body: request.body(),
        received_at,
    }
}

impl<W: World, S: Secrets> Intake<W, S> {
    /// 200 all is where it belongs, 400 and 413 it cannot be read, 401 it is not known who sent it, 404 there is no such
    /// source, 503 try again.
    pub(crate) async fn answer_source(
        &self,
        name: &str,
        request: &lambda_http::Request,
    ) -> Result<Response<Body>, lambda_http::Error> {
        let sources = match self.in_force.sources(self.now()).await {
            Ok(sources) => sources.unwrap_or_default(),
            Err(failed) => {
                tracing::error!(reason = chain(&failed), "the sources file cannot be read");
                return error(StatusCode::SERVICE_UNAVAILABLE, "try again in a minute");
            }
        };
        let Some(source) = sources.get(name) else {
            return not_found("there is no such source: `leadlight sources show` lists those in force");
        };
        let Some(secret) = self.secret_of(source).await else {
            // It is set right by someone, and until then the sender keeps what it has.
            let reason = "the source has no secret yet; try again later";
            return error(StatusCode::SERVICE_UNAVAILABLE, reason);
        };
        let url = url_of(&sources, source, request);
        let came = as_it_came(request, url.as_deref(), self.now());
        match source.accept(&came, SecretTexts::new(secret.expose_secret())) {
            Ok(Accepted::Handshake(reply)) => text(StatusCode::OK, reply.content_type, reply.body),
            Ok(Accepted::Items(items)) => self.take_items(source, items).await,
            Err(Unread::NotAuthentic(why)) => {
                count(Figure::NotAuthentic, 1);
                tracing::warn!(source = source.name().as_str(), reason = %why, "not authentic");
                error(StatusCode::UNAUTHORIZED, &why.to_string())
            }
            Err(Unread::Unreadable(why)) => error(status_of(&why), &why.to_string()),
        }
    }

    /// The source's secret; none where it cannot be had, of which somebody hears.
    async fn secret_of(&self, source: &Source) -> Option<Secret> {
        let missing = |reason: String| {
            let source = source.name().as_str();
            alarm!(Alarm::SourceSecretMissing; source, reason, "a source's secret cannot be had");
        };
        let name = SecretName::of(&self.stack_name, &source.secret_purpose());
        let name = name.map_err(|failed| missing(chain(&failed))).ok()?;
        self.secrets.read(&name).await.map_err(|failed| missing(chain(&failed))).ok()
    }

    async fn take_items(
        &self,
        source: &Source,
        items: Vec<Read>,
    ) -> Result<Response<Body>, lambda_http::Error> {
        let parts = items.into_iter().enumerate();
        let mut done: Vec<(usize, Result<Done, Refusal>)> = stream::iter(parts)
            .map(|(index, item)| async move { (index, self.take_item(item).await) })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        done.sort_by_key(|(index, _)| *index);
        let mut outcome = Outcome::default();
        for (index, done) in done {
            match done {
                Ok(done) => outcome.add(index, done),
                // What no queue holds comes back unchanged: it is not asked for again.
                Err(Refusal::Event { reason, .. }) => return error(StatusCode::PAYLOAD_TOO_LARGE, &reason),
                // To repeat what was accepted does no harm.
                Err(Refusal::Queue) => {
                    return error(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "a queue cannot be reached; send it again",
                    );
                }
            }
        }
        match outcome.leads.first().filter(|_| source.answers_with_score) {
            Some(lead) => respond(StatusCode::OK, &self.score_of(lead).await),
            None => respond(StatusCode::OK, &outcome),
        }
    }

    async fn take_item(&self, item: Read) -> Result<Done, Refusal> {
        let (body, reason) = match item {
            Ok(Item::Lead(taken)) => {
                let body = to_json(&taken.event)?;
                match self.enqueue(*taken).await {
                    Ok(lead) => return Ok(Done::Lead(lead)),
                    Err(Refusal::Event { reason, .. }) => (body, reason),
                    Err(away) => return Err(away),
                }
            }
            Ok(Item::Outcome(event)) => {
                self.outcomes.send(&to_json(&event)?, &[]).await?;
                return Ok(Done::Kept);
            }
            Ok(Item::Usage(used)) => {
                self.outcomes.send(&used.to_message()?, &[]).await?;
                return Ok(Done::Kept);
            }
            Ok(Item::Reference(reference)) => {
                self.refer(&reference).await?;
                return Ok(Done::Kept);
            }
            Ok(Item::Erasure(erasure)) => {
                self.keep(&erasure).await?;
                return Ok(Done::Kept);
            }
            Ok(Item::Test) => return Ok(Done::Test),
            Ok(Item::PassedOver(why)) => return Ok(Done::PassedOver(why)),
            Err(set_aside) => (set_aside.body, set_aside.error.to_string()),
        };
        self.set_aside(&body, &reason).await?;
        Ok(Done::SetAside(reason))
    }

    /// A request to be forgotten rests until it is done, whatever else goes wrong.
    async fn keep(&self, erasure: &Erasure) -> Result<(), Refusal> {
        let body = erasure.to_message()?;
        self.in_force.registry().store().put_new(&erasure.key(), body.into_bytes()).await?;
        count(Figure::ErasuresAskedFor, 1);
        Ok(())
    }
}

fn url_of(sources: &Arc<Sources>, source: &Source, request: &lambda_http::Request) -> Option<String> {
    let url = sources.url_of(source.name())?;
    Some(match request.uri().query() {
        Some(query) if !query.is_empty() => format!("{url}?{query}"),
        _ => url,
    })
}

impl Outcome {
    fn add(&mut self, index: usize, done: Done) {
        match done {
            Done::Lead(lead) => {
                self.accepted += 1;
                if self.leads.len() < NAMED {
                    self.leads.push(lead);
                }
            }
            Done::Kept => self.accepted += 1,
            Done::Test => self.tests += 1,
            Done::PassedOver(why) if self.passed_over.contains(&why) => {}
            Done::PassedOver(why) => self.passed_over.push(why),
            Done::SetAside(reason) if self.set_aside.len() < NAMED => {
                self.set_aside.push(SetAside { index, reason });
            }
            Done::SetAside(_) => {}
        }
    }
}
