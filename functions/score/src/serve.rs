//! Wires the scoring stage into Lambda.

use crate::Score;
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{Aws, S3Objects, SqsQueue, function_config, serve_queue, variable};
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::{InForce, Registry};

/// Serves until the environment is shut down. What it needs to know comes from the environment.
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let objects = S3Objects::from_config(&config, variable("REGISTRY_BUCKET")?);
    let in_force = InForce::new(Registry::new(objects));
    // During init the processor is at full speed: connect and read the model now, not on the first lead.
    // Whatever fails here fails again, and is handled, with the first message.
    let now = SystemClock.now();
    let _ = (in_force.policy(now).await, in_force.champion(now).await);
    let to_route = SqsQueue::from_config(&config, variable("TO_ROUTE_QUEUE_URL")?);
    serve_queue(Score::<Aws> { in_force, to_route, clock: SystemClock }, &config).await
}
