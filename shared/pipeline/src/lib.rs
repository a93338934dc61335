//! Between the pure rooms and the outside: narrow ports, the SQS batch loop, the registry of policies
//! and models, and the in-memory twin of each outside thing.
//!
//! Handlers are written against the ports here and know no SDK. The real adapters live in `aws`; the
//! twins in [`memory`] pass the same contract suite.

pub mod batch;
mod clock;
mod in_force;
mod loads;
pub mod memory;
mod ports;
mod registry;
mod teams;

pub use clock::{Clock, FixedClock, SystemClock};
pub use in_force::{Champion, InForce};
pub use loads::loads;
pub use ports::{
    Attributes, Class, Classed, CompanyQuery, ETag, EnrichmentProvider, Inserted, LeadIndex, LeadPage,
    LeadStore, MessageQueue, Object, ObjectStore, PageToken, PortError, PutNew, Replaced, Stored, Swap,
    Version, Waiting, due_slot, work_order,
};
pub use registry::{
    CHAMPION_KEY, ChampionPointer, FoundChampion, MANIFEST, POLICY_POINTER_KEY, PastChampion, PolicyPointer,
    REPORT, REPORT_POINTER_KEY, Registry, RegistryError, ReportPointer, feature_specs, model_key, policy_key,
};
pub use teams::{TEAM_POINTER_KEY, TeamPointer, team_key};
