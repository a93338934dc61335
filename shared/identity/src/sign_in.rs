//! Signing in with a browser: authorization code flow with PKCE (RFC 6749, RFC 7636, OIDC Core 1.0).
//!
//! [`begin`] sends the browser to the issuer and leaves it a short-lived cookie, [`finish`] takes it back,
//! [`Finished::exchange`] trades the code for a token. The client is public: it has no secret, since PKCE
//! binds the code to the browser that asked for it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use leadlight_ports::{Endpoint, Http, HttpError};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::claims::{Caller, TokenError};
use crate::issuer;
use crate::key_store::{IssuerError, KeyStore, VerifyError};
use crate::oidc::Discovery;

/// How long a sign-in may take from [`begin`] to [`finish`], in minutes: the life of its cookie.
///
/// Judgement: enough for a password, a second factor and a phone in another room.
pub const FLOW_MINUTES: u32 = 10;

/// No more is asked of the issuer than who it is: no name, no address.
const SCOPE: &str = "openid";

/// Lengths of the two parts of the cookie: 16 and 32 random bytes as base64url.
const STATE_CHARACTERS: usize = 22;
const VERIFIER_CHARACTERS: usize = 43;

/// Leadlight, as the issuer knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its id there.
    pub client_id: String,
    /// Where the issuer sends browsers back to, as registered there.
    pub redirect_uri: Endpoint,
}

/// A sign-in that begins. No `Debug`: the cookie is a secret of this browser.
pub struct Begin {
    /// Where to send the browser.
    pub location: String,
    /// What [`finish`] wants back: the value for [`Place::flow_cookie`](crate::Place::flow_cookie).
    pub flow_cookie: String,
}

/// What the issuer's redirect brings in the query. No `Debug`: the code is a secret.
#[derive(Default, Deserialize)]
pub struct Callback {
    /// Becomes a token.
    pub code: Option<String>,
    /// Comes back as it was sent.
    pub state: Option<String>,
    /// Why there is no code. Never shown: anyone can write it into an address.
    pub error: Option<String>,
}

/// A sign-in did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The cookie is missing or is none of ours.
    #[error(
        "this sign-in took longer than {FLOW_MINUTES} minutes or began in another browser; sign in again"
    )]
    NoFlow,
    /// The redirect belongs to another sign-in, or someone made it up.
    #[error("this answer belongs to another sign-in (`state`); sign in again")]
    State,
    /// The issuer said no.
    #[error("the issuer refused the sign-in (`error`); sign in again or ask an administrator")]
    Refused,
    /// The issuer said neither yes nor no.
    #[error("the issuer's answer has no `code`; sign in again")]
    NoCode,
    /// The code could not be traded for a token.
    #[error("the issuer gave no token for the code; sign in again")]
    Exchange(#[source] HttpError),
    /// The issuer's answer holds no identity token.
    #[error("the issuer's answer holds no `id_token`; ask an administrator to allow the scope `openid`")]
    Answer,
    /// The issuer's doors or keys cannot be had.
    #[error(
        "the sign-in cannot be finished, since the issuer's documents cannot be had; try again in a moment"
    )]
    Issuer(#[source] IssuerError),
    /// The token does not hold.
    #[error("the token that the issuer gave is refused; sign in again or ask an administrator")]
    Token(#[source] TokenError),
    /// The token was made for another sign-in.
    #[error("the token belongs to another sign-in (`nonce`); sign in again")]
    Nonce,
}

impl From<VerifyError> for SignInError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Token(error) => Self::Token(error),
            VerifyError::Issuer(error) => Self::Issuer(error),
        }
    }
}

/// Begins a sign-in. `random` is 48 bytes from the system's source of randomness, drawn anew each time.
pub fn begin(discovery: &Discovery, client: &Client, random: &[u8; 48]) -> Begin {
    let (for_verifier, for_state) = random.split_at(32);
    let verifier = URL_SAFE_NO_PAD.encode(for_verifier);
    let state = URL_SAFE_NO_PAD.encode(for_state);
    let location = discovery.authorization_endpoint.with_query(&[
        ("response_type", "code"),
        ("client_id", &client.client_id),
        ("redirect_uri", client.redirect_uri.as_str()),
        ("scope", SCOPE),
        ("state", &state),
        ("nonce", &nonce(&verifier)),
        ("code_challenge", &challenge(&verifier)),
        ("code_challenge_method", "S256"),
    ]);
    Begin { location, flow_cookie: format!("{state}.{verifier}") }
}

