//! Signing in and out.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form as UrlEncoded, Json};
use leadlight_console::{self as console, SampleUser};
use leadlight_identity::{Callback, Client, LONGEST_SIGN_IN, begin as begin_flow, finish};
use leadlight_ports::{Endpoint, World};

use crate::action_request::Form;
use crate::problem::{Problem, unavailable};
use crate::respond::{Html, frame, refused};
use crate::server::{Issuer, Server, SignIn, cookies, text};

pub(crate) async fn page<O: World>(State(server): State<Arc<Server<O>>>) -> Response {
    let how = match &server.sign_in {
        SignIn::Issuer(_) => console::SignIn::Organisation,
        SignIn::Nobody => return refused(&server, None, &Problem::NoIssuer),
        SignIn::Local(_) => match server.console.team().await {
            Ok(Some(team)) => console::SignIn::Sample(
                team.members()
                    .map(|m| SampleUser { member: m.id().clone(), name: m.name().to_owned(), role: m.role() })
                    .collect(),
            ),
            Ok(None) => return refused(&server, None, &Problem::NoTeam),
            Err(problem) => return refused(&server, None, &problem),
        },
    };
    let mut response = Html(console::sign_in(&frame(&server, None), &how)).into_response();
    if how == console::SignIn::Organisation {
        // The form's answer leads to the issuer, which the policy of all other pages would forbid.
        let policy =
            console::CONTENT_SECURITY_POLICY.replace("form-action 'self'", "form-action 'self' https:");
        if let Ok(value) = HeaderValue::from_str(&policy) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, value);
        }
    }
    response
}

pub(crate) async fn begin<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let begun = match &server.sign_in {
        // Before there is a session, where a form comes from is all there is to tell.
        _ if !server.is_from_here(&headers) => Err(Problem::ForeignForm),
        SignIn::Nobody => Err(Problem::NoIssuer),
        SignIn::Issuer(issuer) => to_issuer(&server, issuer, &headers).await,
        SignIn::Local(_) => sample_user(&server, &headers, &body).await,
    };
    begun.unwrap_or_else(|problem| refused(&server, None, &problem))
}

/// A sample user of one machine. A program gets the token itself.
async fn sample_user<O: World>(
    server: &Server<O>,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Response, Problem> {
    let SignIn::Local(issuer) = &server.sign_in else { return Err(Problem::NoIssuer) };
    let is_json =
        text(headers, header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/json"));
    let unreadable = || Problem::Unreadable("name a sample user in the field `member`".to_owned());
    let form: Form = if is_json {
        serde_json::from_slice(body).map_err(|_| unreadable())?
    } else {
        let request = axum::http::Request::post("/")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(body.clone()));
        let request = request.map_err(|_| unreadable())?;
        let read = <UrlEncoded<Form> as axum::extract::FromRequest<()>>::from_request(request, &()).await;
        read.map_err(|_| unreadable())?.0
    };
    let team = server.console.team().await?.ok_or(Problem::NoTeam)?;
    let named = form.member.as_deref().and_then(|member| member.parse().ok());
    let member = named.and_then(|id| team.member(&id)).ok_or_else(unreadable)?;
    let token = issuer.mint(member.subject(), member.role(), server.console.now(), LONGEST_SIGN_IN);
    if is_json {
        return Ok(Json(serde_json::json!({ "token": token })).into_response());
    }
    with_session(server, &token, LONGEST_SIGN_IN.as_secs(), console::home(member.role()))
}

fn set_cookie(response: &mut Response, cookie: &str) -> Result<(), Problem> {
    let value = HeaderValue::from_str(cookie).map_err(|e| unavailable(&e))?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

fn with_session<O: World>(
    server: &Server<O>,
    token: &str,
    seconds: i64,
    address: &str,
) -> Result<Response, Problem> {
    let mut response = Redirect::to(address).into_response();
    let seconds = u32::try_from(seconds).unwrap_or_default();
    let cookie = server.place().session_cookie(token, seconds).map_err(|e| unavailable(&e))?;
    set_cookie(&mut response, &cookie)?;
    Ok(response)
}

/// The console as the issuer knows it. The issuer itself says which addresses it sends people back to.
fn client<H>(issuer: &Issuer<H>, headers: &HeaderMap) -> Result<Client, Problem> {
    let host = text(headers, header::HOST).unwrap_or_default();
    let redirect_uri = Endpoint::parse(&format!("https://{host}/auth/callback")).map_err(|_| {
        Problem::Unreadable("the request names no host that people could come back to".to_owned())
    })?;
    Ok(Client { client_id: issuer.client_id.clone(), redirect_uri })
}

async fn to_issuer<O: World>(
    server: &Server<O>,
    issuer: &Issuer<O::Http>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let now = server.console.now();
    let discovery = issuer.keys.discovery(&issuer.http, now).await.map_err(|e| unavailable(&e))?;
    let mut random = [0; 48];
    getrandom::fill(&mut random).map_err(|e| unavailable(&e))?;
    let begun = begin_flow(&discovery, &client(issuer, headers)?, &random);
    let mut response = Redirect::to(&begun.location).into_response();
    set_cookie(&mut response, &server.place().flow_cookie(&begun.flow_cookie).map_err(|e| unavailable(&e))?)?;
    Ok(response)
}

pub(crate) async fn callback<O: World>(
    State(server): State<Arc<Server<O>>>,
    Query(back): Query<Callback>,
    headers: HeaderMap,
) -> Response {
    let mut response =
        come_back(&server, back, &headers).await.unwrap_or_else(|problem| refused(&server, None, &problem));
    // A sign-in is good for one way back, however that went.
    if set_cookie(&mut response, &server.place().end_flow_cookie()).is_err() {
        tracing::warn!("a sign-in's cookie was not taken away");
    }
    response
}

async fn come_back<O: World>(
    server: &Server<O>,
    back: Callback,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let SignIn::Issuer(issuer) = &server.sign_in else { return Err(Problem::NoPage) };
    let now = server.console.now();
    let finished = finish(back, server.place().flow(cookies(headers)))?;
    let client = client(issuer, headers)?;
    let (token, caller) = finished.exchange(&issuer.http, &issuer.keys, &client, now).await?;
    let person = server.console.person(&caller).await?;
    let seconds = caller.expires_at.duration_since(now).as_secs();
    with_session(server, &token, seconds, console::home(person.actor.role))
}

pub(crate) async fn sign_out<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
    form: Result<UrlEncoded<Form>, axum::extract::rejection::FormRejection>,
) -> Response {
    let session = server.session(&headers).await.ok();
    let token = session.as_ref().map(|s| s.token.as_str()).unwrap_or_default();
    let is_ours = form.is_ok_and(|form| leadlight_identity::csrf_matches(token, &form.csrf))
        && server.is_from_here(&headers);
    if session.is_some() && !is_ours {
        return refused(&server, session.as_ref(), &Problem::ForeignForm);
    }
    let mut response = Redirect::to("/sign-in").into_response();
    match set_cookie(&mut response, &server.place().end_session_cookie()) {
        Ok(()) => response,
        Err(problem) => refused(&server, session.as_ref(), &problem),
    }
}
