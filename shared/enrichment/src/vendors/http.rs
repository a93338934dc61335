//! Any vendor that answers one question with one JSON document: which field of its answer is which of ours stands in the
//! vendors file, as an option for each.
//!
//! A path into the answer is written `data.company.sector`, or `data/company/sector` where a name has a dot; a number is a
//! place in a list, and `*` (for tools alone) is every entry of one.

use std::collections::BTreeSet;

use http::Method;
use http::header::HeaderName;
use leadlight_lead::{About, FactField, Funding, Gap, Intent, RevenueRange, Topic};
use leadlight_outward::{Ask, Reply};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::json::{code, country, day, domain, flag, headcount, number, score, text, usd, whole};
use crate::findings::{CompanyFindings, Findings, PersonFindings};
use crate::vendor::{Asking, Knows, Options, Question, Said, Subject, Unreadable, Vendor, Way, Wrong};

/// Of an answer that does not say how sure it is, though the file names where. Judgement: as good as what people type.
const UNSURE: f64 = 0.5;

/// A fact for each of these may be named in the file, as the option of its name.
const FIELDS: &[FactField] = &[
    FactField::CompanyName,
    FactField::Industry,
    FactField::Employees,
    FactField::RevenueUsd,
    FactField::RevenueRange,
    FactField::Country,
    FactField::Technologies,
    FactField::Intent,
    FactField::Naics,
    FactField::Funding,
    FactField::HeadcountGrowth,
    FactField::Title,
    FactField::Function,
    FactField::Seniority,
    FactField::RoleSince,
    FactField::Employer,
    FactField::EmployerSince,
    FactField::RecentlyChangedJobs,
];

/// The kind of the file.
pub(crate) const HTTP: Vendor = Vendor {
    name: "http",
    title: "the HTTP provider",
    options: &[
        ("method", Some("GET")),
        // Below the address, with `{domain}` or `{email}`: that decides whom it is asked about.
        ("path", None),
        // JSON to send with POST; `{domain}` and `{email}` stand in its texts.
        ("body", Some("")),
        ("header", Some("authorization")),
        ("key_format", Some("Bearer {key}")),
        // What all other paths begin at.
        ("root", Some("")),
        // The domain or address that the answer is about.
        ("match", Some("")),
        // A number from 0 to 1, or a path to one, and what stands for certainty there.
        ("confidence", Some("0.6")),
        ("confidence_of", Some("1")),
        // What the score of `intent`, 0 to 100, is about.
        ("intent_topic", Some("")),
        ("company_name", Some("")),
        ("industry", Some("")),
        ("employees", Some("")),
        ("revenue_usd", Some("")),
        ("revenue_range", Some("")),
        ("country", Some("")),
        ("technologies", Some("")),
        ("intent", Some("")),
        ("naics", Some("")),
        ("funding", Some("")),
        ("headcount_growth", Some("")),
        ("title", Some("")),
        ("function", Some("")),
        ("seniority", Some("")),
        ("role_since", Some("")),
        ("employer", Some("")),
        ("employer_since", Some("")),
        ("recently_changed_jobs", Some("")),
    ],
    asks: &[About::Company, About::Person],
    fills: FIELDS,
    narrow: Some(narrow),
    way: Way::Asked(Asking { base: None, wants_key: true, ask, then: None, read }),
};

const DOMAIN: &str = "{domain}";
const EMAIL: &str = "{email}";
const KEY: &str = "{key}";

/// Headers that are not the file's to set.
const NOT_OURS: [&str; 6] =
    ["host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade"];

fn option<'a>(options: &'a Options, name: &str) -> &'a str {
    options.get(name).map_or("", String::as_str)
}

