//! Wires the enrichment stage into Lambda.

use crate::{Config, DirectoryProvider, Enrich, FactsFrom, NoProvider};
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{
    Aws, Config as _, DynamoLeads, S3Objects, SdkConfig, SqsQueue, function_config, require_one_machine,
    serve_queue,
};
use leadlight_ports::{Clock, EnrichmentProvider, SystemClock};
use leadlight_registry::{InForce, Registry};

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    match config.facts {
        FactsFrom::SampleDirectory => {
            require_one_machine("SAMPLE_DIRECTORY", &sdk)?;
            serve_with(DirectoryProvider::sample(SystemClock)?, config, &sdk).await
        }
        FactsFrom::Nobody => serve_with(NoProvider, config, &sdk).await,
    }
}

async fn serve_with(provider: impl EnrichmentProvider, config: Config, sdk: &SdkConfig) -> Result<(), Error> {
    let in_force = InForce::new(Registry::new(S3Objects::from_config(sdk, config.registry_bucket)));
    // During init the processor is at full speed: connect and read the policy now, not on the first lead.
    let _ = in_force.policy(SystemClock.now()).await;
    let stage = Enrich::<Aws, _> {
        in_force,
        provider,
        leads: DynamoLeads::from_config(sdk, config.leads_table),
        to_score: SqsQueue::from_config(sdk, config.to_score_queue_url),
        to_route: SqsQueue::from_config(sdk, config.to_route_queue_url),
        clock: SystemClock,
    };
    serve_queue(stage, config.redelivery, sdk).await
}
