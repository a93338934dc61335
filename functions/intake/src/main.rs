//! Wires the intake into Lambda.

use lambda_http::{Error, Request, run, service_fn, tracing};
use leadlight_aws::{SqsQueue, function_config, variable};
use leadlight_intake::Intake;
use leadlight_pipeline::SystemClock;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let form_submits = SqsQueue::from_config(&config, variable("FORM_SUBMITS_QUEUE_URL")?);
    let intake = &Intake { form_submits, clock: SystemClock };
    run(service_fn(|request: Request| async move { intake.answer(&request).await })).await
}
