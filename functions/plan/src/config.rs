//! What the planner is told by its environment.

use leadlight_adapters::{self as adapters, Noted, Variables};

/// What the planner is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `LEADS_TABLE`: the table of leads.
    pub leads_table: String,
    /// `REGISTRY_BUCKET`: the registry's bucket: policies, teams, lists of accounts, the weeks' plans.
    pub registry_bucket: String,
    /// `FORM_SUBMITS_QUEUE_URL`: where people of target accounts go in, as anyone who writes to us does.
    pub form_submits_queue_url: String,
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let leads_table = variables.text("LEADS_TABLE");
        let registry_bucket = variables.text("REGISTRY_BUCKET");
        let form_submits_queue_url = variables.text("FORM_SUBMITS_QUEUE_URL");
        Ok(Self {
            leads_table: leads_table?,
            registry_bucket: registry_bucket?,
            form_submits_queue_url: form_submits_queue_url?,
        })
    }
}
