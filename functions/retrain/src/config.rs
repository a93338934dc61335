//! What retraining is told by its environment.

use leadlight_adapters::{self as adapters, Noted, Variables};

/// What retraining is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `LEADS_TABLE`: the table of leads.
    pub leads_table: String,
    /// `REGISTRY_BUCKET`: the registry's bucket: policies, teams, models, reports.
    pub registry_bucket: String,
    /// `EXPORT_ABOVE_MB`: the largest table that is read itself, in millions of bytes; 0 where each is.
    pub export_above_mb: u64,
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let leads_table = variables.text("LEADS_TABLE");
        let registry_bucket = variables.text("REGISTRY_BUCKET");
        let export_above_mb = variables.parsed("EXPORT_ABOVE_MB", "a whole number");
        Ok(Self {
            leads_table: leads_table?,
            registry_bucket: registry_bucket?,
            export_above_mb: export_above_mb?,
        })
    }
}
