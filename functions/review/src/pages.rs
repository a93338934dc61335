//! The pages' handlers: who looks, what is read, which page is made of it.

use std::sync::Arc;

use axum::Form as UrlEncoded;
use axum::Json;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;
use leadlight_console::{
    self as console, ErrorPage, Frame, Message, ModelView, QueuePage, QueueView, Tone, Undo,
};
use leadlight_desk::{Refusal, may_undo};
use leadlight_lead::{LeadId, Role};
use leadlight_ports::World;
use serde::Deserialize;

use crate::action_request::Form;
use crate::list_pages::Month;
use crate::params::{lead_id, list_named, queues_of};
use crate::problem::Problem;
use crate::record::Typed;
use crate::respond::{Html, frame, only, overseer, own_form, page, refused, split};
use crate::server::{Server, Session, text};
use crate::team_answer::{MonthCounts, month_asked, team_answer};
use crate::values::words;
use crate::{health, openapi, views};

/// Leads on a page at most.
pub(crate) const ON_A_PAGE: usize = 40;

pub(crate) async fn home<O: World>(State(server): State<Arc<Server<O>>>, headers: HeaderMap) -> Response {
    page!(server, headers, |session| {
        Ok(Redirect::to(console::home(session.person.actor.role)).into_response())
    })
}

/// What was just done, in the address of the page that follows: a word of a fixed list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct After {
    did: Option<String>,
    /// The lead that was decided on.
    lead: Option<String>,
}

impl After {
    fn message(&self) -> Option<Message> {
        let (tone, text) = match self.did.as_deref()? {
            "release" => (Tone::Done, "Released."),
            "seen" => (Tone::Done, "Sent on to be scored; it comes back with a score in a moment."),
            "confirm" => (Tone::Done, "Confirmed: it is with an account executive now."),
            "flag" => (Tone::Done, "Flagged: a manager looks at it."),
            "reject" => (Tone::Done, "Turned down, with the reason."),
            "accept" => (Tone::Done, "Accepted: it may become an opportunity."),
            "send-back" => (Tone::Done, "Sent back, with your note."),
            "override" => (Tone::Done, "Sent to an SDR, with your note: it is yours now."),
            "note" => (Tone::Done, "Noted."),
            "undo" => (Tone::Done, "Undone: the lead is with you again, and the decision counts no more."),
            "reopen" => (Tone::Done, "Open again, with your note."),
            "assign" => (Tone::Done, "Assigned, with your note."),
            "contact" => (Tone::Done, "Kept."),
            "complete" => (
                Tone::Done,
                "Kept, and it goes before what vendors say. The lead is scored again with it; reload in a moment.",
            ),
            "kept" => (Tone::Done, "Kept, and it goes before what vendors say."),
            "repeated" => (Tone::Done, "That was done already; it counts once."),
            "none" => (Tone::Done, "Nothing is free just now."),
            "held" => (Tone::Refused, "You hold as many leads as one may; decide on one, or release one."),
            _ => return None,
        };
        Some(Message::new(tone, text))
    }
}

/// What was just decided, where it can be undone. That it cannot be told is no reason to keep the list back.
async fn undoable<O: World>(server: &Server<O>, session: &Session, id: &LeadId) -> Option<Undo> {
    let (lead, policy) = (server.console.lead(id).await.ok()?.lead, server.console.policy().await.ok()?);
    may_undo(&lead, &session.person.actor, server.console.now(), &policy).ok()?;
    Some(Undo { id: id.clone(), revision: lead.work.revision })
}

