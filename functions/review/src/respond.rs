//! How every handler answers: a page or a problem, for whoever is signed in.

use axum::Form as UrlEncoded;
use axum::Json;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;
use leadlight_console::{self as console, ErrorPage, Frame, Viewer};
use leadlight_identity::{csrf_matches, csrf_token};
use leadlight_lead::Role;
use leadlight_ports::World;

use crate::action_request::Form;
use crate::answers::ProblemAnswer;
use crate::console::Person;
use crate::problem::Problem;
use crate::server::{MOST_BYTES, Server, Session};

/// A page.
pub(crate) struct Html(pub(crate) String);

impl IntoResponse for Html {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], self.0).into_response()
    }
}

/// What is around a page.
pub(crate) fn frame<O: World>(server: &Server<O>, session: Option<&Session>) -> Frame {
    Frame {
        now: server.console.now(),
        time_zone: session.map_or(TimeZone::UTC, |s| s.person.time_zone()),
        viewer: session.map(|s| Viewer { name: s.person.name.clone(), role: s.person.actor.role }),
        csrf: session.map(|s| csrf_token(&s.token)).unwrap_or_default(),
        local: server.is_local(),
        message: None,
    }
}

/// The page that says why something was not done, and leads on.
pub(crate) fn refused<O: World>(
    server: &Server<O>,
    session: Option<&Session>,
    problem: &Problem,
) -> Response {
    let status = problem.status();
    if status == StatusCode::UNAUTHORIZED {
        return Redirect::to("/sign-in").into_response();
    }
    let home = session.map_or("/sign-in", |s| console::home(s.person.actor.role));
    let link = (home.to_owned(), "Continue".to_owned());
    let title = match problem {
        Problem::NoLead | Problem::NoPage => "Nothing here",
        Problem::NotForRole { .. } | Problem::RoleNotGranted { .. } | Problem::NotOnTeam => "No access",
        Problem::ForeignForm => "This form has expired",
        Problem::Unavailable | Problem::NotSentOn => "Temporarily unavailable",
        Problem::NoIssuer | Problem::NoTeam => "Not set up",
        _ => "Not done",
    };
    let (what, to_do) = split(problem);
    let page = ErrorPage { status: status.as_u16(), title: title.to_owned(), what, to_do, link };
    (status, Html(console::error(&frame(server, session), &page))).into_response()
}

/// What happened, and what to do: problems say both, before and after a semicolon.
pub(crate) fn split(problem: &Problem) -> (String, String) {
    let text = problem.to_string();
    let (what, to_do) = text.split_once("; ").unwrap_or((&text, "go back and look again"));
    let sentence = |text: &str| {
        let mut letters = text.chars();
        letters
            .next()
            .map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
            .unwrap_or_default()
    };
    let unchanged = match problem {
        // It was kept, or nobody knows.
        Problem::NotSentOn | Problem::Unavailable => "",
        _ => " Nothing was changed.",
    };
    (format!("{}{unchanged}", sentence(what)), sentence(to_do))
}

macro_rules! page {
    ($server:ident, $headers:ident, |$session:ident| $body:expr) => {{
        let session = match $server.session(&$headers).await {
            Ok(session) => session,
            Err(problem) => return refused(&$server, None, &problem),
        };
        let $session = &session;
        let made: Result<Response, Problem> = async { $body }.await;
        made.unwrap_or_else(|problem| refused(&$server, Some(&session), &problem))
    }};
}
pub(crate) use page;

/// Only for some.
pub(crate) fn only(person: &Person, roles: &[Role], needed: &'static str) -> Result<(), Problem> {
    let role = person.actor.role;
    if roles.contains(&role) { Ok(()) } else { Err(Problem::NotForRole { needed, role }) }
}

const OVERSEERS: [Role; 2] = [Role::Manager, Role::Admin];

pub(crate) fn overseer(person: &Person) -> Result<(), Problem> {
    only(person, &OVERSEERS, "managers and admins")
}

/// A form of a page of this session, and of no other page.
pub(crate) fn own_form<O: World>(
    server: &Server<O>,
    session: &Session,
    headers: &HeaderMap,
    form: Result<UrlEncoded<Form>, FormRejection>,
) -> Result<Form, Problem> {
    let form = form.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge(MOST_BYTES),
        _ => Problem::Unreadable("the form cannot be read; reload the page".to_owned()),
    })?;
    if !server.is_from_here(headers) || !csrf_matches(&session.token, &form.csrf) {
        return Err(Problem::ForeignForm);
    }
    Ok(form.0)
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
