//! Carries out what people asked for through a company's other systems: to be forgotten.
//!
//! Then it takes away whose time is up by the policy's `[retention]`, which is bounded and goes on the next day.
//!
//! It runs each day, by rights that no other function has: to take leads, facts, dead letters and objects away for good. A
//! request is taken off once all is done, so that a run which ends half-way is finished by the next.

mod config;
mod serve;

use jiff::Timestamp;
use leadlight_erasure::{Bounds, Due, ErasureError, Outside, Request, Stores, Swept};
use leadlight_ports::metrics::Alarm;
use leadlight_ports::{Clock, alarm, chain};
use serde::Serialize;

pub use config::Config;
pub use serve::serve;

/// The job.
#[derive(Debug)]
pub struct Erase<X: Outside, C> {
    /// All that holds something of a person.
    pub stores: Stores<X>,
    /// Tells when they are erased, and when the run's own time is up.
    pub clock: C,
}

/// Pages of the table that a run looks at for leads whose time is up: two gigabytes, some $0.03 a day, whatever the table's size.
/// What is beyond them is looked at the next day.
const PAGES: usize = 2_000;

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Round {
    /// Requests that were carried out.
    pub erased: usize,
    /// Requests that failed, or that time was not enough for: the next run goes on with them.
    pub left: usize,
    /// Requests that name a person by an id which the policy does not let count: someone has to find out who it is.
    pub unknown: usize,
    /// Objects among the requests that cannot be read as one.
    pub unreadable: usize,
    /// Of all that is not done, what was asked for more than a day ago.
    pub overdue: usize,
    /// Whose time was up.
    pub swept: Swept,
}

impl<X: Outside, C: Clock> Erase<X, C> {
    /// One run. It begins no erasure after `until`, if that is given. `fresh` are 32 random bytes, for a deployment that has
    /// no key yet.
    pub async fn run(&self, until: Option<Timestamp>, fresh: [u8; 32]) -> Result<Round, ErasureError> {
        let Due { requests, unknown, unreadable } = self.stores.due().await?;
        let mut round = Round { unknown: unknown.len(), unreadable: unreadable.len(), ..Round::default() };
        let mut not_done = unknown;
        for request in requests {
            let is_over = until.is_some_and(|until| self.clock.now() >= until);
            if is_over || !self.carry_out(&request, fresh).await {
                round.left += 1;
                not_done.push(request);
            } else {
                round.erased += 1;
            }
        }
        let now = self.clock.now();
        round.overdue = not_done.iter().filter(|request| request.is_overdue(now)).count() + unreadable.len();
        if round.overdue > 0 {
            alarm!(Alarm::ErasureOverdue, round.overdue; "people asked to be forgotten, and are not");
        }
        let Round { erased, left, unknown, unreadable, overdue, .. } = round;
        tracing::info!(erased, left, unknown, unreadable, overdue, "requests to be forgotten");
        let bounds = Bounds { until, pages: PAGES };
        round.swept = Box::pin(self.stores.sweep(|| self.clock.now(), bounds, fresh)).await?;
        let Swept { has_rules, seen, people, staying, is_done, .. } = round.swept;
        tracing::info!(has_rules, seen, people, staying, is_done, "leads whose time is up");
        Ok(round)
    }

    /// Whether it is done. One that fails keeps no other waiting.
    async fn carry_out(&self, request: &Request, fresh: [u8; 32]) -> bool {
        let Some(asked) = request.asked() else { return false };
        let by = request.erasure.source.as_str();
        match Box::pin(self.stores.erase(&asked, by, self.clock.now(), fresh)).await {
            Ok(_) => true,
            Err(error) => {
                tracing::error!(
                    reason = chain(&error),
                    "a request to be forgotten is not done; the next run goes on"
                );
                false
            }
        }
    }
}
