//! Keys come and go, and so does the issuer.

use jiff::SignedDuration;
use leadlight_ports::memory::MemoryHttp;
use serde_json::{Value, json};

use super::kit::{EC, ISSUER, OTHER_EC, RSA, at, claims, claims_with, expected, jwks, now};
use crate::{IssuerError, KeyStore, TokenError, VerifyError};

pub(super) const DISCOVERY: &str = "https://issuer.example/pool/.well-known/openid-configuration";
pub(super) const KEY_SET: &str = "https://issuer.example/pool/keys";

pub(super) fn discovery_document() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://issuer.example/authorize",
        "token_endpoint": "https://issuer.example/token",
        "jwks_uri": KEY_SET,
    })
}

/// An issuer that publishes the key `ec`.
pub(super) fn issuer() -> MemoryHttp {
    let http = MemoryHttp::default();
    http.put(DISCOVERY, discovery_document().to_string());
    http.put(KEY_SET, jwks(&[EC.jwk("ec")]));
    http
}

pub(super) fn store() -> KeyStore {
    KeyStore::new(expected()).unwrap()
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

/// How often the key set was asked for.
fn reads(http: &MemoryHttp) -> usize {
    http.asked().iter().filter(|url| *url == KEY_SET).count()
}

/// Claims of a token that was made so many hours from now, for as long as one may be.
fn made_after(hours: i64) -> Value {
    claims_with(json!({ "iat": at(hours * 3600), "exp": at((hours + 12) * 3600) }))
}

#[tokio::test]
async fn keys_are_read_once_and_kept() {
    let (http, store) = (issuer(), store());
    for second in [0, 1, 3000] {
        store.verify(&http, &EC.token("ec", &claims()), now() + seconds(second)).await.unwrap();
    }
    assert_eq!(http.asked(), [DISCOVERY, KEY_SET]);
}

#[tokio::test]
async fn a_new_key_is_found_when_a_token_names_it() {
    let (http, store) = (issuer(), store());
    store.verify(&http, &EC.token("ec", &claims()), now()).await.unwrap();
    http.put(KEY_SET, jwks(&[EC.jwk("ec"), RSA.jwk("new")]));
    store.verify(&http, &RSA.token("new", &claims()), now() + seconds(60)).await.unwrap();
    store.verify(&http, &EC.token("ec", &claims()), now() + seconds(61)).await.unwrap();
    assert_eq!(reads(&http), 2);
}

#[tokio::test]
async fn made_up_key_ids_make_nobody_ask_more_than_once_a_minute() {
    let (http, store) = (issuer(), store());
    for second in 0..180 {
        let made_up = EC.token(&format!("made-up-{second}"), &claims());
        let refused = store.verify(&http, &made_up, now() + seconds(second)).await;
        assert!(matches!(refused, Err(VerifyError::Token(TokenError::UnknownKey))));
    }
    assert_eq!(reads(&http), 3);
}

#[tokio::test]
async fn a_withdrawn_key_stops_counting_within_twelve_hours() {
    let (http, store) = (issuer(), store());
    let token = EC.token("ec", &made_after(0));
    store.verify(&http, &token, now()).await.unwrap();
    http.put(KEY_SET, jwks(&[OTHER_EC.jwk("other")]));
    store.verify(&http, &token, now() + seconds(12 * 3600 - 1)).await.unwrap();
    let refused = store.verify(&http, &token, now() + seconds(12 * 3600)).await;
    assert!(matches!(refused, Err(VerifyError::Token(TokenError::UnknownKey))));
}

#[tokio::test]
async fn an_issuer_that_is_away_locks_nobody_out_and_is_told_of() {
    let (http, store) = (issuer(), store());
    store.verify(&http, &EC.token("ec", &claims()), now()).await.unwrap();
    let token = EC.token("ec", &made_after(13));
    http.set_away(true);
    let asked = http.asked().len();
    for second in 0..120 {
        store.verify(&http, &token, now() + seconds(13 * 3600 + second)).await.unwrap();
    }
    assert_eq!(http.asked().len() - asked, 2, "at most once a minute");
    assert!(matches!(store.take_trouble().await, Some(IssuerError::FetchDiscovery(_))));
    assert!(store.take_trouble().await.is_none());
    http.set_away(false);
    http.put(KEY_SET, "<html>");
    store.verify(&http, &token, now() + seconds(14 * 3600)).await.unwrap();
    assert!(matches!(store.take_trouble().await, Some(IssuerError::Keys(_))));
}

#[tokio::test]
async fn without_any_keys_a_token_is_not_judged_and_the_issuer_is_asked_again_after_a_rest() {
    let (http, store) = (issuer(), store());
    http.set_away(true);
    let token = EC.token("ec", &claims());
    let unjudged = store.verify(&http, &token, now()).await;
    assert!(matches!(unjudged, Err(VerifyError::Issuer(IssuerError::FetchDiscovery(_)))));
    // Those who waited for the first answer came before it was there.
    for second in [-3, 0, 1, 5, 9] {
        let unjudged = store.verify(&http, &token, now() + seconds(second)).await;
        assert!(matches!(unjudged, Err(VerifyError::Issuer(IssuerError::Resting))), "after {second} s");
        assert!(matches!(store.discovery(&http, now() + seconds(second)).await, Err(IssuerError::Resting)));
    }
    assert_eq!(http.asked(), [DISCOVERY], "the issuer was left in peace");
    http.set_away(false);
    store.verify(&http, &token, now() + seconds(10)).await.unwrap();
}

#[tokio::test]
async fn a_token_that_no_key_could_save_makes_nobody_ask_the_issuer() {
    let (http, store) = (issuer(), store());
    let good = EC.token("ec", &claims());
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let with = |header: Value| EC.token_with(&header, &claims());
    let cases = [
        ("x".to_owned(), TokenError::Malformed),
        ("a.b.c".to_owned(), TokenError::Malformed),
        (signed.to_owned(), TokenError::Malformed),
        (format!("{good}.{signature}"), TokenError::Malformed),
        (format!("{signed}."), TokenError::Signature),
        (format!("{signed}.*"), TokenError::Malformed),
        ("x".repeat(9_000), TokenError::Malformed),
        (with(json!({ "alg": "ES256" })), TokenError::UnknownKey),
        (with(json!({ "alg": "none", "kid": "ec" })), TokenError::Algorithm),
        (with(json!({ "alg": "HS256", "kid": "ec" })), TokenError::Algorithm),
        (EC.token("ec", &json!(["iss"])), TokenError::Malformed),
        (EC.token("ec", &claims_with(json!({ "iss": "https://evil.example" }))), TokenError::Issuer),
        (EC.token("ec", &claims_with(json!({ "exp": at(-3600) }))), TokenError::Expired),
    ];
    for (token, error) in cases {
        match store.verify(&http, &token, now()).await {
            Err(VerifyError::Token(refused)) => assert_eq!(refused, error, "{token}"),
            other => panic!("{token}: {other:?}"),
        }
        assert_eq!(http.asked(), [""; 0], "{token}");
    }
    store.verify(&http, &good, now()).await.unwrap();
}

#[tokio::test]
async fn a_key_set_too_long_or_of_another_issuer_is_not_taken() {
    let (http, store) = (issuer(), store());
    http.put(KEY_SET, vec![b' '; 256 * 1024 + 1]);
    let token = EC.token("ec", &claims());
    let unjudged = store.verify(&http, &token, now()).await;
    assert!(matches!(unjudged, Err(VerifyError::Issuer(IssuerError::FetchKeys(_)))));
    let mut document = discovery_document();
    document["issuer"] = json!("https://evil.example");
    http.put(DISCOVERY, document.to_string());
    let unjudged = store.verify(&http, &token, now() + seconds(10)).await;
    assert!(matches!(unjudged, Err(VerifyError::Issuer(IssuerError::Discovery(_)))));
}

#[tokio::test]
async fn many_at_once_ask_the_issuer_once() {
    let (http, store) = (issuer(), store());
    let token = EC.token("ec", &claims());
    let ask = || store.verify(&http, &token, now());
    let (a, b, c) = tokio::join!(ask(), ask(), ask());
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(reads(&http), 1);
}

#[test]
fn an_issuer_in_clear_text_has_no_store() {
    let mut clear = expected();
    clear.issuer = "http://issuer.example".into();
    assert!(KeyStore::new(clear).is_err());
}
