//! What is told though no lead changed.

use std::future::Future;

use crate::PortError;

/// Where messages are kept that the table's stream tells, beside the leads. A message that was kept is told once or more
/// often, like every change; one that was not kept did not happen.
pub trait Outbox: Send + Sync {
    /// Keeps a message under its id, once: kept again it changes nothing, and the first stays.
    fn keep(&self, id: &str, message: &str) -> impl Future<Output = Result<(), PortError>> + Send;
}
