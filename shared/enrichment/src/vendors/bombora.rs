//! Bombora: how strongly a company researches what a signal definition of the customer's is about. Requests as in its
//! Intent API, version 1: a token, the question, its answer.
//!
//! 50 is an average company, 60 a surge; the data are of the week. A signal says nothing of single topics, so the policy
//! knows it by one name, the option `topic`. A company that Bombora has no score of is not known, which is no calm.

use http::Method;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadlight_lead::{About, DomainName, FactField, Gap, Intent, Topic};
use leadlight_outward::{Ask, Reply};
use serde_json::{Value, json};

use super::json::{at, day, domain, object, score};
use crate::findings::{CompanyFindings, Findings, PersonFindings};
use crate::vendor::{Asking, Knows, Options, Question, Said, Subject, Unreadable, Vendor, Way, Wrong};

/// Bombora matches by domain alone. Judgement: the domain is sure, the score is statistics.
const CONFIDENCE: f64 = 0.8;
/// From here on Bombora itself calls it a surge.
const SURGE: f64 = 60.0;

/// The kind of the file.
pub(crate) const BOMBORA: Vendor = Vendor {
    name: "bombora",
    title: "Bombora",
    // The id of a signal definition, and the name that the policy gives to what it is about.
    options: &[("signal", None), ("topic", None)],
    asks: &[About::Company],
    fills: &[FactField::Intent],
    narrow: Some(narrow),
    way: Way::Asked(Asking {
        base: Some("https://api.bombora.com"),
        wants_key: true,
        ask,
        then: Some(then),
        read,
    }),
};

fn narrow(options: &Options) -> Result<Knows, Vec<Wrong>> {
    let signal = options.get("signal").map_or("", String::as_str);
    let is_id = signal.len() == 36
        && signal.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    if is_id || signal.is_empty() {
        return Ok(BOMBORA.knows());
    }
    let what = "is no id of a signal definition".to_owned();
    let remedy = "write the id that Bombora gave it, 32 hexadecimal digits in five groups".to_owned();
    Err(vec![Wrong { option: "signal", what, remedy }])
}

/// The key is what Bombora's portal shows as id and secret, with a colon between.
fn ask(question: &Question<'_>) -> Ask {
    let key = question.key.trim();
    let (id, secret) = key.split_once(':').unwrap_or((key, ""));
    let fields =
        [("grant_type", "client_credentials"), ("client_id", id.trim()), ("client_secret", secret.trim())];
    Ask::form(question.address.at("/oauth/token"), &fields)
}

fn then(question: &Question<'_>, replies: &[Reply]) -> Option<Ask> {
    let token = token(replies.first()?, "access_token")?;
    let data = question.address.at("/intent/v1/data");
    match replies {
        [_] => {
            let body = json!({
                "signalDefinitionId": question.address.option("signal"),
                "attributes": ["domain", "score"],
                "filter": { "a": "domain", "eq": asked(question.subject) },
            });
            Some(Ask::json(Method::POST, data, &body).bearing(&token))
        }
        [_, page] => {
            let page = self::token(page, "pageToken")?;
            Some(Ask::get(&data, &[("pageToken", &page), ("limit", "10")]).bearing(&token))
        }
        _ => None,
    }
}

/// A token as it may stand in a header or an address.
fn token(reply: &Reply, name: &str) -> Option<String> {
    let body = object(reply).ok()?;
    let token = body.get(name)?.as_str()?.trim();
    let is_plain = (1..=8_000).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic());
    is_plain.then(|| token.to_owned())
}

fn asked(subject: Subject<'_>) -> &str {
    match subject {
        Subject::Company(domain) | Subject::Person(_, Some(domain)) => domain.as_str(),
        Subject::Person(email, None) => email.domain(),
    }
}

fn read(question: &Question<'_>, reply: &Reply) -> Result<Said, Unreadable> {
    let body = object(reply)?;
    let rows = at(&body, "data").and_then(Value::as_array).ok_or(Unreadable)?;
    if rows.is_empty() {
        return Ok(Said::Unknown);
    }
    let is_ours = |row: &&Value| {
        domain(row, "domain").is_some_and(|found: DomainName| found.as_str() == asked(question.subject))
    };
    let Some(row) = rows.iter().find(is_ours) else {
        let names_another = rows.iter().any(|row| domain(row, "domain").is_some());
        return if names_another { Ok(Said::Nothing(Gap::OtherSubject)) } else { Err(Unreadable) };
    };
    // Of a company without a score nothing is known.
    let Some(score) = score(row, "score") else { return Ok(Said::Unknown) };
    let name = question.address.option("topic").to_owned();
    let of_week = |date: Date| TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok();
    let observed_at =
        day(row, "date").and_then(of_week).filter(|at| *at <= question.at).unwrap_or(question.at);
    let intent = Intent {
        observed_at,
        topics: vec![Topic { name, score }],
        score: Some(score),
        is_spike: Some(score >= SURGE),
        buying_stage: None,
    };
    let company = CompanyFindings { intent: Some(intent), ..CompanyFindings::default() };
    Ok(Said::facts(Findings { confidence: CONFIDENCE, company, person: PersonFindings::default() }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use leadlight_outward::Address;

    use super::*;

    #[test]
    fn the_key_is_an_id_and_a_secret_with_a_colon_between() {
        let address = Address::parse("https://api.bombora.com", BTreeMap::new()).unwrap();
        let domain: DomainName = "acme.example".parse().unwrap();
        let at = "2026-11-20T12:00:00Z".parse().unwrap();
        let question =
            Question { subject: Subject::Company(&domain), address: &address, key: "id:se:cret\n", at };
        let body = String::from_utf8(ask(&question).body).unwrap();
        assert_eq!(body, "grant_type=client_credentials&client_id=id&client_secret=se%3Acret");
    }
}
