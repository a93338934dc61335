//! The in-memory twin of each outside thing. They run every condition the real ones run, and pass the
//! same contract suite.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use leadlight_lead::{LeadId, QueueName, QueuedLead};

use crate::ports::{
    Attributes, ETag, Inserted, LeadPage, LeadStore, MessageQueue, Object, ObjectStore, PageToken, PortError,
    PutNew, Swap,
};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its body.
    pub body: String,
    /// What travelled beside it.
    pub attributes: BTreeMap<String, String>,
}

/// A queue that remembers what was sent.
#[derive(Debug, Default)]
pub struct MemoryQueue(Mutex<Vec<Sent>>);

impl MemoryQueue {
    /// All that was sent, in order.
    pub fn sent(&self) -> Vec<Sent> {
        lock(&self.0).clone()
    }
}

impl MessageQueue for MemoryQueue {
    async fn send(&self, body: &str, attributes: Attributes<'_>) -> Result<(), PortError> {
        let attributes = attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        lock(&self.0).push(Sent { body: body.to_owned(), attributes });
        Ok(())
    }
}

/// Leads in a map.
#[derive(Debug, Default)]
pub struct MemoryLeads(Mutex<BTreeMap<LeadId, QueuedLead>>);

impl LeadStore for MemoryLeads {
    async fn insert(&self, lead: &QueuedLead) -> Result<Inserted, PortError> {
        let mut leads = lock(&self.0);
        Ok(match leads.get(lead.id()) {
            None => {
                leads.insert(lead.id().clone(), lead.clone());
                Inserted::New
            }
            Some(there) if content_hash(there) == content_hash(lead) => Inserted::Repeated,
            Some(_) => Inserted::Conflict,
        })
    }

    async fn get(&self, id: &LeadId) -> Result<Option<QueuedLead>, PortError> {
        Ok(lock(&self.0).get(id).cloned())
    }

    async fn queue(&self, queue: QueueName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        let mut found: Vec<_> =
            lock(&self.0).values().filter(|l| l.queue == queue && l.outcome.is_none()).cloned().collect();
        found.sort_by_key(|l| {
            (u16::MAX - l.priority, l.content.enriched().submitted.occurred_at(), l.id().clone())
        });
        found.truncate(limit);
        Ok(found)
    }

    async fn closed(&self, _after: Option<PageToken>) -> Result<LeadPage, PortError> {
        let leads = lock(&self.0).values().filter(|l| l.outcome.is_some()).cloned().collect();
        Ok(LeadPage { leads, unreadable: 0, next: None })
    }
}

fn content_hash(lead: &QueuedLead) -> &leadlight_lead::ContentHash {
    &lead.content.enriched().submitted.content_hash
}

/// Objects in a map, with versions.
#[derive(Debug, Default)]
pub struct MemoryObjects(Mutex<(u64, BTreeMap<String, Object>)>);

impl MemoryObjects {
    fn write(state: &mut (u64, BTreeMap<String, Object>), key: &str, bytes: Vec<u8>) {
        state.0 += 1;
        let etag = ETag(format!("v{}", state.0));
        state.1.insert(key.to_owned(), Object { bytes, etag });
    }

    /// Overwrites without a condition, as an operator with too many rights might: for tests of what
    /// happens then.
    pub fn damage(&self, key: &str, bytes: Vec<u8>) {
        Self::write(&mut lock(&self.0), key, bytes);
    }
}

impl ObjectStore for MemoryObjects {
    async fn get(&self, key: &str) -> Result<Option<Object>, PortError> {
        Ok(lock(&self.0).1.get(key).cloned())
    }

    async fn put_new(&self, key: &str, bytes: Vec<u8>) -> Result<PutNew, PortError> {
        let mut state = lock(&self.0);
        if state.1.contains_key(key) {
            return Ok(PutNew::AlreadyThere);
        }
        Self::write(&mut state, key, bytes);
        Ok(PutNew::Created)
    }

    async fn swap(&self, key: &str, bytes: Vec<u8>, expected: Option<&ETag>) -> Result<Swap, PortError> {
        let mut state = lock(&self.0);
        if state.1.get(key).map(|o| &o.etag) != expected {
            return Ok(Swap::Lost);
        }
        Self::write(&mut state, key, bytes);
        Ok(Swap::Done)
    }
}
