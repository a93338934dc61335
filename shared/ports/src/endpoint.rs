//! Addresses that may be spoken to, and which of them are on this machine.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ::http::Uri;
use ::http::uri::Authority;

/// An address that may be spoken to: https, or http on this machine alone.
///
/// It is kept as written: issuers of sign-ins compare text.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    text: String,
    uri: Uri,
}

/// No address that may be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It is no absolute URL.
    #[error("this is no absolute URL such as https://host.example/path, without user, spaces or fragment")]
    NoUrl,
    /// It would send credentials and people's data in clear text over a network.
    #[error("the address has to begin with https://; plain http is for the loopback interface alone")]
    NotHttps,
}

impl Endpoint {
    /// Reads an absolute URL without user and fragment.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        // The parser drops a fragment in silence.
        if text.contains('#') {
            return Err(EndpointError::NoUrl);
        }
        let uri: Uri = text.parse().map_err(|_| EndpointError::NoUrl)?;
        let Some(scheme) = uri.scheme_str() else { return Err(EndpointError::NoUrl) };
        if !uri.authority().is_some_and(is_plain) {
            return Err(EndpointError::NoUrl);
        }
        match scheme {
            "https" => {}
            "http" if is_loopback(&uri) => {}
            _ => return Err(EndpointError::NotHttps),
        }
        Ok(Self { text: text.to_owned(), uri })
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same address with parameters added to its query.
    pub fn with_query(&self, parameters: &[(&str, &str)]) -> String {
        let separator = match self.uri.query() {
            None => "?",
            Some("") => "",
            Some(_) => "&",
        };
        format!("{}{separator}{}", self.text, form(parameters))
    }

    /// Is it on this machine, over plain http?
    pub fn is_on_this_machine(&self) -> bool {
        // Plain http goes nowhere else: see `parse`.
        self.uri.scheme_str() == Some("http")
    }

    /// For the client that speaks to it.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }
}

/// A query may say more than is meant for a log.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({}..)", self.uri.host().unwrap_or_default())
    }
}

/// Names and values as `application/x-www-form-urlencoded`.
pub(crate) fn form(parameters: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

/// A host, a port perhaps, and nothing else: no user before them, and nothing behind a bracket, where the
/// parser takes `[::1].elsewhere.example` for the host `[::1]`.
fn is_plain(authority: &Authority) -> bool {
    let host = authority.host();
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
    !host.is_empty()
        && authority
            .as_str()
            .strip_prefix(host)
            .is_some_and(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
}

/// The host is written as `localhost`, as an address 127.x.x.x in full, or as `[::1]`. Short or numeric forms
/// of IPv4 are left out: parsers differ on them.
fn is_loopback(uri: &Uri) -> bool {
    let Some(authority) = uri.authority() else { return false };
    if !is_plain(authority) {
        return false;
    }
    let host = authority.host();
    if let Some(v6) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return v6.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback());
    }
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<Ipv4Addr>().map(IpAddr::V4).is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_here(url: &str) -> bool {
        Endpoint::parse(url).is_ok_and(|endpoint| endpoint.is_on_this_machine())
    }

    #[test]
    fn only_the_loopback_interface_counts_as_this_machine() {
        for url in [
            "http://127.0.0.1",
            "http://127.0.0.1:4566",
            "http://127.255.3.9:1/",
            "http://[::1]:4566",
            "http://[0:0:0:0:0:0:0:1]/",
            "http://localhost:4566",
            "http://LOCALHOST/",
            "HTTP://localhost",
        ] {
            assert!(is_here(url), "{url}");
        }
        for url in [
            "",
            "127.0.0.1",
            "127.0.0.1:4566",
            "localhost",
            "//127.0.0.1/",
            "https://127.0.0.1",
            "ftp://127.0.0.1",
            "file:///127.0.0.1",
            "http://127.0.0.1@evil.example",
            "http://127.0.0.1:80@evil.example",
            "http://evil.example@127.0.0.1",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://evil.example/127.0.0.1",
            "http://evil.example?http://127.0.0.1",
            "http://evil.example#127.0.0.1",
            "http://127.0.0.1\\@evil.example",
            "http://evil.example\\@127.0.0.1",
            "http:\\\\127.0.0.1",
            " http://127.0.0.1",
            "http://127.0.0.1 ",
            "http://127.0.0.1\n",
            "http://127.0.0.1%2eevil.example",
            "http://127.0.0.1,evil.example",
            "http://127.1",
            "http://0x7f.0.0.1",
            "http://2130706433",
            "http://0177.0.0.1",
            "http://127.0.0.256",
            "http://126.255.255.255",
            "http://128.0.0.1",
            "http://0.0.0.0",
            "http://10.127.0.1",
            "http://[::]",
            "http://[::2]",
            "http://[::ffff:127.0.0.1]",
            "http://[::1",
            "http://[::1].evil.example",
            "http://[::1]evil.example:80",
            "http://127.0.0.1:",
            "http://127.0.0.1:+80",
            "http://127.0.0.1:99999",
            "http://localhost.",
            "http://dynamodb.eu-west-1.amazonaws.com",
            "https://dynamodb.eu-west-1.amazonaws.com",
        ] {
            assert!(!is_here(url), "{url}");
        }
    }

    #[test]
    fn an_endpoint_is_https_or_on_this_machine() {
        assert_eq!(Endpoint::parse("https://issuer.example/a").unwrap().as_str(), "https://issuer.example/a");
        assert!(Endpoint::parse("http://127.0.0.1:8080/keys").is_ok());
        assert_eq!(Endpoint::parse("http://issuer.example"), Err(EndpointError::NotHttps));
        assert_eq!(Endpoint::parse("javascript://issuer.example"), Err(EndpointError::NotHttps));
        for text in [
            "",
            "/a",
            "issuer.example",
            "https://",
            "https://:443/",
            "https://u@issuer.example",
            "https://a#b",
        ] {
            assert_eq!(Endpoint::parse(text), Err(EndpointError::NoUrl), "{text}");
        }
    }

    #[test]
    fn parameters_join_a_query_that_is_there() {
        let with = |text: &str| Endpoint::parse(text).unwrap().with_query(&[("a", "1 &=#"), ("b", "ü")]);
        assert_eq!(with("https://issuer.example/x"), "https://issuer.example/x?a=1+%26%3D%23&b=%C3%BC");
        assert_eq!(
            with("https://issuer.example/x?p=1"),
            "https://issuer.example/x?p=1&a=1+%26%3D%23&b=%C3%BC"
        );
        assert_eq!(with("https://issuer.example/x?"), "https://issuer.example/x?a=1+%26%3D%23&b=%C3%BC");
    }
}