async fn list<O: World>(
    server: &Server<O>,
    session: &Session,
    view: QueueView,
    after: &After,
) -> Result<Response, Problem> {
    let queues = queues_of(view);
    let person = &session.person;
    let leads = server.console.waiting_for(person, queues, ON_A_PAGE).await?;
    let waiting = server.console.count_waiting(person, queues).await?;
    let now = server.console.now();
    let (held, rows): (Vec<_>, Vec<_>) =
        leads.iter().partition(|lead| views::is_held_by(lead, &person.actor.id, now));
    let row = |lead: &&leadlight_lead::QueuedLead| views::row(lead, person, now);
    let page = QueuePage {
        view,
        counts: views::counts(&leads, waiting, now),
        held: held.iter().map(row).collect(),
        rows: rows.iter().map(row).collect(),
        can_take: person.actor.role != Role::Admin,
        csv: Some(format!("/queue.csv?list={}", view.as_str())),
    };
    let mut message = after.message();
    if let (Some(message), Some(id)) = (&mut message, after.lead.as_ref().and_then(|id| id.parse().ok())) {
        message.undo = undoable(server, session, &id).await;
    }
    let frame = Frame { message, ..frame(server, Some(session)) };
    Ok(Html(console::queue(&frame, &page)).into_response())
}

macro_rules! queue_page {
    ($name:ident, $view:expr, $roles:expr, $needed:literal) => {
        pub(crate) async fn $name<O: World>(
            State(server): State<Arc<Server<O>>>,
            Query(after): Query<After>,
            headers: HeaderMap,
        ) -> Response {
            page!(server, headers, |session| {
                only(&session.person, &$roles, $needed)?;
                list(&server, session, $view, &after).await
            })
        }
    };
}
queue_page!(queue, QueueView::Sdr, [Role::Sdr, Role::Manager, Role::Admin], "SDRs, managers and admins");
queue_page!(ae, QueueView::Ae, [Role::Ae, Role::Manager, Role::Admin], "AEs, managers and admins");
queue_page!(flagged, QueueView::Flagged, [Role::Manager, Role::Admin], "managers and admins");

pub(crate) async fn next<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
    form: Result<UrlEncoded<Form>, FormRejection>,
) -> Response {
    page!(server, headers, |session| {
        let form = own_form(&server, session, &headers, form)?;
        let view = list_named(form.queue.as_deref().unwrap_or_default())?;
        let to = match server.console.next(&session.person, queues_of(view)).await {
            Ok(Some(lead)) => format!("/leads/{}", lead.id()),
            Ok(None) => format!("{}?did=none", view.address()),
            Err(Problem::Refused(Refusal::HoldsTooMany { .. })) => format!("{}?did=held", view.address()),
            Err(problem) => return Err(problem),
        };
        Ok(Redirect::to(&to).into_response())
    })
}

pub(crate) async fn lead<O: World>(
    State(server): State<Arc<Server<O>>>,
    Path(id): Path<String>,
    Query(after): Query<After>,
    headers: HeaderMap,
) -> Response {
    page!(server, headers, |session| lead_page(&server, session, &id, after.message(), None).await)
}

async fn lead_page<O: World>(
    server: &Server<O>,
    session: &Session,
    id: &str,
    message: Option<Message>,
    typed: Option<&Typed>,
) -> Result<Response, Problem> {
    let page = views::lead_page(&server.console, &session.person, &lead_id(id)?, typed).await?;
    let frame = Frame { message, ..frame(server, Some(session)) };
    Ok(Html(console::lead(&frame, &page)).into_response())
}

/// A renewal's answer, which the page's script takes over.
fn renewed(outcome: &crate::console::Outcome, server_zone: &TimeZone) -> Response {
    let work = &outcome.lead.work;
    let until = work.claim.as_ref().map(|claim| claim.until);
    let shown = until.map(|at| server_zone.to_datetime(at).strftime("%H:%M").to_string());
    Json(serde_json::json!({ "revision": work.revision, "until": until, "until_text": shown }))
        .into_response()
}

