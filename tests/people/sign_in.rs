//! Signing in at an issuer, as a browser goes: there, back, and on to the first page. The issuer is in memory; its key is
//! drawn by the test.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leadlight_identity::{Expected, KeyStore};
use leadlight_ports::Clock;
use leadlight_ports::memory::MemoryHttp;
use leadlight_review::{Issuer, Server, SignIn, router};
use leadlight_tests::office::{InMemory, MovedClock, Office};
use serde_json::{Value, json};
use tower::ServiceExt;

const ISSUER: &str = "https://issuer.example/pool";
const HOST: &str = "console.example";

struct Organisation {
    server: Arc<Server<InMemory>>,
    router: Router,
    key: EcdsaKeyPair,
    clock: MovedClock,
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Organisation {
    async fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let http = MemoryHttp::default();
        let document = json!({
            "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/keys"),
        });
        http.put(&format!("{ISSUER}/.well-known/openid-configuration"), document.to_string());
        let public = key.public_key().as_ref();
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "k1",
            "x": base64(&public[1..33]), "y": base64(&public[33..65]),
        });
        http.put(&format!("{ISSUER}/keys"), json!({ "keys": [jwk] }).to_string());
        let office = Office::new().await;
        let clock = MovedClock::default();
        let local = Arc::into_inner(office.server(clock.clone())).unwrap();
        let expected = Expected {
            issuer: ISSUER.to_owned(),
            audience: "console".to_owned(),
            roles_claim: "cognito:groups".to_owned(),
        };
        let keys = KeyStore::new(expected).unwrap();
        let issuer = Issuer { keys, http, client_id: "console".to_owned() };
        let server = Arc::new(Server { console: local.console, sign_in: SignIn::Issuer(Box::new(issuer)) });
        Self { router: router(Arc::clone(&server)), server, key, clock }
    }

    fn http(&self) -> &MemoryHttp {
        let SignIn::Issuer(issuer) = &self.server.sign_in else { panic!("there is an issuer") };
        &issuer.http
    }

    fn token(&self, change: impl FnOnce(&mut Value)) -> String {
        let now = self.clock.now().as_second();
        let mut claims = json!({
            "iss": ISSUER, "aud": "console", "sub": "sdr-1", "cognito:groups": ["leadlight-sdr", "golf"],
            "iat": now, "exp": now + 3600,
        });
        change(&mut claims);
        let head = base64(json!({ "alg": "ES256", "typ": "JWT", "kid": "k1" }).to_string());
        let message = format!("{head}.{}", base64(claims.to_string()));
        let signature = self.key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", base64(signature))
    }

    async fn send(&self, request: http::request::Builder) -> (StatusCode, HeaderMap) {
        let request = request.header(header::HOST, HOST).body(Body::empty()).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        (answer.status(), answer.headers().clone())
    }
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

/// The value of a field in an address.
fn field(address: &str, name: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).unwrap().1.into_owned()
}

#[tokio::test]
async fn a_browser_goes_to_the_issuer_and_comes_back_signed_in() {
    let organisation = Organisation::new().await;
    let (status, headers) = organisation.send(Request::post("/sign-in")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let location = headers[header::LOCATION].to_str().unwrap();
    assert!(location.starts_with(&format!("{ISSUER}/authorize?")), "{location}");
    assert_eq!(field(location, "redirect_uri"), format!("https://{HOST}/auth/callback"));
    let flow = cookies(&headers)[0].split(';').next().unwrap().to_owned();
    assert!(cookies(&headers)[0].contains("Secure") && cookies(&headers)[0].contains("HttpOnly"));

    let nonce = field(location, "nonce");
    let token = organisation.token(|claims| claims["nonce"] = nonce.into());
    organisation.http().put(&format!("{ISSUER}/token"), json!({ "id_token": token }).to_string());
    let back = format!("/auth/callback?code=c1&state={}", field(location, "state"));
    let (status, headers) = organisation.send(Request::get(&back).header(header::COOKIE, &flow)).await;
    assert_eq!((status, headers[header::LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, "/queue"));
    let form = &organisation.http().requests()[2].body;
    assert!(String::from_utf8_lossy(form).contains("code_verifier="), "PKCE binds the code to this browser");
    let session =
        cookies(&headers).into_iter().find(|cookie| cookie.starts_with("__Host-leadlight=")).unwrap();
    let session = session.split(';').next().unwrap();
    let (status, _) = organisation.send(Request::get("/queue").header(header::COOKIE, session)).await;
    assert_eq!(status, StatusCode::OK);

    // The same way back from another browser, or with another state, leads nowhere.
    for cookie in ["", &flow.replace('.', "x.")] {
        let (status, headers) = organisation.send(Request::get(&back).header(header::COOKIE, cookie)).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(!cookies(&headers).iter().any(|cookie| cookie.starts_with("__Host-leadlight=e")));
    }
}

#[tokio::test]
async fn the_api_takes_the_issuers_tokens_and_none_that_differ_in_anything() {
    let organisation = Organisation::new().await;
    let ask = async |token: &str| {
        let request = Request::get("/api/v1/me").header(header::AUTHORIZATION, format!("Bearer {token}"));
        organisation.send(request).await.0
    };
    assert_eq!(ask(&organisation.token(|_| ())).await, StatusCode::OK);
    let hour_ago = organisation.clock.now().as_second() - 3600;
    let bad: [(&str, Value); 4] = [
        ("iss", "https://evil.example".into()),
        ("aud", "another".into()),
        ("exp", hour_ago.into()),
        ("sub", "".into()),
    ];
    for (claim, value) in bad {
        let token = organisation.token(|claims| claims[claim] = value);
        assert_eq!(ask(&token).await, StatusCode::UNAUTHORIZED, "{claim}");
    }
    let no_role = organisation.token(|claims| claims["cognito:groups"] = json!(["golf"]));
    assert_eq!(ask(&no_role).await, StatusCode::FORBIDDEN);
    let local = leadlight_identity::LocalIssuer::new([7; 32]).mint(
        "sdr-1",
        leadlight_lead::Role::Sdr,
        organisation.clock.now(),
        jiff::SignedDuration::from_hours(1),
    );
    assert_eq!(ask(&local).await, StatusCode::UNAUTHORIZED, "sample users are for one machine");
    // An issuer that is away locks nobody out who is known already.
    organisation.http().set_away(true);
    assert_eq!(ask(&organisation.token(|_| ())).await, StatusCode::OK);
}

#[tokio::test]
async fn nobody_signs_in_as_a_sample_user_where_there_is_an_issuer() {
    let organisation = Organisation::new().await;
    let request = Request::post("/sign-in")
        .header(header::HOST, HOST)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"member":"manager-1"}"#))
        .unwrap();
    let answer = organisation.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert!(answer.headers()[header::LOCATION].to_str().unwrap().starts_with(ISSUER));
}
