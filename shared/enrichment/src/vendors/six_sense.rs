//! 6sense: firmographics and scores in one, by a person's address. Fields as in its published `OpenAPI` description.
//!
//! Its score of a company is asked for by a person of it: there is none by domain. Each product of the customer has a
//! score, and is a topic here, by its name. What 6sense thinks of the person (grade, profile fit) and its segments are
//! judgements of another platform, and are not read. 404 is no match, and is not billed.

use http::header::AUTHORIZATION;
use jiff::Timestamp;
use leadlight_lead::{About, FactField, Gap, Intent, RevenueRange, Topic};
use leadlight_outward::{Ask, Reply};
use serde_json::Value;

use super::json::{at, code, country, domain, flag, headcount, object, score, text, usd};
use crate::findings::{CompanyFindings, Findings, PersonFindings};
use crate::vendor::{Asking, Question, Said, Subject, Unreadable, Vendor, Way};

/// It says nothing of how sure it is. Judgement: a company matched by domain is the company, but its figures are modelled.
const CONFIDENCE: f64 = 0.7;

/// The kind of the file.
pub(crate) const SIX_SENSE: Vendor = Vendor {
    name: "6sense",
    title: "6sense",
    // It refuses an address without a country, and matches by both: in English, that of most leads.
    options: &[("country", None)],
    asks: &[About::Person],
    fills: &[
        FactField::CompanyName,
        FactField::Industry,
        FactField::Naics,
        FactField::Employees,
        FactField::RevenueUsd,
        FactField::RevenueRange,
        FactField::Country,
        FactField::Intent,
    ],
    narrow: None,
    way: Way::Asked(Asking {
        base: Some("https://scribe.6sense.com"),
        wants_key: true,
        ask,
        then: None,
        read,
    }),
};

fn ask(question: &Question<'_>) -> Ask {
    let country = question.address.option("country");
    let mut fields = vec![("country", country)];
    match question.subject {
        Subject::Company(domain) => fields.push(("website", domain.as_str())),
        Subject::Person(email, domain) => {
            fields.push(("email", email.as_str()));
            fields.extend(domain.map(|domain| ("website", domain.as_str())));
        }
    }
    let key = format!("Token {}", question.key.trim());
    Ask::form(question.address.at("/v2/people/full"), &fields).with(AUTHORIZATION, key)
}

fn read(question: &Question<'_>, reply: &Reply) -> Result<Said, Unreadable> {
    let body = object(reply)?;
    // A refusal with the status 200 has neither.
    if at(&body, "company").is_none() && at(&body, "scores").is_none() {
        return Err(Unreadable);
    }
    let answered = domain(&body, "company/domain");
    if answered.is_some_and(|answered| !is_asked(question.subject, answered.as_str())) {
        return Ok(Said::Nothing(Gap::OtherSubject));
    }
    let company = CompanyFindings {
        name: text(&body, "company/name"),
        industry: text(&body, "company/industry"),
        naics: code(&body, "company/naicscode"),
        employees: headcount(&body, "company/employeeCount")
            .or_else(|| headcount(&body, "company/employeeRange")),
        revenue_usd: usd(&body, "company/annualRevenue"),
        revenue_range: text(&body, "company/revenueRange").and_then(|range| RevenueRange::read(&range)),
        country: country(&body, "company/countryISOCode").or_else(|| country(&body, "company/country")),
        intent: at(&body, "scores").and_then(|scores| intent(scores, question.at)),
        ..CompanyFindings::default()
    };
    // It answers whom it cannot match with empty fields.
    if company == CompanyFindings::default() {
        return Ok(Said::Unknown);
    }
    Ok(Said::facts(Findings { confidence: CONFIDENCE, company, person: PersonFindings::default() }))
}

fn is_asked(subject: Subject<'_>, answered: &str) -> bool {
    match subject {
        Subject::Company(domain) | Subject::Person(_, Some(domain)) => domain.as_str() == answered,
        Subject::Person(email, None) => email.domain() == answered,
    }
}

/// Its scores, a product each: the strongest says how far they are. Without a product it is not known what is researched,
/// and an intent of no topic would count as none.
fn intent(scores: &Value, at: Timestamp) -> Option<Intent> {
    let scores = scores.as_array()?;
    let product =
        |one: &Value| Some(Topic { name: text(one, "product")?, score: score(one, "company_intent_score")? });
    let stage = |one: &Value| text(one, "company_buying_stage").map(|stage| stage.to_lowercase());
    let by_score = |one: &&Value| score(one, "company_intent_score").map(f64::to_bits);
    let strongest = scores.iter().filter(|one| by_score(one).is_some()).max_by_key(by_score);
    let qualified: Vec<bool> = scores.iter().filter_map(|one| flag(one, "is_6qa")).collect();
    let topics: Vec<Topic> = scores.iter().filter_map(product).collect();
    (!topics.is_empty()).then(|| Intent {
        observed_at: at,
        topics,
        score: strongest.and_then(|one| score(one, "company_intent_score")),
        is_spike: (!qualified.is_empty()).then(|| qualified.contains(&true)),
        buying_stage: strongest.and_then(stage),
    })
}
