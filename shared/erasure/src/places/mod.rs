//! Where something of a person may be held: a file a place.

mod bodies;
mod documents;
mod exports;
mod facts;
mod leads;
mod letters;
mod links;
mod requests;
mod spend;

pub(crate) use documents::naming as documents_naming;

use std::future::Future;
use std::pin::Pin;

use leadlight_ports::PortError;
use serde_json::Value;

use crate::outside::{Outside, Stores};
use crate::who::Who;

/// What is done in a place.
pub(crate) type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T, PortError>> + Send + 'a>>;

/// What becomes of a place's share in people whose time is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByAge {
    /// It is cleared, as when they are erased.
    Cleared,
    /// It goes in the one step in which the table of leads lets them go.
    InOneStep,
    /// It holds nothing for longer than so many days, which is no more than the least that a policy may say.
    GoneAfterDays(u32),
    /// It is for people to change, or is carried out by itself.
    Stays,
}

/// A place.
pub(crate) struct Place<X: Outside> {
    /// Its name in what is given out and in audit lines.
    pub(crate) name: &'static str,
    /// What it holds, for people to read.
    pub(crate) held: for<'a> fn(&'a Stores<X>, &'a Who) -> Doing<'a, Vec<Value>>,
    /// Takes it away for good; how much that was. Done again, it finds nothing.
    pub(crate) erase: for<'a> fn(&'a Stores<X>, &'a Who) -> Doing<'a, usize>,
    /// What becomes of it when a person's time is up.
    pub(crate) by_age: ByAge,
}

/// Each place, in the order in which they are cleared. What leads to the rest goes last: an erasure that is interrupted finds
/// the person again by it.
pub(crate) fn places<X: Outside>() -> [Place<X>; 9] {
    [
        facts::place(),
        spend::place(),
        exports::place(),
        bodies::place(),
        documents::place(),
        letters::place(),
        leads::place(),
        links::place(),
        requests::place(),
    ]
}
