//! `BuiltWith`: the Domain API. Shapes as in its documentation and in public clients.
//!
//! A domain has several paths and subdomains, each with the technologies that were seen there and when. Errors come with
//! status 200, as texts or objects, and only words tell them apart. The key stands in the address of the request, which
//! therefore is written nowhere.

use jiff::{Timestamp, ToSpan};
use leadlight_lead::{About, FactField, Gap};
use leadlight_outward::{Ask, Reply};
use serde_json::Value;

use super::json::{at, country, domain, object, text, whole};
use crate::findings::{CompanyFindings, Findings, PersonFindings};
use crate::vendor::{Asking, Knows, Options, Question, Said, Subject, Unreadable, Vendor, Way, Wrong};

/// The kind of the file.
pub(crate) const BUILTWITH: Vendor = Vendor {
    name: "builtwith",
    title: "BuiltWith",
    // What was seen last so many days before the question, or longer ago, is gone. The path holds the version.
    options: &[("stale_days", Some("90")), ("path", Some("/v22/api.json"))],
    asks: &[About::Company],
    fills: &[FactField::Technologies, FactField::CompanyName, FactField::Country, FactField::Industry],
    narrow: Some(narrow),
    way: Way::Asked(Asking {
        base: Some("https://api.builtwith.com"),
        wants_key: true,
        ask,
        then: None,
        read,
    }),
};

/// It is asked by domain, and answers with what it saw there.
const CONFIDENCE: f64 = 0.8;

/// Days are days, and a path is below the vendor's address.
fn narrow(options: &Options) -> Result<Knows, Vec<Wrong>> {
    let option = |name: &str| options.get(name).map(String::as_str).unwrap_or_default();
    let mut wrong = Vec::new();
    if !days(option("stale_days")).is_some_and(|days| DAYS.contains(&days)) {
        let (what, remedy) =
            ("is no number of days".to_owned(), "write 1 to 3650, such as `\"90\"`".to_owned());
        wrong.push(Wrong { option: "stale_days", what, remedy });
    }
    if !option("path").starts_with('/') {
        let (what, remedy) = ("is no path".to_owned(), "write one that begins with `/`".to_owned());
        wrong.push(Wrong { option: "path", what, remedy });
    }
    let knows = Knows { asks: BUILTWITH.asks.to_vec(), fills: BUILTWITH.fills.iter().copied().collect() };
    if wrong.is_empty() { Ok(knows) } else { Err(wrong) }
}

const DAYS: std::ops::RangeInclusive<i64> = 1..=3_650;

