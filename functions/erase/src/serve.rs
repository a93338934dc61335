//! Wires the eraser into Lambda.

use crate::{Config, Erase};
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Context, Error, LambdaEvent, Runtime, service_fn, tracing};
use leadlight_adapters::{
    Config as _, DynamoFacts, DynamoLeads, S3Objects, SqsQueue, function_config, serve_runtime,
};
use leadlight_erasure::{Letters, Parts, Stores};
use leadlight_ports::{Clock, SystemClock, chain};
use leadlight_registry::{InForce, Registry};
use serde_json::Value;

/// Before the function's time ends, so long for an erasure that was begun.
const LAST_SECONDS: i64 = 300;

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = &Config::from_environment()?;
    let sdk = &function_config().await;
    let objects = S3Objects::from_config(sdk, config.registry_bucket.clone());
    let in_force = &InForce::new(Registry::new(objects.clone()));
    let objects = &objects;
    serve_runtime(Runtime::new(service_fn(|event: LambdaEvent<Value>| async move {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh)?;
        let letters = config
            .dead_letters
            .iter()
            .map(|(stage, url)| Letters { stage, queue: SqsQueue::from_config(sdk, url.clone()) });
        let stores = Stores::<Parts<DynamoLeads, DynamoFacts, S3Objects, SqsQueue>> {
            leads: DynamoLeads::from_config(sdk, config.leads_table.clone()),
            facts: DynamoFacts::from_config(sdk, config.facts_table.clone()),
            objects: objects.clone(),
            letters: letters.collect(),
            policy: in_force.policy(SystemClock.now()).await?,
        };
        let erase = Erase { stores, clock: SystemClock };
        Box::pin(erase.run(until(&event.context), fresh)).await.map_err(|error| {
            tracing::error!(reason = chain(&error), "the run failed");
            Error::from(error)
        })
    })))
    .await
}

fn until(context: &Context) -> Option<Timestamp> {
    let ends_at = Timestamp::from_millisecond(i64::try_from(context.deadline).ok()?).ok()?;
    ends_at.checked_sub(SignedDuration::from_secs(LAST_SECONDS)).ok()
}
