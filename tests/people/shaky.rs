//! A table that gives others their turn before each step, and does not write one of its leads.

use jiff::Timestamp;
use leadlight_lead::{DomainName, EmailAddress, LeadId, MemberId, QueueName, QueuedLead, Tally};
use leadlight_pipeline::memory::MemoryLeads;
use leadlight_pipeline::{
    Class, Inserted, LeadIndex, LeadPage, LeadStore, PageToken, PortError, Replaced, Stored, Version, Waiting,
};

#[derive(Debug)]
pub(crate) struct Shaky<'a> {
    pub(crate) leads: &'a MemoryLeads,
    pub(crate) unwritable: Option<LeadId>,
}

impl LeadStore for Shaky<'_> {
    async fn insert(&self, lead: &QueuedLead) -> Result<Inserted, PortError> {
        self.leads.insert(lead).await
    }

    async fn get(&self, id: &LeadId) -> Result<Option<Stored>, PortError> {
        tokio::task::yield_now().await;
        self.leads.get(id).await
    }

    async fn replace(
        &self,
        lead: &QueuedLead,
        read: Version,
        month: &str,
        tallies: &[Tally],
    ) -> Result<Replaced, PortError> {
        tokio::task::yield_now().await;
        if self.unwritable.as_ref() == Some(lead.id()) {
            let source = "it is away".into();
            return Err(PortError { operation: "writing a lead", class: Class::Retryable, source });
        }
        self.leads.replace(lead, read, month, tallies).await
    }

    async fn answered(&self, after: Option<PageToken>) -> Result<LeadPage, PortError> {
        self.leads.answered(after).await
    }

    async fn tallies(&self, month: &str) -> Result<Vec<(Tally, u64)>, PortError> {
        self.leads.tallies(month).await
    }
}

impl LeadIndex for Shaky<'_> {
    async fn queue(&self, queue: QueueName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        self.leads.queue(queue, limit).await
    }

    async fn waiting(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        limit: usize,
    ) -> Result<Vec<Waiting>, PortError> {
        self.leads.waiting(queue, owner, limit).await
    }

    async fn load(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        most: usize,
    ) -> Result<usize, PortError> {
        self.leads.load(queue, owner, most).await
    }

    async fn overdue(
        &self,
        queue: QueueName,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<LeadId>, PortError> {
        self.leads.overdue(queue, now, limit).await
    }

    async fn of_account(&self, account: &DomainName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        self.leads.of_account(account, limit).await
    }

    async fn of_person(&self, email: &EmailAddress, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        self.leads.of_person(email, limit).await
    }
}
