//! Apollo: people and organization enrichment, version 1. Shapes as in its documentation and in answers that clients keep
//! as samples.
//!
//! A person who is not known is answered with 200 and null. An answer about a person holds their organization as well:
//! its facts are the company's where it is the company that was asked about, and else say where they work now. How sure
//! Apollo is of an address, its `email_status` says.

use http::Method;
use http::header::HeaderName;
use leadlight_lead::{About, EmailAddress, FactField, Function, Funding, Gap, Seniority};
use leadlight_outward::{Ask, Reply};
use leadlight_reading::read_usd;
use serde_json::{Value, json};

use super::json::{at, code, country, day, domain, headcount, number, object, round, text, texts, usd};
use super::person::{Position, Until, When, is_someone_else, with_company_since};
use crate::findings::{CompanyFindings, Findings, PersonFindings};
use crate::vendor::{Asking, Question, Said, Subject, Unreadable, Vendor, Way};

/// The kind of the file.
pub(crate) const APOLLO: Vendor = Vendor {
    name: "apollo",
    title: "Apollo",
    options: &[],
    asks: &[About::Company, About::Person],
    fills: &[
        FactField::CompanyName,
        FactField::Industry,
        FactField::Naics,
        FactField::Employees,
        FactField::RevenueUsd,
        FactField::Country,
        FactField::Technologies,
        FactField::Funding,
        FactField::HeadcountGrowth,
        FactField::Title,
        FactField::Function,
        FactField::Seniority,
        FactField::RoleSince,
        FactField::Employer,
        FactField::EmployerSince,
    ],
    narrow: None,
    way: Way::Asked(Asking { base: Some("https://api.apollo.io"), wants_key: true, ask, then: None, read }),
};

/// Of a company that is found by its domain.
const OF_COMPANY: f64 = 0.8;

fn ask(question: &Question<'_>) -> Ask {
    let ask = match question.subject {
        Subject::Company(_) => {
            let url = question.address.at("/api/v1/organizations/enrich");
            Ask::get(&url, &[("domain", &question.subject.in_ascii())])
        }
        // In the body: an address in a URL ends in logs.
        Subject::Person(..) => Ask::json(
            Method::POST,
            question.address.at("/api/v1/people/match"),
            &json!({ "email": question.subject.in_ascii() }),
        ),
    };
    ask.with(HeaderName::from_static("x-api-key"), question.key.trim().to_owned())
}

fn read(question: &Question<'_>, reply: &Reply) -> Result<Said, Unreadable> {
    let body = object(reply)?;
    match question.subject {
        Subject::Company(asked) => {
            let Some(organization) = found(&body, "organization")? else { return Ok(Said::Unknown) };
            if of(organization).is_some_and(|answered| answered != *asked) {
                return Ok(Said::Nothing(Gap::OtherSubject));
            }
            let company = company(organization);
            Ok(Said::facts(Findings { confidence: OF_COMPANY, company, person: PersonFindings::default() }))
        }
        Subject::Person(email, _) => {
            let Some(someone) = found(&body, "person")? else { return Ok(Said::Unknown) };
            if is_someone_else(addresses(someone), email) {
                return Ok(Said::Nothing(Gap::OtherSubject));
            }
            let organization = at(someone, "organization").filter(|organization| organization.is_object());
            let is_theirs = |organization: &&Value| {
                of(organization).zip(question.subject.company()).is_some_and(|(of, asked)| of == asked)
            };
            Ok(Said::facts(Findings {
                confidence: confidence(someone, email),
                company: organization.filter(is_theirs).map(company).unwrap_or_default(),
                person: person(someone, organization),
            }))
        }
    }
}

/// Whom the answer is about; none where Apollo knows nobody, and says so by null or by nothing in it.
fn found<'a>(body: &'a Value, name: &str) -> Result<Option<&'a Value>, Unreadable> {
    match body.get(name) {
        Some(Value::Null) => Ok(None),
        Some(Value::Object(fields)) if fields.is_empty() => Ok(None),
        Some(Value::Object(fields)) if fields.contains_key("id") || fields.contains_key("name") => {
            Ok(body.get(name))
        }
        None if body.as_object().is_some_and(serde_json::Map::is_empty) => Ok(None),
        _ => Err(Unreadable),
    }
}

