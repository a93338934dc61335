//! What can go wrong outside, and whether it is worth trying again.

use std::error::Error;
use std::time::Duration;

use leadlight_lead::WireError;
pub use leadlight_lead::chain;

/// Is it worth trying again?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The outside failed: the same message may succeed later.
    Retryable,
    /// The message itself is at fault: it will never succeed.
    Poison,
}

impl Class {
    /// As written into a dead letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retryable => "retryable",
            Self::Poison => "poison",
        }
    }
}

/// An error that knows whether it is worth trying again. Its text and its sources' carry no personal data.
pub trait Classed: Error + Send + Sync + 'static {
    /// Retryable or poison.
    fn class(&self) -> Class;

    /// How long to wait before another try, at least, where the outside said so.
    fn wait(&self) -> Option<Duration> {
        None
    }
}

/// A message or document that cannot be read stays so; but one that a newer release wrote can be read by that release:
/// while one replaces the other, both read the same queues and tables.
impl Classed for WireError {
    fn class(&self) -> Class {
        match self {
            Self::NewerVersion { .. } => Class::Retryable,
            _ => Class::Poison,
        }
    }
}

/// An outside thing failed.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed")]
pub struct PortError {
    /// What was tried, such as "sending to the queue".
    pub operation: &'static str,
    /// Worth trying again?
    pub class: Class,
    /// What the outside said.
    #[source]
    pub source: Box<dyn Error + Send + Sync>,
}

impl Classed for PortError {
    fn class(&self) -> Class {
        self.class
    }
}
