//! All that lies outside a function, as one type.

use std::fmt::Debug;

use crate::{
    Clock, Http, Items, LeadExports, LeadIndex, LeadStore, MessageQueue, ObjectStore, Outbox, UsageStore,
};

/// What lies outside: each part with one real implementation and its in-memory twin. A handler takes a `World`, so that
/// a new port adds no type parameter anywhere.
///
/// `adapters::Aws` is the real one, [`memory::Memory`](crate::memory::Memory) its twin; tests make others that fail or
/// interleave where they are told to.
pub trait World: Send + Sync + 'static {
    /// Where leads rest, what finds them, what is told beside them, what their accounts used, and what writes them all out.
    type Leads: LeadStore + LeadIndex + Outbox + UsageStore + LeadExports + Debug + 'static;
    /// Where policies, teams, models and reports are kept.
    type Objects: ObjectStore + Debug + 'static;
    /// Queues to send to.
    type Queue: MessageQueue + Debug + 'static;
    /// The way out over HTTPS.
    type Http: Http + Debug + 'static;
    /// A company's own DynamoDB tables.
    type Items: Items + Debug + 'static;
    /// The clock.
    type Clock: Clock + Debug + 'static;
}
