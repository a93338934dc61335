//! All that holds something of a person, as one type.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use leadlight_policy::Policy;
use leadlight_ports::{
    Deliveries, FactTraces, Facts, Inspect, LeadIndex, LeadStore, LeadTraces, ObjectStore, ObjectTraces,
    Outbox, Tombstones,
};

/// What lies outside.
pub trait Outside: Send + Sync + 'static {
    /// The table of leads.
    type Leads: LeadStore + LeadIndex + Tombstones + LeadTraces + Outbox + Debug + 'static;
    /// Bought facts.
    type Facts: Facts + FactTraces + Debug + 'static;
    /// The registry's bucket.
    type Objects: ObjectStore + ObjectTraces + Clone + Debug + 'static;
    /// Dead letters.
    type Queue: Inspect + Deliveries + Debug + 'static;
}

/// The same, put together from its parts.
#[derive(Debug, Clone, Copy)]
pub struct Parts<L, F, O, Q>(PhantomData<(L, F, O, Q)>);

impl<L, F, O, Q> Outside for Parts<L, F, O, Q>
where
    L: LeadStore + LeadIndex + Tombstones + LeadTraces + Outbox + Debug + 'static,
    F: Facts + FactTraces + Debug + 'static,
    O: ObjectStore + ObjectTraces + Clone + Debug + 'static,
    Q: Inspect + Deliveries + Debug + 'static,
{
    type Leads = L;
    type Facts = F;
    type Objects = O;
    type Queue = Q;
}

/// The dead letters of one stage.
#[derive(Debug)]
pub struct Letters<Q> {
    /// The stage.
    pub stage: &'static str,
    /// Where they rest.
    pub queue: Q,
}

/// Where something of a person may be held.
#[derive(Debug)]
pub struct Stores<X: Outside> {
    /// Leads, what leads to them, and tombstones.
    pub leads: X::Leads,
    /// What vendors told.
    pub facts: X::Facts,
    /// Requests to be forgotten, exports of the table, documents and reports.
    pub objects: X::Objects,
    /// Messages that could not be processed.
    pub letters: Vec<Letters<X::Queue>>,
    /// Says by what a source's people are known.
    pub policy: Arc<Policy>,
}
