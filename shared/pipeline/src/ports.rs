//! One narrow trait for each outside thing, and the errors they share.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;

use jiff::Timestamp;
use leadlight_lead::{
    Claim, Company, DomainName, EmailAddress, LeadId, MemberId, Person, QueueName, QueuedLead, Tally,
    WireError,
};

/// Is it worth trying again?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The outside failed: the same message may succeed later.
    Retryable,
    /// The message itself is at fault: it will never succeed.
    Poison,
}

impl Class {
    /// As written into a dead letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retryable => "retryable",
            Self::Poison => "poison",
        }
    }
}

/// An error that knows whether it is worth trying again. Its text and its sources' carry no personal data.
pub trait Classed: Error + Send + Sync + 'static {
    /// Retryable or poison.
    fn class(&self) -> Class;
}

/// A message or document that cannot be read stays so.
impl Classed for WireError {
    fn class(&self) -> Class {
        Class::Poison
    }
}

/// An outside thing failed.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed")]
pub struct PortError {
    /// What was tried, such as "sending to the queue".
    pub operation: &'static str,
    /// Worth trying again?
    pub class: Class,
    /// What the outside said.
    #[source]
    pub source: Box<dyn Error + Send + Sync>,
}

impl Classed for PortError {
    fn class(&self) -> Class {
        self.class
    }
}

/// Name and value pairs that travel beside a message.
pub type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A queue one can send to.
pub trait MessageQueue: Send + Sync {
    /// Returns once the queue has taken the message durably.
    fn send(
        &self,
        body: &str,
        attributes: Attributes<'_>,
    ) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// What an insert found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted {
    /// The lead is new and now rests in its queue.
    New,
    /// The same event was stored before: nothing changed.
    Repeated,
    /// Another event with the same source and id was stored before: nothing changed.
    Conflict,
}

/// How often a stored lead was written; a write names the one it read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u64);

/// A lead as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The lead.
    pub lead: QueuedLead,
    /// What a write of it must name.
    pub version: Version,
}

/// What replacing a lead found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// It is as wanted now.
    Done,
    /// Someone else wrote it since it was read: nothing changed.
    Stale,
}

/// Where leads rest: the truth.
pub trait LeadStore: Send + Sync {
    /// Stores a lead unless one with its id is there.
    fn insert(&self, lead: &QueuedLead) -> impl Future<Output = Result<Inserted, PortError>> + Send;

    /// The lead of an id.
    fn get(&self, id: &LeadId) -> impl Future<Output = Result<Option<Stored>, PortError>> + Send;

    /// Replaces a lead if it still has the version that was read, and counts `tallies` of the month in the same
    /// step: both or neither.
    fn replace(
        &self,
        lead: &QueuedLead,
        read: Version,
        month: &str,
        tallies: &[Tally],
    ) -> impl Future<Output = Result<Replaced, PortError>> + Send;

    /// Leads that people or deals have answered, page by page in no order. `None` begins.
    fn answered(&self, after: Option<PageToken>) -> impl Future<Output = Result<LeadPage, PortError>> + Send;

    /// What was counted in a month, such as `2026-11`.
    fn tallies(&self, month: &str) -> impl Future<Output = Result<Vec<(Tally, u64)>, PortError>> + Send;
}

/// A lead that waits, as an index tells: enough to choose, never to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub id: LeadId,
    /// Who held it when the index was written.
    pub claim: Option<Claim>,
    /// The quarter of an hour in which it is due, by its end; none where it is not.
    pub due_by: Option<Timestamp>,
    /// Its place in the [order of work](work_order).
    pub order: String,
}

impl Waiting {
    /// From a lead, or from its place in the [order of work](work_order) as an index keeps it.
    pub fn new(id: LeadId, claim: Option<Claim>, order: &str) -> Self {
        let slot: Option<i64> = order.split('#').next().and_then(|slot| slot.parse().ok());
        let due_by = slot.filter(|slot| *slot < 9_999_999_999);
        let due_by = due_by.and_then(|slot| Timestamp::from_second((slot + 1) * SLOT_SECONDS).ok());
        Self { id, claim, due_by, order: order.to_owned() }
    }
}

