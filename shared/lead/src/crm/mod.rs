//! What a CRM tells of a lead's deals, in any order and as often as it likes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contact::ContactState;
use crate::ids::{ContentHash, DealId, EventId, LeadId, SourceName};
use crate::outcome::{Outcome, OutcomeResult};
use crate::wire::{Door, Place, Versioned, WireError, check_shape, read_as, text_of, to_json, version_of};
use leadlight_reading::EmailAddress;

/// The most bytes a CRM's event may have: it names a lead and a deal, and perhaps why it was lost.
pub const MAX_CRM_EVENT_BYTES: usize = 16 * 1024;

/// All its fields are ours, and there are not many.
const DOOR: Door = Door { within: Place::Free, names: &FIELDS, depth: 16, values: 100, typed_values: 100 };

/// The names of all fields, whatever they are in: what an error may repeat.
const FIELDS: [&str; 14] = [
    "amount_usd",
    "deal",
    "email",
    "event",
    "id",
    "kind",
    "lead",
    "lead_id",
    "occurred_at",
    "on",
    "reason",
    "schema_version",
    "source",
    "what",
];

/// The most characters of a reason.
const MAX_REASON: usize = 500;

/// Which lead is meant. One of the three; the first is the surest.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeadRef {
    /// By its id.
    LeadId(LeadId),
    /// By the event it began with.
    Event {
        /// Where that came from.
        source: SourceName,
        /// Its id there.
        id: EventId,
    },
    /// By the person's address: the lead that their deal began with.
    #[schemars(with = "String")]
    Email(EmailAddress),
}

/// An address is nobody's business in a log.
impl std::fmt::Debug for LeadRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::LeadId(id) => f.debug_tuple("LeadId").field(id).finish(),
            Self::Event { source, .. } => {
                f.debug_struct("Event").field("source", source).finish_non_exhaustive()
            }
            Self::Email(_) => f.write_str("Email(..)"),
        }
    }
}

/// What happened with a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Milestone {
    /// A meeting was booked, or moved.
    MeetingBooked {
        /// When it begins.
        #[schemars(with = "String", extend("format" = "date-time"))]
        on: Timestamp,
    },
    /// The meeting was called off.
    MeetingCancelled,
    /// The meeting took place.
    MeetingHeld,
    /// They did not come to the meeting.
    NoShow,
    /// An opportunity was opened.
    OpportunityCreated {
        /// What it may be worth, in US dollars.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount_usd: Option<u64>,
    },
    /// Closed won.
    Won {
        /// What it is worth, in US dollars.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount_usd: Option<u64>,
    },
    /// Closed lost.
    Lost {
        /// Why, in the CRM's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

impl Milestone {
    /// What comes before what at one and the same time.
    fn rank(&self) -> u8 {
        match self {
            Self::MeetingBooked { .. } | Self::MeetingCancelled | Self::MeetingHeld | Self::NoShow => 0,
            Self::OpportunityCreated { .. } => 1,
            Self::Won { .. } | Self::Lost { .. } => 2,
        }
    }

    /// Is it a word on a deal? A meeting is none.
    pub fn is_of_a_deal(&self) -> bool {
        match self {
            Self::MeetingBooked { .. } | Self::MeetingCancelled | Self::MeetingHeld | Self::NoShow => false,
            Self::OpportunityCreated { .. } | Self::Won { .. } | Self::Lost { .. } => true,
        }
    }

    /// What it says of reaching out to the person; none of a word on a deal.
    pub fn contact(&self) -> Option<ContactState> {
        Some(match self {
            Self::MeetingBooked { on } => ContactState::MeetingOn { on: *on },
            Self::MeetingCancelled => ContactState::MeetingCancelled,
            Self::MeetingHeld => ContactState::MeetingHeld,
            Self::NoShow => ContactState::NoShow,
            Self::OpportunityCreated { .. } | Self::Won { .. } | Self::Lost { .. } => return None,
        })
    }

    /// As written in messages and files.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::MeetingBooked { .. } => "meeting_booked",
            Self::MeetingCancelled => "meeting_cancelled",
            Self::MeetingHeld => "meeting_held",
            Self::NoShow => "no_show",
            Self::OpportunityCreated { .. } => "opportunity_created",
            Self::Won { .. } => "won",
            Self::Lost { .. } => "lost",
        }
    }
}

