//! Looks up the company and the person behind a form-submit event: with the vendors that the vendors file names, in its
//! order and within its budget.

mod config;
mod desk;
mod message;
mod round;
mod serve;

use leadlight_enrichment::{Around, Vendors, Who, merged};
use leadlight_lead::{
    Completeness, DomainName, EmailKind, EnrichedLead, Enrichment, FormSubmit, Joined, RouteRequest, SourceName,
    StageMessage, SubmittedLead, TimeProblem, WireError,
};
use leadlight_policy::{Policy, Statement};
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::metrics::concerns;
use leadlight_ports::{Class, Classed, Clock, Facts, LONGEST_DELAY, MessageQueue, PortError, Secrets, World};
use leadlight_reading::read_country;
use leadlight_registry::{InForce, RegistryError};

pub use config::Config;
pub use desk::{Circumstances, Desk, Memory};
pub use message::Again;
pub use serve::serve;

use message::Incoming;
/// The enrichment stage.
#[derive(Debug)]
pub struct Enrich<W: World, F, S> {
    /// Policy, list of accounts and vendors file in force.
    pub in_force: InForce<W::Objects>,
    /// What speaks to vendors.
    pub desk: Desk<F, W::Http, S, W::Clock>,
    /// Where enriched leads go.
    pub to_score: W::Queue,
    /// Where leads go that a person looks at before scoring.
    pub to_route: W::Queue,
    /// The queue that events come from: where leads wait that are enriched again.
    pub again: W::Queue,
    /// Dates facts.
    pub clock: W::Clock,
}

/// Why a lead was not enriched.
#[derive(Debug, thiserror::Error)]
pub enum EnrichError {
    /// The body is not a form-submit event.
    #[error("the event cannot be read")]
    Event(#[source] WireError),
    /// Its time cannot be right.
    #[error("the event's time cannot be right")]
    Time(#[source] TimeProblem),
    /// The policy does not know its source.
    #[error(
        "source `{source_name}` is not declared in the policy's [sources]; declare it there or fix the producer"
    )]
    UnknownSource {
        /// As sent.
        source_name: SourceName,
    },
    /// The policy in force could not be loaded.
    #[error("the policy could not be loaded")]
    Registry(#[source] RegistryError),
    /// What was bought cannot be read or kept. Without it facts would be bought twice.
    #[error("bought facts cannot be read or kept")]
    Facts(#[source] PortError),
    /// The enriched lead cannot be written down.
    #[error("the enriched lead cannot be written")]
    Write(#[source] WireError),
    /// The next stage's queue did not take it.
    #[error("the enriched lead was not handed on")]
    HandOn(#[source] PortError),
}

impl Classed for EnrichError {
    fn class(&self) -> Class {
        match self {
            Self::Time(_) | Self::UnknownSource { .. } => Class::Poison,
            Self::Event(e) | Self::Write(e) => e.class(),
            Self::Registry(e) => e.class(),
            Self::Facts(e) | Self::HandOn(e) => e.class(),
        }
    }
}

impl<W: World, F: Facts, S: Secrets> Stage for Enrich<W, F, S>
where
    F: 'static,
    S: 'static,
{
    const NAME: &'static str = "enrich";
    type Error = EnrichError;

    async fn process(&self, message: Message<'_>) -> Result<(), EnrichError> {
        let incoming = Incoming::read(message.body).map_err(EnrichError::Event)?;
        let (mut submitted, round) = incoming.lead(message.sent_at)?;
        concerns(&submitted.lead_id);
        let now = self.clock.now();
        let policy = self.in_force.policy(now).await.map_err(EnrichError::Registry)?;
        let source_name = submitted.event.source.clone();
        let Some(source) = policy.source(&source_name) else {
            return Err(EnrichError::UnknownSource { source_name });
        };
        if !source.may_say.contains(&Statement::Id) {
            submitted = submitted.identified_by_content();
        }
        let event = &submitted.event;
        let accounts = self.in_force.accounts(now).await.map_err(EnrichError::Registry)?;
        // A company with several domains is one account.
        let account_of = |domain: &DomainName| match &accounts {
            Some(accounts) => accounts.account_of(domain).clone(),
            None => domain.clone(),
        };
        let email_kind = policy.email_kind(&event.email);
        let account_domain = account_domain(event, email_kind, &policy).map(|domain| account_of(&domain));
        let (motion, human_first) = (source.motion_of(event), source.human_first_for(event));
        let mut lead = EnrichedLead {
            policy: policy.hash().clone(),
            motion,
            email_kind,
            account_domain,
            completeness: Completeness { share: 0.0, missing: Vec::new() },
            enrichment: Enrichment::default(),
            enriched_at: now,
            round,
            group: None,
            joined: Joined::default(),
            submitted,
        };
        let vendors = self.in_force.vendors(now).await.map_err(EnrichError::Registry)?;
        let around = Around {
            policy: &policy,
            event: lead.event(),
            occurred_at: lead.occurred_at(),
            account: lead.account_domain.as_ref(),
            account_of: &account_of,
            job_change_days: 180,
            now,
        };
        let from_form = merged(&around, &Vendors::default(), &[]);
        let known = EnrichedLead { enrichment: from_form, ..lead.clone() };
        let assessment = match accounts.as_deref() {
            Some(list) => policy.assess_beside(&known, list),
            None => policy.assess(&known),
        };
        let who = Who {
            email: &lead.event().email,
            email_kind,
            domain: lead.account_domain.as_ref(),
            country: lead.event().country.as_deref().and_then(read_country),
            consents: &lead.event().consent,
            is_test: lead.event().is_test,
            is_disqualified: assessment.disqualified.is_some(),
        };
        let found = self.desk.round(&vendors, lead.id(), who, &around).await.map_err(EnrichError::Facts)?;
        lead.enrichment = found.enrichment;
        lead.enriched_at = self.clock.now();
        lead.completeness = policy.completeness(&lead.enrichment);
        let again = (found.is_worth_again && round < vendors.budget().again)
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

/// The domain of an address that belongs to a company or school, or else the website typed in the form:
/// people type anything there, and it must not lose a lead whose address is good. A mailbox provider's
/// website is nobody's company: strangers would be one account.
fn account_domain(event: &FormSubmit, kind: EmailKind, policy: &Policy) -> Option<DomainName> {
    let belongs = |kind| matches!(kind, EmailKind::Business | EmailKind::Academic);
    let from_address: Option<DomainName> =
        if belongs(kind) { event.email.domain().parse().ok() } else { None };
    let typed = || DomainName::from_host_or_url(event.website.as_deref()?).ok();
    from_address.or_else(|| typed().filter(|domain| belongs(policy.domain_kind(domain))))
}
