//! Takes what other systems tell of leads and accounts, in any order and as often as it comes: a CRM of a lead's deals, and a
//! product of an account's use.

mod config;
mod ended;
mod serve;
mod usage;

use std::cmp::Reverse;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use leadlight_desk::meeting_moved;
use leadlight_lead::{
    AccountUse, Bar, Barred, CameAt, CrmEvent, CrmHistory, DealId, EmailAddress, LeadId, LeadRef, Outcome,
    OutcomeResult, PersonKey, QueueName, QueuedLead, Recorded, SourceName, StageMessage, WireError,
};
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::metrics::{Figure, concerns, count};
use leadlight_ports::{
    Class, Classed, Clock, LeadIndex, LeadStore, Marking, PortError, Replaced, Stored, Version, World, barred,
};
use leadlight_registry::{InForce, RegistryError};

use ended::Ended;

pub use config::Config;
pub use serve::serve;

/// How far ahead of our clock a moment may be. A date alone comes as the end of that day in UTC, and a day that has begun
/// in Kiribati (UTC+14) ends 38 hours later there. A time without its zone is at most 14 hours off, and clocks differ.
const MOST_AHEAD: SignedDuration = SignedDuration::from_hours(24 + 14);
/// Leads of one person that are looked at to find the one that is meant.
const PERSONS_LEADS: usize = 25;
/// Someone else may write the lead between reading and writing it.
const TRIES: usize = 3;

/// The outcome stage.
#[derive(Debug)]
pub struct Outcomes<W: World> {
    /// Where leads rest.
    pub leads: W::Leads,
    /// Policy and list of accounts.
    pub in_force: InForce<W::Objects>,
    /// Where leads go that are to be scored again.
    pub to_score: W::Queue,
    /// Makes the marks of those who were erased.
    pub marking: Marking<W::Objects>,
    /// Tells what lies in the future.
    pub clock: W::Clock,
}

/// Why an outcome was not kept.
#[derive(Debug, thiserror::Error)]
pub enum OutcomeError {
    /// The message is no CRM event, and nothing of an account's use.
    #[error("the message is neither a CRM event nor an account's use")]
    Read(#[source] WireError),
    /// The policy does not declare who tells of an account's use.
    #[error(
        "the policy declares no source `{source_name}`; add `[sources.{source_name}]` to it, then send this again"
    )]
    UnknownSource {
        /// Who tells it.
        source_name: SourceName,
    },
    /// The policy does not let them.
    #[error(
        "the source `{source_name}` may not say `activity`; add that to its `may_say` in the policy, then send this again"
    )]
    MayNotTell {
        /// Who tells it.
        source_name: SourceName,
    },
    /// The domain is not a company's.
    #[error(
        "the account's domain is a mailbox provider's; send the company's own, or the workspace's id alone"
    )]
    NoCompany,
    /// Policy or list of accounts cannot be had.
    #[error("policy or accounts cannot be had")]
    Registry(#[source] RegistryError),
    /// The table failed.
    #[error("what is kept of an account's use cannot be read or written")]
    Usage(#[source] PortError),
    /// The queue of scoring did not take it.
    #[error("the lead was not sent to be scored again")]
    HandOn(#[source] PortError),
    /// It has not happened yet, wherever on earth.
    #[error(
        "`occurred_at` is {hours} hours in the future, tomorrow everywhere on earth; check the sender's clock and the date"
    )]
    Future {
        /// How far.
        hours: i64,
    },
    /// No lead is meant, or it is not there yet.
    #[error("no lead is known by {by}; check it, or submit the lead and then send this again")]
    UnknownLead {
        /// The way in which the lead was named.
        by: NamedBy,
    },
    /// The sender used one id for two events.
    #[error("another event with this id but other content was told of this lead before; the first stays")]
    Conflict,
    /// More than a lead's deals can have gone through.
    #[error(
        "this lead has as many records of its deals as it takes ({}, or {} bytes); does the sender repeat itself under new ids?",
        CrmHistory::MOST,
        CrmHistory::MOST_BYTES
    )]
    Full,
    /// The table failed.
    #[error("the lead cannot be read or written")]
    Store(#[source] PortError),
    /// Who was erased cannot be told.
    #[error("whether its person was erased cannot be looked up")]
    Tombstones(#[source] PortError),
    /// The event cannot be kept.
    #[error("the event cannot be written down")]
    Record(#[source] WireError),
    /// Others kept writing it.
    #[error("the lead was written by someone else at the same moment")]
    Raced,
}

/// How an event names its lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// By its id.
    LeadId,
    /// By the event it began with.
    Event,
    /// By its person's address.
    Email,
}

impl NamedBy {
    /// The way that an event chose.
    pub fn of(event: &CrmEvent) -> Self {
        match event.lead {
            LeadRef::LeadId(_) => Self::LeadId,
            LeadRef::Event { .. } => Self::Event,
            LeadRef::Email(_) => Self::Email,
        }
    }
}

impl fmt::Display for NamedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LeadId => "this lead id",
            Self::Event => "this source and event id",
            Self::Email => "this e-mail address at that time",
        })
    }
}

