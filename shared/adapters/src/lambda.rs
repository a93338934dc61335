//! A stage behind an SQS mapping.

use aws_config::SdkConfig;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use leadlight_ports::batch::{self, Redelivery, Stage};

use crate::{SqsQueue, variable};

/// Serves a stage until the environment is shut down. Its dead-letter queue and the queue's
/// `maxReceiveCount` come from `DEAD_LETTER_QUEUE_URL` and `MAX_RECEIVE_COUNT`.
pub async fn serve_queue<S: Stage>(stage: S, config: &SdkConfig) -> Result<(), Error> {
    let redelivery = &Redelivery {
        dead_letters: SqsQueue::from_config(config, variable("DEAD_LETTER_QUEUE_URL")?),
        max_receive_count: variable("MAX_RECEIVE_COUNT")?,
    };
    let stage = &stage;
    run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        batch::run(stage, redelivery, event.payload).await.map_err(Error::from)
    }))
    .await
}
