//! Vendors as `enrichment` asks and reads them, against vendors as `simulators` has them answer, over the sample world.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where something is not as it should be"
)]

mod over_http;

mod shapes;
mod together;
mod troubles;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use leadlight_enrichment::{self as enrichment, By, Provider, Question, Said, Step, Subject};
use leadlight_events::CompanyRecord;
use leadlight_lead::Intent;
use leadlight_outward::{Ask, Reply};
use leadlight_policy::Policy;
use leadlight_simulators::vendors::{self, Vendors, World};
use leadlight_simulators::{Answer, Behind, Received};

const KEY: &str = "an-id:a-secret";

/// Where nobody listens: what is asked goes no further than the vendors in memory.
const BASE: &str = "http://127.0.0.1:1";

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn world() -> World {
    World::sample(now())
}

fn policy() -> &'static Policy {
    static POLICY: LazyLock<Policy> = LazyLock::new(|| {
        Policy::parse("default.toml", include_str!("../../infra/policies/default.toml")).unwrap()
    });
    &POLICY
}

/// The vendors file that names them.
fn file() -> &'static enrichment::Vendors {
    static FILE: LazyLock<enrichment::Vendors> =
        LazyLock::new(|| enrichment::Vendors::parse("enrichment.toml", &vendors::file(BASE)).unwrap());
    &FILE
}

/// How a simulated vendor is asked.
fn provider(vendor: vendors::Vendor) -> &'static Provider {
    file().provider(vendor.as_str()).expect("the file names every vendor")
}

/// As it comes in at the other side.
fn received(ask: Ask) -> Received {
    let headers: HeaderMap =
        ask.headers.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect();
    let path = ask.url.strip_prefix(BASE).expect("it goes to the vendors").to_owned();
    Received { method: ask.method, path, headers, body: Bytes::from(ask.body) }
}

fn reply(answer: &Answer) -> Reply {
    Reply {
        status: StatusCode::from_u16(answer.status).unwrap(),
        retry_after: None,
        body: answer.body.to_vec(),
    }
}

/// What a vendor says, asked with a key.
fn said_with(key: &str, vendors: &mut Vendors, vendor: vendors::Vendor, subject: Subject<'_>) -> Said {
    let By::Requests(asking, address) = provider(vendor).by() else { panic!("{vendor:?} is not asked") };
    let question = Question { subject, address, key, at: now() };
    let mut replies = Vec::new();
    loop {
        match asking.step(&question, &replies) {
            Step::Said(said) => return said,
            Step::Ask(ask) => replies.push(reply(&vendors.take(&received(ask)))),
        }
    }
}

/// What a vendor says.
fn said(vendors: &mut Vendors, vendor: vendors::Vendor, subject: Subject<'_>) -> Said {
    said_with(KEY, vendors, vendor, subject)
}

/// How strong a topic is today, in tenths: half as far over an average company after three weeks.
fn strength(score: f64, age_days: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a score is at most 100")]
    let tenths = ((50.0 + (score - 50.0) * 0.5_f64.powf(age_days / 21.0)) * 10.0).round() as i64;
    tenths
}

/// Topics by their keys, as strong as they are today. Vendors date them by days.
fn strengths(intent: &Intent) -> BTreeMap<String, i64> {
    let age_days =
        f64::from(u16::try_from(now().duration_since(intent.observed_at).as_hours() / 24).unwrap());
    let key = |name: &str| name.to_lowercase().replace(' ', "-");
    intent.topics.iter().map(|topic| (key(&topic.name), strength(topic.score, age_days))).collect()
}

/// The same by the directory; none where it knows of none.
fn strengths_now(company: &CompanyRecord) -> BTreeMap<String, i64> {
    let intent = company.intent.as_ref();
    let strong = intent.into_iter().flat_map(|intent| {
        let age_days = f64::from(intent.days_ago);
        intent.topics.iter().map(move |topic| (topic.name.clone(), strength(topic.score, age_days)))
    });
    strong.collect()
}