/// A CRM's word on a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CrmEvent {
    /// The version of this shape.
    pub schema_version: u32,
    /// The sender's id of this event: the same id is the same event, however often it comes.
    pub id: EventId,
    /// Which lead is meant.
    pub lead: LeadRef,
    /// Which of the lead's deals is meant; may be left out where a lead has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<DealId>,
    /// When it happened.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub occurred_at: Timestamp,
    /// What happened.
    pub what: Milestone,
}

impl Versioned for CrmEvent {}

impl CrmEvent {
    /// Reads an event. Texts of errors name fields and never repeat values.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        if bytes.len() > MAX_CRM_EVENT_BYTES {
            return Err(WireError::TooLarge { bytes: bytes.len(), limit: MAX_CRM_EVENT_BYTES });
        }
        let version = version_of::<Self>(bytes)?;
        check_shape(bytes, &DOOR)?;
        let event: Self = read_as(version, text_of(bytes)?)?;
        if let Milestone::Lost { reason: Some(reason) } = &event.what
            && reason.chars().count() > MAX_REASON
        {
            return Err(WireError::shape("what.reason", format!("has more than {MAX_REASON} characters")));
        }
        Ok(event)
    }

    /// What is kept of it with the lead.
    pub fn record(&self) -> Result<CrmRecord, WireError> {
        // The lead is left out: that it was meant by another name is no other event.
        let content_hash = ContentHash::of(to_json(&(&self.deal, &self.occurred_at, &self.what))?.as_bytes());
        Ok(CrmRecord {
            id: self.id.clone(),
            content_hash,
            deal: self.deal.clone(),
            occurred_at: self.occurred_at,
            what: self.what.clone(),
            is_by_address: matches!(self.lead, LeadRef::Email(_)),
        })
    }
}

/// A CRM's word, kept with the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CrmRecord {
    /// The sender's id.
    pub id: EventId,
    /// Tells a repetition from a conflict.
    pub content_hash: ContentHash,
    /// Which deal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<DealId>,
    /// When it happened.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub occurred_at: Timestamp,
    /// What happened.
    pub what: Milestone,
    /// The sender named the lead by its person's address: which of their leads is meant follows from when the deal
    /// began.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_by_address: bool,
}

impl CrmRecord {
    fn is_won(&self) -> bool {
        matches!(self.what, Milestone::Won { .. })
    }

    fn is_by_address_of(&self, deal: &DealId) -> bool {
        self.is_by_address && self.deal.as_ref() == Some(deal)
    }
}

/// Bytes of a record as it is written.
fn written(record: &CrmRecord) -> usize {
    to_json(record).map_or(usize::MAX / CrmHistory::MOST, |json| json.len())
}

/// What adding a record found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It is new, or its lead was not named before.
    New,
    /// It was there.
    Repeated,
    /// Another one with its id was there: nothing changed.
    Conflict,
    /// As many or as long ones as a lead takes were there: nothing changed.
    Full,
}

/// All that the CRM told of a lead, by time. Whatever the order it came in, it is the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CrmHistory(Vec<CrmRecord>);

impl CrmHistory {
    /// Records a lead takes: more are a sender's mistake.
    pub const MOST: usize = 50;
    /// Bytes of all records together, as written: a usual record has three hundred. See [`crate::MAX_DOCUMENT_BYTES`].
    pub const MOST_BYTES: usize = 64 * 1024;

    /// By time.
    pub fn records(&self) -> &[CrmRecord] {
        &self.0
    }

