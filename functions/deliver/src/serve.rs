//! Wires the sender into Lambda.

use crate::{Config, Couriers, Deliver};
use lambda_runtime::{Error, tracing};
use leadlight_adapters::{
    Aws, Config as _, DynamoLeads, HttpsClient, S3Objects, SqsQueue, function_config, require_one_machine,
    serve_queue,
};
use leadlight_adapters_secrets::SecretsManager;
use leadlight_ports::{CachedSecrets, SystemClock};
use leadlight_registry::{InForce, Registry};

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    if config.local_destinations {
        require_one_machine("LOCAL_DESTINATIONS", &sdk)?;
    }
    let deliver = Deliver::<Aws, SecretsManager> {
        leads: DynamoLeads::from_config(&sdk, config.leads_table),
        in_force: InForce::new(Registry::new(S3Objects::from_config(&sdk, config.registry_bucket))),
        deliveries: SqsQueue::from_config(&sdk, config.redelivery.source_queue_url.clone()),
        couriers: Couriers::new(
            HttpsClient::new()?,
            CachedSecrets::new(SecretsManager::from_config(&sdk), SystemClock),
            SystemClock,
            config.stack_name,
            config.local_destinations,
            config.environments,
        ),
        clock: SystemClock,
    };
    serve_queue(deliver, config.redelivery, &sdk).await
}