/// Whom it is asked about follows from its path and body, and what it knows from the fields that are named.
fn narrow(options: &Options) -> Result<Knows, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut add = |option, what: &str, remedy: &str| {
        wrong.push(Wrong { option, what: what.to_owned(), remedy: remedy.to_owned() });
    };
    let of = |name: &str| option(options, name);
    request_is_sound(options, &mut add);
    for name in ["root", "match"].into_iter().chain(FIELDS.iter().map(|field| field.as_str())) {
        let path = of(name);
        let may_have_all = name == FactField::Technologies.as_str();
        if !path.is_empty() && !is_path(path, may_have_all) {
            add(
                name,
                "is no path into the answer",
                "write names with dots or slashes between, such as `data.sector`",
            );
        }
    }
    let confidence = of("confidence");
    let is_share = confidence.parse().is_ok_and(|share: f64| (0.0..=1.0).contains(&share));
    if !confidence.is_empty()
        && !is_share
        && (confidence.parse::<f64>().is_ok() || !is_path(confidence, false))
    {
        add(
            "confidence",
            "is neither a share nor a path",
            "write a number from 0 to 1, or where the answer has one",
        );
    }
    if !of("confidence_of").parse().is_ok_and(|most: f64| most.is_finite() && most > 0.0) {
        add(
            "confidence_of",
            "is no number over 0",
            "write what the vendor says where it is certain, such as 100",
        );
    }
    let fills: BTreeSet<FactField> =
        FIELDS.iter().copied().filter(|field| !of(field.as_str()).is_empty()).collect();
    if fills.contains(&FactField::Intent) && of("intent_topic").is_empty() {
        add(
            "intent",
            "is a score of nothing",
            "say what it is about: `intent_topic`, by the policy's name of it",
        );
    }
    if fills.is_empty() {
        add(
            "path",
            "leads to an answer of which nothing is read",
            "name a field, such as `industry = \"data.sector\"`",
        );
    }
    let asked = format!("{}{}", of("path"), of("body"));
    let about = if asked.contains(EMAIL) { About::Person } else { About::Company };
    let persons = fills.iter().find(|field| **field >= FactField::Title);
    if let Some(field) = persons.filter(|_| about == About::Company) {
        add(
            field.as_str(),
            "is of a person, and a company is asked about",
            "name `{email}` in `path` or `body`, or remove it",
        );
    }
    if wrong.is_empty() { Ok(Knows { asks: vec![about], fills }) } else { Err(wrong) }
}

/// What is sent, but for the key.
fn request_is_sound(options: &Options, add: &mut impl FnMut(&'static str, &str, &str)) {
    let of = |name: &str| option(options, name);
    let (method, path, body) = (of("method"), of("path"), of("body"));
    if !["GET", "POST"].contains(&method) {
        add("method", "is another than GET and POST", "write \"GET\" or \"POST\"");
    }
    let is_below =
        path.starts_with('/') && path.bytes().all(|b| b.is_ascii_graphic() && !b"#\\@".contains(&b));
    if !path.is_empty() && (!is_below || has_other_braces(path)) {
        add(
            "path",
            "is no path below the address",
            "write one such as `/v1/companies/{domain}` or `/v1/find?email={email}`",
        );
    }
    if !body.is_empty() && (method == "GET" || serde_json::from_str::<Value>(body).is_err()) {
        add(
            "body",
            "is not JSON, or is sent with GET",
            "write JSON such as `{\"domain\": \"{domain}\"}`, and `method = \"POST\"`",
        );
    }
    let both = format!("{path}{body}");
    if !path.is_empty() && both.contains(DOMAIN) == both.contains(EMAIL) {
        add(
            "path",
            "names neither or both of `{domain}` and `{email}`",
            "ask about one: a second provider asks about the other",
        );
    }
    if !of("header").parse::<HeaderName>().is_ok_and(|name| !NOT_OURS.contains(&name.as_str())) {
        add(
            "header",
            "is no header that may carry a key",
            "write one such as `authorization` or `x-api-key`",
        );
    }
    let format = of("key_format");
    let is_text = format.bytes().all(|b| (b' '..=b'~').contains(&b));
    if format.matches(KEY).count() != 1 || !is_text {
        add(
            "key_format",
            "does not say where the key stands",
            "write `{key}` in it once, such as `Bearer {key}`",
        );
    }
}

fn has_other_braces(path: &str) -> bool {
    path.replace(DOMAIN, "").replace(EMAIL, "").contains(['{', '}'])
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split(if path.contains('/') { '/' } else { '.' })
}

fn is_path(path: &str, may_have_all: bool) -> bool {
    path.len() <= 200
        && parts(path).all(|part| !part.is_empty() && part.trim() == part && (may_have_all || part != "*"))
}

/// Everything at a path, null as well.
fn all_at<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![value];
    for part in parts(path).filter(|part| !part.is_empty()) {
        found = found
            .into_iter()
            .flat_map(|value| match value {
                Value::Array(list) if part == "*" => list.iter().collect(),
                Value::Array(list) => {
                    part.parse().ok().and_then(|place: usize| list.get(place)).into_iter().collect()
                }
                other => other.get(part).into_iter().collect::<Vec<_>>(),
            })
            .collect();
    }
    found
}

