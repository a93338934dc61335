//! Wires the pull stage into Lambda.

use crate::{Config, Pull};
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{Aws, Config as _, HttpsClient, S3Objects, SqsQueue, function_config, serve_queue};
use leadlight_adapters_secrets::SecretsManager;
use leadlight_ports::{CachedSecrets, SystemClock};
use leadlight_registry::{InForce, Registry};

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let stage = Pull::<Aws, _> {
        in_force: InForce::new(Registry::new(S3Objects::from_config(&sdk, config.registry_bucket))),
        secrets: CachedSecrets::new(SecretsManager::from_config(&sdk), SystemClock),
        stack_name: config.stack_name,
        http: HttpsClient::new()?,
        form_submits: SqsQueue::from_config(&sdk, config.form_submits_queue_url),
        outcomes: SqsQueue::from_config(&sdk, config.outcomes_queue_url),
        clock: SystemClock,
    };
    serve_queue(stage, config.redelivery, &sdk).await
}
