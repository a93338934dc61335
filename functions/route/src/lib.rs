//! Places a lead in its one queue: a conditional write that can be repeated at will.

use leadlight_lead::{QueuedLead, RouteRequest, StageMessage, WireError};
use leadlight_pipeline::batch::{Message, Stage};
use leadlight_pipeline::{Class, Classed, Clock, Inserted, LeadStore, PortError};

/// The routing stage.
#[derive(Debug)]
pub struct Route<L, C> {
    /// Where leads rest.
    pub leads: L,
    /// Tells when a lead was queued.
    pub clock: C,
}

/// Why a lead was not placed.
#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    /// The message is not a route request.
    #[error("the message is not a route request")]
    Read(#[source] WireError),
    /// The table did not take it.
    #[error("the lead was not stored")]
    Store(#[source] PortError),
    /// The producer used one id for two events.
    #[error(
        "another event with the same source and id but other content was stored before; \
         the first stays, give each event its own id"
    )]
    Conflict,
}

impl Classed for RouteError {
    fn class(&self) -> Class {
        match self {
            Self::Read(e) => e.class(),
            Self::Store(e) => e.class(),
            Self::Conflict => Class::Poison,
        }
    }
}

impl<L: LeadStore, C: Clock> Stage for Route<L, C> {
    const NAME: &'static str = "route";
    type Error = RouteError;

    async fn process(&self, message: Message<'_>) -> Result<(), RouteError> {
        let request = RouteRequest::from_message(message.body.as_bytes()).map_err(RouteError::Read)?;
        let lead = QueuedLead::new(request, self.clock.now());
        match self.leads.insert(&lead).await.map_err(RouteError::Store)? {
            Inserted::New | Inserted::Repeated => Ok(()),
            Inserted::Conflict => Err(RouteError::Conflict),
        }
    }
}
