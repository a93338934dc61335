//! A table that gives others their turn before each step, and fails where it is told to.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use leadlight_lead::{
    AccountUsage, Counts, DomainName, EmailAddress, ErasureMark, LeadId, MemberId, PersonKey, QueueName,
    QueuedLead, Tally, UsageKey,
};
use leadlight_ports::memory::{Memory, MemoryLeads, MemoryQueue};
use leadlight_ports::{
    Attributes, Class, ExportTo, FixedClock, Found, Inserted, LeadExports, LeadIndex, LeadPage, LeadStore,
    MessageQueue, Outbox, Page, PageToken, Placing, PortError, Replaced, Stored, StoredUsage, ToRenew,
    Tombstones, UsageStore, Version, Waiting,
};

/// All that lies outside, in memory, with a table in other hands.
pub type ShakyWorld = Memory<FixedClock, Shaky>;

/// Lets one step of many fail, before it is done or when it is: then only its answer is lost.
#[derive(Debug, Clone, Default)]
pub struct Cut {
    steps: Arc<AtomicUsize>,
    at: Option<usize>,
    when_done: bool,
}

impl Cut {
    /// Cuts at a step, counted from 0.
    pub fn at(step: usize, when_done: bool) -> Self {
        Self { steps: Arc::default(), at: Some(step), when_done }
    }

    /// How many steps there were.
    pub fn steps(&self) -> usize {
        self.steps.load(Ordering::SeqCst)
    }

    async fn step<T>(&self, done: impl Future<Output = Result<T, PortError>>) -> Result<T, PortError> {
        let step = self.steps.fetch_add(1, Ordering::SeqCst);
        match self.at {
            Some(at) if at == step && self.when_done => {
                done.await.and_then(|_| Err(away("hearing an answer")))
            }
            Some(at) if at == step => Err(away("taking a step")),
            _ => done.await,
        }
    }
}

/// A queue that takes messages until it is cut.
#[derive(Debug, Clone, Default)]
pub struct CutQueue {
    /// Where they go.
    pub queue: MemoryQueue,
    /// What fails.
    pub cut: Cut,
}

impl MessageQueue for CutQueue {
    async fn send(&self, body: &str, attributes: Attributes<'_>) -> Result<(), PortError> {
        self.cut.step(self.queue.send(body, attributes)).await
    }

    async fn send_later(&self, body: &str, delay: Duration) -> Result<(), PortError> {
        self.cut.step(self.queue.send_later(body, delay)).await
    }
}

/// Leads in memory, in other hands.
#[derive(Debug)]
pub struct Shaky {
    /// Where they rest.
    pub leads: MemoryLeads,
    /// What fails of all that is written.
    pub cut: Cut,
    /// One that is not written for now.
    pub unwritable: Option<LeadId>,
    /// One that is never written: its document is too large, say.
    pub unkeepable: Option<LeadId>,
    /// A queue of which nobody hears what is overdue.
    pub unheard: Option<QueueName>,
    /// Leads whose items are damaged.
    pub unreadable: BTreeSet<LeadId>,
    /// Rows on a page of an index at most.
    pub most_rows: Option<usize>,
    /// Counts of loads that were asked for.
    pub counted: Arc<AtomicUsize>,
    /// Lists of what waits for someone that were asked for.
    pub listed: Arc<AtomicUsize>,
    /// Counts and queues that were read at one time, at most.
    pub most_at_once: Arc<AtomicUsize>,
    /// Those under way now.
    pub at_once: Arc<AtomicUsize>,
}

impl Shaky {
    /// It fails nowhere.
    pub fn of(leads: &MemoryLeads) -> Self {
        Self {
            leads: leads.clone(),
            cut: Cut::default(),
            unwritable: None,
            unkeepable: None,
            unheard: None,
            unreadable: BTreeSet::new(),
            most_rows: None,
            counted: Arc::default(),
            listed: Arc::default(),
            most_at_once: Arc::default(),
            at_once: Arc::default(),
        }
    }

    /// A read that others may be under way with.
    async fn one_of_many<T>(&self, read: impl Future<Output = T>) -> T {
        let under_way = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(under_way, Ordering::SeqCst);
        tokio::task::yield_now().await;
        let read = read.await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        read
    }
}

fn away(operation: &'static str) -> PortError {
    PortError { operation, class: Class::Retryable, source: "it is away".into() }
}

impl LeadStore for Shaky {
    async fn insert(&self, lead: &QueuedLead) -> Result<Inserted, PortError> {
        tokio::task::yield_now().await;
        self.leads.insert(lead).await
    }

    async fn find(&self, event: &LeadId) -> Result<Option<Found>, PortError> {
        tokio::task::yield_now().await;
        self.leads.find(event).await
    }

