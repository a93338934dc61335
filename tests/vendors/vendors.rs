//! Vendors as `enrichment` asks and reads them, against vendors as `simulators` has them answer, over the sample world.

mod shapes;
mod together;
mod troubles;

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use leadlight_enrichment::{Asking, Question, Said, Step, Subject, VENDORS, Vendor, Way};
use leadlight_outward::{Address, Ask, Reply};
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

fn policy() -> Policy {
    Policy::parse("default.toml", include_str!("../../infra/policies/default.toml")).unwrap()
}

/// How a simulated vendor is asked.
fn kind(vendor: vendors::Vendor) -> (&'static Vendor, Asking) {
    let kind = VENDORS.into_iter().find(|kind| kind.name == vendor.as_str());
    let kind = kind.unwrap_or_else(|| panic!("there is no kind of vendor `{}`", vendor.as_str()));
    let Way::Asked(asking) = kind.way else { panic!("`{}` is not asked", kind.name) };
    (kind, asking)
}

fn address(vendor: vendors::Vendor) -> Address {
    let given = |name: &str| match name {
        "signal" => "0c8e2ba4-6f0f-4a1c-9d7e-3a1f5b2c4d6e".to_owned(),
        "topic" => "lead-scoring".to_owned(),
        "country" => "United States".to_owned(),
        other => panic!("`{other}` wants a value"),
    };
    let options = kind(vendor).0.options.iter();
    let options: BTreeMap<_, _> = options
        .map(|(name, usual)| ((*name).to_owned(), usual.map_or_else(|| given(name), str::to_owned)))
        .collect();
    Address::parse(&format!("{BASE}/{}", vendor.as_str()), options).unwrap()
}

/// As it comes in at the other side.
fn received(ask: Ask) -> Received {
    let headers: HeaderMap =
        ask.headers.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect();
    let path = ask.url.strip_prefix(BASE).expect("it goes to the vendors").to_owned();
    Received { method: ask.method, path, headers, body: Bytes::from(ask.body) }
}

fn reply(answer: Answer) -> Reply {
    Reply { status: StatusCode::from_u16(answer.status).unwrap(), retry_after: None, body: answer.body.to_vec() }
}

/// What a vendor says, asked with a key.
fn said_with(key: &str, vendors: &mut Vendors, vendor: vendors::Vendor, subject: Subject<'_>) -> Said {
    let (address, asking) = (address(vendor), kind(vendor).1);
    let question = Question { subject, address: &address, key, at: now() };
    let mut replies = Vec::new();
    loop {
        match asking.step(&question, &replies) {
            Step::Said(said) => return said,
            Step::Ask(ask) => replies.push(reply(vendors.take(&received(ask)))),
        }
    }
}

/// What a vendor says.
fn said(vendors: &mut Vendors, vendor: vendors::Vendor, subject: Subject<'_>) -> Said {
    said_with(KEY, vendors, vendor, subject)
}
