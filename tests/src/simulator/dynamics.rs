//! Leads and predictive scores of Dynamics 365 Sales, as its Web API answers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, Behind, Received};

/// Leads by their address, scores by their id.
#[derive(Debug, Default)]
pub struct Dynamics {
    /// The app registration's secret.
    pub client_secret: String,
    /// The id of the lead of an address.
    pub leads: BTreeMap<String, String>,
    /// What was written, by the record's id.
    pub scores: BTreeMap<String, Value>,
}

fn error(status: u16, code: &str) -> Answer {
    Answer::new(status, json!({ "error": { "code": code, "message": "ada@acme.example is not valid" } }))
}

impl Dynamics {
    /// With a client's secret, and leads of these addresses.
    pub fn new(client_secret: &str, emails: impl IntoIterator<Item = String>) -> Self {
        let leads = emails.into_iter().enumerate().map(|(n, email)| (email, format!("lead-{n}"))).collect();
        Self { client_secret: client_secret.to_owned(), leads, ..Self::default() }
    }
}

impl Behind for Dynamics {
    fn take(&mut self, request: &Received) -> Answer {
        const TOKEN: &str = "a-token";
        if request.path == "/contoso/oauth2/v2.0/token" {
            let is_ours = request.parameter("client_secret").as_deref() == Some(&self.client_secret)
                && request.parameter("scope").is_some_and(|scope| scope.ends_with("/.default"));
            let told = json!({ "access_token": TOKEN, "token_type": "Bearer", "expires_in": 3599 });
            return if is_ours {
                Answer::new(200, told)
            } else {
                Answer::new(401, json!({ "error": "invalid_client" }))
            };
        }
        if !request.bears(TOKEN) {
            return error(401, "0x80040220");
        }
        let path = request.path.split('?').next().unwrap_or_default();
        if path == "/api/data/v9.2/leads" {
            let filter = request.parameter("$filter").unwrap_or_default();
            let email = filter.strip_prefix("emailaddress1 eq '").and_then(|rest| rest.strip_suffix('\''));
            let Some(email) = email else { return error(400, "0x0") };
            let found = self.leads.get(&email.replace("''", "'"));
            let rows: Vec<Value> = found.map(|id| json!({ "leadid": id })).into_iter().collect();
            return Answer::new(200, json!({ "value": rows }));
        }
        let id = path
            .strip_prefix("/api/data/v9.2/msdyn_predictivescores(")
            .and_then(|rest| rest.strip_suffix(')'));
        match id {
            Some(id) if request.method == "PATCH" && is_guid(id) => {
                self.scores.insert(id.to_owned(), request.json());
                Answer::new(204, Value::Null)
            }
            _ => error(404, "0x80060888"),
        }
    }
}

fn is_guid(id: &str) -> bool {
    let parts: Vec<&str> = id.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12] && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_hexdigit()))
}
