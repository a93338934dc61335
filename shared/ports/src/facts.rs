//! Facts that are bought, kept with what they cost.
//!
//! A vendor is asked in four steps, so that what was paid for is used again and no cap is overrun:
//!
//! 1. [`Facts::get`]: a fact that is fresh enough costs nothing.
//! 2. [`Facts::reserve`]: the price is counted *before* the vendor is asked, against the caps for the lead, the day and
//!    the month. One reservation a fact is open at a time, so that two deliveries of a lead never buy the same thing.
//! 3. The vendor is asked.
//! 4. [`Facts::settle`] keeps the answer and counts what it did cost; [`Facts::release`] takes the price back where the
//!    vendor certainly charged nothing.
//!
//! What goes wrong between the steps errs to the side of having spent: a process that dies between 3 and 4 leaves its
//! reservation open until [`Purchase::until`], and then another may buy, while the first price stays counted. The caps
//! hold whatever happens, and the answer that comes late is kept as well.
//!
//! No key holds personal data: a subject is a hash. The answers themselves are people's data, in a table of their own
//! that no other function reads.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadlight_lead::{ContentHash, DomainName, EmailAddress, InvalidId, LeadId};

use crate::PortError;

/// A vendor's name: 1 to 40 lower-case letters, digits and hyphens, such as `clearbit`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Provider(String);

/// No name of a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a vendor's name has 1 to 40 lower-case letters, digits and hyphens, such as `clearbit`")]
pub struct BadProvider;

impl Provider {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Provider {
    type Err = BadProvider;

    fn from_str(text: &str) -> Result<Self, BadProvider> {
        let is_taken = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let is_name = (1..=40).contains(&text.len()) && text.bytes().all(is_taken);
        if is_name { Ok(Self(text.to_owned())) } else { Err(BadProvider) }
    }
}

/// Whom a fact is about, as a hash: 64 hexadecimal digits.
///
/// It hides an address from who reads keys or logs. Who can guess the address can compute the hash as well, so it is no
/// substitute for keeping the table closed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject(ContentHash);

impl Subject {
    /// A company by its domain.
    pub fn company(domain: &DomainName) -> Self {
        Self::of("company", domain.as_str())
    }

    /// A person by their address.
    pub fn person(email: &EmailAddress) -> Self {
        Self::of("person", email.as_str())
    }

    fn of(kind: &str, text: &str) -> Self {
        Self(ContentHash::of(format!("{kind}\0{text}").as_bytes()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// What a bought fact is found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactKey {
    /// Who was asked.
    pub provider: Provider,
    /// About whom.
    pub subject: Subject,
}

/// Money in millionths of a US dollar: vendors charge fractions of a cent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsdMicros(pub u64);

/// A vendor's answer as it came, of [`RawAnswer::LONGEST_BYTES`] at most. `Debug` shows its size alone.
#[derive(Clone, PartialEq, Eq)]
pub struct RawAnswer(Vec<u8>);

/// An answer that cannot be kept. Ask with a [limit](crate::HttpLimits) that is no greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the vendor's answer is longer than {} bytes", RawAnswer::LONGEST_BYTES)]
pub struct AnswerTooLong;

impl RawAnswer {
    /// A DynamoDB item holds 400 KB with all its attributes.
    pub const LONGEST_BYTES: usize = 300 * 1024;

    /// An answer that can be kept.
    pub fn new(bytes: Vec<u8>) -> Result<Self, AnswerTooLong> {
        if bytes.len() > Self::LONGEST_BYTES { Err(AnswerTooLong) } else { Ok(Self(bytes)) }
    }

    /// As it came.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawAnswer({} bytes)", self.0.len())
    }
}

/// What a vendor said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It knows something.
    Known(RawAnswer),
    /// It does not know this subject. Kept as well, or it would be asked, and perhaps paid, again.
    Unknown,
}

/// A fact that was bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFact {
    /// What the vendor said.
    pub finding: Finding,
    /// When.
    pub fetched_at: Timestamp,
    /// What it cost.
    pub cost: UsdMicros,
    /// For whom it was bought.
    pub bought_for: Buyer,
}

/// A lead as a hash of its id: a producer may write anything into its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer(ContentHash);

impl Buyer {
    /// Of a lead.
    pub fn of(lead: &LeadId) -> Self {
        Self(ContentHash::of(lead.as_str().as_bytes()))
    }

    /// As text: 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for Buyer {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        text.parse().map(Self)
    }
}

/// The most that may be spent, over all vendors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// On one lead, ever.
    pub per_lead: UsdMicros,
    /// On one day (UTC).
    pub per_day: UsdMicros,
    /// In one calendar month (UTC).
    pub per_month: UsdMicros,
}

/// Which of the [`Caps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cap {
    /// For the lead.
    Lead,
    /// For the day.
    Day,
    /// For the month.
    Month,
}