fn one_at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return None;
    }
    all_at(value, path).into_iter().next().filter(|value| !value.is_null())
}

/// What stands for the domain or the address.
fn filled(template: &str, subject: Subject<'_>, encode: impl Fn(&str) -> String) -> String {
    let (company, email) = match subject {
        Subject::Company(company) => (company.as_str(), ""),
        Subject::Person(email, company) => {
            (company.map_or(email.domain(), |company| company.as_str()), email.as_str())
        }
    };
    template.replace(DOMAIN, &encode(company)).replace(EMAIL, &encode(email))
}

/// As it may stand in a path and in a query.
fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let hex = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0').to_ascii_uppercase();
            encoded.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    encoded
}

fn with_subject(template: Value, subject: Subject<'_>) -> Value {
    match template {
        Value::String(text) => Value::String(filled(&text, subject, str::to_owned)),
        Value::Array(list) => list.into_iter().map(|value| with_subject(value, subject)).collect(),
        Value::Object(object) => object
            .into_iter()
            .map(|(name, value)| (filled(&name, subject, str::to_owned), with_subject(value, subject)))
            .collect(),
        other => other,
    }
}

fn ask(question: &Question<'_>) -> Ask {
    let of = |name| question.address.option(name);
    let url = question.address.at(&filled(of("path"), question.subject, percent));
    let body: Option<Value> = serde_json::from_str(of("body")).ok();
    let method = if of("method") == "POST" { Method::POST } else { Method::GET };
    let ask = body.map_or_else(
        || Ask { method: method.clone(), ..Ask::get(&url, &[]) },
        |body| Ask::json(method.clone(), url.clone(), &with_subject(body, question.subject)),
    );
    let key = of("key_format").replace(KEY, question.key.trim());
    match of("header").parse::<HeaderName>() {
        Ok(header) => ask.with(header, key),
        // Refused where the file is read.
        Err(_) => ask,
    }
}

fn read(question: &Question<'_>, reply: &Reply) -> Result<Said, Unreadable> {
    let of = |name| question.address.option(name);
    let body: Value = serde_json::from_slice(&reply.body).map_err(|_| Unreadable)?;
    let root = all_at(&body, of("root")).into_iter().next().ok_or(Unreadable)?;
    match root {
        Value::Null => return Ok(Said::Unknown),
        Value::Object(object) if object.is_empty() => return Ok(Said::Unknown),
        Value::Array(list) if list.is_empty() => return Ok(Said::Unknown),
        Value::Object(_) | Value::Array(_) => {}
        _ => return Err(Unreadable),
    }
    if !of("match").is_empty() {
        let named = one_at(root, of("match")).and_then(|named| text(named, "")).ok_or(Unreadable)?;
        if !is_asked(question.subject, &named) {
            return Ok(Said::Nothing(Gap::OtherSubject));
        }
    }
    let findings = Findings {
        confidence: confidence(question, root),
        company: company(question, root),
        person: person(question, root),
    };
    if FIELDS.iter().any(|field| findings.has(*field)) {
        return Ok(Said::facts(findings));
    }
    // What is there and cannot be read is another shape than the file says.
    let is_there = FIELDS.iter().any(|field| one_at(root, of(field.as_str())).is_some());
    if is_there { Err(Unreadable) } else { Ok(Said::Unknown) }
}

