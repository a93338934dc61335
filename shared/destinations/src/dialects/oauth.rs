//! Tokens for a client's id and secret, by OAuth 2 (RFC 6749, section 4.4).

use std::time::Duration;

use http::Method;
use http::header::CONTENT_TYPE;
use serde::Deserialize;

use super::{Ask, Meaning, Reply, turned_down};

/// How long a token is used where the answer does not say.
const LIFETIME: Duration = Duration::from_mins(15);
/// It is no longer used so long before it ends.
const SPARE: Duration = Duration::from_mins(1);

/// A destination's secret where it is a client's.
#[derive(Deserialize)]
pub(crate) struct Client {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

impl Client {
    /// Reads `{"client_id": "…", "client_secret": "…"}`.
    pub(crate) fn parse(secret: &str) -> Result<Self, Meaning> {
        let why = r#"the secret is JSON with two texts: {"client_id": "…", "client_secret": "…"}"#;
        serde_json::from_str(secret).map_err(|_| Meaning::Denied { why: why.to_owned() })
    }

    /// Asks for a token.
    pub(crate) fn ask(&self, url: String, beside: &[(&str, &str)]) -> Ask {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        form.append_pair("client_id", &self.client_id).append_pair("client_secret", &self.client_secret);
        form.extend_pairs(beside);
        let headers = vec![(CONTENT_TYPE, "application/x-www-form-urlencoded".to_owned())];
        Ask { method: Method::POST, url, headers, body: form.finish().into_bytes() }
    }
}

/// What is spoken under for a while.
pub struct Token {
    /// As it goes into a header.
    pub value: String,
    /// How long it may be used.
    pub lifetime: Duration,
}

impl Token {
    /// Of the answer to [`crate::Step::GetToken`].
    pub fn read(reply: &Reply) -> Result<Self, Meaning> {
        #[derive(Deserialize)]
        struct Told {
            access_token: String,
            #[serde(default)]
            expires_in: Option<u64>,
        }
        let told = reply.json();
        match turned_down(reply, 1, told["error"].as_str()) {
            // Of a request that holds nothing but the secret.
            Some(Meaning::Refused { why } | Meaning::Alone { why }) => return Err(Meaning::Denied { why }),
            Some(meaning) => return Err(meaning),
            None => {}
        }
        let told: Told = serde_json::from_value(told).map_err(|_| Meaning::Later {
            wait: None,
            why: "the answer to a request for a token holds none".to_owned(),
        })?;
        let lifetime = told.expires_in.map_or(LIFETIME, Duration::from_secs).saturating_sub(SPARE);
        Ok(Self { value: told.access_token, lifetime })
    }
}
