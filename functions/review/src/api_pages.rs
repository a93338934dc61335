//! The JSON API of what the other pages show: the team, the model, the data, the policy, and lists of leads.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use leadlight_console::ModelView;
use leadlight_ports::World;

use crate::learnt::learnt_page;
use crate::list_pages::Month;
use crate::page_answers::{
    DataAnswer, LearntAnswer, ListAnswer, ModelAnswer, PolicyAnswer, TeamPageAnswer, owner_named,
};
use crate::problem::Problem;
use crate::respond::overseer;
use crate::server::Server;
use crate::team_answer::{MonthCounts, month_asked, team_answer};
use crate::{health, lists, views};

pub(crate) async fn mine<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
) -> Result<Json<ListAnswer>, Problem> {
    let person = server.bearer(&headers).await?;
    let leads = lists::confirmed(&server.console, &person.actor.id).await?;
    Ok(Json(lists::answer(&leads, server.console.now())))
}

pub(crate) async fn leads_of<O: World>(
    State(server): State<Arc<Server<O>>>,
    Path(member): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ListAnswer>, Problem> {
    overseer(&server.bearer(&headers).await?)?;
    let owner = owner_named(&member)?;
    let leads = lists::open_leads(&server.console, owner.as_ref()).await?;
    Ok(Json(lists::answer(&leads, server.console.now())))
}

pub(crate) async fn team<O: World>(
    State(server): State<Arc<Server<O>>>,
    month: Result<Query<Month>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Json<TeamPageAnswer>, Problem> {
    let person = server.bearer(&headers).await?;
    overseer(&person)?;
    let Query(month) = month.map_err(|e| Problem::Unreadable(e.body_text()))?;
    let month = month_asked(month.month.as_deref(), server.console.now())?;
    let counted = MonthCounts::read(&server.console, month).await?;
    let answer = team_answer(&server.console, &person, &counted).await?;
    let page = views::manager_page(&server.console, &person, &answer, counted).await?;
    Ok(Json(TeamPageAnswer::of(answer, &page)))
}

pub(crate) async fn learnt<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
) -> Result<Json<LearntAnswer>, Problem> {
    server.bearer(&headers).await?;
    let health = health::model_health(&server.console, Some(ModelView::Review)).await?;
    Ok(Json(LearntAnswer::of(learnt_page(&health))))
}

pub(crate) async fn model<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
) -> Result<Json<ModelAnswer>, Problem> {
    overseer(&server.bearer(&headers).await?)?;
    let health = health::model_health(&server.console, Some(ModelView::Review)).await?;
    Ok(Json(ModelAnswer::of(&health, health::champion(&health))))
}

pub(crate) async fn data<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
) -> Result<Json<DataAnswer>, Problem> {
    let person = server.bearer(&headers).await?;
    overseer(&person)?;
    let health = health::model_health(&server.console, None).await?;
    Ok(Json(DataAnswer::of(health::data_page(&server.console, &health, &person).await?)))
}

pub(crate) async fn policy<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
) -> Result<Json<PolicyAnswer>, Problem> {
    server.bearer(&headers).await?;
    Ok(Json(PolicyAnswer::of(health::policy_page(&server.console).await?)))
}
