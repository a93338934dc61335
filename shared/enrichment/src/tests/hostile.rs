//! Vendors' answers, changed at random. Whatever a vendor sends must be read without a panic, to facts that are within their
//! bounds and can be written and read back. Shared with `examples/fuzz.rs`, which has more time.

use std::fs;
use std::path::Path;

use http::StatusCode;
use jiff::Timestamp;
use leadlight_lead::{DomainName, EmailAddress, Enrichment, FormSubmit, from_json, to_json};
use leadlight_outward::{Address, Reply};
use leadlight_policy::Policy;
use serde_json::{Value, json};

use super::enrichment::{
    Answer, Around, Asking, By, Findings, Provider, Question, Said, Step, Subject, Vendors, merged,
};

const NOW: &str = "2026-11-20T12:00:00Z";
/// A text's characters at most.
const MOST_CHARACTERS: usize = 300;

/// What strangers send where something else was.
const WORDS: &[&str] = &[
    "",
    "null",
    "n/a",
    "true",
    "-1",
    "0",
    "1e308",
    "NaN",
    "51-200",
    "$10M-$50M",
    "18446744073709551616",
    "2026-13-45",
    "2026-02-30T99:99:99Z",
    "acme.example",
    "globex.example",
    "co.uk",
    "ada@acme.example",
    "\u{0}",
    "\u{fffe}\u{202e}",
    "=cmd|' /C calc'!A0",
    "<script>",
    "\r\nx-header: 1",
    "Österreich",
    "123456789",
    "\u{1d7d9}\u{1d7da}",
];

/// `SplitMix64`.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `end`; 0 where that is 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

/// A kind of vendor with the answers of its samples.
pub(super) struct Room {
    policy: Policy,
    samples: Vec<Sample>,
}

struct Sample {
    vendors: Vendors,
    email: EmailAddress,
    domain: DomainName,
    is_person: bool,
    replies: Vec<(StatusCode, Vec<u8>)>,
}

impl Room {
    pub(super) fn of(kind: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(kind);
        let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let samples = paths.iter().map(|path| Sample::of(kind, &fs::read_to_string(path).unwrap())).collect();
        let policy = include_str!("../../../../infra/policies/default.toml");
        Self { policy: Policy::parse("policy.toml", policy).unwrap(), samples }
    }

    /// Changes an answer and reads it: whether there were facts, and the answer with what is wrong with them.
    pub(super) fn run(&self, chance: &mut Chance) -> Result<bool, (Vec<u8>, String)> {
        let sample = &self.samples[chance.below(self.samples.len())];
        let mut replies = sample.replies.clone();
        let last = replies.len() - 1;
        // Most often the last: what is read before it is a token.
        let at = if chance.below(8) == 0 { chance.below(replies.len()) } else { last };
        for _ in 0..=chance.below(4) {
            change(&mut replies[at].1, chance);
        }
        if chance.below(4) > 0 {
            replies[at].0 = StatusCode::OK;
        }
        let body = replies[at].1.clone();
        let told = std::panic::catch_unwind(|| sample.read(&self.policy, &replies));
        told.unwrap_or_else(|_| Err("a panic".to_owned())).map_err(|what| (body, what))
    }
}

impl Sample {
    fn of(kind: &str, text: &str) -> Self {
        let sample: Value = serde_json::from_str(text).unwrap();
        let subject = sample["subject"].as_str().unwrap();
        let is_person = sample["about"] == "person";
        let email = if is_person { subject.to_owned() } else { format!("ada@{subject}") };
        let email: EmailAddress = email.parse().unwrap();
        let reply = |sample: &Value| {
            let body = sample["text"].as_str().map_or_else(|| sample["body"].to_string(), str::to_owned);
            (
                StatusCode::from_u16(sample["status"].as_u64().unwrap().try_into().unwrap()).unwrap(),
                body.into_bytes(),
            )
        };
        let before = sample["before"].as_array().map(Vec::as_slice).unwrap_or_default();
        Self {
            vendors: vendors(kind, &sample["options"]),
            domain: DomainName::of_host(email.domain()).unwrap(),
            email,
            is_person,
            replies: before.iter().chain([&sample]).map(reply).collect(),
        }
    }

    fn read(&self, policy: &Policy, replies: &[(StatusCode, Vec<u8>)]) -> Result<bool, String> {
        let Some(provider) = self.vendors.provider("one") else { return Err("no provider".to_owned()) };
        let said = match provider.by() {
            By::Requests(asking, address) => self.asked(asking, address, replies)?,
            By::Item(table) => {
                let item = serde_json::from_slice::<Value>(&replies[0].1).ok();
                table.read(item.and_then(|item| item.as_object().cloned()), NOW.parse().unwrap())
            }
            By::Table => return Err("nobody is asked".to_owned()),
        };
        let Said::Facts(findings) = said else { return Ok(false) };
        within_bounds(&findings)?;
        self.survives(policy, provider, &findings)
    }

