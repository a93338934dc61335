//! Takes what a CRM tells of a lead's deals, in any order and as often as it comes.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{
    CrmEvent, CrmHistory, CrmRecord, DealId, LeadId, LeadRef, Outcome, OutcomeResult, QueuedLead, Recorded,
    WireError,
};
use leadlight_pipeline::batch::{Message, Stage};
use leadlight_pipeline::{Class, Classed, Clock, LeadIndex, LeadStore, PortError, Replaced, Stored};

/// Clocks differ; a day covers any time zone written without its offset.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_hours(24);
/// Leads of one person that are looked at to find the one that is meant.
const PERSONS_LEADS: usize = 25;
/// Someone else may write the lead between reading and writing it.
const TRIES: usize = 3;

/// The outcome stage.
#[derive(Debug)]
pub struct Outcomes<L, C> {
    /// Where leads rest.
    pub leads: L,
    /// Tells what lies in the future.
    pub clock: C,
}

/// Why an outcome was not kept.
#[derive(Debug, thiserror::Error)]
pub enum OutcomeError {
    /// The message is no CRM event.
    #[error("the message is not a CRM event")]
    Read(#[source] WireError),
    /// It has not happened yet.
    #[error("`occurred_at` is {hours} hours in the future; check the sender's clock and time zone")]
    Future {
        /// How far.
        hours: i64,
    },
    /// No lead is meant.
    #[error(
        "no lead is known by that `lead`; is it right? The event is tried again, should the lead still be on its way"
    )]
    UnknownLead,
    /// The sender used one id for two events.
    #[error("another event with this id but other content was told of this lead before; the first stays")]
    Conflict,
    /// More than a lead's deals can have gone through.
    #[error(
        "this lead has {} records of its deals already; does the sender repeat itself under new ids?",
        CrmHistory::MOST
    )]
    Full,
    /// The table failed.
    #[error("the lead cannot be read or written")]
    Store(#[source] PortError),
    /// The event cannot be kept.
    #[error("the event cannot be written down")]
    Record(#[source] WireError),
    /// Others kept writing it.
    #[error("the lead was written by someone else at the same moment")]
    Raced,
}

impl Classed for OutcomeError {
    fn class(&self) -> Class {
        match self {
            Self::Read(e) | Self::Record(e) => e.class(),
            Self::Store(e) => e.class(),
            Self::Future { .. } | Self::Conflict | Self::Full => Class::Poison,
            Self::UnknownLead | Self::Raced => Class::Retryable,
        }
    }
}

impl<L: LeadStore + LeadIndex, C: Clock> Stage for Outcomes<L, C> {
    const NAME: &'static str = "outcome";
    type Error = OutcomeError;

    async fn process(&self, message: Message<'_>) -> Result<(), OutcomeError> {
        let event = CrmEvent::parse(message.body.as_bytes()).map_err(OutcomeError::Read)?;
        let ahead = event.occurred_at.duration_since(self.clock.now());
        if ahead > CLOCK_SKEW {
            return Err(OutcomeError::Future { hours: ahead.as_hours() });
        }
        for _ in 0..TRIES {
            let id = self.meant(&event).await?;
            let Stored { mut lead, version } = self.lead(&id).await?;
            match lead.crm.add(event.record().map_err(OutcomeError::Record)?) {
                Recorded::Repeated => return Ok(()),
                Recorded::Conflict => return Err(OutcomeError::Conflict),
                Recorded::Full => return Err(OutcomeError::Full),
                Recorded::New => {}
            }
            // What was imported as closed stays so until the CRM speaks of a deal.
            let outcome =
                if lead.crm.opportunity_at().is_some() { lead.crm.outcome() } else { lead.outcome.clone() };
            let changed = settle(&mut lead, outcome);
            match self.leads.replace(&lead, version, "", &[]).await.map_err(OutcomeError::Store)? {
                Replaced::Done => {
                    tell(&event, &lead, changed);
                    return Ok(());
                }
                Replaced::Stale => {}
            }
        }
        Err(OutcomeError::Raced)
    }
}

impl<L: LeadStore + LeadIndex, C> Outcomes<L, C> {
    async fn lead(&self, id: &LeadId) -> Result<Stored, OutcomeError> {
        self.leads.get(id).await.map_err(OutcomeError::Store)?.ok_or(OutcomeError::UnknownLead)
    }

    /// The lead that an event means. An address means the person's latest lead before the deal began, as far as the
    /// CRM has told: when an earlier word of the deal comes late, the deal moves to the lead it began with.
    async fn meant(&self, event: &CrmEvent) -> Result<LeadId, OutcomeError> {
        let email = match &event.lead {
            LeadRef::LeadId(id) => return Ok(id.clone()),
            LeadRef::Event { source, id } => return Ok(LeadId::of(source, id)),
            LeadRef::Email(email) => email,
        };
        let leads = self.leads.of_person(email, PERSONS_LEADS).await.map_err(OutcomeError::Store)?;
        let of_deal = |lead: &QueuedLead| -> Vec<CrmRecord> {
            let is_of = |r: &&CrmRecord| event.deal.is_some() && r.deal == event.deal;
            lead.crm.records().iter().filter(is_of).cloned().collect()
        };
        let known = leads.iter().find(|l| l.crm.records().iter().any(|r| r.id == event.id));
        // Who named the lead itself has said whose deal it is.
        let named = || leads.iter().find(|l| of_deal(l).iter().any(|r| !r.is_by_address));
        if let Some(lead) = known.or_else(named) {
            return Ok(lead.id().clone());
        }
        let told = leads.iter().flat_map(of_deal).map(|r| r.occurred_at);
        let began_at = told.fold(event.occurred_at, Timestamp::min);
        let has_deal = |lead: &&QueuedLead| !of_deal(lead).is_empty();
        let right = leads
            .iter()
            .find(|lead| lead.content.enriched().submitted.occurred_at() <= began_at)
            .or_else(|| leads.iter().find(has_deal))
            .ok_or(OutcomeError::UnknownLead)?;
        if let Some(deal) = &event.deal {
            for other in leads.iter().filter(has_deal).filter(|other| other.id() != right.id()) {
                self.move_deal(event, deal, other.id(), right.id()).await?;
            }
        }
        Ok(right.id().clone())
    }

    /// Copied before it is taken away: after a crash in between, the event's next delivery goes on from here.
    async fn move_deal(
        &self,
        event: &CrmEvent,
        deal: &DealId,
        from: &LeadId,
        to: &LeadId,
    ) -> Result<(), OutcomeError> {
        let (mut from, mut to) = (self.lead(from).await?, self.lead(to).await?);
        for record in from.lead.crm.take_by_address(deal) {
            match to.lead.crm.add(record) {
                Recorded::New | Recorded::Repeated => {}
                Recorded::Conflict => return Err(OutcomeError::Conflict),
                Recorded::Full => return Err(OutcomeError::Full),
            }
        }
        for Stored { lead, version } in [&mut to, &mut from] {
            let outcome = lead.crm.outcome();
            let changed = settle(lead, outcome);
            match self.leads.replace(lead, *version, "", &[]).await.map_err(OutcomeError::Store)? {
                Replaced::Done => tell(event, lead, changed),
                Replaced::Stale => return Err(OutcomeError::Raced),
            }
        }
        Ok(())
    }
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
    match lead.content.decision() {
        Some(decision) if won && decision.score.value() < 50.0 => {
            let score = decision.score.rounded();
            tracing::warn!(kind, %lead_id, score, won_but_low = 1, "a deal with a low score was won: for the model's review");
        }
        _ => tracing::debug!(kind, %lead_id, "outcome kept"),
    }
}
