//! Which value of a JSON document is which of our facts: the options that say so, and the document read by them. Shared by
//! the kinds whose field map stands in the vendors file.
//!
//! A path into a document is written `data.company.sector`, or `data/company/sector` where a name has a dot; a number is a
//! place in a list, and `*` (for tools alone) is every entry of one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use leadlight_lead::{About, FactField, Funding, Intent, RevenueRange, Topic};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::json::{code, country, day, domain, flag, headcount, number, score, text, usd, whole};
use crate::findings::{CompanyFindings, Findings, PersonFindings};
use crate::vendor::{Options, Said, Subject, Unreadable, Wrong};

/// An option: its name, and what it is where it is left out; none where it must be there.
pub(super) type Choice = (&'static str, Option<&'static str>);

/// Of an answer that does not say how sure it is, though the file names where. Judgement: as good as what people type.
const UNSURE: f64 = 0.5;

/// A fact for each of these may be named in the file, as the option of its name.
pub(super) const FIELDS: &[FactField] = &[
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

/// The options of a field map.
const MAP: [Choice; 20] = [
    // What stands for certainty at the path of `confidence`.
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
];

/// The options of a kind: its own, then those of a field map. `N` is how many that makes.
pub(super) const fn with_map<const N: usize>(own: &[Choice]) -> [Choice; N] {
    assert!(N == own.len() + MAP.len(), "`N` counts both");
    let mut all = [("", None); N];
    let mut at = 0;
    while at < N {
        all[at] = if at < own.len() { own[at] } else { MAP[at - own.len()] };
        at += 1;
    }
    all
}

/// Stand in the file for the company's domain and the person's address.
pub(super) const DOMAIN: &str = "{domain}";
pub(super) const EMAIL: &str = "{email}";

pub(super) fn option<'a>(options: &'a Options, name: &str) -> &'a str {
    options.get(name).map_or("", String::as_str)
}

/// Notes what is wrong with an option and what to write instead.
pub(super) type Add<'a> = dyn FnMut(&'static str, &str, &str) + 'a;

/// What is wrong with a kind's options, gathered.
pub(super) fn wrongs(check: impl FnOnce(&mut Add<'_>)) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    check(&mut |option, what, remedy| {
        wrong.push(Wrong { option, what: what.to_owned(), remedy: remedy.to_owned() });
    });
    wrong
}

/// Whom a text with `{domain}` or `{email}` in it asks about.
pub(super) fn about(asked: &str) -> About {
    if asked.contains(EMAIL) { About::Person } else { About::Company }
}

/// An option that is a path into the document.
pub(super) fn path_is_sound(options: &Options, name: &'static str, add: &mut Add<'_>) {
    let path = option(options, name);
    let may_have_all = name == FactField::Technologies.as_str();
    if !path.is_empty() && !is_path(path, may_have_all) {
        add(
            name,
            "is no path into the answer",
            "write names with dots or slashes between, such as `data.sector`",
        );
    }
}

/// The fields that a map names, with what is wrong with it noted. `asked` is the option that says about whom, as `about`;
/// the problem is noted there where no field is named.
pub(super) fn fills(
    options: &Options,
    asked: &'static str,
    about: About,
    add: &mut Add<'_>,
) -> BTreeSet<FactField> {
    for field in FIELDS {
        path_is_sound(options, field.as_str(), add);
    }
    confidence_is_sound(options, add);
    let fills: BTreeSet<FactField> =
        FIELDS.iter().copied().filter(|field| !option(options, field.as_str()).is_empty()).collect();
    if fills.contains(&FactField::Intent) && option(options, "intent_topic").is_empty() {
        add(
            "intent",
            "is a score of nothing",
            "say what it is about: `intent_topic`, by the policy's name of it",
        );
    }
    if fills.is_empty() {
        add(
            asked,
            "leads to an answer of which nothing is read",
            "name a field, such as `industry = \"data.sector\"`",
        );
    }
    let persons = fills.iter().find(|field| **field >= FactField::Title);
    if let Some(field) = persons.filter(|_| about == About::Company) {
        let remedy = format!("name `{EMAIL}` in `{asked}`, or remove it");
        add(field.as_str(), "is of a person, and a company is asked about", &remedy);
    }
    fills
}

fn confidence_is_sound(options: &Options, add: &mut Add<'_>) {
    let confidence = option(options, "confidence");
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
    if !option(options, "confidence_of").parse().is_ok_and(|most: f64| most.is_finite() && most > 0.0) {
        add(
            "confidence_of",
            "is no number over 0",
            "write what the vendor says where it is certain, such as 100",
        );
    }
}

pub(super) fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split(if path.contains('/') { '/' } else { '.' })
}

fn is_path(path: &str, may_have_all: bool) -> bool {
    path.len() <= 200
        && parts(path).all(|part| !part.is_empty() && part.trim() == part && (may_have_all || part != "*"))
}

/// Everything at a path, null as well.
pub(super) fn all_at<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
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

pub(super) fn one_at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return None;
    }
    all_at(value, path).into_iter().next().filter(|value| !value.is_null())
}

/// What stands for the domain or the address.
pub(super) fn filled(template: &str, subject: Subject<'_>, encode: impl Fn(&str) -> String) -> String {
    let (company, email) = match subject {
        Subject::Company(company) => (company.as_str(), ""),
        Subject::Person(email, company) => {
            (company.map_or(email.domain(), |company| company.as_str()), email.as_str())
        }
    };
    template.replace(DOMAIN, &encode(company)).replace(EMAIL, &encode(email))
}

/// What a document says, by a map: of the time `at`, which is when it was asked for.
pub(super) fn read(options: &Options, at: Timestamp, root: &Value) -> Result<Said, Unreadable> {
    let findings = Findings {
        confidence: confidence(options, root),
        company: company(options, at, root),
        person: person(options, root),
    };
    if FIELDS.iter().any(|field| findings.has(*field)) {
        return Ok(Said::facts(findings));
    }
    // What is there and cannot be read is another shape than the file says.
    let is_there = FIELDS.iter().any(|field| one_at(root, option(options, field.as_str())).is_some());
    if is_there { Err(Unreadable) } else { Ok(Said::Unknown) }
}

fn confidence(options: &Options, root: &Value) -> f64 {
    let of = |name| option(options, name);
    if let Ok(constant) = of("confidence").parse() {
        return constant;
    }
    let most: f64 = of("confidence_of").parse().unwrap_or(1.0);
    let said = one_at(root, of("confidence")).and_then(|said| number(said, "")).map(|said| said / most);
    said.filter(|share| (0.0..=1.0).contains(share)).unwrap_or(UNSURE)
}

fn company(options: &Options, at: Timestamp, root: &Value) -> CompanyFindings {
    let of = |name| option(options, name);
    let one = |field: FactField| one_at(root, of(field.as_str()));
    let intent = |value: &Value| {
        let score = score(value, "")?;
        let topics = vec![Topic { name: of("intent_topic").to_owned(), score }];
        Some(Intent { score: Some(score), ..Intent::on(at, topics) })
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

fn person(options: &Options, root: &Value) -> PersonFindings {
    let of = |name| option(options, name);
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
