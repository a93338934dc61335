//! Apollo, version 1: an answer about a person holds their organization. Who is not known is answered with 200 and null.

use leadlight_events::{CompanyRecord, PersonRecord};
use leadlight_lead::{Function, Seniority};
use serde_json::{Value, json};

use super::words::{country, industry, tool};
use super::world::World;
use super::{Manner, Subject, Vendor, no_step};
use crate::{Answer, Received};

pub(super) const MANNER: Manner = Manner { key, leads_on: no_step, subject, known, unknown, error };

fn key(request: &Received) -> Option<String> {
    Some(request.header("x-api-key").to_owned()).filter(|key| !key.is_empty())
}

fn subject(request: &Received) -> Option<Subject> {
    let said = |name: &str| {
        let in_body = request.json()[name].as_str().map(str::to_owned);
        in_body.or_else(|| request.parameter(name)).map(|text| text.to_lowercase())
    };
    match request.path() {
        "/api/v1/organizations/enrich" => said("domain").map(Subject::Company),
        "/api/v1/people/match" if request.method == "POST" => said("email").map(Subject::Person),
        _ => None,
    }
}

fn known(world: &World, _: &Received, subject: &Subject) -> Option<Value> {
    match subject {
        Subject::Company(domain) => {
            let company = world.company(domain).filter(|it| it.domain.as_str() == domain)?;
            let is_known = world.knows_company(Vendor::Apollo, company);
            is_known.then(|| json!({ "organization": organization(world, company) }))
        }
        Subject::Person(email) => {
            let person = world.person(email).filter(|person| world.knows_person(Vendor::Apollo, person))?;
            Some(json!({ "person": person_record(world, person) }))
        }
    }
}

fn unknown(subject: &Subject) -> Answer {
    let nobody = match subject {
        Subject::Company(_) => json!({ "organization": null }),
        Subject::Person(_) => json!({ "person": null }),
    };
    Answer::new(200, nobody)
}

fn error(status: u16) -> Answer {
    match status {
        401 => Answer::new(
            status,
            json!({ "error": "Invalid access credentials.", "error_code": "INVALID_API_KEY" }),
        ),
        402 => Answer::new(
            status,
            json!({ "error": "You have insufficient credits. Please upgrade your plan." }),
        ),
        429 => {
            let message = "The maximum number of api calls allowed for this endpoint is 200 times per minute";
            Answer::new(status, json!({ "message": message }))
        }
        _ => Answer::new(status, json!({ "error": "An unexpected error occurred." })),
    }
}

fn id(company: &CompanyRecord) -> String {
    format!("org-{}", company.domain.as_str().trim_end_matches(".example"))
}

fn organization(world: &World, company: &CompanyRecord) -> Value {
    let has = |field: &str| !world.has_gap(Vendor::Apollo, company, field);
    let industry = company.industry.as_deref().filter(|_| has("industry")).map(industry);
    let naics: Vec<&str> = industry.as_ref().and_then(|industry| industry.naics).into_iter().collect();
    let tools = company.technologies.as_ref().filter(|_| has("technologies"));
    let current: Option<Vec<Value>> = tools.map(|tools| {
        let entry =
            |key: &String| json!({ "uid": key.replace('-', "_"), "name": tool(key), "category": "Other" });
        tools.iter().map(entry).collect()
    });
    json!({
        "id": id(company),
        "name": company.name,
        "primary_domain": company.domain,
        "website_url": format!("http://www.{}", company.domain),
        "industry": industry.as_ref().map(|industry| industry.title.to_lowercase()),
        "naics_codes": naics,
        "keywords": [],
        "estimated_num_employees": company.employees.filter(|_| has("employees")),
        "annual_revenue": company.revenue_usd.filter(|_| has("revenue")),
        "country": company.country.filter(|_| has("country")).map(|code| country(code.as_str())),
        "technology_names": tools.map(|tools| tools.iter().map(|key| tool(key)).collect::<Vec<_>>()),
        "current_technologies": current,
    })
}

fn person_record(world: &World, person: &PersonRecord) -> Value {
    let employer = world.employer(person);
    let (departments, subdepartments) = departments(person);
    let since = person.role_since_days_ago;
    let history: Vec<Value> = since
        .map(|days| {
            let (id, name) = (employer.map(id), employer.map(|it| it.name.as_str()));
            let (start, end) = (world.days_ago(days.saturating_add(700)), world.days_ago(days));
            let (earlier_id, earlier) = if person.recently_changed_jobs == Some(true) {
                (Some("org-earlier".to_owned()), Some("An Earlier Employer"))
            } else {
                (id.clone(), name)
            };
            vec![
                json!({ "organization_id": id, "organization_name": name, "title": person.title,
                    "start_date": end, "end_date": null, "current": true }),
                json!({ "organization_id": earlier_id, "organization_name": earlier, "title": "Specialist",
                    "start_date": start, "end_date": end, "current": false }),
            ]
        })
        .unwrap_or_default();
    json!({
        "id": "5f7d0b1c",
        "title": person.title,
        "email": person.email,
        "email_status": if person.confidence >= 0.7 { "verified" } else { "guessed" },
        "seniority": person.seniority.and_then(seniority),
        "departments": departments,
        "subdepartments": subdepartments,
        "functions": [],
        "employment_history": history,
        "organization_id": employer.map(id),
        "organization": employer.map(|company| organization(world, company)),
    })
}

fn departments(person: &PersonRecord) -> (Vec<&'static str>, Vec<&'static str>) {
    let (mut above, mut below) = match person.function.unwrap_or(Function::Other) {
        Function::RevenueOperations => (vec!["master_sales"], vec!["revenue_operations"]),
        Function::Sales => (vec!["master_sales"], vec!["sales"]),
        Function::Marketing => (vec!["master_marketing"], vec!["marketing"]),
        Function::CustomerSuccess => (vec!["master_sales"], vec!["customer_success"]),
        Function::Engineering => (vec!["master_engineering_technical"], vec!["software_development"]),
        Function::Product => (vec!["product_management"], vec!["product_management"]),
        Function::It => (vec!["master_information_technology"], vec!["information_technology"]),
        Function::Data => (vec!["master_engineering_technical"], vec!["data_science"]),
        Function::GeneralManagement => (vec!["c_suite"], vec!["executive"]),
        Function::Operations => (vec!["master_operations"], vec!["operations"]),
        Function::Finance => (vec!["master_finance"], vec!["finance"]),
        Function::HumanResources => (vec!["master_human_resources"], vec!["human_resources"]),
        Function::Legal => (vec!["master_legal"], vec!["legal"]),
        Function::Education => (vec!["education"], vec![]),
        Function::Other => (vec![], vec![]),
    };
    if person.seniority == Some(Seniority::CLevel) && !above.contains(&"c_suite") {
        above.push("c_suite");
        below.push("executive");
    }
    (above, below)
}

fn seniority(level: Seniority) -> Option<&'static str> {
    Some(match level {
        Seniority::Training => "intern",
        Seniority::Entry => "entry",
        Seniority::Individual => return None,
        Seniority::Senior => "senior",
        Seniority::Manager => "manager",
        Seniority::Director => "director",
        Seniority::Vp => "vp",
        Seniority::CLevel => "c_suite",
        Seniority::Owner => "owner",
    })
}
