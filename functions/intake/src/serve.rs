//! Wires the intake into Lambda.

use crate::score::WAIT;
use crate::{Config, Intake};
use lambda_http::lambda_runtime::Runtime;
use lambda_http::{Adapter, Error, Request, service_fn, tracing};
use leadlight_adapters::{
    Aws, Config as _, DynamoLeads, S3Objects, SqsQueue, function_config, serve_runtime,
};
use leadlight_adapters_secrets::SecretsManager;
use leadlight_ports::{CachedSecrets, SystemClock};
use leadlight_registry::{InForce, Registry};

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let queue = |url: String| SqsQueue::from_config(&sdk, url);
    let intake = &Intake::<Aws, _> {
        form_submits: queue(config.form_submits_queue_url),
        dead_letters: queue(config.form_submits_dlq_url),
        outcomes: queue(config.outcomes_queue_url),
        to_pull: queue(config.to_pull_queue_url),
        in_force: InForce::new(Registry::new(S3Objects::from_config(&sdk, config.registry_bucket))),
        leads: DynamoLeads::from_config(&sdk, config.leads_table),
        waits_for_a_score: WAIT,
        secrets: CachedSecrets::new(SecretsManager::from_config(&sdk), SystemClock),
        stack_name: config.stack_name,
        clock: SystemClock,
    };
    let service = service_fn(|request: Request| async move { intake.answer(&request).await });
    serve_runtime(Runtime::new(Adapter::from(service))).await
}
