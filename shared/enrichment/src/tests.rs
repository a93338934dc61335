//! Every vendor's samples, a folder each under `testdata`: what is asked, and what the answer says.
//!
//! A sample is a JSON object: `about` (`company` or `person`), `subject` (a domain or an address), `at`, `options`, what
//! is `asked` (method, url, headers with the key `s3cret`, body; a list where several requests are needed), the `status`
//! and `body` of the answer (JSON, or `text` for an answer that is none), the same of answers `before` it, and what it
//! `said`. `cargo test` says what differs; `LEADLIGHT_ACCEPT=1 cargo test`
//! writes what was read into the files, to be looked through before it is committed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use http::StatusCode;
use leadlight_lead::{DomainName, EmailAddress};
use leadlight_outward::{Address, Ask, Reply};
use serde_json::{Value, json};

use crate as enrichment;
use crate::vendor::{Asking, Question, Step, Subject, Vendor, Way};
use crate::vendors::VENDORS;

mod dynamodb;
mod file;
mod hostile;
mod merge;
mod table;
mod waterfall;

/// A vendor's answers that each folder shows at least.
const SHOWN: [&str; 5] = ["unknown", "other-subject", "html", "truncated", "wrong-types"];

/// Those that are asked over HTTP.
fn asked_vendors() -> impl Iterator<Item = (&'static Vendor, &'static Asking)> {
    VENDORS.into_iter().filter_map(|vendor| match &vendor.way {
        Way::Asked(asking) => Some((vendor, asking)),
        Way::Table | Way::Item => None,
    })
}

fn samples(vendor: &Vendor) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(vendor.name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "json"));
    paths.sort();
    paths
}

fn address(vendor: &Vendor, asking: &Asking, given: &Value) -> Address {
    let mut options: BTreeMap<String, String> = BTreeMap::new();
    for (name, usual) in vendor.options {
        let text = given[*name].as_str().or(*usual).unwrap_or_else(|| panic!("`options` want `{name}`"));
        options.insert((*name).to_owned(), text.to_owned());
    }
    Address::parse(asking.base.unwrap_or("https://facts.acme.example"), options).unwrap()
}

fn asked(ask: &Ask) -> Value {
    let headers: BTreeMap<_, _> =
        ask.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.clone())).collect();
    let body = String::from_utf8(ask.body.clone()).unwrap();
    let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
    json!({ "method": ask.method.as_str(), "url": ask.url, "headers": headers, "body": body })
}

fn reply(sample: &Value) -> Reply {
    let body = sample["text"].as_str().map_or_else(|| sample["body"].to_string(), str::to_owned);
    let status = StatusCode::from_u16(sample["status"].as_u64().unwrap().try_into().unwrap()).unwrap();
    Reply { status, retry_after: None, body: body.into_bytes() }
}

/// What a sample shows, beside what it says that it shows.
fn look(vendor: &Vendor, asking: &Asking, sample: &Value) -> (Value, Value) {
    let said = |name: &str| sample[name].as_str().unwrap_or_else(|| panic!("`{name}` is missing"));
    let domain: DomainName;
    let email: EmailAddress;
    let subject = if said("about") == "company" {
        domain = said("subject").parse().unwrap();
        Subject::Company(&domain)
    } else {
        email = said("subject").parse().unwrap();
        Subject::Person(&email, None)
    };
    let address = address(vendor, asking, &sample["options"]);
    let key = if asking.wants_key { "s3cret" } else { "" };
    let question = Question { subject, address: &address, key, at: said("at").parse().unwrap() };
    let before = sample["before"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut answers = before.iter().chain([sample]).map(reply);
    let (mut asks, mut replies) = (Vec::new(), Vec::new());
    let told = loop {
        match asking.step(&question, &replies) {
            Step::Ask(ask) => asks.push(asked(&ask)),
            Step::Said(said) => break without_nothing(serde_json::to_value(said).unwrap()),
        }
        replies.push(answers.next().expect("it asks for more than the sample answers"));
    };
    assert!(answers.next().is_none(), "the sample answers what nobody asked");
    (if asks.len() == 1 { asks.remove(0) } else { asks.into() }, told)
}

/// Without what is null or empty: a sample says what is known.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (name, without_nothing(value)));
            fields.filter(|(_, value)| !value.is_null() && *value != json!({})).collect()
        }
        other => other,
    }
}

#[test]
fn every_vendor_is_asked_and_read_as_its_samples_say() {
    let accept = std::env::var_os("LEADLIGHT_ACCEPT").is_some();
    let mut wrong = Vec::new();
    for (vendor, asking) in asked_vendors() {
        let paths = samples(vendor);
        assert!(paths.len() >= 8, "{} has {} samples", vendor.name, paths.len());
        for shown in SHOWN {
            let is_shown =
                paths.iter().any(|path| path.file_stem().unwrap().to_string_lossy().contains(shown));
            assert!(is_shown, "{} has no sample of {shown}", vendor.name);
        }
        for path in paths {
            let mut sample: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let (asked, told) = look(vendor, asking, &sample);
            if (&sample["asked"], &sample["said"]) == (&asked, &told) {
                continue;
            }
            wrong.push(format!("{}\n  asked {asked}\n  said  {told}", path.display()));
            if accept {
                sample["asked"] = asked;
                sample["said"] = told;
                fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&sample).unwrap())).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_vendor_fills_what_its_samples_show_and_nothing_else() {
    for (vendor, _) in asked_vendors() {
        let mut shown = std::collections::BTreeSet::new();
        for path in samples(vendor) {
            let sample: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            for (of, names) in [("company", true), ("person", false)] {
                let found = sample["said"]["facts"][of].as_object().into_iter().flatten();
                shown.extend(found.map(|(name, _)| {
                    if names && name == "name" { "company_name".to_owned() } else { name.clone() }
                }));
            }
        }
        let fills: std::collections::BTreeSet<_> =
            vendor.fills.iter().map(|field| field.as_str().to_owned()).collect();
        assert_eq!(shown, fills, "{}", vendor.name);
    }
}

#[test]
fn whatever_a_vendor_sends_is_read_within_bounds() {
    for vendor in VENDORS.into_iter().filter(|vendor| !matches!(vendor.way, Way::Table)) {
        let (room, mut chance) = (hostile::Room::of(vendor.name), hostile::Chance(1));
        let mut with_facts = 0;
        for _ in 0..300 {
            match room.run(&mut chance) {
                Ok(has_facts) => with_facts += u32::from(has_facts),
                Err((body, what)) => panic!("{}: {what}: {}", vendor.name, String::from_utf8_lossy(&body)),
            }
        }
        assert!(with_facts > 5, "{}: {with_facts} with facts: nothing of it is tried", vendor.name);
    }
}
