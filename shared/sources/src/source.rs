//! One source of a company's: its adapter, and the way from a request to what it holds.

use leadlight_lead::{MAX_WHOLE_BYTES, SourceName, WireError};
use serde_json::Value;

use crate::adapter::{Adapter, Proof, Reply, Step};
use crate::fill::ITEMS_AT_MOST;
use crate::item::{Read, Reference};
use crate::proof::{NotAuthentic, SecretTexts};
use crate::request::Request;
use crate::rules::Rules;

/// The most bytes of one request. Lambda takes 6 MB; the largest batch on record (Segment's) has 500 KB, and the largest
/// single submission (Webflow's) 256 KB.
const BODY_AT_MOST_BYTES: usize = MAX_WHOLE_BYTES;

/// One source of a company's.
#[derive(Debug, Clone)]
pub struct Source {
    pub(crate) rules: Rules,
    /// What reads its requests.
    pub adapter: &'static Adapter,
    pub(crate) proof: Proof,
    /// Whether the sender gets the score in the answer.
    pub answers_with_score: bool,
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.rules == other.rules
            && self.adapter.name == other.adapter.name
            && self.proof.name == other.proof.name
            && self.answers_with_score == other.answers_with_score
    }
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Accepted {
    /// An answer, and nothing else.
    Handshake(Reply),
    /// What it holds, part by part.
    Items(Vec<Read>),
}

/// Why a request is refused as a whole.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Unread {
    /// Nothing of it is believed.
    #[error("it is not known who sent the request")]
    NotAuthentic(#[source] NotAuthentic),
    /// It is the sender's and cannot be read.
    #[error("the request cannot be read")]
    Unreadable(#[source] WireError),
}

impl Source {
    /// Of an adapter, with nothing said beyond it: its usual proof, no field map.
    pub fn plain(name: SourceName, adapter: &'static Adapter) -> Self {
        let proof = adapter.proofs.first().copied().unwrap_or(crate::adapter::KEY);
        Self { rules: Rules::plain(name), adapter, proof, answers_with_score: adapter.answers_with_score }
    }

    /// Its name.
    pub fn name(&self) -> &SourceName {
        &self.rules.name
    }

    /// What the secret store calls its secret, after the stack's name and a slash.
    pub fn secret_purpose(&self) -> String {
        format!("sources/{}", self.rules.name)
    }

    /// What the secret store calls the token by which references are fetched.
    pub fn token_purpose(&self) -> String {
        format!("sources/{}/api", self.rules.name)
    }

    /// Reads a request, if one of the secrets bears it out.
    pub fn accept(&self, request: &Request<'_>, secrets: SecretTexts<'_>) -> Result<Accepted, Unread> {
        if let Some(reply) = self.adapter.handshake.and_then(|answer| answer(request, secrets)) {
            return Ok(Accepted::Handshake(reply));
        }
        // Before anything of the body is looked at: some claims stand in it.
        small_enough(request).map_err(Unread::Unreadable)?;
        let claim = (self.proof.claim)(request).map_err(Unread::NotAuthentic)?;
        claim.check(secrets, request.received_at).map_err(Unread::NotAuthentic)?;
        self.read(request).map(Accepted::Items).map_err(Unread::Unreadable)
    }

    /// Reads a request whoever sent it: for trying out how a pasted body is read.
    pub fn read(&self, request: &Request<'_>) -> Result<Vec<Read>, WireError> {
        small_enough(request)?;
        let items = (self.adapter.read)(request, &self.rules)?;
        if items.len() > ITEMS_AT_MOST {
            return Err(WireError::shape(".", format!("has more than {ITEMS_AT_MOST} events")));
        }
        Ok(items)
    }

    /// The next step of fetching what a reference names, given what was answered so far.
    pub fn fetch(&self, reference: &Reference, answers: &[Value]) -> Result<Step, WireError> {
        let Some(fetch) = self.adapter.fetch else {
            return Err(WireError::shape("source", "has an adapter that fetches nothing"));
        };
        fetch(reference, &self.rules, answers)
    }
}

fn small_enough(request: &Request<'_>) -> Result<(), WireError> {
    let bytes = request.body.len();
    if bytes > BODY_AT_MOST_BYTES {
        return Err(WireError::TooLarge { bytes, limit: BODY_AT_MOST_BYTES });
    }
    Ok(())
}
