//! A token holds, or differs in one thing and does not.

use std::collections::BTreeSet;

use aws_lc_rs::hmac;
use jiff::SignedDuration;
use leadlight_lead::Role;
use serde_json::{Value, json};

use super::kit::{
    AUDIENCE, EC, ISSUER, OTHER_EC, OTHER_RSA, RSA, SUBJECT, at, claims, claims_with, encode, expected, jwks,
    keys, now, signing_input,
};
use crate::{Keys, KeysError, LONGEST_TOKEN_BYTES, TokenError, verify};

/// The refusal of a token of the issuer's with these claims; none if it holds.
fn refusal(claims: &Value) -> Option<TokenError> {
    let token = EC.token("ec", claims);
    verify(&token, &keys(), &expected(), now()).err()
}

fn refusal_of(token: &str) -> Option<TokenError> {
    verify(token, &keys(), &expected(), now()).err()
}

fn roles_in(claim: &Value) -> Vec<Role> {
    let token = EC.token("ec", &claims_with(json!({ "cognito:groups": claim })));
    verify(&token, &keys(), &expected(), now()).unwrap().roles.into_iter().collect()
}

#[test]
fn a_good_token_of_either_kind_of_key_tells_who_is_asking() {
    for token in [RSA.token("rsa", &claims()), EC.token("ec", &claims())] {
        let caller = verify(&token, &keys(), &expected(), now()).unwrap();
        assert_eq!(caller.subject, SUBJECT);
        assert_eq!(caller.roles, BTreeSet::from([Role::Sdr]));
        assert_eq!(caller.expires_at.as_second(), at(3600));
    }
}

#[test]
fn a_claim_that_differs_is_refused_by_its_name() {
    let cases = [
        (json!({ "iss": null }), TokenError::Issuer),
        (json!({ "iss": "https://issuer.example/pool/" }), TokenError::Issuer),
        (json!({ "iss": "https://ISSUER.example/pool" }), TokenError::Issuer),
        (json!({ "iss": "https://issuer.example/other" }), TokenError::Issuer),
        (json!({ "iss": [ISSUER] }), TokenError::Malformed),
        (json!({ "aud": null }), TokenError::Audience),
        (json!({ "aud": "" }), TokenError::Audience),
        (json!({ "aud": "leadlight-console2" }), TokenError::Audience),
        (json!({ "aud": [] }), TokenError::Audience),
        (json!({ "aud": ["other", "LEADLIGHT-CONSOLE"] }), TokenError::Audience),
        (json!({ "aud": 7 }), TokenError::Malformed),
        (json!({ "aud": { "a": AUDIENCE } }), TokenError::Malformed),
        (json!({ "sub": null }), TokenError::NoSubject),
        (json!({ "sub": "" }), TokenError::NoSubject),
        (json!({ "sub": " \t" }), TokenError::NoSubject),
        (json!({ "sub": 7 }), TokenError::Malformed),
        (json!({ "exp": null }), TokenError::Malformed),
        (json!({ "exp": "2026-03-02T10:30:00Z" }), TokenError::Malformed),
        (json!({ "exp": 1e300 }), TokenError::Malformed),
        (json!({ "exp": 0 }), TokenError::Expired),
        (json!({ "exp": -5 }), TokenError::Expired),
        (json!({ "nbf": "soon" }), TokenError::Malformed),
    ];
    for (change, error) in cases {
        assert_eq!(refusal(&claims_with(change.clone())), Some(error), "{change}");
    }
}

#[test]
fn an_audience_is_one_of_a_list_or_the_client_of_a_cognito_access_token() {
    assert_eq!(refusal(&claims_with(json!({ "aud": [AUDIENCE] }))), None);
    // Of several it has to be the one that asked for the token.
    let of_two = |azp: Value| refusal(&claims_with(json!({ "aud": ["other", AUDIENCE], "azp": azp })));
    assert_eq!(of_two(json!(AUDIENCE)), None);
    assert_eq!(of_two(json!("other")), Some(TokenError::Audience));
    assert_eq!(of_two(Value::Null), Some(TokenError::Audience));
    let access = |token_use: &str, client: &str| {
        refusal(&claims_with(json!({ "aud": null, "token_use": token_use, "client_id": client })))
    };
    assert_eq!(access("access", AUDIENCE), None);
    assert_eq!(access("access", "other"), Some(TokenError::Audience));
    assert_eq!(access("id", AUDIENCE), Some(TokenError::Audience));
    // A client id beside a wrong audience helps nothing.
    let both = json!({ "aud": "other", "token_use": "access", "client_id": AUDIENCE });
    assert_eq!(refusal(&claims_with(both)), Some(TokenError::Audience));
}

