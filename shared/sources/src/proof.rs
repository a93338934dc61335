//! How a request proves who sent it: the one place where signatures and keys are compared.
//!
//! An adapter says what was signed and with which algorithm; here it is checked, over raw bytes and in constant time.

use std::borrow::Cow;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{digest, hmac};
use jiff::{SignedDuration, Timestamp};

/// How far a signature's time may lie from now: what HubSpot, Slack and Webflow say, and others recommend.
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// So many secrets count at once: the one in force and the one it replaces.
const SECRETS_AT_ONCE: usize = 2;

/// Why nothing of a request is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAuthentic {
    /// It bears no signature and no key.
    #[error("the request bears no {0}")]
    Absent(&'static str),
    /// It bears something that is no signature.
    #[error("the signature in {0} cannot be read")]
    Malformed(&'static str),
    /// Of a list of events the sender signs the first alone.
    #[error(
        "of a batch only the first event is signed: switch batching off, or let the source prove itself by a key"
    )]
    Batch,
    /// No secret of the source bears it out.
    #[error("the signature or key does not match: compare the secret at the sender with the source's")]
    Wrong,
    /// It was signed too long ago, or later than now.
    #[error("the signature is more than five minutes old, or from the future")]
    Stale,
    /// The sender signs the address it calls, and nobody has said which that is.
    #[error("the sender signs the address it calls: set `public_url` in the sources file")]
    NoPublicUrl,
}

/// The algorithm of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mac {
    /// HMAC with SHA-256, the usual one.
    Sha256,
    /// HMAC with SHA-1, which Segment signs with. As a MAC it is not broken.
    Sha1,
    /// SHA-256 of the secret followed by what is signed: HubSpot's older versions. Not an HMAC, and no time is in it.
    PrefixedSha256,
}

/// What a request claims: that its sender knows the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim<'a> {
    /// By a signature.
    Signature {
        /// How it was made.
        mac: Mac,
        /// What was signed, part after part.
        signed: Vec<Cow<'a, [u8]>>,
        /// The signature, decoded.
        tag: Vec<u8>,
        /// When it was signed, where that is signed too: older ones are refused.
        at: Option<Timestamp>,
    },
    /// By naming it.
    Secret(Cow<'a, [u8]>),
}

/// The secrets of a source: the text that the secret store holds, one secret a line, at most two.
///
/// Two count at once so that a rotation loses nothing: write the new one below the old, change it at the sender, then
/// take the old one out.
#[derive(Clone, Copy)]
pub struct SecretTexts<'a>(&'a str);

/// Says nothing.
impl std::fmt::Debug for SecretTexts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretTexts(..)")
    }
}

impl<'a> SecretTexts<'a> {
    /// From the text that the secret store holds.
    pub fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// Each, without the blanks around it.
    pub fn each(self) -> impl Iterator<Item = &'a str> {
        self.0.lines().map(str::trim).filter(|line| !line.is_empty()).take(SECRETS_AT_ONCE)
    }

    /// The newest: the last one. What is signed by us is signed with it.
    pub fn newest(self) -> Option<&'a str> {
        self.each().last()
    }
}

impl Claim<'_> {
    /// Whether one of the secrets bears it out, and not too long ago.
    pub fn check(&self, secrets: SecretTexts<'_>, now: Timestamp) -> Result<(), NotAuthentic> {
        // Each is compared, so that time tells nothing of which one it is.
        let holds = secrets.each().fold(false, |holds, secret| self.holds(secret.as_bytes()) | holds);
        if !holds {
            return Err(NotAuthentic::Wrong);
        }
        match self {
            Self::Signature { at: Some(at), .. } if now.duration_since(*at).abs() > WINDOW => {
                Err(NotAuthentic::Stale)
            }
            _ => Ok(()),
        }
    }

    fn holds(&self, secret: &[u8]) -> bool {
        match self {
            Self::Secret(given) => {
                // Hashed, so that neither length nor content can be told from the time it takes.
                let hash = |bytes: &[u8]| digest::digest(&digest::SHA256, bytes);
                verify_slices_are_equal(hash(given).as_ref(), hash(secret).as_ref()).is_ok()
            }
            Self::Signature { mac: Mac::PrefixedSha256, signed, tag, .. } => {
                let mut hash = digest::Context::new(&digest::SHA256);
                hash.update(secret);
                for part in signed {
                    hash.update(part);
                }
                verify_slices_are_equal(hash.finish().as_ref(), tag).is_ok()
            }
            Self::Signature { mac, signed, tag, .. } => {
                let algorithm = match mac {
                    Mac::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
                    Mac::Sha256 | Mac::PrefixedSha256 => hmac::HMAC_SHA256,
                };
                let mut context = hmac::Context::with_key(&hmac::Key::new(algorithm, secret));
                for part in signed {
                    context.update(part);
                }
                verify_slices_are_equal(context.sign().as_ref(), tag).is_ok()
            }
        }
    }
}

/// HMAC-SHA-256, as hexadecimal digits: for challenges that are answered.
pub(crate) fn sign_hex(secret: &str, message: &[u8]) -> String {
    hex::encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), message))
}
