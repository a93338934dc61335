//! Wires the routing stage into Lambda.

use lambda_runtime::{Error, tracing};
use leadlight_aws::{DynamoLeads, S3Objects, function_config, serve_queue, variable};
use leadlight_pipeline::{InForce, Registry, SystemClock};
use leadlight_route::Route;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let leads = DynamoLeads::from_config(&config, variable("LEADS_TABLE")?);
    let in_force = InForce::new(Registry::new(S3Objects::from_config(&config, variable("REGISTRY_BUCKET")?)));
    serve_queue(Route { leads, in_force, clock: SystemClock }, &config).await
}
