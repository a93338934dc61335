//! Where the pure rooms meet the outside: a narrow trait for each outside thing, the SQS batch loop, the clock, and the
//! in-memory twin of each.
//!
//! Handlers are written against the traits here and know no SDK. The real adapters live in `adapters`; the twins in
//! [`memory`] pass the same contract suite. This room knows `lead` and `outward` alone.

pub mod batch;
mod bus;
mod clock;
mod dead_letter;
mod endpoint;
mod erasing;
mod error;
mod exports;
mod facts;
mod http;
mod items;
mod leads;
pub mod memory;
pub mod metrics;
mod objects;
mod outbox;
mod pace;
mod queue;
mod secrets;
mod usage;
mod vendor_figures;
mod world;

pub use bus::{BusEvent, EventBus, EventTooLong, NotTaken, Refused};
pub use clock::{Clock, FixedClock, SystemClock};
pub use dead_letter::DeadLetter;
pub use endpoint::{Endpoint, EndpointError};
pub use erasing::{
    DEPLOYMENT_KEY, FactTraces, Inspect, LeadTraces, Leaving, Looked, Marking, ObjectTraces, Sought,
    Tombstones, Trace, TracePage, barred,
};
pub use error::{Class, Classed, PortError, chain};
pub use exports::{ExportTo, LeadExports};
pub use facts::{
    AnswerTooLong, BadProvider, Buyer, Cap, Caps, FactKey, Facts, Finding, KeptFact, Provider, Purchase,
    RawAnswer, Reservation, Reserved, Spent, Subject, UsdMicros,
};
pub use http::{Http, HttpAnswer, HttpError, HttpLimits, HttpRequest};
pub use items::{ItemError, Items};
pub use leads::{
    Ends, Found, Inserted, LeadIndex, LeadPage, LeadStore, Page, PageToken, Placing, Replaced, Stored,
    ToRenew, Version, Waiting, due_slot, renewal_order, work_order,
};
pub use objects::{ETag, Object, ObjectStore, PutNew, Swap};
pub use outbox::Outbox;
pub use pace::{Pace, Share};
pub use queue::{Attributes, Deliveries, LONGEST_DELAY, MessageQueue};
pub use secrets::{CachedSecrets, ExposeSecret, Secret, SecretError, SecretName, SecretNameError, Secrets};
pub use usage::{StoredUsage, UsageStore};
pub use vendor_figures::{AboutVendor, VendorFigure, VendorFigures, of_vendors};
pub use world::World;