    async fn lead_of(&self, person: &PersonKey) -> Result<Option<LeadId>, PortError> {
        tokio::task::yield_now().await;
        self.leads.lead_of(person).await
    }

    async fn place(&self, step: Placing<'_>) -> Result<Replaced, PortError> {
        tokio::task::yield_now().await;
        self.cut.step(self.leads.place(step)).await
    }

    async fn get(&self, id: &LeadId) -> Result<Option<Stored>, PortError> {
        tokio::task::yield_now().await;
        if self.unreadable.contains(id) {
            let source = "it is damaged".into();
            return Err(PortError { operation: "reading a lead", class: Class::Poison, source });
        }
        self.leads.get(id).await
    }

    async fn replace(
        &self,
        lead: &QueuedLead,
        read: Version,
        counts: Counts<'_>,
    ) -> Result<Replaced, PortError> {
        tokio::task::yield_now().await;
        if self.unwritable.as_ref() == Some(lead.id()) {
            return Err(away("writing a lead"));
        }
        if self.unkeepable.as_ref() == Some(lead.id()) {
            let source = "it is too large".into();
            return Err(PortError { operation: "writing a lead", class: Class::Poison, source });
        }
        self.cut.step(self.leads.replace(lead, read, counts)).await
    }

    async fn answered(&self, after: Option<PageToken>) -> Result<LeadPage, PortError> {
        self.leads.answered(after).await
    }

    async fn all(&self, since: Option<Timestamp>, after: Option<PageToken>) -> Result<LeadPage, PortError> {
        self.leads.all(since, after).await
    }

    async fn tallies(&self, month: &str) -> Result<Vec<(Tally, u64)>, PortError> {
        self.leads.tallies(month).await
    }
}

impl Tombstones for Shaky {
    async fn erased_at(&self, mark: &ErasureMark) -> Result<Option<Timestamp>, PortError> {
        tokio::task::yield_now().await;
        self.leads.erased_at(mark).await
    }

    async fn bar(&self, mark: &ErasureMark, at: Timestamp) -> Result<(), PortError> {
        self.leads.bar(mark, at).await
    }
}

impl LeadIndex for Shaky {
    async fn queue(&self, queue: QueueName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        self.one_of_many(self.leads.queue(queue, limit)).await
    }

    async fn count(&self, queue: QueueName) -> Result<usize, PortError> {
        self.leads.count(queue).await
    }

    async fn waiting(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        page: Page<'_>,
    ) -> Result<Vec<Waiting>, PortError> {
        self.listed.fetch_add(1, Ordering::SeqCst);
        self.leads.waiting(queue, owner, page).await
    }

    async fn load(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        most: usize,
    ) -> Result<usize, PortError> {
        self.counted.fetch_add(1, Ordering::SeqCst);
        self.one_of_many(self.leads.load(queue, owner, most)).await
    }

    async fn overdue(
        &self,
        queue: QueueName,
        now: Timestamp,
        page: Page<'_>,
    ) -> Result<Vec<Waiting>, PortError> {
        if self.unheard == Some(queue) {
            return Err(away("finding overdue leads"));
        }
        let limit = self.most_rows.unwrap_or(usize::MAX).min(page.limit);
        self.leads.overdue(queue, now, Page { limit, ..page }).await
    }

    async fn to_renew(&self, on: Date, page: Page<'_>) -> Result<Vec<ToRenew>, PortError> {
        self.leads.to_renew(on, page).await
    }

    async fn confirmed_by(&self, member: &MemberId, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        self.leads.confirmed_by(member, limit).await
    }

    async fn of_account(&self, account: &DomainName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        self.leads.of_account(account, limit).await
    }

    async fn of_person(&self, email: &EmailAddress, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        tokio::task::yield_now().await;
        self.leads.of_person(email, limit).await
    }
}

impl Outbox for Shaky {
    async fn keep(&self, id: &str, message: &str) -> Result<(), PortError> {
        self.leads.keep(id, message).await
    }
}

impl UsageStore for Shaky {
    async fn usage(&self, key: &UsageKey) -> Result<Option<StoredUsage>, PortError> {
        self.leads.usage(key).await
    }

    async fn keep_usage(
        &self,
        key: &UsageKey,
        usage: &AccountUsage,
        read: Option<Version>,
    ) -> Result<Replaced, PortError> {
        self.cut.step(self.leads.keep_usage(key, usage, read)).await
    }
}

impl LeadExports for Shaky {
    async fn size(&self) -> Result<u64, PortError> {
        self.leads.size().await
    }

    async fn export(&self, to: &ExportTo) -> Result<(), PortError> {
        self.leads.export(to).await
    }
}
