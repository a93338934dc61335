//! What the intake is made of.

use std::time::Duration;

use jiff::Timestamp;
use leadlight_ports::{Clock, Secrets, World};
use leadlight_registry::InForce;

/// The function's handler.
#[derive(Debug)]
pub struct Intake<W: World, S: Secrets> {
    /// Where accepted events go.
    pub form_submits: W::Queue,
    /// Where parts of a request are set aside that are no events as they are.
    pub dead_letters: W::Queue,
    /// Where what became of deals goes.
    pub outcomes: W::Queue,
    /// Where what has to be fetched goes.
    pub to_pull: W::Queue,
    /// Which adapter reads which source; and where requests to be forgotten rest.
    pub in_force: InForce<W::Objects>,
    /// Where a lead is looked for whose sender waits for its score.
    pub leads: W::Leads,
    /// For how long it is looked for at most.
    pub waits_for_a_score: Duration,
    /// The sources' secrets.
    pub secrets: S,
    /// What the names of secrets begin with.
    pub stack_name: String,
    /// Tells when an event was received.
    pub clock: W::Clock,
}

impl<W: World, S: Secrets> Intake<W, S> {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
