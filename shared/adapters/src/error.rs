//! From an SDK's error to a port's.

use std::error::Error;

use leadlight_lead::WireError;
use leadlight_ports::{Class, Classed, PortError};

/// The SDK retried already what it holds to be transient, so whatever comes through is tried again with
/// the whole message: a throttle, an outage, or a right that is missing until someone grants it.
pub(crate) fn retryable<E>(operation: &'static str) -> impl FnOnce(E) -> PortError
where
    E: Error + Send + Sync + 'static,
{
    move |source| PortError { operation, class: Class::Retryable, source: Box::new(source) }
}

/// What is stored stays as it is: trying again helps nobody.
pub(crate) fn damaged<E>(operation: &'static str) -> impl FnOnce(E) -> PortError
where
    E: Error + Send + Sync + 'static,
{
    move |source| PortError { operation, class: Class::Poison, source: Box::new(source) }
}

/// A document that cannot be read or written: as its own error says.
pub(crate) fn document(operation: &'static str) -> impl FnOnce(WireError) -> PortError {
    move |source| PortError { operation, class: source.class(), source: Box::new(source) }
}

/// A stored item that is not what this release writes.
#[derive(Debug, thiserror::Error)]
#[error("attribute `{attribute}` of a stored item is missing or of another type")]
pub(crate) struct BadItem {
    pub(crate) attribute: &'static str,
}
