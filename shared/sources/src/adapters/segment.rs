//! Segment and RudderStack: who somebody is and what they do in the product.

use std::borrow::Cow;

use leadlight_lead::{AccountRef, AccountUse, ActivityKind, Use, WireError, from_json, read_moment};
use leadlight_reading::{EmailAddress, fold};
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::product_usage;
use crate::adapter::{Adapter, KEY, Proof, from_hex, signature};
use crate::fill::{Filling, text_of};
use crate::item::{Erasure, Item, Read, SetAside};
use crate::proof::{Claim, Mac, NotAuthentic};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "segment",
    title: "Segment",
    help: "A webhook destination with a shared secret, batching off: of a batch Segment signs the first event alone. With \
           batching, write `proof = \"key\"` and add the header `X-Leadlight-Key`. An event counts where it names the \
           person's address, in its traits or its context; a `track` without one counts for the account that `context.groupId` \
           names, once a `group` has told its domain.",
    proofs: &[Proof { name: "signature", claim }],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

pub(super) const RUDDERSTACK: Adapter = Adapter {
    name: "rudderstack",
    title: "RudderStack",
    help: "A webhook destination with the header `X-Leadlight-Key`. An event counts where it names the person's address, in \
           its traits or its context.",
    proofs: &[KEY],
    ..ADAPTER
};

const HEADER: &str = "x-signature";

fn claim<'a>(request: &Request<'a>) -> Result<Claim<'a>, NotAuthentic> {
    let tag = from_hex(signature(request, HEADER)?, HEADER)?;
    let mut signed = request.body;
    if signed.trim_ascii_start().starts_with(b"[") {
        // Whatever else a batch holds is signed by nobody.
        let Ok((only,)) = from_json::<(&RawValue,)>(request.body) else {
            let is_list = from_json::<Vec<IgnoredAny>>(request.body).is_ok();
            return Err(if is_list { NotAuthentic::Batch } else { NotAuthentic::Malformed("the body") });
        };
        signed = only.get().as_bytes();
    }
    Ok(Claim::Signature { mac: Mac::Sha1, signed: vec![Cow::Borrowed(signed)], tag, at: None })
}

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let body = request.json()?;
    let events = match &body {
        Value::Array(events) => events.as_slice(),
        Value::Object(object) => match object.get("batch").and_then(Value::as_array) {
            Some(events) => events.as_slice(),
            None => std::slice::from_ref(&body),
        },
        _ => return Err(WireError::shape(".", "expected an event or a list of events")),
    };
    Ok(events.iter().map(|event| one(event, request, rules)).collect())
}

fn one(event: &Value, request: &Request<'_>, rules: &Rules) -> Read {
    match event["type"].as_str() {
        Some("track") if address(event).is_none() => account(event, request, rules),
        Some("identify" | "track" | "page") => person(event, rules),
        Some("delete") => erasure(event, request, rules),
        Some("group") => group(event, request, rules),
        Some("screen" | "alias") => Ok(Item::PassedOver("an event that tells nothing of a lead")),
        _ => Err(SetAside::part(event, "type", "expected identify, track, page, group or delete")),
    }
}

fn erasure(event: &Value, request: &Request<'_>, rules: &Rules) -> Read {
    let person_id = text_of(&event["userId"]);
    let email = address(event).and_then(|text| text.parse().ok());
    if person_id.is_none() && email.is_none() {
        return Err(SetAside::part(event, "userId", "expected who is to be forgotten"));
    }
    Ok(Item::Erasure(Erasure {
        source: rules.name.clone(),
        person_id,
        email,
        requested_at: read_moment(&event["timestamp"]).unwrap_or(request.received_at),
    }))
}

/// Whose workspace a group is: the sender's id of it stands for a domain from now on.
fn group(event: &Value, request: &Request<'_>, rules: &Rules) -> Read {
    let domain = domain_in([&event["traits"], &event["context"]["traits"]]);
    let named = product_usage::account(domain, &event["groupId"]);
    let account = named.map_err(|(path, problem)| SetAside::part(event, path, problem))?;
    match account {
        Some(account @ AccountRef::Both(..)) => used(event, request, rules, account, Vec::new()),
        _ => Ok(Item::PassedOver(
            "a group without its id or its domain, so that it cannot be said whose it is",
        )),
    }
}

/// Usage by someone whose address is not named, at an account that is.
fn account(event: &Value, request: &Request<'_>, rules: &Rules) -> Read {
    let workspace = [
        &event["context"]["groupId"],
        &event["groupId"],
        &event["properties"]["groupId"],
        &event["properties"]["workspace_id"],
        &event["properties"]["account_id"],
    ];
    let workspace = workspace.into_iter().find(|id| text_of(id).is_some()).unwrap_or(&Value::Null);
    let domain = domain_in([&event["properties"], &event["context"]["traits"]]);
    // A domain that is none names nobody, and is no reason to set the event aside: it stands among a product's own fields.
    let Ok(Some(account)) = product_usage::account(domain, workspace) else {
        return Ok(Item::PassedOver("usage that names neither a person's address nor an account"));
    };
    let name = event["event"].as_str().unwrap_or_default();
    let kind = serde_json::from_value(activity_of(name).into()).unwrap_or(ActivityKind::FeatureUsed);
    let at = [&event["originalTimestamp"], &event["timestamp"], &event["receivedAt"]]
        .into_iter()
        .find_map(read_moment);
    used(event, request, rules, account, vec![Use::new(kind, 1, at, request.received_at)])
}

