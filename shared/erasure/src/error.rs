//! Why somebody was not erased, or what is held of them not told.

use leadlight_lead::WireError;
use leadlight_ports::{Class, Classed, PortError};

/// Why somebody was not erased, or what is held of them not told. Started again, it goes on where it ended.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// The deployment's key cannot be had.
    #[error("the deployment's key cannot be read or made")]
    Key(#[source] PortError),
    /// It cannot be told what is theirs.
    #[error("the table of leads cannot be searched")]
    Find(#[source] PortError),
    /// A tombstone was not left.
    #[error("it could not be noted that they are erased")]
    Bar(#[source] PortError),
    /// A place could not be looked into, or not be cleared.
    #[error("`{place}` could not be looked into or cleared")]
    Place {
        /// Which.
        place: &'static str,
        /// Why.
        #[source]
        source: PortError,
    },
    /// Destinations would not hear of it.
    #[error("destinations could not be told")]
    Tell(#[source] PortError),
    /// The event or the audit line cannot be written down.
    #[error("what is to be noted of it cannot be written")]
    Write(#[source] WireError),
    /// The audit line was not kept.
    #[error("the audit line was not kept")]
    Audit(#[source] PortError),
    /// Where the sweep stands cannot be read or noted.
    #[error("where the sweep for leads whose time is up stands cannot be read or noted")]
    Pass(#[source] PortError),
    /// Requests to be forgotten cannot be read.
    #[error("requests to be forgotten cannot be read")]
    Requests(#[source] PortError),
}

impl Classed for ErasureError {
    fn class(&self) -> Class {
        match self {
            Self::Write(error) => error.class(),
            Self::Key(error)
            | Self::Find(error)
            | Self::Bar(error)
            | Self::Place { source: error, .. }
            | Self::Tell(error)
            | Self::Audit(error)
            | Self::Pass(error)
            | Self::Requests(error) => error.class(),
        }
    }
}
