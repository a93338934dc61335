//! Wires the SLA clock into Lambda.

use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use leadlight_aws::{DynamoLeads, S3Objects, function_config, variable};
use leadlight_pipeline::batch::chain;
use leadlight_pipeline::{InForce, Registry, SystemClock};
use leadlight_sla::Sla;
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let sla = &Sla {
        leads: DynamoLeads::from_config(&config, variable("LEADS_TABLE")?),
        in_force: InForce::new(Registry::new(S3Objects::from_config(&config, variable("REGISTRY_BUCKET")?))),
        clock: SystemClock,
    };
    run(service_fn(|_: LambdaEvent<Value>| async move {
        sla.run().await.map_err(|error| {
            tracing::error!(reason = chain(&error), "the run failed");
            Error::from(error)
        })
    }))
    .await
}
