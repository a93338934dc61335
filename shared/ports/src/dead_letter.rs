//! What is set aside for people, in the one form that the operator's command reads.

use crate::metrics::{Figure, count};
use crate::{Class, MessageQueue, PortError};

/// The longest reason kept with a dead letter.
const MAX_REASON_CHARS: usize = 1000;

/// Why something is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter<'a> {
    stage: &'a str,
    class: Class,
    reason: String,
}

impl<'a> DeadLetter<'a> {
    /// By a stage. `reason` ends in the letter and in logs: it names no person, and is cut after a thousand characters.
    pub fn new(stage: &'a str, class: Class, reason: &str) -> Self {
        Self { stage, class, reason: reason.chars().take(MAX_REASON_CHARS).collect() }
    }

    /// Why, as it is kept.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Puts a body into a dead-letter queue with the reason beside it, and counts it once it is there.
    pub async fn send<Q: MessageQueue>(&self, queue: &Q, body: &str) -> Result<(), PortError> {
        let attributes = [("reason", self.reason()), ("stage", self.stage), ("class", self.class.as_str())];
        // SQS takes no message without a body.
        queue.send(if body.is_empty() { "(empty)" } else { body }, &attributes).await?;
        let figure = match self.class {
            Class::Poison => Figure::DeadLettersPoison,
            Class::Retryable => Figure::DeadLettersRetryable,
        };
        count(figure, 1);
        Ok(())
    }
}
