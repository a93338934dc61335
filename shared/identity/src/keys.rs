//! The issuer's public keys, and tokens held against them.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;

use crate::claims::{Caller, Expected, LONGEST_TOKEN_BYTES, TokenError, VerifiedClaims, check};

/// RSA keys shorter than this are skipped, in bytes: 2,048 bits, the least of RFC 7518, section 3.3.
const SHORTEST_MODULUS_BYTES: usize = 256;

/// The curve P-256 has coordinates of this many bytes (RFC 7518, section 6.2.1).
const P256_COORDINATE_BYTES: usize = 32;

/// What issuers sign with.
const ALGORITHMS: [&str; 2] = ["RS256", "ES256"];

/// What a signed token may call itself (`typ`). Others, such as a logout token, bear the same signature and
/// audience and are no sign-in.
const TOKEN_TYPES: [&str; 3] = ["jwt", "at+jwt", "application/at+jwt"];

/// No key set.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// It is not the JSON of a key set.
    #[error("the issuer's key set is no JSON with a list `keys`; check the issuer's URL")]
    Json(#[source] serde_json::Error),
    /// No key in it is of use.
    #[error(
        "the issuer's key set has no key for RS256 or ES256 with a `kid`; let the issuer sign with either"
    )]
    NoneUsable,
}

/// The keys an issuer signs with, by their ids. Each knows its one algorithm.
#[derive(Clone)]
pub struct Keys(BTreeMap<String, Key>);

/// A key and the one algorithm it is used with, which no token has a say in.
#[derive(Clone)]
struct Key {
    algorithm: Algorithm,
    public: DecodingKey,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Keys {
    /// Reads a JSON Web Key Set (RFC 7517). Keys without an id, for encryption or for other algorithms than
    /// RS256 and ES256 are skipped; of two with one id the first counts.
    pub fn from_jwks(json: &[u8]) -> Result<Self, KeysError> {
        #[derive(Deserialize)]
        struct KeySet {
            keys: Vec<Value>,
        }
        let set: KeySet = serde_json::from_slice(json).map_err(KeysError::Json)?;
        let mut keys = BTreeMap::new();
        for (id, key) in set.keys.iter().filter_map(read_key) {
            keys.entry(id).or_insert(key);
        }
        if keys.is_empty() { Err(KeysError::NoneUsable) } else { Ok(Self(keys)) }
    }
}

/// A key for signing with one of our two algorithms, and strong enough.
fn read_key(json: &Value) -> Option<(String, Key)> {
    let jwk = Jwk::deserialize(json).ok()?;
    let (algorithm, name) = match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) if decode(&rsa.n)?.len() >= SHORTEST_MODULUS_BYTES => {
            (Algorithm::RS256, KeyAlgorithm::RS256)
        }
        AlgorithmParameters::EllipticCurve(point)
            if point.curve == EllipticCurve::P256
                && decode(&point.x)?.len() == P256_COORDINATE_BYTES
                && decode(&point.y)?.len() == P256_COORDINATE_BYTES =>
        {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        _ => return None,
    };
    let Jwk { common, .. } = &jwk;
    if common.public_key_use.as_ref().is_some_and(|purpose| *purpose != PublicKeyUse::Signature)
        || common.key_algorithm.is_some_and(|its| its != name)
    {
        return None;
    }
    Some((common.key_id.clone()?, Key { algorithm, public: DecodingKey::from_jwk(&jwk).ok()? }))
}

fn decode(base64url: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(base64url).ok()
}

/// Who is asking, if the token holds: signed by a known key with that key's algorithm, by this issuer, for
/// this audience, and within its time.
pub fn verify(token: &str, keys: &Keys, expected: &Expected, now: Timestamp) -> Result<Caller, TokenError> {
    verify_all(token, keys, expected, now).map(|claims| claims.caller)
}

/// As [`verify`], with what only a sign-in looks at.
pub(crate) fn verify_all(
    token: &str,
    keys: &Keys,
    expected: &Expected,
    now: Timestamp,
) -> Result<VerifiedClaims, TokenError> {
    let header = Header::of(token)?;
    let key = header.kid.as_deref().and_then(|id| keys.0.get(id)).ok_or(TokenError::UnknownKey)?;
    let payload = signed_payload(token, &header, key.algorithm, &key.public)?;
    check(&payload, expected, now)
}

/// Refuses a token that no key could save, before anybody is asked for keys: it is none, or names no key or an algorithm
/// of its own, or its claims would not hold. Nothing of it is proven by this.
pub(crate) fn look_at(token: &str, expected: &Expected, now: Timestamp) -> Result<(), TokenError> {
    let header = Header::of(token)?;
    if header.kid.is_none() {
        return Err(TokenError::UnknownKey);
    }
    if !ALGORITHMS.contains(&header.alg.as_str()) {
        return Err(TokenError::Algorithm);
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [_, payload, signature] = parts.as_slice() else { return Err(TokenError::Malformed) };
    if decode(signature).ok_or(TokenError::Malformed)?.is_empty() {
        return Err(TokenError::Signature);
    }
    let payload = decode(payload).ok_or(TokenError::Malformed)?;
    let payload: Value = serde_json::from_slice(&payload).map_err(|_| TokenError::Malformed)?;
    check(&payload, expected, now).map(|_| ())
}

/// What a token says of its own making: to be believed in nothing but which key to look up.
#[derive(Deserialize)]
pub(crate) struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

impl Header {
    /// Reads it, if the token is not too long.
    pub(crate) fn of(token: &str) -> Result<Self, TokenError> {
        if token.len() > LONGEST_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        let (encoded, _) = token.split_once('.').ok_or(TokenError::Malformed)?;
        let json = decode(encoded).ok_or(TokenError::Malformed)?;
        let header: Self = serde_json::from_slice(&json).map_err(|_| TokenError::Malformed)?;
        let is_known = |typ: &String| TOKEN_TYPES.contains(&typ.to_ascii_lowercase().as_str());
        // What a token calls critical must be understood (RFC 7515, section 4.1.11), and no such thing is.
        if header.crit.is_some() || !header.typ.iter().all(is_known) {
            return Err(TokenError::Malformed);
        }
        Ok(header)
    }
}

/// The payload, if `key` signed it with `algorithm`. The header's algorithm chooses nothing: it must be the
/// same.
pub(crate) fn signed_payload(
    token: &str,
    header: &Header,
    algorithm: Algorithm,
    key: &DecodingKey,
) -> Result<Value, TokenError> {
    if header.alg != format!("{algorithm:?}") {
        return Err(TokenError::Algorithm);
    }
    let mut signature_only = Validation::new(algorithm);
    // The library reads the system's clock; claims are checked by `check`, with the time it is given.
    signature_only.validate_exp = false;
    signature_only.validate_nbf = false;
    signature_only.validate_aud = false;
    signature_only.required_spec_claims.clear();
    match jsonwebtoken::decode::<Value>(token, key, &signature_only) {
        Ok(verified) => Ok(verified.claims),
        Err(error) => Err(match error.kind() {
            ErrorKind::InvalidAlgorithm | ErrorKind::InvalidKeyFormat => TokenError::Algorithm,
            ErrorKind::InvalidSignature => TokenError::Signature,
            _ => TokenError::Malformed,
        }),
    }
}
