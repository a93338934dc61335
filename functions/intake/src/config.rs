//! What the intake is told by its environment.

use leadlight_adapters::{self as adapters, Noted, Variables};

/// What the intake is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `FORM_SUBMITS_QUEUE_URL`: where accepted events go.
    pub form_submits_queue_url: String,
    /// `FORM_SUBMITS_DLQ_URL`: where parts of a sender's request are set aside that are no events as they are.
    pub form_submits_dlq_url: String,
    /// `OUTCOMES_QUEUE_URL`: where what became of deals goes.
    pub outcomes_queue_url: String,
    /// `TO_PULL_QUEUE_URL`: where what has to be fetched goes.
    pub to_pull_queue_url: String,
    /// `REGISTRY_BUCKET`: where the sources file is, and requests to be forgotten rest.
    pub registry_bucket: String,
    /// `LEADS_TABLE`: where a lead is looked for whose sender waits for its score.
    pub leads_table: String,
    /// `STACK_NAME`: what the names of secrets begin with.
    pub stack_name: String,
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let form_submits_queue_url = variables.text("FORM_SUBMITS_QUEUE_URL");
        let form_submits_dlq_url = variables.text("FORM_SUBMITS_DLQ_URL");
        let outcomes_queue_url = variables.text("OUTCOMES_QUEUE_URL");
        let to_pull_queue_url = variables.text("TO_PULL_QUEUE_URL");
        let registry_bucket = variables.text("REGISTRY_BUCKET");
        let leads_table = variables.text("LEADS_TABLE");
        let stack_name = variables.text("STACK_NAME");
        Ok(Self {
            form_submits_queue_url: form_submits_queue_url?,
            form_submits_dlq_url: form_submits_dlq_url?,
            outcomes_queue_url: outcomes_queue_url?,
            to_pull_queue_url: to_pull_queue_url?,
            registry_bucket: registry_bucket?,
            leads_table: leads_table?,
            stack_name: stack_name?,
        })
    }
}
