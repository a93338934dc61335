//! What people do with a lead: who has it, how far it came through the two checkpoints, what was said.
//!
//! All of it stands beside what the machine found and decided, and never changes that.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contact::ContactState;
use crate::enrichment::{ByHand, FactField};
use crate::ids::{DealSize, MemberId, RejectionCode};
use crate::tally::Tally;

/// A person's hold on a lead. It ends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// Who holds it.
    pub holder: MemberId,
    /// Until when, unless it is renewed.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub until: Timestamp,
}

impl Claim {
    /// Does it still hold?
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.until
    }
}

/// Checkpoint 1 was passed: the context is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confirmation {
    /// Who passed it, by their id in the team file.
    pub by: MemberId,
    /// When they passed it, in UTC.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
}

/// How much of something an account executive sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// None that can be seen.
    None,
    /// Some.
    Some,
    /// Clearly there.
    Strong,
}

impl Level {
    /// All levels, the least first.
    pub const ALL: [Self; 3] = [Self::None, Self::Some, Self::Strong];

    /// As written in forms and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Some => "some",
            Self::Strong => "strong",
        }
    }
}

/// What an account executive attests before a meeting becomes an opportunity. Each is asked; none has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attestation {
    /// Is there a signal that they mean to buy?
    pub buying_signal: Level,
    /// Do they fit what we want to be?
    pub strategic_fit: Level,
    /// Do we know each other?
    pub relationship: Level,
    /// The band the deal's size lies in, by its code in the policy.
    pub deal_size: DealSize,
}

/// Checkpoint 2 was passed: this may become an opportunity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Acceptance {
    /// Who accepted the lead, by their id in the team file.
    pub by: MemberId,
    /// When they accepted it, in UTC.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// What was attested.
    pub attestation: Attestation,
}

/// A person turned a lead down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rejection {
    /// Who turned the lead down, by their id in the team file.
    pub by: MemberId,
    /// When they turned it down, in UTC.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// Why the lead was turned down, by the reason's code in the policy.
    pub reason: RejectionCode,
    /// What the reason meant for training on that day: a later policy does not change what was said.
    pub training: TrainingMeaning,
}

/// What a rejection says to a learner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrainingMeaning {
    /// The lead was no good: it counts as not converted.
    Negative,
    /// It says nothing of the lead's worth: it is not learnt from.
    None,
    /// The record was wrong: it is not learnt from, and counts against data quality.
    BadData,
}

/// How far people have come with a lead. A later step holds the ones before it: there is no way to an acceptance
/// that leaves out the confirmation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Progress {
    /// Nobody has decided.
    #[default]
    Open,
    /// A person has seen a lead that people see before it is scored: it is on its way to be scored.
    Seen(Confirmation),
    /// Checkpoint 1: someone wants a second look.
    Flagged(Confirmation),
    /// Checkpoint 1 was passed; checkpoint 2 waits.
    Confirmed(Confirmation),
    /// Both checkpoints were passed.
    Accepted {
        /// Checkpoint 1.
        confirmed: Confirmation,
        /// Checkpoint 2.
        accepted: Acceptance,
    },
    /// Turned down.
    Rejected {
        /// Checkpoint 1, where it was passed: then checkpoint 2 turned the lead down.
        confirmed: Option<Confirmation>,
        /// Why, and by whom.
        rejected: Rejection,
    },
}

impl Progress {
    /// Checkpoint 1, where it was passed and not taken back since.
    pub fn confirmation(&self) -> Option<&Confirmation> {
        match self {
            Self::Confirmed(confirmed) | Self::Accepted { confirmed, .. } => Some(confirmed),
            Self::Rejected { confirmed, .. } => confirmed.as_ref(),
            Self::Open | Self::Seen(_) | Self::Flagged(_) => None,
        }
    }
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Anything worth knowing.
    Context,
    /// The person's role is about to change.
    RoleChange,
    /// What is said of the company or the person.
    Reputation,
}

impl NoteKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Context, Self::RoleChange, Self::Reputation];

    /// As written in forms and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::RoleChange => "role_change",
            Self::Reputation => "reputation",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Context => "Context",
            Self::RoleChange => "Role about to change",
            Self::Reputation => "Reputation",
        }
    }
}

