//! Changes the samples at random and reads them: nothing may panic, and what is read must be what the next stage takes.
//!
//! `cargo run --release -p leadlight-sources --example fuzz_sources -- SECONDS [ADAPTER] [SEED]`
//!
//! Runs SECONDS for each adapter. What it does follows from the seed alone, which it prints; a request that is read wrongly
//! is written to the temporary folder.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a tool at the developer's desk")]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use leadlight_lead::{AccountUse, CrmEvent, FormSubmit, StageMessage, from_json, to_json};
use leadlight_sources::{
    ADAPTERS, Accepted, Adapter, Item, Read, Reference, Request, SecretTexts, Source, Sources, Step,
};
use serde_json::{Value, json};

/// What words and values senders and strangers use.
const WORDS: &[&str] = &[
    "email",
    "name",
    "value",
    "id",
    "type",
    "event",
    "payload",
    "properties",
    "objectId",
    "subscriptionType",
    "traits",
    "contact.creation",
    "object.creation",
    "0-1",
    "delete",
    "track",
    "identify",
    "CREATE",
    "GAP_CREATE",
    "recordIds",
    "null",
    "true",
    "[]",
    "{}",
    "1e300",
    "-9223372036854775808",
    "18446744073709551616",
    "\u{0}",
    "\u{fffe}",
    "\\ud800",
    "a@b.test",
    "\u{feff}",
    "2026-11-20T11:58:00Z",
    "1795175880123",
    "form[",
    "]",
    "%00",
    "&",
    "=",
    "\r\n\r\n",
    "--x",
    "rawRequest",
    "spam",
    "urn:li:",
    "*",
    "1.3",
    "=cmd|",
    "<b>",
    "\u{202e}",
];
const TYPES: &[&str] = &[
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    "text/plain",
];

/// `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `end`, which may be 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

#[derive(Clone)]
struct Sample {
    method: String,
    query: String,
    headers: HeaderMap,
    body: Vec<u8>,
    source: Source,
    /// What the sender's API answered.
    answers: Vec<Value>,
}

fn samples_of(adapter: &'static Adapter) -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(adapter.name);
    let file = fs::read_to_string(folder.join("sources.toml")).ok();
    let sources = file.map(|text| Sources::parse("sources.toml", &text).unwrap());
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "http"));
    paths.sort();
    let sample = |path: &std::path::PathBuf| {
        let case = path.file_stem().unwrap().to_str().unwrap();
        let own = |name: &str| sources.as_ref().and_then(|sources| sources.get(name).cloned());
        let plain = || Source::plain("sample".parse().unwrap(), adapter);
        let bytes = fs::read(path).unwrap();
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let (first, headers) = head.split_once('\n').unwrap();
        let mut first = first.split(' ');
        let headers = headers.lines().map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())
        });
        let answers = fs::read_to_string(path.with_extension("fetched.json")).ok();
        let answers =
            answers.map(|text| serde_json::from_str::<serde_json::Map<String, Value>>(&text).unwrap());
        Sample {
            method: first.next().unwrap().to_owned(),
            query: first.next().unwrap().split_once('?').map_or("", |(_, query)| query).to_owned(),
            headers: headers.collect(),
            body: bytes[end + 2..].to_vec(),
            source: own(case).or_else(|| own("sample")).unwrap_or_else(plain),
            answers: answers.into_iter().flatten().map(|(_, answer)| answer).collect(),
        }
    };
    paths.iter().map(sample).collect()
}

/// The paths to all values within.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    let below = |name: &str| format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| places(value, &below(name), found)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(n, value)| places(value, &below(&n.to_string()), found));
        }
        _ => {}
    }
}

fn any_value(chance: &mut Chance) -> Value {
    match chance.below(10) {
        0 => Value::Null,
        1 => json!(1e300),
        2 => json!(i64::MIN),
        3 => json!(chance.next()),
        4 => json!([]),
        5 => json!({ "name": chance.of(WORDS), "value": chance.of(WORDS) }),
        6 => json!("x".repeat(chance.below(3_000))),
        7 => json!(chance.below(2) == 0),
        8 => json!([chance.of(WORDS), { "id": chance.of(WORDS) }]),
        _ => json!(chance.of(WORDS)),
    }
}

