//! Where the pure rooms meet the outside: a narrow trait for each outside thing, the SQS batch loop, the clock, and the
//! in-memory twin of each.
//!
//! Handlers are written against the traits here and know no SDK. The real adapters live in `adapters`; the twins in
//! [`memory`] pass the same contract suite. This room knows `lead` alone.

pub mod batch;
mod clock;
mod error;
mod leads;
mod lookup;
pub mod memory;
mod objects;
mod queue;
mod world;

pub use clock::{Clock, FixedClock, SystemClock};
pub use error::{Class, Classed, PortError, chain};
pub use leads::{
    Inserted, LeadIndex, LeadPage, LeadStore, PageToken, Replaced, Stored, Version, Waiting, due_slot,
    work_order,
};
pub use lookup::{CompanyQuery, EnrichmentProvider};
pub use objects::{ETag, Object, ObjectStore, PutNew, Swap};
pub use queue::{Attributes, Deliveries, MessageQueue};
pub use world::World;
