//! Clearbit's combined and company APIs, version 2, below one address: a company answers to each of its domains, and an
//! answer about a person holds their company, also where it knows the company alone.

use leadlight_events::{CompanyRecord, PersonRecord};
use leadlight_lead::{DomainName, Function, Seniority};
use serde_json::{Value, json};

use super::words::{REVENUE, country, industry, range, tool};
use super::world::World;
use super::{Manner, Subject, Vendor, no_step};
use crate::{Answer, Received};

pub(super) const MANNER: Manner = Manner { key, leads_on: no_step, subject, known, unknown, error };

const SIZES: [(u64, &str); 9] = [
    (1, "1-10"),
    (11, "11-50"),
    (51, "51-250"),
    (251, "251-1K"),
    (1001, "1K-5K"),
    (5001, "5K-10K"),
    (10_001, "10K-50K"),
    (50_001, "50K-100K"),
    (100_001, "100K+"),
];

fn key(request: &Received) -> Option<String> {
    request.header("authorization").strip_prefix("Bearer ").map(str::to_owned)
}

fn subject(request: &Received) -> Option<Subject> {
    let low = |name: &str| request.parameter(name).map(|text| text.to_lowercase());
    match request.path() {
        "/v2/companies/find" => low("domain").map(Subject::Company),
        "/v2/combined/find" => low("email").map(Subject::Person),
        _ => None,
    }
}

fn known(world: &World, _: &Received, subject: &Subject) -> Option<Value> {
    let known = |company: &&CompanyRecord| world.knows_company(Vendor::Clearbit, company);
    match subject {
        Subject::Company(domain) => world.company(domain).filter(known).map(|it| company_record(world, it)),
        Subject::Person(email) => {
            let person = world.person(email).filter(|person| world.knows_person(Vendor::Clearbit, person));
            let domain = email.split_once('@').map_or("", |(_, domain)| domain);
            let company = person.map_or_else(|| world.company(domain), |person| world.employer(person));
            let company = company.filter(known).map(|company| company_record(world, company));
            let is_known = person.is_some() || company.is_some();
            is_known.then(
                || json!({ "person": person.map(|person| person_record(world, person)), "company": company }),
            )
        }
    }
}

fn unknown(_: &Subject) -> Answer {
    error(404)
}

fn error(status: u16) -> Answer {
    let (kind, message) = match status {
        202 => ("queued", "Your request is pending, please try again in a few seconds."),
        401 => ("auth_invalid", "Invalid API key provided."),
        402 => ("over_quota", "Over plan quota."),
        404 => ("unknown_record", "Unknown record."),
        429 => ("rate_limit", "You have exceeded your rate limit."),
        _ => ("api_error", "Something went wrong on our end."),
    };
    Answer::new(status, json!({ "error": { "type": kind, "message": message } }))
}

fn company_record(world: &World, company: &CompanyRecord) -> Value {
    let has = |field: &str| !world.has_gap(Vendor::Clearbit, company, field);
    let industry = company.industry.as_deref().filter(|_| has("industry")).map(industry);
    let employees = company.employees.filter(|_| has("employees"));
    let revenue = company.revenue_usd.filter(|_| has("revenue"));
    let aliases: Vec<&str> = company.aliases.iter().map(DomainName::as_str).collect();
    let tools: Vec<String> = company.technologies.iter().flatten().map(|key| tool(key)).collect();
    json!({
        "id": "027b0d40",
        "name": company.name,
        "legalName": null,
        "domain": company.domain,
        "domainAliases": aliases,
        "category": {
            "sector": null,
            "industryGroup": null,
            "industry": industry.as_ref().map(|industry| &industry.title),
            "subIndustry": null,
            "naicsCode": industry.as_ref().and_then(|industry| industry.naics),
        },
        "geo": {
            "country": company.country.map(|code| country(code.as_str())),
            "countryCode": company.country,
        },
        "type": "private",
        "emailProvider": false,
        "metrics": {
            "employees": employees,
            "employeesRange": employees.and_then(|number| range(number.into(), &SIZES)),
            "annualRevenue": revenue,
            "estimatedAnnualRevenue": revenue.and_then(|usd| range(usd, &REVENUE)),
            "raised": null,
        },
        "tech": tools,
        "indexedAt": world.now,
    })
}

fn person_record(world: &World, person: &PersonRecord) -> Value {
    let employer = world.employer(person);
    let (role, sub_role) = person.function.map_or((None, None), role);
    json!({
        "id": "d54c54ad",
        "email": person.email,
        "employment": {
            "domain": employer.map(|it| &it.domain),
            "name": employer.map(|it| &it.name),
            "title": person.title,
            "role": role,
            "subRole": sub_role,
            "seniority": person.seniority.and_then(seniority),
        },
        "fuzzy": person.confidence < 0.7,
        "emailProvider": false,
    })
}

fn role(function: Function) -> (Option<&'static str>, Option<&'static str>) {
    match function {
        Function::RevenueOperations => (Some("operations"), Some("revenue_operations")),
        Function::Sales => (Some("sales"), None),
        Function::Marketing => (Some("marketing"), None),
        Function::CustomerSuccess => (Some("customer_service"), Some("customer_success")),
        Function::Engineering => (Some("engineering"), None),
        Function::Product => (Some("product"), None),
        Function::It => (Some("information_technology"), None),
        Function::Data => (Some("engineering"), Some("data_engineer")),
        Function::GeneralManagement => (Some("leadership"), None),
        Function::Operations => (Some("operations"), None),
        Function::Finance => (Some("finance"), None),
        Function::HumanResources => (Some("human_resources"), None),
        Function::Legal => (Some("legal"), None),
        Function::Education => (Some("education"), None),
        Function::Other => (None, None),
    }
}

/// Three words for all: above a director there is one, below a manager none.
fn seniority(level: Seniority) -> Option<&'static str> {
    match level {
        Seniority::Vp | Seniority::CLevel | Seniority::Owner => Some("executive"),
        Seniority::Director => Some("director"),
        Seniority::Manager => Some("manager"),
        _ => None,
    }
}
