//! The in-memory twin of each outside thing. They run every condition the real ones run, and pass the
//! same contract suite. A clone is another hand on the same thing.

mod bus;
mod erasing;
mod facts;
mod http;
mod items;
mod metrics;
mod queue;
mod secrets;
mod usage;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use leadlight_lead::{
    ContentHash, Counts, DomainName, EmailAddress, ErasureMark, LeadId, MemberId, PersonKey, QueueName,
    QueuedLead, Tally,
};

pub use bus::MemoryBus;
pub use facts::MemoryFacts;
pub use http::MemoryHttp;
pub use items::MemoryItems;
pub use metrics::{MemoryMetrics, Told};
pub use secrets::MemorySecrets;

use crate::{
    Class, Classed, Clock, ETag, Ends, ExportTo, FixedClock, Found, Http, Inserted, LeadExports, LeadIndex,
    LeadPage, LeadStore, MessageQueue, Object, ObjectStore, Outbox, Page, PageToken, Placing, PortError,
    PutNew, Replaced, Stored, StoredUsage, Swap, ToRenew, Tombstones, UsageStore, Version, Waiting, World,
    due_slot, renewal_order, work_order,
};

pub use queue::{Delivered, MemoryQueue, Sent};

/// All that lies outside, in memory. A test may put a part of its own in the place of any.
#[derive(Debug)]
pub struct Memory<C = FixedClock, L = MemoryLeads, Q = MemoryQueue, O = MemoryObjects, H = MemoryHttp>(
    PhantomData<(C, L, Q, O, H)>,
);

