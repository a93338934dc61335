//! One narrow trait for each outside thing, and the errors they share.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;

use leadlight_lead::{Company, DomainName, EmailAddress, LeadId, Person, QueueName, QueuedLead, WireError};

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

/// Where leads rest. The item of a lead is the truth; what lists queues may lag behind it.
pub trait LeadStore: Send + Sync {
    /// Stores a lead unless one with its id is there.
    fn insert(&self, lead: &QueuedLead) -> impl Future<Output = Result<Inserted, PortError>> + Send;

    /// The lead of an id.
    fn get(&self, id: &LeadId) -> impl Future<Output = Result<Option<QueuedLead>, PortError>> + Send;

    /// The first leads of a queue: highest priority first, oldest first among equals.
    fn queue(
        &self,
        queue: QueueName,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<QueuedLead>, PortError>> + Send;

    /// Leads with an outcome, page by page in no order. `None` begins.
    fn closed(&self, after: Option<PageToken>) -> impl Future<Output = Result<LeadPage, PortError>> + Send;
}

/// A store that several hands share.
impl<L: LeadStore> LeadStore for &L {
    async fn insert(&self, lead: &QueuedLead) -> Result<Inserted, PortError> {
        (**self).insert(lead).await
    }

    async fn get(&self, id: &LeadId) -> Result<Option<QueuedLead>, PortError> {
        (**self).get(id).await
    }

    async fn queue(&self, queue: QueueName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        (**self).queue(queue, limit).await
    }

    async fn closed(&self, after: Option<PageToken>) -> Result<LeadPage, PortError> {
        (**self).closed(after).await
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
