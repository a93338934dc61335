//! How a kind of vendor is asked and read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use leadlight_lead::{About, DomainName, EmailAddress, FactField, Gap};
use leadlight_outward::{Address, Ask, Reply};
use leadlight_reading::ascii_host;
use serde::Serialize;

use crate::findings::Findings;

/// A kind of vendor.
pub struct Vendor {
    /// As the vendors file names it in `kind`, such as `people-data-labs`.
    pub name: &'static str,
    /// As it is called by those who sell it.
    pub title: &'static str,
    /// What may stand below `options` in the file: a name, and what it is where it is left out; none where it must be
    /// there.
    pub options: &'static [(&'static str, Option<&'static str>)],
    /// Whom it can be asked about, each by one question.
    pub asks: &'static [About],
    /// What it may know.
    pub fills: &'static [FactField],
    /// What its options make of the two above, or what is wrong with them; none where any will do and nothing depends on
    /// them.
    pub narrow: Option<Narrow>,
    /// How its facts are had.
    pub way: Way,
}

/// See [`Vendor::narrow`].
pub type Narrow = fn(&Options) -> Result<Knows, Vec<Wrong>>;

/// See [`Asking::then`].
pub type Then = fn(&Question<'_>, &[Reply]) -> Option<Ask>;

/// The options of a provider, by name; each that its kind has is there.
pub type Options = BTreeMap<String, String>;

/// Whom a provider can be asked about, and what it may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knows {
    /// The subjects that one question can be about.
    pub asks: Vec<About>,
    /// The fields that its answers may fill.
    pub fills: BTreeSet<FactField>,
}

/// What is wrong with an option, and what to write instead. It repeats nothing of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The option's name.
    pub option: &'static str,
    /// What is wrong, after the option's name: `is no path`.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// How a kind's facts are had.
#[derive(Clone, Copy)]
pub enum Way {
    /// By requests over HTTP.
    Asked(Asking),
    /// Out of the company's own table, which is published beside the vendors file: see [`crate::OwnTable`].
    Table,
    /// Out of an item of a DynamoDB table of the company's own: see [`crate::DynamoTable`].
    Item,
}

/// How a vendor is asked and read.
#[derive(Clone, Copy)]
pub struct Asking {
    /// Its address where the file leaves it out; none where each customer has another.
    pub base: Option<&'static str>,
    /// Whether it wants a key. Its secret is `<stack>/vendors/<name of the provider>`.
    pub wants_key: bool,
    /// The request for a question.
    pub ask: fn(&Question<'_>) -> Ask,
    /// The next request where an answer only leads to it, such as a token: called with all answers so far. None where it
    /// says all in one.
    pub then: Option<Then>,
    /// What the last answer says. Called for the status 200 and for those that [`meaning`] does not know.
    pub read: fn(&Question<'_>, &Reply) -> Result<Said, Unreadable>,
}

/// What is to be done for a question.
pub enum Step {
    /// Send this, and come again with its answer behind the others.
    Ask(Ask),
    /// It is answered.
    Said(Said),
}

/// Requests for one question at most: a token, a request, its answer.
const MOST_REQUESTS: usize = 3;

/// Whom a question is about.
#[derive(Clone, Copy)]
pub enum Subject<'a> {
    /// A company by its domain.
    Company(&'a DomainName),
    /// A person by their address, with the domain of their company where that is known.
    Person(&'a EmailAddress, Option<&'a DomainName>),
}

impl Subject<'_> {
    /// Which of the two.
    pub fn about(self) -> About {
        match self {
            Self::Company(_) => About::Company,
            Self::Person(..) => About::Person,
        }
    }

    /// The domain or the address as it is asked for: vendors know a domain in the letters of its language by its ASCII form.
    pub(crate) fn in_ascii(self) -> String {
        match self {
            Self::Company(domain) => ascii_host(domain.as_str()).into_owned(),
            Self::Person(email, _) => {
                let name = email.as_str().strip_suffix(email.domain()).unwrap_or_default();
                format!("{name}{}", ascii_host(email.domain()))
            }
        }
    }

    /// The company that a lead's facts may be about: the one that is asked about, or the person's. None where their
    /// address is of no company's domain, and no other is known.
    pub(crate) fn company(self) -> Option<DomainName> {
        match self {
            Self::Company(domain) | Self::Person(_, Some(domain)) => Some(domain.clone()),
            Self::Person(email, None) => DomainName::of_host(email.domain()).ok(),
        }
    }
}

/// One question to one vendor. It holds a key and personal data, and has no `Debug`.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// About whom.
    pub subject: Subject<'a>,
    /// Where the vendor is, with the options of its kind.
    pub address: &'a Address,
    /// The key, as it is kept; empty where it wants none.
    pub key: &'a str,
    /// When it is asked, or was: what is stale is counted from here.
    pub at: Timestamp,
}

