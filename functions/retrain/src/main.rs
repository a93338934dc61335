//! Wires the monthly retraining into Lambda.

use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use leadlight_aws::{DynamoLeads, S3Objects, function_config, variable};
use leadlight_pipeline::batch::chain;
use leadlight_pipeline::{Registry, SystemClock};
use leadlight_retrain::{Request, Retrain};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let retrain = &Retrain {
        leads: DynamoLeads::from_config(&config, variable("LEADS_TABLE")?),
        registry: Registry::new(S3Objects::from_config(&config, variable("REGISTRY_BUCKET")?)),
        clock: SystemClock,
    };
    run(service_fn(|event: LambdaEvent<Request>| async move {
        // On the heap: it holds a whole training report.
        Box::pin(retrain.run(&event.payload)).await.map_err(|error| {
            tracing::error!(reason = chain(&error), "the run failed");
            Error::from(error)
        })
    }))
    .await
}