/// What happened to a lead among people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happening {
    /// It was given to someone.
    Assigned {
        /// To whom; none is the pool, from which all may take.
        to: Option<MemberId>,
        /// Why it was given to them, in words.
        because: String,
    },
    /// Nobody answered in time.
    Breached {
        /// Whose it was.
        owner: Option<MemberId>,
    },
    /// Seen before it was scored.
    Seen,
    /// Checkpoint 1: the context is right.
    Confirmed,
    /// Checkpoint 1: a second look, please.
    Flagged,
    /// Checkpoint 2: what was attested.
    Accepted {
        /// What was attested.
        attestation: Attestation,
    },
    /// Checkpoint 2: back to checkpoint 1.
    SentBack,
    /// Turned down at either checkpoint.
    Rejected {
        /// Why, by the reason's code in the policy.
        reason: RejectionCode,
    },
    /// A person brought a lead before an SDR that the machine had not.
    Overridden,
    /// Facts were written into the record, or taken back: then what vendors say counts again.
    Completed {
        /// What was written.
        wrote: Vec<FactField>,
        /// What was taken back.
        took_back: Vec<FactField>,
    },
    /// Someone took back what they had decided last.
    Undone,
    /// A manager opened a lead again that was accepted or turned down.
    Reopened,
    /// What came of reaching out to the person.
    Contact {
        /// The state that was told.
        state: ContactState,
    },
    /// A note alone.
    Noted {
        /// What it is about.
        about: NoteKind,
    },
}

/// One line of a lead's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// When it happened, in UTC.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// Who did it, by their id in the team file; none is the machine.
    pub by: Option<MemberId>,
    /// What happened.
    pub what: Happening,
    /// What they wrote beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What stood before a decision, and what the decision counted. Taking it back restores the one and takes the other off
/// the month's counts, in one write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reversible {
    /// Who decided, by their id in the team file.
    pub by: MemberId,
    /// When they decided, in UTC. It is in this moment's month that the decision was counted.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// How far people had come before.
    pub progress: Progress,
    /// Whose lead it was.
    pub owner: Option<MemberId>,
    /// When it should have been answered.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub due_at: Option<Timestamp>,
    /// Who had brought it before an SDR against the machine's decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<Confirmation>,
    /// What was counted with the decision, each as a tally's key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<Tally>,
}

/// All that people did with a lead.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Work {
    /// Counts what people can see: each claim, decision, note and change of hands, but no renewal of a claim. A
    /// form carries the revision it was made from, so that what came in between is noticed.
    pub revision: u64,
    /// Whose it is; none is the pool, from which all may take.
    pub owner: Option<MemberId>,
    /// When it should have been answered; none where nobody has to.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub due_at: Option<Timestamp>,
    /// When its owner was reminded of it last, since its time was nearly up.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminded_at: Option<Timestamp>,
    /// How often nobody answered in time.
    pub breaches: u32,
    /// When a person took it for the first time; none before, and of leads that the release before had given out.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_look_at: Option<Timestamp>,
    /// The last decision, as long as it can be taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversible: Option<Box<Reversible>>,
    /// Who works on it now.
    pub claim: Option<Claim>,
    /// How far they came.
    pub progress: Progress,
    /// A person brought it before an SDR that the machine had not: kept apart from the machine's decision.
    pub overridden: Option<Confirmation>,
    /// What people wrote into its record.
    #[serde(skip_serializing_if = "ByHand::is_empty")]
    pub by_hand: ByHand,
    /// What happened, in order.
    pub history: Vec<Entry>,
}

impl Work {
    /// Nothing was done yet: such a lead's document says nothing of people.
    pub fn is_untouched(&self) -> bool {
        self == &Self::default()
    }

    /// Has a person judged it? A lead that an AE sent back, or a manager opened again, is open and was judged all the
    /// same. What was taken back a moment later was no judgement.
    pub fn is_answered(&self) -> bool {
        !matches!(self.progress, Progress::Open | Progress::Seen(_)) || self.was_judged()
    }

    fn was_judged(&self) -> bool {
        let (mut judged, mut last) = (0_u32, false);
        for entry in &self.history {
            let is_judgement = match entry.what {
                Happening::Confirmed | Happening::Flagged | Happening::Reopened => true,
                Happening::Accepted { .. }
                | Happening::SentBack
                | Happening::Rejected { .. }
                | Happening::Overridden => false,
                Happening::Undone => {
                    judged -= u32::from(std::mem::take(&mut last));
                    continue;
                }
                Happening::Assigned { .. }
                | Happening::Breached { .. }
                | Happening::Seen
                | Happening::Completed { .. }
                | Happening::Contact { .. }
                | Happening::Noted { .. } => continue,
            };
            (judged, last) = (judged + u32::from(is_judgement), is_judgement);
        }
        judged > 0
    }
}
