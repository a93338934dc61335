//! The cookies that carry a session, and a sign-in under way.

use std::fmt::Write;

use crate::sign_in::FLOW_MINUTES;

/// Browsers drop a cookie whose name and value are longer than this, in bytes, and say nothing (RFC 6265bis,
/// section 5.6).
const LONGEST_COOKIE_BYTES: usize = 4096;

/// Where the console runs, which decides what its cookies may be called and demand.
///
/// `SameSite` keeps a cookie out of requests that another site makes. In the cloud it has to be `Lax`: the
/// issuer's redirect is another site's navigation, and `Strict` would keep both cookies out of it and out of
/// where it leads next, so that nobody got signed in; nor would a link to a lead in a mail find the session.
/// `Lax` lets cookies come with such navigations alone, which are `GET`s and change nothing; forms need
/// [`csrf_token`] too. On one machine no issuer sends anyone back, so it is `Strict`.
///
/// In the cloud the prefix `__Host-` has browsers refuse a cookie of that name that is not `Secure`, has a
/// domain or another path: no sister domain can plant one. One machine speaks plain http, where some browsers
/// refuse `Secure` and with it the prefix, so there the names are others.
///
/// [`csrf_token`]: crate::csrf_token
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Behind an HTTP API, over https.
    Cloud,
    /// On the loopback interface, over plain http.
    OneMachine,
}

/// A cookie that no browser would keep as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CookieError {
    /// It holds what would end the value, or what a header may not hold.
    #[error("the sign-in token holds characters that no cookie may hold")]
    Characters,
    /// Browsers would drop it.
    #[error(
        "the sign-in token is too long for a cookie ({LONGEST_COOKIE_BYTES} bytes); let the issuer leave out \
         groups that Leadlight does not know"
    )]
    TooLong,
}

impl Place {
    fn session_name(self) -> &'static str {
        match self {
            Self::Cloud => "__Host-leadlight",
            Self::OneMachine => "leadlight-local",
        }
    }

    fn flow_name(self) -> &'static str {
        match self {
            Self::Cloud => "__Host-leadlight-sign-in",
            Self::OneMachine => "leadlight-local-sign-in",
        }
    }

    /// `Set-Cookie` for a session that ends with its token, `max_age_seconds` from now.
    pub fn session_cookie(self, token: &str, max_age_seconds: u32) -> Result<String, CookieError> {
        self.set(self.session_name(), token, max_age_seconds)
    }

    /// `Set-Cookie` that ends the session in this browser.
    pub fn end_session_cookie(self) -> String {
        self.write(self.session_name(), "", 0)
    }

    /// `Set-Cookie` for a sign-in under way. `value` is that of [`Begin`](crate::Begin).
    pub fn flow_cookie(self, value: &str) -> Result<String, CookieError> {
        self.set(self.flow_name(), value, FLOW_MINUTES * 60)
    }

    /// `Set-Cookie` that ends a sign-in, whether or not it succeeded: each is good for one redirect.
    pub fn end_flow_cookie(self) -> String {
        self.write(self.flow_name(), "", 0)
    }

    /// The session's token in a request's `Cookie` headers.
    pub fn session<'h>(self, headers: impl IntoIterator<Item = &'h str>) -> Option<&'h str> {
        find(self.session_name(), headers)
    }

    /// The sign-in under way in a request's `Cookie` headers.
    pub fn flow<'h>(self, headers: impl IntoIterator<Item = &'h str>) -> Option<&'h str> {
        find(self.flow_name(), headers)
    }

    fn set(self, name: &str, value: &str, max_age_seconds: u32) -> Result<String, CookieError> {
        if value.is_empty() || !value.bytes().all(is_cookie_octet) {
            return Err(CookieError::Characters);
        }
        if name.len() + value.len() > LONGEST_COOKIE_BYTES {
            return Err(CookieError::TooLong);
        }
        Ok(self.write(name, value, max_age_seconds))
    }

    fn write(self, name: &str, value: &str, max_age_seconds: u32) -> String {
        let mut cookie = format!("{name}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly");
        // Writing to a string cannot fail.
        let _ = cookie.write_str(match self {
            Self::Cloud => "; Secure; SameSite=Lax",
            Self::OneMachine => "; SameSite=Strict",
        });
        cookie
    }
}

/// What a cookie's value may hold (RFC 6265, section 4.1.1): no space, quote, comma, semicolon or backslash.
fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}

/// The value of a cookie. Two of one name that differ are none: one of them was planted, and nothing tells
/// which.
fn find<'h>(name: &str, headers: impl IntoIterator<Item = &'h str>) -> Option<&'h str> {
    let mut values = headers
        .into_iter()
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim_matches([' ', '\t']).split_once('='))
        .filter_map(|(found, value)| (found == name).then_some(value));
    let first = values.next()?;
    let is_sound = !first.is_empty() && first.bytes().all(is_cookie_octet);
    (is_sound && values.all(|other| other == first)).then_some(first)
}

