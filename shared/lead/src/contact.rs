//! People and companies as a form names them: addresses, domains, countries, functions, seniority.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::InvalidId;

/// A syntactically valid e-mail address, lower-cased. `Debug` shows the domain only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct EmailAddress {
    text: String,
    at: usize,
}

impl EmailAddress {
    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress(…@{})", self.domain())
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        const INVALID: InvalidId = InvalidId {
            expected: "an e-mail address such as name@company.example, with a domain that has a dot",
        };
        let text = text.trim().to_lowercase();
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        email_address::EmailAddress::parse_with_options(&text, options).map_err(|_| INVALID)?;
        let at = text.rfind('@').ok_or(INVALID)?;
        Ok(Self { text, at })
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::try_from(text.to_owned())
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.text
    }
}

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
        const INVALID: InvalidId = InvalidId { expected: "a company's domain such as company.example" };
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

/// An ISO 3166-1 alpha-2 country code, upper-cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        // Two ASCII letters by construction.
        std::str::from_utf8(&self.0).unwrap_or("??")
    }
}

impl TryFrom<String> for CountryCode {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        match text.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(InvalidId { expected: "a two-letter country code (ISO 3166-1), such as DE" }),
        }
    }
}

impl FromStr for CountryCode {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::try_from(text.to_owned())
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.as_str().to_owned()
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an address's domain says about who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmailKind {
    /// A company's own domain.
    Business,
    /// A mailbox anyone may open, such as a webmail provider's.
    FreeMail,
    /// A throw-away mailbox.
    Disposable,
    /// A school's or university's.
    Academic,
}

/// How senior a person is, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seniority {
    /// Student, intern or trainee.
    Training,
    /// First job, assistant.
    Entry,
    /// Individual contributor.
    Individual,
    /// Senior individual contributor, lead.
    Senior,
    /// Leads a team.
    Manager,
    /// Leads managers.
    Director,
    /// Vice president, head of a function.
    Vp,
    /// Chief officer.
    CLevel,
    /// Founder or owner.
    Owner,
}

impl Seniority {
    /// All levels, lowest first.
    pub const ALL: [Self; 9] = [
        Self::Training,
        Self::Entry,
        Self::Individual,
        Self::Senior,
        Self::Manager,
        Self::Director,
        Self::Vp,
        Self::CLevel,
        Self::Owner,
    ];
}

/// What a person works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// Revenue operations, sales operations.
    RevenueOperations,
    /// Selling.
    Sales,
    /// Marketing and growth.
    Marketing,
    /// Customer success and support.
    CustomerSuccess,
    /// Building the product.
    Engineering,
    /// Product management.
    Product,
    /// Information technology and security.
    It,
    /// Data and analytics.
    Data,
    /// Running the business.
    GeneralManagement,
    /// Business operations.
    Operations,
    /// Finance.
    Finance,
    /// People and hiring.
    HumanResources,
    /// Legal and compliance.
    Legal,
    /// Teaching, studying, research.
    Education,
    /// None of these.
    Other,
}

impl Function {
    /// All functions.
    pub const ALL: [Self; 15] = [
        Self::RevenueOperations,
        Self::Sales,
        Self::Marketing,
        Self::CustomerSuccess,
        Self::Engineering,
        Self::Product,
        Self::It,
        Self::Data,
        Self::GeneralManagement,
        Self::Operations,
        Self::Finance,
        Self::HumanResources,
        Self::Legal,
        Self::Education,
        Self::Other,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_normalised_and_need_a_domain() {
        let address: EmailAddress = " Ada@Mail.Acme.EXAMPLE ".parse().unwrap();
        assert_eq!(address.as_str(), "ada@mail.acme.example");
        assert_eq!(address.domain(), "mail.acme.example");
        for bad in
            ["ada", "ada@", "@acme.example", "ada@localhost", "a b@acme.example", "ada@[127.0.0.1]", ""]
        {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad} was taken");
        }
        assert!(!format!("{address:?}").contains("ada@"));
    }

    #[test]
    fn domains_are_registrable_ones() {
        let of = |t: &str| DomainName::from_host_or_url(t).map(|d| d.as_str().to_owned());
        assert_eq!(of("https://www.acme.co.uk/about?x=1").unwrap(), "acme.co.uk");
        assert_eq!(of("Shop.Acme.example:8443").unwrap(), "acme.example");
        for bad in ["co.uk", "localhost", "127.0.0.1", "", "-a.example", "a..example"] {
            assert!(of(bad).is_err(), "{bad} was taken");
        }
    }

    #[test]
    fn seniority_rises() {
        assert!(Seniority::ALL.is_sorted());
        assert!(Seniority::Vp > Seniority::Manager);
    }
}