impl Classed for OutcomeError {
    fn class(&self) -> Class {
        match self {
            Self::Read(e) | Self::Record(e) => e.class(),
            Self::Store(e) | Self::Usage(e) | Self::HandOn(e) | Self::Tombstones(e) => e.class(),
            Self::Registry(e) => e.class(),
            Self::Future { .. }
            | Self::Conflict
            | Self::Full
            | Self::UnknownSource { .. }
            | Self::MayNotTell { .. }
            | Self::NoCompany => Class::Poison,
            Self::UnknownLead { .. } | Self::Raced => Class::Retryable,
        }
    }
}

impl<W: World> Stage for Outcomes<W> {
    const NAME: &'static str = "outcome";
    type Error = OutcomeError;

    async fn process(&self, message: Message<'_>) -> Result<(), OutcomeError> {
        if AccountUse::is_message(message.body.as_bytes()) {
            return Box::pin(self.used(message.body)).await;
        }
        let event = CrmEvent::parse(message.body.as_bytes()).map_err(OutcomeError::Read)?;
        let ahead = event.occurred_at.duration_since(self.clock.now());
        if ahead > MOST_AHEAD {
            return Err(OutcomeError::Future { hours: ahead.as_hours() });
        }
        let barred = self.barred(&event, message.sent_at).await?;
        for _ in 0..TRIES {
            if barred == Barred::Yes {
                count(Figure::BarredByErasure, 1);
                return Ok(());
            }
            let meant = meant(&self.leads, &event).await.map_err(OutcomeError::Store)?;
            let Some(Stored { mut lead, version }) = meant else {
                // Nothing is left that it could be of, and nothing of it is to be left either.
                if let Barred::SentLater { .. } = barred {
                    count(Figure::BarredByErasure, 1);
                    return Ok(());
                }
                return Err(OutcomeError::UnknownLead { by: NamedBy::of(&event) });
            };
            concerns(lead.id());
            match lead.crm.add(event.record().map_err(OutcomeError::Record)?) {
                Recorded::Conflict => return Err(OutcomeError::Conflict),
                Recorded::Full => return Err(OutcomeError::Full),
                Recorded::Repeated => {}
                Recorded::New => {
                    // What was imported as closed stays so until the CRM speaks of a deal.
                    let is_told = lead.crm.opportunity_at().is_some();
                    let outcome = if is_told { lead.crm.outcome() } else { lead.outcome.clone() };
                    if !self.keep(&event, &mut lead, version, outcome).await? {
                        continue;
                    }
                }
            }
            // Repeated or not: what a crash, or another word of the deal at the same moment, left apart is mended here.
            if let Some(deal) = &event.deal {
                self.gather(&event, deal, &lead.event().email).await?;
            }
            return Ok(());
        }
        Err(OutcomeError::Raced)
    }
}

impl<W: World> Outcomes<W> {
    /// An AE's time begins with the meeting: see [`leadlight_desk::meeting_moved`]. Where the team cannot be had, the time stays
    /// as it is, and a breach is told of as before.
    async fn meeting_moved(&self, event: &CrmEvent, lead: &mut QueuedLead) -> Result<(), OutcomeError> {
        // Only what may move it is worth reading policy and team for.
        let Some(state) = event.what.contact().filter(|state| state.moves_the_meeting()) else {
            return Ok(());
        };
        if lead.waits_in() != Some(QueueName::Ae) {
            return Ok(());
        }
        let now = self.clock.now();
        let policy = self.in_force.policy(now).await.map_err(OutcomeError::Registry)?;
        let team = self.in_force.team(now).await.map_err(OutcomeError::Registry)?;
        meeting_moved(lead, state, team.as_deref(), now, &policy);
        Ok(())
    }

