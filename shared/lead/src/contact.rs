//! The states that sales works in, beside the two checkpoints: whether the person was reached, and the meeting.
//!
//! They are not stored but read from what was told: see [`QueuedLead::contact`](crate::QueuedLead::contact).

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::MemberId;

/// What came of reaching out to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ContactState {
    /// They were reached.
    Contacted,
    /// They were called or written to, and did not answer.
    NoAnswer,
    /// A meeting is on.
    MeetingOn {
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
}

impl ContactState {
    /// The names of all, as addresses, messages and files write them.
    pub const NAMES: [&'static str; 6] =
        ["contacted", "no_answer", "meeting_on", "meeting_cancelled", "meeting_held", "no_show"];

    /// As addresses, messages and files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contacted => "contacted",
            Self::NoAnswer => "no_answer",
            Self::MeetingOn { .. } => "meeting_on",
            Self::MeetingCancelled => "meeting_cancelled",
            Self::MeetingHeld => "meeting_held",
            Self::NoShow => "no_show",
        }
    }

    /// The state of a name; `on` is when a meeting begins. None where there is no such state, or a meeting has no time.
    pub fn named(name: &str, on: Option<Timestamp>) -> Option<Self> {
        Some(match name {
            "contacted" => Self::Contacted,
            "no_answer" => Self::NoAnswer,
            "meeting_on" => Self::MeetingOn { on: on? },
            "meeting_cancelled" => Self::MeetingCancelled,
            "meeting_held" => Self::MeetingHeld,
            "no_show" => Self::NoShow,
            _ => return None,
        })
    }

    /// Whether a meeting is agreed on, moved, called off or missed by it: that an AE's time is counted from. One that was held changes
    /// nothing.
    pub fn moves_the_meeting(self) -> bool {
        match self {
            Self::MeetingOn { .. } | Self::MeetingCancelled | Self::NoShow => true,
            Self::Contacted | Self::NoAnswer | Self::MeetingHeld => false,
        }
    }

    /// For people, without the time of a meeting.
    pub fn label(self) -> &'static str {
        match self {
            Self::Contacted => "Contacted",
            Self::NoAnswer => "No answer",
            Self::MeetingOn { .. } => "Meeting on",
            Self::MeetingCancelled => "Meeting cancelled",
            Self::MeetingHeld => "Meeting held",
            Self::NoShow => "No-show",
        }
    }
}

/// Where a lead stands in the words of sales.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// The state.
    #[serde(flatten)]
    pub state: ContactState,
    /// Since when.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub since: Timestamp,
    /// Who said so; absent where a calendar or the CRM did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberId>,
}

/// The meeting that was agreed on last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// When it begins.
    pub on: Timestamp,
    /// It has been neither cancelled nor held, and nobody stayed away.
    pub is_on: bool,
}