fn of(organization: &Value) -> Option<leadlight_lead::DomainName> {
    domain(organization, "primary_domain").or_else(|| domain(organization, "website_url"))
}

/// What it knows of their addresses; `email_not_unlocked@domain.com` stands for one that was not bought.
fn addresses(someone: &Value) -> Vec<String> {
    let contacts = at(someone, "contact/contact_emails").and_then(Value::as_array).into_iter().flatten();
    let named = [text(someone, "email"), text(someone, "contact/email")];
    let named = named.into_iter().flatten().filter(|email| !email.starts_with("email_not_unlocked@"));
    let personal = texts(someone, "personal_emails").unwrap_or_default();
    named.chain(contacts.filter_map(|one| text(one, "email"))).chain(personal).collect()
}

/// How sure Apollo is that the address is this person's.
fn confidence(someone: &Value, asked: &EmailAddress) -> f64 {
    let is_asked = text(someone, "email").is_some_and(|email| email.eq_ignore_ascii_case(asked.as_str()));
    match text(someone, "email_status").as_deref() {
        Some("verified") if is_asked => 0.9,
        Some("guessed" | "extrapolated" | "unavailable") => 0.5,
        _ => 0.7,
    }
}

fn company(organization: &Value) -> CompanyFindings {
    let sic = || Some(format!("SIC {}", code(organization, "sic_codes")?));
    CompanyFindings {
        name: text(organization, "name"),
        industry: text(organization, "industry").or_else(sic),
        naics: code(organization, "naics_codes"),
        employees: headcount(organization, "estimated_num_employees"),
        revenue_usd: usd(organization, "annual_revenue")
            .or_else(|| usd(organization, "organization_revenue"))
            .or_else(|| read_usd(&text(organization, "annual_revenue_printed")?)),
        country: country(organization, "country"),
        technologies: technologies(organization),
        funding: funding(organization),
        headcount_growth: number(organization, "organization_headcount_twelve_month_growth"),
        ..CompanyFindings::default()
    }
}

/// What it found. An empty list may as well say that it never looked.
fn technologies(organization: &Value) -> Option<Vec<String>> {
    let current = at(organization, "current_technologies").and_then(Value::as_array).into_iter().flatten();
    let mut names: Vec<String> = current.filter_map(|one| text(one, "name")).collect();
    if names.is_empty() {
        names = texts(organization, "technology_names")?;
    }
    (!names.is_empty()).then_some(names)
}

fn funding(organization: &Value) -> Option<Funding> {
    let events = at(organization, "funding_events").and_then(Value::as_array).into_iter().flatten();
    let latest = events.filter(|event| day(event, "date").is_some()).max_by_key(|event| day(event, "date"));
    let funding = Funding {
        total_usd: usd(organization, "total_funding").or_else(|| usd(organization, "total_funding_printed")),
        latest_round: round(organization, "latest_funding_stage").or_else(|| round(latest?, "type")),
        latest_at: day(organization, "latest_funding_round_date").or_else(|| day(latest?, "date")),
    };
    (funding != Funding::default()).then_some(funding)
}

fn person(someone: &Value, organization: Option<&Value>) -> PersonFindings {
    let jobs: Vec<&Value> = at(someone, "employment_history")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|job| is_with(job, someone, organization))
        .collect();
    let positions: Vec<Position> = jobs.iter().map(|job| position(job)).collect();
    let title = text(someone, "title");
    let is_held = |job: &&&Value| is_current(job) && text(job, "title") == title;
    let role = jobs.iter().filter(is_held).filter_map(|job| day(job, "start_date")).max();
    PersonFindings {
        function: function(someone),
        seniority: text(someone, "seniority").and_then(|level| seniority(&level)),
        role_since: role.filter(|_| title.is_some()),
        title,
        employer: organization.and_then(of),
        employer_since: with_company_since(&positions),
        recently_changed_jobs: None,
    }
}

