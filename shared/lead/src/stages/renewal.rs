//! What time alone does to a lead: behaviour, intent and usage fade, so a decision may come out otherwise on a later day
//! though nobody did anything.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{EnrichedLead, QueuedContent, QueuedLead, RouteRequest};
use crate::decision::{Decision, Disposition};
use crate::ids::PolicyHash;
use crate::queue::QueueName;
use crate::score::Grade;
use crate::work::Progress;

/// That a lead is decided on again since time passed, and for no other reason. It stands with the lead, so that a
/// repeated message gives the same decision, and so that the decision can be made again to the bit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Renewal {
    /// The moment that ages are counted to. One before the lead's latest event counts for nothing: time does not go back.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// Where its score alone had placed it; absent where something else did, and once something new is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stood: Option<Stood>,
}

/// Where a score alone had placed a lead, and by which policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stood {
    /// Over X, between Y and X, or below Y.
    pub place: Place,
    /// The policy that placed it there. Another policy's thresholds hold from its first decision on.
    pub policy: PolicyHash,
}

/// What a score alone says is to happen with a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// At or over X.
    Accept,
    /// At or over Y, below X.
    Nurture,
    /// Below Y.
    BelowThreshold,
}

impl Place {
    /// What it is as a disposition.
    pub fn disposition(self) -> Disposition {
        match self {
            Self::Accept => Disposition::Accept,
            Self::Nurture => Disposition::Nurture,
            Self::BelowThreshold => Disposition::BelowThreshold,
        }
    }
}

impl Disposition {
    /// The place of a score; none where something else decided.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Accept => Some(Place::Accept),
            Self::Nurture => Some(Place::Nurture),
            Self::BelowThreshold => Some(Place::BelowThreshold),
            Self::Disqualified { .. } | Self::Incomplete { .. } => None,
        }
    }
}

/// When a decision is to be made again, since by then it would come out otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Renews {
    /// The day, in UTC. Ages are counted to its first moment.
    #[schemars(with = "String", extend("format" = "date"))]
    pub on: Date,
    /// What the lead would be then; absent where nothing changes up to that day, which is as far as was looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub becomes: Option<Becomes>,
}

/// Queue and grade that a lead would have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Becomes {
    /// Its queue by the decision alone.
    pub queue: QueueName,
    /// Its letter.
    pub grade: Grade,
}

impl Becomes {
    /// What a lead is by a decision.
    pub fn of(decision: &Decision) -> Self {
        Self { queue: decision.queue(), grade: decision.grade }
    }
}

/// The first moment of a day, to which a renewal counts ages; none at the end of time.
pub fn renewed_at(day: Date) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

/// The day of a moment, in UTC.
pub fn renewal_day(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

impl Decision {
    /// Whether time alone may move the lead: its score decides where it is, and has people or marketing look at it. What is
    /// rejected stays so, and what too little is known of waits for people.
    pub fn is_renewed(&self) -> bool {
        match self.disposition {
            Disposition::Accept | Disposition::Nurture => true,
            Disposition::BelowThreshold => self.sampled_at.is_some(),
            Disposition::Disqualified { .. } | Disposition::Incomplete { .. } => false,
        }
    }

    /// Where its score alone placed the lead.
    pub fn stood(&self) -> Option<Stood> {
        // Who asked for a person is with people for that, until it is too long ago.
        let place = self.disposition.place().filter(|_| self.asked_for.is_none())?;
        Some(Stood { place, policy: self.policy.clone() })
    }
}

impl EnrichedLead {
    /// The moment that ages are counted to: when the latest event happened, or a later renewal.
    pub fn counted_to(&self) -> Timestamp {
        let renewed_at = self.renewal.as_ref().map(|renewal| renewal.at);
        renewed_at.map_or(self.occurred_at(), |at| at.max(self.occurred_at()))
    }
}

impl QueuedLead {
    /// The day on which it is to be scored again since time has passed; none where time alone moves it nowhere: it waits for
    /// nobody, people have answered it, it was not scored, or its score does not decide.
    pub fn renews_on(&self) -> Option<Date> {
        let RouteRequest::Scored(scored) = &self.content else { return None };
        let renews = scored.renews?;
        if !self.is_renewable() {
            return None;
        }
        // Whoever held it when it was scored kept it where it was. They may be done with it by the next day.
        let placed = self.placed_by(&self.content);
        if placed != self.queue && !self.is_taken_up() {
            let next = renewal_day(scored.decision.as_of).checked_add(1.day()).unwrap_or(renews.on);
            return Some(next.min(renews.on));
        }
        Some(renews.on)
    }

    /// The same with what it would be then, as far as its decision foresees it.
    pub fn renews(&self) -> Option<Renews> {
        let on = self.renews_on()?;
        let RouteRequest::Scored(scored) = &self.content else { return None };
        let foreseen = scored.renews.filter(|renews| renews.on == on);
        Some(Renews { on, becomes: foreseen.and_then(|renews| renews.becomes) })
    }

    /// The picture to be scored again on a day, as of its first moment; none where that changes nothing: what is on its way
    /// to be scored anyhow, what people have answered, and what was counted to a later moment.
    pub fn renewing(&self, on: Date) -> Option<EnrichedLead> {
        let decision = self.decision()?;
        let at = renewed_at(on)?;
        if !self.is_renewable() || !decision.is_renewed() || self.wants_score() || at <= decision.as_of {
            return None;
        }
        let renewal = Some(Renewal { at, stood: decision.stood() });
        Some(EnrichedLead { renewal, ..self.picture() })
    }

    /// Whether a decision that came back is a renewal that is newer than what was decided.
    pub fn takes_renewal(&self, content: &QueuedContent) -> bool {
        let (Some(there), Some(renewed)) = (self.decision(), content.decision()) else { return false };
        content.enriched().renewal.is_some() && self.is_renewable() && renewed.as_of > there.as_of
    }

    /// Puts a renewed decision in the place of the one before. Who holds the lead, or has taken it up, keeps it where it is,
    /// and what they have open in front of them stays good; its score is the new one.
    pub fn renew(&mut self, content: QueuedContent, now: Timestamp) {
        let kept = self.is_in_hand(now).then(|| (self.queue, self.work.revision, self.work.progress.clone()));
        self.decide_again(content, now);
        if let Some((queue, revision, progress)) = kept {
            (self.queue, self.work.revision, self.work.progress) = (queue, revision, progress);
        }
    }

    fn is_renewable(&self) -> bool {
        self.work.progress == Progress::Open && self.waits_in().is_some() && !self.is_answered()
    }

    /// Whether people have done something with it that stays, beyond holding it.
    fn is_taken_up(&self) -> bool {
        self.work.overridden.is_some() || !self.work.by_hand.is_empty() || !self.crm.is_empty()
    }
}
