//! The sign-in of one machine: sample users, and a secret of that machine's own.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey};
use leadlight_lead::Role;
use serde_json::json;

use crate::claims::{Caller, Expected, TokenError, check};
use crate::keys::{Header, signed_payload};

/// Issuer and audience of its tokens: no URL, so that no issuer of the cloud can be called the same.
const LOCAL: &str = "leadlight-local";

const ROLE_CLAIM: &str = "role";

/// `{"alg":"HS256","typ":"JWT"}` and no `kid`, so that [`verify`](crate::verify) finds no key for it.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// Signs in sample users on one machine; who wires it makes sure of that first (`adapters::require_one_machine`).
///
/// Its secret is of another type than the keys of the cloud, and each side knows its own algorithms alone:
/// neither ever verifies a token of the other.
pub struct LocalIssuer {
    signing: hmac::Key,
    verifying: DecodingKey,
    expected: Expected,
}

impl fmt::Debug for LocalIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalIssuer(..)")
    }
}

impl LocalIssuer {
    /// `secret` should be drawn from the system's source of randomness, once for a machine: all of the function's
    /// instances there verify each other's tokens.
    pub fn new(secret: [u8; 32]) -> Self {
        Self {
            signing: hmac::Key::new(hmac::HMAC_SHA256, &secret),
            verifying: DecodingKey::from_secret(&secret),
            expected: Expected {
                issuer: LOCAL.to_owned(),
                audience: LOCAL.to_owned(),
                roles_claim: ROLE_CLAIM.to_owned(),
            },
        }
    }

    /// A token for a sample user. `subject` is theirs in the team file; an empty one is refused by
    /// [`Self::verify`].
    pub fn mint(&self, subject: &str, role: Role, now: Timestamp, ttl: SignedDuration) -> String {
        let expires_at = now.checked_add(ttl).unwrap_or(Timestamp::MAX);
        let payload = json!({
            "iss": LOCAL,
            "aud": LOCAL,
            "sub": subject,
            "iat": now.as_second(),
            "exp": expires_at.as_second(),
            ROLE_CLAIM: role.as_str(),
        });
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let signed = format!("{}.{}", encode(HEADER.as_bytes()), encode(payload.to_string().as_bytes()));
        let signature = hmac::sign(&self.signing, signed.as_bytes());
        format!("{signed}.{}", encode(signature.as_ref()))
    }

    /// Who is asking, if this issuer minted the token and its time is not over.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Caller, TokenError> {
        let header = Header::of(token)?;
        let payload = signed_payload(token, &header, Algorithm::HS256, &self.verifying)?;
        check(&payload, &self.expected, now).map(|claims| claims.caller)
    }
}
