//! The issuer's keys, kept between warm invocations.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use leadlight_ports::{Endpoint, EndpointError, Http, HttpError};
use tokio::sync::Mutex;

use crate::claims::{Caller, Expected, TokenError, VerifiedClaims};
use crate::issuer;
use crate::keys::{Keys, KeysError, look_at, verify_all};
use crate::oidc::{Discovery, DiscoveryError};

/// A token with an unknown key makes us ask the issuer again, at most this often: anyone can make up a key's
/// id.
///
/// Judgement: issuers publish a new key hours before they sign with it.
const UNKNOWN_KEY_REST: SignedDuration = SignedDuration::from_secs(60);

/// After a first read that failed, the issuer is left in peace for so long: every request would wait for it else, and
/// add to what it suffers from.
///
/// Judgement: longer than a read may take, short enough that nobody who signs in notices.
const FAILED_READ_REST: SignedDuration = SignedDuration::from_secs(10);

/// Keys are read again after this time, so that one the issuer withdrew does not count for ever.
///
/// Judgement: half a day is far below the months that issuers keep a key.
const KEYS_MAX_AGE: SignedDuration = SignedDuration::from_hours(12);

/// The issuer's documents cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// The discovery document cannot be fetched.
    #[error("the issuer's discovery document cannot be fetched")]
    FetchDiscovery(#[source] HttpError),
    /// The discovery document is refused.
    #[error("the issuer's discovery document is refused")]
    Discovery(#[source] DiscoveryError),
    /// The key set cannot be fetched.
    #[error("the issuer's key set cannot be fetched")]
    FetchKeys(#[source] HttpError),
    /// The key set is refused.
    #[error("the issuer's key set is refused")]
    Keys(#[source] KeysError),
    /// Neither could be had a moment ago, and the issuer is left in peace for now.
    #[error("the issuer could not be read a moment ago; it is asked again in a few seconds")]
    Resting,
}

/// A token was refused, or could not be judged.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It was refused: sign in again.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// No keys were ever read: the token may be good. Try again.
    #[error("sign-ins cannot be checked, since the issuer's keys cannot be had; try again in a moment")]
    Issuer(#[from] IssuerError),
}

/// The issuer's doors and keys, kept between warm invocations.
///
/// They are read at the first question (and where that failed, at most every 10 seconds), again every 12 hours, and
/// when a token names an unknown key, but then at most once a minute. A token that would be refused whatever the keys
/// are never makes anybody ask. What cannot be read never replaces the last good ones, however old: an issuer that
/// is away locks nobody out. [`Self::take_trouble`] tells of it, for the log.
#[derive(Debug)]
pub struct KeyStore {
    expected: Expected,
    location: Endpoint,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    asked_at: Option<Timestamp>,
    known: Option<Known>,
    trouble: Option<IssuerError>,
}

#[derive(Debug, Clone)]
struct Known {
    read_at: Timestamp,
    discovery: Arc<Discovery>,
    keys: Arc<Keys>,
}

impl KeyStore {
    /// For the tokens of one issuer. Nothing is fetched yet.
    pub fn new(expected: Expected) -> Result<Self, EndpointError> {
        let location = Discovery::location(&expected.issuer)?;
        Ok(Self { expected, location, state: Mutex::default() })
    }

    /// The issuer's doors.
    pub async fn discovery(&self, http: &impl Http, now: Timestamp) -> Result<Arc<Discovery>, IssuerError> {
        self.known(http, now, None).await.map(|known| known.discovery)
    }

    /// Who is asking, if the token holds against the issuer's keys. See [`verify`](crate::verify).
    pub async fn verify(&self, http: &impl Http, token: &str, now: Timestamp) -> Result<Caller, VerifyError> {
        self.verify_all(http, token, now).await.map(|claims| claims.caller)
    }

    /// Why the last keys could not be read again, once for each time: older ones were used instead.
    pub async fn take_trouble(&self) -> Option<IssuerError> {
        self.state.lock().await.trouble.take()
    }

    /// As [`Self::verify`], with what only a sign-in looks at.
    pub(crate) async fn verify_all(
        &self,
        http: &impl Http,
        token: &str,
        now: Timestamp,
    ) -> Result<VerifiedClaims, VerifyError> {
        look_at(token, &self.expected, now)?;
        let known = self.known(http, now, None).await?;
        match verify_all(token, &known.keys, &self.expected, now) {
            Err(TokenError::UnknownKey) => {
                let newer = self.known(http, now, Some(&known.keys)).await?;
                Ok(verify_all(token, &newer.keys, &self.expected, now)?)
            }
            judged => Ok(judged?),
        }
    }

    /// What is known of the issuer; read again if it is old, or if it is still `lacking`, the keys that a
    /// token's was not among. Others wait meanwhile, so that the issuer is asked once.
    async fn known(
        &self,
        http: &impl Http,
        now: Timestamp,
        lacking: Option<&Arc<Keys>>,
    ) -> Result<Known, IssuerError> {
        let mut state = self.state.lock().await;
        let Some(known) = state.known.clone() else {
            // Whoever waited for another's read came before it ended: theirs is no new question.
            if state.asked_at.is_some_and(|at| now.duration_since(at).abs() < FAILED_READ_REST) {
                return Err(IssuerError::Resting);
            }
            state.asked_at = Some(now);
            let known = self.read(http, now).await?;
            state.known = Some(known.clone());
            return Ok(known);
        };
        let is_old = now.duration_since(known.read_at) >= KEYS_MAX_AGE;
        let is_lacking = lacking.is_some_and(|keys| Arc::ptr_eq(keys, &known.keys));
        let has_rested = state.asked_at.is_none_or(|at| now.duration_since(at) >= UNKNOWN_KEY_REST);
        if !(has_rested && (is_old || is_lacking)) {
            return Ok(known);
        }
        state.asked_at = Some(now);
        match self.read(http, now).await {
            Ok(newer) => {
                state.known = Some(newer.clone());
                state.trouble = None;
                Ok(newer)
            }
            Err(trouble) => {
                state.trouble = Some(trouble);
                Ok(known)
            }
        }
    }

    async fn read(&self, http: &impl Http, now: Timestamp) -> Result<Known, IssuerError> {
        let document = issuer::document(http, &self.location).await.map_err(IssuerError::FetchDiscovery)?;
        let discovery = Discovery::parse(&document, &self.expected.issuer).map_err(IssuerError::Discovery)?;
        let key_set = issuer::document(http, &discovery.jwks_uri).await.map_err(IssuerError::FetchKeys)?;
        let keys = Keys::from_jwks(&key_set).map_err(IssuerError::Keys)?;
        Ok(Known { read_at: now, discovery: Arc::new(discovery), keys: Arc::new(keys) })
    }
}
