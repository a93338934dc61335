//! People over in-memory twins: queues, both checkpoints, the SLA clock, outcomes, the console over HTTP.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod account;
mod accounts;
mod all_leads;
mod back;
mod checkpoints;
mod clock;
mod contact;
mod figures;
mod find;
mod holds;
mod http;
mod left;
mod load;
mod outcomes;
mod record;
mod sign_in;
mod slack;
