//! Wires the planner into Lambda.

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn, tracing};
use leadlight_adapters::{
    Aws, Config as _, DynamoLeads, S3Objects, SqsQueue, function_config, serve_runtime,
};
use leadlight_ports::{Clock, Marking, SystemClock, chain};
use leadlight_registry::Registry;
use serde_json::Value;

use crate::{Config, Planner};

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = &Config::from_environment()?;
    let sdk = &function_config().await;
    serve_runtime(Runtime::new(service_fn(|_: LambdaEvent<Value>| async move {
        // Anew each day: a key that was drawn since yesterday is to be known.
        let objects = S3Objects::from_config(sdk, config.registry_bucket.clone());
        let planner = Planner::<Aws> {
            registry: Registry::new(objects.clone()),
            leads: DynamoLeads::from_config(sdk, config.leads_table.clone()),
            marking: Marking::new(objects),
            form_submits: SqsQueue::from_config(sdk, config.form_submits_queue_url.clone()),
        };
        // On the heap: a run holds the list of accounts.
        Box::pin(planner.daily(SystemClock.now())).await.map_err(|error| {
            tracing::error!(reason = chain(&error), "the run failed");
            Error::from(error)
        })
    })))
    .await
}