    fn subject(&self) -> Subject<'_> {
        if self.is_person {
            Subject::Person(&self.email, Some(&self.domain))
        } else {
            Subject::Company(&self.domain)
        }
    }

    fn asked(
        &self,
        asking: &Asking,
        address: &Address,
        replies: &[(StatusCode, Vec<u8>)],
    ) -> Result<Said, String> {
        let question = Question { subject: self.subject(), address, key: "s3cret", at: NOW.parse().unwrap() };
        let mut answered = Vec::new();
        loop {
            match asking.step(&question, &answered) {
                Step::Said(said) => return Ok(said),
                Step::Ask(ask) => {
                    let is_there = ask.url.starts_with(address.as_str())
                        && ask.url.bytes().all(|b| b.is_ascii_graphic());
                    let is_header = |value: &str| value.bytes().all(|b| (b' '..=b'~').contains(&b));
                    if !is_there || !ask.headers.iter().all(|(_, value)| is_header(value)) {
                        return Err("a request that is none".to_owned());
                    }
                }
            }
            // Who asks for more than the sample answers hears the last again.
            let (status, body) = replies.get(answered.len()).or(replies.last()).unwrap().clone();
            answered.push(Reply { status, retry_after: None, body });
            if answered.len() > 10 {
                return Err("it asks without end".to_owned());
            }
        }
    }

    /// The facts make a picture that is the same once it was written and read back.
    fn survives(&self, policy: &Policy, provider: &Provider, findings: &Findings) -> Result<bool, String> {
        let at: Timestamp = NOW.parse().unwrap();
        let event = json!({ "schema_version": 1, "source": "fuzz", "email": self.email });
        let event: FormSubmit = serde_json::from_value(event).unwrap();
        let around = Around {
            policy,
            event: &event,
            occurred_at: at,
            account: Some(&self.domain),
            account_of: &DomainName::clone,
            job_change_days: 90,
            now: at,
        };
        let found = merged(&around, &self.vendors, &[Answer { provider, at, findings }]);
        let json = to_json(&found).map_err(|error| error.to_string())?;
        let again: Enrichment = from_json(json.as_bytes()).map_err(|error| error.to_string())?;
        if again == found { Ok(true) } else { Err("other facts once they are written".to_owned()) }
    }
}

/// A file with the one provider that a sample is of.
fn vendors(kind: &str, options: &Value) -> Vendors {
    let options = options.as_object().into_iter().flatten();
    let lines: Vec<String> =
        options.map(|(name, value)| format!("{name} = {:?}", value.as_str().unwrap())).collect();
    let options = lines.join("\n");
    let base =
        if ["http", "clearbit"].contains(&kind) { "base = \"https://facts.acme.example\"\n" } else { "" };
    let price = if kind == "dynamodb" { "0.0" } else { "0.1" };
    let text = format!(
        "schema_version = 1\n[budget]\nper_lead_usd = 1.0\nper_day_usd = 1.0\nper_month_usd = 1.0\n\
         [providers.one]\nkind = \"{kind}\"\n{base}price_usd = {price}\n[providers.one.options]\n{options}"
    );
    Vendors::parse("enrichment.toml", &text).unwrap_or_else(|error| panic!("{kind}: {error}\n{text}"))
}

fn within_bounds(findings: &Findings) -> Result<(), String> {
    let scores = findings
        .company
        .intent
        .iter()
        .flat_map(|intent| intent.topics.iter().map(|topic| topic.score).chain(intent.score));
    let is_sound = (0.0..=1.0).contains(&findings.confidence)
        && scores.into_iter().all(|score| (0.0..=100.0).contains(&score))
        && findings.company.headcount_growth.is_none_or(f64::is_finite);
    if !is_sound {
        return Err("a number out of its bounds".to_owned());
    }
    if is_short(&serde_json::to_value(findings).unwrap()) {
        Ok(())
    } else {
        Err("a text without bounds".to_owned())
    }
}

fn is_short(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().count() <= MOST_CHARACTERS,
        Value::Array(list) => list.iter().all(is_short),
        Value::Object(object) => object.values().all(is_short),
        _ => true,
    }
}

/// Changes a body: a value in its JSON, or bytes of it.
fn change(body: &mut Vec<u8>, chance: &mut Chance) {
    if let Ok(mut value) = serde_json::from_slice::<Value>(body)
        && chance.below(5) > 0
    {
        change_value(&mut value, chance);
        *body = value.to_string().into_bytes();
        return;
    }
    let at = chance.below(body.len());
    match chance.below(4) {
        0 if at < body.len() => body[at] ^= 1 << chance.below(8),
        1 => body.truncate(at),
        2 => drop(body.splice(at..at, WORDS[chance.below(WORDS.len())].bytes())),
        _ => drop(body.drain(at..(at + chance.below(40)).min(body.len()))),
    }
}

/// Goes down to a value by chance and puts another in its place.
fn change_value(value: &mut Value, chance: &mut Chance) {
    let goes_on = chance.below(6) > 0;
    match value {
        Value::Object(object) if goes_on && !object.is_empty() => {
            let name = object.keys().nth(chance.below(object.len())).cloned().unwrap();
            if chance.below(10) == 0 {
                object.remove(&name);
            } else {
                change_value(&mut object[&name], chance);
            }
        }
        Value::Array(list) if goes_on && !list.is_empty() => {
            let at = chance.below(list.len());
            if chance.below(8) == 0 {
                let again = list[at].clone();
                (0..chance.below(5)).for_each(|_| list.push(again.clone()));
            } else {
                change_value(&mut list[at], chance);
            }
        }
        place => *place = any_value(&place.take(), chance),
    }
}

fn any_value(before: &Value, chance: &mut Chance) -> Value {
    match chance.below(12) {
        0 => Value::Null,
        1 => json!(chance.below(2) == 0),
        2 => json!(1e300),
        3 => json!(-1.5e-300),
        4 => json!(i64::MIN),
        5 => json!(chance.next()),
        6 => json!([before]),
        7 => json!({ "name": before, "value": WORDS[chance.below(WORDS.len())] }),
        8 => json!("x".repeat(chance.below(2_000))),
        9 => json!(chance.below(200)),
        10 => json!({}),
        _ => json!(WORDS[chance.below(WORDS.len())]),
    }
}
