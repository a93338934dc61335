//! The sample directory: companies and people as they are in the sample world. Simulated vendors each know a part of it,
//! so that everything can be tried with no vendor's account.

use std::collections::BTreeMap;

use jiff::civil::Date;
use leadlight_lead::{
    CountryCode, DomainName, EmailAddress, Function, Seniority, Topic, WireError, from_json,
};
use serde::Deserialize;

/// The embedded companies, one JSON array of [`CompanyRecord`].
pub const COMPANIES_JSON: &str = include_str!("../directory/companies.json");
/// The embedded people, one JSON array of [`PersonRecord`].
pub const PEOPLE_JSON: &str = include_str!("../directory/people.json");

/// A company. A fact that is `None` is not known; it never means "no".
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyRecord {
    /// Its main domain.
    pub domain: DomainName,
    /// Its other domains, such as the one its mail comes from.
    pub aliases: Vec<DomainName>,
    /// Its name.
    pub name: String,
    /// As a lower-case key such as `professional-services`.
    pub industry: Option<String>,
    /// Number of employees.
    pub employees: Option<u32>,
    /// Yearly revenue in US dollars.
    pub revenue_usd: Option<u64>,
    /// Where the head office is.
    pub country: Option<CountryCode>,
    /// Tools in use, as lower-case keys. An empty list is knowledge: none of the tools looked for.
    pub technologies: Option<Vec<String>>,
    /// Third-party intent, where the vendor saw any.
    pub intent: Option<IntentRecord>,
    /// How far the facts are to be trusted, 0 to 1.
    pub confidence: f64,
    /// When the record was last checked.
    pub updated_on: Date,
}

/// What a company researches.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntentRecord {
    /// How many days before the look-up it was observed. Relative, so that the samples never age.
    pub days_ago: u16,
    /// Topics, strongest first.
    pub topics: Vec<TopicRecord>,
}

/// One topic.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicRecord {
    /// As a lower-case key such as `lead-scoring`.
    pub name: String,
    /// 0 to 100; 50 is an average company.
    pub score: f64,
}

impl From<&TopicRecord> for Topic {
    fn from(record: &TopicRecord) -> Self {
        Self { name: record.name.clone(), score: record.score }
    }
}

/// A person. A fact that is `None` is not known.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonRecord {
    /// The work address, or the private one a vendor linked to the person.
    pub email: EmailAddress,
    /// The domain of the company they work for, where the address is not one of its own.
    #[serde(default)]
    pub employer: Option<DomainName>,
    /// The current title.
    pub title: Option<String>,
    /// What the person works on.
    pub function: Option<Function>,
    /// How senior.
    pub seniority: Option<Seniority>,
    /// How many days before the look-up the person took the role.
    pub role_since_days_ago: Option<u16>,
    /// Changed jobs within the last months.
    pub recently_changed_jobs: Option<bool>,
    /// How far the facts are to be trusted, 0 to 1.
    pub confidence: f64,
}

/// Why a directory cannot be used. Names companies, never people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// The companies do not read.
    #[error("the directory's companies: {0}")]
    Companies(#[source] WireError),
    /// The people do not read.
    #[error("the directory's people: {0}")]
    People(#[source] WireError),
    /// A company's record contradicts itself.
    #[error("company `{domain}`: {problem}")]
    Company {
        /// Which.
        domain: DomainName,
        /// What is wrong.
        problem: RecordProblem,
    },
    /// A person's record contradicts itself.
    #[error("person no. {number}: {problem}")]
    Person {
        /// Its place in the file, from 1.
        number: usize,
        /// What is wrong.
        problem: RecordProblem,
    },
    /// Two companies claim a domain.
    #[error("the domain `{domain}` stands twice; a domain or alias belongs to one company")]
    DuplicateDomain {
        /// Which.
        domain: DomainName,
    },
    /// Two companies have a name, compared without case and punctuation.
    #[error("`{domain}` has the same name as another company; write out what tells them apart")]
    DuplicateName {
        /// Of the second.
        domain: DomainName,
    },
    /// Two people have an address.
    #[error("person no. {number} has the address of an earlier one; keep one record an address")]
    DuplicateEmail {
        /// Its place in the file, from 1.
        number: usize,
    },
}

/// What is wrong in one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordProblem {
    /// Outside 0 to 1.
    #[error("`confidence` must be from 0 to 1")]
    Confidence,
    /// Outside 0 to 100.
    #[error("a topic's `score` must be from 0 to 100")]
    TopicScore,
    /// No topic.
    #[error("`intent` needs at least one topic; write null where none was seen")]
    NoTopics,
    /// Not a key.
    #[error("industries, technologies and topics are lower-case keys such as `lead-scoring`")]
    Key,
    /// No letter or digit in it.
    #[error("`name` is empty")]
    Name,
}

