//! People Data Labs, version 5: one record a company or person, everything in small letters but the display name.

use leadlight_events::{CompanyRecord, PersonRecord};
use leadlight_lead::{DomainName, Function, Seniority};
use serde_json::{Value, json};

use super::words::{REVENUE, country, industry, range};
use super::world::World;
use super::{Manner, Subject, Vendor, no_step};
use crate::{Answer, Received};

pub(super) const MANNER: Manner = Manner { key, leads_on: no_step, subject, known, unknown, error };

const SIZES: [(u64, &str); 8] = [
    (1, "1-10"),
    (11, "11-50"),
    (51, "51-200"),
    (201, "201-500"),
    (501, "501-1000"),
    (1001, "1001-5000"),
    (5001, "5001-10000"),
    (10_001, "10001+"),
];

fn key(request: &Received) -> Option<String> {
    let header = Some(request.header("x-api-key")).filter(|key| !key.is_empty());
    header.map(str::to_owned).or_else(|| request.parameter("api_key"))
}

fn subject(request: &Received) -> Option<Subject> {
    let low = |name: &str| request.parameter(name).map(|text| text.to_lowercase());
    match request.path() {
        "/v5/company/enrich" => low("website").map(Subject::Company),
        "/v5/person/enrich" => low("email").map(Subject::Person),
        _ => None,
    }
}

fn known(world: &World, request: &Received, subject: &Subject) -> Option<Value> {
    let least = request.parameter("min_likelihood").and_then(|text| text.parse().ok()).unwrap_or(0);
    let (likelihood, record) = match subject {
        Subject::Company(domain) => {
            let company = world.company(domain)?;
            (likelihood(company.confidence), company_record(company))
        }
        Subject::Person(email) => {
            let person = world.person(email).filter(|p| world.knows_person(Vendor::PeopleDataLabs, p))?;
            let likelihood = likelihood(person.confidence);
            (
                likelihood,
                json!({ "status": 200, "likelihood": likelihood, "data": person_record(world, person) }),
            )
        }
    };
    (likelihood >= least).then_some(record)
}

fn unknown(_: &Subject) -> Answer {
    error(404)
}

fn error(status: u16) -> Answer {
    let (kind, message) = match status {
        401 => ("authentication_error", "Request contained a missing or invalid key"),
        402 => {
            ("payment_required", "You have hit your account maximum for person enrichment (all matches used)")
        }
        404 => ("not_found", "No records were found matching your request"),
        429 => ("rate_limit_error", "You have hit your rate limit"),
        _ => ("api_error", "There was an error processing your request"),
    };
    Answer::new(status, json!({ "status": status, "error": { "type": [kind], "message": message } }))
}

/// From 1 to 10.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a confidence is from 0 to 1")]
fn likelihood(confidence: f64) -> u64 {
    ((confidence * 100.0).round() as u64 / 10).clamp(1, 10)
}

fn company_record(company: &CompanyRecord) -> Value {
    let industry = company.industry.as_deref().map(industry);
    let naics = industry.as_ref().and_then(|industry| industry.naics);
    let domains: Vec<&str> = company.aliases.iter().map(DomainName::as_str).collect();
    json!({
        "status": 200,
        "likelihood": likelihood(company.confidence),
        "id": company.domain.as_str().trim_end_matches(".example"),
        "name": company.name.to_lowercase(),
        "display_name": company.name,
        "website": company.domain,
        "alternative_domains": domains,
        "industry": industry.as_ref().map(|industry| &industry.small),
        "naics": naics.map(|code| vec![json!({ "naics_code": code })]),
        "employee_count": company.employees,
        "size": company.employees.and_then(|number| range(number.into(), &SIZES)),
        "inferred_revenue": company.revenue_usd.and_then(|usd| range(usd, &REVENUE)),
        "location": { "country": company.country.map(|code| country(code.as_str()).to_lowercase()) },
        "type": "private",
        "tags": [],
    })
}

fn person_record(world: &World, person: &PersonRecord) -> Value {
    let employer = world.employer(person);
    let title = person.title.as_ref().map(|title| title.to_lowercase());
    let (role, sub_role) = person.function.map_or((None, None), role);
    let levels: Vec<&str> = person.seniority.and_then(level).into_iter().collect();
    let company = json!({ "name": employer.map(|it| it.name.to_lowercase()), "website": employer.map(|it| &it.domain) });
    let since = person.role_since_days_ago;
    let experience: Vec<Value> = since
        .map(|days| {
            // A change of jobs is a change of companies: who did not change had another role there before.
            let before = if person.recently_changed_jobs == Some(true) {
                json!({ "name": "an earlier employer", "website": null })
            } else {
                company.clone()
            };
            let (start, end) = (world.days_ago(days.saturating_add(700)), world.days_ago(days));
            vec![
                json!({ "company": company, "title": { "name": title }, "start_date": end, "end_date": null, "is_primary": true }),
                json!({ "company": before, "title": { "name": "specialist" }, "start_date": start, "end_date": end, "is_primary": false }),
            ]
        })
        .unwrap_or_default();
    json!({
        "id": format!("{:x}_0000", person.email.as_str().len()),
        "work_email": person.email,
        "emails": [{ "address": person.email, "type": "current_professional" }],
        "job_title": title,
        "job_title_role": role,
        "job_title_sub_role": sub_role,
        "job_title_levels": levels,
        "job_company_name": employer.map(|it| it.name.to_lowercase()),
        "job_company_website": employer.map(|it| &it.domain),
        "job_start_date": since.map(|days| world.days_ago(days)),
        "experience": experience,
    })
}

/// Its roles are few; running a business is none.
fn role(function: Function) -> (Option<&'static str>, Option<&'static str>) {
    match function {
        Function::RevenueOperations => (Some("sales"), Some("sales_operations")),
        Function::Sales => (Some("sales"), None),
        Function::Marketing => (Some("marketing"), None),
        Function::CustomerSuccess => (Some("customer_service"), Some("customer_success")),
        Function::Engineering => (Some("engineering"), None),
        Function::Product => (Some("product"), None),
        Function::It => (Some("engineering"), Some("information_technology")),
        Function::Data => (Some("engineering"), Some("data")),
        Function::Operations => (Some("operations"), None),
        Function::Finance => (Some("finance"), None),
        Function::HumanResources => (Some("human_resources"), None),
        Function::Legal => (Some("legal"), None),
        Function::Education => (Some("education"), None),
        Function::GeneralManagement | Function::Other => (None, None),
    }
}

/// It has no word for someone who is neither senior nor a beginner.
fn level(seniority: Seniority) -> Option<&'static str> {
    Some(match seniority {
        Seniority::Training => "training",
        Seniority::Entry => "entry",
        Seniority::Individual => return None,
        Seniority::Senior => "senior",
        Seniority::Manager => "manager",
        Seniority::Director => "director",
        Seniority::Vp => "vp",
        Seniority::CLevel => "cxo",
        Seniority::Owner => "owner",
    })
}
