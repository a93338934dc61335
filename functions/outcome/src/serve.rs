//! Wires the outcome stage into Lambda.

use crate::{Config, Outcomes};
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{Aws, Config as _, DynamoLeads, S3Objects, function_config, serve_queue};
use leadlight_ports::{Marking, SystemClock};

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let leads = DynamoLeads::from_config(&sdk, config.leads_table);
    let marking = Marking::new(S3Objects::from_config(&sdk, config.registry_bucket));
    serve_queue(Outcomes::<Aws> { leads, marking, clock: SystemClock }, config.redelivery, &sdk).await
}