/// What is to be bought.
#[derive(Debug, Clone)]
pub struct Purchase<'a> {
    /// From whom, about whom.
    pub key: &'a FactKey,
    /// For which lead.
    pub lead: &'a LeadId,
    /// The most that the vendor charges for one question.
    pub price: UsdMicros,
    /// What may be spent.
    pub caps: Caps,
    /// A fact fetched at this time or later is fresh enough not to be bought again.
    pub fresh_since: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// When the vendor has answered, or the question is given up, for certain: later than now by more than the request's
    /// time-out.
    pub until: Timestamp,
}

/// What reserving found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserved {
    /// The price is counted: ask the vendor.
    Open(Reservation),
    /// The fact is there and fresh: nothing was counted.
    Fresh(KeptFact),
    /// Another delivery is asking, or died of it, and may take until then. Nothing was counted; try again later.
    Busy {
        /// When it is over for certain.
        until: Timestamp,
    },
    /// It would cost more than a cap allows. Nothing was counted.
    OverCap(Cap),
}

/// A price that is counted for a question that is asked now. It ends by [`Facts::settle`] or [`Facts::release`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "its price is counted until it is settled or released"]
pub struct Reservation {
    /// Drawn at random: tells this reservation from one that took its place.
    pub id: String,
    /// From whom, about whom.
    pub key: FactKey,
    /// For which lead.
    pub lead: LeadId,
    /// What was counted.
    pub price: UsdMicros,
    /// Against which day, in UTC; its month is the day's.
    pub day: Date,
}

/// What was spent in a month. Prices that are reserved count as spent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spent {
    /// In all.
    pub total: UsdMicros,
    /// By day of the month, from 1.
    pub by_day: BTreeMap<i8, UsdMicros>,
    /// By vendor.
    pub by_provider: BTreeMap<Provider, UsdMicros>,
}

/// Bought facts with their spend. Every change is a conditional write: many may buy at once.
pub trait Facts: Send + Sync {
    /// A fact that was bought, however old.
    fn get(&self, key: &FactKey) -> impl Future<Output = Result<Option<KeptFact>, PortError>> + Send;

    /// Counts the price against each cap, if all of them allow it, and keeps others from buying the same.
    fn reserve(&self, purchase: &Purchase<'_>) -> impl Future<Output = Result<Reserved, PortError>> + Send;

    /// Keeps the answer and counts what it cost instead of the price. An answer that comes when its reservation has run
    /// out is kept unless a newer one is there, and its price stays counted. Settling again changes nothing.
    fn settle(
        &self,
        reservation: &Reservation,
        fact: &KeptFact,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Takes the price back: the vendor certainly charged nothing. A reservation that has run out, and whose place
    /// another took, stays counted.
    fn release(&self, reservation: &Reservation) -> impl Future<Output = Result<(), PortError>> + Send;

    /// What was spent in the calendar month (UTC) of a day.
    fn spent(&self, month_of: Date) -> impl Future<Output = Result<Spent, PortError>> + Send;
}

impl Purchase<'_> {
    /// The day that it counts against, in UTC.
    pub fn day(&self) -> Date {
        TimeZone::UTC.to_datetime(self.now).date()
    }

    /// What may have been spent under a cap before this purchase; `None` where the price alone exceeds it.
    pub fn room(&self, cap: Cap) -> Option<UsdMicros> {
        let limit = match cap {
            Cap::Lead => self.caps.per_lead,
            Cap::Day => self.caps.per_day,
            Cap::Month => self.caps.per_month,
        };
        limit.0.checked_sub(self.price.0).map(UsdMicros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_holds_no_personal_data_and_tells_people_from_companies() {
        let email: EmailAddress = "ada@acme.example".parse().unwrap();
        let domain: DomainName = "acme.example".parse().unwrap();
        let (person, company) = (Subject::person(&email), Subject::company(&domain));
        assert_ne!(person, company);
        for subject in [&person, &company] {
            assert_eq!(subject.as_str().len(), 64);
            assert!(!subject.as_str().contains("acme"));
        }
        assert_eq!(person, Subject::person(&"ada@acme.example".parse().unwrap()));
    }

    #[test]
    fn an_answer_that_cannot_be_kept_is_none() {
        assert!(RawAnswer::new(vec![0; RawAnswer::LONGEST_BYTES]).is_ok());
        assert_eq!(RawAnswer::new(vec![0; RawAnswer::LONGEST_BYTES + 1]), Err(AnswerTooLong));
        assert_eq!(format!("{:?}", RawAnswer::new(b"ada".to_vec()).unwrap()), "RawAnswer(3 bytes)");
    }

    #[test]
    fn a_vendors_name_is_plain() {
        assert!("people-data-labs".parse::<Provider>().is_ok());
        for text in ["", "Clearbit", "a b", "a#b", "ü", &"x".repeat(41)] {
            assert_eq!(text.parse::<Provider>(), Err(BadProvider), "{text}");
        }
    }
}
