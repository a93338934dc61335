//! Finds what is known of a lead's company and person: who they are by the policy, then what vendors say.

use std::sync::Arc;

use jiff::Timestamp;
use leadlight_accounts::Accounts;
use leadlight_enrichment::{Around, By, OwnTable, Vendors, Who, merged};
use leadlight_lead::{
    About, Completeness, DomainName, EmailKind, EnrichedLead, Enrichment, FormSubmit, Joined, SubmittedLead,
};
use leadlight_policy::{Policy, Statement};
use leadlight_ports::{Clock, FactTraces, Facts, Secrets, World};
use leadlight_reading::read_country;
use leadlight_registry::InForce;

use crate::desk::{Askable, Circumstances, Desk};
use crate::error::EnrichError;
use crate::quote::Quote;

/// Finds what is known.
#[derive(Debug)]
pub struct Lookup<W: World, F, S> {
    /// Policy, list of accounts and vendors file in force.
    pub in_force: InForce<W::Objects>,
    desk: Desk<F, W::Http, S, W::Clock, W::Items>,
}

/// What was found.
#[derive(Debug)]
pub struct Looked {
    /// The lead with all that is known.
    pub lead: EnrichedLead,
    /// A person looks before anything is scored.
    pub human_first: bool,
    /// Vendors were away, and may tell more later.
    pub is_worth_again: bool,
}

/// What is known before anybody is asked.
struct Known {
    policy: Arc<Policy>,
    accounts: Option<Arc<Accounts>>,
    /// With what the form says.
    lead: EnrichedLead,
    human_first: bool,
    now: Timestamp,
}

impl<W: World, F: Facts, S: Secrets> Lookup<W, F, S> {
    /// With nothing remembered of any vendor. `facts` has what was bought, `secrets` vendors' keys, `items` the company's
    /// own tables.
    pub fn new(
        in_force: InForce<W::Objects>,
        facts: F,
        http: W::Http,
        secrets: S,
        items: W::Items,
        clock: W::Clock,
        circumstances: Circumstances,
    ) -> Self
    where
        W::Clock: Clone,
    {
        Self { in_force, desk: Desk::new(facts, http, secrets, items, clock, circumstances) }
    }

    /// The time, by the clock that facts are dated with.
    pub(crate) fn now(&self) -> Timestamp {
        self.desk.clock.now()
    }

    /// Looks a lead up with the vendors of a file.
    pub async fn look(
        &self,
        submitted: SubmittedLead,
        round: u32,
        vendors: &Vendors,
    ) -> Result<Looked, EnrichError> {
        let known = self.known(submitted, round).await?;
        let account_of = known.account_of();
        let around = known.around(&account_of);
        let table = self.table(vendors).await?;
        let askable = Askable { vendors, table: table.as_deref() };
        let found = self.desk.round(askable, known.lead.id(), known.who(), &around).await;
        let found = found.map_err(EnrichError::Facts)?;
        let Known { policy, accounts, mut lead, human_first, .. } = known;
        lead.enrichment = found.enrichment;
        self.fill_from_targets(&policy, &mut lead).await?;
        lead.enriched_at = self.now();
        lead.completeness = policy.completeness(&lead.enrichment, lead.motion);
        lead.seen_first_for = policy.segment_seen_first(&lead, &accounts.as_deref());
        let human_first = human_first || lead.seen_first_for.is_some();
        Ok(Looked { lead, human_first, is_worth_again: found.is_worth_again })
    }

    /// Takes away what was bought about a lead's person, whichever vendor told it.
    pub(crate) async fn forget(&self, lead: &EnrichedLead) -> Result<(), EnrichError>
    where
        F: FactTraces,
    {
        let asked = lead.enrichment.asked.iter().filter(|asked| asked.about == About::Person);
        for asked in asked {
            self.desk.forget(&asked.provider, &lead.event().email).await.map_err(EnrichError::Facts)?;
        }
        Ok(())
    }

    /// Who would be asked about a lead, and what that would cost. Nobody is asked.
    pub async fn quote(
        &self,
        submitted: SubmittedLead,
        vendors: &Vendors,
        only: Option<About>,
    ) -> Result<Quote, EnrichError> {
        let known = self.known(submitted, 0).await?;
        let table = self.table(vendors).await?;
        let askable = Askable { vendors, table: table.as_deref() };
        self.desk.quote(askable, known.who(), only).await.map_err(EnrichError::Facts)
    }

