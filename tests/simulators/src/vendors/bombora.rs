//! Bombora's Intent API, version 1: a token, the question, its answer. It is asked for one signal definition, which is about
//! lead scoring here; 50 is an average company, 60 a surge. The data are of a week, and who has no score has no row.

use serde_json::{Value, json};

use super::world::World;
use super::{Manner, Subject, Vendor};
use crate::{Answer, Received};

pub(super) const MANNER: Manner = Manner { key, leads_on, subject, known, unknown, error };

/// An access token is the key behind this.
const TOKEN: &str = "token-";
/// A page's token is the domain behind this.
const PAGE: &str = "page-";

fn key(request: &Received) -> Option<String> {
    if request.path() != "/oauth/token" {
        let token = request.header("authorization").strip_prefix("Bearer ")?;
        return token.strip_prefix(TOKEN).map(str::to_owned);
    }
    let (id, secret) = (request.parameter("client_id")?, request.parameter("client_secret")?);
    Some(if secret.is_empty() { id } else { format!("{id}:{secret}") })
}

/// The token, and where the answer will be.
fn leads_on(request: &Received) -> Option<Answer> {
    match (request.path(), request.method.as_str()) {
        ("/oauth/token", "POST") => {
            let token = format!("{TOKEN}{}", key(request)?);
            Some(Answer::new(
                200,
                json!({ "access_token": token, "token_type": "Bearer", "expires_in": 86_400 }),
            ))
        }
        ("/intent/v1/data", "POST") => {
            let body = request.json();
            let domain = body["filter"]["eq"].as_str().filter(|_| body["filter"]["a"] == "domain")?;
            let is_defined = body["signalDefinitionId"].as_str().is_some_and(|id| id.len() == 36);
            is_defined.then(|| Answer::new(200, json!({ "pageToken": format!("{PAGE}{domain}") })))
        }
        _ => None,
    }
}

fn subject(request: &Received) -> Option<Subject> {
    let page = request.parameter("pageToken").filter(|_| request.path() == "/intent/v1/data")?;
    page.strip_prefix(PAGE).map(|domain| Subject::Company(domain.to_lowercase()))
}

fn known(world: &World, _: &Received, subject: &Subject) -> Option<Value> {
    let Subject::Company(domain) = subject else { return None };
    let company = world.company(domain).filter(|company| world.knows_company(Vendor::Bombora, company))?;
    let intent = company.intent.as_ref()?;
    let score = intent.topics.first()?.score;
    let row =
        json!({ "domain": domain, "score": score.to_string(), "date": world.days_ago(intent.days_ago) });
    Some(json!({ "data": [row], "nextPageToken": null }))
}

fn unknown(_: &Subject) -> Answer {
    Answer::new(200, json!({ "data": [], "nextPageToken": null }))
}

fn error(status: u16) -> Answer {
    let message = match status {
        401 => "invalid_client",
        402 => "The account has no credits left",
        429 => "Too many requests",
        _ => "The request could not be processed",
    };
    Answer::new(status, json!({ "error": message }))
}
