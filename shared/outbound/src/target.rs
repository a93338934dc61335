//! A list of target accounts that was read.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use leadlight_accounts::Accounts;
use leadlight_lead::{
    Company, CountryCode, DomainName, EmailAddress, Fact, Funding, Headcount, Hiring, Intent, TargetsHash,
    Topic,
};
use leadlight_policy::Policy;

/// Accounts in a list at most. Judgement: twice what a large team works through in a year of weeks.
pub const MOST_TARGETS: usize = 100_000;

/// The provider of what the list says of a company.
pub const TARGET_LIST: &str = "target-list";

/// A list of target accounts that was read.
#[derive(Clone, PartialEq)]
pub struct TargetList {
    pub(crate) hash: TargetsHash,
    /// Sorted by domain, each once.
    pub(crate) targets: Box<[Target]>,
}

/// An account that the team would like to win, as far as the list knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The first line that names it.
    pub line: u64,
    /// Its domain.
    pub domain: DomainName,
    /// Its name.
    pub name: Option<String>,
    /// Its country.
    pub country: Option<CountryCode>,
    /// Whether a country is written that is not understood: it may be one that is excluded.
    pub country_unread: bool,
    /// Its industry, as written.
    pub industry: Option<String>,
    /// Its number of employees.
    pub employees: Option<Headcount>,
    /// Tools it uses, by their keys.
    pub technologies: Option<Vec<String>>,
    /// What it researches, by topic, 0 to 100; by the vendor's measure.
    pub intent: Vec<Topic>,
    /// When that was observed; the list does not always say.
    pub intent_on: Option<Date>,
    /// Money it raised last.
    pub funding: Option<Funding>,
    /// By what share its headcount grew in twelve months.
    pub growth: Option<f64>,
    /// Open positions.
    pub hiring: Option<Vec<Hiring>>,
    /// Its tier, as written.
    pub tier: Option<String>,
    /// Who looks after it, as written: for people to read.
    pub owner: Option<String>,
    /// The domain of the company that it belongs to.
    pub parent: Option<DomainName>,
    /// When somebody of ours last spoke to them.
    pub last_spoken: Option<Date>,
    /// People there, in the order of the list.
    pub people: Vec<Contact>,
}

/// A person at a target account.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// Their address.
    pub email: EmailAddress,
    /// Their name, as written.
    pub name: Option<String>,
    /// Their title, as written.
    pub title: Option<String>,
}

/// Nobody's business in a log.
impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// Tells how much there is, not what.
impl fmt::Debug for TargetList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TargetList({}, {} accounts)", self.hash.short(), self.targets.len())
    }
}

impl TargetList {
    /// Its name where no other is known.
    pub const FILE: &'static str = "targets.csv";

    /// SHA-256 of the file.
    pub fn hash(&self) -> &TargetsHash {
        &self.hash
    }

    /// How many accounts it names.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Does it name none? A list that does is refused.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// How many people it names.
    pub fn people(&self) -> usize {
        self.targets.iter().map(|target| target.people.len()).sum()
    }

    /// All accounts, by domain.
    pub fn iter(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter()
    }

    /// What it says of a company; none where it does not name it.
    pub fn get(&self, domain: &DomainName) -> Option<&Target> {
        let place = self.targets.binary_search_by(|target| target.domain.cmp(domain)).ok()?;
        self.targets.get(place)
    }
}

impl Target {
    /// What is known of the company, as facts of the list. The policy reads the industry; one that it does not understand is
    /// no fact. Intent without a day counts as observed on `as_of`, since somebody put it into a list that is in force.
    pub fn company(&self, policy: &Policy, as_of: Timestamp) -> Company {
        fn fact<T>(value: Option<T>, fetched_at: Timestamp) -> Option<Fact<T>> {
            Some(Fact { value: value?, provider: TARGET_LIST.to_owned(), fetched_at, confidence: 1.0 })
        }
        let industry =
            self.industry.as_deref().and_then(|text| policy.industry(text).industry().map(str::to_owned));
        let observed_at = self.intent_on.and_then(midnight).unwrap_or(as_of);
        let intent = (!self.intent.is_empty()).then(|| Intent::on(observed_at, self.intent.clone()));
        Company {
            name: fact(self.name.clone(), as_of),
            industry: fact(industry, as_of),
            employees: fact(self.employees, as_of),
            country: fact(self.country, as_of),
            technologies: fact(self.technologies.clone(), as_of),
            intent: fact(intent, as_of),
            funding: fact(self.funding.clone(), as_of),
            headcount_growth: fact(self.growth, as_of),
            hiring: fact(self.hiring.clone(), as_of),
            ..Company::default()
        }
    }

    /// Fills what is not known of a company with what the list says. What somebody else says goes first.
    pub fn fill(&self, company: &mut Company, policy: &Policy, as_of: Timestamp) {
        fn or<T>(known: &mut Option<T>, listed: Option<T>) {
            if known.is_none() {
                *known = listed;
            }
        }
        let Company {
            name,
            industry,
            employees,
            country,
            technologies,
            intent,
            funding,
            headcount_growth,
            hiring,
            ..
        } = self.company(policy, as_of);
        or(&mut company.name, name);
        or(&mut company.industry, industry);
        or(&mut company.employees, employees);
        // What a domain ends in is a guess, and somebody wrote the list.
        if company.country.as_ref().is_some_and(|fact| fact.provider == leadlight_lead::DERIVED)
            && country.is_some()
        {
            company.country = None;
        }
        or(&mut company.country, country);
        or(&mut company.technologies, technologies);
        or(&mut company.intent, intent);
        or(&mut company.funding, funding);
        or(&mut company.headcount_growth, headcount_growth);
        or(&mut company.hiring, hiring);
    }

    /// The domain under which companies of one group are counted together.
    pub(crate) fn group<'a>(
        &'a self,
        list: &'a TargetList,
        accounts: Option<&'a Accounts>,
    ) -> &'a DomainName {
        /// Companies above a company that are looked at: no group is deeper, and a circle ends.
        const MOST_PARENTS: usize = 8;
        let mut top = &self.domain;
        let mut target = Some(self);
        for _ in 0..MOST_PARENTS {
            let Some(parent) = target.and_then(|target| target.parent.as_ref()) else { break };
            top = parent;
            target = list.get(parent);
        }
        accounts.map_or(top, |accounts| accounts.account_of(top))
    }
}

/// A day's beginning.
pub(crate) fn midnight(day: Date) -> Option<Timestamp> {
    jiff::tz::TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}
