//! Salesforce's leads and contacts, as its collections answer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::{Answer, Behind, Received};

/// Leads and contacts by their external id.
#[derive(Debug, Default)]
pub struct Salesforce {
    /// The connected app's secret.
    pub client_secret: String,
    /// Leads, by external id.
    pub leads: BTreeMap<String, Map<String, Value>>,
    /// Of those, the ones that were converted.
    pub converted: BTreeSet<String>,
    /// Contacts, by external id.
    pub contacts: BTreeMap<String, Map<String, Value>>,
    /// Tokens that were given out; the last one counts.
    pub tokens: usize,
}

fn refused(status: u16, code: &str) -> Answer {
    Answer::new(status, json!([{ "errorCode": code, "message": "ada@acme.example is not valid" }]))
}

fn failed(code: &str) -> Value {
    json!({ "success": false, "errors": [{ "statusCode": code, "message": "ada@acme.example", "fields": [] }] })
}

impl Salesforce {
    /// With a client's secret, and leads of these external ids.
    pub fn new(client_secret: &str, leads: impl IntoIterator<Item = String>) -> Self {
        let leads = leads.into_iter().map(|id| (id, Map::new())).collect();
        Self { client_secret: client_secret.to_owned(), leads, ..Self::default() }
    }

    fn token(&self) -> String {
        format!("token-{}", self.tokens)
    }

    fn upsert(&mut self, object: &str, external_id: &str, record: &Map<String, Value>) -> Value {
        let id = record.get(external_id).and_then(Value::as_str).unwrap_or_default().to_owned();
        let is_new_ready = ["LastName", "Company"].iter().all(|name| record.contains_key(*name));
        let there = if object == "Lead" { &mut self.leads } else { &mut self.contacts };
        if object == "Lead" && self.converted.contains(&id) {
            return failed("CANNOT_UPDATE_CONVERTED_LEAD");
        }
        let can_be_made = object == "Lead" && is_new_ready;
        if !there.contains_key(&id) && !can_be_made {
            return failed("REQUIRED_FIELD_MISSING");
        }
        let fields = there.entry(id).or_default();
        for (name, value) in record.iter().filter(|(name, _)| *name != "attributes") {
            fields.insert(name.clone(), value.clone());
        }
        json!({ "id": "00Q", "success": true, "created": false, "errors": [] })
    }
}

impl Behind for Salesforce {
    fn take(&mut self, request: &Received) -> Answer {
        if request.path == "/services/oauth2/token" {
            let is_ours = request.parameter("client_secret").as_deref() == Some(&self.client_secret)
                && request.parameter("grant_type").as_deref() == Some("client_credentials");
            if !is_ours {
                return Answer::new(400, json!({ "error": "invalid_client", "error_description": "no" }));
            }
            self.tokens += 1;
            return Answer::new(200, json!({ "access_token": self.token(), "token_type": "Bearer" }));
        }
        if !request.bears(&self.token()) {
            return refused(401, "INVALID_SESSION_ID");
        }
        let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        let (["services", "data", _, "composite", "sobjects", object, external_id], "PATCH") =
            (path.as_slice(), request.method.as_str())
        else {
            return refused(404, "NOT_FOUND");
        };
        let body = request.json();
        let records = body["records"].as_array().cloned().unwrap_or_default();
        if records.len() > 200 || body["allOrNone"] != false {
            return refused(400, "LIMIT_EXCEEDED");
        }
        let told: Vec<Value> = records
            .iter()
            .map(|record| self.upsert(object, external_id, record.as_object().unwrap_or(&Map::new())))
            .collect();
        Answer::new(200, json!(told))
    }
}
