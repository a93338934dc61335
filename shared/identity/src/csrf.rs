//! A form counts only if our own page sent it.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cookie::Place;

const LABEL: &[u8] = b"leadlight.csrf.v1";

/// The hidden field of every form in this session: HMAC-SHA256 of a fixed label, keyed by the session's
/// token, as base64url.
///
/// Another site can send the cookie along and cannot read it, so it cannot compute this. It needs no secret
/// of the server, ends with the session, and tells nothing of the token. Requests with a bearer token need
/// none: no browser adds that by itself. Nor has the form of a sign-in one, since there is no session yet:
/// there [`Place::same_origin`] stands alone.
pub fn csrf_token(session_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(hmac::sign(&key(session_token), LABEL))
}

/// Does the field belong to this session? Takes the same time wherever the two differ.
pub fn csrf_matches(session_token: &str, given: &str) -> bool {
    URL_SAFE_NO_PAD.decode(given).is_ok_and(|given| hmac::verify(&key(session_token), LABEL, &given).is_ok())
}

fn key(session_token: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, session_token.as_bytes())
}

/// Where a browser says that a request comes from; none where the header is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestOrigin<'a> {
    /// `Sec-Fetch-Site`.
    pub sec_fetch_site: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// `Host`: the console's own name. A proxy in front must hand it on unchanged.
    pub host: Option<&'a str>,
}

impl Place {
    /// The second line behind [`csrf_matches`], for every request that changes something: no header
    /// contradicts that one of our own pages sent it. A client that is no browser sends neither header and
    /// passes.
    ///
    /// A page whose `Referrer-Policy` is `no-referrer` sends `Origin: null` even to itself (Fetch standard,
    /// "append a request `Origin` header"). That passes only where `Sec-Fetch-Site` says `same-origin`, which
    /// old browsers do not send: the console should use `Referrer-Policy: same-origin`.
    pub fn same_origin(self, from: &RequestOrigin<'_>) -> bool {
        let is_vouched = match from.sec_fetch_site {
            None | Some("none") => false,
            Some("same-origin") => true,
            Some(_) => return false,
        };
        match from.origin {
            None => true,
            Some("null") => is_vouched,
            Some(origin) => {
                let authority = match self {
                    Self::Cloud => origin.strip_prefix("https://"),
                    Self::OneMachine => origin.strip_prefix("http://"),
                };
                authority.zip(from.host).is_some_and(|(ours, host)| ours.eq_ignore_ascii_case(host))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_an_hmac_of_the_label_under_the_session() {
        // By Python's hmac and hashlib.
        assert_eq!(csrf_token("a.b.c"), "R-gINI4ib1wo4OezDylseSvhdE3Lw_xtvTGG2uKMRhs");
    }

    #[test]
    fn a_field_counts_in_its_own_session_alone() {
        let field = csrf_token("a.b.c");
        assert!(csrf_matches("a.b.c", &field));
        assert!(!csrf_matches("a.b.d", &field));
        assert!(!csrf_matches("", &field));
        let mut cut = field.clone();
        cut.pop();
        for wrong in ["", "a", "====", "a.b.c", &cut, &field.to_uppercase(), &format!("{field}=")] {
            assert!(!csrf_matches("a.b.c", wrong), "{wrong}");
        }
    }

    #[test]
    fn a_header_may_be_absent_and_may_not_be_wrong() {
        let ask = |site: Option<&str>, origin: Option<&str>| {
            Place::Cloud.same_origin(&RequestOrigin {
                sec_fetch_site: site,
                origin,
                host: Some("console.example"),
            })
        };
        let ours = Some("https://console.example");
        assert!(ask(None, None));
        assert!(ask(None, ours));
        assert!(ask(Some("same-origin"), ours));
        assert!(ask(Some("same-origin"), None));
        assert!(ask(Some("same-origin"), Some("null")));
        assert!(ask(Some("none"), None));
        assert!(ask(None, Some("https://CONSOLE.example")));
        for site in ["cross-site", "same-site", "", "Same-Origin", "anything"] {
            assert!(!ask(Some(site), None), "{site}");
            assert!(!ask(Some(site), ours), "{site}");
        }
        for origin in [
            "null",
            "",
            "https://evil.example",
            "https://console.example.evil.example",
            "https://console.example:8443",
            "https://console.example/",
            "http://console.example",
            "https://console.example@evil.example",
            "console.example",
        ] {
            assert!(!ask(None, Some(origin)), "{origin}");
        }
        assert!(!ask(Some("same-origin"), Some("https://evil.example")));
        assert!(!ask(Some("none"), Some("null")));
    }

    #[test]
    fn one_machine_speaks_http_and_a_missing_host_vouches_for_nothing() {
        let from = RequestOrigin {
            sec_fetch_site: None,
            origin: Some("http://127.0.0.1:8080"),
            host: Some("127.0.0.1:8080"),
        };
        assert!(Place::OneMachine.same_origin(&from));
        assert!(!Place::OneMachine.same_origin(&RequestOrigin { host: Some("127.0.0.1:9090"), ..from }));
        assert!(!Place::OneMachine.same_origin(&RequestOrigin { host: None, ..from }));
    }
}
