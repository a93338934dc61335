//! One picture of a person from all their events: whatever the order in which they came, it is the same.
//!
//! Events stand in the order in which they happened. A later word goes before an earlier one, what is known is never
//! replaced by what is not, and what a provider found goes before what anybody typed. What a person did stays with each
//! event, since it counts by what its own source may say.

use crate::enrichment::{Company, Enrichment, Fact, Person};
use crate::event::FormSubmit;
use crate::ids::{ContentHash, LeadId};
use crate::stages::{EnrichedLead, FORM};
use leadlight_reading::EmailKind;

impl EnrichedLead {
    /// The picture of a lead from the events that became it, under its id and the hash of its first one's content.
    /// What the policy says of it, completeness and hash, is the latest event's: whoever unites judges anew. None
    /// where there are no events.
    pub(crate) fn picture(lead_id: LeadId, content_hash: ContentHash, oldest_first: &[Self]) -> Option<Self> {
        let mut picture = oldest_first.iter().cloned().reduce(|earlier, later| later.after(&earlier))?;
        picture.submitted.event.is_test = oldest_first.iter().all(|event| event.event().is_test);
        picture.submitted.received_at = oldest_first.iter().map(|e| e.submitted.received_at).max()?;
        picture.enriched_at = oldest_first.iter().map(|event| event.enriched_at).max()?;
        picture.submitted.lead_id = lead_id;
        picture.submitted.content_hash = content_hash;
        Some(picture)
    }

    /// A later event, with what only an earlier one knew.
    pub(crate) fn after(mut self, earlier: &Self) -> Self {
        self.submitted.event.occurred_at = Some(self.occurred_at());
        // Their address at work says more than a private one that they used later.
        if is_works(earlier.email_kind) && !is_works(self.email_kind) {
            self.email_kind = earlier.email_kind;
            self.submitted.event.email = earlier.event().email.clone();
            if earlier.account_domain.is_some() {
                self.account_domain.clone_from(&earlier.account_domain);
            }
        }
        fill(&mut self.account_domain, &earlier.account_domain);
        fill_event(&mut self.submitted.event, earlier.event());
        let Enrichment { company, person } = &mut self.enrichment;
        fill_company(company, &earlier.enrichment.company);
        fill_person(person, &earlier.enrichment.person);
        self
    }
}

fn is_works(kind: EmailKind) -> bool {
    matches!(kind, EmailKind::Business | EmailKind::Academic)
}

fn fill<T: Clone>(later: &mut Option<T>, earlier: &Option<T>) {
    if later.is_none() {
        later.clone_from(earlier);
    }
}

fn fill_event(later: &mut FormSubmit, earlier: &FormSubmit) {
    // What is the event's own, its ids, its form, where it came from and what was done, stays its own.
    fill(&mut later.first_name, &earlier.first_name);
    fill(&mut later.last_name, &earlier.last_name);
    fill(&mut later.phone, &earlier.phone);
    fill(&mut later.title, &earlier.title);
    fill(&mut later.company, &earlier.company);
    fill(&mut later.website, &earlier.website);
    fill(&mut later.country, &earlier.country);
    fill(&mut later.employees, &earlier.employees);
    fill(&mut later.revenue_usd, &earlier.revenue_usd);
    fill(&mut later.industry, &earlier.industry);
    fill(&mut later.message, &earlier.message);
}

fn fill_company(later: &mut Company, earlier: &Company) {
    fill_fact(&mut later.name, &earlier.name);
    fill_fact(&mut later.industry, &earlier.industry);
    fill_fact(&mut later.employees, &earlier.employees);
    fill_fact(&mut later.revenue_usd, &earlier.revenue_usd);
    fill_fact(&mut later.country, &earlier.country);
    fill_fact(&mut later.technologies, &earlier.technologies);
    fill_fact(&mut later.intent, &earlier.intent);
}

fn fill_person(later: &mut Person, earlier: &Person) {
    fill_fact(&mut later.title, &earlier.title);
    fill_fact(&mut later.function, &earlier.function);
    fill_fact(&mut later.seniority, &earlier.seniority);
    fill_fact(&mut later.role_since, &earlier.role_since);
    fill_fact(&mut later.recently_changed_jobs, &earlier.recently_changed_jobs);
}

/// A provider's word goes before what was typed, however late.
fn fill_fact<T: Clone>(later: &mut Option<Fact<T>>, earlier: &Option<Fact<T>>) {
    let is_found = |fact: &Option<Fact<T>>| fact.as_ref().is_some_and(|fact| fact.provider != FORM);
    if later.is_none() || is_found(earlier) && !is_found(later) {
        later.clone_from(earlier);
    }
}
