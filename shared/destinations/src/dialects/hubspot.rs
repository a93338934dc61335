//! `HubSpot`: contacts by their address, up to a hundred at once.
//!
//! The secret is a private app's token with the scope `crm.objects.contacts.write` and, for the properties,
//! `crm.schemas.contacts.write`. Each property bears the prefix of the option `prefix`. Nothing but the result is
//! written: names and what else a contact has stay as they are.

use http::Method;
use serde_json::{Map, Value, json};

use super::field::{FIELDS, FieldKind};
use super::{
    Ask, Dialect, Letter, Meaning, Preparation, Reply, Step, Task, Tells, email_of, for_all, is_code,
    turned_down,
};
use leadlight_outward::Address;

/// The dialect.
pub(crate) const HUBSPOT: Dialect = Dialect {
    name: "hubspot",
    base: Some("https://api.hubapi.com"),
    most: 100,
    tells: Tells::State,
    options: &[("prefix", Some("leadlight_"))],
    key: |letter| email_of(letter).to_owned(),
    step,
    prepare: Some(prepare),
};

const UPSERT: &str = "/crm/v3/objects/contacts/batch/upsert";
const GROUP: &str = "leadlight";

fn step(task: &Task<'_>, replies: &[Reply]) -> Step {
    let Some(reply) = replies.first() else {
        let inputs: Vec<Value> = task.letters.iter().map(|letter| input(task.address, letter)).collect();
        let url = task.address.at(UPSERT);
        return Step::Send(Ask::json(Method::POST, url, &json!({ "inputs": inputs })).bearing(task.secret));
    };
    let told = reply.json();
    match turned_down(reply, task.letters.len(), told["category"].as_str()) {
        Some(meaning) => for_all(&meaning, task.letters.len()),
        None => Step::Done(task.letters.iter().map(|letter| meaning(&told, letter)).collect()),
    }
}

fn input(address: &Address, letter: &Letter) -> Value {
    let prefix = address.option("prefix");
    let result = letter.event.lead.as_ref();
    let properties: Map<String, Value> = FIELDS
        .iter()
        .filter_map(|field| {
            let value = match (field.value)(result?) {
                // An empty text empties a property; null leaves it as it was.
                Value::Null => json!(""),
                value => value,
            };
            Some((format!("{prefix}{}", field.name), value))
        })
        .collect();
    json!({
        "id": email_of(letter), "idProperty": "email", "properties": properties, "objectWriteTraceId": trace_of(letter),
    })
}

/// By it an answer says which letter an error is about.
fn trace_of(letter: &Letter) -> &str {
    letter.event.lead_id().map_or("", |id| id.as_str())
}

/// Of an answer to all of them (200) or to some (207): a letter has arrived where the answer holds its contact, and not
/// where an error names it.
fn meaning(told: &Value, letter: &Letter) -> Meaning {
    let (trace, email) = (trace_of(letter), email_of(letter));
    let each = |list: &str| told[list].as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let names = |value: &Value| match value {
        Value::Array(many) => many.iter().any(|one| one == trace || one == email),
        one => one == trace || one == email,
    };
    let is_about = |error: &&Value| {
        let context = &error["context"];
        ["objectWriteTraceId", "ids", "id"].iter().any(|key| names(&context[key]) || names(&error[key]))
    };
    if let Some(error) = each("errors").find(is_about) {
        let code = error["category"].as_str().filter(|code| is_code(code)).unwrap_or("no category");
        return Meaning::Refused { why: format!("HubSpot does not take this contact ({code})") };
    }
    let has_arrived =
        each("results").any(|one| names(&one["objectWriteTraceId"]) || names(&one["properties"]["email"]));
    if has_arrived || each("errors").next().is_none() {
        Meaning::Done
    } else {
        Meaning::Alone { why: "HubSpot does not say which contact it did not take".to_owned() }
    }
}

/// The group, and a property a field.
fn prepare(address: &Address, secret: &str) -> Vec<Preparation> {
    let ask = |path: &str, body: &Value| Ask::json(Method::POST, address.at(path), body).bearing(secret);
    let group = Preparation {
        what: format!("the property group {GROUP}"),
        ask: ask("/crm/v3/properties/contacts/groups", &json!({ "name": GROUP, "label": "Leadlight" })),
    };
    let properties = FIELDS.iter().map(|field| {
        let name = format!("{}{}", address.option("prefix"), field.name);
        let (kind, shown_as) = match field.kind {
            FieldKind::Number => ("number", "number"),
            FieldKind::Text => ("string", "text"),
            FieldKind::Lines => ("string", "textarea"),
            FieldKind::Flag => ("bool", "booleancheckbox"),
            FieldKind::Time => ("datetime", "date"),
        };
        let mut body = json!({
            "groupName": GROUP, "name": name, "label": field.label, "type": kind, "fieldType": shown_as,
        });
        if field.kind == FieldKind::Flag {
            body["options"] =
                json!([{ "label": "Yes", "value": "true" }, { "label": "No", "value": "false" }]);
        }
        Preparation { what: format!("the property {name}"), ask: ask("/crm/v3/properties/contacts", &body) }
    });
    std::iter::once(group).chain(properties).collect()
}
