//! 6sense, version 2: an answer about a person by their address says what their company is, how near to buying it is and
//! how well it fits.

use leadlight_events::{CompanyRecord, TopicRecord};
use serde_json::{Value, json};

use super::words::{country, industry, spaced};
use super::world::World;
use super::{Manner, Subject, Vendor, no_step};
use crate::{Answer, Received};

pub(super) const MANNER: Manner = Manner { key, leads_on: no_step, subject, known, unknown, error };

fn key(request: &Received) -> Option<String> {
    request.header("authorization").strip_prefix("Token ").map(str::to_owned)
}

fn subject(request: &Received) -> Option<Subject> {
    let is_full = request.path() == "/v2/people/full" && request.method == "POST";
    // It takes no address without a country.
    let email = request.parameter("email").filter(|_| is_full && request.parameter("country").is_some())?;
    Some(Subject::Person(email.to_lowercase()))
}

fn known(world: &World, request: &Received, subject: &Subject) -> Option<Value> {
    let Subject::Person(email) = subject else { return None };
    let is_asked = request.parameter("email").is_some_and(|asked| asked.eq_ignore_ascii_case(email));
    let website = request.parameter("website").filter(|_| is_asked);
    let domain = website.as_deref().or_else(|| Some(email.split_once('@')?.1))?;
    let company = world.company(domain).filter(|company| world.knows_company(Vendor::SixSense, company))?;
    let intent = company.intent.as_ref()?;
    let scores: Vec<Value> = intent.topics.iter().map(|topic| score(topic, intent.days_ago)).collect();
    Some(
        json!({ "company": company_record(company), "scores": scores, "segments": { "ids": [], "names": [] } }),
    )
}

fn unknown(_: &Subject) -> Answer {
    error(404)
}

fn error(status: u16) -> Answer {
    let message = match status {
        401 => "Unauthorized",
        402 => "Quota exceeded",
        404 => "No match found",
        429 => "Too many requests",
        _ => "Internal error",
    };
    Answer::new(status, json!({ "status": status, "message": message }))
}

fn company_record(company: &CompanyRecord) -> Value {
    json!({
        "domain": company.domain,
        "name": company.name,
        "industry": company.industry.as_deref().map(|key| industry(key).title),
        "employeeCount": company.employees.map(|number| number.to_string()),
        "annualRevenue": company.revenue_usd.map(|usd| usd.to_string()),
        "country": company.country.map(|code| country(code.as_str())),
        "countryISOCode": company.country,
    })
}

/// Of one of the customer's products, which are called as topics are. It is a score of today: what was seen three weeks ago
/// is half as far from an average company's as it was then.
fn score(topic: &TopicRecord, days_ago: u16) -> Value {
    let today = 50.0 + (topic.score - 50.0) * 0.5_f64.powf(f64::from(days_ago) / 21.0);
    let stage = match today {
        score if score >= 90.0 => "Purchase",
        score if score >= 75.0 => "Decision",
        score if score >= 60.0 => "Consideration",
        score if score >= 50.0 => "Awareness",
        _ => "Target",
    };
    json!({
        "product": spaced(&topic.name),
        "company_intent_score": (today * 10.0).round() / 10.0,
        "company_buying_stage": stage,
        "company_profile_score": 70,
        "company_profile_fit": "Moderate",
        "is_6qa": today >= 75.0,
    })
}
