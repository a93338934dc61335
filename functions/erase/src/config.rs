//! What the eraser is told by its environment.

use leadlight_adapters::{self as adapters, Noted, Variables};

/// What the eraser is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `LEADS_TABLE`: the table of leads.
    pub leads_table: String,
    /// `FACTS_TABLE`: the table of bought facts.
    pub facts_table: String,
    /// `REGISTRY_BUCKET`: the registry's bucket, with the requests.
    pub registry_bucket: String,
    /// `FORM_SUBMITS_DLQ_URL` and its like: each stage's dead letters, by the stage's name.
    pub dead_letters: [(&'static str, String); 6],
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let leads_table = variables.text("LEADS_TABLE");
        let facts_table = variables.text("FACTS_TABLE");
        let registry_bucket = variables.text("REGISTRY_BUCKET");
        let enrich = variables.text("FORM_SUBMITS_DLQ_URL");
        let score = variables.text("TO_SCORE_DLQ_URL");
        let route = variables.text("TO_ROUTE_DLQ_URL");
        let outcome = variables.text("OUTCOMES_DLQ_URL");
        let pull = variables.text("TO_PULL_DLQ_URL");
        let deliver = variables.text("DELIVERIES_DLQ_URL");
        Ok(Self {
            leads_table: leads_table?,
            facts_table: facts_table?,
            registry_bucket: registry_bucket?,
            dead_letters: [
                ("enrich", enrich?),
                ("score", score?),
                ("route", route?),
                ("outcome", outcome?),
                ("pull", pull?),
                ("deliver", deliver?),
            ],
        })
    }
}
