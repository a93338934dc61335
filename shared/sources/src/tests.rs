//! Every request under `testdata/` is read as the file beside it says, and a forged one is not.
//!
//! `testdata/<adapter>/<case>.http` is a request as the sender sends it, signed by `testdata/sign.py`, which knows
//! nothing of the code here; `<case>.json` is what it holds; `sources.toml`, where there is one, what the company says of
//! the source. `<case>.fetched.json` lists what the sender's API answers to what the request names.

mod hostile;
mod vectors;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::adapter::{Adapter, Step};
use crate::adapters::ADAPTERS;
use crate::item::{Item, Read};
use crate::proof::{NotAuthentic, SecretTexts};
use crate::request::Request;
use crate::settings::Sources;
use crate::source::{Accepted, Source, Unread};

/// What all samples are signed with: the second of two, as after a rotation.
const SECRET: &str = "an-older-secret\ntest-secret\n";
/// When all samples come in.
const NOW: &str = "2026-11-20T12:00:00Z";
/// What the configured address of the intake is.
const PUBLIC_URL: &str = "https://leads.acme.example";

struct Sample {
    path: PathBuf,
    method: String,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
    source: Source,
}

impl Sample {
    fn read(path: PathBuf, source: &Source) -> Self {
        let bytes = fs::read(&path).unwrap();
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.lines();
        let mut first = lines.next().unwrap().split(' ');
        let (method, target) = (first.next().unwrap().to_owned(), first.next().unwrap().to_owned());
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())
        });
        let headers = headers.collect();
        Self { path, method, target, headers, body: bytes[end + 2..].to_vec(), source: source.clone() }
    }

    fn accept(&self, body: &[u8], secret: &str, now: Timestamp) -> Result<Accepted, Unread> {
        let url = format!("{PUBLIC_URL}{}", self.target);
        let request = Request {
            method: &self.method,
            url: Some(&url),
            query: self.target.split_once('?').map_or("", |(_, query)| query),
            headers: &self.headers,
            body,
            received_at: now,
        };
        self.source.accept(&request, SecretTexts::new(secret))
    }

    fn told(&self) -> Value {
        match self.accept(&self.body, SECRET, now()) {
            Ok(Accepted::Handshake(reply)) => {
                json!({ "handshake": serde_json::from_str::<Value>(&reply.body).unwrap() })
            }
            Ok(Accepted::Items(items)) => items.into_iter().map(|item| self.fetched(item)).collect(),
            Err(error) => json!({ "refused": chain(&error) }),
        }
    }

    /// A reference, and what it leads to, where the sample says what the API answers.
    fn fetched(&self, item: Read) -> Value {
        let told = told(&item);
        let (Ok(Item::Reference(reference)), Ok(text)) =
            (item, fs::read_to_string(self.path.with_extension("fetched.json")))
        else {
            return told;
        };
        let answers: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
        let mut so_far = Vec::new();
        loop {
            match self.source.fetch(&reference, &so_far).unwrap() {
                Step::Ask(ask) => {
                    so_far.push(answers.get(&ask.url).cloned().unwrap_or_else(|| panic!("{}", ask.url)));
                }
                Step::Done(items) => {
                    let items: Vec<Value> = items.iter().map(told_of).collect();
                    return json!({ "reference": told["reference"], "fetched": items });
                }
            }
        }
    }
}

fn told(item: &Read) -> Value {
    told_of(item)
}

fn told_of(item: &Read) -> Value {
    match item {
        Ok(item) => serde_json::to_value(item).unwrap(),
        Err(error) => json!({ "set_aside": error.to_string() }),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn samples_of(adapter: &'static Adapter) -> Vec<Sample> {
    let folder = folder().join(adapter.name);
    let file = folder.join("sources.toml");
    let plain = Source::plain("sample".parse().unwrap(), adapter);
    let sources = fs::read_to_string(&file).ok().map(|text| Sources::parse("sources.toml", &text).unwrap());
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "http"))
        .collect();
    paths.sort();
    let samples = paths.into_iter().map(|path| {
        let case = path.file_stem().unwrap().to_str().unwrap().to_owned();
        // A case may have a source of its own.
        let own = |name: &str| sources.as_ref().and_then(|sources| sources.get(name).cloned());
        let source = own(&case).or_else(|| own("sample")).unwrap_or_else(|| plain.clone());
        Sample::read(path, &source)
    });
    samples.collect()
}