/// RFC 7636, section 4.2.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The nonce is a hash of the verifier under a label of its own: who sees it in an address learns nothing of
/// the verifier, and the cookie need not carry it (OIDC Core 1.0, section 15.5.2).
fn nonce(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("leadlight.nonce.v1\0{verifier}")))
}

/// A browser came back with a code. No `Debug`: code and verifier are secrets.
pub struct Finished {
    code: String,
    verifier: String,
}

/// Takes a browser back: the redirect must belong to the sign-in that this browser's cookie tells of.
pub fn finish(callback: Callback, flow_cookie: Option<&str>) -> Result<Finished, SignInError> {
    let (state, verifier) = flow_cookie.and_then(|value| value.split_once('.')).ok_or(SignInError::NoFlow)?;
    let is_ours = |text: &str, characters: usize| {
        text.len() == characters && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if !is_ours(state, STATE_CHARACTERS) || !is_ours(verifier, VERIFIER_CHARACTERS) {
        return Err(SignInError::NoFlow);
    }
    // Before anything else is believed: an error, too, may be made up.
    if callback.state.as_deref() != Some(state) {
        return Err(SignInError::State);
    }
    if callback.error.is_some() {
        return Err(SignInError::Refused);
    }
    let code = callback.code.filter(|code| !code.is_empty()).ok_or(SignInError::NoCode)?;
    Ok(Finished { code, verifier: verifier.to_owned() })
}

impl Finished {
    /// The form that trades the code for a token (RFC 6749, section 4.1.3; RFC 7636, section 4.5).
    pub fn token_request<'a>(&'a self, client: &'a Client) -> [(&'static str, &'a str); 5] {
        [
            ("grant_type", "authorization_code"),
            ("code", &self.code),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("client_id", &client.client_id),
            ("code_verifier", &self.verifier),
        ]
    }

    /// Trades the code for an identity token and verifies it. The token is the session: the value for
    /// [`Place::session_cookie`](crate::Place::session_cookie).
    pub async fn exchange(
        &self,
        http: &impl Http,
        store: &KeyStore,
        client: &Client,
        now: Timestamp,
    ) -> Result<(String, Caller), SignInError> {
        let discovery = store.discovery(http, now).await.map_err(SignInError::Issuer)?;
        let answer = issuer::post_form(http, &discovery.token_endpoint, &self.token_request(client))
            .await
            .map_err(SignInError::Exchange)?;
        let token = id_token(&answer)?;
        let said = store.verify_all(http, &token, now).await?;
        if said.nonce.as_deref() != Some(nonce(&self.verifier).as_str()) {
            return Err(SignInError::Nonce);
        }
        Ok((token, said.caller))
    }
}

/// The identity token in the token endpoint's answer (OIDC Core 1.0, section 3.1.3.3).
fn id_token(answer: &[u8]) -> Result<String, SignInError> {
    #[derive(Deserialize)]
    struct Answer {
        id_token: String,
    }
    serde_json::from_slice::<Answer>(answer).map(|answer| answer.id_token).map_err(|_| SignInError::Answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        let octets = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105,
            214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let verifier = URL_SAFE_NO_PAD.encode(octets);
        assert_eq!(verifier, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_ne!(nonce(&verifier), challenge(&verifier));
    }

    #[test]
    fn an_answer_without_an_identity_token_is_refused() {
        assert_eq!(id_token(br#"{"id_token":"a.b.c","access_token":"x"}"#).unwrap(), "a.b.c");
        for answer in [&b"{}"[..], br#"{"access_token":"x"}"#, br#"{"id_token":null}"#, b"<html>", b""] {
            assert!(matches!(id_token(answer), Err(SignInError::Answer)));
        }
    }
}
