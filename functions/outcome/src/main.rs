//! Wires the outcome stage into Lambda.

use lambda_runtime::{Error, tracing};
use leadlight_aws::{DynamoLeads, function_config, serve_queue, variable};
use leadlight_outcome::Outcomes;
use leadlight_pipeline::SystemClock;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let leads = DynamoLeads::from_config(&config, variable("LEADS_TABLE")?);
    serve_queue(Outcomes { leads, clock: SystemClock }, &config).await
}
