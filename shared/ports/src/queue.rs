//! Queues: sending to one, and answering for what one delivered.

use std::future::Future;
use std::time::Duration;

use crate::PortError;

/// Name and value pairs that travel beside a message.
pub type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A queue one can send to.
pub trait MessageQueue: Send + Sync {
    /// Returns once the queue has taken the message durably.
    fn send(
        &self,
        body: &str,
        attributes: Attributes<'_>,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// The same of a message that is delivered only after so long: whole seconds, rounded up, and no more than
    /// [`LONGEST_DELAY`], since SQS takes no others.
    fn send_later(&self, body: &str, delay: Duration) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// The longest that SQS keeps a message back before its first delivery.
pub const LONGEST_DELAY: Duration = Duration::from_mins(15);

/// A queue whose deliveries one answers for. A receipt names one delivery of a message; the next has another.
pub trait Deliveries: Send + Sync {
    /// Hides a delivered message for so long from now on; then it is delivered again. Whole seconds, rounded up, and
    /// no more than twelve hours: SQS takes no others.
    fn hide(&self, receipt: &str, delay: Duration) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Takes a delivered message off the queue for good.
    fn delete(&self, receipt: &str) -> impl Future<Output = Result<(), PortError>> + Send;
}
