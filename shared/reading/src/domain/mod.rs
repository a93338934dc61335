//! Domains of companies.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::InvalidId;
use crate::text::clean;

mod hosts;

use hosts::{OWNERS_LABELS, PAGES, PAGES_ANYWHERE, RELAYS, SAME_TENANT, SHARED, is_between};

/// What one company has for itself: a registrable domain (`acme.example`, never `www.acme.example` or `co.uk`), or its name
/// on a host that many share (`acme.onmicrosoft.com`, `acme.github.io`).
///
/// One domain has one spelling, however it was written: lower case, composed, and in the letters of its language
/// (`müllerwerk.example`, not `xn--mllerwerk-q9a.example`), as people write it and as documents have it from before there
/// was one spelling. What is registrable follows the Public Suffix List with its private part, and lists of ours in
/// `domain/hosts.rs`. A stored document may have a host that was taken before (`onmicrosoft.com`); it is read as it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Stored", into = "String")]
#[schemars(with = "String")]
pub struct DomainName(String);

/// Why a host is no company's domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoCompany {
    /// No host name at all, or a machine's number.
    Malformed,
    /// Under which anybody may register: `co.uk`.
    PublicSuffix,
    /// Where many companies have a name each: `onmicrosoft.com`, `github.io`.
    SharedHost,
    /// Where strangers get mail that is passed on: `privaterelay.appleid.com`.
    Relay,
    /// A page about somebody, or a link to one: `linkedin.com/company/acme`. Only of what is given as a website.
    Page,
}

impl From<NoCompany> for InvalidId {
    fn from(why: NoCompany) -> Self {
        Self::expected(match why {
            NoCompany::Malformed => "a company's domain such as company.example",
            NoCompany::PublicSuffix => {
                "a company's domain; this is a suffix under which anybody may register one"
            }
            NoCompany::SharedHost => {
                "a company's domain; this is a host where many companies have a name each, such as acme.github.io"
            }
            NoCompany::Relay => "a company's domain; this is a mail relay, whose addresses are strangers'",
            NoCompany::Page => "a company's domain; this is a page on somebody else's site",
        })
    }
}

impl DomainName {
    /// The domain as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands in a form's "website" field: a host name, an e-mail's domain or a whole URL. A page on a network, in
    /// a list or behind a short link is no company's domain.
    pub fn from_host_or_url(text: &str) -> Result<Self, NoCompany> {
        let mut domains = clean(text)
            .split([' ', ',', ';', '|'])
            .filter(|part| !part.is_empty())
            .map(Self::of_website)
            .collect::<Result<Vec<_>, _>>()?;
        domains.dedup();
        // Of two, which one is the company's cannot be told.
        domains.pop().filter(|_| domains.is_empty()).ok_or(NoCompany::Malformed)
    }

    fn of_website(text: &str) -> Result<Self, NoCompany> {
        let text = without_scheme(text.trim_matches(|c: char| "<>()[]\"'".contains(c)));
        let authority = text.split(['/', '\\', '?', '#']).next().unwrap_or("");
        let host = authority.rsplit(['@', '＠']).next().unwrap_or("");
        let host = host.split([':', '：']).next().unwrap_or("");
        let host = one_spelling(host).ok_or(NoCompany::Malformed)?;
        if PAGES.iter().any(|page| is_at(&host, page)) {
            return Err(NoCompany::Page);
        }
        let domain = Self::of_spelled(&host)?;
        let is_the_network = domain.0.split_once('.').is_some_and(|(name, _)| PAGES_ANYWHERE.contains(&name));
        // `medium.com/@acme` is a tenant's page as `acme.medium.com` is, but by a name that is no domain.
        let is_below_owners =
            text.len() > authority.len() + 1 && SHARED.iter().any(|shared| shared.host == domain.0);
        if is_the_network || is_below_owners { Err(NoCompany::Page) } else { Ok(domain) }
    }

    /// The domain that a host belongs to, such as that of an e-mail address.
    pub fn of_host(host: &str) -> Result<Self, NoCompany> {
        Self::of_spelled(&one_spelling(host).ok_or(NoCompany::Malformed)?)
    }

    /// Whether a host is this domain itself, in any spelling, and not a machine in it.
    pub fn is_written(&self, host: &str) -> bool {
        one_spelling(host).as_ref() == Some(&self.0)
    }

    fn of_spelled(host: &str) -> Result<Self, NoCompany> {
        if !is_well_formed(host) {
            return Err(NoCompany::Malformed);
        }
        if RELAYS.iter().any(|relay| is_at(host, relay)) {
            return Err(NoCompany::Relay);
        }
        let tenant = SAME_TENANT
            .iter()
            .find_map(|(one, other)| Some(format!("{}{other}", host.strip_suffix(one)?)))
            .map_or(Cow::Borrowed(host), Cow::Owned);
        let shared = SHARED.iter().filter(|shared| is_at(&tenant, shared.host)).max_by_key(|s| s.host.len());
        if let Some(shared) = shared {
            return match name_under(&tenant, shared.host) {
                Some(name) if !OWNERS_LABELS.contains(&name) => Ok(Self(format!("{name}.{}", shared.host))),
                _ if shared.is_owners => Ok(Self(shared.host.to_owned())),
                _ => Err(NoCompany::SharedHost),
            };
        }
        by_public_suffix(host)
    }
}

