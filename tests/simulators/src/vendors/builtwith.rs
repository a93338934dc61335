//! `BuiltWith`'s Domain API: every tool that was ever seen at a domain, with the time it was seen last. Errors come with
//! 200, and a look-up is paid for whatever it finds.

use jiff::{SignedDuration, Timestamp};
use leadlight_events::CompanyRecord;
use serde_json::{Value, json};

use super::words::tool;
use super::world::World;
use super::{Manner, Subject, Vendor, no_step};
use crate::{Answer, Received};

pub(super) const MANNER: Manner = Manner { key, leads_on: no_step, subject, known, unknown, error };

/// What companies gave up: of each company one of these that it does not use now.
const GIVEN_UP: [&str; 4] = ["pardot", "zendesk", "marketo", "hubspot"];

fn key(request: &Received) -> Option<String> {
    request.parameter("KEY")
}

fn subject(request: &Received) -> Option<Subject> {
    let is_api = request.path().strip_prefix("/v").is_some_and(|rest| rest.ends_with("/api.json"));
    let domain = request.parameter("LOOKUP").filter(|_| is_api)?;
    Some(Subject::Company(domain.to_lowercase()))
}

fn known(world: &World, _: &Received, subject: &Subject) -> Option<Value> {
    let Subject::Company(domain) = subject else { return None };
    let company = world.company(domain).filter(|company| world.knows_company(Vendor::BuiltWith, company))?;
    Some(json!({ "Results": [result(world, company, domain)], "Errors": [] }))
}

fn unknown(_: &Subject) -> Answer {
    Answer::new(200, json!({ "Results": [], "Errors": [] }))
}

fn error(status: u16) -> Answer {
    let (status, message, code) = match status {
        401 => (200, "API Key is incorrect", -2),
        402 => (200, "You have no API credits left", -6),
        429 => (429, "Too many requests", -8),
        other => (other, "The service is not available", -1),
    };
    let errors = json!([{ "Lookup": null, "Message": message, "Code": code }]);
    Answer::new(status, json!({ "Results": [], "Errors": errors }))
}

fn result(world: &World, company: &CompanyRecord, domain: &str) -> Value {
    let days_ago = |days: i64| world.now - SignedDuration::from_hours(24 * days);
    let seen = |name: String, first: Timestamp, last: Timestamp| {
        json!({
            "Name": name, "Tag": "analytics", "Categories": [], "Link": null, "Description": null,
            "FirstDetected": first.as_millisecond(), "LastDetected": last.as_millisecond(), "IsPremium": "no",
        })
    };
    let in_use = company.technologies.as_deref().unwrap_or_default();
    let given_up = GIVEN_UP.iter().find(|key| !in_use.iter().any(|tool| tool == *key));
    // Half of what is in use is seen at the shop, or wherever else.
    let (here, elsewhere) = in_use.split_at(in_use.len() / 2);
    let fresh = |key: &String| seen(tool(key), days_ago(900), days_ago(9));
    let stale = given_up.map(|key| seen(tool(key), days_ago(1_400), days_ago(200)));
    let here: Vec<Value> = here.iter().map(fresh).chain(stale).collect();
    let elsewhere: Vec<Value> = elsewhere.iter().map(fresh).collect();
    json!({
        "Lookup": domain,
        "LastIndexed": days_ago(3).as_millisecond(),
        "Result": {
            "IsDB": "False",
            "Spend": 0,
            "Paths": [
                { "Domain": domain, "SubDomain": "", "Url": "", "Technologies": here },
                { "Domain": domain, "SubDomain": "app", "Url": "", "Technologies": elsewhere },
            ],
        },
        "Meta": { "CompanyName": company.name, "Vertical": null, "Country": company.country },
        "Attributes": {},
    })
}
