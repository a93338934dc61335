//! Wires the scoring stage into Lambda.

use lambda_runtime::{Error, tracing};
use leadlight_aws::{S3Objects, SqsQueue, function_config, serve_queue, variable};
use leadlight_pipeline::{Clock, InForce, Registry, SystemClock};
use leadlight_score::Score;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let objects = S3Objects::from_config(&config, variable("REGISTRY_BUCKET")?);
    let in_force = InForce::new(Registry::new(objects));
    // During init the processor is at full speed: connect and read the model now, not on the first lead.
    // Whatever fails here fails again, and is handled, with the first message.
    let now = SystemClock.now();
    let _ = (in_force.policy(now).await, in_force.champion(now).await);
    let to_route = SqsQueue::from_config(&config, variable("TO_ROUTE_QUEUE_URL")?);
    serve_queue(Score { in_force, to_route, clock: SystemClock }, &config).await
}
