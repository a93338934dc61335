//! Between the pure rooms and the outside: narrow ports, the SQS batch loop, the registry of policies
//! and models, and the in-memory twin of each outside thing.
//!
//! Handlers are written against the ports here and know no SDK. The real adapters live in `aws`; the
//! twins in [`memory`] pass the same contract suite.

pub mod batch;
mod clock;
mod in_force;
pub mod memory;
mod ports;
mod registry;

pub use clock::{Clock, FixedClock, SystemClock};
pub use in_force::{Champion, InForce};
pub use ports::{
    Attributes, Class, Classed, CompanyQuery, ETag, EnrichmentProvider, Inserted, LeadPage, LeadStore,
    MessageQueue, Object, ObjectStore, PageToken, PortError, PutNew, Swap,
};
pub use registry::{
    CHAMPION_KEY, ChampionPointer, FoundChampion, MANIFEST, POLICY_POINTER_KEY, PastChampion, PolicyPointer,
    REPORT, Registry, RegistryError, feature_specs, model_key, policy_key,
};