#[test]
fn a_token_counts_within_its_time_and_a_minute_around_it() {
    let cases = [
        (json!({ "exp": at(-59) }), None),
        (json!({ "exp": at(-60) }), Some(TokenError::Expired)),
        (json!({ "exp": at(-60) - 1 }), Some(TokenError::Expired)),
        (json!({ "nbf": at(60) }), None),
        (json!({ "nbf": at(61) }), Some(TokenError::NotYet)),
        (json!({ "iat": at(60) }), None),
        (json!({ "iat": at(61) }), Some(TokenError::NotYet)),
        (json!({ "iat": null }), Some(TokenError::TooLong)),
        (json!({ "exp": 1_772_450_000.5 }), None),
        (json!({ "exp": at(12 * 3600) }), None),
        (json!({ "exp": at(12 * 3600) + 1 }), Some(TokenError::TooLong)),
        (json!({ "iat": at(-3600), "exp": at(12 * 3600 - 3600) }), None),
        (json!({ "iat": at(-3601), "exp": at(12 * 3600 - 3600) }), Some(TokenError::TooLong)),
        (json!({ "iat": -1e11, "exp": 2e11 }), Some(TokenError::TooLong)),
    ];
    for (change, error) in cases {
        assert_eq!(refusal(&claims_with(change.clone())), error, "{change}");
    }
}

#[test]
fn time_is_the_argument_and_not_the_clock() {
    let token = EC.token("ec", &claims());
    let later = now() + SignedDuration::from_hours(24 * 365 * 40);
    assert_eq!(verify(&token, &keys(), &expected(), later), Err(TokenError::Expired));
    let earlier = now() - SignedDuration::from_hours(24 * 365 * 40);
    assert_eq!(verify(&token, &keys(), &expected(), earlier), Err(TokenError::NotYet));
}

#[test]
fn an_algorithm_other_than_the_keys_is_refused_whoever_signed() {
    let forged = |header: Value, secret: &[u8]| {
        let signed = signing_input(&header, &claims());
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
        format!("{signed}.{}", encode(signature))
    };
    // The public key taken for a shared secret, in each form that a library might hold it in.
    for (id, pair) in [("rsa", &*RSA), ("ec", &*EC)] {
        let jwk = pair.jwk(id);
        let secrets =
            [pair.public_der(), jwk.to_string().into_bytes(), jwk["n"].to_string().into_bytes(), Vec::new()];
        for secret in secrets {
            let token = forged(json!({ "alg": "HS256", "kid": id }), &secret);
            assert_eq!(refusal_of(&token), Some(TokenError::Algorithm));
            // The same under the right name is but a wrong signature.
            let token = forged(json!({ "alg": pair.algorithm(), "kid": id }), &secret);
            assert_eq!(refusal_of(&token), Some(TokenError::Signature));
        }
    }
    for algorithm in ["none", "None", "NONE", "", "RS384", "PS256", "ES384", "EdDSA", "ES256", "rs256"] {
        let header = json!({ "alg": algorithm, "kid": "rsa" });
        let signed = signing_input(&header, &claims());
        assert_eq!(refusal_of(&format!("{signed}.")), Some(TokenError::Algorithm), "{algorithm}");
        assert_eq!(refusal_of(&RSA.token_with(&header, &claims())), Some(TokenError::Algorithm));
    }
    let header = json!({ "alg": "RS256", "kid": "ec" });
    assert_eq!(refusal_of(&RSA.token_with(&header, &claims())), Some(TokenError::Algorithm));
}

