//! Dynamics 365 Sales: the table that it keeps predictive scores in, which takes those of other systems.
//!
//! The secret is an app registration's `{"client_id": "…", "client_secret": "…"}` with a user of its own in the
//! environment; the option `tenant` is its directory's id. The lead is found by the person's address, the newest of them.
//! Its score is the record that bears the digits of Leadlight's own id of the lead, so that it is made once.

use http::Method;
use leadlight_lead::{Grade, Score};
use serde_json::{Value, json};

use super::oauth::Client;
use super::{
    Ask, Dialect, Letter, Meaning, Reply, Step, Task, Tells, email_of, for_all, not_there, turned_down,
};
use crate::result::LeadResult;

/// The dialect.
pub(crate) const DYNAMICS: Dialect = Dialect {
    name: "dynamics",
    base: None,
    most: 1,
    tells: Tells::State,
    options: &[("tenant", None), ("version", Some("v9.2"))],
    key: |letter| email_of(letter).to_owned(),
    step,
    prepare: None,
};

fn step(task: &Task<'_>, replies: &[Reply]) -> Step {
    let one = |meaning: Meaning| for_all(&meaning, task.letters.len());
    let Some(token) = task.token else {
        return match Client::parse(task.secret) {
            Ok(client) => Step::GetToken(login(task, &client)),
            Err(meaning) => one(meaning),
        };
    };
    let Some(letter) = task.letters.first() else { return Step::Done(Vec::new()) };
    let Some(result) = letter.event.lead.as_ref().filter(|result| result.decision.is_some()) else {
        // A person looks first: there is no score to tell.
        return one(Meaning::Done);
    };
    let Some((found, rest)) = replies.split_first() else { return Step::Send(find(task, token, letter)) };
    if let Some(meaning) = turned_down(found, 1, found.json()["error"]["code"].as_str()) {
        return one(meaning);
    }
    let found = found.json();
    let Some(lead) = found["value"][0]["leadid"].as_str() else {
        return one(not_there(task, letter, "Dynamics has no lead with this address"));
    };
    match rest.first() {
        None => Step::Send(score(task, token, result, lead)),
        Some(reply) => {
            one(turned_down(reply, 1, reply.json()["error"]["code"].as_str()).unwrap_or(Meaning::Done))
        }
    }
}

fn login(task: &Task<'_>, client: &Client) -> Ask {
    let url = task.address;
    let path = format!("/{}/oauth2/v2.0/token", task.address.option("tenant"));
    let at = if url.is_on_this_machine() {
        url.at(&path)
    } else {
        format!("https://login.microsoftonline.com{path}")
    };
    client.ask(at, &[("scope", &url.at("/.default"))])
}

fn at(task: &Task<'_>, path: &str) -> String {
    task.address.at(&format!("/api/data/{}/{path}", task.address.option("version")))
}

fn find(task: &Task<'_>, token: &str, letter: &Letter) -> Ask {
    // A quote within a text is doubled.
    let filter = format!("emailaddress1 eq '{}'", email_of(letter).replace('\'', "''"));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("$select", "leadid"),
            ("$filter", &filter),
            ("$orderby", "createdon desc"),
            ("$top", "1"),
        ])
        .finish();
    Ask {
        method: Method::GET,
        url: at(task, &format!("leads?{query}")),
        headers: Vec::new(),
        body: Vec::new(),
    }
    .bearing(token)
}

fn score(task: &Task<'_>, token: &str, result: &LeadResult, lead: &str) -> Ask {
    let decision = result.decision.as_ref();
    let grade = decision.map(|decision| match decision.grade {
        Grade::A => 0,
        Grade::B => 1,
        Grade::C => 2,
        Grade::D => 3,
    });
    let body: Value = json!({
        "msdyn_score": decision.and_then(|decision| Score::try_from(decision.score).ok()).map(Score::rounded),
        "msdyn_grade": grade,
        // Not enough is known to tell a trend.
        "msdyn_scoretrend": 3,
        "msdyn_entityid": lead,
        "msdyn_entitytype": "lead",
    });
    let url = at(task, &format!("msdyn_predictivescores({})", guid(result)));
    Ask::json(Method::PATCH, url, &body).bearing(token)
}

/// The 32 digits of a lead's id, as Dynamics writes its own.
fn guid(result: &LeadResult) -> String {
    let digits = result.lead_id.as_str().trim_start_matches("lead_");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}