fn samples() -> impl Iterator<Item = Sample> {
    ADAPTERS.iter().flat_map(samples_of)
}

#[test]
fn every_sample_is_read_as_the_file_beside_it_says() {
    let mut differ = Vec::new();
    for sample in samples() {
        let told = sample.told();
        let expected = fs::read_to_string(sample.path.with_extension("json")).unwrap_or_default();
        let expected: Value = serde_json::from_str(&expected).unwrap_or(Value::Null);
        if told != expected {
            let told = serde_json::to_string_pretty(&told).unwrap();
            differ.push(format!("{} holds\n{told}", sample.path.display()));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n\n"));
}

#[test]
fn every_adapter_has_samples() {
    for adapter in ADAPTERS {
        let samples = samples_of(adapter).len();
        assert!(samples >= 4, "{}: {samples}", adapter.name);
    }
}

fn is_read(sample: &Sample) -> bool {
    matches!(sample.accept(&sample.body, SECRET, now()), Ok(Accepted::Items(_)))
}

#[test]
fn another_secret_and_none_read_nothing() {
    for sample in samples().filter(is_read) {
        for secret in ["another-secret", "", "\n\n"] {
            let refused = sample.accept(&sample.body, secret, now()).unwrap_err();
            assert_eq!(refused, Unread::NotAuthentic(NotAuthentic::Wrong), "{}", sample.path.display());
        }
    }
}

#[test]
fn a_body_that_was_changed_is_not_believed() {
    let mut tried = 0;
    for sample in samples().filter(is_read).filter(|sample| sample.source.proof.name != "key") {
        let changed = String::from_utf8(sample.body.clone()).unwrap().replacen("example", "examp1e", 1);
        if changed.as_bytes() == sample.body || sample.source.proof.name == "google_key" {
            continue;
        }
        tried += 1;
        let refused = sample.accept(changed.as_bytes(), SECRET, now()).unwrap_err();
        assert!(matches!(refused, Unread::NotAuthentic(_)), "{}", sample.path.display());
    }
    assert!(tried > 10, "{tried}");
}

#[test]
fn what_was_signed_long_ago_is_not_believed_where_the_time_is_signed() {
    let later = now() + jiff::SignedDuration::from_secs(301);
    let refused = |sample: &Sample| sample.accept(&sample.body, SECRET, later).err();
    let stale: Vec<Option<Unread>> = samples()
        .filter(is_read)
        .filter(|sample| ["hubspot", "webflow", "calendly"].contains(&sample.source.adapter.name))
        .filter(|sample| matches!(sample.source.proof.name, "v3" | "signature"))
        .map(|sample| refused(&sample))
        .collect();
    assert!(stale.len() >= 6, "{}", stale.len());
    assert!(stale.iter().all(|error| *error == Some(Unread::NotAuthentic(NotAuthentic::Stale))), "{stale:?}");
}

#[test]
fn a_body_that_breaks_off_is_refused_or_set_aside_and_never_a_lead() {
    for sample in samples().filter(is_read).filter(|sample| sample.body.starts_with(b"{")) {
        for end in (0..sample.body.len()).step_by(17) {
            let request = Request {
                method: "POST",
                url: None,
                query: "",
                headers: &sample.headers,
                body: &sample.body[..end],
                received_at: now(),
            };
            let read = sample.source.read(&request);
            let none = read.iter().flatten().all(|item| !matches!(item, Ok(Item::Lead(_))));
            assert!(none, "{} at {end}", sample.path.display());
        }
    }
}