fn used(event: &Value, request: &Request<'_>, rules: &Rules, account: AccountRef, used: Vec<Use>) -> Read {
    let Some(id) = text_of(&event["messageId"]).and_then(|text| text.parse().ok()) else {
        return Err(SetAside::part(event, "messageId", "expected the event's id, by which it counts once"));
    };
    let source = rules.name.clone();
    Ok(Item::Usage(Box::new(AccountUse { source, id, account, used, received_at: request.received_at })))
}

/// Where a company's domain stands, by its usual names.
fn domain_in(places: [&Value; 2]) -> &Value {
    const NAMES: [&str; 4] = ["domain", "company_domain", "companyDomain", "website"];
    let named = places.into_iter().flat_map(|place| NAMES.map(|name| &place[name]));
    named.into_iter().find(|value| text_of(value).is_some()).unwrap_or(&Value::Null)
}

/// Where traits of a person stand.
fn traits(event: &Value) -> [&Value; 3] {
    [&event["traits"], &event["context"]["traits"], &event["properties"]]
}

fn address(event: &Value) -> Option<String> {
    let written = traits(event).into_iter().filter_map(|traits| traits["email"].as_str());
    // An address often serves as the person's id.
    written
        .chain(event["userId"].as_str())
        .find(|text| text.parse::<EmailAddress>().is_ok())
        .map(str::to_owned)
}

fn person(event: &Value, rules: &Rules) -> Read {
    let Some(email) = address(event) else {
        return Ok(Item::PassedOver("usage by someone whose address the event does not name"));
    };
    let kind = event["type"].as_str().unwrap_or_default();
    let mut filling = Filling::new(rules, kind);
    let at = [&event["originalTimestamp"], &event["timestamp"], &event["receivedAt"]]
        .into_iter()
        .find(|at| at.is_string());
    let at = at.cloned().unwrap_or_default();
    filling
        .set("id", event["messageId"].clone())
        .set("email", email)
        // Not the anonymous id: that is a browser's, and two people at one would be one person.
        .set("person_id", event["userId"].clone())
        .set("occurred_at", at.clone());
    let (names, properties): (&[_], &Value) = match kind {
        "track" => (&traits(event)[1..2], &event["properties"]),
        "page" => (&traits(event)[1..2], &Value::Null),
        _ => (&traits(event)[..2], &Value::Null),
    };
    // What the company's own map names comes first, wherever it stands.
    for traits in traits(event) {
        for (name, value) in traits.as_object().into_iter().flatten().filter(|(name, _)| rules.knows(name)) {
            filling.answer(name, value.clone());
        }
    }
    for traits in names {
        describe(&mut filling, traits);
    }
    match kind {
        "track" => {
            let name = event["event"].as_str().unwrap_or_default();
            filling.did(activity_of(name), &name.into(), &at);
            // Of a sign-up, what was typed describes the person.
            if fold(name) == "signed up" {
                describe(&mut filling, properties);
            }
        }
        "page" => {
            let path = [&event["properties"]["path"], &event["context"]["page"]["path"]]
                .into_iter()
                .find_map(Value::as_str);
            let kind =
                if path.is_some_and(|path| path.contains("pricing")) { "pricing_view" } else { "page_view" };
            filling.did(kind, &path.unwrap_or_default().into(), &at);
        }
        _ => {}
    }
    let context = &event["context"];
    for (name, parameter) in [
        ("source", "source"),
        ("medium", "medium"),
        ("name", "campaign"),
        ("term", "term"),
        ("content", "content"),
    ] {
        filling.set_utm(parameter, &context["campaign"][name]);
    }
    filling
        .set("page_url", context["page"]["url"].clone())
        .set("referrer", context["page"]["referrer"].clone());
    filling.finish()
}

fn describe(filling: &mut Filling<'_>, traits: &Value) {
    for (names, field) in TRAITS {
        for name in *names {
            filling.set(field, traits[*name].clone());
        }
    }
    if let Some(name) = traits["name"].as_str() {
        filling.set_full_name("name", name);
    }
    let company = &traits["company"];
    filling.set("company", if company.is_object() { company["name"].clone() } else { company.clone() });
    for (name, field) in
        [("employee_count", "employees"), ("employees", "employees"), ("industry", "industry")]
    {
        filling.set(field, company[name].clone());
    }
    filling.set("country", traits["address"]["country"].clone());
}

const TRAITS: &[(&[&str], &str)] = &[
    (&["firstName", "first_name"], "first_name"),
    (&["lastName", "last_name"], "last_name"),
    (&["phone"], "phone"),
    (&["title"], "title"),
    (&["website"], "website"),
    (&["country"], "country"),
    (&["industry"], "industry"),
    (&["employees"], "employees"),
];

/// Segment's events of B2B software, and what they are to us; any other is the use of a feature by its name.
const EVENTS: &[(&str, &str)] = &[
    ("signed up", "trial_started"),
    ("trial started", "trial_started"),
    ("invite sent", "teammate_invited"),
    ("account added user", "teammate_invited"),
    ("integration connected", "integration_connected"),
    ("integration enabled", "integration_connected"),
    ("upgrade requested", "upgrade_inquiry"),
    ("upgrade clicked", "upgrade_inquiry"),
    ("demo requested", "demo_request"),
    ("pricing viewed", "pricing_view"),
];

fn activity_of(name: &str) -> &'static str {
    let name = fold(name);
    EVENTS.iter().find(|(known, _)| *known == name).map_or("feature_used", |(_, kind)| kind)
}
