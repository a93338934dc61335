//! The sign-in of one machine and that of the cloud never take each other's tokens.

use std::collections::BTreeSet;

use aws_lc_rs::hmac;
use jiff::SignedDuration;
use leadlight_lead::Role;
use serde_json::{Value, json};

use super::kit::{EC, RSA, claims, claims_with, encode, expected, keys, now, signing_input};
use crate::{LocalIssuer, TokenError, verify};

const SECRET: [u8; 32] = [7; 32];
const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn minted() -> String {
    LocalIssuer::new(SECRET).mint("sdr-1", Role::Sdr, now(), HOUR)
}

fn local_refusal(token: &str) -> Option<TokenError> {
    LocalIssuer::new(SECRET).verify(token, now()).err()
}

/// Signed with the secret, as an issuer gone wrong would.
fn with_secret(header: &Value, claims: &Value) -> String {
    let signed = signing_input(header, claims);
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &SECRET), signed.as_bytes());
    format!("{signed}.{}", encode(signature))
}

#[test]
fn a_sample_user_signs_in_for_as_long_as_said() {
    let issuer = LocalIssuer::new(SECRET);
    for role in Role::ALL {
        let caller = issuer.verify(&issuer.mint("user-1", role, now(), HOUR), now()).unwrap();
        assert_eq!(caller.subject, "user-1");
        assert_eq!(caller.roles, BTreeSet::from([role]));
        assert_eq!(caller.expires_at, now() + HOUR);
    }
    assert_eq!(issuer.verify(&minted(), now() + HOUR * 2), Err(TokenError::Expired));
    assert_eq!(issuer.verify(&minted(), now() - HOUR), Err(TokenError::NotYet));
    assert_eq!(local_refusal(&issuer.mint("", Role::Sdr, now(), HOUR)), Some(TokenError::NoSubject));
}

#[test]
fn another_process_has_another_secret() {
    let other = LocalIssuer::new([8; 32]);
    assert_eq!(other.verify(&minted(), now()), Err(TokenError::Signature));
}

#[test]
fn the_cloud_takes_no_local_token() {
    assert_eq!(verify(&minted(), &keys(), &expected(), now()), Err(TokenError::UnknownKey));
    for id in ["rsa", "ec"] {
        let dressed_up = with_secret(&json!({ "alg": "HS256", "kid": id }), &claims());
        assert_eq!(verify(&dressed_up, &keys(), &expected(), now()), Err(TokenError::Algorithm));
    }
    let mut names_local = expected();
    names_local.issuer = "leadlight-local".into();
    names_local.audience = "leadlight-local".into();
    assert_eq!(verify(&minted(), &keys(), &names_local, now()), Err(TokenError::UnknownKey));
}

#[test]
fn one_machine_takes_no_token_of_the_cloud() {
    for token in [RSA.token("rsa", &claims()), EC.token("ec", &claims())] {
        assert_eq!(local_refusal(&token), Some(TokenError::Algorithm));
    }
    let local = json!({ "iss": "leadlight-local", "aud": "leadlight-local", "role": "admin" });
    assert_eq!(local_refusal(&EC.token("ec", &claims_with(local))), Some(TokenError::Algorithm));
}

#[test]
fn a_token_for_someone_else_is_refused_though_the_secret_signed_it() {
    let hs256 = json!({ "alg": "HS256" });
    assert_eq!(local_refusal(&with_secret(&hs256, &claims())), Some(TokenError::Issuer));
    let half = claims_with(json!({ "iss": "leadlight-local" }));
    assert_eq!(local_refusal(&with_secret(&hs256, &half)), Some(TokenError::Audience));
}

#[test]
fn a_local_token_without_signature_is_refused() {
    let token = minted();
    let (signed, _) = token.rsplit_once('.').unwrap();
    assert_eq!(local_refusal(&format!("{signed}.")), Some(TokenError::Signature));
    let (_, payload) = signed.split_once('.').unwrap();
    let none = format!("{}.{payload}.", encode(r#"{"alg":"none"}"#));
    assert_eq!(local_refusal(&none), Some(TokenError::Algorithm));
}

#[test]
fn a_secret_is_not_written_out() {
    assert_eq!(format!("{:?}", LocalIssuer::new(SECRET)), "LocalIssuer(..)");
}
