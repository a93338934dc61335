//! Why a lead is not enriched: never for a vendor's sake.

use leadlight_lead::{SourceName, TimeProblem, WireError};
use leadlight_ports::{Class, Classed, PortError};
use leadlight_registry::RegistryError;

/// Why a lead was not enriched.
#[derive(Debug, thiserror::Error)]
pub enum EnrichError {
    /// The body is not a form-submit event.
    #[error("the event cannot be read")]
    Event(#[source] WireError),
    /// Its time cannot be right.
    #[error("the event's time cannot be right")]
    Time(#[source] TimeProblem),
    /// The policy does not know its source.
    #[error(
        "source `{source_name}` is not declared in the policy's [sources]; declare it there or fix the producer"
    )]
    UnknownSource {
        /// As sent.
        source_name: SourceName,
    },
    /// The policy in force could not be loaded.
    #[error("the policy could not be loaded")]
    Registry(#[source] RegistryError),
    /// What was bought cannot be read or kept. Without it facts would be bought twice.
    #[error("bought facts cannot be read or kept")]
    Facts(#[source] PortError),
    /// Who was erased cannot be told.
    #[error("whether its person was erased cannot be looked up")]
    Tombstones(#[source] PortError),
    /// The enriched lead cannot be written down.
    #[error("the enriched lead cannot be written")]
    Write(#[source] WireError),
    /// The next stage's queue did not take it.
    #[error("the enriched lead was not handed on")]
    HandOn(#[source] PortError),
}

impl Classed for EnrichError {
    fn class(&self) -> Class {
        match self {
            Self::Time(_) | Self::UnknownSource { .. } => Class::Poison,
            Self::Event(e) | Self::Write(e) => e.class(),
            Self::Registry(e) => e.class(),
            Self::Facts(e) | Self::HandOn(e) | Self::Tombstones(e) => e.class(),
        }
    }
}
