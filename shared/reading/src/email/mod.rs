//! Addresses of people.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::InvalidId;
use crate::domain::{ascii_host, one_spelling};
use crate::text::clean;

const INVALID: InvalidId =
    InvalidId::expected("an e-mail address such as name@company.example, with a domain that has a dot");
const SEVERAL: InvalidId = InvalidId::expected(
    "one e-mail address; there are two or more, and which of them is meant cannot be told",
);

/// A syntactically valid e-mail address in one spelling: lower case, composed, its domain in the letters of its language
/// (`eva@jägerhof.example`, not `eva@xn--jgerhof-5wa.example`). What stands before a `+` and after it stays.
/// `Debug` shows the domain only.
///
/// Read as people and their systems write it: `Pia Lund <pia@clearpath.example>`, `mailto:`, quotes, a comma or full stop
/// behind it, full-width letters, characters that nobody sees.
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
        read(&text)
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

/// Signs around an address that belong to the text and not to it.
const OPENING: [char; 16] = ['<', '(', '[', '{', '«', '„', '“', '”', '‘', '’', '\'', ',', ';', ':', '.', '›'];
const CLOSING: [char; 19] =
    ['>', ')', ']', '}', '»', '“', '”', '‘', '’', '\'', '"', ',', ';', ':', '.', '!', '?', '‹', '。'];
/// What mail programs and exports write before an address.
const PREFIXES: [&str; 5] = ["mailto:", "smtp:", "e-mail:", "email:", "mail:"];

/// An address has 254 bytes at most, and a name stands with it. A longer text would be searched for long.
const BYTES_MAX: usize = 1_000;

fn read(text: &str) -> Result<EmailAddress, InvalidId> {
    let text = plain(text);
    if text.len() > BYTES_MAX {
        return Err(INVALID);
    }
    // `Pia Lund <pia@clearpath.example>`; a name may be the address once more.
    if let Some((name, rest)) = text.rsplit_once('<')
        && let Some((inner, behind)) = rest.split_once('>')
        && !behind.contains('@')
    {
        let address = one(inner)?;
        return if each(name).iter().all(|other| *other == address) { Ok(address) } else { Err(SEVERAL) };
    }
    match one(without_remark(&text)) {
        Ok(address) => Ok(address),
        Err(refused) => match &each(&text)[..] {
            [first, others @ ..] if !others.is_empty() => {
                if others.iter().all(|other| other == first) {
                    Ok(first.clone())
                } else {
                    Err(SEVERAL)
                }
            }
            _ => Err(refused),
        },
    }
}

/// Without what stands in brackets behind an address: `pia@clearpath.example (Pia Lund)`.
fn without_remark(text: &str) -> &str {
    let remark = text.rsplit_once(" (").filter(|(_, remark)| remark.ends_with(')') && !remark.contains('@'));
    remark.map_or(text, |(before, _)| before)
}

/// The addresses in a text that holds several things.
fn each(text: &str) -> Vec<EmailAddress> {
    text.split([' ', ',', ';', '|', '/', '<', '>', '&']).filter_map(|part| one(part).ok()).collect()
}

/// Composed, without what cannot be seen, full-width signs as plain ones, typographers' apostrophes as typed ones.
fn plain(text: &str) -> String {
    clean(text)
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{fe6b}' => '@',
            '\u{2019}' => '\'',
            c => c,
        })
        .collect()
}

/// A text that is one address, but for signs around it.
fn one(text: &str) -> Result<EmailAddress, InvalidId> {
    let mut bare = text;
    loop {
        let before = bare;
        bare = bare.trim().trim_start_matches(OPENING).trim_end_matches(CLOSING);
        // A quoted name (`"pia lund"@…`) begins so as well, and ends before the @.
        if let Some(rest) = bare.strip_prefix('"')
            && !rest.contains("\"@")
        {
            bare = rest;
        }
        for prefix in PREFIXES {
            if bare.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)) {
                bare = bare[prefix.len()..].split(['?', '|']).next().unwrap_or("");
            }
        }
        if bare == before {
            break;
        }
    }
    let (name, host) = bare.rsplit_once('@').ok_or(INVALID)?;
    address(name.trim_end(), host.trim_start())
}

fn address(name: &str, host: &str) -> Result<EmailAddress, InvalidId> {
    let name = clean(&name.replace('İ', "i").to_lowercase());
    let host = one_spelling(host).ok_or(INVALID)?;
    let text = format!("{name}@{host}");
    // Signs of other scripts than ours are letters in some people's names (RFC 6532).
    let plain = |text: &str| -> String { text.chars().map(|c| if c.is_ascii() { c } else { 'x' }).collect() };
    let options =
        email_address::Options::default().with_required_tld().without_display_text().without_domain_literal();
    let is_odd = |c: char| !c.is_alphanumeric() && !"@.!#$%&'*+-/=?^_`{|}~".contains(c);
    let ascii = format!("{}@{}", plain(&name), plain(&ascii_host(&host)));
    if name.len() > 64 || email_address::EmailAddress::parse_with_options(&ascii, options).is_err() {
        return Err(INVALID.because_of(&text, is_odd));
    }
    Ok(EmailAddress { at: name.len(), text })
}

/// What an address's domain says about who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
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
mod tests;