pub(crate) async fn act<O: World>(
    State(server): State<Arc<Server<O>>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    form: Result<UrlEncoded<Form>, FormRejection>,
) -> Response {
    let wants_json = text(&headers, header::ACCEPT).is_some_and(|accept| accept == "application/json");
    if wants_json {
        let done: Result<Response, Problem> = async {
            let session = server.session(&headers).await?;
            let zone = session.person.time_zone();
            let request = own_form(&server, &session, &headers, form)?.request(&zone)?;
            let outcome =
                server.console.act(&session.person, &lead_id(&id)?, &request.read(&action)?).await?;
            Ok(renewed(&outcome, &session.person.time_zone()))
        }
        .await;
        return done.unwrap_or_else(IntoResponse::into_response);
    }
    let form = match (server.session(&headers).await, form) {
        (Err(problem), Ok(form)) if problem.status() == StatusCode::UNAUTHORIZED => {
            // Nothing binds a form to a session that is over: where it comes from is all there is to tell.
            if !server.is_from_here(&headers) {
                return refused(&server, None, &Problem::ForeignForm);
            }
            return signed_out(&server, &id, form.0);
        }
        (_, form) => form,
    };
    page!(server, headers, |session| {
        let form = own_form(&server, session, &headers, form)?;
        let typed = Some(form.record()).filter(|typed| !typed.is_empty());
        let request = form.request(&session.person.time_zone())?;
        let did = action.as_str();
        let outcome = match server.console.act(&session.person, &lead_id(&id)?, &request.read(did)?).await {
            Ok(outcome) => outcome,
            // The lead as it is now, with what was wrong above it: nothing that was done is lost from sight.
            Err(Problem::Refused(refusal)) => {
                let problem = Problem::Refused(refusal);
                let (what, to_do) = split(&problem);
                let message = Message::new(Tone::Refused, format!("{what} {to_do}"));
                let mut response = lead_page(&server, session, &id, Some(message), typed.as_ref()).await?;
                *response.status_mut() = problem.status();
                return Ok(response);
            }
            Err(problem) => return Err(problem),
        };
        let did = match did {
            _ if outcome.repeated => "repeated",
            "complete" if !outcome.lead.wants_score() => "kept",
            did => did,
        };
        // Where one goes on: to the lead while it is one's own business, else to the list.
        let stays = matches!(
            action.as_str(),
            "claim" | "renew" | "note" | "override" | "complete" | "contact" | "undo" | "reopen" | "assign"
        );
        let list = match session.person.actor.role {
            Role::Ae => "/ae",
            Role::Manager if action == "accept" || action == "send-back" => "/ae",
            role => console::home(role),
        };
        // The list names the lead that was decided on, so that a slip can be undone there.
        let to = if stays { format!("/leads/{id}?did={did}") } else { format!("{list}?did={did}&lead={id}") };
        Ok(Redirect::to(&to).into_response())
    })
}

/// A sign-in has ended while someone wrote: what they wrote is shown, so that it is not lost.
fn signed_out<O: World>(server: &Server<O>, id: &str, form: Form) -> Response {
    let record = form.record().into_iter().filter(|(_, text)| !text.trim().is_empty());
    let record = record.map(|(field, text)| format!("{}: “{text}”.", words(field.in_words())));
    let record = record.fold(String::new(), |told, one| format!("{told} {one}"));
    let note = form.written().map_or(String::new(), |note| format!(" You had written: “{note}”"));
    let note = format!("{note}{record}");
    let page = ErrorPage {
        status: StatusCode::UNAUTHORIZED.as_u16(),
        title: "Your sign-in has ended".to_owned(),
        what: format!("Nothing was changed.{note}"),
        to_do: "Sign in again, open the lead and decide; copy what you had written first.".to_owned(),
        link: if id.parse::<LeadId>().is_ok() {
            (format!("/leads/{id}"), "Sign in and go to the lead".to_owned())
        } else {
            ("/sign-in".to_owned(), "Sign in".to_owned())
        },
    };
    (StatusCode::UNAUTHORIZED, Html(console::error(&frame(server, None), &page))).into_response()
}

pub(crate) async fn manager<O: World>(
    State(server): State<Arc<Server<O>>>,
    Query(month): Query<Month>,
    headers: HeaderMap,
) -> Response {
    page!(server, headers, |session| {
        overseer(&session.person)?;
        let month = month_asked(month.month.as_deref(), server.console.now())?;
        let counted = MonthCounts::read(&server.console, month).await?;
        let answer = team_answer(&server.console, &session.person, &counted).await?;
        let page = views::manager_page(&server.console, &session.person, &answer, counted).await?;
        Ok(Html(console::manager(&frame(&server, Some(session)), &page)).into_response())
    })
}