fn is_asked(subject: Subject<'_>, named: &str) -> bool {
    match subject {
        Subject::Person(email, _) if named.contains('@') => named.eq_ignore_ascii_case(email.as_str()),
        Subject::Company(company) | Subject::Person(_, Some(company)) => {
            domain(&Value::from(named), "").is_some_and(|named| named == *company)
        }
        Subject::Person(email, None) => {
            domain(&Value::from(named), "").is_some_and(|named| named.as_str() == email.domain())
        }
    }
}

fn confidence(question: &Question<'_>, root: &Value) -> f64 {
    let of = |name| question.address.option(name);
    if let Ok(constant) = of("confidence").parse() {
        return constant;
    }
    let most: f64 = of("confidence_of").parse().unwrap_or(1.0);
    let said = one_at(root, of("confidence")).and_then(|said| number(said, "")).map(|said| said / most);
    said.filter(|share| (0.0..=1.0).contains(share)).unwrap_or(UNSURE)
}

fn company(question: &Question<'_>, root: &Value) -> CompanyFindings {
    let of = |name| question.address.option(name);
    let one = |field: FactField| one_at(root, of(field.as_str()));
    let intent = |value: &Value| {
        let score = score(value, "")?;
        let topics = vec![Topic { name: of("intent_topic").to_owned(), score }];
        Some(Intent { score: Some(score), ..Intent::on(question.at, topics) })
    };
    CompanyFindings {
        name: one(FactField::CompanyName).and_then(|value| text(value, "")),
        industry: one(FactField::Industry).and_then(|value| text(value, "")),
        naics: one(FactField::Naics).and_then(|value| code(value, "")),
        employees: one(FactField::Employees).and_then(|value| headcount(value, "")),
        revenue_usd: one(FactField::RevenueUsd).and_then(|value| usd(value, "")),
        revenue_range: one(FactField::RevenueRange).and_then(|value| RevenueRange::read(&text(value, "")?)),
        country: one(FactField::Country).and_then(|value| country(value, "")),
        technologies: technologies(root, of(FactField::Technologies.as_str())),
        intent: one(FactField::Intent).and_then(intent),
        funding: one(FactField::Funding)
            .and_then(|value| Some(Funding { total_usd: Some(whole(value, "")?), ..Funding::default() })),
        headcount_growth: one(FactField::HeadcountGrowth)
            .and_then(|value| number(value, "").filter(|share| (-1.0..=1000.0).contains(share))),
        hiring: None,
    }
}

/// Names of tools: a list of them, or `tools.*.name`. An empty list says that it looked and saw none; a list of something
/// else says nothing.
fn technologies(root: &Value, path: &str) -> Option<Vec<String>> {
    let found = if path.is_empty() { Vec::new() } else { all_at(root, path) };
    let (entries, is_list): (Vec<&Value>, bool) = match found.as_slice() {
        [Value::Array(list)] => (list.iter().collect(), true),
        _ => (found, false),
    };
    let names: Vec<String> = entries.iter().filter_map(|entry| text(entry, "")).collect();
    (!names.is_empty() || is_list && entries.is_empty()).then_some(names)
}

fn person(question: &Question<'_>, root: &Value) -> PersonFindings {
    let of = |name| question.address.option(name);
    let one = |field: FactField| one_at(root, of(field.as_str()));
    PersonFindings {
        title: one(FactField::Title).and_then(|value| text(value, "")),
        function: one(FactField::Function).and_then(word),
        seniority: one(FactField::Seniority).and_then(word),
        role_since: one(FactField::RoleSince).and_then(|value| day(value, "")),
        employer: one(FactField::Employer).and_then(|value| domain(value, "")),
        employer_since: one(FactField::EmployerSince).and_then(|value| day(value, "")),
        recently_changed_jobs: one(FactField::RecentlyChangedJobs).and_then(|value| flag(value, "")),
    }
}

/// A word of ours, such as `revenue_operations`, however it is capitalised and joined.
fn word<T: DeserializeOwned>(value: &Value) -> Option<T> {
    let key = text(value, "")?.to_lowercase().replace([' ', '-'], "_");
    serde_json::from_value(Value::String(key)).ok()
}
