//! A stage behind an SQS mapping.

use aws_config::SdkConfig;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use leadlight_ports::batch::{self, Redelivery, Stage};

use crate::{Config, Noted, SqsQueue, Variables};

/// What a stage is told of the queue it reads.
#[derive(Debug, Clone)]
pub struct RedeliveryConfig {
    /// `DEAD_LETTER_QUEUE_URL`: where messages go that cannot be handled.
    pub dead_letter_queue_url: String,
    /// `MAX_RECEIVE_COUNT`: the queue's `maxReceiveCount`, so that the last delivery is known as such.
    pub max_receive_count: u32,
}

impl Config for RedeliveryConfig {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let dead_letter_queue_url = variables.text("DEAD_LETTER_QUEUE_URL");
        let max_receive_count = variables.parsed("MAX_RECEIVE_COUNT", "a whole number");
        Ok(Self { dead_letter_queue_url: dead_letter_queue_url?, max_receive_count: max_receive_count? })
    }
}

/// Serves a stage until the environment is shut down.
pub async fn serve_queue<S: Stage>(
    stage: S,
    redelivery: RedeliveryConfig,
    sdk: &SdkConfig,
) -> Result<(), Error> {
    let redelivery = &Redelivery {
        dead_letters: SqsQueue::from_config(sdk, redelivery.dead_letter_queue_url),
        max_receive_count: redelivery.max_receive_count,
    };
    let stage = &stage;
    run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        batch::run(stage, redelivery, event.payload).await.map_err(Error::from)
    }))
    .await
}