/// The token in an `Authorization` header, if that is a bearer token (RFC 6750, section 2.1).
pub fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    let token = token.trim_matches(' ');
    let is_sound = !token.is_empty() && token.bytes().all(is_cookie_octet);
    (scheme.eq_ignore_ascii_case("bearer") && is_sound).then_some(token)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cookies_in_the_cloud_are_bound_to_the_host_and_closed_to_scripts() {
        assert_eq!(
            Place::Cloud.session_cookie("a.b.c", 3600).unwrap(),
            "__Host-leadlight=a.b.c; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax"
        );
        assert_eq!(
            Place::Cloud.flow_cookie("s.v").unwrap(),
            "__Host-leadlight-sign-in=s.v; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax"
        );
        assert_eq!(
            Place::Cloud.end_session_cookie(),
            "__Host-leadlight=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"
        );
    }

    #[test]
    fn cookies_of_one_machine_ask_for_no_https() {
        assert_eq!(
            Place::OneMachine.session_cookie("a.b.c", 60).unwrap(),
            "leadlight-local=a.b.c; Path=/; Max-Age=60; HttpOnly; SameSite=Strict"
        );
        assert!(Place::OneMachine.end_flow_cookie().starts_with("leadlight-local-sign-in=; "));
    }

    #[test]
    fn a_token_too_long_for_browsers_is_refused_rather_than_lost() {
        let longest = LONGEST_COOKIE_BYTES - Place::Cloud.session_name().len();
        assert!(Place::Cloud.session_cookie(&"a".repeat(longest), 1).is_ok());
        assert_eq!(Place::Cloud.session_cookie(&"a".repeat(longest + 1), 1), Err(CookieError::TooLong));
    }

    #[test]
    fn a_cookie_is_found_among_others_by_its_exact_name() {
        let session = |header| Place::Cloud.session([header]);
        assert_eq!(session("a=1; __Host-leadlight=x.y.z; b=2"), Some("x.y.z"));
        assert_eq!(session("__Host-leadlight=x;b"), Some("x"));
        assert_eq!(session("a;;=;\t__Host-leadlight=x="), Some("x="));
        assert_eq!(Place::Cloud.session(["a=1", "__Host-leadlight=x"]), Some("x"));
        for header in [
            "",
            "__Host-leadlight",
            "__Host-leadlight=",
            "__Host-leadlight-sign-in=x",
            "x__Host-leadlight=x",
            "__host-leadlight=x",
            "leadlight-local=x",
            "__Host-leadlight =x",
            "a=__Host-leadlight=x",
            "__Host-leadlight=a b",
            "__Host-leadlight=\"x\"",
            "__Host-leadlight=x, __Host-leadlight=y",
        ] {
            assert_eq!(session(header), None, "{header}");
        }
    }

    #[test]
    fn of_two_different_cookies_with_one_name_none_is_believed() {
        assert_eq!(Place::OneMachine.session(["leadlight-local=x; leadlight-local=x"]), Some("x"));
        assert_eq!(Place::OneMachine.session(["leadlight-local=x; leadlight-local=y"]), None);
        assert_eq!(Place::OneMachine.session(["leadlight-local=x", "leadlight-local=y"]), None);
        assert_eq!(Place::OneMachine.session(["leadlight-local=x; leadlight-local="]), None);
    }

    #[test]
    fn a_bearer_token_is_one_word_after_the_scheme() {
        assert_eq!(bearer("Bearer a.b.c"), Some("a.b.c"));
        assert_eq!(bearer("bearer  a.b.c "), Some("a.b.c"));
        for header in ["", "Bearer", "Bearer ", "Basic a", "a.b.c", "Bearer a b", "Bearer\ta", "Bearera b"] {
            assert_eq!(bearer(header), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_the_search_panic_or_find_what_could_not_be_set(header in any::<String>()) {
            for place in [Place::Cloud, Place::OneMachine] {
                if let Some(found) = place.session([header.as_str()]) {
                    prop_assert!(place.session_cookie(found, 1) != Err(CookieError::Characters));
                }
            }
        }

        #[test]
        fn a_value_never_adds_an_attribute(value in "[ -~\r\n\t;,\"\\\\é]{0,40}") {
            if let Ok(cookie) = Place::Cloud.session_cookie(&value, 7) {
                prop_assert_eq!(cookie.split(';').count(), 6);
                prop_assert!(!cookie.contains(['\r', '\n']));
            }
        }

        #[test]
        fn what_is_set_is_found_again_among_anything(
            value in "[A-Za-z0-9._=-]{1,60}",
            before in "[a-z =;\"]{0,30}",
            after in "[a-z =;\"]{0,30}",
        ) {
            let set = Place::Cloud.session_cookie(&value, 1).unwrap();
            let (pair, _) = set.split_once(';').unwrap();
            let header = format!("{before}; {pair}; {after}");
            prop_assert_eq!(Place::Cloud.session([header.as_str()]), Some(value.as_str()));
        }
    }
}
