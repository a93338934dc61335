//! Each dialect by its folder under `testdata`: the destination, its secret, what it is sent, and what its answers mean.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use leadlight_destinations::{
    Ask, Choice, Contact, DIALECTS, Destination, Destinations, Event, LeadResult, Letter, Meaning, Origin,
    Person, Reply, Staff, Step, Task, Tells, What,
};
use leadlight_lead::{QueuedLead, StageMessage};

#[derive(Deserialize)]
struct Told {
    status: u16,
    #[serde(default)]
    retry_after: Option<u64>,
    #[serde(default)]
    body: Value,
}

#[derive(Deserialize)]
struct Case {
    /// What is wanted of the destination.
    letters: usize,
    replies: Vec<Told>,
    means: Vec<String>,
}

fn folder(dialect: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(dialect)
}

fn read(dialect: &str, file: &str) -> String {
    let path = folder(dialect).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Of a lead that people accepted, of one that somebody owns, and of one that a person sees first; for a destination
/// that tells people, of the one that somebody owns first.
fn letters(tells: Tells) -> Vec<Letter> {
    let is_for_people = tells == Tells::People;
    let staff = is_for_people.then(|| Arc::new(staff()));
    let letter = |lead: QueuedLead| Letter {
        event: Event {
            id: format!("{}/lead.scored/1", lead.id()),
            at: lead.queued_at,
            what: match lead.work.owner.clone().filter(|_| is_for_people) {
                Some(to) => What::Assigned { from: None, to, by: None, because: None },
                None => What::Scored,
            },
            lead: Some(LeadResult::of(&lead, 3)),
        },
        person: Some(Person::of(&lead)),
        staff: staff.clone(),
    };
    let leads = ["model-won", "rules", "human-first"].map(|name| {
        let path = folder("../../lead/testdata/v1").join(format!("queued-lead-{name}.json"));
        QueuedLead::from_message(&fs::read(path).unwrap()).unwrap()
    });
    let mut letters: Vec<Letter> = leads.map(letter).into();
    letters.rotate_left(usize::from(is_for_people));
    letters
}

fn staff() -> Staff {
    let contact = Contact {
        name: "Sample SDR 2".to_owned(),
        slack: Some("U0SDR00002".to_owned()),
        email: Some("sdr-2@example.com".to_owned()),
    };
    let choice = Choice { code: "no_budget".to_owned(), label: "No budget".to_owned() };
    Staff {
        members: [("sdr-2".parse().unwrap(), contact)].into(),
        manager: None,
        at_first: vec![choice],
        at_second: Vec::new(),
    }
}

fn reply(told: &Told) -> Reply {
    let body = if told.body.is_null() { Vec::new() } else { told.body.to_string().into_bytes() };
    let status = StatusCode::from_u16(told.status).unwrap();
    Reply { status, retry_after: told.retry_after.map(Duration::from_secs), body }
}

/// Speaks to a destination that answers so: what it was sent, and what became of the letters.
fn spoken(
    destination: &Destination,
    secret: &str,
    letters: &[Letter],
    told: &[Told],
) -> (Vec<Value>, Vec<Meaning>) {
    let origin = Origin::of_stack("leadlight");
    let now: Timestamp = "2026-11-20T12:30:00Z".parse().unwrap();
    let (mut sent, mut replies, mut token) = (Vec::new(), Vec::new(), None);
    let mut told = told.iter();
    loop {
        let task = Task { address: destination.address(), origin: &origin, letters, secret, token, now };
        match (destination.dialect().step)(&task, &replies) {
            Step::Send(ask) => {
                sent.push(written(ask));
                let Some(next) = told.next() else { return (sent, Vec::new()) };
                replies.push(reply(next));
            }
            Step::GetToken(ask) => {
                sent.push(written(ask));
                token = Some("the-token");
            }
            Step::Done(meanings) => return (sent, meanings),
        }
    }
}

fn written(ask: Ask) -> Value {
    let headers: serde_json::Map<String, Value> =
        ask.headers.iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
    let text = String::from_utf8(ask.body).unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    json!({ "method": ask.method.as_str(), "url": ask.url, "headers": headers, "body": body })
}

#[test]
fn each_is_sent_what_its_folder_says() {
    let mut differ = Vec::new();
    for dialect in DIALECTS {
        let name = dialect.name;
        let list = Destinations::parse("destination.toml", &read(name, "destination.toml")).unwrap();
        let destination = list.iter().next().unwrap();
        assert_eq!(destination.dialect().name, name);
        let cases: Vec<Case> = serde_json::from_str(&read(name, "answers.json")).unwrap();
        let all = letters(dialect.tells);
        for (place, case) in cases.iter().enumerate() {
            let letters = &all[..case.letters.min(dialect.most)];
            let (sent, meanings) =
                spoken(destination, read(name, "secret.txt").trim(), letters, &case.replies);
            let said: Vec<String> = meanings.iter().map(|meaning| format!("{meaning:?}")).collect();
            if said != case.means {
                differ.push(format!("{name}, answer {place} means {said:?}"));
            }
            if place == 0 {
                let wanted: Value = serde_json::from_str(&read(name, "requests.json")).unwrap();
                if json!(sent) != wanted {
                    differ.push(format!("{name} is sent\n{:#}", json!(sent)));
                }
            }
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n\n"));
}

#[test]
fn no_meaning_repeats_what_a_destination_said_of_a_person() {
    let leak = json!({
        "category": "ada@acme.example", "message": "ada@acme.example", "error": { "code": "ada@acme.example" },
        "errors": [{ "category": "ada@acme.example", "context": { "ids": ["nadia.brandt@webmail.example"] } }],
    });
    for dialect in DIALECTS {
        let list = Destinations::parse("destination.toml", &read(dialect.name, "destination.toml")).unwrap();
        let secret = read(dialect.name, "secret.txt");
        for status in [200, 207, 400, 401, 404, 409, 422, 429, 500] {
            let told: Vec<Told> =
                (0..8).map(|_| Told { status, retry_after: None, body: leak.clone() }).collect();
            let (_, meanings) =
                spoken(list.iter().next().unwrap(), secret.trim(), &letters(dialect.tells)[..1], &told);
            assert!(!format!("{meanings:?}").contains("ada@"), "{}: {meanings:?}", dialect.name);
        }
    }
}
