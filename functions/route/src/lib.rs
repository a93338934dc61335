//! Places a lead in its one queue and gives it to someone: conditional writes that can be repeated at will.

mod config;
mod serve;

use leadlight_desk::give;
use leadlight_lead::{Progress, QueuedLead, RouteRequest, StageMessage, WireError};
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::metrics::concerns;
use leadlight_ports::{Class, Classed, Clock, Inserted, LeadStore, PortError, Replaced, World};
use leadlight_registry::{InForce, LoadsError, OpenLoads, RegistryError, SharedLoads};

pub use config::Config;
pub use serve::serve;

/// The routing stage.
#[derive(Debug)]
pub struct Route<W: World> {
    /// Where leads rest.
    pub leads: W::Leads,
    /// Policy and team.
    pub in_force: InForce<W::Objects>,
    /// Who has how much open.
    pub loads: OpenLoads,
    /// Tells when a lead was queued.
    pub clock: W::Clock,
}

/// Why a lead was not placed.
#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    /// The message is not a route request.
    #[error("the message is not a route request")]
    Read(#[source] WireError),
    /// It cannot be stored so that it can be read again, or leaves no room for what people will say of it.
    #[error("the lead cannot be kept as it is")]
    Keep(#[source] WireError),
    /// The registry failed.
    #[error("policy or team cannot be read")]
    Registry(#[source] RegistryError),
    /// The table did not answer.
    #[error("what waits for whom cannot be read")]
    Loads(#[source] LoadsError),
    /// The table did not take it.
    #[error("the lead was not stored")]
    Store(#[source] PortError),
    /// The producer used one id for two events.
    #[error(
        "another event with the same source and id but other content was stored before; \
         the first stays, give each event its own id"
    )]
    Conflict,
    /// It was scored without a person's look.
    #[error(
        "a person looks at this lead before it is scored, and none has; it waits in the queue human_first"
    )]
    NotSeen,
    /// Someone else wrote the lead at the same moment.
    #[error("the lead was written by someone else at the same moment")]
    Raced,
}

impl Classed for RouteError {
    fn class(&self) -> Class {
        match self {
            Self::Read(e) | Self::Keep(e) => e.class(),
            Self::Store(e) => e.class(),
            Self::Loads(e) => e.class(),
            Self::Registry(e) => e.class(),
            Self::Conflict | Self::NotSeen => Class::Poison,
            Self::Raced => Class::Retryable,
        }
    }
}

impl<W: World> Stage for Route<W> {
    const NAME: &'static str = "route";
    type Error = RouteError;

    async fn process(&self, message: Message<'_>) -> Result<(), RouteError> {
        let request = RouteRequest::from_message(message.body.as_bytes()).map_err(RouteError::Read)?;
        let lead = QueuedLead::new(request, self.clock.now());
        concerns(lead.id());
        lead.to_new_document().map_err(RouteError::Keep)?;
        let (lead, loads) = Box::pin(self.give(lead)).await?;
        let inserted = self.leads.insert(&lead).await;
        if !matches!(inserted, Ok(Inserted::New)) {
            loads.take_back(lead.work.owner.as_ref());
        }
        match inserted.map_err(RouteError::Store)? {
            Inserted::New => Ok(()),
            Inserted::Repeated => self.bring_back(lead).await,
            Inserted::Conflict => Err(RouteError::Conflict),
        }
    }
}

impl<W: World> Route<W> {
    /// Assigns a lead that waits for people. The loads have counted it.
    async fn give(&self, mut lead: QueuedLead) -> Result<(QueuedLead, SharedLoads), RouteError> {
        let Some(queue) = lead.waits_in().filter(|queue| queue.role().is_some()) else {
            return Ok((lead, SharedLoads::default()));
        };
        let now = self.clock.now();
        let policy = self.in_force.policy(now).await.map_err(RouteError::Registry)?;
        let team = self.in_force.team(now).await.map_err(RouteError::Registry)?;
        let loads = match &team {
            Some(team) => self.loads.of(&self.leads, team, queue, now).await.map_err(RouteError::Loads)?,
            None => SharedLoads::default(),
        };
        loads.assign(|loads| {
            give(&mut lead, queue, team.as_deref(), loads, now, &policy, None);
            lead.work.owner.clone()
        });
        Ok((lead, loads))
    }

    /// A lead that is there already: done, unless a person had it scored and this is it, scored. What people did with
    /// it stays.
    async fn bring_back(&self, scored: QueuedLead) -> Result<(), RouteError> {
        let Some(there) = self.leads.get(scored.id()).await.map_err(RouteError::Store)? else {
            return Err(RouteError::Raced);
        };
        let is_scored = |request: &RouteRequest| matches!(request, RouteRequest::Scored(_));
        if is_scored(&there.lead.content) || !is_scored(&scored.content) {
            return Ok(());
        }
        match &there.lead.work.progress {
            Progress::Seen(_) => {}
            Progress::Open => return Err(RouteError::NotSeen),
            // People have decided meanwhile, and their word stands.
            _ => return Ok(()),
        }
        let QueuedLead { queue, priority, queued_at, content, .. } = scored;
        let mut lead = QueuedLead { queue, priority, queued_at, content, ..there.lead };
        lead.work.progress = Progress::Open;
        lead.work.revision += 1;
        (lead.work.owner, lead.work.due_at, lead.work.claim) = (None, None, None);
        let (lead, loads) = Box::pin(self.give(lead)).await?;
        let replaced = self.leads.replace(&lead, there.version, "", &[]).await;
        if !matches!(replaced, Ok(Replaced::Done)) {
            loads.take_back(lead.work.owner.as_ref());
        }
        match replaced.map_err(RouteError::Store)? {
            Replaced::Done => Ok(()),
            Replaced::Stale => Err(RouteError::Raced),
        }
    }
}
