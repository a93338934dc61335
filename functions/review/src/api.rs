//! The JSON API. Its document is at `/openapi.json`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use leadlight_lead::from_json;
use leadlight_ports::World;
use serde::Deserialize;

use crate::action_request::ActionRequest;
use crate::answers::{LeadAnswer, Me, NextAnswer, Row, Rows};
use crate::params::{lead_id, queue_name};
use crate::problem::Problem;
use crate::server::{MOST_BYTES, Server};

/// Leads in one answer at most.
const MOST: usize = 100;

/// How many.
#[derive(Debug, Deserialize)]
pub(crate) struct Limit {
    limit: Option<String>,
}

pub(crate) async fn me<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
) -> Result<Json<Me>, Problem> {
    let person = server.bearer(&headers).await?;
    Ok(Json(Me { member: person.actor.id, name: person.name, role: person.actor.role }))
}

pub(crate) async fn queue<O: World>(
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

pub(crate) async fn next<O: World>(
    State(server): State<Arc<Server<O>>>,
    Path(queue): Path<String>,
    headers: HeaderMap,
) -> Result<Json<NextAnswer>, Problem> {
    let person = server.bearer(&headers).await?;
    let lead = server.console.next(&person, &[queue_name(&queue)?]).await?;
    Ok(Json(NextAnswer { lead }))
}

pub(crate) async fn lead<O: World>(
    State(server): State<Arc<Server<O>>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<LeadAnswer>, Problem> {
    server.bearer(&headers).await?;
    let lead = server.console.lead(&lead_id(&id)?).await?.lead;
    Ok(Json(LeadAnswer { lead, repeated: false }))
}

pub(crate) async fn act<O: World>(
    State(server): State<Arc<Server<O>>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<LeadAnswer>, Problem> {
    let person = server.bearer(&headers).await?;
    let body = body.map_err(|_| Problem::TooLarge(MOST_BYTES))?;
    let id = lead_id(&id)?;
    let request: ActionRequest = from_json(&body).map_err(|error| Problem::Unreadable(error.to_string()))?;
    let outcome = server.console.act(&person, &id, &request.read(&action)?).await?;
    Ok(Json(LeadAnswer { lead: outcome.lead, repeated: outcome.repeated }))
}
