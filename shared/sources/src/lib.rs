//! Where leads come from: forms, marketing tools, calendars, CRMs.
//!
//! An [`Adapter`] knows one sender's webhook. It says how a request proves who sent it ([`Claim`]), and reads the
//! request into [`Item`]s: leads, what became of deals, erasures, references to be fetched, tests. It knows no I/O, no
//! clock and no secret: the shell finds the secret, asks [`Source::accept`], and queues each item where it belongs.
//!
//! What a company says of its own sources stands in one file, [`Sources`], published like a policy: which adapter, which
//! of the sender's fields is which of ours, what each form asks for.
//!
//! * An adapter is one file in `adapters/`, one line in [`ADAPTERS`] and one folder in `testdata/`.
//! * Nothing of a body is believed before the claim holds, over the bytes as they came.
//! * A field that nobody knows stays with the lead under its own name; one that two fields claim is filled by the first,
//!   and the other stays beside it.

mod adapter;
mod adapters;
mod envelope;
mod fill;
mod form;
mod item;
mod labels;
mod own;
mod proof;
mod request;
mod rules;
mod settings;
mod source;

pub use adapter::{Adapter, Fetch, Proof, Reply, Step};
pub use adapters::{ADAPTERS, adapter};
pub use fill::ITEMS_AT_MOST;
pub use item::{Erasure, Item, Read, Reference, SetAside};
pub use labels::Field;
pub use own::{Own, cloud_events, plain_event};
pub use proof::{Claim, Mac, NotAuthentic, SecretTexts};
pub use request::Request;
pub use rules::Rules;
pub use settings::Sources;
pub use source::{Accepted, Source, Unread};

#[cfg(test)]
mod tests;
