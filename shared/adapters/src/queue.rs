//! Queues on SQS: sending, and answering for what was delivered.

use std::time::Duration;

use std::error::Error;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{MessageAttributeValue, QueueAttributeName};
use leadlight_ports::{Attributes, Deliveries, Inspect, Looked, MessageQueue, PortError};

use crate::error::{damaged, retryable};

/// One queue by its URL.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    client: Client,
    url: String,
}

impl SqsQueue {
    /// The queue at a URL.
    pub fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }

    /// The queue at a URL, with a client of its own.
    pub fn from_config(config: &aws_config::SdkConfig, url: String) -> Self {
        Self::new(Client::new(config), url)
    }
}

impl MessageQueue for SqsQueue {
    async fn send(&self, body: &str, attributes: Attributes<'_>) -> Result<(), PortError> {
        const OPERATION: &str = "sending to the queue";
        let mut request = self.client.send_message().queue_url(&self.url).message_body(body);
        for (name, value) in attributes {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(*value)
                .build()
                .map_err(retryable(OPERATION))?;
            request = request.message_attributes(*name, value);
        }
        request.send().await.map_err(|error| unsent(OPERATION, error))?;
        Ok(())
    }

    async fn send_later(&self, body: &str, delay: Duration) -> Result<(), PortError> {
        let request = self.client.send_message().queue_url(&self.url).message_body(body);
        let request = request.delay_seconds(whole_seconds(delay));
        request.send().await.map_err(|error| unsent("sending to the queue for later", error))?;
        Ok(())
    }
}

/// More than SQS takes is refused by SQS.
fn whole_seconds(delay: Duration) -> i32 {
    let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

/// What SQS says against the message itself stays true, however often it is sent.
fn unsent<E>(operation: &'static str, error: E) -> PortError
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match error.code() {
        Some("InvalidMessageContents" | "InvalidParameterValue") => damaged(operation)(error),
        _ => retryable(operation)(error),
    }
}

impl Deliveries for SqsQueue {
    async fn hide(&self, receipt: &str, delay: Duration) -> Result<(), PortError> {
        let request = self.client.change_message_visibility().queue_url(&self.url).receipt_handle(receipt);
        let request = request.visibility_timeout(whole_seconds(delay));
        request.send().await.map_err(retryable("hiding a message"))?;
        Ok(())
    }

    async fn delete(&self, receipt: &str) -> Result<(), PortError> {
        let request = self.client.delete_message().queue_url(&self.url).receipt_handle(receipt);
        request.send().await.map_err(retryable("deleting a message"))?;
        Ok(())
    }
}

impl Inspect for SqsQueue {
    async fn look(&self, hidden_for: Duration) -> Result<Vec<Looked>, PortError> {
        let request = self.client.receive_message().queue_url(&self.url).max_number_of_messages(10);
        let answer = request.visibility_timeout(whole_seconds(hidden_for)).send().await;
        let messages = answer.map_err(retryable("looking into a queue"))?.messages.unwrap_or_default();
        let looked = messages.into_iter().map(|message| Looked {
            id: message.message_id.unwrap_or_default(),
            receipt: message.receipt_handle.unwrap_or_default(),
            body: message.body.unwrap_or_default(),
        });
        Ok(looked.collect())
    }

    async fn count(&self) -> Result<usize, PortError> {
        let request = self.client.get_queue_attributes().queue_url(&self.url);
        let answer = request
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
            .send()
            .await
            .map_err(retryable("counting a queue's messages"))?;
        let counts = answer.attributes.unwrap_or_default();
        Ok(counts.values().filter_map(|count| count.parse::<usize>().ok()).sum())
    }
}
