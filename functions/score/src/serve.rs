//! Wires the scoring stage into Lambda.

use crate::{Config, Score};
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{Aws, Config as _, DynamoLeads, S3Objects, SqsQueue, function_config, serve_queue};
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::{InForce, Registry};

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let objects = S3Objects::from_config(&sdk, config.registry_bucket);
    let in_force = InForce::new(Registry::new(objects));
    // During init the processor is at full speed: connect and read the model now, not on the first lead.
    // Whatever fails here fails again, and is handled, with the first message.
    let now = SystemClock.now();
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh)?;
    let _ = tokio::join!(in_force.policy(now), in_force.champion(now), in_force.draw_key(now, fresh));
    let to_route = SqsQueue::from_config(&sdk, config.to_route_queue_url);
    let leads = DynamoLeads::from_config(&sdk, config.leads_table);
    serve_queue(
        Score::<Aws> { in_force, leads, to_route, fresh, clock: SystemClock },
        config.redelivery,
        &sdk,
    )
    .await
}
