//! How a lead begins.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event::FormSubmit;
use crate::ids::{ContentHash, LeadId};

/// A valid event that was received: a lead begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SubmittedLead {
    /// Derived from source and event id, or from source and content where the source may not name its events.
    pub lead_id: LeadId,
    /// Of the event's content.
    pub content_hash: ContentHash,
    /// When the queue took it.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub received_at: Timestamp,
    /// As sent.
    pub event: FormSubmit,
}

/// An event's time that cannot be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeProblem {
    /// A replay of something old.
    #[error(
        "`occurred_at` is {days} days before the event was received; import old deals as history instead"
    )]
    Ancient {
        /// By how much.
        days: i64,
    },
}

impl SubmittedLead {
    /// Clocks differ; a day covers any time zone written without its offset.
    pub const CLOCK_SKEW: SignedDuration = SignedDuration::from_hours(24);
    /// Two years: no lead is warm after that.
    const OLDEST: SignedDuration = SignedDuration::from_hours(24 * 730);

    /// Begins a lead. A time later than any clock could say is not known: the event happened when it was received.
    pub fn new(
        event: FormSubmit,
        content_hash: ContentHash,
        received_at: Timestamp,
    ) -> Result<Self, TimeProblem> {
        let mut event = event;
        event.forget_future(received_at + Self::CLOCK_SKEW);
        let age = received_at.duration_since(event.occurred_at.unwrap_or(received_at));
        if age > Self::OLDEST {
            return Err(TimeProblem::Ancient { days: age.as_hours() / 24 });
        }
        let lead_id = match &event.id {
            Some(id) => LeadId::of(&event.source, id),
            None => LeadId::of_content(&event.source, &content_hash, event.day(received_at)),
        };
        Ok(Self { lead_id, content_hash, received_at, event })
    }

    /// The same lead under an id of its content, for sources whose own ids don't count: a guessed id takes no other
    /// event's place. The same event is still the same lead.
    #[must_use]
    pub fn identified_by_content(self) -> Self {
        let day = self.event.day(self.received_at);
        Self { lead_id: LeadId::of_content(&self.event.source, &self.content_hash, day), ..self }
    }

    /// Whether it is the submission that a lead of the same id was stored with, by that lead's hash. What the release
    /// before stored has the hash of all that was sent.
    pub fn repeats(&self, stored_hash: &str) -> bool {
        self.content_hash.as_str() == stored_hash
            || self.event.whole_hash().is_ok_and(|whole| whole.as_str() == stored_hash)
    }

    /// Of the first version, which compared all that was sent.
    pub(super) fn compared_by_content(mut self) -> Self {
        // Deals that were imported are compared by more than their event.
        if self.event.whole_hash().is_ok_and(|whole| whole == self.content_hash)
            && let Ok(hash) = self.event.content_hash()
        {
            self.content_hash = hash;
        }
        self
    }

    /// When the event happened.
    pub fn occurred_at(&self) -> Timestamp {
        self.event.occurred_at.unwrap_or(self.received_at)
    }
}
