//! What the policy says of people: how long they hold a lead, how soon they answer, what they may say.

use std::fmt;

use jiff::SignedDuration;
use leadlight_lead::{DealSize, Grade, Level, QueuedLead, RejectionCode, TrainingMeaning};
use schemars::JsonSchema;
use serde::Deserialize;

/// What holds for people at both checkpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleRules {
    /// How long a claimed lead is held unless it is renewed.
    pub lease: SignedDuration,
    /// How long people may take back their own last decision; zero is not at all.
    pub undo: SignedDuration,
    /// The least buying signal that an AE may accept a lead with.
    pub least_buying_signal: Level,
    /// How many leads one person may hold at once; at least 1.
    pub most_held: usize,
    /// The longest note, in characters.
    pub note_characters: usize,
    /// Events of one person within so long of each other are one lead.
    pub one_lead: SignedDuration,
    /// Who came to their company within so many days before a lead changed jobs recently.
    pub job_change_days: u16,
    /// How soon people answer.
    pub sla: SlaMinutes,
    /// Why people turn a lead down, in the order they are offered; each code once.
    pub reasons: Vec<RejectionReason>,
    /// The bands of deal sizes to choose from, in the order they are offered; each code once.
    pub deal_sizes: Vec<DealSizeBand>,
}

/// What a motion has of its own for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MotionRules {
    pub(crate) label: Option<String>,
    pub(crate) sla: Option<SlaMinutes>,
}

/// How soon people answer, in minutes of the owner's working hours. A better grade never waits longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlaMinutes {
    /// Grade A.
    pub a: u32,
    /// Grade B.
    pub b: u32,
    /// Grade C.
    pub c: u32,
    /// Grade D: leads that chance or a person brought.
    pub d: u32,
    /// Leads that people see before they are scored, and those of which too little is known.
    pub unscored: u32,
    /// Leads that asked for a person, whatever their grade.
    pub hand_raiser: u32,
}

impl SlaMinutes {
    /// The minutes for a lead.
    pub fn of(&self, lead: &QueuedLead) -> u32 {
        if lead.asked_for().is_some() { self.hand_raiser } else { self.of_grade(lead.sla_grade()) }
    }

    /// The minutes for a grade; for none, those of leads without a score that counts.
    pub fn of_grade(&self, grade: Option<Grade>) -> u32 {
        match grade {
            Some(Grade::A) => self.a,
            Some(Grade::B) => self.b,
            Some(Grade::C) => self.c,
            Some(Grade::D) => self.d,
            None => self.unscored,
        }
    }
}

/// A reason for turning a lead down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectionReason {
    /// As kept with the lead.
    pub code: RejectionCode,
    /// For people.
    pub label: String,
    /// What it says to a learner.
    pub training: TrainingMeaning,
    /// Must it be said in one's own words as well?
    pub needs_text: bool,
    /// Is it offered at checkpoint 1? It is offered at one of the two at least.
    pub at_first: bool,
    /// Is it offered at checkpoint 2?
    pub at_second: bool,
}

impl RejectionReason {
    /// What it says to a learner, in words for those who choose it.
    pub fn meaning(&self) -> &'static str {
        match self.training {
            TrainingMeaning::Negative => "counts as not converted",
            TrainingMeaning::None => "is not learnt from",
            TrainingMeaning::BadData => "is not learnt from, and counts against data quality",
        }
    }
}

/// A band that a deal's size may lie in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealSizeBand {
    /// As kept with the lead.
    pub code: DealSize,
    /// For people.
    pub label: String,
}

/// What makes a lead a converted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversionKind {
    /// It passed both checkpoints.
    Accepted,
    /// An opportunity was opened.
    Opportunity,
    /// A deal was won.
    Won,
}

impl ConversionKind {
    /// As written in the policy file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Opportunity => "opportunity",
            Self::Won => "won",
        }
    }
}

impl fmt::Display for ConversionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What counts as conversion, and when it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion {
    /// What counts.
    pub counts: ConversionKind,
    /// So many days after the checkpoint it passed last, a lead that was not accepted, or has no opportunity, counts
    /// as not converted. A review of scores leaves out decisions that are younger.
    pub maturity_days: u32,
}
