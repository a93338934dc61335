//! What Leadlight tells the outside: which events a change of a lead makes, which destinations there are, and how each
//! is spoken to.
//!
//! A destination's kind is a [`Dialect`]: from letters to a request, from the answer to what became of each letter. It is
//! one file here and one entry of [`DIALECTS`]. Nothing in this room sends anything.

mod changes;
mod dialects;
mod event;
mod file;
mod notice;
mod nurture;
mod result;
mod sign;
mod slack;
mod staff;

pub use changes::changes;
pub use dialects::{DIALECTS, Dialect, Letter, Meaning, Preparation, Step, Task, Tells, Token};
pub use event::{Event, EventData, EventKind, NeedsContact, Origin, Turn, What};
pub use file::{Destination, Destinations};
pub use leadlight_outward::{Address, Ask, Reply};
pub use notice::{Message, Notice};
pub use result::{Decided, Intents, LeadResult, Person};
pub use sign::{SigningKey, SigningKeyError};
pub use slack::{NoPress, Press, aside, is_answer_address};
pub use staff::{Choice, Contact, Staff};

#[cfg(test)]
mod tests;
