//! Wires the publisher into Lambda.

use crate::{Config, Publish};
use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn, tracing};
use leadlight_adapters::{Aws, Config as _, SqsQueue, function_config, serve_runtime};
use leadlight_adapters_bus::EventBridge;
use leadlight_destinations::Origin;
use leadlight_ports::chain;
use serde_json::Value;

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let source = format!("leadlight.{}", config.stack_name);
    let publish = &Publish::<Aws, EventBridge> {
        bus: EventBridge::from_config(&sdk, config.event_bus, source),
        dead_letters: SqsQueue::from_config(&sdk, config.dead_letter_queue_url),
        origin: Origin::of_stack(&config.stack_name),
    };
    serve_runtime(Runtime::new(service_fn(|event: LambdaEvent<Value>| async move {
        // On the heap: a batch holds many leads, each twice.
        Box::pin(publish.tell(&event.payload)).await.map_err(|error| {
            tracing::error!(reason = chain(&error), "the batch comes again");
            Error::from(error)
        })
    })))
    .await
}