/// Whether a job is with the company of now: by its id where both have one, else by its name.
fn is_with(job: &Value, someone: &Value, organization: Option<&Value>) -> bool {
    let of_now = organization.unwrap_or(&Value::Null);
    let id = text(someone, "organization_id").or_else(|| text(of_now, "id"));
    match (text(job, "organization_id"), id) {
        (Some(job), Some(now)) => job == now,
        _ => text(job, "organization_name")
            .zip(text(of_now, "name"))
            .is_some_and(|(job, now)| job.eq_ignore_ascii_case(&now)),
    }
}

fn is_current(job: &Value) -> bool {
    at(job, "current").and_then(Value::as_bool) == Some(true)
}

fn position(job: &Value) -> Position {
    let when = |name: &str| text(job, name).and_then(|text| When::read_padded(&text));
    let until = match when("end_date") {
        _ if is_current(job) => Until::Now,
        Some(end) => Until::Then(end),
        None => Until::NotKnown,
    };
    // A start on the first of January is taken as such: a tenure in years does not hang on its month.
    let from = text(job, "start_date").and_then(|text| When::read(&text));
    Position { from, until }
}

fn seniority(level: &str) -> Option<Seniority> {
    Some(match level {
        "intern" => Seniority::Training,
        "entry" => Seniority::Entry,
        "senior" => Seniority::Senior,
        "manager" => Seniority::Manager,
        "director" => Seniority::Director,
        "vp" | "head" => Seniority::Vp,
        "c_suite" => Seniority::CLevel,
        "owner" | "founder" | "partner" => Seniority::Owner,
        _ => return None,
    })
}

/// The narrowest list that says one thing: subdepartments, departments, functions. A founder's or chief executive's
/// department is the whole company.
fn function(someone: &Value) -> Option<Function> {
    let listed = |name: &str| texts(someone, name).unwrap_or_default();
    let (below, above) = (listed("subdepartments"), listed("departments"));
    let narrow = only(below.iter().filter_map(|one| narrow(one)));
    let broad = |names: &[String]| only(names.iter().filter_map(|one| broad(one)));
    let leads_all = || {
        let is_leader = below.iter().any(|one| matches!(one.as_str(), "executive" | "founder"));
        (is_leader && above.iter().all(|one| one == "c_suite")).then_some(Function::GeneralManagement)
    };
    narrow
        .or_else(leads_all)
        .or_else(|| broad(&above))
        .or_else(|| broad(&below))
        .or_else(|| broad(&listed("functions")))
}

/// One function, where all say the same one.
fn only(mut functions: impl Iterator<Item = Function>) -> Option<Function> {
    let first = functions.next()?;
    functions.all(|other| other == first).then_some(first)
}

/// Of subdepartments those that lie within another department.
fn narrow(subdepartment: &str) -> Option<Function> {
    Some(match subdepartment {
        "revenue_operations" | "sales_operations" => Function::RevenueOperations,
        "customer_success" | "customer_service_support" | "customer_support" => Function::CustomerSuccess,
        "data_science" | "business_intelligence" | "data_warehouse" | "data_analytics" => Function::Data,
        _ => return None,
    })
}

fn broad(name: &str) -> Option<Function> {
    let name = name.strip_prefix("master_").unwrap_or(name);
    Some(match name.strip_suffix("_executive").unwrap_or(name) {
        "sales" | "business_development" => Function::Sales,
        "marketing" => Function::Marketing,
        "support" => Function::CustomerSuccess,
        "engineering_technical" | "engineering" | "software_development" => Function::Engineering,
        "product" | "product_management" | "product_mangement" | "product_development" | "design" => {
            Function::Product
        }
        "information_technology" => Function::It,
        "data_science" => Function::Data,
        "entrepreneurship" => Function::GeneralManagement,
        "operations" => Function::Operations,
        "finance" | "accounting" => Function::Finance,
        "human_resources" => Function::HumanResources,
        "legal" => Function::Legal,
        "education" => Function::Education,
        "medical_health" => Function::Other,
        _ => return None,
    })
}
