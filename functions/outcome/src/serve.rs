//! Wires the outcome stage into Lambda.

use crate::Outcomes;
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{Aws, DynamoLeads, function_config, serve_queue, variable};
use leadlight_ports::SystemClock;

/// Serves until the environment is shut down. What it needs to know comes from the environment.
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let leads = DynamoLeads::from_config(&config, variable("LEADS_TABLE")?);
    serve_queue(Outcomes::<Aws> { leads, clock: SystemClock }, &config).await
}
