//! Wires the intake into Lambda.

use crate::{Config, Intake};
use lambda_http::lambda_runtime::Runtime;
use lambda_http::{Adapter, Error, Request, service_fn, tracing};
use leadlight_adapters::{Aws, Config as _, SqsQueue, function_config, serve_runtime};
use leadlight_ports::SystemClock;

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let form_submits = SqsQueue::from_config(&sdk, config.form_submits_queue_url);
    let intake = &Intake::<Aws> { form_submits, clock: SystemClock };
    let service = service_fn(|request: Request| async move { intake.answer(&request).await });
    serve_runtime(Runtime::new(Adapter::from(service))).await
}
