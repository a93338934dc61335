//! Addresses of people.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::InvalidId;

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
        const INVALID: InvalidId = InvalidId::expected(
            "an e-mail address such as name@company.example, with a domain that has a dot",
        );
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
}
