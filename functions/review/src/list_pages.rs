//! The handlers of the lists beside the queues, and of what the model learnt.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use leadlight_console::{self as console, ModelView};
use leadlight_lead::Role;
use leadlight_ports::World;
use serde::Deserialize;

use crate::learnt::learnt_page;
use crate::page_answers::owner_named;
use crate::problem::Problem;
use crate::respond::{Html, frame, only, overseer, page, refused};
use crate::server::Server;
use crate::{health, lists};

/// Which month is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Month {
    pub(crate) month: Option<String>,
}

/// What somebody of the team has, or the pool.
pub(crate) async fn leads_of<O: World>(
    State(server): State<Arc<Server<O>>>,
    Path(member): Path<String>,
    headers: HeaderMap,
) -> Response {
    page!(server, headers, |session| {
        overseer(&session.person)?;
        let owner = owner_named(&member)?;
        let leads = lists::open_leads(&server.console, owner.as_ref()).await?;
        let page = lists::open_page(&session.person, owner.as_ref(), &leads);
        Ok(Html(console::list(&frame(&server, Some(session)), &page)).into_response())
    })
}

/// What one confirmed, and what became of it.
pub(crate) async fn mine<O: World>(State(server): State<Arc<Server<O>>>, headers: HeaderMap) -> Response {
    page!(server, headers, |session| {
        only(&session.person, &[Role::Sdr, Role::Manager], "SDRs and managers")?;
        let leads = lists::confirmed(&server.console, &session.person.actor.id).await?;
        let page = lists::confirmed_page(&session.person, &leads);
        Ok(Html(console::list(&frame(&server, Some(session)), &page)).into_response())
    })
}

/// What the model learnt: for everyone.
pub(crate) async fn learnt<O: World>(State(server): State<Arc<Server<O>>>, headers: HeaderMap) -> Response {
    page!(server, headers, |session| {
        let health = health::model_health(&server.console, Some(ModelView::Review)).await?;
        let page = learnt_page(&health);
        Ok(Html(console::learnt(&frame(&server, Some(session)), &page)).into_response())
    })
}
