//! Imports closed deals as decisions with outcomes, as if each had been judged by the policy when it was
//! created.

use anyhow::{Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use leadlight_events::{Deal, read_deals};
use leadlight_lead::{QueuedLead, RouteRequest, ScoredLead};
use leadlight_policy::Policy;
use leadlight_ports::{Inserted, LeadStore};
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
}

/// Reads the whole file first: one bad line, and nothing is imported.
pub async fn import(
    system: &System,
    file_name: &str,
    bytes: &[u8],
    mut on_step: impl FnMut(usize, usize),
) -> Result<Imported> {
    let deals = read_deals(file_name, bytes)?;
    let registry = system.registry()?;
    let policy: Policy = registry.document(&registry.in_force::<Policy>().await?.current.hash).await?;
    let leads = deals.iter().map(|deal| closed_lead(deal, &policy)).collect::<Result<Vec<_>>>()?;
    let store = system.leads()?;
    let total = leads.len();
    let store = &store;
    let mut results = stream::iter(&leads)
        .map(|lead| async move { store.insert(lead).await.map(|inserted| (lead, inserted)) })
        .buffer_unordered(CONCURRENCY);
    let mut imported = Imported::default();
    let mut done = 0;
    while let Some((lead, inserted)) = results.try_next().await? {
        match inserted {
            Inserted::New => imported.new += 1,
            Inserted::Repeated => imported.repeated += 1,
            Inserted::Conflict => {
                imported.conflicting.extend(lead.event().id.as_ref().map(ToString::to_string));
            }
        }
        done += 1;
        on_step(done, total);
    }
    Ok(imported)
}

/// A deal as a decided lead with its outcome.
pub fn closed_lead(deal: &Deal, policy: &Policy) -> Result<QueuedLead> {
    let Some(source) = policy.source(deal.source()) else {
        bail!(
            "deal {}: its source `{}` is not declared in the policy's [sources]; nothing was imported",
            deal.id(),
            deal.source()
        );
    };
    let completeness = policy.completeness(&deal.enrichment);
    let enriched = deal.enriched(policy.hash(), source.motion, completeness);
    let decision = judge_history(policy, &enriched);
    let mut lead =
        QueuedLead::new(RouteRequest::Scored(ScoredLead { enriched, decision }), deal.created_at());
    lead.outcome = Some(deal.outcome.clone());
    Ok(lead)
}
