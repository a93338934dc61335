//! Closed deals as decisions with outcomes, as if each had been judged by the policy when it was created.

use anyhow::{Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use leadlight_adapters::DynamoLeads;
use leadlight_events::{HISTORY_CSV, read_deals};
use leadlight_lead::{
    Barred, CameAt, Deal, DealOrigin, DomainName, EmailKind, ErasureKey, FormSubmit, HISTORY_DOMAIN,
    QueuedLead, RouteRequest, ScoredLead,
};
use leadlight_policy::Policy;
use leadlight_ports::{Inserted, LeadStore, Marking, PortError, barred};
use leadlight_scoring::judge_history;
use serde::Serialize;

use crate::system::System;

/// Writes under way at a time.
const CONCURRENCY: usize = 32;

/// What an import did.
#[derive(Debug, Default, Serialize)]
pub struct Imported {
    /// Deals that are new.
    pub new: usize,
    /// Deals that were there with the same content.
    pub repeated: usize,
    /// Ids of deals that were there with other content; these were not changed.
    pub conflicting: Vec<String>,
    /// Deals of people who were erased: these are not brought back.
    pub erased: usize,
}

/// Imports a file in the sample history's format. One bad line, and nothing is imported.
pub async fn import(
    system: &System,
    file_name: &str,
    bytes: &[u8],
    on_step: impl FnMut(usize, usize),
) -> Result<Imported> {
    let deals = read_deals(file_name, bytes)?;
    let policy = policy_in_force(system).await?;
    let leads = deals.iter().map(|deal| closed_lead(deal, &policy)).collect::<Result<Vec<_>>>()?;
    store(system, &leads, on_step).await
}

/// The policy in force.
pub(crate) async fn policy_in_force(system: &System) -> Result<Policy> {
    let registry = system.registry()?;
    Ok(registry.document(&registry.in_force::<Policy>().await?.current.hash).await?)
}

/// Keeps leads. What is there already stays as it is.
pub(crate) async fn store(
    system: &System,
    leads: &[QueuedLead],
    mut on_step: impl FnMut(usize, usize),
) -> Result<Imported> {
    let store = system.leads()?;
    let total = leads.len();
    let store = &store;
    let policy = policy_in_force(system).await?;
    let key = Marking::new(system.registry()?.store().clone()).key().await?;
    let (policy, key) = (&policy, key.as_ref());
    let mut results = stream::iter(leads)
        .map(|lead| async move {
            if is_barred(store, key, policy, lead).await? {
                return Ok((lead, None));
            }
            store.insert(lead).await.map(|inserted| (lead, Some(inserted)))
        })
        .buffer_unordered(CONCURRENCY);
    let mut imported = Imported::default();
    let mut done = 0;
    while let Some((lead, inserted)) = results.try_next().await? {
        match inserted {
            None => imported.erased += 1,
            Some(Inserted::New) => imported.new += 1,
            Some(Inserted::Repeated) => imported.repeated += 1,
            Some(Inserted::Conflict) => {
                imported.conflicting.extend(lead.event().id.as_ref().map(ToString::to_string));
            }
        }
        done += 1;
        on_step(done, total);
    }
    Ok(imported)
}

/// Whether a deal's person was erased since it came.
async fn is_barred(
    store: &DynamoLeads,
    key: Option<&ErasureKey>,
    policy: &Policy,
    lead: &QueuedLead,
) -> Result<bool, PortError> {
    let Some(key) = key else { return Ok(false) };
    let came = CameAt { occurred_at: lead.occurred_at(), received_at: lead.submitted().received_at };
    let bars = key.bars(lead.id(), &policy.person_keys(lead.enriched()), came);
    Ok(barred(store, &bars).await? == Barred::Yes)
}

/// Whether the sample history was imported before.
pub(crate) async fn has_samples(system: &System) -> Result<bool> {
    let deals = read_deals("events/history/deals.csv", HISTORY_CSV)?;
    let Some(first) = deals.first() else { return Ok(false) };
    let found = system.leads()?.get(&first.submitted.lead_id).await?;
    Ok(found.is_some_and(|found| found.lead.deal_origin() == Some(DealOrigin::Sample)))
}

/// A deal as a decided lead with its outcome.
pub fn closed_lead(deal: &Deal, policy: &Policy) -> Result<QueuedLead> {
    let Some(source) = policy.source(deal.source()) else {
        bail!(
            "the source `{}` is not declared in the policy's [sources], and deals are kept under it; declare it, as the \
             default policy does; nothing was imported",
            deal.source()
        );
    };
    let completeness = policy.completeness(&deal.enrichment, source.motion);
    let account = account(&deal.submitted.event, policy);
    let enriched = deal.enriched(policy.hash(), source.motion, account, completeness);
    let decision = judge_history(policy, &enriched);
    let mut lead = QueuedLead::new(
        RouteRequest::Scored(ScoredLead { enriched, decision, renews: None }),
        deal.created_at(),
    );
    lead.outcome = Some(deal.outcome.clone());
    Ok(lead)
}

/// What the address says, and whose account the deal belongs to: the company's domain by the CRM, else that of the
/// address. Where the file names no person the address is none, and says nothing.
fn account(event: &FormSubmit, policy: &Policy) -> (EmailKind, Option<DomainName>) {
    let belongs = |kind| matches!(kind, EmailKind::Business | EmailKind::Academic);
    let told = event.website.as_deref().and_then(|website| DomainName::from_host_or_url(website).ok());
    let told = told.filter(|domain| belongs(policy.domain_kind(domain)));
    if event.email.domain() == HISTORY_DOMAIN {
        return (EmailKind::Business, told);
    }
    let kind = policy.email_kind(&event.email);
    let of_address = || if belongs(kind) { event.email.domain().parse().ok() } else { None };
    (kind, told.or_else(of_address))
}
