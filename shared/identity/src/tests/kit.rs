//! An issuer of our own: keys drawn once a run, and tokens to taste.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{Expected, Keys, ROLES_CLAIM};

pub(super) const ISSUER: &str = "https://issuer.example/pool";
pub(super) const AUDIENCE: &str = "leadlight-console";
pub(super) const SUBJECT: &str = "0b6c0f5e-sample-sdr-1";

pub(super) enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

pub(super) static RSA: LazyLock<Pair> = LazyLock::new(rsa);
pub(super) static OTHER_RSA: LazyLock<Pair> = LazyLock::new(rsa);
pub(super) static EC: LazyLock<Pair> = LazyLock::new(ec);
pub(super) static OTHER_EC: LazyLock<Pair> = LazyLock::new(ec);

fn rsa() -> Pair {
    Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
}

fn ec() -> Pair {
    Pair::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
}

pub(super) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Pair {
    pub(super) fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::Ec(_) => "ES256",
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
            Self::Ec(pair) => pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
        }
    }

    /// The public key, as an issuer publishes it.
    pub(super) fn jwk(&self, id: &str) -> Value {
        match self {
            Self::Rsa(pair) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                json!({
                    "kty": "RSA", "use": "sig", "alg": "RS256", "kid": id,
                    "n": encode(public.n), "e": encode(public.e),
                })
            }
            Self::Ec(pair) => {
                let point = pair.public_key().as_ref();
                json!({
                    "kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256", "kid": id,
                    "x": encode(&point[1..33]), "y": encode(&point[33..]),
                })
            }
        }
    }

    /// The public key in the form attackers would take for a secret.
    pub(super) fn public_der(&self) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Self::Ec(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    /// A good token, but for what is changed.
    pub(super) fn token(&self, id: &str, claims: &Value) -> String {
        self.token_with(&json!({ "alg": self.algorithm(), "kid": id, "typ": "JWT" }), claims)
    }

    pub(super) fn token_with(&self, header: &Value, claims: &Value) -> String {
        let signed = signing_input(header, claims);
        format!("{signed}.{}", encode(self.sign(signed.as_bytes())))
    }
}

pub(super) fn signing_input(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encode(header.to_string()), encode(claims.to_string()))
}

pub(super) fn now() -> Timestamp {
    "2026-03-02T09:30:00Z".parse().unwrap()
}

/// Seconds since 1970, so far from [`now`].
pub(super) fn at(seconds: i64) -> i64 {
    (now() + SignedDuration::from_secs(seconds)).as_second()
}

pub(super) fn expected() -> Expected {
    Expected { issuer: ISSUER.into(), audience: AUDIENCE.into(), roles_claim: ROLES_CLAIM.into() }
}

/// Claims of a token that holds for an hour from [`now`].
pub(super) fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": SUBJECT,
        "iat": at(0),
        "exp": at(3600),
        ROLES_CLAIM: ["sdr"],
    })
}

/// The same with some claims set; null takes one away.
pub(super) fn claims_with(changes: Value) -> Value {
    let mut claims = claims();
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    for (name, value) in changes {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(&name);
        } else {
            claims[name] = value;
        }
    }
    claims
}

pub(super) fn jwks(keys: &[Value]) -> Vec<u8> {
    json!({ "keys": keys }).to_string().into_bytes()
}

/// The keys `rsa` and `ec`.
pub(super) fn keys() -> Keys {
    Keys::from_jwks(&jwks(&[RSA.jwk("rsa"), EC.jwk("ec")])).unwrap()
}
