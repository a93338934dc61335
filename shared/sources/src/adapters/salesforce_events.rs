//! Salesforce's change events: leads and contacts that were created in the CRM.

use leadlight_lead::{WireError, read_moment};
use serde_json::Value;

use crate::adapter::{Adapter, KEY};
use crate::fill::{Filling, text_of};
use crate::item::{Item, Read, SetAside};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "salesforce",
    title: "Salesforce change events",
    help: "Change Data Capture for Lead and Contact, sent on by an event relay or a flow with the header \
           `X-Leadlight-Key`. What was created is qualified; changes and deletions are passed over.",
    proofs: &[KEY],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

const FIELDS: &[(&str, &str)] = &[
    ("Email", "email"),
    ("FirstName", "first_name"),
    ("LastName", "last_name"),
    ("Company", "company"),
    ("Title", "title"),
    ("Phone", "phone"),
    ("MobilePhone", "phone"),
    ("Website", "website"),
    ("CountryCode", "country"),
    ("Country", "country"),
    ("MailingCountry", "country"),
    ("Industry", "industry"),
    ("NumberOfEmployees", "employees"),
    ("Description", "message"),
];

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let body = request.json()?;
    let events = body.as_array().map_or(std::slice::from_ref(&body), Vec::as_slice);
    Ok(events.iter().flat_map(|event| records(event, request, rules)).collect())
}

/// The event itself, whatever carries it: EventBridge, the streaming API, or nothing.
fn payload(event: &Value) -> Option<&Value> {
    let paths = ["/detail/payload", "/data/payload", "/payload", ""];
    paths.into_iter().filter_map(|path| event.pointer(path)).find(|at| at["ChangeEventHeader"].is_object())
}

fn records(event: &Value, request: &Request<'_>, rules: &Rules) -> Vec<Read> {
    let Some(payload) = payload(event) else {
        return vec![Err(SetAside::part(event, "ChangeEventHeader", "expected a change event"))];
    };
    let header = &payload["ChangeEventHeader"];
    match (header["entityName"].as_str(), header["changeType"].as_str()) {
        (Some("Lead" | "Contact"), Some("CREATE")) => {}
        // A gap says that Salesforce could not tell what changed: only Salesforce knows it.
        (Some("Lead" | "Contact"), Some("GAP_CREATE" | "GAP_OVERFLOW")) => {
            return vec![Err(SetAside::part(
                event,
                "changeType",
                "tells of a gap: something was created that the event does not hold; look for it in Salesforce",
            ))];
        }
        // What we write back is an update, and must not come round again.
        (Some(_), Some(_)) => {
            return vec![Ok(Item::PassedOver("a change of something that was there before"))];
        }
        _ => {
            return vec![Err(SetAside::part(
                event,
                "changeType",
                "expected CREATE, UPDATE, DELETE or UNDELETE",
            ))];
        }
    }
    let ids = header["recordIds"].as_array().map(Vec::as_slice).unwrap_or_default();
    if ids.is_empty() {
        return vec![Err(SetAside::part(event, "recordIds", "expected the record's id"))];
    }
    ids.iter().filter_map(text_of).map(|id| lead(&id, payload, request, rules)).collect()
}

fn lead(id: &str, payload: &Value, request: &Request<'_>, rules: &Rules) -> Read {
    let header = &payload["ChangeEventHeader"];
    let entity = header["entityName"].as_str().unwrap_or_default();
    let at = read_moment(&header["commitTimestamp"]).unwrap_or(request.received_at);
    let mut filling = Filling::new(rules, &format!("{entity}.CREATE"));
    filling.set("id", format!("{entity} {id}")).set("person_id", id).set("occurred_at", at.to_string());
    // Names and addresses are records of their own in most events.
    for source in [payload, &payload["Name"], &payload["Address"], &payload["MailingAddress"]] {
        for (name, field) in FIELDS {
            filling.take(field, name, source[*name].clone());
        }
    }
    for (name, value) in payload.as_object().into_iter().flatten() {
        let is_known = ["ChangeEventHeader", "Name", "Address", "MailingAddress"].contains(&name.as_str())
            || FIELDS.iter().any(|(known, _)| known == name);
        if !is_known || rules.knows(name) {
            filling.answer(name, value.clone());
        }
    }
    filling.finish()
}
