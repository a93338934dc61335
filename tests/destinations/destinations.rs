//! The publisher and the sender against destinations that answer as the real ones do, in fair weather and in foul.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod crms;
mod mail;
mod post;
mod publish;
mod slack;
mod webhooks;
