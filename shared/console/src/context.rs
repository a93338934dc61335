//! For whom a page is made: when, where their clock is, who is signed in, what came of the last action.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use leadlight_lead::{LeadId, Role};

/// Around every page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The moment the page is made: relative times count from here.
    pub now: Timestamp,
    /// In which times of day are shown.
    pub time_zone: TimeZone,
    /// Who is signed in; none on the page to sign in and where an error came first.
    pub viewer: Option<Viewer>,
    /// The token against forged forms that belongs to this sign-in; stands in every form.
    pub csrf: String,
    /// Whether all of it runs on one machine, with sample users: then every page says so.
    pub local: bool,
    /// What came of the last action.
    pub message: Option<Message>,
}

impl Default for Frame {
    /// Nobody, at the beginning of 1970, in UTC.
    fn default() -> Self {
        Self {
            now: Timestamp::UNIX_EPOCH,
            time_zone: TimeZone::UTC,
            viewer: None,
            csrf: String::new(),
            local: false,
            message: None,
        }
    }
}

/// Who looks at the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Their name in the team file.
    pub name: String,
    /// What they may do: the way around shows the pages of this role.
    pub role: Role,
}

/// What came of the last action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Whether it was done.
    pub tone: Tone,
    /// A sentence or two, such as "Confirmed. 12 left."
    pub text: String,
    /// The decision that was just made, where it can be undone.
    pub undo: Option<Undo>,
}

impl Message {
    /// A message alone.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into(), undo: None }
    }
}

/// A decision that can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// The lead that was decided on.
    pub id: LeadId,
    /// Its revision since.
    pub revision: u64,
}

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It was done.
    Done,
    /// It was refused, and nothing changed.
    Refused,
}
