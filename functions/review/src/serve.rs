//! Wires the console into Lambda.

use std::sync::Arc;

use crate::{Config, Console, Issuer, Server, SignIn, SignInConfig, SlackDoor, router, slack_router};
use lambda_http::lambda_runtime::Runtime;
use lambda_http::{Adapter, Error, tracing};
use leadlight_adapters::{
    Aws, Config as _, DynamoLeads, HttpsClient, S3Objects, SdkConfig, SqsQueue, function_config,
    require_one_machine, serve_runtime,
};
use leadlight_adapters_secrets::SecretsManager;
use leadlight_identity::{KeyStore, LocalIssuer};
use leadlight_ports::{CachedSecrets, SystemClock};
use leadlight_registry::{InForce, Registry};

/// Where this machine's secret for sessions rests.
const LOCAL_SECRET: &str = "console/session-secret";

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let objects = S3Objects::from_config(&sdk, config.registry_bucket);
    let sign_in = sign_in(config.sign_in, &sdk, &objects).await?;
    let console = Console {
        leads: DynamoLeads::from_config(&sdk, config.leads_table),
        in_force: InForce::new(Registry::new(objects)),
        to_score: SqsQueue::from_config(&sdk, config.to_score_queue_url),
        clock: SystemClock,
    };
    // Read during init, at full speed; what fails here fails again, and is told, with the first request.
    let _ = (console.policy().await, console.team().await);
    // Not by `lambda_http::runtime`, which asks more of an answer's body than a router gives.
    let server = Arc::new(Server::<Aws> { console, sign_in });
    let slack = SlackDoor {
        server: Arc::clone(&server),
        http: HttpsClient::new()?,
        secrets: CachedSecrets::new(SecretsManager::from_config(&sdk), SystemClock),
        stack_name: config.stack_name,
    };
    serve_runtime(Runtime::new(Adapter::from(router(server).merge(slack_router(Arc::new(slack)))))).await
}

async fn sign_in(
    config: SignInConfig,
    sdk: &SdkConfig,
    objects: &S3Objects,
) -> Result<SignIn<HttpsClient>, Error> {
    match config {
        SignInConfig::Sample => {
            require_one_machine("LOCAL_SIGN_IN", sdk)?;
            Ok(SignIn::Local(Box::new(LocalIssuer::new(local_secret(objects).await?))))
        }
        SignInConfig::Issuer(expected) => {
            let client_id = expected.audience.clone();
            let (keys, http) = (KeyStore::new(expected)?, HttpsClient::new()?);
            Ok(SignIn::Issuer(Box::new(Issuer { keys, http, client_id })))
        }
        SignInConfig::Nobody => Ok(SignIn::Nobody),
    }
}

/// All instances on one machine share a secret: the first makes it.
async fn local_secret(objects: &S3Objects) -> Result<[u8; 32], Error> {
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh)?;
    Ok(Registry::new(objects.clone()).made_once(LOCAL_SECRET, fresh).await?)
}