/// Without `https://`, and without what people make of it (`http:/`, `https//`).
fn without_scheme(text: &str) -> &str {
    let rest = text.split_once("://").map(|(_, rest)| rest);
    rest.or_else(|| {
        let rest = text.get(4..).filter(|_| text.as_bytes()[..4].eq_ignore_ascii_case(b"http"))?;
        let rest = rest.strip_prefix(['s', 'S']).unwrap_or(rest);
        rest.starts_with([':', ';', '/', '\\']).then(|| rest.trim_start_matches([':', ';', '/', '\\']))
    })
    .unwrap_or(text)
}

/// The label of `host` before `under` that names a tenant.
fn name_under<'a>(host: &'a str, under: &str) -> Option<&'a str> {
    let names = host.strip_suffix(under)?.strip_suffix('.')?;
    names.rsplit('.').find(|name| !is_between(name))
}

fn is_at(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

fn by_public_suffix(host: &str) -> Result<DomainName, NoCompany> {
    let suffix = psl::suffix(host.as_bytes()).ok_or(NoCompany::Malformed)?;
    let is_private = suffix.typ() == Some(psl::Type::Private);
    let nobodys = if is_private { NoCompany::SharedHost } else { NoCompany::PublicSuffix };
    match psl::domain_str(host) {
        Some(domain) if is_private && domain.starts_with("www.") => Err(nobodys),
        Some(domain) => Ok(DomainName(domain.to_owned())),
        None if host.contains('.') => Err(nobodys),
        None => Err(NoCompany::Malformed),
    }
}

/// A host in the one spelling that domains and addresses are kept in: lower case, composed, U-labels, no final dot, any
/// kind of dot a dot. Nothing where it cannot be a host. A label that says it is an A-label and is none stays as it is.
pub(crate) fn one_spelling(host: &str) -> Option<String> {
    let host = clean(host).replace('İ', "i");
    let host = host.trim_end_matches(['.', '。', '．', '｡']);
    // Of ASCII without A-labels only the case changes: most hosts, and each line of a list of a hundred thousand.
    let lower = host.to_ascii_lowercase();
    if lower.is_ascii() && !lower.contains("xn--") {
        return plain(&lower);
    }
    spelled_by_unicode(host)
}

fn plain(lower: &str) -> Option<String> {
    Some(lower.trim_end_matches(['.', ' ']).to_owned()).filter(|spelled| !spelled.is_empty())
}

fn spelled_by_unicode(host: &str) -> Option<String> {
    let uts46 = Uts46::new();
    let Ok(ascii) = uts46.to_ascii(host.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, DnsLength::Ignore)
    else {
        // As before there was one spelling: what is stored must still be read.
        let lower = clean(&host.to_lowercase().replace(['。', '．', '｡'], "."));
        return Some(lower).filter(|lower| !lower.is_empty());
    };
    let (unicode, result) = uts46.to_unicode(ascii.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow);
    let spelled = if result.is_ok() { unicode } else { ascii };
    // Signs such as three dots in one are several now.
    plain(&spelled)
}

/// A host with A-labels, as machines and most lists have it.
pub fn ascii_host(host: &str) -> Cow<'_, str> {
    if host.is_ascii() {
        return Cow::Borrowed(host);
    }
    Uts46::new()
        .to_ascii(host.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, DnsLength::Ignore)
        .unwrap_or(Cow::Borrowed(host))
}

fn is_well_formed(host: &str) -> bool {
    let ascii = ascii_host(host);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    ascii.len() <= 253
        && ascii.contains('.')
        && ascii.split('.').all(is_label)
        && ascii.parse::<std::net::Ipv4Addr>().is_err()
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DomainName {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        Ok(Self::of_host(&text)?)
    }
}

impl FromStr for DomainName {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Ok(Self::of_host(text)?)
    }
}

impl From<DomainName> for String {
    fn from(domain: DomainName) -> Self {
        domain.0
    }
}

/// A domain as a document holds it, which may be older than the lists.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Stored(DomainName);

impl TryFrom<String> for Stored {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let host = one_spelling(&text).filter(|host| is_well_formed(host));
        host.map(|host| Self(DomainName(host))).ok_or(NoCompany::Malformed.into())
    }
}

impl From<Stored> for DomainName {
    fn from(stored: Stored) -> Self {
        stored.0
    }
}

#[cfg(test)]
mod tests;