impl<C, L, Q, O, H> World for Memory<C, L, Q, O, H>
where
    C: Clock + Debug + 'static,
    L: LeadStore + LeadIndex + Tombstones + Outbox + UsageStore + LeadExports + Debug + 'static,
    Q: MessageQueue + Debug + 'static,
    O: ObjectStore + Debug + 'static,
    H: Http + Debug + 'static,
{
    type Leads = L;
    type Objects = O;
    type Queue = Q;
    type Http = H;
    type Items = MemoryItems;
    type Clock = C;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Leads in a map, and what was counted.
#[derive(Debug, Clone, Default)]
pub struct MemoryLeads(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    leads: BTreeMap<LeadId, Stored>,
    /// Events that joined a lead, and leads that became part of another.
    joined: BTreeMap<LeadId, (LeadId, ContentHash)>,
    people: BTreeMap<PersonKey, LeadId>,
    tallies: BTreeMap<(String, Tally), u64>,
    outbox: BTreeMap<String, String>,
    usage: BTreeMap<String, StoredUsage>,
    exports: Vec<ExportTo>,
    erased: BTreeMap<ErasureMark, Timestamp>,
}

/// What its page token holds: the last lead of the page before.
const LAST: &str = "last";
/// Leads that the twin gives at once: as of a real table, the end may be far.
const PAGE: usize = 100;

impl Table {
    fn find(&self, id: &LeadId) -> Option<Found> {
        let own = |stored: &Stored| Found {
            content_hash: content_hash(&stored.lead).to_string(),
            stored: stored.clone(),
        };
        self.leads.get(id).map(own).or_else(|| {
            let (lead, hash) = self.joined.get(id)?;
            Some(Found { content_hash: hash.to_string(), ..self.find(lead)? })
        })
    }

    fn is(&self, id: &LeadId, read: Option<Version>) -> bool {
        match read {
            Some(read) => self.leads.get(id).is_some_and(|there| there.version == read),
            None => !self.leads.contains_key(id) && !self.joined.contains_key(id),
        }
    }

    fn put(&mut self, lead: &QueuedLead, read: Option<Version>) {
        let version = Version(read.map_or(0, |read| read.0) + 1);
        self.leads.insert(lead.id().clone(), Stored { lead: lead.clone(), version });
    }
}

impl MemoryLeads {
    /// What is told beside leads, by id.
    pub fn outbox(&self) -> BTreeMap<String, String> {
        lock(&self.0).outbox.clone()
    }

    /// The exports that were asked for. The twin writes none.
    pub fn exports(&self) -> Vec<ExportTo> {
        lock(&self.0).exports.clone()
    }

    /// The leads that hold a condition, in the order of work.
    fn found(&self, limit: usize, wanted: impl Fn(&QueuedLead) -> bool) -> Vec<QueuedLead> {
        let table = lock(&self.0);
        let mut found: Vec<_> =
            table.leads.values().map(|s| &s.lead).filter(|l| wanted(l)).cloned().collect();
        found.sort_by_key(work_order);
        found.truncate(limit);
        found
    }

    /// The same as the rows of an index.
    fn rows(&self, page: Page<'_>, wanted: impl Fn(&QueuedLead) -> bool) -> Vec<Waiting> {
        let rows = self.found(usize::MAX, wanted).into_iter().map(|lead| {
            let order = work_order(&lead);
            Waiting::new(lead.id().clone(), lead.work.claim, &order)
        });
        rows.filter(|row| page.after.is_none_or(|after| row.order.as_str() > after))
            .take(page.limit)
            .collect()
    }

    /// A page of the leads that hold a condition, behind the one that the token names.
    fn page(&self, after: Option<PageToken>, wanted: impl Fn(&QueuedLead) -> bool) -> LeadPage {
        let after: Option<LeadId> = after.and_then(|token| token.0.get(LAST)?.parse().ok());
        let table = lock(&self.0);
        let rest = table.leads.range((after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded));
        let found = rest.map(|(_, stored)| &stored.lead).filter(|lead| wanted(lead));
        let leads: Vec<QueuedLead> = found.take(PAGE).cloned().collect();
        let last = leads.last().filter(|_| leads.len() == PAGE);
        let next = last.map(|lead| PageToken(BTreeMap::from([(LAST.to_owned(), lead.id().to_string())])));
        LeadPage { leads, unreadable: 0, next }
    }

    /// The same, the latest first.
    fn latest(&self, limit: usize, wanted: impl Fn(&QueuedLead) -> bool) -> Vec<QueuedLead> {
        let mut found = self.found(usize::MAX, wanted);
        found.sort_by_key(|l| std::cmp::Reverse((l.occurred_at(), l.id().clone())));
        found.truncate(limit);
        found
    }
}

impl LeadStore for MemoryLeads {
    async fn insert(&self, lead: &QueuedLead) -> Result<Inserted, PortError> {
        storable(lead)?;
        let mut table = lock(&self.0);
        Ok(match table.find(lead.id()) {
            None => {
                table.put(lead, None);
                Inserted::New
            }
            Some(there) if lead.submitted().repeats(&there.content_hash) => Inserted::Repeated,
            Some(_) => Inserted::Conflict,
        })
    }

    async fn find(&self, event: &LeadId) -> Result<Option<Found>, PortError> {
        Ok(lock(&self.0).find(event))
    }

    async fn lead_of(&self, person: &PersonKey) -> Result<Option<LeadId>, PortError> {
        Ok(lock(&self.0).people.get(person).cloned())
    }

    async fn place(&self, step: Placing<'_>) -> Result<Replaced, PortError> {
        storable(step.lead)?;
        if let Some(Ends::Over { lead, .. }) = step.ends {
            storable(lead)?;
        }
        one_thing_once(&step)?;
        let mut table = lock(&self.0);
        let is_as_read = table.is(step.lead.id(), step.read)
            && step.joins.is_none_or(|event| table.is(&event.lead_id, None))
            && step.ends.is_none_or(|ends| {
                let (Ends::Over { lead, read } | Ends::Absorbed { lead, read }) = ends;
                table.is(lead.id(), Some(read))
            })
            && step.keys.iter().all(|(key, was)| table.people.get(key) == was.as_ref())
            && step.bars.iter().all(|bar| !table.erased.get(&bar.mark).is_some_and(|at| bar.holds(*at)));
        if !is_as_read {
            return Ok(Replaced::Stale);
        }
        table.put(step.lead, step.read);
        let id = step.lead.id();
        if let Some(event) = step.joins {
            table.joined.insert(event.lead_id.clone(), (id.clone(), event.content_hash.clone()));
        }
        match step.ends {
            Some(Ends::Over { lead, read }) => table.put(lead, Some(read)),
            Some(Ends::Absorbed { lead, .. }) => {
                table.leads.remove(lead.id());
                table.joined.insert(lead.id().clone(), (id.clone(), content_hash(lead).clone()));
            }
            None => {}
        }
        for (key, _) in step.keys {
            table.people.insert(key.clone(), id.clone());
        }
        Ok(Replaced::Done)
    }

    async fn get(&self, id: &LeadId) -> Result<Option<Stored>, PortError> {
        Ok(lock(&self.0).find(id).map(|found| found.stored))
    }

    async fn replace(
        &self,
        lead: &QueuedLead,
        read: Version,
        counts: Counts<'_>,
    ) -> Result<Replaced, PortError> {
        storable(lead)?;
        let mut table = lock(&self.0);
        match table.leads.get_mut(lead.id()) {
            Some(there) if there.version == read => {
                *there = Stored { lead: lead.clone(), version: Version(read.0 + 1) };
            }
            _ => return Ok(Replaced::Stale),
        }
        for (tally, by) in counts.changes() {
            let count = table.tallies.entry((counts.month.to_owned(), tally.clone())).or_default();
            *count = count.saturating_add_signed(by);
        }
        table.tallies.retain(|_, count| *count > 0);
        Ok(Replaced::Done)
    }

    async fn answered(&self, after: Option<PageToken>) -> Result<LeadPage, PortError> {
        Ok(self.page(after, QueuedLead::is_answered))
    }

    async fn all(&self, since: Option<Timestamp>, after: Option<PageToken>) -> Result<LeadPage, PortError> {
        Ok(self.page(after, |lead| since.is_none_or(|since| lead.occurred_at() >= since)))
    }

    async fn tallies(&self, month: &str) -> Result<Vec<(Tally, u64)>, PortError> {
        let table = lock(&self.0);
        Ok(table.tallies.iter().filter(|((m, _), _)| m == month).map(|((_, t), n)| (t.clone(), *n)).collect())
    }
}

impl LeadIndex for MemoryLeads {
    async fn queue(&self, queue: QueueName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        Ok(self.found(limit, |l| l.waits_in() == Some(queue)))
    }

    async fn count(&self, queue: QueueName) -> Result<usize, PortError> {
        Ok(self.found(usize::MAX, |l| l.waits_in() == Some(queue)).len())
    }

    async fn waiting(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        page: Page<'_>,
    ) -> Result<Vec<Waiting>, PortError> {
        let waits = |l: &QueuedLead| l.waits_in() == Some(queue) && l.work.owner.as_ref() == owner;
        // What waits for no role is in no list.
        Ok(self.rows(page, |l| queue.role().is_some() && waits(l)))
    }

    async fn load(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        most: usize,
    ) -> Result<usize, PortError> {
        Ok(self.waiting(queue, owner, Page::first(most)).await?.len())
    }

    async fn overdue(
        &self,
        queue: QueueName,
        now: Timestamp,
        page: Page<'_>,
    ) -> Result<Vec<Waiting>, PortError> {
        let slot = due_slot(Some(now));
        Ok(self.rows(page, |l| l.waits_in() == Some(queue) && due_slot(l.work.due_at) <= slot))
    }

    async fn to_renew(&self, on: Date, page: Page<'_>) -> Result<Vec<ToRenew>, PortError> {
        let until = format!("{on}~");
        let due = |lead: &QueuedLead| renewal_order(lead).is_some_and(|order| order <= until);
        let rows = self
            .found(usize::MAX, due)
            .into_iter()
            .filter_map(|lead| Some(ToRenew { order: renewal_order(&lead)?, id: lead.id().clone() }));
        let mut rows: Vec<_> =
            rows.filter(|row| page.after.is_none_or(|after| row.order.as_str() > after)).collect();
        rows.sort_by(|a, b| a.order.cmp(&b.order));
        rows.truncate(page.limit);
        Ok(rows)
    }

    async fn confirmed_by(&self, member: &MemberId, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        let confirmed_at = |lead: &QueuedLead| {
            let confirmed = lead.work.progress.confirmation().filter(|confirmed| confirmed.by == *member)?;
            lead.waits_in().is_none().then_some(confirmed.at)
        };
        let mut found = self.found(usize::MAX, |lead| confirmed_at(lead).is_some());
        found.sort_by_key(|lead| (std::cmp::Reverse(confirmed_at(lead)), lead.id().clone()));
        found.truncate(limit);
        Ok(found)
    }

    async fn of_account(&self, account: &DomainName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        Ok(self.latest(limit, |l| l.account_domain() == Some(account)))
    }

    async fn of_person(&self, email: &EmailAddress, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        Ok(self.latest(limit, |l| l.event().email == *email))
    }
}

impl Outbox for MemoryLeads {
    async fn keep(&self, id: &str, message: &str) -> Result<(), PortError> {
        lock(&self.0).outbox.entry(id.to_owned()).or_insert_with(|| message.to_owned());
        Ok(())
    }
}

impl LeadExports for MemoryLeads {
    async fn size(&self) -> Result<u64, PortError> {
        let table = lock(&self.0);
        let document = |stored: &Stored| stored.lead.to_document().map_or(0, |document| document.len());
        Ok(table.leads.values().map(document).map(|bytes| bytes as u64).sum())
    }

    async fn export(&self, to: &ExportTo) -> Result<(), PortError> {
        let mut table = lock(&self.0);
        if !table.exports.contains(to) {
            table.exports.push(to.clone());
        }
        Ok(())
    }
}

/// The real store takes what has a document.
fn storable(lead: &QueuedLead) -> Result<(), PortError> {
    match lead.to_document() {
        Ok(_) => Ok(()),
        Err(error) => Err(PortError {
            operation: "writing a lead's document",
            class: error.class(),
            source: Box::new(error),
        }),
    }
}

/// The real store takes no step that writes one item twice.
fn one_thing_once(step: &Placing<'_>) -> Result<(), PortError> {
    let ends = step.ends.map(|(Ends::Over { lead, .. } | Ends::Absorbed { lead, .. })| lead.id());
    let leads: Vec<&LeadId> =
        [Some(step.lead.id()), step.joins.map(|event| &event.lead_id), ends].into_iter().flatten().collect();
    let is_twice = leads.iter().enumerate().any(|(n, id)| leads[..n].contains(id))
        || step.keys.iter().enumerate().any(|(n, (key, _))| step.keys[..n].iter().any(|(k, _)| k == key));
    if is_twice {
        let source = "a step names one item twice".into();
        return Err(PortError { operation: "storing a lead", class: Class::Poison, source });
    }
    Ok(())
}

fn content_hash(lead: &QueuedLead) -> &ContentHash {
    &lead.submitted().content_hash
}

/// Objects in a map, with versions.
#[derive(Debug, Clone, Default)]
pub struct MemoryObjects(Arc<Mutex<(u64, BTreeMap<String, Object>)>>);

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

    /// Removes an object, as the same operator might.
    pub fn lose(&self, key: &str) {
        lock(&self.0).1.remove(key);
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