    /// Was nothing told?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a record where its time belongs; at one time an opening comes before a close, whatever their ids.
    pub fn add(&mut self, record: CrmRecord) -> Recorded {
        if let Some(there) = self.0.iter_mut().find(|r| r.id == record.id) {
            if there.content_hash != record.content_hash {
                return Recorded::Conflict;
            }
            // Now its lead was named: that is news.
            let is_named = there.is_by_address && !record.is_by_address;
            there.is_by_address &= record.is_by_address;
            return if is_named { Recorded::New } else { Recorded::Repeated };
        }
        if self.0.len() >= Self::MOST || self.bytes() + written(&record) > Self::MOST_BYTES {
            return Recorded::Full;
        }
        let order = |r: &CrmRecord| (r.occurred_at, r.what.rank(), r.id.clone());
        let place = self.0.partition_point(|r| order(r) <= order(&record));
        self.0.insert(place, record);
        Recorded::New
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(written).sum()
    }

    /// When the first opportunity was opened; a deal that closed was one, whether the CRM said so or not.
    pub fn opportunity_at(&self) -> Option<Timestamp> {
        self.0.iter().find(|r| r.what.is_of_a_deal()).map(|r| r.occurred_at)
    }

    /// Is there something of a deal that [`CrmRecord::is_by_address`]?
    pub fn has_by_address(&self, deal: &DealId) -> bool {
        self.0.iter().any(|r| r.is_by_address_of(deal))
    }

    /// Takes a deal's records out, those that [`CrmRecord::is_by_address`].
    pub fn take_by_address(&mut self, deal: &DealId) -> Vec<CrmRecord> {
        let (taken, kept) = std::mem::take(&mut self.0).into_iter().partition(|r| r.is_by_address_of(deal));
        self.0 = kept;
        taken
    }

    /// How the lead's deals ended, each by its latest word; a record that names none is of the one deal that was
    /// named, and undoes no win of it. One that is won makes the lead won, at the time of the first win and worth all of
    /// them; else all must be lost.
    pub fn outcome(&self) -> Option<Outcome> {
        let told = || self.0.iter().filter(|r| r.what.is_of_a_deal());
        let named: BTreeSet<&DealId> = told().filter_map(|r| r.deal.as_ref()).collect();
        let only = if named.len() == 1 { named.first().copied() } else { None };
        let mut deals: BTreeMap<Option<&DealId>, &CrmRecord> = BTreeMap::new();
        for record in told() {
            let of = record.deal.as_ref().or(only);
            let is_guess = record.deal.is_none() && of.is_some();
            let undoes_a_win = !record.is_won() && deals.get(&of).is_some_and(|latest| latest.is_won());
            if !(is_guess && undoes_a_win) {
                deals.insert(of, record);
            }
        }
        let latest: Vec<&CrmRecord> = deals.into_values().collect();
        let mut won = latest.iter().filter(|r| r.is_won()).peekable();
        if won.peek().is_some() {
            let amount = |r: &&CrmRecord| match r.what {
                Milestone::Won { amount_usd } => amount_usd,
                _ => None,
            };
            let won: Vec<&CrmRecord> = won.copied().collect();
            let amounts: Vec<u64> = won.iter().filter_map(amount).collect();
            return Some(Outcome {
                result: OutcomeResult::Won,
                closed_at: won.iter().map(|r| r.occurred_at).min()?,
                amount_usd: (!amounts.is_empty())
                    .then(|| amounts.iter().fold(0_u64, |a, b| a.saturating_add(*b))),
            });
        }
        let lost = latest.iter().all(|r| matches!(r.what, Milestone::Lost { .. }));
        let closed_at = latest.iter().map(|r| r.occurred_at).max()?;
        lost.then_some(Outcome { result: OutcomeResult::Lost, closed_at, amount_usd: None })
    }
}

#[cfg(test)]
mod tests;
