//! Wires the SLA clock into Lambda.

use crate::{Config, RenewalReport, Sla, SweepReport};
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Context, Error, LambdaEvent, Runtime, service_fn, tracing};
use leadlight_adapters::{
    Aws, Config as _, DynamoLeads, S3Objects, SqsQueue, function_config, serve_runtime,
};
use leadlight_ports::SystemClock;
use leadlight_ports::chain;
use leadlight_registry::{InForce, Registry};
use serde::{Deserialize, Serialize};

/// Before the function's time ends, so long for leads that were begun, and for saying what was done.
const LAST_SECONDS: i64 = 15;

/// What a schedule asks for; `{}` asks for a sweep.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Request {
    pass: Pass,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Pass {
    /// Every few minutes: what nobody answered in time.
    #[default]
    Sweep,
    /// Once a day: what has faded.
    Renewals,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Report {
    Sweep(SweepReport),
    Renewals(RenewalReport),
}

/// Serves until the environment is shut down. What it needs to know comes from the environment: see [`Config`].
pub async fn serve() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment()?;
    let sdk = function_config().await;
    let sla = &Sla::<Aws> {
        leads: DynamoLeads::from_config(&sdk, config.leads_table),
        in_force: InForce::new(Registry::new(S3Objects::from_config(&sdk, config.registry_bucket))),
        to_score: SqsQueue::from_config(&sdk, config.to_score_queue_url),
        clock: SystemClock,
    };
    serve_runtime(Runtime::new(service_fn(|event: LambdaEvent<Request>| async move {
        // On the heap: a lead is large, and a run holds several.
        let until = until(&event.context);
        let done = match event.payload.pass {
            Pass::Sweep => Box::pin(sla.run(until)).await.map(Report::Sweep),
            Pass::Renewals => Box::pin(sla.renew(until)).await.map(Report::Renewals),
        };
        done.map_err(|error| {
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