    /// How the person that an event names stands to what was erased.
    async fn barred(&self, event: &CrmEvent, sent_at: Timestamp) -> Result<Barred, OutcomeError> {
        let Some(key) = self.marking.key().await.map_err(OutcomeError::Tombstones)? else {
            return Ok(Barred::No);
        };
        let came = CameAt { occurred_at: event.occurred_at, received_at: sent_at };
        let bar = match &event.lead {
            LeadRef::LeadId(id) => Bar { mark: key.event(id), came: None },
            LeadRef::Event { source, id } => Bar { mark: key.event(&LeadId::of(source, id)), came: None },
            LeadRef::Email(email) => {
                Bar { mark: key.person(&PersonKey::of_address(email)), came: Some(came) }
            }
        };
        barred(&self.leads, &[bar]).await.map_err(OutcomeError::Tombstones)
    }

    /// False where someone else wrote the lead at the same moment.
    async fn keep(
        &self,
        event: &CrmEvent,
        lead: &mut QueuedLead,
        read: Version,
        outcome: Option<Outcome>,
    ) -> Result<bool, OutcomeError> {
        self.meeting_moved(event, lead).await?;
        let before = lead.outcome.as_ref().map(|outcome| outcome.result);
        let changed = settle(lead, outcome);
        let ended = Ended::of(lead, before);
        match self.leads.replace(lead, read, ended.counts()).await.map_err(OutcomeError::Store)? {
            Replaced::Stale => Ok(false),
            Replaced::Done => {
                tell(event, lead, changed);
                Ok(true)
            }
        }
    }

    /// Brings what was told of a deal by address to the deal's lead. Of two that write at the same moment, the later
    /// one sees both.
    async fn gather(
        &self,
        event: &CrmEvent,
        deal: &DealId,
        email: &EmailAddress,
    ) -> Result<(), OutcomeError> {
        let leads = leads_of(&self.leads, email).await.map_err(OutcomeError::Store)?;
        let Some(home) = lead_of(deal, &leads, None) else { return Ok(()) };
        for other in leads.iter().filter(|lead| lead.id() != home.id() && lead.crm.has_by_address(deal)) {
            let read = async |id| self.leads.get(id).await.map_err(OutcomeError::Store);
            // One that is not there was read from an index that ran ahead, or was erased at this moment.
            let (Some(from), Some(to)) = (read(other.id()).await?, read(home.id()).await?) else {
                return Err(OutcomeError::Raced);
            };
            self.move_deal(event, deal, from, to).await?;
        }
        Ok(())
    }

    /// Copied before it is taken away: after a crash in between, the event's next delivery goes on from here. What
    /// the other lead has no room for, or has another record of under that id, stays.
    async fn move_deal(
        &self,
        event: &CrmEvent,
        deal: &DealId,
        mut from: Stored,
        mut to: Stored,
    ) -> Result<(), OutcomeError> {
        let mut moved = 0;
        for record in from.lead.crm.take_by_address(deal) {
            match to.lead.crm.add(record.clone()) {
                Recorded::New | Recorded::Repeated => moved += 1,
                Recorded::Conflict | Recorded::Full => {
                    tracing::warn!(lead_id = %from.lead.id(), to = %to.lead.id(), "a deal is told of on two leads");
                    from.lead.crm.add(record);
                }
            }
        }
        if moved == 0 {
            return Ok(());
        }
        for Stored { lead, version } in [&mut to, &mut from] {
            let outcome = lead.crm.outcome();
            if !self.keep(event, lead, *version, outcome).await? {
                return Err(OutcomeError::Raced);
            }
        }
        Ok(())
    }
}

