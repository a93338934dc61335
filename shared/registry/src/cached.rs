//! What was read last, kept between warm invocations.

use std::error::Error;
use std::future::Future;

use jiff::{SignedDuration, Timestamp};
use leadlight_ports::chain;
use tokio::sync::Mutex;

/// After a read that failed while nothing was ever read, the store is left alone for so long. A batch of ten that each
/// waited eight seconds for a store that is away would outlive the function.
const REST_AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(5);

/// Something could not be read a moment ago, and is left alone for some seconds.
#[derive(Debug, Clone, thiserror::Error)]
#[error("it could not be read a moment ago: {reason}")]
pub struct FailedJustNow {
    /// The error of that read, with its sources.
    pub reason: String,
}

/// A value that is read again once it is older than its time, by one caller for all that wait.
#[derive(Debug)]
pub(crate) struct Cached<T> {
    fresh_for: SignedDuration,
    slot: Mutex<Slot<T>>,
}

#[derive(Debug)]
enum Slot<T> {
    Empty,
    Read { value: T, at: Timestamp },
    Failed { reason: String, at: Timestamp },
}

impl<T: Clone + Send> Cached<T> {
    pub(crate) fn for_seconds(seconds: i64) -> Self {
        Self { fresh_for: SignedDuration::from_secs(seconds), slot: Mutex::new(Slot::Empty) }
    }

    /// The value, from `read` if it is not fresh. `read` gets the last value, and decides what a failure means while
    /// there is one; its error is only for when there is nothing to go on with.
    pub(crate) async fn get<E, F, R>(&self, now: Timestamp, read: F) -> Result<T, E>
    where
        E: Error + From<FailedJustNow> + 'static,
        F: FnOnce(Option<T>) -> R + Send,
        R: Future<Output = Result<T, E>> + Send,
    {
        let mut slot = self.slot.lock().await;
        let within = |at: Timestamp, time: SignedDuration| now.duration_since(at) < time;
        let last = match &*slot {
            Slot::Read { value, at } if within(*at, self.fresh_for) => return Ok(value.clone()),
            Slot::Failed { reason, at } if within(*at, REST_AFTER_FAILURE) => {
                return Err(FailedJustNow { reason: reason.clone() }.into());
            }
            Slot::Read { value, .. } => Some(value.clone()),
            Slot::Empty | Slot::Failed { .. } => None,
        };
        // On the heap: it is rare, and would make the future of every stage larger and its type too deep to compile.
        let read = Box::pin(read(last)).await;
        *slot = match &read {
            Ok(value) => Slot::Read { value: value.clone(), at: now },
            Err(error) => Slot::Failed { reason: chain(error), at: now },
        };
        read
    }
}
