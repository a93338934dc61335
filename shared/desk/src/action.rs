//! What people want to do with a lead.

use std::collections::BTreeMap;

use leadlight_lead::{Attestation, ContactState, FactField, MemberId, NoteKind, RejectionCode, Role};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: MemberId,
    /// As what.
    pub role: Role,
}

/// What someone wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Take it, to work on it.
    Claim,
    /// Keep it for longer.
    Renew,
    /// Give it back.
    Release,
    /// Send a lead that people see first on to be scored.
    See,
    /// Checkpoint 1: the context is right.
    Confirm,
    /// Checkpoint 1: a second look, please.
    Flag,
    /// Turn it down, at the checkpoint it waits at.
    Reject {
        /// Why.
        reason: RejectionCode,
    },
    /// Checkpoint 2: attest and accept.
    Accept {
        /// What is attested.
        attestation: Attestation,
    },
    /// Checkpoint 2: back to checkpoint 1.
    SendBack,
    /// Bring a lead before an SDR that the machine had not.
    Override,
    /// Write facts into the record, over what vendors say, or take them back.
    Complete {
        /// As typed, by field; an empty text takes back what was written there. A field that is not named stays as it
        /// is.
        fields: BTreeMap<FactField, String>,
    },
    /// Take back what they themselves decided last, some minutes ago.
    Undo,
    /// Open a lead again that was accepted or turned down.
    Reopen {
        /// The person who gets it; none is the manager who opens it.
        to: Option<MemberId>,
    },
    /// Give a lead to someone.
    Assign {
        /// To whom.
        to: MemberId,
    },
    /// Tell what came of reaching out to the person.
    Contact {
        /// The state that was told.
        state: ContactState,
    },
    /// Write something down.
    Note {
        /// What it is about.
        about: NoteKind,
    },
}

/// What someone wants to do, with what they saw and say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The [revision](leadlight_lead::Work::revision) they looked at.
    pub revision: u64,
    /// What they want.
    pub action: Action,
    /// In their own words.
    pub note: Option<String>,
}
