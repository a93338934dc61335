//! Wires the routing stage into Lambda.

use crate::Route;
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{Aws, DynamoLeads, S3Objects, function_config, serve_queue, variable};
use leadlight_ports::SystemClock;
use leadlight_registry::{InForce, Registry};

/// Serves until the environment is shut down. What it needs to know comes from the environment.
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let leads = DynamoLeads::from_config(&config, variable("LEADS_TABLE")?);
    let in_force = InForce::new(Registry::new(S3Objects::from_config(&config, variable("REGISTRY_BUCKET")?)));
    serve_queue(Route::<Aws> { leads, in_force, clock: SystemClock }, &config).await
}
