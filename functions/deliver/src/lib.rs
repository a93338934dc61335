//! Sends what happened to whoever wants to hear of it.
//!
//! Two kinds of messages come over one queue. An event from the bus becomes one delivery for each destination that wants
//! it, so that one that is away keeps no other waiting. A delivery is read again with the lead as it is by then, sent, and
//! only then off the queue.
//!
//! No order is kept and nothing is remembered of what was sent. Where a destination is told a lead's state, the lead is
//! looked at once more after it was sent: if it changed meanwhile, it is sent again. So whoever sends last sends the
//! newest, whichever message came first.

mod config;
mod courier;
mod digest;
mod message;
mod serve;

use std::sync::Arc;
use std::time::Duration;

use leadlight_destinations::{Destination, Event, LeadResult, Letter, Person, Staff, Tells};
use leadlight_lead::{LeadId, StageMessage, WireError};
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::metrics::{Figure, concerns, count};
use leadlight_ports::{Class, Classed, Clock, LeadStore, MessageQueue, PortError, Secrets, World};
use leadlight_registry::{InForce, RegistryError};

pub use config::Config;
pub use courier::{Couriers, NotSent};
pub use message::{Delivery, Incoming};
pub use serve::serve;

/// The sender.
#[derive(Debug)]
pub struct Deliver<W: World, S> {
    /// Where leads rest.
    pub leads: W::Leads,
    /// Which destinations there are.
    pub in_force: InForce<W::Objects>,
    /// The queue that deliveries come from, for those of an event.
    pub deliveries: W::Queue,
    /// What speaks to destinations.
    pub couriers: Couriers<W::Http, S, W::Clock>,
    /// Tells when the list of destinations was last looked up.
    pub clock: W::Clock,
}

/// Why a message was not done.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// It is neither an event of the bus nor a delivery.
    #[error("the message is neither an event of the bus nor a delivery")]
    Read(#[source] WireError),
    /// A delivery cannot be written down.
    #[error("a delivery cannot be written down")]
    Write(#[source] WireError),
    /// The list of destinations cannot be read, or who works on leads.
    #[error("the list of destinations, the team or the policy cannot be read")]
    Registry(#[source] RegistryError),
    /// The queue did not take a delivery.
    #[error("a delivery was not put on the queue")]
    FanOut(#[source] PortError),
    /// The table failed.
    #[error("the lead cannot be read")]
    Leads(#[source] PortError),
    /// It did not arrive.
    #[error("`{destination}` was not told")]
    NotSent {
        /// Where it was to go.
        destination: String,
        /// Why.
        #[source]
        source: NotSent,
    },
    /// The lead kept changing.
    #[error("the lead was changed each time while `{destination}` was told of it")]
    Moving {
        /// Where it was to go.
        destination: String,
    },
}

impl Classed for DeliverError {
    fn class(&self) -> Class {
        match self {
            Self::Read(e) | Self::Write(e) => e.class(),
            Self::Registry(e) => e.class(),
            Self::FanOut(e) | Self::Leads(e) => e.class(),
            Self::NotSent { source, .. } => source.class(),
            Self::Moving { .. } => Class::Retryable,
        }
    }

    fn wait(&self) -> Option<Duration> {
        match self {
            Self::NotSent { source, .. } => source.wait(),
            _ => None,
        }
    }
}

/// So often a lead's state is sent in one go while it changes under our hands.
const ROUNDS: usize = 3;

impl<W: World, S: Secrets> Stage for Deliver<W, S> {
    const NAME: &'static str = "deliver";
    type Error = DeliverError;

    async fn process(&self, message: Message<'_>) -> Result<(), DeliverError> {
        let incoming = Incoming::read(message.body).map_err(DeliverError::Read)?;
        let destinations =
            self.in_force.destinations(self.clock.now()).await.map_err(DeliverError::Registry)?;
        match incoming {
            Incoming::Event(event) => {
                let kind = event.kind();
                for destination in destinations.iter().filter(|destination| destination.wants(kind)) {
                    let delivery =
                        Delivery { destination: destination.name().to_owned(), event: event.clone() };
                    let message = delivery.to_message().map_err(DeliverError::Write)?;
                    self.deliveries.send(&message, &[]).await.map_err(DeliverError::FanOut)?;
                }
                Ok(())
            }
            Incoming::Digest(due_at) => self.digest(due_at).await,
            Incoming::Delivery(Delivery { destination, event }) => match destinations.named(&destination) {
                Some(found) if found.wants(event.kind()) => Box::pin(self.deliver(found, event)).await,
                _ => {
                    tracing::info!(destination, "a destination is no longer told of this");
                    Ok(())
                }
            },
        }
    }
}

impl<W: World, S: Secrets> Deliver<W, S> {
    async fn deliver(&self, destination: &Destination, event: Event) -> Result<(), DeliverError> {
        let tells = destination.dialect().tells;
        let staff = match tells {
            Tells::People => Some(self.staff().await?),
            Tells::Events | Tells::State => None,
        };
        let Some(id) = event.lead_id().cloned() else {
            return self.send(destination, Letter { event, person: None, staff }).await;
        };
        concerns(&id);
        let Some(mut letter) = self.letter(&id, &event, staff.as_ref()).await? else {
            // It was erased: nobody is to hear of it any more.
            return Ok(());
        };
        for _ in 0..ROUNDS {
            self.send(destination, letter.clone()).await?;
            if tells != Tells::State {
                return Ok(());
            }
            match self.letter(&id, &event, None).await? {
                Some(now) if !is_alike(&now, &letter) => letter = now,
                _ => return Ok(()),
            }
        }
        Err(DeliverError::Moving { destination: destination.name().to_owned() })
    }

    async fn send(&self, destination: &Destination, letter: Letter) -> Result<(), DeliverError> {
        self.couriers
            .send(destination, letter)
            .await
            .map_err(|source| DeliverError::NotSent { destination: destination.name().to_owned(), source })?;
        count(Figure::LettersDelivered, 1);
        Ok(())
    }

    /// What is told of a lead as it is now.
    async fn letter(
        &self,
        id: &LeadId,
        event: &Event,
        staff: Option<&Arc<Staff>>,
    ) -> Result<Option<Letter>, DeliverError> {
        let stored = self.leads.get(id).await.map_err(DeliverError::Leads)?;
        Ok(stored.map(|stored| Letter {
            event: Event { lead: Some(LeadResult::of(&stored.lead, stored.version.0)), ..event.clone() },
            person: Some(Person::of(&stored.lead)),
            staff: staff.cloned(),
        }))
    }

    /// Who works on leads now, and what they may answer.
    async fn staff(&self) -> Result<Arc<Staff>, DeliverError> {
        self.in_force.staff(self.clock.now()).await.map(Arc::new).map_err(DeliverError::Registry)
    }
}

/// A write that changed nothing which is told, such as a claim, is no reason to tell it again.
fn is_alike(one: &Letter, other: &Letter) -> bool {
    let told = |letter: &Letter| {
        letter.event.lead.clone().map(|lead| LeadResult { version: 0, revision: 0, ..lead })
    };
    told(one) == told(other) && one.person == other.person
}
