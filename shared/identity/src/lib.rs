//! Who is asking: tokens of an OIDC issuer, the sign-in of one machine, sessions and CSRF tokens.
//!
//! The session is the token: a browser carries it in a cookie, a client in `Authorization: Bearer`, and it is
//! verified anew at each request. Nothing is kept on the server, and no secret lies in an environment
//! variable. Whoever holds a token may use it until it expires, so the issuer should let it live for an hour
//! at most; signing out takes the cookie from the browser and cannot recall the token.
//!
//! All of it is pure but for [`Http`](leadlight_ports::Http), the way to the issuer.

mod claims;
mod cookie;
mod csrf;
mod issuer;
mod key_store;
mod keys;
mod local;
mod oidc;
mod sign_in;
#[cfg(test)]
mod tests;

pub use claims::{
    CLOCK_LEEWAY, Caller, Expected, LONGEST_SIGN_IN, LONGEST_TOKEN_BYTES, ROLES_CLAIM, TokenError,
};
pub use cookie::{CookieError, Place, bearer};
pub use csrf::{RequestOrigin, csrf_matches, csrf_token};
pub use key_store::{IssuerError, KeyStore, VerifyError};
pub use keys::{Keys, KeysError, verify};
pub use local::LocalIssuer;
pub use oidc::{Discovery, DiscoveryError};
pub use sign_in::{Begin, Callback, Client, FLOW_MINUTES, Finished, SignInError, begin, finish};
