//! What the enrichment stage is told by its environment.

use leadlight_adapters::{self as adapters, Noted, RedeliveryConfig, Variables};

/// What the enrichment stage is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `FACTS_TABLE`: the table of bought facts.
    pub facts_table: String,
    /// `LEADS_TABLE`: the table of leads, of which it reads who was erased.
    pub leads_table: String,
    /// `REGISTRY_BUCKET`: the registry's bucket: policies, accounts, vendors.
    pub registry_bucket: String,
    /// `TO_SCORE_QUEUE_URL`: where enriched leads go.
    pub to_score_queue_url: String,
    /// `TO_ROUTE_QUEUE_URL`: where leads go that are to be routed.
    pub to_route_queue_url: String,
    /// `STACK_NAME`: the stack's name, which begins the names of its secrets.
    pub stack_name: String,
    /// `LOCAL_VENDORS`: whether vendors may be asked over plain http on the loopback interface. For one machine alone.
    pub local_vendors: bool,
    /// `ENVIRONMENTS`: how many of this function work at once, at most. They share what a vendor takes a second.
    pub environments: u32,
    /// What becomes of messages that fail; its queue is also where leads wait that are enriched again.
    pub redelivery: RedeliveryConfig,
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let facts_table = variables.text("FACTS_TABLE");
        let leads_table = variables.text("LEADS_TABLE");
        let registry_bucket = variables.text("REGISTRY_BUCKET");
        let to_score_queue_url = variables.text("TO_SCORE_QUEUE_URL");
        let to_route_queue_url = variables.text("TO_ROUTE_QUEUE_URL");
        let stack_name = variables.text("STACK_NAME");
        let local_vendors = variables.flag("LOCAL_VENDORS");
        let environments = variables.parsed("ENVIRONMENTS", "a whole number");
        let redelivery = RedeliveryConfig::read(variables);
        Ok(Self {
            facts_table: facts_table?,
            leads_table: leads_table?,
            registry_bucket: registry_bucket?,
            to_score_queue_url: to_score_queue_url?,
            to_route_queue_url: to_route_queue_url?,
            stack_name: stack_name?,
            local_vendors: local_vendors?,
            environments: environments?,
            redelivery: redelivery?,
        })
    }
}
