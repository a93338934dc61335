//! Wires the intake into Lambda.

use crate::Intake;
use lambda_http::{Error, Request, run, service_fn, tracing};
use leadlight_adapters::{Aws, SqsQueue, function_config, variable};
use leadlight_ports::SystemClock;

/// Serves until the environment is shut down. What it needs to know comes from the environment.
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let form_submits = SqsQueue::from_config(&config, variable("FORM_SUBMITS_QUEUE_URL")?);
    let intake = &Intake::<Aws> { form_submits, clock: SystemClock };
    run(service_fn(|request: Request| async move { intake.answer(&request).await })).await
}
