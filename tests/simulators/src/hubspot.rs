//! `HubSpot`'s contacts and their properties, as its API v3 answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::{Answer, Behind, Received};

/// Contacts by their address.
#[derive(Debug, Default)]
pub struct HubSpot {
    /// The private app's token.
    pub token: String,
    /// Contacts that were made there, by id, with those they belong to: what is fetched.
    pub records: BTreeMap<String, Value>,
    /// What was written, by address.
    pub contacts: BTreeMap<String, Map<String, Value>>,
    /// Properties that were made.
    pub properties: BTreeSet<String>,
    groups: BTreeSet<String>,
    /// How many contacts each upsert named.
    pub batches: Vec<usize>,
}

fn error(status: u16, category: &str) -> Answer {
    // HubSpot repeats what it was sent.
    let message = format!("{category}: ada@acme.example is not valid");
    Answer::new(
        status,
        json!({ "status": "error", "category": category, "message": message, "correlationId": "1" }),
    )
}

impl HubSpot {
    /// With a token, and nothing in it.
    pub fn new(token: &str) -> Self {
        Self { token: token.to_owned(), ..Self::default() }
    }

    fn upsert(&mut self, body: &Value) -> Answer {
        let inputs = body["inputs"].as_array().cloned().unwrap_or_default();
        self.batches.push(inputs.len());
        let ids: BTreeSet<&str> = inputs.iter().filter_map(|input| input["id"].as_str()).collect();
        if inputs.len() > 100 || ids.len() < inputs.len() {
            return error(400, "VALIDATION_ERROR");
        }
        let (mut results, mut errors) = (Vec::new(), Vec::new());
        for input in &inputs {
            let (email, trace) = (input["id"].as_str().unwrap_or_default(), &input["objectWriteTraceId"]);
            let properties = input["properties"].as_object().cloned().unwrap_or_default();
            let is_known = properties.keys().all(|name| self.properties.contains(name));
            // One that HubSpot takes for a mistake fails the whole batch.
            if input["idProperty"] != "email" || !is_known || email.starts_with("poison") {
                return error(400, "VALIDATION_ERROR");
            }
            if email.starts_with("refused") {
                errors.push(json!({
                    "status": "error", "category": "OBJECT_WRITE_LIMIT", "message": format!("{email} is not taken"),
                    "context": { "objectWriteTraceId": [trace] },
                }));
                continue;
            }
            let contact = self.contacts.entry(email.to_owned()).or_default();
            for (name, value) in properties {
                contact.insert(name, value);
            }
            results.push(json!({
                "id": "1", "objectWriteTraceId": trace, "properties": { "email": email }, "new": false,
            }));
        }
        if errors.is_empty() {
            return Answer::new(200, json!({ "status": "COMPLETE", "results": results }));
        }
        let count = errors.len();
        Answer::new(
            207,
            json!({ "status": "COMPLETE", "results": results, "numErrors": count, "errors": errors }),
        )
    }
}

impl Behind for HubSpot {
    fn take(&mut self, request: &Received) -> Answer {
        let body = request.json();
        if !request.bears(&self.token) {
            return error(401, "INVALID_AUTHENTICATION");
        }
        let name = body["name"].as_str().unwrap_or_default().to_owned();
        let made = |is_new: bool| {
            if is_new { Answer::new(201, Value::Null) } else { error(409, "OBJECT_ALREADY_EXISTS") }
        };
        match request.path.as_str() {
            "/crm/v3/objects/contacts/batch/upsert" => self.upsert(&body),
            "/crm/v3/properties/contacts/groups" => made(self.groups.insert(name)),
            "/crm/v3/properties/contacts" => {
                let group = body["groupName"].as_str().unwrap_or_default();
                let pairs = [
                    ("number", "number"),
                    ("string", "text"),
                    ("string", "textarea"),
                    ("bool", "booleancheckbox"),
                    ("datetime", "date"),
                ];
                let kind = (
                    body["type"].as_str().unwrap_or_default(),
                    body["fieldType"].as_str().unwrap_or_default(),
                );
                if !self.groups.contains(group) || !pairs.contains(&kind) {
                    return error(400, "VALIDATION_ERROR");
                }
                made(self.properties.insert(name))
            }
            // Such as /crm/v3/objects/contacts/7?properties=email&associations=companies.
            path if request.method == "GET" => {
                let object = path.strip_prefix("/crm/v3/objects/").unwrap_or_default();
                let object = object.split('?').next().unwrap_or_default();
                self.records
                    .get(object)
                    .map_or_else(|| error(404, "OBJECT_NOT_FOUND"), |record| Answer::new(200, record.clone()))
            }
            _ => error(404, "OBJECT_NOT_FOUND"),
        }
    }
}
