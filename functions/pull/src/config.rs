//! What the pull stage is told by its environment.

use leadlight_adapters::{self as adapters, Noted, RedeliveryConfig, Variables};

/// What the pull stage is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `FORM_SUBMITS_QUEUE_URL`: where leads go.
    pub form_submits_queue_url: String,
    /// `OUTCOMES_QUEUE_URL`: where what became of deals goes.
    pub outcomes_queue_url: String,
    /// `REGISTRY_BUCKET`: where the sources file is.
    pub registry_bucket: String,
    /// `STACK_NAME`: what the names of secrets begin with.
    pub stack_name: String,
    /// What becomes of messages that fail.
    pub redelivery: RedeliveryConfig,
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let form_submits_queue_url = variables.text("FORM_SUBMITS_QUEUE_URL");
        let outcomes_queue_url = variables.text("OUTCOMES_QUEUE_URL");
        let registry_bucket = variables.text("REGISTRY_BUCKET");
        let stack_name = variables.text("STACK_NAME");
        let redelivery = RedeliveryConfig::read(variables);
        Ok(Self {
            form_submits_queue_url: form_submits_queue_url?,
            outcomes_queue_url: outcomes_queue_url?,
            registry_bucket: registry_bucket?,
            stack_name: stack_name?,
            redelivery: redelivery?,
        })
    }
}
