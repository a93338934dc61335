//! Wires the outcome stage into Lambda.

use crate::{Config, Outcomes};
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{Aws, Config as _, DynamoLeads, S3Objects, SqsQueue, function_config, serve_queue};
use leadlight_ports::SystemClock;
use leadlight_registry::{InForce, Registry};

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let leads = DynamoLeads::from_config(&sdk, config.leads_table);
    let in_force = InForce::new(Registry::new(S3Objects::from_config(&sdk, config.registry_bucket)));
    let to_score = SqsQueue::from_config(&sdk, config.to_score_queue_url);
    let stage = Outcomes::<Aws> { leads, in_force, to_score, clock: SystemClock };
    serve_queue(stage, config.redelivery, &sdk).await
}
