//! From an event to its queue.

use jiff::Timestamp;
use leadlight_lead::{FormSubmit, LeadId, StageMessage, SubmittedLead, Taken, WireError, to_json};
use leadlight_ports::metrics::concerns;
use leadlight_ports::{Class, Classed, DeadLetter, MessageQueue, PortError, Secrets, World, chain};
use leadlight_sources::Reference;

use crate::door::Intake;

/// Why one event was not accepted.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The event is at fault.
    Event { reason: String, too_large: bool },
    /// The queue did not take it: the sender should try again.
    Queue,
}

impl From<WireError> for Refusal {
    fn from(error: WireError) -> Self {
        let too_large = matches!(error, WireError::TooLarge { .. });
        Self::Event { reason: error.to_string(), too_large }
    }
}

impl From<PortError> for Refusal {
    fn from(error: PortError) -> Self {
        tracing::error!(reason = chain(&error), "an event was not accepted");
        match error.class() {
            Class::Retryable => Self::Queue,
            Class::Poison => {
                let reason = "the queue refuses this event as it is; do not send it again unchanged";
                Self::Event { reason: reason.to_owned(), too_large: false }
            }
        }
    }
}

/// An event as it goes on from here, received at that time. The day is a part of what an event without an id is known by, and
/// one that does not say when it happened has the day of the door. Fails where the event is too large for it.
pub fn dated(mut event: FormSubmit, received_at: Timestamp) -> Result<FormSubmit, WireError> {
    if event.id.is_none() && event.occurred_at.is_none() {
        event.occurred_at = Some(received_at);
        event.still_fits()?;
    }
    Ok(event)
}

impl<W: World, S: Secrets> Intake<W, S> {
    pub(crate) async fn enqueue(&self, Taken { event, whole }: Taken) -> Result<LeadId, Refusal> {
        let event = dated(event, self.now())?;
        self.in_force.registry().keep_whole(whole).await?;
        let content_hash = event.content_hash()?;
        let body = to_json(&event)?;
        let submitted = SubmittedLead::new(event, content_hash, self.now())
            .map_err(|e| Refusal::Event { reason: e.to_string(), too_large: false })?;
        self.form_submits.send(&body, &[]).await?;
        concerns(&submitted.lead_id);
        Ok(submitted.lead_id)
    }

    /// Keeps what is to be fetched.
    pub(crate) async fn refer(&self, reference: &Reference) -> Result<(), Refusal> {
        Ok(self.to_pull.send(&reference.to_message()?, &[]).await?)
    }

    /// Keeps a part that is no event as it is, for someone to correct it: as a stage sets aside what it cannot do.
    pub(crate) async fn set_aside(&self, body: &str, reason: &str) -> Result<(), Refusal> {
        Ok(DeadLetter::new("intake", Class::Poison, reason).send(&self.dead_letters, body).await?)
    }
}
