//! A person: all that is held of them, given out or taken away.
//!
//! One list of `places` serves both, so that nothing is given out that would not be taken away, and the
//! other way round. [`Stores::erase`] first leaves tombstones, which keep out what is on its way, and only then takes away;
//! interrupted, it finishes when it is started again. [`Stores::sweep`] takes away whose time is up by the policy, in the same
//! places. What is held where, and for how long, says docs/data-map.md.

mod audit;
mod error;
mod find;
mod names;
mod outside;
mod places;
mod requests;
mod retention;
mod run;
mod who;

pub use audit::{AuditLine, Left};
pub use error::ErasureError;
pub use outside::{Letters, Outside, Parts, Stores};
pub use requests::{Due, Request};
pub use retention::{Bounds, Swept};
pub use run::{Erased, Held, HeldIn};
pub use who::{Asked, Who};
