//! What is read of each vendor's answers is what the sample world holds.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::tz::TimeZone;
use leadlight_enrichment::{CompanyFindings, Findings, PersonFindings, Said, Subject};
use leadlight_events::{CompanyRecord, PersonRecord};
use leadlight_lead::{About, Headcount};
use leadlight_simulators::vendors::{Vendor, Vendors};

use crate::{KEY, now, policy, provider, said, strengths, strengths_now, world};

fn key(text: &str) -> String {
    text.to_lowercase().replace(' ', "-")
}

/// What is said of a company is so.
fn is_so(vendor: Vendor, found: &CompanyFindings, company: &CompanyRecord) {
    let what = format!("{} of {}", vendor.as_str(), company.domain);
    if let Some(name) = &found.name {
        assert_eq!(*name, company.name, "{what}");
    }
    if let Some(industry) = &found.industry {
        assert_eq!(policy().industry(industry).industry(), company.industry.as_deref(), "{what}: {industry}");
    }
    if let Some(code) = &found.naics {
        let read = policy().industry(&format!("NAICS {code}")).industry().map(str::to_owned);
        assert_eq!(read, company.industry, "{what}: {code}");
    }
    if found.employees.is_some() {
        assert_eq!(found.employees, company.employees.and_then(Headcount::exactly), "{what}");
    }
    if found.revenue_usd.is_some() {
        assert_eq!(found.revenue_usd, company.revenue_usd, "{what}");
    }
    if let (Some(range), Some(usd)) = (found.revenue_range, company.revenue_usd) {
        assert!(range.from_usd <= usd && range.to_usd.is_none_or(|to| usd <= to), "{what}: {range:?}");
    }
    if found.country.is_some() {
        assert_eq!(found.country, company.country, "{what}");
    }
    if let Some(tools) = &found.technologies {
        let found: BTreeSet<String> = tools.iter().map(|tool| key(tool)).collect();
        let known = company.technologies.iter().flatten().cloned().collect();
        assert_eq!(found, known, "{what}");
    }
    if let Some(intent) = &found.intent {
        assert_eq!(strengths(intent), strengths_now(company), "{what}");
    }
}

/// Which facts of a company are known, by the directory.
fn known(company: &CompanyRecord) -> BTreeSet<&'static str> {
    let known = [
        ("name", true),
        ("industry", company.industry.is_some()),
        ("employees", company.employees.is_some()),
        ("revenue", company.revenue_usd.is_some()),
        ("country", company.country.is_some()),
        ("technologies", company.technologies.is_some()),
        ("intent", company.intent.is_some()),
    ];
    known.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect()
}

/// Which a vendor says something of.
fn told(found: &CompanyFindings) -> BTreeSet<&'static str> {
    let told = [
        ("name", found.name.is_some()),
        ("industry", found.industry.is_some()),
        ("employees", found.employees.is_some()),
        ("revenue", found.revenue_usd.is_some() || found.revenue_range.is_some()),
        ("country", found.country.is_some()),
        ("technologies", found.technologies.is_some()),
        ("intent", found.intent.is_some()),
    ];
    told.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect()
}

#[test]
fn what_vendors_say_of_a_company_is_so_and_nothing_is_known_to_none_of_them() {
    let world = world();
    let mut vendors = Vendors::new(world.clone(), KEY);
    for company in &world.companies {
        let mut heard = BTreeSet::new();
        for vendor in Vendor::ALL {
            let person = format!("somebody@{}", company.domain).parse().unwrap();
            let subject = if provider(vendor).asks(About::Company) {
                Subject::Company(&company.domain)
            } else {
                Subject::Person(&person, Some(&company.domain))
            };
            match said(&mut vendors, vendor, subject) {
                Said::Facts(findings) => {
                    assert!(
                        world.knows_company(vendor, company),
                        "{} of {}",
                        vendor.as_str(),
                        company.domain
                    );
                    is_so(vendor, &findings.company, company);
                    assert_eq!(findings.person, PersonFindings::default());
                    heard.extend(told(&findings.company));
                }
                Said::Unknown => {
                    assert!(
                        !world.knows_company(vendor, company),
                        "{} of {}",
                        vendor.as_str(),
                        company.domain
                    );
                }
                Said::Nothing(gap) => panic!("{} of {}: {gap:?}", vendor.as_str(), company.domain),
            }
        }
        assert_eq!(heard, known(company), "{}", company.domain);
    }
}

