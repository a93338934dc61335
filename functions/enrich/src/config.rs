//! What the enrichment stage is told by its environment.

use leadlight_adapters::{self as adapters, Noted, RedeliveryConfig, Variables};

/// What the enrichment stage is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `LEADS_TABLE`: the table of leads.
    pub leads_table: String,
    /// `REGISTRY_BUCKET`: the registry's bucket: policies, teams, models, reports.
    pub registry_bucket: String,
    /// `TO_SCORE_QUEUE_URL`: where enriched leads go.
    pub to_score_queue_url: String,
    /// `TO_ROUTE_QUEUE_URL`: where leads go that are to be routed.
    pub to_route_queue_url: String,
    /// Who knows facts beside the form.
    pub facts: FactsFrom,
    /// What becomes of messages that fail.
    pub redelivery: RedeliveryConfig,
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let leads_table = variables.text("LEADS_TABLE");
        let registry_bucket = variables.text("REGISTRY_BUCKET");
        let to_score_queue_url = variables.text("TO_SCORE_QUEUE_URL");
        let to_route_queue_url = variables.text("TO_ROUTE_QUEUE_URL");
        let facts = FactsFrom::read(variables);
        let redelivery = RedeliveryConfig::read(variables);
        Ok(Self {
            leads_table: leads_table?,
            registry_bucket: registry_bucket?,
            to_score_queue_url: to_score_queue_url?,
            to_route_queue_url: to_route_queue_url?,
            facts: facts?,
            redelivery: redelivery?,
        })
    }
}

/// Who knows facts beside the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactsFrom {
    /// `SAMPLE_DIRECTORY` is `true`: the invented companies and people that ship with Leadlight, on one machine alone.
    SampleDirectory,
    /// It is `false`: nobody.
    Nobody,
}

impl adapters::Config for FactsFrom {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let is_sample = variables.flag("SAMPLE_DIRECTORY")?;
        Ok(if is_sample { Self::SampleDirectory } else { Self::Nobody })
    }
}

#[cfg(test)]
mod tests {
    use leadlight_adapters::Config as _;

    use super::*;

    #[test]
    fn invented_facts_are_served_only_where_it_says_so() {
        let read = |value: &str| FactsFrom::from_lookup(&|_| Some(value.to_owned()));
        assert_eq!(read("true").unwrap(), FactsFrom::SampleDirectory);
        assert_eq!(read("false").unwrap(), FactsFrom::Nobody);
        assert!(read("").unwrap_err().to_string().contains("SAMPLE_DIRECTORY is missing"));
        assert!(read("1").unwrap_err().to_string().contains("SAMPLE_DIRECTORY is not `true` or `false`"));
    }
}