/// Changes a value where it stands: another value, no value, another name, itself in itself, or what stands elsewhere.
fn change_json(value: &mut Value, chance: &mut Chance) {
    let mut paths = Vec::new();
    places(value, "", &mut paths);
    let elsewhere = value.pointer(&chance.of::<String>(&paths).clone()).cloned().unwrap_or_default();
    let Some(place) = value.pointer_mut(&chance.of::<String>(&paths).clone()) else { return };
    match (chance.below(6), place) {
        (0, place) => *place = any_value(chance),
        (1, place) => *place = elsewhere,
        (2, Value::Object(object)) if !object.is_empty() => {
            let name = object.keys().nth(chance.below(object.len())).cloned().unwrap();
            let taken = object.remove(&name).unwrap();
            if chance.below(2) == 0 {
                object.insert((*chance.of(WORDS)).to_owned(), taken);
            }
        }
        (3, Value::Array(list)) if !list.is_empty() => {
            let again = list[chance.below(list.len())].clone();
            (0..=chance.below(4)).for_each(|_| list.push(again.clone()));
        }
        (4, place) => *place = json!([place.take()]),
        (_, Value::Object(object)) => drop(object.insert((*chance.of(WORDS)).to_owned(), any_value(chance))),
        (_, place) => *place = json!({ *chance.of(WORDS): place.take() }),
    }
}

fn change_bytes(body: &mut Vec<u8>, others: &[Sample], chance: &mut Chance) {
    let at = chance.below(body.len() + 1);
    let end = (at + chance.below(64)).min(body.len());
    match chance.below(6) {
        0 if at < body.len() => body[at] ^= 1 << chance.below(8),
        1 => body.truncate(at),
        2 => drop(body.drain(at..end)),
        3 => drop(body.splice(at..end, chance.of(WORDS).bytes())),
        4 => {
            let again: Vec<u8> = body[at..end].repeat(1 + chance.below(8));
            body.splice(at..at, again);
        }
        _ => {
            let other = &chance.of(others).body;
            let from = chance.below(other.len() + 1);
            body.truncate(at);
            body.extend_from_slice(&other[from..]);
        }
    }
}

fn changed(samples: &[Sample], chance: &mut Chance) -> Sample {
    let mut sample = chance.of(samples).clone();
    for _ in 0..=chance.below(4) {
        match serde_json::from_slice::<Value>(&sample.body) {
            Ok(mut value) if chance.below(3) > 0 => {
                change_json(&mut value, chance);
                sample.body = value.to_string().into_bytes();
            }
            _ => change_bytes(&mut sample.body, samples, chance),
        }
    }
    if chance.below(20) == 0 {
        sample.headers.insert("content-type", HeaderValue::from_static(chance.of::<&str>(TYPES)));
    }
    if chance.below(20) == 0 {
        let name = sample.headers.keys().nth(chance.below(sample.headers.keys_len())).cloned();
        if let (Some(name), Ok(value)) = (name, HeaderValue::from_bytes(chance.of(WORDS).as_bytes())) {
            sample.headers.insert(name, value);
        }
    }
    for answer in &mut sample.answers {
        if chance.below(2) == 0 {
            change_json(answer, chance);
        }
    }
    sample
}

#[derive(Default)]
struct Tally {
    runs: u64,
    leads: u64,
    others: u64,
    set_aside: u64,
    refused: u64,
    believed: u64,
}

impl Tally {
    /// Reads a request as the intake would. Says what is wrong with what was read.
    fn run(&mut self, sample: &Sample, now: Timestamp) -> Result<(), String> {
        let url = "https://leads.acme.example/v1/sources/sample";
        let request = Request {
            method: &sample.method,
            url: Some(url),
            query: &sample.query,
            headers: &sample.headers,
            body: &sample.body,
            received_at: now,
        };
        self.runs += 1;
        if let Ok(Accepted::Items(_)) =
            sample.source.accept(&request, SecretTexts::new("older\ntest-secret\n"))
        {
            self.believed += 1;
        }
        let Ok(items) = sample.source.read(&request) else {
            self.refused += 1;
            return Ok(());
        };
        items.iter().try_for_each(|item| self.take(item, sample))
    }

