//! People Data Labs: person and company enrichment, version 5. Shapes as in its documentation and `OpenAPI` description.
//!
//! 404 is no match, and is not billed. An answer names the company that it is about, which is held against the one that
//! was asked for; a person's answer says how likely the match is, from 1 to 10.

use http::header::HeaderName;
use leadlight_lead::{About, FactField, Function, Funding, Gap, RevenueRange, Seniority};
use leadlight_outward::{Ask, Reply};
use serde_json::Value;

use super::json::{at, country, day, domain, headcount, naics, number, object, text, texts, whole};
use crate::findings::{CompanyFindings, Findings, PersonFindings};
use crate::vendor::{Asking, Knows, Options, Question, Said, Subject, Unreadable, Vendor, Way, Wrong};

/// The kind of the file.
pub(crate) const PEOPLE_DATA_LABS: Vendor = Vendor {
    name: "people-data-labs",
    title: "People Data Labs",
    // The least likelihood, 1 to 10, that the vendor itself is to answer with: below it nothing is billed.
    options: &[("min_likelihood", Some("6"))],
    asks: &[About::Company, About::Person],
    fills: &[
        FactField::CompanyName,
        FactField::Industry,
        FactField::Naics,
        FactField::Employees,
        FactField::RevenueRange,
        FactField::Country,
        FactField::Funding,
        FactField::HeadcountGrowth,
        FactField::Title,
        FactField::Function,
        FactField::Seniority,
        FactField::RoleSince,
        FactField::Employer,
        FactField::EmployerSince,
    ],
    narrow: Some(narrow),
    way: Way::Asked(Asking {
        base: Some("https://api.peopledatalabs.com"),
        wants_key: true,
        ask,
        then: None,
        read,
    }),
};

fn narrow(options: &Options) -> Result<Knows, Vec<Wrong>> {
    let least = options.get("min_likelihood").and_then(|least| least.parse().ok());
    if least.is_some_and(|least: u8| (1..=10).contains(&least)) {
        return Ok(PEOPLE_DATA_LABS.knows());
    }
    let what = "is no likelihood".to_owned();
    Err(vec![Wrong {
        option: "min_likelihood",
        what,
        remedy: "write a whole number from 1 to 10".to_owned(),
    }])
}

fn ask(question: &Question<'_>) -> Ask {
    let least = question.address.option("min_likelihood");
    let ask = match question.subject {
        Subject::Company(domain) => Ask::get(
            &question.address.at("/v5/company/enrich"),
            &[("website", domain.as_str()), ("min_likelihood", least)],
        ),
        Subject::Person(email, _) => Ask::get(
            &question.address.at("/v5/person/enrich"),
            &[("email", email.as_str()), ("min_likelihood", least)],
        ),
    };
    ask.with(HeaderName::from_static("x-api-key"), question.key.trim().to_owned())
}

fn read(question: &Question<'_>, reply: &Reply) -> Result<Said, Unreadable> {
    let body = object(reply)?;
    match question.subject {
        Subject::Company(asked) => {
            if domain(&body, "website").is_some_and(|answered| answered != *asked) {
                return Ok(Said::Nothing(Gap::OtherSubject));
            }
            // An answer that names neither a website nor a company is not one of theirs.
            if at(&body, "website").is_none() && at(&body, "name").is_none() {
                return Err(Unreadable);
            }
            Ok(Said::facts(company(&body)))
        }
        Subject::Person(email, _) => {
            let data = at(&body, "data").filter(|data| data.is_object()).ok_or(Unreadable)?;
            if is_someone_else(data, email.as_str()) {
                return Ok(Said::Nothing(Gap::OtherSubject));
            }
            Ok(Said::facts(person(&body, data)))
        }
    }
}

