//! Why people cannot have what they want.

use jiff::Timestamp;
use leadlight_lead::{FactField, Level, MemberId, Role};

/// Why something was not done. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// They did this very thing already: a form was sent twice.
    #[error("you have done this already; it is recorded once")]
    Repeated,
    /// Something happened since they looked.
    #[error("this lead has changed since you looked at it; look again and decide on what is there now")]
    Stale,
    /// Nobody works on it, least of all they.
    #[error("you don't hold this lead; take it first")]
    NotHeld,
    /// Their hold has ended.
    #[error("your hold on this lead ended at {until}; take it again, and nothing you see has changed")]
    Expired {
        /// When.
        until: Timestamp,
    },
    /// Another works on it.
    #[error("{holder} works on this lead, until {until} at the latest")]
    HeldByOther {
        /// Who.
        holder: MemberId,
        /// Until when.
        until: Timestamp,
    },
    /// It is another's.
    #[error("this lead belongs to {owner}; a manager can take it over")]
    NotYours {
        /// Whose.
        owner: MemberId,
    },
    /// They hold as many as one may.
    #[error("you hold {held} leads already; decide on one, or release one, before you take another")]
    HoldsTooMany {
        /// How many.
        held: usize,
    },
    /// Not theirs to do.
    #[error("this is for {needed} to do; you are signed in as {role}")]
    WrongRole {
        /// Who may.
        needed: &'static str,
        /// What they are.
        role: Role,
    },
    /// It is not at that point.
    #[error("this lead is not at that point: {state}")]
    NotNow {
        /// Where it is.
        state: &'static str,
    },
    /// Both checkpoints by one person are one.
    #[error("you confirmed this lead yourself; checkpoint 2 needs a different person")]
    OwnWord,
    /// It has been held for long after its time.
    #[error("this lead was due at {due_at}; it can be held no longer: decide now, or release it")]
    OverdueTooLong {
        /// When.
        due_at: Timestamp,
    },
    /// A reason the policy doesn't know, or not at this checkpoint.
    #[error("there is no such reason at this checkpoint; choose one of the list")]
    UnknownReason,
    /// A deal size the policy doesn't know.
    #[error("there is no such band of deal sizes; choose one of the list")]
    UnknownDealSize,
    /// It needs words.
    #[error("{what} needs a note: say in a few words why")]
    NoteMissing {
        /// What does.
        what: &'static str,
    },
    /// Too many words.
    #[error("the note has {characters} characters; the limit is {most}")]
    NoteTooLong {
        /// How many it has.
        characters: usize,
        /// How many it may have.
        most: usize,
    },
    /// Characters that have no business in a text.
    #[error("the note holds control characters; write it as plain text")]
    NoteNotText,
    /// What was written into the record cannot be read.
    #[error("{}; correct that, and save again", in_words(problems))]
    NotRead {
        /// Each field, and what is wrong there.
        problems: Vec<FieldProblem>,
    },
    /// The record would stay as it is.
    #[error("nothing has changed; fill in a field, or empty one to take back what was written there")]
    NothingWritten,
    /// They decided nothing that could be taken back.
    #[error("there is no decision of yours to undo on this lead; a manager can open it again")]
    NothingToUndo,
    /// It is too long ago.
    #[error("a decision can be undone for {minutes} minutes; ask a manager to open the lead again")]
    TooLateToUndo {
        /// How long it could have been.
        minutes: i64,
    },
    /// The next person is at it.
    #[error("{by} has worked on this lead since; talk to them, or ask a manager")]
    WorkedOnSince {
        /// The person who has worked on it.
        by: MemberId,
    },
    /// It is theirs.
    #[error("this lead is {member}'s already")]
    HasItAlready {
        /// The member who has it.
        member: MemberId,
    },
    /// Nobody of the team.
    #[error("there is no `{member}` in the team; choose someone from the list")]
    NoSuchMember {
        /// Who was named.
        member: MemberId,
    },
    /// They work elsewhere.
    #[error("{member} is a {role} and doesn't work this queue; choose someone who does")]
    OtherQueue {
        /// Who was named.
        member: MemberId,
        /// What they are.
        role: Role,
    },
    /// They could not answer.
    #[error("{member} is out of office; choose someone who is there")]
    Away {
        /// Who was named.
        member: MemberId,
    },
    /// Both checkpoints by one person are one.
    #[error("{member} confirmed this lead; checkpoint 2 needs a different person")]
    ConfirmedIt {
        /// Who was named.
        member: MemberId,
    },
    /// An acceptance without what makes one.
    #[error(
        "an acceptance needs a buying signal of at least “{}”; turn the lead down, or send it back with a note",
        least.as_str()
    )]
    NoBuyingSignal {
        /// What the policy asks for.
        least: Level,
    },
    /// No meeting that could be held.
    #[error("there is no meeting on this lead; say first when it is")]
    NoMeeting,
    /// It has not begun.
    #[error("the meeting is at {on}; say how it went once it has begun, or that it was cancelled")]
    MeetingAhead {
        /// When it begins.
        on: Timestamp,
    },
    /// A day that cannot be meant.
    #[error("a meeting lies at most a year ahead, and a month back; check the date")]
    MeetingTime,
    /// Too much has happened.
    #[error("this lead's history is full; it takes a decision without a note, but no more notes and facts")]
    HistoryFull,
}

/// A field that cannot be read. It repeats nothing of what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldProblem {
    /// Which field.
    pub field: FactField,
    /// What is wrong and what to write, as it follows the field's name: "is not one of the list".
    pub what: &'static str,
}

fn in_words(problems: &[FieldProblem]) -> String {
    let each = problems.iter().map(|problem| format!("{} {}", problem.field.in_words(), problem.what));
    each.collect::<Vec<_>>().join(", and ")
}
