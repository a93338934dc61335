//! Where leads rest, and what finds them.

use std::collections::BTreeMap;
use std::future::Future;

use jiff::Timestamp;
use jiff::civil::Date;
use leadlight_lead::{
    Bar, Claim, Counts, DomainName, EmailAddress, LeadId, MemberId, PersonKey, QueueName, QueuedLead,
    SubmittedLead, Tally,
};

use crate::PortError;

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

/// What an event's id leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The lead that the event began, or joined.
    pub stored: Stored,
    /// The hash of the event's own content: tells a repetition from a conflict.
    pub content_hash: String,
}

/// A step in which a person's event finds its lead: all of it is done, or nothing.
#[derive(Debug, Clone, Copy)]
pub struct Placing<'a> {
    /// The lead as it is to be.
    pub lead: &'a QueuedLead,
    /// As which it was read; none where it is new.
    pub read: Option<Version>,
    /// An event that joins it, whose id leads to it from now on; none where it begins the lead.
    pub joins: Option<&'a SubmittedLead>,
    /// Another lead of the person that ends with this step.
    pub ends: Option<Ends<'a>>,
    /// By what the person is known, each with the lead that was read there. All of them lead to this one from now on.
    pub keys: &'a [(PersonKey, Option<LeadId>)],
    /// By what the event is barred. If by then its person was erased, nothing is done: it is as if another had written.
    pub bars: &'a [Bar],
}

/// How another lead of the same person ends.
#[derive(Debug, Clone, Copy)]
pub enum Ends<'a> {
    /// It stays, as it is to be, and waits for nobody.
    Over {
        /// As it is to be.
        lead: &'a QueuedLead,
        /// As which it was read.
        read: Version,
    },
    /// It becomes part of this one: its id leads here.
    Absorbed {
        /// As it was read.
        lead: &'a QueuedLead,
        /// As which it was read.
        read: Version,
    },
}

/// Where leads rest: the truth.
pub trait LeadStore: Send + Sync {
    /// Stores a lead unless one with its id is there.
    fn insert(&self, lead: &QueuedLead) -> impl Future<Output = Result<Inserted, PortError>> + Send;

    /// The lead that an event of this id began or joined.
    fn find(&self, event: &LeadId) -> impl Future<Output = Result<Option<Found>, PortError>> + Send;

    /// The lead of a person that was written last; whether it is over, it says itself.
    fn lead_of(&self, person: &PersonKey) -> impl Future<Output = Result<Option<LeadId>, PortError>> + Send;

    /// Writes a lead together with what leads to it, if all is still as it was read. A step that names one thing twice is
    /// none, and stays so.
    fn place(&self, step: Placing<'_>) -> impl Future<Output = Result<Replaced, PortError>> + Send;

    /// The lead of an id, or that an event of this id joined.
    fn get(&self, id: &LeadId) -> impl Future<Output = Result<Option<Stored>, PortError>> + Send;

    /// Replaces a lead if it still has the version that was read, and changes a month's counts in the same step: both or
    /// neither.
    fn replace(
        &self,
        lead: &QueuedLead,
        read: Version,
        counts: Counts<'_>,
    ) -> impl Future<Output = Result<Replaced, PortError>> + Send;

    /// Leads that people or deals have answered, page by page in no order. `None` begins.
    fn answered(&self, after: Option<PageToken>) -> impl Future<Output = Result<LeadPage, PortError>> + Send;

    /// All leads, page by page in no order; those alone whose event happened at `since` or later, where that is given.
    /// `None` begins. Each page costs as much as the whole of the table that it passes over.
    fn all(
        &self,
        since: Option<Timestamp>,
        after: Option<PageToken>,
    ) -> impl Future<Output = Result<LeadPage, PortError>> + Send;

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

/// A lead that is to be scored again since time has passed, as an index tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToRenew {
    /// Which.
    pub id: LeadId,
    /// Its place among others: see [`renewal_order`].
    pub order: String,
}

/// The order of renewals as text that sorts: the day, then the id. None of a lead that time moves nowhere.
pub fn renewal_order(lead: &QueuedLead) -> Option<String> {
    lead.renews_on().map(|day| format!("{day}#{}", lead.id()))
}

/// Which rows of a list are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Only rows behind this place in the [order of work](work_order); from the start where there is none.
    pub after: Option<&'a str>,
    /// Rows at most.
    pub limit: usize,
}

impl Page<'_> {
    /// The first rows.
    pub fn first(limit: usize) -> Self {
        Self { after: None, limit }
    }
}

/// What finds leads. It may lag behind the store: whoever decides reads the lead itself.
pub trait LeadIndex: Send + Sync {
    /// The first leads of a queue, of all owners, in the [order of work](work_order).
    fn queue(
        &self,
        queue: QueueName,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<QueuedLead>, PortError>> + Send;

    /// How many leads stand in a queue, of all owners.
    fn count(&self, queue: QueueName) -> impl Future<Output = Result<usize, PortError>> + Send;

    /// The first leads that wait in a queue for one person, or in the pool, in the order of work.
    fn waiting(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        page: Page<'_>,
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
        page: Page<'_>,
    ) -> impl Future<Output = Result<Vec<Waiting>, PortError>> + Send;

    /// Leads that are to be scored again on a day or before it since time has passed, the longest past first, in the
    /// [order of renewals](renewal_order).
    fn to_renew(
        &self,
        on: Date,
        page: Page<'_>,
    ) -> impl Future<Output = Result<Vec<ToRenew>, PortError>> + Send;

    /// The latest leads that someone confirmed and that wait for nobody any more: accepted, turned down, or their deals have
    /// ended. By when they confirmed them, the latest first.
    fn confirmed_by(
        &self,
        member: &MemberId,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<QueuedLead>, PortError>> + Send;

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
    let occurred_at = lead.occurred_at();
    format!(
        "{}#{:04}#{:015}#{}",
        due_slot(lead.work.due_at),
        1000_u16.saturating_sub(lead.priority),
        occurred_at.as_millisecond().max(0),
        lead.id()
    )
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
