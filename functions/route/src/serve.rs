//! Wires the routing stage into Lambda.

use crate::{Config, Route};
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{Aws, Config as _, DynamoLeads, S3Objects, SqsQueue, function_config, serve_queue};
use leadlight_ports::{Marking, SystemClock};
use leadlight_registry::{InForce, OpenLoads, Registry};

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let leads = DynamoLeads::from_config(&sdk, config.leads_table);
    let objects = S3Objects::from_config(&sdk, config.registry_bucket);
    let (marking, in_force) = (Marking::new(objects.clone()), InForce::new(Registry::new(objects)));
    let queue = |url| SqsQueue::from_config(&sdk, url);
    let (to_score, outcomes) = (queue(config.to_score_queue_url), queue(config.outcomes_queue_url));
    let stage = Route::<Aws> {
        leads,
        in_force,
        loads: OpenLoads::default(),
        to_score,
        outcomes,
        marking,
        clock: SystemClock,
    };
    serve_queue(stage, config.redelivery, &sdk).await
}
