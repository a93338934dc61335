//! The JSON API. Its document is at `/openapi.json`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use leadlight_lead::{Grade, LeadId, MemberId, QueueName, QueuedLead, Role, from_json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::server::{MOST_BYTES, Outside, Server};
use crate::wish::Wish;

/// Leads in one answer at most.
const MOST: usize = 100;

/// Who is asking.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Me {
    /// Their id in the team file.
    pub member: MemberId,
    /// Their name there.
    pub name: String,
    /// As what they act.
    pub role: Role,
}

/// A lead in a queue, in short.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Row {
    /// Its id.
    pub id: LeadId,
    /// What an action on it must name.
    pub revision: u64,
    /// 0 to 100; absent before it is scored.
    pub score: Option<f64>,
    /// 0 to 1; absent while rules decide.
    pub probability: Option<f64>,
    /// The score as a letter.
    pub grade: Option<Grade>,
    /// Score and why in one line.
    pub summary: Option<String>,
    /// The company, as far as it is known.
    pub company: Option<String>,
    /// When it should be answered.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub due_at: Option<Timestamp>,
    /// Whose it is; none is the pool.
    pub owner: Option<MemberId>,
    /// Who works on it.
    pub held_by: Option<MemberId>,
    /// Its score lies close to a threshold.
    pub borderline: bool,
    /// Chance, not the score, brought it here.
    pub sampled: bool,
}

impl Row {
    /// A lead in short, as it is at a moment.
    pub fn of(lead: &QueuedLead, now: Timestamp) -> Self {
        let decision = lead.decision();
        let enriched = lead.enriched();
        let found = enriched.enrichment.company.name.as_ref().map(|fact| fact.value.clone());
        Self {
            id: lead.id().clone(),
            revision: lead.work.revision,
            score: decision.map(|d| d.score.value()),
            probability: decision.and_then(|d| d.probability),
            grade: decision.map(|d| d.grade),
            summary: decision.map(|d| d.summary.clone()),
            company: found.or_else(|| enriched.event().company.clone()),
            due_at: lead.work.due_at,
            owner: lead.work.owner.clone(),
            held_by: lead.work.claim.as_ref().filter(|c| c.is_live(now)).map(|c| c.holder.clone()),
            borderline: decision.is_some_and(|d| d.borderline),
            sampled: decision.is_some_and(|d| d.sampled_at.is_some()),
        }
    }
}

/// What waits in a queue for whoever asks, and in the pool, in the order of work.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Rows {
    /// The queue.
    pub queue: QueueName,
    /// Its first leads.
    pub leads: Vec<Row>,
}

/// A whole lead.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LeadAnswer {
    /// All that is known, decided and done; its `work.revision` is what the next action must name.
    pub lead: QueuedLead,
    /// The action had been done before by the same person: it was done once.
    pub repeated: bool,
}

/// The next lead, held by whoever asked; none where nothing is free.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NextAnswer {
    /// The lead.
    pub lead: Option<QueuedLead>,
}

/// Why something was not done; nothing has changed then. (RFC 9457.)
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProblemAnswer {
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, and what to do.
    pub detail: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = ProblemAnswer {
            title: status.canonical_reason().unwrap_or("problem").to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
        };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("2"));
        }
        response
    }
}

/// How many.
#[derive(Debug, Deserialize)]
pub(crate) struct Limit {
    limit: Option<String>,
}

pub(crate) fn lead_id(text: &str) -> Result<LeadId, Problem> {
    text.parse().map_err(|_| Problem::NoLead)
}

pub(crate) fn queue_name(text: &str) -> Result<QueueName, Problem> {
    text.parse().map_err(|_| Problem::NoPage)
}

pub(crate) async fn me<O: Outside>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
) -> Result<Json<Me>, Problem> {
    let person = server.bearer(&headers).await?;
    Ok(Json(Me { member: person.actor.id, name: person.name, role: person.actor.role }))
}

pub(crate) async fn queue<O: Outside>(
    State(server): State<Arc<Server<O>>>,
    Path(queue): Path<String>,
    limit: Result<Query<Limit>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Json<Rows>, Problem> {
    let person = server.bearer(&headers).await?;
    let Query(limit) = limit.map_err(|e| Problem::Unreadable(e.body_text()))?;
    let queue = queue_name(&queue)?;
    let limit = match limit.limit.as_deref() {
        None => 25,
        Some(text) => text
            .parse()
            .ok()
            .filter(|n| (1..=MOST).contains(n))
            .ok_or_else(|| Problem::Unreadable(format!("`limit` is a whole number from 1 to {MOST}")))?,
    };
    let now = server.console.now();
    let leads = server.console.waiting_for(&person, &[queue], limit).await?;
    Ok(Json(Rows { queue, leads: leads.iter().map(|lead| Row::of(lead, now)).collect() }))
}

pub(crate) async fn next<O: Outside>(
    State(server): State<Arc<Server<O>>>,
    Path(queue): Path<String>,
    headers: HeaderMap,
) -> Result<Json<NextAnswer>, Problem> {
    let person = server.bearer(&headers).await?;
    let lead = server.console.next(&person, &[queue_name(&queue)?]).await?;
    Ok(Json(NextAnswer { lead }))
}

pub(crate) async fn lead<O: Outside>(
    State(server): State<Arc<Server<O>>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<LeadAnswer>, Problem> {
    server.bearer(&headers).await?;
    let lead = server.console.lead(&lead_id(&id)?).await?.lead;
    Ok(Json(LeadAnswer { lead, repeated: false }))
}

pub(crate) async fn act<O: Outside>(
    State(server): State<Arc<Server<O>>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<LeadAnswer>, Problem> {
    let person = server.bearer(&headers).await?;
    let body = body.map_err(|_| Problem::TooLarge(MOST_BYTES))?;
    let id = lead_id(&id)?;
    let wish: Wish = from_json(&body).map_err(|error| Problem::Unreadable(error.to_string()))?;
    let outcome = server.console.act(&person, &id, &wish.read(&action)?).await?;
    Ok(Json(LeadAnswer { lead: outcome.lead, repeated: outcome.repeated }))
}