fn days(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

fn ask(question: &Question<'_>) -> Ask {
    let lookup = question.subject.company();
    let lookup = lookup.as_ref().map(|domain| Subject::Company(domain).in_ascii()).unwrap_or_default();
    Ask::get(
        &question.address.at(question.address.option("path")),
        &[
            ("KEY", question.key.trim()),
            ("LOOKUP", &lookup),
            // Neither descriptions nor names and addresses of people.
            ("HIDEDL", "yes"),
            ("NOATTR", "yes"),
            ("NOPII", "yes"),
        ],
    )
}

fn read(question: &Question<'_>, reply: &Reply) -> Result<Said, Unreadable> {
    let body = object(reply)?;
    let results = at(&body, "Results").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let asked = question.subject.company();
    let named = |result: &Value| domain(result, "Lookup").or_else(|| domain(result, "Result/Lookup"));
    let theirs = results.iter().find(|result| named(result).is_some() && named(result) == asked);
    let Some(result) = theirs else {
        return match errors(&body) {
            Some(gap) => Ok(Said::Nothing(gap)),
            None if !results.is_empty() && results.iter().all(|result| named(result).is_none()) => {
                Err(Unreadable)
            }
            None if !results.is_empty() => Ok(Said::Nothing(Gap::OtherSubject)),
            None if body.get("Results").is_some_and(Value::is_array) => Ok(Said::Unknown),
            None => Err(Unreadable),
        };
    };
    let stale_days = days(question.address.option("stale_days")).ok_or(Unreadable)?;
    let fresh_from = question.at.checked_sub((stale_days * 24).hours()).map_err(|_| Unreadable)?;
    let company = CompanyFindings {
        name: text(result, "Meta/CompanyName"),
        industry: text(result, "Meta/Vertical"),
        country: country(result, "Meta/Country"),
        technologies: technologies(result, fresh_from),
        ..CompanyFindings::default()
    };
    if company == CompanyFindings::default() {
        return Ok(Said::Unknown);
    }
    Ok(Said::facts(Findings { confidence: CONFIDENCE, company, person: PersonFindings::default() }))
}

/// What was seen anywhere since then. Where nothing was: "none" if it looked at all since then, else not known.
fn technologies(result: &Value, fresh_from: Timestamp) -> Option<Vec<String>> {
    let paths = at(result, "Result/Paths").and_then(Value::as_array)?;
    let seen: Vec<&Value> =
        paths.iter().filter_map(|path| at(path, "Technologies")?.as_array()).flatten().collect();
    let is_fresh = |value: &Value, name: &str| moment(value, name).is_some_and(|at| at > fresh_from);
    let fresh = seen.iter().filter(|one| is_fresh(one, "LastDetected"));
    let mut names: Vec<String> = fresh.filter_map(|one| text(one, "Name")).collect();
    names.sort();
    names.dedup();
    let looked = || is_fresh(result, "LastIndexed") || paths.iter().any(|path| is_fresh(path, "LastIndexed"));
    (!names.is_empty() || (!seen.is_empty() && looked())).then_some(names)
}

/// From here on a number counts milliseconds: as seconds it would be the year 5138.
const LEAST_MILLISECONDS: i64 = 100_000_000_000;

/// A moment: seconds or milliseconds since 1970, also as text or `/Date(1378422000000)/`; or as people write it.
fn moment(value: &Value, name: &str) -> Option<Timestamp> {
    let number = match at(value, name)? {
        Value::Number(_) => i64::try_from(whole(value, name)?).ok()?,
        Value::String(text) => match text.trim().parse() {
            Ok(at) => return Some(at),
            Err(_) => text.trim().trim_start_matches("/Date(").trim_end_matches(")/").parse().ok()?,
        },
        _ => return None,
    };
    if number >= LEAST_MILLISECONDS {
        Timestamp::from_millisecond(number).ok()
    } else {
        Timestamp::from_second(number).ok()
    }
}

/// What the first error means; none where there is none. The words are read and repeated nowhere.
fn errors(body: &Value) -> Option<Gap> {
    let error = at(body, "Errors")?.as_array()?.first()?;
    let said = error.as_str().map(str::to_owned).or_else(|| text(error, "Message")).unwrap_or_default();
    let said = said.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    Some(if says(&["credit", "quota", "usage limit", "lookup limit", "no lookups"]) {
        Gap::NoCredit
    } else if says(&["too many", "rate limit", "per second", "concurren", "slow down"]) {
        Gap::TooFast
    } else if says(&["key", "unauthor", "not authorised", "permission", "denied", "expired", "suspended"]) {
        Gap::Denied
    } else {
        Gap::Refused
    })
}

#[cfg(test)]
mod tests {
    use crate::file::Vendors;

    #[test]
    fn days_are_a_number() {
        let file = |days: &str| {
            format!(
                "schema_version = 1\n[budget]\nper_lead_usd = 1\nper_day_usd = 1\nper_month_usd = 1\n\
                 [providers.builtwith]\nprice_usd = 0.01\noptions.stale_days = \"{days}\"\n\
                 [technographic]\norder = [\"builtwith\"]\n"
            )
        };
        assert!(Vendors::parse("enrichment.toml", &file("120")).is_ok());
        for days in ["soon", "-1", "1.5"] {
            let problems = Vendors::parse("enrichment.toml", &file(days)).unwrap_err().to_string();
            assert!(problems.contains("stale_days"), "{days}: {problems}");
        }
    }
}
