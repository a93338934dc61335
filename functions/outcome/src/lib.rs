//! Takes what a CRM tells of a lead's deals, in any order and as often as it comes.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{
    CrmEvent, CrmHistory, CrmRecord, DealId, EmailAddress, LeadId, LeadRef, Outcome, OutcomeResult,
    QueuedLead, Recorded, WireError,
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
                    // Another word of the deal may have gone to another lead meanwhile. Who writes last sees both.
                    if event.deal.is_some() {
                        self.meant(&event).await?;
                    }
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

    /// The lead that an event means, after what else was told of its deal has been brought there.
    async fn meant(&self, event: &CrmEvent) -> Result<LeadId, OutcomeError> {
        let (named, email) = match &event.lead {
            LeadRef::LeadId(id) => self.named(id.clone()).await?,
            LeadRef::Event { source, id } => self.named(LeadId::of(source, id)).await?,
            LeadRef::Email(email) => (None, email.clone()),
        };
        let leads = self.leads.of_person(&email, PERSONS_LEADS).await.map_err(OutcomeError::Store)?;
        let id = match named {
            Some(id) => id,
            None => by_address(event, &leads).ok_or(OutcomeError::UnknownLead)?.id().clone(),
        };
        if let Some(deal) = &event.deal {
            for other in leads.iter().filter(|lead| *lead.id() != id && lead.crm.has_by_address(deal)) {
                self.move_deal(event, deal, other.id(), &id).await?;
            }
        }
        Ok(id)
    }

    async fn named(&self, id: LeadId) -> Result<(Option<LeadId>, EmailAddress), OutcomeError> {
        let email = self.lead(&id).await?.lead.content.enriched().submitted.event.email.clone();
        Ok((Some(id), email))
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

/// Which of a person's leads, the latest first, an event means that names none: the one that was named for its deal,
/// or else the latest before the deal began, as far as the CRM has told. When an earlier word of the deal comes late,
/// that is another lead.
fn by_address<'a>(event: &CrmEvent, leads: &'a [QueuedLead]) -> Option<&'a QueuedLead> {
    let is_of_deal = |r: &CrmRecord| event.deal.is_some() && r.deal == event.deal;
    let some = |what: &dyn Fn(&CrmRecord) -> bool| leads.iter().find(|l| l.crm.records().iter().any(what));
    let told = leads.iter().flat_map(|l| l.crm.records()).filter(|r| is_of_deal(r)).map(|r| r.occurred_at);
    let began_at = told.fold(event.occurred_at, Timestamp::min);
    // The same id with another deal is a conflict, told where it was kept.
    some(&|r| r.id == event.id && !is_of_deal(r))
        .or_else(|| some(&|r| is_of_deal(r) && !r.is_by_address))
        .or_else(|| leads.iter().find(|l| l.content.enriched().submitted.occurred_at() <= began_at))
        .or_else(|| some(&is_of_deal))
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
