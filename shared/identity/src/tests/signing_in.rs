//! A browser's way to the issuer and back.

use std::collections::BTreeMap;

use leadlight_ports::Endpoint;
use leadlight_ports::memory::MemoryHttp;
use serde_json::{Value, json};

use super::kit::{AUDIENCE, EC, OTHER_EC, SUBJECT, claims_with, now};
use super::rotation::{issuer, store};
use crate::{Begin, Callback, Client, Place, SignInError, TokenError, begin, finish};

const RANDOM: [u8; 48] = [42; 48];
const TOKEN_ENDPOINT: &str = "https://issuer.example/token";

fn client() -> Client {
    Client {
        client_id: AUDIENCE.into(),
        redirect_uri: Endpoint::parse("https://console.example/sign-in/back").unwrap(),
    }
}

async fn begun(random: &[u8; 48]) -> (Begin, BTreeMap<String, String>) {
    let discovery = store().discovery(&issuer(), now()).await.unwrap();
    let begin = begin(&discovery, &client(), random);
    let (endpoint, query) = begin.location.split_once('?').unwrap();
    assert_eq!(endpoint, "https://issuer.example/authorize");
    let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    (begin, query)
}

fn callback(state: &str) -> Callback {
    Callback { code: Some("code-1".into()), state: Some(state.into()), error: None }
}

/// The issuer's answer to the code: a token with this nonce.
fn answer(http: &MemoryHttp, nonce: &Value) {
    let token = EC.token("ec", &claims_with(json!({ "nonce": nonce })));
    http.put(TOKEN_ENDPOINT, json!({ "id_token": token, "token_type": "Bearer" }).to_string());
}

async fn exchanged(http: &MemoryHttp) -> Result<String, SignInError> {
    let (begin, query) = begun(&RANDOM).await;
    let finished = finish(callback(&query["state"]), Some(&begin.flow_cookie))?;
    finished.exchange(http, &store(), &client(), now()).await.map(|(_, caller)| caller.subject)
}

#[tokio::test]
async fn the_browser_is_sent_with_all_that_the_flow_asks_for() {
    let (begin, query) = begun(&RANDOM).await;
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["client_id"], AUDIENCE);
    assert_eq!(query["redirect_uri"], "https://console.example/sign-in/back");
    assert_eq!(query["scope"], "openid");
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["code_challenge"].len(), 43);
    let (state, verifier) = begin.flow_cookie.split_once('.').unwrap();
    assert_eq!(query["state"], state);
    assert_eq!(verifier.len(), 43);
    assert!(!begin.location.contains(verifier), "the verifier stays with the browser");
    assert!(Place::Cloud.flow_cookie(&begin.flow_cookie).is_ok());
}

#[tokio::test]
async fn other_randomness_makes_another_state_challenge_and_nonce() {
    let (_, one) = begun(&RANDOM).await;
    let (_, other) = begun(&[43; 48]).await;
    for name in ["state", "code_challenge", "nonce"] {
        assert_ne!(one[name], other[name], "{name}");
    }
}

#[tokio::test]
async fn a_code_becomes_a_session() {
    let (begin, query) = begun(&RANDOM).await;
    let http = issuer();
    answer(&http, &json!(query["nonce"]));
    let finished = finish(callback(&query["state"]), Some(&begin.flow_cookie)).ok().unwrap();
    let store = store();
    let (token, caller) = finished.exchange(&http, &store, &client(), now()).await.unwrap();
    assert_eq!(caller.subject, SUBJECT);
    assert_eq!(store.verify(&http, &token, now()).await.unwrap(), caller);
    let (_, verifier) = begin.flow_cookie.split_once('.').unwrap();
    let form = format!(
        "grant_type=authorization_code&code=code-1\
         &redirect_uri=https%3A%2F%2Fconsole.example%2Fsign-in%2Fback\
         &client_id={AUDIENCE}&code_verifier={verifier}"
    );
    let bodies = http.requests().into_iter().map(|request| request.body).filter(|body| !body.is_empty());
    assert_eq!(bodies.collect::<Vec<_>>(), [form.into_bytes()]);
}

#[tokio::test]
async fn a_redirect_of_another_sign_in_is_refused() {
    let (begin, query) = begun(&RANDOM).await;
    let (_, other) = begun(&[43; 48]).await;
    let cookie = Some(begin.flow_cookie.as_str());
    for state in [Some(other["state"].clone()), Some(String::new()), None] {
        let callback = Callback { state, ..callback("") };
        assert!(matches!(finish(callback, cookie), Err(SignInError::State)));
    }
    // Made-up errors, too, need the state.
    let made_up = Callback { error: Some("access_denied".into()), ..Callback::default() };
    assert!(matches!(finish(made_up, cookie), Err(SignInError::State)));
    let refused = Callback { error: Some("access_denied".into()), ..callback(&query["state"]) };
    assert!(matches!(finish(refused, cookie), Err(SignInError::Refused)));
    let no_code = Callback { code: None, ..callback(&query["state"]) };
    assert!(matches!(finish(no_code, cookie), Err(SignInError::NoCode)));
}

#[tokio::test]
async fn without_the_browsers_own_cookie_nothing_is_finished() {
    let (begin, query) = begun(&RANDOM).await;
    let longer = format!("{}a", begin.flow_cookie);
    let (state, verifier) = begin.flow_cookie.split_once('.').unwrap();
    let swapped = format!("{verifier}.{state}");
    let odd = begin.flow_cookie.replacen(&state[..1], "%", 1);
    for cookie in [None, Some(""), Some("."), Some(state), Some(&longer), Some(&swapped), Some(&odd)] {
        let refused = finish(callback(&query["state"]), cookie);
        assert!(matches!(refused, Err(SignInError::NoFlow)));
    }
    // An empty state matches no empty cookie.
    assert!(matches!(finish(callback(""), Some(".")), Err(SignInError::NoFlow)));
}

#[tokio::test]
async fn a_token_made_for_another_sign_in_is_refused() {
    let (_, other) = begun(&[43; 48]).await;
    for nonce in [json!(other["nonce"]), json!(""), Value::Null] {
        let http = issuer();
        answer(&http, &nonce);
        assert!(matches!(exchanged(&http).await, Err(SignInError::Nonce)), "{nonce}");
    }
}

#[tokio::test]
async fn a_token_that_does_not_hold_makes_no_session() {
    let (_, query) = begun(&RANDOM).await;
    let http = issuer();
    let forged = OTHER_EC.token("ec", &claims_with(json!({ "nonce": query["nonce"] })));
    http.put(TOKEN_ENDPOINT, json!({ "id_token": forged }).to_string());
    assert!(matches!(exchanged(&http).await, Err(SignInError::Token(TokenError::Signature))));
}

#[tokio::test]
async fn an_issuer_that_gives_no_token_makes_no_session() {
    let http = issuer();
    assert!(matches!(exchanged(&http).await, Err(SignInError::Exchange(_))));
    http.put(TOKEN_ENDPOINT, r#"{"access_token":"a.b.c"}"#);
    assert!(matches!(exchanged(&http).await, Err(SignInError::Answer)));
    http.set_away(true);
    assert!(matches!(exchanged(&http).await, Err(SignInError::Issuer(_))));
}
