//! What is in force: policies, teams and models, each immutable under its hash, and a pointer a kind that is swapped.
//!
//! [`Registry`] publishes, reads and rolls back; [`InForce`] is what a function keeps between invocations, and never
//! gives up a good document for one that cannot be used. A new kind of document that people write is an implementation
//! of [`Kind`] and [`Document`] in `kind.rs`, and its name among the aliases of [`Entry`]'s hash.
//!
//! Invariants: content never changes under its hash; history moves in the same step as the pointer; a rollback never
//! leads to what was taken back.

mod cached;
mod error;
mod former;
mod in_force;
mod kind;
mod loads;
mod model_shadow;
mod models;
mod pointer;
mod registry;
mod reports;
mod staff;

pub use cached::FailedJustNow;
pub use error::RegistryError;
pub use in_force::InForce;
pub use kind::{Document, Kind};
pub use loads::{LoadsError, OpenLoads, SharedLoads, loads};
pub use model_shadow::ModelShadow;
pub use models::{MANIFEST, NoSay, REPORT};
pub use pointer::{Change, Entry, Pointer};
pub use registry::{Found, Registry};
pub use reports::{Answered, NoReportName, ReportEntry, ReportName, Reports, RunKind};

#[cfg(test)]
mod tests;
