//! What every adapter gives: a name, the ways to prove who sent a request, and how it is read.

use std::borrow::Cow;

use leadlight_lead::WireError;
use serde_json::Value;

use crate::item::{Read, Reference};
use crate::proof::{Claim, NotAuthentic, SecretTexts};
use crate::request::Request;
use crate::rules::Rules;

/// One kind of sender.
#[derive(Debug, Clone, Copy)]
pub struct Adapter {
    /// As the sources file writes it, such as `hubspot`.
    pub name: &'static str,
    /// As people know it, such as `HubSpot`.
    pub title: &'static str,
    /// What it takes and what has to be set up at the sender, in a few lines.
    pub help: &'static str,
    /// The ways to prove who sent a request; the first is the usual one.
    pub proofs: &'static [Proof],
    /// Reads a request. An error is the whole request's; a part that cannot be read does not hold up the others.
    pub(crate) read: fn(&Request<'_>, &Rules) -> Result<Vec<Read>, WireError>,
    /// Answers a handshake by which the sender makes sure that the address is ours.
    pub(crate) handshake: Option<fn(&Request<'_>, SecretTexts<'_>) -> Option<Reply>>,
    /// Fetches what a request only names.
    pub(crate) fetch: Option<Follow>,
    /// Whether the sender waits for the score, and writes it into its own fields.
    pub answers_with_score: bool,
}

/// What to ask for next, given what was answered so far.
pub(crate) type Follow = fn(&Reference, &Rules, &[Value]) -> Result<Step, WireError>;

/// A way to prove who sent a request.
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    /// As the sources file writes it.
    pub name: &'static str,
    /// What a request claims; an error where it claims nothing.
    pub claim: for<'a> fn(&Request<'a>) -> Result<Claim<'a>, NotAuthentic>,
}

/// A key of the source's own, in a header or, where a sender can set none, in the address. Every adapter takes it.
pub(crate) const KEY: Proof = Proof { name: "key", claim: key };

const KEY_HEADER: &str = "x-leadlight-key";

fn key<'a>(request: &Request<'a>) -> Result<Claim<'a>, NotAuthentic> {
    let header = request.header(KEY_HEADER).map(|text| Cow::Borrowed(text.trim().as_bytes()));
    let bearer = || {
        let (scheme, token) = request.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Cow::Borrowed(token.trim().as_bytes()))
    };
    let parameter = || {
        request.parameter("key").map(|text| match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        })
    };
    // A proxy or a sender may add an `Authorization` of its own: the header that is ours alone comes first.
    let is_there = |given: &Cow<'_, [u8]>| !given.is_empty();
    let given = header
        .filter(is_there)
        .or_else(|| bearer().filter(is_there))
        .or_else(|| parameter().filter(is_there));
    given
        .map(Claim::Secret)
        .ok_or(NotAuthentic::Absent("key in `X-Leadlight-Key`, `Authorization: Bearer …` or `?key=`"))
}

/// A header that a signature stands in.
pub(crate) fn signature<'a>(request: &Request<'a>, header: &'static str) -> Result<&'a str, NotAuthentic> {
    request.header(header).map(str::trim).ok_or(NotAuthentic::Absent(header))
}

/// A signature as hexadecimal digits.
pub(crate) fn from_hex(text: &str, header: &'static str) -> Result<Vec<u8>, NotAuthentic> {
    hex::decode(text).map_err(|_| NotAuthentic::Malformed(header))
}

/// A signature in Base64.
pub(crate) fn from_base64(text: &str, header: &'static str) -> Result<Vec<u8>, NotAuthentic> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).map_err(|_| NotAuthentic::Malformed(header))
}

/// A time in whole milliseconds or seconds since 1970, as a header has it.
pub(crate) fn since_1970(
    text: &str,
    header: &'static str,
    per_second: i64,
) -> Result<jiff::Timestamp, NotAuthentic> {
    let malformed = NotAuthentic::Malformed(header);
    let number: i64 = text.parse().map_err(|_| malformed)?;
    let milliseconds = number.checked_mul(1000 / per_second).ok_or(malformed)?;
    jiff::Timestamp::from_millisecond(milliseconds).map_err(|_| malformed)
}

/// An answer that a sender waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its media type.
    pub content_type: &'static str,
    /// What it says.
    pub body: String,
}

/// The next step of fetching what a request only named, given what was answered so far.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Ask for this.
    Ask(Fetch),
    /// All is there.
    Done(Vec<Read>),
}

/// A GET to a sender's own address, with the source's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// Where.
    pub url: String,
    /// Headers beside the token.
    pub headers: &'static [(&'static str, &'static str)],
}
