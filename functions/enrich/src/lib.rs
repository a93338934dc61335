//! Looks up the company and the person behind a form-submit event: with the vendors that the vendors file names, in its
//! order and within its budget.

mod config;
mod desk;
mod error;
mod heard;
mod lookup;
mod message;
mod own;
mod quote;
mod round;
mod serve;

use leadlight_lead::{Barred, CameAt, RouteRequest, StageMessage, SubmittedLead};
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::metrics::{Figure, concerns, count, supplied};
use leadlight_ports::{FactTraces, Facts, LONGEST_DELAY, Marking, MessageQueue, Secrets, World, barred};

pub use config::Config;
pub use desk::Circumstances;
pub use error::EnrichError;
pub use lookup::{Looked, Lookup};
pub use message::Again;
pub use quote::{Quote, Quoted};
pub use serve::serve;

use message::Incoming;

/// The enrichment stage.
#[derive(Debug)]
pub struct Enrich<W: World, F, S> {
    /// Finds what is known.
    pub lookup: Lookup<W, F, S>,
    /// Where enriched leads go.
    pub to_score: W::Queue,
    /// Where leads go that a person looks at before scoring.
    pub to_route: W::Queue,
    /// Who was erased.
    pub tombstones: W::Leads,
    /// Makes the marks of those who were.
    pub marking: Marking<W::Objects>,
    /// The queue that events come from: where leads wait that are enriched again.
    pub again: W::Queue,
}

impl<W: World, F: Facts + FactTraces, S: Secrets> Enrich<W, F, S> {
    async fn is_barred(&self, submitted: &SubmittedLead) -> Result<bool, EnrichError> {
        let Some(key) = self.marking.key().await.map_err(EnrichError::Tombstones)? else { return Ok(false) };
        let policy = self.lookup.in_force.policy(self.lookup.now()).await.map_err(EnrichError::Registry)?;
        let came = CameAt { occurred_at: submitted.occurred_at(), received_at: submitted.received_at };
        let bars = key.bars(&submitted.lead_id, &policy.keys_of_sender(&submitted.event), came);
        let barred = barred(&self.tombstones, &bars).await.map_err(EnrichError::Tombstones)?;
        Ok(barred == Barred::Yes)
    }
}

impl<W: World, F: Facts + FactTraces, S: Secrets> Stage for Enrich<W, F, S> {
    const NAME: &'static str = "enrich";
    type Error = EnrichError;

    async fn process(&self, message: Message<'_>) -> Result<(), EnrichError> {
        let incoming = Incoming::read(message.body).map_err(EnrichError::Event)?;
        let (submitted, round) = incoming.lead(message.sent_at)?;
        concerns(&submitted.lead_id);
        let now = self.lookup.now();
        // Before any vendor is asked: no facts are bought about people who were erased.
        if self.is_barred(&submitted).await? {
            count(Figure::BarredByErasure, 1);
            return Ok(());
        }
        let vendors = self.lookup.in_force.vendors(now).await.map_err(EnrichError::Registry)?;
        let Looked { lead, human_first, is_worth_again } =
            self.lookup.look(submitted, round, &vendors).await?;
        supplied(&lead.enrichment, lead.occurred_at());
        // And after it was bought: an erasure meanwhile found nothing of this yet, or took it away before.
        if self.is_barred(&lead.submitted).await? {
            count(Figure::BarredByErasure, 1);
            return self.lookup.forget(&lead).await;
        }
        let again = (is_worth_again && round < vendors.budget().again)
            .then(|| Again { submitted: lead.submitted.clone(), round: round + 1 });
        let (queue, body) = if human_first {
            (&self.to_route, RouteRequest::HumanFirst(lead).to_message())
        } else {
            (&self.to_score, lead.to_message())
        };
        queue.send(&body.map_err(EnrichError::Write)?, &[]).await.map_err(EnrichError::HandOn)?;
        match again {
            Some(again) => {
                let body = again.to_message().map_err(EnrichError::Write)?;
                self.again.send_later(&body, LONGEST_DELAY).await.map_err(EnrichError::HandOn)
            }
            None => Ok(()),
        }
    }
}