/// The lead that an event means, if it is there. What its sender told before under its id is where it was kept.
pub async fn meant(
    store: &(impl LeadStore + LeadIndex),
    event: &CrmEvent,
) -> Result<Option<Stored>, PortError> {
    let email = match &event.lead {
        LeadRef::LeadId(id) => return store.get(id).await,
        LeadRef::Event { source, id } => return store.get(&LeadId::of(source, id)).await,
        LeadRef::Email(email) => email,
    };
    let leads = leads_of(store, email).await?;
    let known = leads.iter().find(|lead| lead.crm.records().iter().any(|r| r.id == event.id));
    let meant = known.or_else(|| match &event.deal {
        Some(deal) => lead_of(deal, &leads, Some(event.occurred_at)),
        None => latest_before(&leads, event.occurred_at),
    });
    match meant {
        Some(lead) => store.get(lead.id()).await,
        None => Ok(None),
    }
}

/// A person's leads, the latest first: those of this address, and the one that it leads to where they use another now.
pub async fn leads_of(
    store: &(impl LeadStore + LeadIndex),
    email: &EmailAddress,
) -> Result<Vec<QueuedLead>, PortError> {
    let mut leads = store.of_person(email, PERSONS_LEADS).await?;
    if let Some(id) = store.lead_of(&PersonKey::of_address(email)).await?
        && leads.iter().all(|lead| *lead.id() != id)
        && let Some(there) = store.get(&id).await?
        && leads.iter().all(|lead| lead.id() != there.lead.id())
    {
        leads.push(there.lead);
        leads.sort_by_key(|lead| Reverse(lead.occurred_at()));
    }
    Ok(leads)
}

/// A local time that was written as if it were UTC may be so much too early.
const ZONES: SignedDuration = SignedDuration::from_hours(14);

/// Which of a person's leads, the latest first, is a deal's: the one that was named for it last; else the latest before
/// the deal began, as far as the CRM has told. When an earlier word of the deal comes late, that is another lead.
fn lead_of<'a>(deal: &DealId, leads: &'a [QueuedLead], told_at: Option<Timestamp>) -> Option<&'a QueuedLead> {
    let told = || {
        let records = leads.iter().flat_map(|lead| lead.crm.records().iter().map(move |r| (lead, r)));
        records.filter(|(_, r)| r.deal.as_ref() == Some(deal))
    };
    let named = told().filter(|(_, r)| !r.is_by_address).max_by_key(|(_, r)| (r.occurred_at, &r.id));
    let began_at = told().map(|(_, r)| r.occurred_at).chain(told_at).min()?;
    named
        .map(|(lead, _)| lead)
        .or_else(|| latest_before(leads, began_at))
        .or_else(|| told().next().map(|(lead, _)| lead))
}

/// Half a day's zone error costs no deal: where no lead is older, the oldest that came soon after is meant.
fn latest_before(leads: &[QueuedLead], moment: Timestamp) -> Option<&QueuedLead> {
    let before = leads.iter().find(|lead| lead.began_at() <= moment);
    before.or_else(|| leads.last().filter(|oldest| oldest.began_at() <= moment + ZONES))
}

/// Keeps how a lead's deals ended; is it another end than before? One that opens again waits anew: for nobody yet, and
/// not since it first came.
fn settle(lead: &mut QueuedLead, outcome: Option<Outcome>) -> bool {
    let before = std::mem::replace(&mut lead.outcome, outcome);
    if before.is_some() && lead.outcome.is_none() {
        (lead.work.owner, lead.work.due_at, lead.work.claim) = (None, None, None);
    }
    lead.work.revision += 1;
    lead.outcome != before
}

/// A deal that was won although the lead had not been let through is what the model should learn from most.
fn tell(event: &CrmEvent, lead: &QueuedLead, changed: bool) {
    let kind = event.what.as_str();
    let lead_id = lead.id();
    let won = changed && lead.outcome.as_ref().is_some_and(|o| o.result == OutcomeResult::Won);
    match lead.decision() {
        Some(decision) if won && decision.score.value() < 50.0 => {
            let score = decision.score.rounded();
            tracing::warn!(kind, %lead_id, score, won_but_low = 1, "a deal with a low score was won: for the model's review");
        }
        _ => tracing::debug!(kind, %lead_id, "outcome kept"),
    }
}
