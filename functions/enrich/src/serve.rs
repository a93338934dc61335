//! Wires the enrichment stage into Lambda.

use crate::{Circumstances, Config, Enrich, Lookup};
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{
    Aws, Config as _, DynamoFacts, DynamoItems, DynamoLeads, HttpsClient, S3Objects, SqsQueue,
    function_config, require_one_machine, serve_queue,
};
use leadlight_adapters_secrets::SecretsManager;
use leadlight_ports::{Clock, Marking, SystemClock};
use leadlight_registry::{InForce, Registry};

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    if config.local_vendors {
        require_one_machine("LOCAL_VENDORS", &sdk)?;
    }
    let objects = S3Objects::from_config(&sdk, config.registry_bucket);
    let (marking, in_force) = (Marking::new(objects.clone()), InForce::new(Registry::new(objects)));
    // During init the processor is at full speed: connect and read the policy now, not on the first lead.
    let _ = in_force.policy(SystemClock.now()).await;
    let stage = Enrich::<Aws, _, _> {
        lookup: Lookup::new(
            in_force,
            DynamoFacts::from_config(&sdk, config.facts_table),
            HttpsClient::new()?,
            SecretsManager::from_config(&sdk),
            DynamoItems::from_config(&sdk),
            SystemClock,
            Circumstances {
                stack: config.stack_name,
                on_one_machine: config.local_vendors,
                environments: config.environments,
            },
        ),
        tombstones: DynamoLeads::from_config(&sdk, config.leads_table),
        marking,
        to_score: SqsQueue::from_config(&sdk, config.to_score_queue_url),
        to_route: SqsQueue::from_config(&sdk, config.to_route_queue_url),
        again: SqsQueue::from_config(&sdk, config.redelivery.source_queue_url.clone()),
    };
    serve_queue(stage, config.redelivery, &sdk).await
}
