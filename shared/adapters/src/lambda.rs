//! A stage behind an SQS mapping.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Context, Error, LambdaEvent, run, service_fn};
use leadlight_ports::batch::{self, Redelivery, Stage};
use leadlight_ports::{Clock, SystemClock};

use crate::{Config, Noted, SqsQueue, Variables};

/// So long before the function would be ended, what is not done is given back: enough for SQS to be told of it, even
/// where the first call fails.
const TO_GIVE_BACK: Duration = Duration::from_secs(5);

/// What a stage is told of the queue it reads.
#[derive(Debug, Clone)]
pub struct RedeliveryConfig {
    /// `SOURCE_QUEUE_URL`: the queue itself, where messages that failed are hidden for a while.
    pub source_queue_url: String,
    /// `DEAD_LETTER_QUEUE_URL`: where messages go that cannot be handled.
    pub dead_letter_queue_url: String,
    /// `MAX_RECEIVE_COUNT`: the queue's `maxReceiveCount`, so that the last delivery is known as such.
    pub max_receive_count: u32,
}

impl Config for RedeliveryConfig {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let source_queue_url = variables.text("SOURCE_QUEUE_URL");
        let dead_letter_queue_url = variables.text("DEAD_LETTER_QUEUE_URL");
        let max_receive_count = variables.parsed("MAX_RECEIVE_COUNT", "a whole number");
        Ok(Self {
            source_queue_url: source_queue_url?,
            dead_letter_queue_url: dead_letter_queue_url?,
            max_receive_count: max_receive_count?,
        })
    }
}

/// Serves a stage until the environment is shut down.
pub async fn serve_queue<S: Stage>(
    stage: S,
    redelivery: RedeliveryConfig,
    sdk: &SdkConfig,
) -> Result<(), Error> {
    let redelivery = &Redelivery {
        source: SqsQueue::from_config(sdk, redelivery.source_queue_url),
        dead_letters: SqsQueue::from_config(sdk, redelivery.dead_letter_queue_url),
        max_receive_count: redelivery.max_receive_count,
    };
    let stage = &stage;
    run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        let time_is_up = tokio::time::sleep(time_left(&event.context).saturating_sub(TO_GIVE_BACK));
        // On the heap: the compiler counts how deep futures lie in one another.
        Box::pin(batch::run(stage, redelivery, event.payload, time_is_up)).await.map_err(Error::from)
    }))
    .await
}

/// Until Lambda ends the function.
fn time_left(context: &Context) -> Duration {
    let now_ms = u64::try_from(SystemClock.now().as_millisecond()).unwrap_or(0);
    Duration::from_millis(context.deadline.saturating_sub(now_ms))
}
