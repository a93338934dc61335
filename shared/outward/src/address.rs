//! Where something outside is.

use std::collections::BTreeMap;
use std::net::IpAddr;

use http::Uri;

/// Where something outside is, and the options of its kind. Never written out: a webhook's address may hold a token.
#[derive(Clone)]
pub struct Address {
    text: String,
    is_on_this_machine: bool,
    options: BTreeMap<String, String>,
}

/// Ends of names that lead into a network of one's own.
const INNER: [&str; 8] =
    [".local", ".localhost", ".internal", ".lan", ".intranet", ".corp", ".home.arpa", ".private"];

impl Address {
    /// Reads `https://` at a public name, or plain http on this machine; else says what is wrong with it.
    ///
    /// What is sent is personal: it goes over TLS, and to a public name, so that no file can have a function speak
    /// to what lies beside it in a network. A public name that leads there all the same is not noticed.
    pub fn parse(text: &str, options: BTreeMap<String, String>) -> Result<Self, &'static str> {
        let uri: Uri =
            text.parse().ok().filter(|_| !text.contains(['#', '@', '\\'])).ok_or("is no address")?;
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return Err("is no address") };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let address: Option<IpAddr> = host.parse().ok();
        let is_loopback = host == "localhost" || address.is_some_and(|address| address.is_loopback());
        let is_on_this_machine = match scheme {
            "http" if is_loopback => true,
            "https" if address.is_some() || !is_public(&host) => return Err("is no public name"),
            "https" => false,
            _ => return Err("would send people's data unencrypted"),
        };
        Ok(Self { text: text.to_owned(), is_on_this_machine, options })
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A path below it, such as `/crm/v3/objects`.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.text.trim_end_matches('/'))
    }

    /// Is it plain http on this machine?
    pub fn is_on_this_machine(&self) -> bool {
        self.is_on_this_machine
    }

    /// An option of its kind; empty where the kind has none of that name.
    pub fn option(&self, name: &str) -> &str {
        self.options.get(name).map_or("", String::as_str)
    }

    /// All options of its kind, by name.
    pub fn options(&self) -> &BTreeMap<String, String> {
        &self.options
    }
}

/// A name with a dot in it whose last part is no number: some read `127.1` as an address.
fn is_public(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && !last.is_empty()
        && !last.starts_with("0x")
        && !last.bytes().all(|b| b.is_ascii_digit())
        && !INNER.iter().any(|end| host.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Address, &'static str> {
        Address::parse(text, BTreeMap::new())
    }

    #[test]
    fn letters_go_to_public_names_over_tls_or_stay_on_this_machine() {
        for text in [
            "https://hooks.example.com/leads?x=1",
            "https://api.hubapi.com",
            "https://acme.my.salesforce.com/",
        ] {
            assert!(parse(text).is_ok_and(|address| !address.is_on_this_machine()), "{text}");
        }
        for text in ["http://127.0.0.1:8080/x", "http://[::1]:1", "http://localhost:1"] {
            assert!(parse(text).is_ok_and(|address| address.is_on_this_machine()), "{text}");
        }
        for text in [
            "",
            "hooks.example.com",
            "http://hooks.example.com",
            "ftp://hooks.example.com",
            "http://10.0.0.1",
            "https://127.0.0.1",
            "https://10.0.0.1",
            "https://169.254.169.254/latest",
            "https://[::1]",
            "https://localhost",
            "https://[fd00::1]",
            "https://[::ffff:10.0.0.1]",
            "https://intranet",
            "https://crm.internal",
            "https://crm.local",
            "https://CRM.LAN",
            "https://127.1",
            "https://0x7f.0x1",
            "https://hooks.example.com.",
            "https://user@hooks.example.com",
            "https://hooks.example.com/#x",
            "https://hooks.example.com\\@crm.internal",
            "http://127.0.0.1.evil.example",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_follows_whether_the_address_ends_in_a_slash_or_not() {
        for text in ["https://crm.example.com", "https://crm.example.com/"] {
            assert_eq!(parse(text).unwrap().at("/a"), "https://crm.example.com/a");
        }
    }
}
