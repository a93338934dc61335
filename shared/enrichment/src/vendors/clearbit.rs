//! Clearbit's shape: its combined and company APIs, version 2, and those that answer alike under their own address
//! (`base`), some with everything below `data`.
//!
//! 202 is a look-up that is still under way, 404 is no match. A company lists its other domains, each of which is the
//! company that was asked for. A domain of a mailbox provider says nothing of anybody's company.

use leadlight_lead::{About, DomainName, FactField, Function, Funding, Gap, RevenueRange, Seniority};
use leadlight_outward::{Ask, Reply};
use leadlight_reading::read_industry;
use serde_json::Value;

use super::json::{at, code, country, domain, headcount, object, text, texts, usd};
use super::person::is_someone_else;
use crate::findings::{CompanyFindings, Findings, PersonFindings};
use crate::vendor::{Asking, Question, Said, Subject, Unreadable, Vendor, Way};

/// The kind of the file.
pub(crate) const CLEARBIT: Vendor = Vendor {
    name: "clearbit",
    title: "Clearbit",
    // Where another service of this shape has them.
    options: &[("person_path", Some("/v2/combined/find")), ("company_path", Some("/v2/companies/find"))],
    asks: &[About::Company, About::Person],
    fills: &[
        FactField::CompanyName,
        FactField::Industry,
        FactField::Naics,
        FactField::Employees,
        FactField::RevenueUsd,
        FactField::RevenueRange,
        FactField::Country,
        FactField::Technologies,
        FactField::Funding,
        FactField::Title,
        FactField::Function,
        FactField::Seniority,
        FactField::Employer,
    ],
    narrow: None,
    way: Way::Asked(Asking { base: Some(PEOPLE), wants_key: true, ask, then: None, read }),
};

/// Clearbit itself has a host for each of the two; all others have one.
const PEOPLE: &str = "https://person.clearbit.com";
const COMPANIES: &str = "https://company.clearbit.com";

/// It says nothing of how sure it is.
const USUAL: f64 = 0.8;
/// A person whom it found by more than their address: it marks them `fuzzy`.
const FUZZY: f64 = 0.5;

fn ask(question: &Question<'_>) -> Ask {
    let address = question.address;
    let subject = question.subject.in_ascii();
    let ask = match question.subject {
        Subject::Company(_) => {
            let path = address.option("company_path");
            let is_clearbit = address.as_str().trim_end_matches('/') == PEOPLE;
            let url = if is_clearbit { format!("{COMPANIES}{path}") } else { address.at(path) };
            Ask::get(&url, &[("domain", &subject)])
        }
        Subject::Person(..) => Ask::get(&address.at(address.option("person_path")), &[("email", &subject)]),
    };
    ask.bearing(question.key)
}

fn read(question: &Question<'_>, reply: &Reply) -> Result<Said, Unreadable> {
    let body = object(reply)?;
    let body = match at(&body, "data") {
        Some(data) if data.is_object() => data,
        Some(_) => return Err(Unreadable),
        None => &body,
    };
    match question.subject {
        Subject::Company(asked) => {
            let body = at(body, "company").filter(|company| company.is_object()).unwrap_or(body);
            of_company(body, asked)
        }
        Subject::Person(email, _) => {
            let (someone, company) = (part(body, "person")?, part(body, "company")?);
            if someone.is_some_and(|someone| is_someone_else(text(someone, "email"), email)) {
                return Ok(Said::Nothing(Gap::OtherSubject));
            }
            let asked = question.subject.company();
            let theirs = company.zip(asked.as_ref()).filter(|(company, asked)| is_of(company, asked));
            let learnt = theirs.filter(|(company, _)| !is_mailbox_provider(company));
            match (someone, company) {
                (None, None) => Ok(Said::Unknown),
                (None, Some(_)) if theirs.is_none() => Ok(Said::Nothing(Gap::OtherSubject)),
                (None, Some(_)) if learnt.is_none() => Ok(Said::Unknown),
                _ => Ok(Said::facts(Findings {
                    confidence: someone.map_or(USUAL, confidence),
                    company: learnt.map(|(company, _)| facts(company)).unwrap_or_default(),
                    person: someone.map(|someone| person(someone, theirs)).unwrap_or_default(),
                })),
            }
        }
    }
}

fn of_company(body: &Value, asked: &DomainName) -> Result<Said, Unreadable> {
    if at(body, "domain").is_none() && at(body, "name").is_none() {
        return Err(Unreadable);
    }
    if domain(body, "domain").is_some() && !is_of(body, asked) {
        return Ok(Said::Nothing(Gap::OtherSubject));
    }
    if is_mailbox_provider(body) {
        return Ok(Said::Unknown);
    }
    Ok(Said::facts(Findings { confidence: USUAL, company: facts(body), person: PersonFindings::default() }))
}

/// A person or a company; none where it is null, which is how it says that it does not know them.
fn part<'a>(body: &'a Value, name: &str) -> Result<Option<&'a Value>, Unreadable> {
    match body.get(name) {
        Some(Value::Null) => Ok(None),
        Some(Value::Object(_)) => Ok(body.get(name)),
        _ => Err(Unreadable),
    }
}

