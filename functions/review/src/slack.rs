//! Buttons in Slack: whoever presses one is whom the team file has under their member id, and what they want goes the way
//! of a page's form.
//!
//! Slack signs what it sends; nothing of it is believed before that holds. It waits three seconds for an answer and tells
//! people that something is wrong if none comes: so the decision is made first, and what came of it is said afterwards at
//! the address that came with the press.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use leadlight_desk::Refusal;
use leadlight_destinations::{
    Destination, LeadResult, Message, Notice, Person as Lead, Press, aside, is_answer_address,
};
use leadlight_lead::QueuedLead;
use leadlight_ports::{
    CachedSecrets, Endpoint, ExposeSecret, Http, HttpLimits, HttpRequest, SecretName, Secrets, World, chain,
};
use leadlight_sources::{Claim, Mac, NotAuthentic, SecretTexts};
use serde_json::{Value, json};

use crate::action_request::ActionRequest;
use crate::console::Outcome;
use crate::problem::{Problem, unavailable};
use crate::server::{MOST_BYTES, Server, text};

/// What Slack waits for is three seconds; most of them are the decision's.
const LIMITS: HttpLimits =
    HttpLimits { timeout: Duration::from_millis(1500), longest_answer_bytes: 64 * 1024 };
const SIGNATURE: &str = "x-slack-signature";
const SIGNED_AT: &str = "x-slack-request-timestamp";

/// The door for Slack.
#[derive(Debug)]
pub struct SlackDoor<O: World, S> {
    /// What decides.
    pub server: Arc<Server<O>>,
    /// The way back.
    pub http: O::Http,
    /// Where the keys are that Slack signs with.
    pub secrets: CachedSecrets<S, O::Clock>,
    /// The stack's name, which begins the names of its secrets.
    pub stack_name: String,
}

/// A press of a button.
pub(crate) async fn press<O: World, S: Secrets>(
    State(door): State<Arc<SlackDoor<O, S>>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let body = body.map_err(|_| Problem::TooLarge(MOST_BYTES))?;
    let destination = door.destination(&name).await?;
    door.verify(&name, &headers, &body).await?;
    let unreadable = |what: &str| Problem::Unreadable(what.to_owned());
    let Some(press) = Press::read(&body).map_err(|error| unreadable(&error.to_string()))? else {
        return Ok(StatusCode::OK);
    };
    let slack = destination.address();
    if !is_answer_address(&press.answer_to, slack) || slack.is_on_this_machine() && !door.server.is_local() {
        return Err(unreadable("`response_url` is none of Slack's"));
    }
    let answer = door.decide(&destination, &press).await;
    if let Err(reason) = door.say(&press.answer_to, &answer).await {
        // What was decided is kept; whoever presses again hears that.
        tracing::warn!(reason, "Slack was not told what came of a press");
    }
    Ok(StatusCode::OK)
}

impl<O: World, S: Secrets> SlackDoor<O, S> {
    fn now(&self) -> Timestamp {
        self.server.console.now()
    }

    async fn destination(&self, name: &str) -> Result<Destination, Problem> {
        let all = self.server.console.in_force.destinations(self.now()).await.map_err(|e| unavailable(&e))?;
        let found = all.named(name).filter(|destination| destination.dialect().name == "slack");
        found.cloned().ok_or(Problem::NoPage)
    }

    async fn verify(&self, name: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), Problem> {
        let claim = claim(headers, body).map_err(Problem::NotFromSlack)?;
        let name = SecretName::of(&self.stack_name, &format!("destinations/{name}/signing"));
        let secret =
            self.secrets.read(&name.map_err(|e| unavailable(&e))?).await.map_err(|e| unavailable(&e))?;
        claim.check(SecretTexts::new(secret.expose_secret()), self.now()).map_err(Problem::NotFromSlack)
    }

    /// Does what is wanted, and says in a message what came of it.
    async fn decide(&self, destination: &Destination, press: &Press) -> Value {
        let refused = match self.act(press).await {
            Ok(outcome) => return self.changed(destination, &outcome.lead, None).await,
            Err(problem) => problem,
        };
        // Where the lead is not what the message shows, the message is made anew.
        if let Problem::Refused(Refusal::Stale | Refusal::NotNow { .. }) = refused
            && let Ok(there) = self.server.console.lead(&press.lead).await
        {
            return self.changed(destination, &there.lead, Some(refused.to_string())).await;
        }
        aside(&refused.to_string())
    }

    async fn act(&self, press: &Press) -> Result<Outcome, Problem> {
        let console = &self.server.console;
        let person = console.in_slack(&press.user).await?;
        let request = ActionRequest {
            revision: press.revision,
            note: press.note.clone(),
            reason: press.reason.clone(),
            ..ActionRequest::default()
        };
        console.act_at_once(&person, &press.lead, &request.read(&press.action)?).await
    }

    /// The message anew: the lead as it is, what was decided last, and buttons where it waits still.
    async fn changed(&self, destination: &Destination, lead: &QueuedLead, refused: Option<String>) -> Value {
        let staff = match self.server.console.in_force.staff(self.now()).await {
            Ok(staff) => staff,
            Err(error) => return aside(&unavailable(&error).to_string()),
        };
        // Its version is nothing that a message shows.
        let (result, person) = (LeadResult::of(lead, 0), Lead::of(lead));
        let console = destination.address().option("console").trim_end_matches('/');
        let message = Message { lead: &result, person: Some(&person), staff: &staff, console };
        let mut message = message.in_slack(&Notice::Changed { refused, history: lead.work.history.clone() });
        message["replace_original"] = json!(true);
        message
    }

    async fn say(&self, url: &str, answer: &Value) -> Result<(), String> {
        let url = Endpoint::parse(url).map_err(|error| chain(&error))?;
        let request = HttpRequest {
            body: answer.to_string().into_bytes(),
            ..HttpRequest::new(Method::POST, url, LIMITS)
        };
        let request = request.with_header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let answer = self.http.send(request).await.and_then(|answer| answer.require(StatusCode::is_success));
        answer.map(drop).map_err(|error| chain(&error))
    }
}

/// `v0=` and an HMAC over `v0:`, the time and the body.
fn claim<'a>(headers: &'a HeaderMap, body: &'a [u8]) -> Result<Claim<'a>, NotAuthentic> {
    let signature = text(headers, SIGNATURE).ok_or(NotAuthentic::Absent(SIGNATURE))?;
    let signed_at = text(headers, SIGNED_AT).ok_or(NotAuthentic::Absent(SIGNED_AT))?;
    let tag = signature.strip_prefix("v0=").and_then(|tag| hex::decode(tag).ok());
    let seconds = signed_at.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    Ok(Claim::Signature {
        mac: Mac::Sha256,
        signed: vec![
            Cow::Borrowed(b"v0:".as_slice()),
            Cow::Borrowed(signed_at.as_bytes()),
            Cow::Borrowed(b":".as_slice()),
            Cow::Borrowed(body),
        ],
        tag: tag.ok_or(NotAuthentic::Malformed(SIGNATURE))?,
        at: Some(seconds.ok_or(NotAuthentic::Malformed(SIGNED_AT))?),
    })
}
