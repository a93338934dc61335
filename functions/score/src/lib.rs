//! Scores an enriched lead: the policy judges, the champion model estimates, the decision says why.

mod config;
mod serve;

use leadlight_lead::{EnrichedLead, RouteRequest, ScoredLead, StageMessage, UsageKey, WireError};
use leadlight_policy::Policy;
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::metrics::{Alarm, concerns};
use leadlight_ports::{Class, Classed, Clock, LeadIndex, MessageQueue, PortError, UsageStore, World, alarm};
use leadlight_registry::{InForce, RegistryError};
use leadlight_scoring::{Judgement, Unfit, judge};

pub use config::Config;
pub use serve::serve;

/// The scoring stage.
#[derive(Debug)]
pub struct Score<W: World> {
    /// Policy, list of accounts and model in force.
    pub in_force: InForce<W::Objects>,
    /// Finds who else there is at an account.
    pub leads: W::Leads,
    /// Where scored leads go.
    pub to_route: W::Queue,
    /// Random bytes, of which the key for drawing is made where the deployment has none yet.
    pub fresh: [u8; 32],
    /// Tells when the pointers are due to be read again.
    pub clock: W::Clock,
}

/// Why a lead was not scored.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// The message is not an enriched lead.
    #[error("the message is not an enriched lead")]
    Read(#[source] WireError),
    /// Policy, list of accounts or model cannot be had.
    #[error("policy, accounts or model cannot be had")]
    Registry(#[source] RegistryError),
    /// The table failed.
    #[error("who else there is at the account, or what was used there, cannot be read")]
    Colleagues(#[source] PortError),
    /// The scored lead cannot be written down.
    #[error("the scored lead cannot be written")]
    Write(#[source] WireError),
    /// The next stage's queue did not take it.
    #[error("the scored lead was not handed on")]
    HandOn(#[source] PortError),
}

impl Classed for ScoreError {
    fn class(&self) -> Class {
        match self {
            Self::Read(e) | Self::Write(e) => e.class(),
            Self::Registry(e) => e.class(),
            Self::Colleagues(e) | Self::HandOn(e) => e.class(),
        }
    }
}

impl<W: World> Stage for Score<W> {
    const NAME: &'static str = "score";
    type Error = ScoreError;

    async fn process(&self, message: Message<'_>) -> Result<(), ScoreError> {
        let mut enriched = EnrichedLead::from_message(message.body.as_bytes()).map_err(ScoreError::Read)?;
        concerns(&enriched.submitted.lead_id);
        let now = self.clock.now();
        let policy = self.in_force.policy(now).await.map_err(ScoreError::Registry)?;
        let champion = self.in_force.champion(now).await.map_err(ScoreError::Registry)?;
        let draw_by = self.in_force.draw_key(now, self.fresh).await.map_err(ScoreError::Registry)?;
        let accounts = self.in_force.accounts(now).await.map_err(ScoreError::Registry)?;
        // What scoring sees of it is kept: it can be scored again as it was.
        if let Some(account) =
            enriched.account_domain.as_ref().filter(|_| policy.asks_for_group(enriched.motion))
        {
            let there = self.leads.of_account(account, Policy::MOST_COLLEAGUES).await;
            let there = there.map_err(ScoreError::Colleagues)?;
            let usage = if policy.counts_usage(enriched.motion) {
                let key = UsageKey::Domain(account.clone());
                self.leads.usage(&key).await.map_err(ScoreError::Colleagues)?
            } else {
                None
            };
            let usage = usage.as_ref().map(|stored| &stored.usage);
            enriched.group = Some(policy.group_of(&enriched, &there, usage));
        }
        let Judgement { decision, unfit } =
            judge(&policy, accounts.as_deref(), &champion, &enriched, &draw_by);
        if let Some(Unfit { model, reason }) = unfit {
            alarm!(Alarm::ModelUnfit; model = model.short(), reason, "rules decide");
        }
        let request = RouteRequest::Scored(ScoredLead { enriched, decision });
        let body = request.to_message().map_err(ScoreError::Write)?;
        self.to_route.send(&body, &[]).await.map_err(ScoreError::HandOn)
    }
}