/// Whether a domain is the company's, or another one that it has.
fn is_of(company: &Value, asked: &DomainName) -> bool {
    let others = texts(company, "domainAliases").unwrap_or_default();
    let others = others.iter().filter_map(|other| DomainName::from_host_or_url(other).ok());
    domain(company, "domain").into_iter().chain(others).any(|one| one == *asked)
}

fn is_mailbox_provider(company: &Value) -> bool {
    at(company, "emailProvider").and_then(Value::as_bool) == Some(true)
}

fn confidence(someone: &Value) -> f64 {
    if at(someone, "fuzzy").and_then(Value::as_bool) == Some(true) { FUZZY } else { USUAL }
}

fn facts(company: &Value) -> CompanyFindings {
    let raised = usd(company, "metrics/raised");
    CompanyFindings {
        name: text(company, "name").or_else(|| text(company, "legalName")),
        industry: industry(company),
        naics: code(company, "category/naicsCode"),
        employees: headcount(company, "metrics/employees")
            .or_else(|| headcount(company, "metrics/employeesRange")),
        revenue_usd: usd(company, "metrics/annualRevenue"),
        revenue_range: text(company, "metrics/estimatedAnnualRevenue")
            .and_then(|range| RevenueRange::read(&range)),
        country: country(company, "geo/countryCode").or_else(|| country(company, "geo/country")),
        technologies: texts(company, "tech").filter(|tools| !tools.is_empty()),
        funding: raised.map(|total| Funding { total_usd: Some(total), ..Funding::default() }),
        ..CompanyFindings::default()
    }
}

/// The narrowest category that is an industry as people say it; else the one that it calls so.
fn industry(company: &Value) -> Option<String> {
    let category = |name: &str| text(company, &format!("category/{name}"));
    let named = ["subIndustry", "industry", "industryGroup", "sector"].into_iter().filter_map(category);
    let sic = || Some(format!("SIC {}", code(company, "category/sicCode")?));
    let mut all = named.chain(sic());
    all.find(|name| read_industry(name).is_some()).or_else(|| category("industry"))
}

fn person(someone: &Value, theirs: Option<(&Value, &DomainName)>) -> PersonFindings {
    let employment = |name: &str| text(someone, &format!("employment/{name}"));
    // A company's other domain is no other company.
    let employer = domain(someone, "employment/domain").map(|employer| match theirs {
        Some((company, asked)) if is_of(company, &employer) => asked.clone(),
        _ => employer,
    });
    PersonFindings {
        title: employment("title"),
        function: employment("subRole")
            .and_then(|sub_role| narrow(&sub_role))
            .or_else(|| function(&employment("role")?)),
        seniority: employment("seniority").and_then(|level| seniority(&level)),
        employer,
        ..PersonFindings::default()
    }
}

/// `executive` may be a chief officer or a vice president: the title says which.
fn seniority(level: &str) -> Option<Seniority> {
    match level.to_ascii_lowercase().as_str() {
        "director" => Some(Seniority::Director),
        "manager" => Some(Seniority::Manager),
        _ => None,
    }
}

fn narrow(sub_role: &str) -> Option<Function> {
    match sub_role {
        "revenue_operations" | "sales_operations" => Some(Function::RevenueOperations),
        "customer_success" => Some(Function::CustomerSuccess),
        "data_science" | "data_analyst" | "data_engineer" | "data_science_engineer" => Some(Function::Data),
        _ => None,
    }
}

fn function(role: &str) -> Option<Function> {
    Some(match role {
        "sales" => Function::Sales,
        "marketing" | "public_relations" | "communications" => Function::Marketing,
        "customer_service" => Function::CustomerSuccess,
        "engineering" => Function::Engineering,
        "product" => Function::Product,
        "information_technology" => Function::It,
        "leadership" | "founder" | "owner" | "president" | "ceo" => Function::GeneralManagement,
        "operations" => Function::Operations,
        "finance" => Function::Finance,
        "human_resources" | "recruiting" => Function::HumanResources,
        "legal" => Function::Legal,
        "education" => Function::Education,
        "health_professional" | "real_estate" => Function::Other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use leadlight_outward::Address;

    use super::*;

    #[test]
    fn another_service_of_this_shape_has_one_host_and_clearbit_two() {
        let asked = |base: &str| {
            let options = CLEARBIT
                .options
                .iter()
                .filter_map(|(name, usual)| Some(((*name).to_owned(), (*usual)?.to_owned())));
            let address = Address::parse(base, options.collect::<BTreeMap<_, _>>()).unwrap();
            let domain: DomainName = "acme.example".parse().unwrap();
            let at = jiff::Timestamp::UNIX_EPOCH;
            ask(&Question { subject: Subject::Company(&domain), address: &address, key: "k", at }).url
        };
        assert!(
            asked("https://person.clearbit.com/")
                .starts_with("https://company.clearbit.com/v2/companies/find?")
        );
        assert!(
            asked("https://api.facts.example/").starts_with("https://api.facts.example/v2/companies/find?")
        );
    }
}
