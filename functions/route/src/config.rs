//! What the routing stage is told by its environment.

use leadlight_adapters::{self as adapters, Noted, RedeliveryConfig, Variables};

/// What the routing stage is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `LEADS_TABLE`: the table of leads.
    pub leads_table: String,
    /// `REGISTRY_BUCKET`: the registry's bucket: policies, teams, models, reports.
    pub registry_bucket: String,
    /// `TO_SCORE_QUEUE_URL`: where leads go that a further event of their person came to.
    pub to_score_queue_url: String,
    /// `OUTCOMES_QUEUE_URL`: where it is said that something was done at a lead's account.
    pub outcomes_queue_url: String,
    /// What becomes of messages that fail.
    pub redelivery: RedeliveryConfig,
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let leads_table = variables.text("LEADS_TABLE");
        let registry_bucket = variables.text("REGISTRY_BUCKET");
        let to_score_queue_url = variables.text("TO_SCORE_QUEUE_URL");
        let outcomes_queue_url = variables.text("OUTCOMES_QUEUE_URL");
        let redelivery = RedeliveryConfig::read(variables);
        Ok(Self {
            leads_table: leads_table?,
            registry_bucket: registry_bucket?,
            to_score_queue_url: to_score_queue_url?,
            outcomes_queue_url: outcomes_queue_url?,
            redelivery: redelivery?,
        })
    }
}