pub(crate) async fn model<O: World>(State(server): State<Arc<Server<O>>>, headers: HeaderMap) -> Response {
    model_page(&server, &headers, ModelView::Review).await
}

pub(crate) async fn check<O: World>(State(server): State<Arc<Server<O>>>, headers: HeaderMap) -> Response {
    model_page(&server, &headers, ModelView::Check).await
}

async fn model_page<O: World>(server: &Server<O>, headers: &HeaderMap, view: ModelView) -> Response {
    page!(server, headers, |session| {
        overseer(&session.person)?;
        let health = health::model_health(&server.console, Some(view)).await?;
        let page = health::model_page(&health, view, &session.person);
        Ok(Html(console::model(&frame(server, Some(session)), &page)).into_response())
    })
}

/// What of the list of reports is shown.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Listed {
    year: Option<String>,
    #[serde(default)]
    page: Option<String>,
}

pub(crate) async fn reports<O: World>(
    State(server): State<Arc<Server<O>>>,
    Query(listed): Query<Listed>,
    headers: HeaderMap,
) -> Response {
    page!(server, headers, |session| {
        overseer(&session.person)?;
        let page = listed.page.as_deref().and_then(|page| page.parse().ok()).unwrap_or(1);
        let page = health::reports_page(&server.console, listed.year.as_deref(), page).await?;
        Ok(Html(console::reports(&frame(&server, Some(session)), &page)).into_response())
    })
}

/// The latest run's own page.
pub(crate) async fn latest_report<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
) -> Response {
    whole_report(&server, &headers, None).await
}

pub(crate) async fn report<O: World>(
    State(server): State<Arc<Server<O>>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    whole_report(&server, &headers, Some(&name)).await
}

/// A run's own page, whose style is inside it.
async fn whole_report<O: World>(server: &Server<O>, headers: &HeaderMap, name: Option<&str>) -> Response {
    page!(server, headers, |session| {
        overseer(&session.person)?;
        let page = health::report(&server.console, name).await?.ok_or(Problem::NoPage)?;
        let mut response = Html(page).into_response();
        let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        Ok(response)
    })
}

pub(crate) async fn data<O: World>(State(server): State<Arc<Server<O>>>, headers: HeaderMap) -> Response {
    page!(server, headers, |session| {
        overseer(&session.person)?;
        let health = health::model_health(&server.console, None).await?;
        let page = health::data_page(&server.console, &health, &session.person).await?;
        Ok(Html(console::data(&frame(&server, Some(session)), &page)).into_response())
    })
}

pub(crate) async fn policy<O: World>(State(server): State<Arc<Server<O>>>, headers: HeaderMap) -> Response {
    page!(server, headers, |session| {
        let page = health::policy_page(&server.console).await?;
        Ok(Html(console::policy(&frame(&server, Some(session)), &page)).into_response())
    })
}

pub(crate) async fn nothing<O: World>(State(server): State<Arc<Server<O>>>, headers: HeaderMap) -> Response {
    let session = server.session(&headers).await.ok();
    refused(&server, session.as_ref(), &Problem::NoPage)
}

/// How the API is spoken to, with the policy's own reasons and sizes: for those who may.
pub(crate) async fn openapi<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
) -> Result<Json<serde_json::Value>, Problem> {
    if headers.contains_key(header::AUTHORIZATION) {
        server.bearer(&headers).await?;
    } else {
        server.session(&headers).await?;
    }
    Ok(Json(openapi::document(&*server.console.policy().await?)))
}

/// Style and script. Only what is asked for by the address that this release's pages name may be kept for good: while
/// a release rolls out, an old instance may be asked for a new page's script.
pub(crate) async fn asset(uri: Uri) -> Response {
    let (kind, body): (&str, &'static str) = match uri.path() {
        console::STYLE_PATH => ("text/css; charset=utf-8", console::style()),
        console::SCRIPT_PATH => ("text/javascript; charset=utf-8", console::SCRIPT),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let mut response = ([(header::CONTENT_TYPE, kind)], body).into_response();
    if uri.path_and_query().is_some_and(|asked| asked == console::asset_path(uri.path())) {
        let for_good = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(header::CACHE_CONTROL, for_good);
    }
    response
}