/// What a vendor says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// It knows something.
    Facts(Box<Findings>),
    /// It does not know this company or person, which is no "no".
    Unknown,
    /// It answered, and the answer is nothing to learn from.
    Nothing(Gap),
}

impl Said {
    /// Facts of a confidence from 0 to 1.
    pub fn facts(findings: Findings) -> Self {
        Self::Facts(Box::new(findings))
    }
}

/// An answer that is not what the vendor's answers look like. It repeats nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Debug for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vendor({})", self.name)
    }
}

impl Vendor {
    /// Whom it can be asked about and what it may know, whatever its options.
    pub fn knows(&self) -> Knows {
        Knows { asks: self.asks.to_vec(), fills: self.fills.iter().copied().collect() }
    }
}

impl Asking {
    /// What is next for a question, after the answers so far: bytes in, never a failure, and an end after three requests.
    pub fn step(&self, question: &Question<'_>, replies: &[Reply]) -> Step {
        let Some(last) = replies.last() else { return Step::Ask((self.ask)(question)) };
        if let Some(said) = meaning(last) {
            return Step::Said(said);
        }
        let next =
            self.then.filter(|_| replies.len() < MOST_REQUESTS).and_then(|then| then(question, replies));
        match next {
            Some(ask) => Step::Ask(ask),
            None => Step::Said(self.reads(question, last)),
        }
    }

    /// What the last answer to a question says.
    pub fn reads(&self, question: &Question<'_>, last: &Reply) -> Said {
        (self.read)(question, last).unwrap_or(Said::Nothing(Gap::Unreadable))
    }
}

/// What a status means with every vendor; none where the body decides.
pub fn meaning(reply: &Reply) -> Option<Said> {
    let gap = match reply.status.as_u16() {
        200 | 201 => return None,
        202 => Gap::Pending,
        204 | 404 => return Some(Said::Unknown),
        401 | 403 | 407 => Gap::Denied,
        402 => Gap::NoCredit,
        429 => Gap::TooFast,
        408 | 425 | 500.. => Gap::Away,
        _ => Gap::Refused,
    };
    Some(Said::Nothing(gap))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_in_the_letters_of_its_language_is_asked_for_in_ascii() {
        let domain: DomainName = "müllerwerk.example".parse().unwrap();
        assert_eq!(Subject::Company(&domain).in_ascii(), "xn--mllerwerk-q9a.example");
        let email: EmailAddress = "ada@müllerwerk.example".parse().unwrap();
        assert_eq!(Subject::Person(&email, None).in_ascii(), "ada@xn--mllerwerk-q9a.example");
    }

    #[test]
    fn a_persons_company_is_the_one_that_is_known_else_that_of_their_address() {
        let email: EmailAddress = "ada@acme.example".parse().unwrap();
        let other: DomainName = "globex.example".parse().unwrap();
        assert_eq!(Subject::Person(&email, Some(&other)).company(), Some(other.clone()));
        assert_eq!(
            Subject::Person(&email, None).company().map(|one| one.to_string()).as_deref(),
            Some("acme.example")
        );
    }
}