/// Companies by domain and name, people by address.
#[derive(Debug, Clone)]
pub struct Directory {
    companies: Vec<CompanyRecord>,
    by_domain: BTreeMap<DomainName, usize>,
    by_name: BTreeMap<String, usize>,
    people: BTreeMap<EmailAddress, PersonRecord>,
}

/// The embedded sample directory.
pub fn directory() -> Result<Directory, DirectoryError> {
    Directory::parse(COMPANIES_JSON.as_bytes(), PEOPLE_JSON.as_bytes())
}

impl Directory {
    /// Reads and checks a directory from its two JSON arrays.
    pub fn parse(companies: &[u8], people: &[u8]) -> Result<Self, DirectoryError> {
        let companies: Vec<CompanyRecord> = from_json(companies).map_err(DirectoryError::Companies)?;
        let people: Vec<PersonRecord> = from_json(people).map_err(DirectoryError::People)?;
        let (mut by_domain, mut by_name) = (BTreeMap::new(), BTreeMap::new());
        for (index, company) in companies.iter().enumerate() {
            check_company(company)
                .map_err(|problem| DirectoryError::Company { domain: company.domain.clone(), problem })?;
            for domain in std::iter::once(&company.domain).chain(&company.aliases) {
                if by_domain.insert(domain.clone(), index).is_some() {
                    return Err(DirectoryError::DuplicateDomain { domain: domain.clone() });
                }
            }
            if by_name.insert(comparable(&company.name), index).is_some() {
                return Err(DirectoryError::DuplicateName { domain: company.domain.clone() });
            }
        }
        let people = index_people(people)?;
        Ok(Self { companies, by_domain, by_name, people })
    }

    /// The company that owns a domain or alias.
    pub fn company_by_domain(&self, domain: &DomainName) -> Option<&CompanyRecord> {
        self.companies.get(*self.by_domain.get(domain)?)
    }

    /// The company of a name as typed; case, spaces and punctuation do not matter.
    pub fn company_by_name(&self, name: &str) -> Option<&CompanyRecord> {
        self.companies.get(*self.by_name.get(&comparable(name))?)
    }

    /// The person of an address.
    pub fn person(&self, email: &EmailAddress) -> Option<&PersonRecord> {
        self.people.get(email)
    }

    /// All companies, in the file's order.
    pub fn companies(&self) -> &[CompanyRecord] {
        &self.companies
    }

    /// All people, by address.
    pub fn people(&self) -> impl ExactSizeIterator<Item = &PersonRecord> {
        self.people.values()
    }
}

fn index_people(records: Vec<PersonRecord>) -> Result<BTreeMap<EmailAddress, PersonRecord>, DirectoryError> {
    let mut people = BTreeMap::new();
    for (number, person) in (1..).zip(records) {
        if !(0.0..=1.0).contains(&person.confidence) {
            return Err(DirectoryError::Person { number, problem: RecordProblem::Confidence });
        }
        if people.insert(person.email.clone(), person).is_some() {
            return Err(DirectoryError::DuplicateEmail { number });
        }
    }
    Ok(people)
}

fn check_company(company: &CompanyRecord) -> Result<(), RecordProblem> {
    if comparable(&company.name).is_empty() {
        return Err(RecordProblem::Name);
    }
    if !(0.0..=1.0).contains(&company.confidence) {
        return Err(RecordProblem::Confidence);
    }
    let topics = company.intent.as_ref().map(|intent| &intent.topics);
    if topics.is_some_and(Vec::is_empty) {
        return Err(RecordProblem::NoTopics);
    }
    let topics = || topics.into_iter().flatten();
    if topics().any(|topic| !(0.0..=100.0).contains(&topic.score)) {
        return Err(RecordProblem::TopicScore);
    }
    let tools = company.technologies.iter().flatten();
    let mut keys = company.industry.iter().chain(tools).chain(topics().map(|topic| &topic.name));
    if keys.all(|key| is_key(key)) { Ok(()) } else { Err(RecordProblem::Key) }
}

