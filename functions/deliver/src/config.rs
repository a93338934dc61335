//! What the sender is told by its environment.

use leadlight_adapters::{self as adapters, Noted, RedeliveryConfig, Variables};

/// What the sender is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `LEADS_TABLE`: the table of leads.
    pub leads_table: String,
    /// `REGISTRY_BUCKET`: the registry's bucket, where the list of destinations is.
    pub registry_bucket: String,
    /// `STACK_NAME`: the stack's name, which begins the names of its secrets.
    pub stack_name: String,
    /// `LOCAL_DESTINATIONS`: whether letters may go to plain http on the loopback interface. For one machine alone.
    pub local_destinations: bool,
    /// `ENVIRONMENTS`: how many of this function work at once, at most. They share what a destination takes a second.
    pub environments: u32,
    /// What becomes of messages that fail; its queue is also where deliveries are sent to.
    pub redelivery: RedeliveryConfig,
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let leads_table = variables.text("LEADS_TABLE");
        let registry_bucket = variables.text("REGISTRY_BUCKET");
        let stack_name = variables.text("STACK_NAME");
        let local_destinations = variables.flag("LOCAL_DESTINATIONS");
        let environments = variables.parsed("ENVIRONMENTS", "a whole number");
        let redelivery = RedeliveryConfig::read(variables);
        Ok(Self {
            leads_table: leads_table?,
            registry_bucket: registry_bucket?,
            stack_name: stack_name?,
            local_destinations: local_destinations?,
            environments: environments?,
            redelivery: redelivery?,
        })
    }
}