#[test]
fn a_company_is_known_by_its_other_domains_to_some() {
    let world = world();
    let mut vendors = Vendors::new(world.clone(), KEY);
    let with_aliases = world.companies.iter().filter(|company| !company.aliases.is_empty());
    let mut others = 0;
    for company in with_aliases {
        for alias in &company.aliases {
            for vendor in [Vendor::PeopleDataLabs, Vendor::Clearbit, Vendor::BuiltWith, Vendor::Bombora] {
                others += 1;
                match said(&mut vendors, vendor, Subject::Company(alias)) {
                    Said::Facts(findings) => is_so(vendor, &findings.company, company),
                    Said::Unknown => assert!(!world.knows_company(vendor, company), "{vendor:?} of {alias}"),
                    Said::Nothing(gap) => panic!("{vendor:?} of {alias}: {gap:?}"),
                }
            }
            assert_eq!(said(&mut vendors, Vendor::Apollo, Subject::Company(alias)), Said::Unknown);
        }
    }
    assert_eq!(others, 12);
}

fn is_theirs(vendor: Vendor, findings: &Findings, person: &PersonRecord) {
    let what = format!("{} of a {:?}", vendor.as_str(), person.title);
    let found = &findings.person;
    let same = |one: &Option<String>, other: &Option<String>| {
        one.as_ref().map(|text| text.to_lowercase()) == other.as_ref().map(|text| text.to_lowercase())
    };
    assert!(same(&found.title, &person.title), "{what}: {:?}", found.title);
    if found.function.is_some() {
        assert_eq!(found.function, person.function, "{what}");
    }
    if found.seniority.is_some() {
        assert_eq!(found.seniority, person.seniority, "{what}");
    }
    let today = TimeZone::UTC.to_datetime(now()).date();
    if found.role_since.is_some() {
        let since = person.role_since_days_ago.map(|days| today - i64::from(days).days());
        assert_eq!(found.role_since, since, "{what}");
    }
    if let Some(since) = found.employer_since {
        let is_recent = since > today - 180.days();
        assert_eq!(Some(is_recent), person.recently_changed_jobs, "{what}: with them since {since}");
    }
    let world = world();
    let employer = found.employer.as_ref().and_then(|domain| world.company(domain.as_str()));
    assert_eq!(employer, world.employer(person), "{what}");
}

#[test]
fn what_vendors_say_of_a_person_is_so() {
    let world = world();
    let mut vendors = Vendors::new(world.clone(), KEY);
    for vendor in [Vendor::PeopleDataLabs, Vendor::Apollo, Vendor::Clearbit] {
        let mut found = 0;
        for person in &world.people {
            let domain = world.employer(person).map(|company| &company.domain);
            match said(&mut vendors, vendor, Subject::Person(&person.email, domain)) {
                Said::Facts(findings) => {
                    if world.knows_person(vendor, person) {
                        is_theirs(vendor, &findings, person);
                        found += 1;
                    }
                    if let Some(company) = world.employer(person) {
                        is_so(vendor, &findings.company, company);
                    }
                }
                // People Data Labs was asked for those alone that it is sure of.
                Said::Unknown => assert!(!world.knows_person(vendor, person) || person.confidence < 0.6),
                Said::Nothing(gap) => panic!("{vendor:?} of a {:?}: {gap:?}", person.title),
            }
        }
        assert!(found >= 15, "{vendor:?} knows {found}");
    }
}
