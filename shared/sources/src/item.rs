//! What a request holds for us.

use jiff::Timestamp;
use leadlight_lead::{AccountUse, CrmEvent, SourceName, StageMessage, Taken, Versioned, WireError};
use leadlight_reading::EmailAddress;
use serde::{Deserialize, Serialize};

/// One thing that a request holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A person to be qualified, or something more that one of them did.
    Lead(Box<Taken>),
    /// What became of a lead's deal.
    Outcome(Box<CrmEvent>),
    /// The product was used at an account, and nobody is named; or whose workspace one is.
    Usage(Box<AccountUse>),
    /// A person asks to be forgotten.
    Erasure(Erasure),
    /// Something that has to be fetched before it can be read.
    Reference(Reference),
    /// The sender tries the connection: it goes nowhere.
    Test,
    /// It is understood and holds nothing for us: why.
    PassedOver(&'static str),
}

/// One part of a request: read, or set aside.
pub type Read = Result<Item, SetAside>;

/// A part of a request that is no event as it is: the sender would only send the same again, so it is kept for someone
/// to correct it.
#[derive(Clone, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct SetAside {
    /// What is wrong with it.
    pub error: WireError,
    /// The event as far as it was read, as JSON.
    pub body: String,
}

/// The body is personal.
impl std::fmt::Debug for SetAside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetAside").field("error", &self.error).field("bytes", &self.body.len()).finish()
    }
}

impl SetAside {
    /// A part that is no event, as it was sent.
    pub(crate) fn part(part: &serde_json::Value, path: &str, problem: &str) -> Self {
        Self { error: WireError::shape(path, problem), body: part.to_string() }
    }
}

/// Something that a sender only names: it has to be fetched from them before it can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The source whose adapter knows how to fetch it.
    pub source: SourceName,
    /// What it is, in the adapter's words, such as `contact`.
    pub what: String,
    /// The sender's id of it.
    pub id: String,
    /// When it came to be or changed, by the sender's word.
    pub occurred_at: Timestamp,
    /// What happened with it, in the sender's words, such as `contact.creation`.
    pub event: String,
}

impl Versioned for Reference {}
impl StageMessage for Reference {
    const SCHEMA: &'static str = "leadlight.reference";
}

/// A person asks to be forgotten, by what their system knows of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// Who passes it on.
    pub source: SourceName,
    /// The sender's id of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<String>,
    /// Their address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// When it was asked for, by the sender's word.
    pub requested_at: Timestamp,
}

impl Erasure {
    /// Where the request rests until it is done, the same for the same person: see
    /// [storage](../../../docs/storage.md).
    pub fn key(&self) -> String {
        use sha2::{Digest, Sha256};
        let person = self.email.as_ref().map(EmailAddress::as_str).unwrap_or_default();
        let id = self.person_id.as_deref().unwrap_or_default();
        let source = self.source.as_str();
        format!("erasures/{}.json", hex::encode(Sha256::digest(format!("{source}\n{id}\n{person}"))))
    }
}

impl Versioned for Erasure {}
impl StageMessage for Erasure {
    const SCHEMA: &'static str = "leadlight.erasure";
}

/// A person is nobody's business in a log.
impl std::fmt::Debug for Erasure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Erasure")
            .field("source", &self.source)
            .field("requested_at", &self.requested_at)
            .finish_non_exhaustive()
    }
}
