//! Queues that one can send to.

use std::future::Future;

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
}
