//! Requests to the outside as plain data: where they may go, what is asked, what is answered.
//!
//! Destinations and vendors build an [`Ask`] and read a [`Reply`]; a function sends what was built. Nothing in this room
//! sends anything, and neither has a `Debug`: they hold secrets and personal data. A [`GetItem`] is the same for a table of the
//! company's own.

mod address;
mod ask;
mod item;

pub use address::Address;
pub use ask::{Ask, Reply, is_code};
pub use item::{GetItem, Item};
