//! Looks up the company and the person behind a form-submit event.

mod config;
mod directory;
mod merge;
mod serve;

use leadlight_lead::{
    BuyingGroup, DomainName, EmailKind, EnrichedLead, FormSubmit, Joined, RouteRequest, SourceName,
    StageMessage, SubmittedLead, TimeProblem, WireError,
};
use leadlight_policy::{Policy, Statement};
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::metrics::concerns;
use leadlight_ports::{
    Class, Classed, Clock, CompanyQuery, EnrichmentProvider, LeadIndex, MessageQueue, PortError, World,
};
use leadlight_registry::{InForce, RegistryError};

pub use config::{Config, FactsFrom};
pub use directory::{DirectoryProvider, NoProvider, SAMPLE_PROVIDER};
pub use serve::serve;

/// Leads of an account that are looked at for its buying group. Judgement: more people than decide anywhere.
const MOST_COLLEAGUES: usize = 50;

/// The enrichment stage.
#[derive(Debug)]
pub struct Enrich<W: World, P> {
    /// The policy in force.
    pub in_force: InForce<W::Objects>,
    /// Where facts come from.
    pub provider: P,
    /// Finds who else there is at an account.
    pub leads: W::Leads,
    /// Where enriched leads go.
    pub to_score: W::Queue,
    /// Where leads go that a person looks at before scoring.
    pub to_route: W::Queue,
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
    /// A provider failed.
    #[error("the enrichment provider failed")]
    Provider(#[source] PortError),
    /// The table failed.
    #[error("who else there is at the account cannot be read")]
    Colleagues(#[source] PortError),
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
            Self::Provider(e) | Self::Colleagues(e) | Self::HandOn(e) => e.class(),
        }
    }
}

impl<W: World, P: EnrichmentProvider> Stage for Enrich<W, P> {
    const NAME: &'static str = "enrich";
    type Error = EnrichError;

    async fn process(&self, message: Message<'_>) -> Result<(), EnrichError> {
        let event = FormSubmit::parse(message.body.as_bytes()).map_err(EnrichError::Event)?;
        for note in event.notes() {
            tracing::warn!(source = %event.source, "{note}");
        }
        let content_hash = event.content_hash().map_err(EnrichError::Event)?;
        let mut submitted =
            SubmittedLead::new(event, content_hash, message.sent_at).map_err(EnrichError::Time)?;
        concerns(&submitted.lead_id);
        let policy = self.in_force.policy(self.clock.now()).await.map_err(EnrichError::Registry)?;
        let source_name = submitted.event.source.clone();
        let Some(source) = policy.source(&source_name) else {
            return Err(EnrichError::UnknownSource { source_name });
        };
        if !source.may_say.contains(&Statement::Id) {
            submitted = submitted.identified_by_content();
        }
        let event = &submitted.event;

        let email_kind = policy.email_kind(&event.email);
        let accounts = self.in_force.accounts(self.clock.now()).await.map_err(EnrichError::Registry)?;
        // A company with several domains is one account.
        let domain = account_domain(event, email_kind, &policy).map(|domain| match &accounts {
            Some(accounts) => accounts.account_of(&domain).clone(),
            None => domain,
        });
        let query = CompanyQuery { domain: domain.clone(), name: event.company.clone() };
        let company = if query.domain.is_some() || query.name.is_some() {
            self.provider.company(&query).await.map_err(EnrichError::Provider)?
        } else {
            None
        };
        let person = self.provider.person(&event.email).await.map_err(EnrichError::Provider)?;
        let enriched_at = self.clock.now();
        let enrichment = merge::with_form(&policy, event, company, person, enriched_at);

        // What scoring sees of it is kept: it can be scored again as it was.
        let group = match domain.as_ref().filter(|_| policy.asks_for_group()) {
            Some(account) => {
                let there = self.leads.of_account(account, MOST_COLLEAGUES).await;
                Some(BuyingGroup::of(&event.email, &there.map_err(EnrichError::Colleagues)?))
            }
            None => None,
        };

        let (motion, human_first) = (source.motion_of(event), source.human_first_for(event));
        let enriched = EnrichedLead {
            policy: policy.hash().clone(),
            motion,
            email_kind,
            account_domain: domain,
            completeness: policy.completeness(&enrichment, motion),
            enrichment,
            enriched_at,
            group,
            joined: Joined::default(),
            found: None,
            submitted,
        };
        let (queue, body) = if human_first {
            (&self.to_route, RouteRequest::HumanFirst(enriched).to_message())
        } else {
            (&self.to_score, enriched.to_message())
        };
        queue.send(&body.map_err(EnrichError::Write)?, &[]).await.map_err(EnrichError::HandOn)
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