/// The answer lists addresses, and the one that was asked for is none of them.
fn is_someone_else(data: &Value, email: &str) -> bool {
    let listed = at(data, "emails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let listed = listed.iter().filter_map(|entry| entry.as_str().or_else(|| at(entry, "address")?.as_str()));
    let named = [text(data, "work_email"), text(data, "recommended_personal_email")];
    let personal = texts(data, "personal_emails").unwrap_or_default();
    let mut all = listed.map(str::to_owned).chain(named.into_iter().flatten()).chain(personal).peekable();
    all.peek().is_some() && !all.any(|one| one.eq_ignore_ascii_case(email))
}

fn company(body: &Value) -> Findings {
    let likelihood = number(body, "likelihood").map_or(0.8, |likelihood| (likelihood / 10.0).clamp(0.0, 1.0));
    let funding = Funding {
        total_usd: whole(body, "total_funding_raised"),
        latest_round: text(body, "latest_funding_stage")
            .map(|stage| stage.to_lowercase().replace([' ', '_'], "-")),
        latest_at: day(body, "last_funding_date"),
    };
    let company = CompanyFindings {
        name: text(body, "display_name").or_else(|| text(body, "name")),
        industry: text(body, "industry"),
        naics: naics(&body["naics"][0], "naics_code"),
        employees: headcount(body, "employee_count").or_else(|| headcount(body, "size")),
        revenue_range: text(body, "inferred_revenue").and_then(|range| RevenueRange::read(&range)),
        country: country(body, "location/country"),
        funding: (funding != Funding::default()).then_some(funding),
        headcount_growth: number(body, "employee_growth_rate/12_month"),
        ..CompanyFindings::default()
    };
    Findings { confidence: likelihood, company, person: PersonFindings::default() }
}

fn person(body: &Value, data: &Value) -> Findings {
    let confidence = number(body, "likelihood").map_or(0.6, |likelihood| (likelihood / 10.0).clamp(0.0, 1.0));
    let person = PersonFindings {
        title: text(data, "job_title"),
        function: text(data, "job_title_role")
            .and_then(|role| function(&role, text(data, "job_title_sub_role").as_deref())),
        seniority: texts(data, "job_title_levels")
            .and_then(|levels| levels.iter().filter_map(|l| level(l)).max()),
        role_since: day(data, "job_start_date"),
        employer: domain(data, "job_company_website"),
        employer_since: since(data),
        recently_changed_jobs: None,
    };
    Findings { confidence, company: CompanyFindings::default(), person }
}

/// The first day with the company of now: of its positions that follow on each other, the earliest.
fn since(data: &Value) -> Option<jiff::civil::Date> {
    let employer = text(data, "job_company_name")?;
    let past = at(data, "experience")?.as_array()?;
    let there = past.iter().filter(|one| text(one, "company/name").is_some_and(|name| name == employer));
    there.filter_map(|one| day(one, "start_date")).min()
}

fn level(text: &str) -> Option<Seniority> {
    Some(match text {
        "training" | "unpaid" => Seniority::Training,
        "entry" => Seniority::Entry,
        "senior" => Seniority::Senior,
        "manager" => Seniority::Manager,
        "director" => Seniority::Director,
        "vp" => Seniority::Vp,
        "cxo" => Seniority::CLevel,
        "owner" | "partner" => Seniority::Owner,
        _ => return None,
    })
}

fn function(role: &str, sub_role: Option<&str>) -> Option<Function> {
    if let Some("revenue_operations" | "sales_operations") = sub_role {
        return Some(Function::RevenueOperations);
    }
    Some(match role {
        "sales" | "partnerships" => Function::Sales,
        "marketing" | "public_relations" => Function::Marketing,
        "customer_service" => Function::CustomerSuccess,
        "engineering" => Function::Engineering,
        "product" | "design" => Function::Product,
        "finance" => Function::Finance,
        "human_resources" => Function::HumanResources,
        "legal" => Function::Legal,
        "operations" => Function::Operations,
        "education" => Function::Education,
        _ => return None,
    })
}