#[test]
fn a_token_without_a_signature_is_refused_under_the_right_algorithm_too() {
    let signed = signing_input(&json!({ "alg": "ES256", "kid": "ec" }), &claims());
    assert_eq!(refusal_of(&format!("{signed}.")), Some(TokenError::Signature));
    // r = s = 0, which some verifiers once took for any message.
    assert_eq!(refusal_of(&format!("{signed}.{}", encode([0; 64]))), Some(TokenError::Signature));
}

#[test]
fn a_key_is_known_by_its_id_and_never_comes_with_the_token() {
    assert_eq!(refusal_of(&RSA.token("other", &claims())), Some(TokenError::UnknownKey));
    assert_eq!(refusal_of(&RSA.token("RSA", &claims())), Some(TokenError::UnknownKey));
    let no_id = json!({ "alg": "RS256" });
    assert_eq!(refusal_of(&RSA.token_with(&no_id, &claims())), Some(TokenError::UnknownKey));
    let brought =
        json!({ "alg": "RS256", "kid": "rsa", "jwk": OTHER_RSA.jwk("rsa"), "jku": "https://evil.example" });
    assert_eq!(refusal_of(&OTHER_RSA.token_with(&brought, &claims())), Some(TokenError::Signature));
}

#[test]
fn another_key_of_the_same_kind_signs_nothing() {
    assert_eq!(refusal_of(&OTHER_RSA.token("rsa", &claims())), Some(TokenError::Signature));
    assert_eq!(refusal_of(&OTHER_EC.token("ec", &claims())), Some(TokenError::Signature));
}

#[test]
fn a_token_changed_in_any_one_place_is_refused() {
    for token in [RSA.token("rsa", &claims()), EC.token("ec", &claims())] {
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(refusal_of(&changed).is_some(), "place {place} of {}", token.len());
        }
    }
}

#[test]
fn what_is_no_token_is_refused_as_such() {
    let good = EC.token("ec", &claims());
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let no_json = encode("no JSON");
    let list = EC.token("ec", &json!(["iss"]));
    for token in [
        "",
        ".",
        "..",
        "a.b.c",
        "\u{0}",
        "é.é.é",
        &format!("{header}.{payload}"),
        &format!("{good}.{signature}"),
        &format!("{good}="),
        &format!(" {good}"),
        &format!("{no_json}.{payload}.{signature}"),
        &format!("{header}.{payload}.*"),
        &list,
    ] {
        assert_eq!(refusal_of(token), Some(TokenError::Malformed), "{token}");
    }
}

#[test]
fn a_token_that_asks_to_be_understood_or_is_of_another_type_is_refused() {
    let with = |name: &str, value: Value| {
        let mut header = json!({ "alg": "ES256", "kid": "ec" });
        header[name] = value;
        refusal_of(&EC.token_with(&header, &claims()))
    };
    assert_eq!(with("crit", json!(["exp"])), Some(TokenError::Malformed));
    assert_eq!(with("typ", json!("logout+jwt")), Some(TokenError::Malformed));
    assert_eq!(with("typ", json!("JWT")), None);
    assert_eq!(with("typ", json!("at+jwt")), None);
    assert_eq!(with("x5t", json!("abc")), None);
}

#[test]
fn a_token_of_8_kib_is_read_and_a_longer_one_is_not() {
    let padded = |characters: usize| EC.token("ec", &claims_with(json!({ "pad": "x".repeat(characters) })));
    let bare = padded(0).len();
    // Base64 makes four characters of three, so some lengths are passed over.
    let longest = padded((LONGEST_TOKEN_BYTES - bare) * 3 / 4 - 2);
    assert!((LONGEST_TOKEN_BYTES - 8..=LONGEST_TOKEN_BYTES).contains(&longest.len()), "{}", longest.len());
    assert_eq!(refusal_of(&longest), None);
    let longer = padded((LONGEST_TOKEN_BYTES - bare) * 3 / 4 + 6);
    assert!(longer.len() > LONGEST_TOKEN_BYTES);
    assert_eq!(refusal_of(&longer), Some(TokenError::Malformed));
}

