//! Wires the enrichment stage into Lambda.

use crate::{DirectoryProvider, Enrich};
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{Aws, S3Objects, SqsQueue, function_config, serve_queue, variable};
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::{InForce, Registry};

/// Serves until the environment is shut down. What it needs to know comes from the environment.
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let in_force = InForce::new(Registry::new(S3Objects::from_config(&config, variable("REGISTRY_BUCKET")?)));
    // During init the processor is at full speed: connect and read the policy now, not on the first lead.
    let _ = in_force.policy(SystemClock.now()).await;
    let stage = Enrich::<Aws, _> {
        in_force,
        provider: DirectoryProvider::sample(SystemClock)?,
        to_score: SqsQueue::from_config(&config, variable("TO_SCORE_QUEUE_URL")?),
        to_route: SqsQueue::from_config(&config, variable("TO_ROUTE_QUEUE_URL")?),
        clock: SystemClock,
    };
    serve_queue(stage, &config).await
}
