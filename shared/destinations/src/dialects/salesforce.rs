//! Salesforce: leads by an external id, and contacts by theirs once a lead was converted; up to 200 at once.
//!
//! The secret is a connected app's `{"client_id": "…", "client_secret": "…"}` with the client credentials flow. Lead and
//! Contact have the custom fields `<prefix>Score__c` and so on, and an external id that holds the person's address (or
//! Leadlight's id of the lead, by the option `match`). A person whom Salesforce does not have is made a lead only where
//! the option `create` says `yes`: then name and company go along, as typed and as data.

use http::Method;
use serde_json::{Map, Value, json};

use super::field::{FIELDS, FieldKind, cut};
use super::oauth::Client;
use super::{
    Ask, Dialect, Letter, Meaning, Reply, Step, Task, Tells, email_of, for_all, is_code, turned_down,
};

/// The dialect.
pub(crate) const SALESFORCE: Dialect = Dialect {
    name: "salesforce",
    base: None,
    most: 200,
    tells: Tells::State,
    options: &[
        ("version", Some("v62.0")),
        ("prefix", Some("Leadlight_")),
        ("external_id", Some("Leadlight_Email__c")),
        ("match", Some("email")),
        ("create", Some("no")),
    ],
    key: |letter| email_of(letter).to_owned(),
    step,
    prepare: None,
};

/// What is tried, one after the other: each for the letters that the one before did not find.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Try {
    Lead,
    /// Leads that were converted.
    Contact,
    /// People whom Salesforce does not have.
    NewLead,
}

/// What became of a letter so far.
#[derive(Clone)]
enum So {
    Is(Meaning),
    Converted,
    Missing,
}

fn step(task: &Task<'_>, replies: &[Reply]) -> Step {
    let Some(token) = task.token else {
        return match Client::parse(task.secret) {
            Ok(client) => Step::GetToken(client.ask(task.address.at("/services/oauth2/token"), &[])),
            Err(meaning) => for_all(&meaning, task.letters.len()),
        };
    };
    let mut so = vec![None; task.letters.len()];
    let mut replies = replies.iter();
    for attempt in [Try::Lead, Try::Contact, Try::NewLead] {
        let places: Vec<usize> =
            (0..so.len()).filter(|place| is_for(attempt, so[*place].as_ref(), task)).collect();
        if places.is_empty() {
            continue;
        }
        let Some(reply) = replies.next() else { return Step::Send(ask(task, token, attempt, &places)) };
        let told = reply.json();
        if let Some(meaning) = turned_down(reply, task.letters.len(), told[0]["errorCode"].as_str()) {
            return for_all(&meaning, task.letters.len());
        }
        for (nth, place) in places.into_iter().enumerate() {
            so[place] = Some(became(&told[nth]));
        }
    }
    let missing =
        || Meaning::Refused { why: "Salesforce has no lead or contact with this external id".to_owned() };
    Step::Done(
        so.into_iter().map(|so| if let Some(So::Is(meaning)) = so { meaning } else { missing() }).collect(),
    )
}

fn is_for(attempt: Try, so: Option<&So>, task: &Task<'_>) -> bool {
    match attempt {
        Try::Lead => so.is_none(),
        Try::Contact => matches!(so, Some(So::Converted)),
        Try::NewLead => matches!(so, Some(So::Missing)) && task.address.option("create") == "yes",
    }
}

fn ask(task: &Task<'_>, token: &str, attempt: Try, places: &[usize]) -> Ask {
    let (address, object) = (task.address, if attempt == Try::Contact { "Contact" } else { "Lead" });
    let (version, external_id) = (address.option("version"), address.option("external_id"));
    let path = format!("/services/data/{version}/composite/sobjects/{object}/{external_id}");
    let records: Vec<Value> = places
        .iter()
        .filter_map(|place| Some(record(task, task.letters.get(*place)?, object, attempt)))
        .collect();
    let body = json!({ "allOrNone": false, "records": records });
    Ask::json(Method::PATCH, address.at(&path), &body).bearing(token)
}

fn record(task: &Task<'_>, letter: &Letter, object: &str, attempt: Try) -> Value {
    let address = task.address;
    let by_lead = address.option("match") == "lead_id";
    let id = letter.event.lead_id().filter(|_| by_lead).map_or(email_of(letter), |id| id.as_str());
    let mut record = Map::new();
    record.insert("attributes".to_owned(), json!({ "type": object }));
    record.insert(address.option("external_id").to_owned(), json!(id));
    for (result, field) in letter.event.lead.iter().flat_map(|result| FIELDS.iter().map(move |f| (result, f)))
    {
        let value = (field.value)(result);
        // A checkbox is never empty.
        if field.kind != FieldKind::Flag || !value.is_null() {
            record.insert(format!("{}{}__c", address.option("prefix"), capitals(field.name)), value);
        }
    }
    if let Some(person) = letter.person.as_ref().filter(|_| attempt == Try::NewLead) {
        // Salesforce wants both; it takes 80 and 255 characters.
        let known = |text: &Option<String>, longest| {
            let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
            json!(cut(text.unwrap_or("[not provided]"), longest))
        };
        record.insert("LastName".to_owned(), known(&person.last_name, 80));
        record.insert("FirstName".to_owned(), json!(person.first_name.as_deref().map(|name| cut(name, 40))));
        record.insert("Company".to_owned(), known(&person.company, 255));
        record.insert("Email".to_owned(), json!(person.email));
    }
    Value::Object(record)
}

/// `intent_score` as `Intent_Score`.
fn capitals(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect::<String>())
    };
    name.split('_').map(word).collect::<Vec<_>>().join("_")
}

/// One record's part of the answer.
fn became(told: &Value) -> So {
    if told["success"] == true {
        return So::Is(Meaning::Done);
    }
    let code = told["errors"][0]["statusCode"].as_str().filter(|code| is_code(code)).unwrap_or("no code");
    match code {
        "CANNOT_UPDATE_CONVERTED_LEAD" => So::Converted,
        "REQUIRED_FIELD_MISSING" => So::Missing,
        "UNABLE_TO_LOCK_ROW" | "REQUEST_LIMIT_EXCEEDED" | "SERVER_UNAVAILABLE" => So::Is(Meaning::Later {
            wait: None,
            why: format!("Salesforce does not take this record now ({code})"),
        }),
        _ => So::Is(Meaning::Refused { why: format!("Salesforce does not take this record ({code})") }),
    }
}
