//! What there is to know, and who knows it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use leadlight_events::{CompanyRecord, PersonRecord, TopicRecord, directory};

use super::{Subject, Vendor};

/// Companies and people, as they are.
#[derive(Debug, Clone)]
pub struct World {
    /// Companies.
    pub companies: Vec<CompanyRecord>,
    /// People.
    pub people: Vec<PersonRecord>,
    /// Now: ages in days are counted back from here.
    pub now: Timestamp,
}

/// What Bombora's signal definition is about.
pub(super) const SIGNAL: &str = "lead-scoring";

fn topics(company: &CompanyRecord) -> Option<&[TopicRecord]> {
    company.intent.as_ref().map(|intent| intent.topics.as_slice())
}

/// A part of a hundred, the same for a text in every run.
fn lot(text: &str, of: &str) -> u64 {
    let fnv = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    crate::mixed(of.as_bytes().iter().chain(text.as_bytes()).fold(0xcbf2_9ce4_8422_2325, fnv)) % 100
}

impl World {
    /// The sample directory.
    pub fn sample(now: Timestamp) -> Self {
        let directory = directory().expect("the embedded directory reads");
        Self { companies: directory.companies().to_vec(), people: directory.people().cloned().collect(), now }
    }

    /// The company of a domain, whether its main one or another.
    pub fn company(&self, domain: &str) -> Option<&CompanyRecord> {
        let is = |company: &&CompanyRecord| {
            company.domain.as_str() == domain || company.aliases.iter().any(|alias| alias.as_str() == domain)
        };
        self.companies.iter().find(is)
    }

    /// The person of an address.
    pub fn person(&self, email: &str) -> Option<&PersonRecord> {
        self.people.iter().find(|person| person.email.as_str() == email)
    }

    /// The company that a person works for.
    pub fn employer(&self, person: &PersonRecord) -> Option<&CompanyRecord> {
        self.company(person.employer.as_ref().map_or_else(|| person.email.domain(), |domain| domain.as_str()))
    }

    /// Whether a vendor knows a company at all. Some know it by its main domain alone.
    pub fn knows_company(&self, vendor: Vendor, company: &CompanyRecord) -> bool {
        let lot = lot(company.domain.as_str(), "company");
        match vendor {
            Vendor::PeopleDataLabs => true,
            Vendor::Apollo => lot < 60,
            Vendor::Clearbit => lot >= 30,
            Vendor::BuiltWith => company.technologies.is_some(),
            // One signal definition is about one topic: who researches others as well is not scored for it alone.
            Vendor::Bombora => {
                topics(company).is_some_and(|topics| matches!(topics, [one] if one.name == SIGNAL))
            }
            Vendor::SixSense => company.intent.is_some(),
        }
    }

    /// Whether a vendor knows a person at all.
    pub fn knows_person(&self, vendor: Vendor, person: &PersonRecord) -> bool {
        let lot = lot(person.email.as_str(), "person");
        match vendor {
            Vendor::PeopleDataLabs => lot < 70,
            Vendor::Apollo => lot >= 50,
            Vendor::Clearbit => lot.is_multiple_of(3),
            Vendor::BuiltWith | Vendor::Bombora | Vendor::SixSense => false,
        }
    }

    /// Whether a vendor that knows a company has a gap in one field, as every sixth answer of it has.
    pub fn has_gap(&self, vendor: Vendor, company: &CompanyRecord, field: &str) -> bool {
        lot(company.domain.as_str(), &format!("{}/{field}", vendor.as_str())) < 17
    }

    /// Every subject of the same kind but this one and its other names.
    pub(super) fn others(&self, subject: &Subject) -> impl Iterator<Item = Subject> {
        let (companies, people) = match subject {
            Subject::Company(_) => (self.companies.as_slice(), [].as_slice()),
            Subject::Person(_) => ([].as_slice(), self.people.as_slice()),
        };
        let it = self.company(subject.as_str());
        let companies = companies.iter().filter(move |company| Some(*company) != it);
        let companies = companies.map(|company| Subject::Company(company.domain.as_str().to_owned()));
        let people =
            people.iter().map(|person| person.email.as_str()).filter(|email| *email != subject.as_str());
        companies.chain(people.map(|email| Subject::Person(email.to_owned())))
    }

    /// The day so many days ago.
    pub(super) fn days_ago(&self, days: u16) -> Date {
        let today = TimeZone::UTC.to_datetime(self.now).date();
        today.checked_sub(i64::from(days).days()).unwrap_or(today)
    }
}