    /// The company's own table of facts, where the vendors file asks it.
    async fn table(&self, vendors: &Vendors) -> Result<Option<Arc<OwnTable>>, EnrichError> {
        if !vendors.providers().any(|one| matches!(one.by(), By::Table)) {
            return Ok(None);
        }
        self.in_force.own_facts(self.now()).await.map_err(EnrichError::Registry)
    }

    /// What the list of target accounts says of the company fills what nobody else knows, so that a lead is scored by what its
    /// account was ranked by. What cannot be read of the list costs no lead.
    async fn fill_from_targets(&self, policy: &Policy, lead: &mut EnrichedLead) -> Result<(), EnrichError> {
        let Some(domain) = lead.account_domain.clone() else { return Ok(()) };
        let now = self.now();
        let targets = self.in_force.targets(now).await.map_err(EnrichError::Registry)?;
        if let Some(target) = targets.as_deref().and_then(|targets| targets.get(&domain)) {
            target.fill(&mut lead.enrichment.company, policy, now);
        }
        Ok(())
    }

    async fn known(&self, mut submitted: SubmittedLead, round: u32) -> Result<Known, EnrichError> {
        let now = self.now();
        let policy = self.in_force.policy(now).await.map_err(EnrichError::Registry)?;
        let source_name = submitted.event.source.clone();
        let Some(source) = policy.source(&source_name) else {
            return Err(EnrichError::UnknownSource { source_name });
        };
        if !source.may_say.contains(&Statement::Id) {
            submitted = submitted.identified_by_content();
        }
        let accounts = self.in_force.accounts(now).await.map_err(EnrichError::Registry)?;
        let event = &submitted.event;
        let email_kind = policy.email_kind(&event.email);
        let (motion, human_first) = (source.motion_of(event), source.human_first_for(event));
        let domain = account_domain(event, email_kind, &policy);
        let lead = EnrichedLead {
            policy: policy.hash().clone(),
            motion,
            email_kind,
            account_domain: domain.map(|domain| account_of(accounts.as_deref(), &domain)),
            completeness: Completeness { share: 0.0, missing: Vec::new() },
            enrichment: Enrichment::default(),
            enriched_at: now,
            round,
            group: None,
            renewal: None,
            joined: Joined::default(),
            found: None,
            seen_first_for: None,
            submitted,
        };
        let mut known = Known { policy, accounts, lead, human_first, now };
        let account_of = known.account_of();
        let enrichment = merged(&known.around(&account_of), &Vendors::default(), &[]);
        known.lead.enrichment = enrichment;
        Ok(known)
    }
}

impl Known {
    /// A company with several domains is one account.
    fn account_of(&self) -> impl Fn(&DomainName) -> DomainName + Sync + use<> {
        let accounts = self.accounts.clone();
        move |domain| account_of(accounts.as_deref(), domain)
    }

    fn around<'a>(&'a self, account_of: &'a (dyn Fn(&DomainName) -> DomainName + Sync)) -> Around<'a> {
        Around {
            policy: &self.policy,
            event: self.lead.event(),
            occurred_at: self.lead.occurred_at(),
            account: self.lead.account_domain.as_ref(),
            account_of,
            job_change_days: self.policy.people().job_change_days,
            now: self.now,
        }
    }

    fn who(&self) -> Who<'_> {
        let assessment = match self.accounts.as_deref() {
            Some(list) => self.policy.assess_beside(&self.lead, list),
            None => self.policy.assess(&self.lead),
        };
        let event = self.lead.event();
        Who {
            email: &event.email,
            email_kind: self.lead.email_kind,
            domain: self.lead.account_domain.as_ref(),
            country: event.country.as_deref().and_then(read_country),
            consents: &event.consent,
            is_test: event.is_test,
            is_disqualified: assessment.disqualified.is_some(),
        }
    }
}

fn account_of(accounts: Option<&Accounts>, domain: &DomainName) -> DomainName {
    accounts.map_or_else(|| domain.clone(), |accounts| accounts.account_of(domain).clone())
}

/// The domain of an address that belongs to a company or school, or else the website typed in the form:
/// people type anything there, and it must not lose a lead whose address is good. The website
/// of a mailbox provider does not count: people who have nothing to do with each other would be one account.
fn account_domain(event: &FormSubmit, kind: EmailKind, policy: &Policy) -> Option<DomainName> {
    let belongs = |kind| matches!(kind, EmailKind::Business | EmailKind::Academic);
    let from_address: Option<DomainName> =
        if belongs(kind) { event.email.domain().parse().ok() } else { None };
    let typed = || DomainName::from_host_or_url(event.website.as_deref()?).ok();
    from_address.or_else(|| typed().filter(|domain| belongs(policy.domain_kind(domain))))
}
