//! The console as an HTTP service: how people sign in, and who is asking.

use axum::http::{HeaderMap, header};
use leadlight_identity::{Caller, KeyStore, LocalIssuer, Place, RequestOrigin, VerifyError, bearer};
use leadlight_ports::metrics::{Figure, count};
use leadlight_ports::{World, chain};

use crate::console::{Console, Person};
use crate::problem::{Problem, unavailable};

/// More than any form or request needs.
pub(crate) const MOST_BYTES: usize = 256 * 1024;

/// How people sign in.
#[derive(Debug)]
pub enum SignIn<H> {
    /// Sample users, on one machine.
    Local(Box<LocalIssuer>),
    /// With an issuer's tokens.
    Issuer(Box<Issuer<H>>),
    /// Nobody can: no issuer is configured.
    Nobody,
}

/// The issuer of sign-ins.
#[derive(Debug)]
pub struct Issuer<H> {
    /// Its keys, and what tokens must say.
    pub keys: KeyStore,
    /// The way to it.
    pub http: H,
    /// The console's client id there.
    pub client_id: String,
}

/// The console, and who may use it.
#[derive(Debug)]
pub struct Server<O: World> {
    /// What it does.
    pub console: Console<O>,
    /// How people sign in.
    pub sign_in: SignIn<O::Http>,
}

/// A signed-in person's session in a browser.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) person: Person,
    /// The token that the cookie holds.
    pub(crate) token: String,
}

pub(crate) fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

pub(crate) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok())
}

impl<O: World> Server<O> {
    pub(crate) fn place(&self) -> Place {
        match self.sign_in {
            SignIn::Local(_) => Place::OneMachine,
            SignIn::Issuer(_) | SignIn::Nobody => Place::Cloud,
        }
    }

    /// Does no header contradict that one of our own pages sent this?
    pub(crate) fn is_from_here(&self, headers: &HeaderMap) -> bool {
        self.place().same_origin(&RequestOrigin {
            sec_fetch_site: text(headers, "sec-fetch-site"),
            origin: text(headers, header::ORIGIN),
            host: text(headers, header::HOST),
        })
    }

    pub(crate) fn is_local(&self) -> bool {
        matches!(self.sign_in, SignIn::Local(_))
    }

    pub(crate) async fn verify(&self, token: &str) -> Result<Caller, Problem> {
        let now = self.console.now();
        let verified = match &self.sign_in {
            SignIn::Local(issuer) => issuer.verify(token, now).map_err(Problem::Token),
            SignIn::Issuer(issuer) => {
                let verified = issuer.keys.verify(&issuer.http, token, now).await;
                if let Some(trouble) = issuer.keys.take_trouble().await {
                    tracing::warn!(reason = chain(&trouble), "the issuer's last known keys are used");
                }
                verified.map_err(|error| match error {
                    VerifyError::Token(error) => Problem::Token(error),
                    VerifyError::Issuer(error) => unavailable(&error),
                })
            }
            SignIn::Nobody => Err(Problem::NoIssuer),
        };
        // Counted here, since a page answers it with a way to sign in, and no status tells.
        if let Err(Problem::Token(_)) = &verified {
            count(Figure::TokensRefused, 1);
        }
        verified
    }

    /// Who an API request comes from: by its bearer token alone, which no page of another site can add.
    pub(crate) async fn bearer(&self, headers: &HeaderMap) -> Result<Person, Problem> {
        let token = text(headers, header::AUTHORIZATION).and_then(bearer);
        let caller = self.verify(token.ok_or(Problem::NotSignedIn)?).await?;
        self.console.person(&caller).await
    }

    /// Who a page is made for: by the session's cookie.
    pub(crate) async fn session(&self, headers: &HeaderMap) -> Result<Session, Problem> {
        let token = self.place().session(cookies(headers)).ok_or(Problem::NotSignedIn)?.to_owned();
        let caller = self.verify(&token).await?;
        Ok(Session { person: self.console.person(&caller).await?, token })
    }
}
