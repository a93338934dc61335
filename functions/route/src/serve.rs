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
    let objects = S3Objects::from_config(&sdk, config.registry_bucket);
    let (marking, in_force) = (Marking::new(objects.clone()), InForce::new(Registry::new(objects)));
    let to_score = SqsQueue::from_config(&sdk, config.to_score_queue_url);
    let route = Route::<Aws> {
        leads: DynamoLeads::from_config(&sdk, config.leads_table),
        in_force,
        loads: OpenLoads::default(),
        to_score,
        marking,
        clock: SystemClock,
    };
    serve_queue(route, config.redelivery, &sdk).await
}