/// What finds leads. It may lag behind the store: whoever decides reads the lead itself.
pub trait LeadIndex: Send + Sync {
    /// The first leads of a queue, whoever they belong to, in the [order of work](work_order).
    fn queue(
        &self,
        queue: QueueName,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<QueuedLead>, PortError>> + Send;

    /// The first leads that wait in a queue for one person, or in the pool, in the order of work.
    fn waiting(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Waiting>, PortError>> + Send;

    /// How many leads wait in a queue for one person, or in the pool; at most `most` are counted.
    fn load(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        most: usize,
    ) -> impl Future<Output = Result<usize, PortError>> + Send;

    /// Leads of a queue whose time may be up, the longest overdue first.
    fn overdue(
        &self,
        queue: QueueName,
        now: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<LeadId>, PortError>> + Send;

    /// The latest leads of an account.
    fn of_account(
        &self,
        account: &DomainName,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<QueuedLead>, PortError>> + Send;

    /// The latest leads of a person.
    fn of_person(
        &self,
        email: &EmailAddress,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<QueuedLead>, PortError>> + Send;
}

/// A quarter of an hour, in which leads that are due go by their score.
const SLOT_SECONDS: i64 = 900;

/// The first part of [`work_order`]: ten digits that sort as time does. What nobody has to answer comes last.
pub fn due_slot(due_at: Option<Timestamp>) -> String {
    due_at.map_or("9999999999".to_owned(), |at| format!("{:010}", (at.as_second() / SLOT_SECONDS).max(0)))
}

/// The order of work as text that sorts: the quarter of an hour in which a lead is due, then the higher score, then
/// the older one. Better grades are due sooner, so they come first unless another has waited long.
pub fn work_order(lead: &QueuedLead) -> String {
    let occurred_at = lead.content.enriched().submitted.occurred_at();
    format!(
        "{}#{:04}#{:015}#{}",
        due_slot(lead.work.due_at),
        1000_u16.saturating_sub(lead.priority),
        occurred_at.as_millisecond().max(0),
        lead.id()
    )
}

/// A store that several hands share.
impl<L: LeadStore> LeadStore for &L {
    async fn insert(&self, lead: &QueuedLead) -> Result<Inserted, PortError> {
        (**self).insert(lead).await
    }

    async fn get(&self, id: &LeadId) -> Result<Option<Stored>, PortError> {
        (**self).get(id).await
    }

    async fn replace(
        &self,
        lead: &QueuedLead,
        read: Version,
        month: &str,
        tallies: &[Tally],
    ) -> Result<Replaced, PortError> {
        (**self).replace(lead, read, month, tallies).await
    }

    async fn answered(&self, after: Option<PageToken>) -> Result<LeadPage, PortError> {
        (**self).answered(after).await
    }

    async fn tallies(&self, month: &str) -> Result<Vec<(Tally, u64)>, PortError> {
        (**self).tallies(month).await
    }
}

/// An index that several hands share.
impl<L: LeadIndex> LeadIndex for &L {
    async fn queue(&self, queue: QueueName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        (**self).queue(queue, limit).await
    }

    async fn waiting(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        limit: usize,
    ) -> Result<Vec<Waiting>, PortError> {
        (**self).waiting(queue, owner, limit).await
    }

    async fn load(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        most: usize,
    ) -> Result<usize, PortError> {
        (**self).load(queue, owner, most).await
    }

    async fn overdue(
        &self,
        queue: QueueName,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<LeadId>, PortError> {
        (**self).overdue(queue, now, limit).await
    }

    async fn of_account(&self, account: &DomainName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        (**self).of_account(account, limit).await
    }

    async fn of_person(&self, email: &EmailAddress, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        (**self).of_person(email, limit).await
    }
}

/// Where the next page begins; opaque to callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageToken(pub BTreeMap<String, String>);

/// A page of leads.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadPage {
    /// In no order; may be empty before the end.
    pub leads: Vec<QueuedLead>,
    /// Items that are no readable leads.
    pub unreadable: usize,
    /// Where the next page begins; `None` at the end.
    pub next: Option<PageToken>,
}

/// The version of a stored object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(pub String);

/// An object and its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its version.
    pub etag: ETag,
}

/// What writing an immutable object found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutNew {
    /// It was not there and is now.
    Created,
    /// It was there: nothing changed.
    AlreadyThere,
}

/// What swapping a pointer found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// The pointer is now ours.
    Done,
    /// Someone else moved it since it was read: nothing changed.
    Lost,
}

/// A store of whole objects with conditional writes.
pub trait ObjectStore: Send + Sync {
    /// An object, if there.
    fn get(&self, key: &str) -> impl Future<Output = Result<Option<Object>, PortError>> + Send;

    /// Writes an object that must not exist yet.
    fn put_new(&self, key: &str, bytes: Vec<u8>) -> impl Future<Output = Result<PutNew, PortError>> + Send;

    /// Replaces an object if it still has the version `expected` (or, with `None`, is still absent).
    fn swap(
        &self,
        key: &str,
        bytes: Vec<u8>,
        expected: Option<&ETag>,
    ) -> impl Future<Output = Result<Swap, PortError>> + Send;
}

/// A store that several hands share.
impl<S: ObjectStore> ObjectStore for &S {
    async fn get(&self, key: &str) -> Result<Option<Object>, PortError> {
        (**self).get(key).await
    }

    async fn put_new(&self, key: &str, bytes: Vec<u8>) -> Result<PutNew, PortError> {
        (**self).put_new(key, bytes).await
    }

    async fn swap(&self, key: &str, bytes: Vec<u8>, expected: Option<&ETag>) -> Result<Swap, PortError> {
        (**self).swap(key, bytes, expected).await
    }
}

/// What a company is looked up by. At least one is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyQuery {
    /// The registrable domain: the better key.
    pub domain: Option<DomainName>,
    /// The name as typed.
    pub name: Option<String>,
}

/// A source of facts about companies and people.
pub trait EnrichmentProvider: Send + Sync {
    /// A company's facts; `None` where the provider does not know it, which is not a "no".
    fn company(
        &self,
        query: &CompanyQuery,
    ) -> impl Future<Output = Result<Option<Company>, PortError>> + Send;

    /// A person's facts; `None` where the provider does not know them.
    fn person(&self, email: &EmailAddress) -> impl Future<Output = Result<Option<Person>, PortError>> + Send;
}
