//! 6sense, version 2: an answer about a person by their address says what their company is, how near to buying it is and
//! how well it fits.

use leadlight_events::{CompanyRecord, IntentRecord};
use serde_json::{Value, json};

use super::words::{country, industry};
use super::world::World;
use super::{Manner, Subject, Vendor};
use crate::{Answer, Received};

pub(super) const MANNER: Manner = Manner { key, subject, known, unknown, error };

fn key(request: &Received) -> Option<String> {
    request.header("authorization").strip_prefix("Token ").map(str::to_owned)
}

fn subject(request: &Received) -> Option<Subject> {
    let is_known = ["/v2/people/full", "/v2/people/score"].contains(&request.path());
    let email = request.parameter("email").filter(|_| is_known)?;
    Some(Subject::Person(email.to_lowercase()))
}

fn known(world: &World, _: &Received, subject: &Subject) -> Option<Value> {
    let Subject::Person(email) = subject else { return None };
    let domain = email.split_once('@').map_or("", |(_, domain)| domain);
    let company = world.company(domain).filter(|company| world.knows_company(Vendor::SixSense, company))?;
    let intent = company.intent.as_ref()?;
    Some(json!({ "company": company_record(company), "scores": [scores(intent)], "segments": { "ids": [], "names": [] } }))
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

fn scores(intent: &IntentRecord) -> Value {
    let strongest = intent.topics.first().map_or(0.0, |topic| topic.score);
    let stage = match strongest {
        score if score >= 90.0 => "Purchase",
        score if score >= 75.0 => "Decision",
        score if score >= 60.0 => "Consideration",
        score if score >= 50.0 => "Awareness",
        _ => "Target",
    };
    json!({
        "product": "leadlight",
        "company_intent_score": strongest.round(),
        "company_buying_stage": stage,
        "company_profile_score": 70,
        "company_profile_fit": "Moderate",
        "is_6qa": strongest >= 75.0,
    })
}
