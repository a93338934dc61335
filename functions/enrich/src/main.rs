//! Wires the enrichment stage into Lambda.

use lambda_runtime::{Error, tracing};
use leadlight_aws::{S3Objects, SqsQueue, function_config, serve_queue, variable};
use leadlight_enrich::{DirectoryProvider, Enrich};
use leadlight_pipeline::{Clock, InForce, Registry, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let in_force = InForce::new(Registry::new(S3Objects::from_config(&config, variable("REGISTRY_BUCKET")?)));
    // During init the processor is at full speed: connect and read the policy now, not on the first lead.
    let _ = in_force.policy(SystemClock.now()).await;
    let stage = Enrich {
        in_force,
        provider: DirectoryProvider::sample(SystemClock)?,
        to_score: SqsQueue::from_config(&config, variable("TO_SCORE_QUEUE_URL")?),
        to_route: SqsQueue::from_config(&config, variable("TO_ROUTE_QUEUE_URL")?),
        clock: SystemClock,
    };
    serve_queue(stage, &config).await
}
