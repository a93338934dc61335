//! Any vendor that answers one question with one JSON document: which field of its answer is which of ours stands in the
//! vendors file, as an option for each, read by [`mapped`].

use std::collections::BTreeSet;

use http::Method;
use http::header::HeaderName;
use leadlight_lead::{About, Gap};
use leadlight_outward::{Ask, Reply};
use serde_json::Value;

use super::json::{domain, text};
use super::mapped::{self, Add, Choice, DOMAIN, EMAIL, all_at, filled, one_at, option, with_map, wrongs};
use crate::vendor::{Asking, Knows, Options, Question, Said, Subject, Unreadable, Vendor, Way, Wrong};

/// Its options beside the field map.
const OWN: [Choice; 8] = [
    ("method", Some("GET")),
    // Below the address, with `{domain}` or `{email}`: that decides whom it is asked about.
    ("path", None),
    // JSON to send with POST; `{domain}` and `{email}` stand in its texts.
    ("body", Some("")),
    ("header", Some("authorization")),
    ("key_format", Some("Bearer {key}")),
    // What all other paths begin at.
    ("root", Some("")),
    // The domain or address that the answer is about.
    ("match", Some("")),
    // A number from 0 to 1, or a path to one.
    ("confidence", Some("0.6")),
];

/// The kind of the file.
pub(crate) const HTTP: Vendor = Vendor {
    name: "http",
    title: "the HTTP provider",
    options: &with_map::<28>(&OWN),
    asks: &[About::Company, About::Person],
    fills: mapped::FIELDS,
    narrow: Some(narrow),
    way: Way::Asked(Asking { base: None, wants_key: true, ask, then: None, read }),
};

const KEY: &str = "{key}";

/// Headers that are not the file's to set.
const NOT_OURS: [&str; 6] =
    ["host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade"];

/// Whom it is asked about follows from its path and body, and what it knows from the fields that are named.
fn narrow(options: &Options) -> Result<Knows, Vec<Wrong>> {
    let about = mapped::about(&format!("{}{}", option(options, "path"), option(options, "body")));
    let mut fills = BTreeSet::new();
    let wrong = wrongs(|add| {
        request_is_sound(options, add);
        mapped::path_is_sound(options, "root", add);
        mapped::path_is_sound(options, "match", add);
        fills = mapped::fills(options, "path", about, add);
    });
    if wrong.is_empty() { Ok(Knows { asks: vec![about], fills }) } else { Err(wrong) }
}

/// What is sent, but for the key.
fn request_is_sound(options: &Options, add: &mut Add<'_>) {
    let of = |name: &str| option(options, name);
    let (method, path, body) = (of("method"), of("path"), of("body"));
    if !["GET", "POST"].contains(&method) {
        add("method", "is another than GET and POST", "write \"GET\" or \"POST\"");
    }
    let is_below =
        path.starts_with('/') && path.bytes().all(|b| b.is_ascii_graphic() && !b"#\\@".contains(&b));
    if !path.is_empty() && (!is_below || has_other_braces(path)) {
        add(
            "path",
            "is no path below the address",
            "write one such as `/v1/companies/{domain}` or `/v1/find?email={email}`",
        );
    }
    if !body.is_empty() && (method == "GET" || serde_json::from_str::<Value>(body).is_err()) {
        add(
            "body",
            "is not JSON, or is sent with GET",
            "write JSON such as `{\"domain\": \"{domain}\"}`, and `method = \"POST\"`",
        );
    }
    let both = format!("{path}{body}");
    if !path.is_empty() && both.contains(DOMAIN) == both.contains(EMAIL) {
        add(
            "path",
            "names neither or both of `{domain}` and `{email}`",
            "ask about one: a second provider asks about the other",
        );
    }
    if !of("header").parse::<HeaderName>().is_ok_and(|name| !NOT_OURS.contains(&name.as_str())) {
        add(
            "header",
            "is no header that may carry a key",
            "write one such as `authorization` or `x-api-key`",
        );
    }
    let format = of("key_format");
    let is_text = format.bytes().all(|b| (b' '..=b'~').contains(&b));
    if format.matches(KEY).count() != 1 || !is_text {
        add(
            "key_format",
            "does not say where the key stands",
            "write `{key}` in it once, such as `Bearer {key}`",
        );
    }
}

fn has_other_braces(path: &str) -> bool {
    path.replace(DOMAIN, "").replace(EMAIL, "").contains(['{', '}'])
}

/// As it may stand in a path and in a query.
fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let hex = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0').to_ascii_uppercase();
            encoded.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    encoded
}

fn with_subject(template: Value, subject: Subject<'_>) -> Value {
    match template {
        Value::String(text) => Value::String(filled(&text, subject, str::to_owned)),
        Value::Array(list) => list.into_iter().map(|value| with_subject(value, subject)).collect(),
        Value::Object(object) => object
            .into_iter()
            .map(|(name, value)| (filled(&name, subject, str::to_owned), with_subject(value, subject)))
            .collect(),
        other => other,
    }
}

fn ask(question: &Question<'_>) -> Ask {
    let of = |name| question.address.option(name);
    let url = question.address.at(&filled(of("path"), question.subject, percent));
    let body: Option<Value> = serde_json::from_str(of("body")).ok();
    let method = if of("method") == "POST" { Method::POST } else { Method::GET };
    let ask = body.map_or_else(
        || Ask { method: method.clone(), ..Ask::get(&url, &[]) },
        |body| Ask::json(method.clone(), url.clone(), &with_subject(body, question.subject)),
    );
    let key = of("key_format").replace(KEY, question.key.trim());
    match of("header").parse::<HeaderName>() {
        Ok(header) => ask.with(header, key),
        // Refused where the file is read.
        Err(_) => ask,
    }
}

fn read(question: &Question<'_>, reply: &Reply) -> Result<Said, Unreadable> {
    let of = |name| question.address.option(name);
    let body: Value = serde_json::from_slice(&reply.body).map_err(|_| Unreadable)?;
    let root = all_at(&body, of("root")).into_iter().next().ok_or(Unreadable)?;
    match root {
        Value::Null => return Ok(Said::Unknown),
        Value::Object(object) if object.is_empty() => return Ok(Said::Unknown),
        Value::Array(list) if list.is_empty() => return Ok(Said::Unknown),
        Value::Object(_) | Value::Array(_) => {}
        _ => return Err(Unreadable),
    }
    if !of("match").is_empty() {
        let named = one_at(root, of("match")).and_then(|named| text(named, "")).ok_or(Unreadable)?;
        if !is_asked(question.subject, &named) {
            return Ok(Said::Nothing(Gap::OtherSubject));
        }
    }
    mapped::read(question.address.options(), question.at, root)
}

fn is_asked(subject: Subject<'_>, named: &str) -> bool {
    match subject {
        Subject::Person(email, _) if named.contains('@') => named.eq_ignore_ascii_case(email.as_str()),
        Subject::Company(company) | Subject::Person(_, Some(company)) => {
            domain(&Value::from(named), "").is_some_and(|named| named == *company)
        }
        Subject::Person(email, None) => {
            domain(&Value::from(named), "").is_some_and(|named| named.as_str() == email.domain())
        }
    }
}
