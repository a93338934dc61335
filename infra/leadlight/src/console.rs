//! The console's API as a program uses it.

use anyhow::{Context, Result, anyhow, bail};
use leadlight_lead::{LeadId, QueueName, QueuedLead, from_json};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Someone who is signed in to the console of this machine.
#[derive(Debug, Clone)]
pub struct SignedIn {
    base: String,
    query: String,
    token: String,
}

impl SignedIn {
    /// Signs a sample user in. `base` is the console's address as programs reach it; `query` is added to each address.
    pub async fn new(base: &str, query: &str, member: &str) -> Result<Self> {
        let mut signed_in = Self { base: base.to_owned(), query: query.to_owned(), token: String::new() };
        let answer: Value = signed_in.call("POST", "/sign-in", Some(json!({ "member": member }))).await?;
        answer["token"].as_str().context("the console gave no token")?.clone_into(&mut signed_in.token);
        Ok(signed_in)
    }

    /// Takes the next free lead of a queue.
    pub async fn next(&self, queue: QueueName) -> Result<Option<QueuedLead>> {
        #[derive(serde::Deserialize)]
        struct Next {
            lead: Option<QueuedLead>,
        }
        let next: Next = self.call("POST", &format!("/api/v1/queues/{queue}/next"), None).await?;
        Ok(next.lead)
    }

    /// Ids of the first leads that wait for this person in a queue.
    pub async fn waiting(&self, queue: QueueName) -> Result<Vec<LeadId>> {
        let answer: Value = self.call("GET", &format!("/api/v1/queues/{queue}?limit=100"), None).await?;
        let rows = answer["leads"].as_array().context("the console listed no leads")?;
        rows.iter().map(|row| Ok(row["id"].as_str().unwrap_or_default().parse()?)).collect()
    }

    /// Does something with a lead, as the console's API names it.
    pub async fn act(&self, lead: &QueuedLead, action: &str, with: Value) -> Result<QueuedLead> {
        #[derive(serde::Deserialize)]
        struct Acted {
            lead: QueuedLead,
        }
        let mut body = json!({ "revision": lead.work.revision });
        if let (Some(body), Some(with)) = (body.as_object_mut(), with.as_object()) {
            body.extend(with.clone());
        }
        let acted: Acted =
            self.call("POST", &format!("/api/v1/leads/{}/{action}", lead.id()), Some(body)).await?;
        Ok(acted.lead)
    }

    async fn call<T: DeserializeOwned + Send + 'static>(
        &self,
        method: &'static str,
        path: &str,
        body: Option<Value>,
    ) -> Result<T> {
        let join = if path.contains('?') { '&' } else { '?' };
        let url = format!("{}{path}{join}{}", self.base, self.query);
        let token = self.token.clone();
        let what = format!("{method} {path}");
        // The client blocks; it has a thread of its own.
        tokio::task::spawn_blocking(move || {
            let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
            let accept = "application/json";
            let authorization = format!("Bearer {token}");
            let sent = match (method, body) {
                ("GET", _) => {
                    agent.get(&url).header("accept", accept).header("authorization", &authorization).call()
                }
                (_, body) => agent
                    .post(&url)
                    .header("accept", accept)
                    .header("authorization", &authorization)
                    .header("content-type", "application/json")
                    .send(body.unwrap_or(json!({})).to_string()),
            };
            let mut answer = sent.with_context(|| format!("{what}: the console does not answer"))?;
            let status = answer.status();
            let text = answer
                .body_mut()
                .read_to_string()
                .with_context(|| format!("{what}: the answer broke off"))?;
            if !status.is_success() {
                let problem: Value = serde_json::from_str(&text).unwrap_or_default();
                let start: String = text.chars().take(300).collect();
                bail!("{what}: {status}: {}", problem["detail"].as_str().unwrap_or(&start));
            }
            from_json(text.as_bytes()).map_err(|e| anyhow!("{what}: {e}"))
        })
        .await?
    }
}
