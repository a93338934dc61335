//! Wires the monthly retraining into Lambda.

use crate::{Answer, Config, ExportAbove, MAX_DEALS, Request, Retrain};
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Context, Error, LambdaEvent, Runtime, service_fn, tracing};
use leadlight_adapters::{Aws, Config as _, DynamoLeads, S3Objects, function_config, serve_runtime};
use leadlight_ports::chain;
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::Registry;

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let export = (config.export_above_mb > 0).then(|| ExportAbove {
        bytes: config.export_above_mb.saturating_mul(1_000_000),
        bucket: config.registry_bucket.clone(),
    });
    let retrain = &Retrain::<Aws> {
        leads: DynamoLeads::from_config(&sdk, config.leads_table),
        registry: Registry::new(S3Objects::from_config(&sdk, config.registry_bucket)),
        clock: SystemClock,
        max_deals: MAX_DEALS,
        export,
    };
    serve_runtime(Runtime::new(service_fn(|event: LambdaEvent<serde_json::Value>| async move {
        // On the heap: it holds a whole training report.
        let answer = async {
            let request = Request::parse(event.payload.to_string().as_bytes())?;
            Box::pin(retrain.start(&request, read_until(&event.context))).await.map(Answer::from)
        };
        answer.await.map_err(|error| {
            tracing::error!(reason = chain(&error), "the run failed");
            Error::from(error)
        })
    })))
    .await
}

/// Half of the time that is left is for reading, the other half for learning.
fn read_until(context: &Context) -> Option<Timestamp> {
    let ends_at = Timestamp::from_millisecond(i64::try_from(context.deadline).ok()?).ok()?;
    let now = SystemClock.now();
    let left_ms = i64::try_from(ends_at.duration_since(now).as_millis()).ok()?;
    now.checked_add(SignedDuration::from_millis(left_ms / 2)).ok()
}
