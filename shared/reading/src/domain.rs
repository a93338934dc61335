//! Domains of companies.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::InvalidId;

/// A registrable domain (`acme.example`, never `www.acme.example` or `co.uk`), lower-cased.
///
/// What counts as registrable follows the Public Suffix List.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct DomainName(String);

impl DomainName {
    /// The domain as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// From a host name, an e-mail's domain or a whole URL: what stands in a form's "website" field.
    pub fn from_host_or_url(text: &str) -> Result<Self, InvalidId> {
        let text = text.trim();
        let after_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
        let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or("");
        let host = authority.rsplit('@').next().unwrap_or("");
        Self::try_from(host.split(':').next().unwrap_or("").to_owned())
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DomainName {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        const INVALID: InvalidId = InvalidId::expected("a company's domain such as company.example");
        let host = text.trim().trim_end_matches('.').to_lowercase();
        let well_formed = host.len() <= 253
            && host.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            });
        if !well_formed || host.parse::<std::net::Ipv4Addr>().is_ok() {
            return Err(INVALID);
        }
        psl::domain_str(&host).map(|d| Self(d.to_owned())).ok_or(INVALID)
    }
}

impl FromStr for DomainName {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::try_from(text.to_owned())
    }
}

impl From<DomainName> for String {
    fn from(domain: DomainName) -> Self {
        domain.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_registrable_ones() {
        let of = |t: &str| DomainName::from_host_or_url(t).map(|d| d.as_str().to_owned());
        assert_eq!(of("https://www.acme.co.uk/about?x=1").unwrap(), "acme.co.uk");
        assert_eq!(of("Shop.Acme.example:8443").unwrap(), "acme.example");
        for bad in ["co.uk", "localhost", "127.0.0.1", "", "-a.example", "a..example"] {
            assert!(of(bad).is_err(), "{bad} was taken");
        }
    }
}
