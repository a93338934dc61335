//! What a token claims, and what of it has to hold. Signatures are checked before, in `keys` and `local`.

use std::collections::BTreeSet;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::Role;
use serde::Deserialize;
use serde_json::Value;

/// How far the issuer's clock and ours may differ: a token counts this much longer, and may come this much
/// early.
///
/// Judgement: clocks kept by NTP differ by less than a second; a minute forgives a machine that just woke up.
pub const CLOCK_LEEWAY: SignedDuration = SignedDuration::from_secs(60);

/// A longer token is refused unread, in bytes.
///
/// Judgement: real ones have 1 to 2 KiB, those with many groups 6; API Gateway takes 10 KiB of headers in
/// all.
pub const LONGEST_TOKEN_BYTES: usize = 8 * 1024;

/// A token that counts for longer than this, by its own `iat` and `exp`, is refused: nobody can take one back, but by
/// taking its person off the team.
///
/// Judgement: a working day, as sample users get too. Issuers give far less: Amazon Cognito, Okta and Entra ID about an
/// hour, Auth0 ten.
pub const LONGEST_SIGN_IN: SignedDuration = SignedDuration::from_hours(12);

/// The claim that Amazon Cognito lists a person's groups in.
pub const ROLES_CLAIM: &str = "cognito:groups";

/// What may stand before a role's name, where an issuer serves more than Leadlight.
const ROLE_PREFIX: &str = "leadlight-";

/// Who a token must come from, and for whom it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The issuer's URL, exactly as in its tokens.
    pub issuer: String,
    /// The audience: at most issuers the client id.
    pub audience: String,
    /// The claim that lists roles; [`ROLES_CLAIM`] at Cognito. A list, or text with spaces or commas between.
    pub roles_claim: String,
}

/// Who is asking, as a verified token says.
#[derive(Clone, PartialEq, Eq)]
pub struct Caller {
    /// The issuer's id of the person; never empty.
    pub subject: String,
    /// What they may do. It may be nothing: being known is not being allowed.
    pub roles: BTreeSet<Role>,
    /// When the token ends.
    pub expires_at: Timestamp,
}

/// Some issuers take the address for the subject: not for logs.
impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("roles", &self.roles)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A token was refused. The text is for people and holds nothing of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no token, or too long, or lacks what every token has.
    #[error("the sign-in token cannot be read; sign in again")]
    Malformed,
    /// It names no key, or one that the issuer does not publish.
    #[error("the sign-in token is signed with a key the issuer does not publish; sign in again")]
    UnknownKey,
    /// It claims another algorithm than its key is for.
    #[error("the sign-in token names another algorithm than its key is for; sign in again")]
    Algorithm,
    /// The signature does not fit.
    #[error("the sign-in token's signature does not hold; sign in again")]
    Signature,
    /// Another issuer made it.
    #[error("the sign-in token is from another issuer (`iss`); sign in to Leadlight")]
    Issuer,
    /// It was made for another application.
    #[error("the sign-in token is for another application (`aud` or `client_id`); sign in to Leadlight")]
    Audience,
    /// Its time is over.
    #[error("the sign-in has expired; sign in again")]
    Expired,
    /// It counts for longer than a sign-in may.
    #[error(
        "the sign-in token is good for more than 12 hours (`exp` less `iat`), or does not say since when; ask an \
         administrator to shorten the lifetime of tokens in the issuer's settings"
    )]
    TooLong,
    /// Its time has not come.
    #[error("the sign-in token is not valid yet (`nbf` or `iat`); check the clock and sign in again")]
    NotYet,
    /// It names nobody.
    #[error(
        "the sign-in token names no person (`sub`); ask an administrator to look at the issuer's settings"
    )]
    NoSubject,
}

/// The claims that are looked at, as they come.
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    aud: Option<Audience>,
    azp: Option<String>,
    client_id: Option<String>,
    token_use: Option<String>,
    exp: NumericDate,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
    sub: Option<String>,
    nonce: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Seconds since 1970, whole or not (RFC 7519, section 2).
#[derive(Deserialize)]
#[serde(try_from = "f64")]
struct NumericDate(Timestamp);

impl TryFrom<f64> for NumericDate {
    type Error = jiff::Error;

    fn try_from(seconds: f64) -> Result<Self, jiff::Error> {
        let since_1970 = SignedDuration::try_from_secs_f64(seconds)?;
        Timestamp::from_duration(since_1970).map(Self)
    }
}

/// What a token with a good signature says.
pub(crate) struct VerifiedClaims {
    pub(crate) caller: Caller,
    /// Binds an identity token to the sign-in that asked for it.
    pub(crate) nonce: Option<String>,
}

/// Checks everything but the signature, which must have been checked before.
pub(crate) fn check(
    payload: &Value,
    expected: &Expected,
    now: Timestamp,
) -> Result<VerifiedClaims, TokenError> {
    let claims = Claims::deserialize(payload).map_err(|_| TokenError::Malformed)?;
    if claims.iss.as_deref() != Some(expected.issuer.as_str()) {
        return Err(TokenError::Issuer);
    }
    if !is_for(&claims, &expected.audience) {
        return Err(TokenError::Audience);
    }
    let expires_at = claims.exp.0;
    if now.duration_since(expires_at) >= CLOCK_LEEWAY {
        return Err(TokenError::Expired);
    }
    // Without `iat` nobody could tell how long it counts; OpenID Connect and RFC 9068 both want one.
    let life = claims.iat.as_ref().map(|made| expires_at.duration_since(made.0));
    if life.is_none_or(|life| life > LONGEST_SIGN_IN) {
        return Err(TokenError::TooLong);
    }
    let is_to_come = |date: &NumericDate| date.0.duration_since(now) > CLOCK_LEEWAY;
    if claims.nbf.iter().chain(&claims.iat).any(is_to_come) {
        return Err(TokenError::NotYet);
    }
    let subject = claims.sub.filter(|subject| !subject.trim().is_empty()).ok_or(TokenError::NoSubject)?;
    let roles = payload.get(&expected.roles_claim).map(roles).unwrap_or_default();
    Ok(VerifiedClaims { caller: Caller { subject, roles, expires_at }, nonce: claims.nonce })
}

/// Of several audiences, the one that the token was made for is `azp` (`OpenID` Connect Core, section 3.1.3.7). Cognito's
/// access tokens have no `aud`: they name the client beside `token_use`.
fn is_for(claims: &Claims, audience: &str) -> bool {
    match &claims.aud {
        Some(Audience::One(one)) => one == audience,
        Some(Audience::Many(many)) => match many.as_slice() {
            [one] => one == audience,
            many => many.iter().any(|one| one == audience) && claims.azp.as_deref() == Some(audience),
        },
        None => {
            claims.token_use.as_deref() == Some("access") && claims.client_id.as_deref() == Some(audience)
        }
    }
}

/// The roles a claim grants. Groups that are none of ours say nothing.
fn roles(claim: &Value) -> BTreeSet<Role> {
    match claim {
        Value::String(text) => text.split([' ', ',']).filter_map(role).collect(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).filter_map(role).collect(),
        _ => BTreeSet::new(),
    }
}

fn role(name: &str) -> Option<Role> {
    let name = name.strip_prefix(ROLE_PREFIX).unwrap_or(name);
    Role::ALL.into_iter().find(|role| role.as_str() == name)
}