/// Words of lower-case letters and digits, joined by single hyphens.
fn is_key(text: &str) -> bool {
    text.split('-').all(|word| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

/// A name without what people type differently.
fn comparable(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_companies(edit: impl Fn(&str) -> String) -> Result<Directory, DirectoryError> {
        let one = r#"{"domain":"acme.example","aliases":["acme-mail.example"],"name":"Acme, Inc.",
            "industry":"software","employees":null,"revenue_usd":null,"country":"DE",
            "technologies":["hubspot"],"intent":{"days_ago":3,"topics":[{"name":"crm","score":60}]},
            "confidence":0.9,"updated_on":"2026-11-01"}"#;
        Directory::parse(format!("[{}]", edit(one)).as_bytes(), b"[]")
    }

    #[test]
    fn the_embedded_directory_reads_and_is_of_use() {
        let directory = directory().unwrap();
        assert!(directory.companies().len() >= 40, "{}", directory.companies().len());
        assert!(directory.people().len() >= 60, "{}", directory.people().len());
        let gaps = |missing: fn(&CompanyRecord) -> bool| directory.companies().iter().any(missing);
        assert!(gaps(|c| c.employees.is_none()) && gaps(|c| c.technologies.is_none()));
        assert!(gaps(|c| c.intent.is_none()) && gaps(|c| c.revenue_usd.is_none()));
        assert!(directory.people().any(|p| p.seniority.is_none()));
        assert!(directory.people().any(|p| p.recently_changed_jobs == Some(true)));
    }

    #[test]
    fn everyone_stands_under_a_reserved_domain() {
        let directory = directory().unwrap();
        for company in directory.companies() {
            for domain in std::iter::once(&company.domain).chain(&company.aliases) {
                assert!(domain.as_str().ends_with(".example"), "{domain}");
            }
        }
        assert!(directory.people().all(|p| p.email.domain().ends_with(".example")));
    }

    #[test]
    fn a_company_is_found_by_domain_alias_and_name() {
        let directory = with_companies(str::to_owned).unwrap();
        let found = |domain: &str| directory.company_by_domain(&domain.parse().unwrap());
        assert_eq!(found("acme.example"), found("acme-mail.example"));
        assert!(found("acme.example").is_some());
        assert!(found("other.example").is_none());
        assert_eq!(directory.company_by_name("ACME inc"), found("acme.example"));
        assert!(directory.company_by_name("acme").is_none());
    }

    #[test]
    fn a_person_is_found_by_address() {
        let directory = directory().unwrap();
        let person = directory.person(&"Dana.Whitlock@brightforge.example".parse().unwrap()).unwrap();
        assert_eq!(person.seniority, Some(Seniority::Vp));
        assert!(directory.person(&"nobody@brightforge.example".parse().unwrap()).is_none());
    }

    #[test]
    fn duplicates_are_refused() {
        let error = with_companies(|one| format!("{one},{one}")).unwrap_err();
        assert_eq!(error, DirectoryError::DuplicateDomain { domain: "acme.example".parse().unwrap() });
        let alias = with_companies(|one| one.replace("acme-mail.example", "ACME.example.")).unwrap_err();
        assert!(matches!(alias, DirectoryError::DuplicateDomain { .. }));
        let second = |one: &str| one.replace("acme", "ajax").replace("Acme, Inc.", "ACME INC");
        let name = with_companies(|one| format!("{one},{}", second(one))).unwrap_err();
        assert_eq!(name, DirectoryError::DuplicateName { domain: "ajax.example".parse().unwrap() });
        let person = r#"{"email":"a@acme.example","title":null,"function":null,"seniority":null,
            "role_since_days_ago":null,"recently_changed_jobs":null,"confidence":1.0}"#;
        let twice = format!("[{person},{}]", person.replace("a@", "A@"));
        let error = Directory::parse(b"[]", twice.as_bytes()).unwrap_err();
        assert_eq!(error, DirectoryError::DuplicateEmail { number: 2 });
        assert!(!error.to_string().contains('@'));
    }

    #[test]
    fn records_that_cannot_be_are_refused() {
        let problem = |from: &str, to: &str| match with_companies(|one| one.replace(from, to)).unwrap_err() {
            DirectoryError::Company { problem, .. } => problem,
            other => panic!("{other}"),
        };
        assert_eq!(problem("\"confidence\":0.9", "\"confidence\":1.5"), RecordProblem::Confidence);
        assert_eq!(problem("\"score\":60", "\"score\":160"), RecordProblem::TopicScore);
        assert_eq!(problem(r#"{"name":"crm","score":60}"#, ""), RecordProblem::NoTopics);
        assert_eq!(problem("hubspot", "HubSpot"), RecordProblem::Key);
        assert_eq!(problem("Acme, Inc.", " - "), RecordProblem::Name);
        let unknown = with_companies(|one| one.replace("\"name\":\"Acme", "\"size\":1,\"name\":\"Acme"));
        assert!(unknown.unwrap_err().to_string().contains("has a field that is not known here"));
    }
}
