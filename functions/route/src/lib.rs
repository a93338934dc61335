//! Places a lead in its one queue and gives it to someone: conditional writes that can be repeated at will.
//!
//! What one person sends is one lead. The first event begins it; the others join it here, and it is sent to be scored
//! again. Both are told apart by what leads from a person to their lead, which is written in one step with it.

mod config;
mod person;
mod seen_first;
mod serve;

use std::sync::Arc;

use leadlight_desk::{give, stays};
use leadlight_lead::{
    AccountRef, AccountUse, Bar, Barred, CameAt, Counts, EnrichedLead, Progress, QueueName, QueuedLead,
    RouteRequest, StageMessage, WireError,
};
use leadlight_policy::{Policy, SourceRule, Statement};
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::metrics::{Figure, concerns, count};
use leadlight_ports::{
    Class, Classed, Clock, LeadStore, Marking, MessageQueue, PortError, Replaced, Stored, World, barred,
};
use leadlight_registry::{InForce, LoadsError, OpenLoads, RegistryError, SharedLoads};

pub use config::Config;
pub use serve::serve;

use seen_first::see_first;

/// The routing stage.
#[derive(Debug)]
pub struct Route<W: World> {
    /// Where leads rest.
    pub leads: W::Leads,
    /// Policy and team.
    pub in_force: InForce<W::Objects>,
    /// Who has how much open.
    pub loads: OpenLoads,
    /// Where leads go that are to be scored again.
    pub to_score: W::Queue,
    /// Where it is said that something was done at an account: its other leads are looked at again.
    pub outcomes: W::Queue,
    /// Makes the marks of those who were erased.
    pub marking: Marking<W::Objects>,
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
    /// The queue of scoring did not take it.
    #[error("the lead was not sent to be scored again")]
    HandOn(#[source] PortError),
    /// The queue of outcomes did not take it.
    #[error("it was not said that something was done at the lead's account")]
    TellColleagues(#[source] PortError),
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
    /// Who was erased cannot be told.
    #[error("whether its person was erased cannot be looked up")]
    Tombstones(#[source] PortError),
    /// What is older of its person is being taken away at this moment.
    #[error("its person is being erased, and sent this afterwards; it waits until that is done")]
    BeingErased,
    /// Someone else wrote the lead at the same moment.
    #[error("the lead was written by someone else at the same moment")]
    Raced,
}

impl Classed for RouteError {
    fn class(&self) -> Class {
        match self {
            Self::Read(e) | Self::Keep(e) => e.class(),
            Self::Store(e) | Self::HandOn(e) | Self::TellColleagues(e) | Self::Tombstones(e) => e.class(),
            Self::Loads(e) => e.class(),
            Self::Registry(e) => e.class(),
            Self::Conflict | Self::NotSeen => Class::Poison,
            Self::Raced | Self::BeingErased => Class::Retryable,
        }
    }
}

/// Someone else may write a lead, or find the person another one, between reading and writing.
const TRIES: usize = 5;

impl<W: World> Stage for Route<W> {
    const NAME: &'static str = "route";
    type Error = RouteError;

    async fn process(&self, message: Message<'_>) -> Result<(), RouteError> {
        let request = RouteRequest::from_message(message.body.as_bytes()).map_err(RouteError::Read)?;
        let lead = QueuedLead::new(request, self.clock.now());
        concerns(lead.id());
        lead.to_new_document().map_err(RouteError::Keep)?;
        let bars = self.bars(&lead).await?;
        for _ in 0..TRIES {
            // Each time: what kept the last try from writing may have been an erasure.
            let erased_at = match barred(&self.leads, &bars).await.map_err(RouteError::Tombstones)? {
                Barred::Yes => {
                    count(Figure::BarredByErasure, 1);
                    return Ok(());
                }
                Barred::SentLater { erased_at } => Some(erased_at),
                Barred::No => None,
            };
            let there = self.leads.find(lead.id()).await.map_err(RouteError::Store)?;
            let done = match there {
                None => Box::pin(self.place(lead.clone(), &bars, erased_at)).await?,
                Some(there) if lead.submitted().repeats(&there.content_hash) => {
                    Box::pin(self.bring_back(lead.clone(), there.stored)).await?
                }
                Some(_) => return Err(RouteError::Conflict),
            };
            if done == Replaced::Done {
                return self.tell_colleagues(&lead).await;
            }
        }
        Err(RouteError::Raced)
    }
}

impl<W: World> Route<W> {
    async fn policy(&self) -> Result<Arc<Policy>, RouteError> {
        self.in_force.policy(self.clock.now()).await.map_err(RouteError::Registry)
    }

    /// By what a lead can be barred. All its events are one person's: it takes one that is barred to bar it.
    async fn bars(&self, lead: &QueuedLead) -> Result<Vec<Bar>, RouteError> {
        let Some(key) = self.marking.key().await.map_err(RouteError::Tombstones)? else {
            return Ok(Vec::new());
        };
        let policy = self.policy().await?;
        let of = |event: &EnrichedLead| {
            let came = CameAt { occurred_at: event.occurred_at(), received_at: event.submitted.received_at };
            key.bars(event.id(), &policy.person_keys(event), came)
        };
        Ok(Bar::each_once(lead.all_events().flat_map(of)))
    }

    /// Assigns a lead that waits for people. The loads have counted it. One that waited in a queue `before` stays with
    /// whom it has there.
    async fn give(
        &self,
        mut lead: QueuedLead,
        before: Option<QueueName>,
    ) -> Result<(QueuedLead, SharedLoads), RouteError> {
        let Some(queue) = lead.waits_in().filter(|queue| queue.role().is_some()) else {
            (lead.work.owner, lead.work.due_at, lead.work.claim) = (None, None, None);
            return Ok((lead, SharedLoads::default()));
        };
        let now = self.clock.now();
        let policy = self.policy().await?;
        let team = self.in_force.team(now).await.map_err(RouteError::Registry)?;
        if stays(&mut lead, before, team.as_deref(), now, &policy) {
            return Ok((lead, SharedLoads::default()));
        }
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

    /// A lead that is there already. If this is it, scored on all that is known of it, that takes the place of what was
    /// decided before, and what people did with it stays. Else it is done, unless more has come to it than was scored.
    async fn bring_back(&self, scored: QueuedLead, mut there: Stored) -> Result<Replaced, RouteError> {
        let is_scored = |lead: &QueuedLead| matches!(lead.content, RouteRequest::Scored(_));
        // Vendors told more of one of its events.
        if there.lead.learn(scored.enriched()) {
            return self.learnt(there).await;
        }
        let is_it = scored.id() == there.lead.id()
            && is_scored(&scored)
            && scored.event_count() == there.lead.event_count()
            && there.lead.is_told_in(scored.enriched())
            && there.lead.saw_by_hand(&scored.content);
        if is_it && !is_scored(&there.lead) && there.lead.work.progress == Progress::Open {
            return Err(RouteError::NotSeen);
        }
        let renews = is_it && there.lead.takes_renewal(&scored.content);
        if !there.lead.wants_score() && !renews {
            return Ok(Replaced::Done);
        }
        if !is_it {
            return self.score_again(&there.lead).await;
        }
        let Stored { mut lead, version } = there;
        // Whoever had a look has done their part: the lead is given anew.
        let before = lead.waits_in().filter(|_| lead.work.progress == Progress::Open);
        if renews && !lead.wants_score() {
            lead.renew(scored.content, self.clock.now());
        } else {
            lead.decide_again(scored.content, self.clock.now());
        }
        if before.is_none() {
            (lead.work.owner, lead.work.due_at, lead.work.claim) = (None, None, None);
        }
        let (lead, loads) = Box::pin(self.give(lead, before)).await?;
        let replaced = self.leads.replace(&lead, version, Counts::NONE).await;
        if !matches!(replaced, Ok(Replaced::Done)) {
            loads.take_back(lead.work.owner.as_ref());
        }
        replaced.map_err(RouteError::Store)
    }

    /// What this person did with the product counts for the other leads of the account, and what came to the account while
    /// this lead was being scored counts for it: both are looked at once it is stored. Said again it changes nothing.
    async fn tell_colleagues(&self, lead: &QueuedLead) -> Result<(), RouteError> {
        let Some(domain) = lead.account_domain() else { return Ok(()) };
        let policy = self.policy().await?;
        let source = lead.event().source.clone();
        let may_tell = |rule: &SourceRule| rule.may_say.contains(&Statement::Activity);
        if !policy.counts_usage(lead.enriched().motion) || !policy.source(&source).is_some_and(may_tell) {
            return Ok(());
        }
        let account = AccountRef::Domain(domain.clone());
        let look = AccountUse {
            source,
            id: lead.id().into(),
            account,
            used: Vec::new(),
            received_at: self.clock.now(),
        };
        let body = look.to_message().map_err(RouteError::Keep)?;
        self.outcomes.send(&body, &[]).await.map_err(RouteError::TellColleagues)
    }

    /// A lead of which vendors told more since: it is seen first, or scored, on that.
    async fn learnt(&self, there: Stored) -> Result<Replaced, RouteError> {
        let Stored { mut lead, version } = there;
        let before = lead.waits_in();
        see_first(&*self.policy().await?, &mut lead, &self.clock);
        let (lead, loads) = if lead.waits_in() == before {
            (lead, SharedLoads::default())
        } else {
            Box::pin(self.give(lead, before)).await?
        };
        let replaced = self.leads.replace(&lead, version, Counts::NONE).await;
        if !matches!(replaced, Ok(Replaced::Done)) {
            loads.take_back(lead.work.owner.as_ref());
        }
        match replaced.map_err(RouteError::Store)? {
            Replaced::Done if lead.wants_score() => self.score_again(&lead).await,
            replaced => Ok(replaced),
        }
    }

    /// Sends a lead to be scored on all of its person's events. The message that brought the latest of them is done only
    /// then: should it come again, the lead still waits for its score, and is sent again.
    async fn score_again(&self, lead: &QueuedLead) -> Result<Replaced, RouteError> {
        let picture = self.policy().await?.judged_anew(lead.picture());
        let body = picture.to_message().map_err(RouteError::Keep)?;
        self.to_score.send(&body, &[]).await.map_err(RouteError::HandOn)?;
        Ok(Replaced::Done)
    }
}
