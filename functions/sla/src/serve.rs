//! Wires the SLA clock into Lambda.

use crate::{Config, Sla};
use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use leadlight_adapters::{Aws, Config as _, DynamoLeads, S3Objects, function_config};
use leadlight_ports::SystemClock;
use leadlight_ports::chain;
use leadlight_registry::{InForce, Registry};
use serde_json::Value;

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let sla = &Sla::<Aws> {
        leads: DynamoLeads::from_config(&sdk, config.leads_table),
        in_force: InForce::new(Registry::new(S3Objects::from_config(&sdk, config.registry_bucket))),
        clock: SystemClock,
    };
    run(service_fn(|_: LambdaEvent<Value>| async move {
        // On the heap: a lead is large, and a run holds several.
        Box::pin(sla.run()).await.map_err(|error| {
            tracing::error!(reason = chain(&error), "the run failed");
            Error::from(error)
        })
    }))
    .await
}