#[test]
fn roles_come_as_a_list_or_as_text_and_others_say_nothing() {
    assert_eq!(roles_in(&json!(["sdr", "ae", "sdr"])), [Role::Sdr, Role::Ae]);
    assert_eq!(
        roles_in(&json!(["leadlight-manager", "leadlight-admin", "everyone"])),
        [Role::Manager, Role::Admin]
    );
    assert_eq!(roles_in(&json!("ae leadlight-sdr")), [Role::Sdr, Role::Ae]);
    assert_eq!(roles_in(&json!("ae,sdr, manager")), [Role::Sdr, Role::Ae, Role::Manager]);
    for nothing in [
        json!([]),
        json!(""),
        json!(7),
        json!({ "sdr": true }),
        json!([["sdr"], 7, null]),
        json!(["SDR", "sdrs", "x-sdr", "leadlight-leadlight-sdr", "leadlight-", "sdr "]),
    ] {
        assert_eq!(roles_in(&nothing), [], "{nothing}");
    }
    let no_claim = EC.token("ec", &claims_with(json!({ "cognito:groups": null })));
    assert!(verify(&no_claim, &keys(), &expected(), now()).unwrap().roles.is_empty());
}

#[test]
fn roles_are_read_from_the_claim_that_is_named_alone() {
    let token = EC.token("ec", &claims_with(json!({ "roles": "ae", "groups": ["admin"] })));
    let mut expected = expected();
    expected.roles_claim = "roles".into();
    assert_eq!(verify(&token, &keys(), &expected, now()).unwrap().roles, BTreeSet::from([Role::Ae]));
}

#[test]
fn keys_of_no_use_are_skipped_and_do_not_hide_the_others() {
    let without = |name: &str| {
        let mut jwk = RSA.jwk("x");
        jwk.as_object_mut().unwrap().remove(name);
        jwk
    };
    let with = |pair: &super::kit::Pair, name: &str, value: &str| {
        let mut jwk = pair.jwk("x");
        jwk[name] = json!(value);
        jwk
    };
    let useless = [
        json!(7),
        json!({}),
        json!({ "kty": "oct", "kid": "x", "k": "c2VjcmV0" }),
        json!({ "kty": "OKP", "kid": "x", "crv": "Ed25519", "x": encode([1; 32]) }),
        without("kid"),
        without("n"),
        with(&RSA, "use", "enc"),
        with(&RSA, "alg", "PS256"),
        with(&RSA, "n", "*"),
        with(&RSA, "n", &encode([0xff; 128])),
        with(&EC, "crv", "P-384"),
        with(&EC, "alg", "RS256"),
        with(&EC, "x", &encode([1; 31])),
    ];
    for jwk in &useless {
        let alone = Keys::from_jwks(&jwks(std::slice::from_ref(jwk)));
        assert!(matches!(alone, Err(KeysError::NoneUsable)), "{jwk}");
    }
    let mut all = useless.to_vec();
    all.push(EC.jwk("ec"));
    let keys = Keys::from_jwks(&jwks(&all)).unwrap();
    assert!(verify(&EC.token("ec", &claims()), &keys, &expected(), now()).is_ok());
    assert_eq!(format!("{keys:?}"), r#"{"ec"}"#);
}

#[test]
fn what_is_no_key_set_is_refused() {
    for json in [&b""[..], b"<html>", b"[]", b"{}", br#"{"keys":{}}"#] {
        assert!(matches!(Keys::from_jwks(json), Err(KeysError::Json(_))));
    }
    assert!(matches!(Keys::from_jwks(br#"{"keys":[]}"#), Err(KeysError::NoneUsable)));
}

#[test]
fn a_point_that_is_not_on_the_curve_verifies_nothing() {
    let mut jwk = EC.jwk("ec");
    jwk["y"] = json!(encode([1; 32]));
    let keys = Keys::from_jwks(&jwks(&[jwk])).unwrap();
    let token = EC.token("ec", &claims());
    assert_eq!(verify(&token, &keys, &expected(), now()), Err(TokenError::Signature));
}

#[test]
fn a_caller_in_a_log_is_nobody() {
    let caller = verify(&EC.token("ec", &claims()), &keys(), &expected(), now()).unwrap();
    assert!(!format!("{caller:?}").contains(SUBJECT));
}
