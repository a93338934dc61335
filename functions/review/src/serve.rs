//! Wires the console into Lambda.

use std::sync::Arc;

use crate::{Console, Issuer, Outside, Server, SignIn, router};
use lambda_http::{Error, run, tracing};
use leadlight_adapters::{DynamoLeads, S3Objects, SdkConfig, SqsQueue, function_config, variable};
use leadlight_identity::{Expected, HttpsClient, KeyStore, LocalIssuer, local_sign_in_allowed};
use leadlight_ports::{ObjectStore, SystemClock, World};
use leadlight_registry::{InForce, Registry};

/// The console's own world: the real one, and the way to the issuer.
struct Aws;

impl World for Aws {
    type Leads = DynamoLeads;
    type Objects = S3Objects;
    type Queue = SqsQueue;
    type Clock = SystemClock;
}

impl Outside for Aws {
    type Http = HttpsClient;
}

/// Where this machine's secret for sessions rests.
const LOCAL_SECRET: &str = "console/session-secret";

/// Serves until the environment is shut down. What it needs to know comes from the environment.
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = function_config().await;
    let objects = S3Objects::from_config(&config, variable("REGISTRY_BUCKET")?);
    let sign_in = sign_in(&config, &objects).await?;
    let console = Console {
        leads: DynamoLeads::from_config(&config, variable("LEADS_TABLE")?),
        in_force: InForce::new(Registry::new(objects)),
        to_score: SqsQueue::from_config(&config, variable("TO_SCORE_QUEUE_URL")?),
        clock: SystemClock,
    };
    // Read during init, at full speed; what fails here fails again, and is told, with the first request.
    let _ = (console.policy().await, console.team().await);
    run(router(Arc::new(Server::<Aws> { console, sign_in }))).await
}

async fn sign_in(config: &SdkConfig, objects: &S3Objects) -> Result<SignIn<HttpsClient>, Error> {
    if variable::<bool>("LOCAL_SIGN_IN")? {
        let variables = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
        if !local_sign_in_allowed(config.endpoint_url(), variables) {
            return Err(
                "LOCAL_SIGN_IN is set, but this function's AWS is not on the loopback interface".into()
            );
        }
        return Ok(SignIn::Local(Box::new(LocalIssuer::new(local_secret(objects).await?))));
    }
    let issuer = std::env::var("OIDC_ISSUER").unwrap_or_default();
    if issuer.is_empty() {
        return Ok(SignIn::Nobody);
    }
    let client_id: String = variable("OIDC_CLIENT_ID")?;
    let expected =
        Expected { issuer, audience: client_id.clone(), roles_claim: variable("OIDC_ROLES_CLAIM")? };
    Ok(SignIn::Issuer(Box::new(Issuer {
        keys: KeyStore::new(expected)?,
        http: HttpsClient::new()?,
        client_id,
    })))
}

/// All instances on one machine share a secret: the first makes it.
async fn local_secret(objects: &S3Objects) -> Result<[u8; 32], Error> {
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh)?;
    objects.put_new(LOCAL_SECRET, fresh.to_vec()).await?;
    let kept = objects.get(LOCAL_SECRET).await?.ok_or("this machine's secret was not kept")?;
    Ok(kept.bytes.as_slice().try_into()?)
}