    fn take(&mut self, item: &Read, sample: &Sample) -> Result<(), String> {
        match item {
            Ok(Item::Lead(lead)) => {
                self.leads += 1;
                let json = to_json(&lead.event).map_err(|error| error.to_string())?;
                let again = FormSubmit::parse(json.as_bytes()).map_err(|error| error.to_string())?;
                (again == lead.event)
                    .then_some(())
                    .ok_or_else(|| "another lead once it is written".to_owned())
            }
            Ok(Item::Outcome(outcome)) => {
                self.others += 1;
                let json = to_json(outcome).map_err(|error| error.to_string())?;
                CrmEvent::parse(json.as_bytes()).map(drop).map_err(|error| error.to_string())
            }
            Ok(Item::Reference(reference)) => {
                self.others += 1;
                let json = to_json(reference).map_err(|error| error.to_string())?;
                let again: Reference = from_json(json.as_bytes()).map_err(|error| error.to_string())?;
                self.fetch(&again, sample)
            }
            Ok(Item::Usage(usage)) => {
                self.others += 1;
                let body = usage.to_message().map_err(|error| error.to_string())?;
                let again = AccountUse::from_message(body.as_bytes()).map_err(|error| error.to_string())?;
                (again == **usage).then_some(()).ok_or_else(|| "another use once it is written".to_owned())
            }
            Ok(Item::Erasure(erasure)) => {
                self.others += 1;
                let is_somebodys = erasure.person_id.is_some() || erasure.email.is_some();
                is_somebodys.then_some(()).ok_or_else(|| "an erasure of nobody".to_owned())
            }
            Ok(Item::Test | Item::PassedOver(_)) => {
                self.others += 1;
                Ok(())
            }
            Err(_) => {
                self.set_aside += 1;
                Ok(())
            }
        }
    }

    fn fetch(&mut self, reference: &Reference, sample: &Sample) -> Result<(), String> {
        let mut answers = Vec::new();
        for answer in sample.answers.iter().cloned().chain([Value::Null, Value::Null]) {
            match sample.source.fetch(reference, &answers) {
                Ok(Step::Ask(ask)) if ask.url.bytes().all(|b| b.is_ascii_graphic()) => answers.push(answer),
                Ok(Step::Ask(_)) => return Err("an address that is none".to_owned()),
                Ok(Step::Done(items)) => {
                    let fetched = Sample { answers: Vec::new(), ..sample.clone() };
                    return items.iter().try_for_each(|item| self.take(item, &fetched));
                }
                Err(_) => return Ok(()),
            }
        }
        Err("it asks without end".to_owned())
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seconds = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(10);
    let wanted = arguments.get(1).map(String::as_str).filter(|name| *name != "all");
    let seed = arguments.get(2).and_then(|text| text.parse().ok()).unwrap_or(1);
    let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    if let Some(name) = wanted
        && !ADAPTERS.iter().any(|adapter| adapter.name == name)
    {
        let names: Vec<&str> = ADAPTERS.iter().map(|adapter| adapter.name).collect();
        println!("there is no adapter `{name}`; there are {}", names.join(", "));
        std::process::exit(2);
    }
    println!("seed {seed}");
    let mut faults = 0_u64;
    for adapter in ADAPTERS.iter().filter(|adapter| wanted.is_none_or(|name| name == adapter.name)) {
        let samples = samples_of(adapter);
        let (mut chance, mut tally) = (Chance(seed), Tally::default());
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(seconds) {
            for _ in 0..100 {
                let sample = changed(&samples, &mut chance);
                let told = catch_unwind(AssertUnwindSafe(|| tally.run(&sample, now)));
                let fault = match told {
                    Ok(Ok(())) => continue,
                    Ok(Err(what)) => what,
                    Err(_) => "a panic".to_owned(),
                };
                faults += 1;
                if faults <= 20 {
                    let file = std::env::temp_dir().join(format!("fuzz-{}-{faults}.body", adapter.name));
                    fs::write(&file, &sample.body).unwrap();
                    println!("{}: {fault}: {}", adapter.name, file.display());
                }
            }
        }
        let Tally { runs, leads, others, set_aside, refused, believed } = tally;
        println!(
            "{}: {runs} requests in {seconds} s; {leads} leads, {others} others, {set_aside} set aside, {refused} refused; \
             {believed} believed; {faults} faults so far",
            adapter.name
        );
    }
    if faults > 0 {
        std::process::exit(1);
    }
}
