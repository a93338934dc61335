//! What no sender means to send. Whatever comes in: nothing panics, nobody is made up, and the error says what is wrong.

use http::{HeaderMap, HeaderName, HeaderValue};
use leadlight_lead::WireError;
use serde_json::{Value, json};

use super::{SECRET, Sample, is_read, now, samples, samples_of};
use crate::adapters::ADAPTERS;
use crate::item::{Item, Read};
use crate::proof::NotAuthentic;
use crate::request::Request;
use crate::source::{Accepted, Source, Unread};

/// Reads a body whoever sent it.
fn read(source: &Source, headers: &HeaderMap, body: &[u8]) -> Result<Vec<Read>, WireError> {
    let request = Request { method: "POST", url: None, query: "", headers, body, received_at: now() };
    source.read(&request)
}

fn with_headers(sample: &Sample, headers: HeaderMap) -> Result<Accepted, Unread> {
    let sample = Sample {
        path: sample.path.clone(),
        method: sample.method.clone(),
        target: sample.target.clone(),
        headers,
        body: sample.body.clone(),
        source: sample.source.clone(),
    };
    sample.accept(&sample.body, SECRET, now())
}

fn of_type(content_type: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static(content_type));
    for (name, value) in [("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "s"), ("ce-type", "t")] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// Whether something is told that an office would act on.
fn tells(item: &Read) -> bool {
    matches!(item, Ok(Item::Lead(_) | Item::Outcome(_) | Item::Erasure(_) | Item::Reference(_)))
}

/// Who is named stands in the body, as it was sent.
fn is_made_up(item: &Read, body: &[u8]) -> bool {
    let body = String::from_utf8_lossy(body).replace("%40", "@").to_lowercase();
    match item {
        Ok(Item::Lead(lead)) => !body.contains(lead.event.email.as_str()),
        Ok(Item::Erasure(erasure)) => erasure.person_id.is_none() && erasure.email.is_none(),
        _ => false,
    }
}

const CONTENT_TYPES: &[&str] = &[
    "application/json",
    "text/plain",
    "application/xml",
    "image/png",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    ";;;",
];

fn bodies() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "\u{feff}",
        "null",
        "true",
        "7",
        "\"\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "{",
        "}",
        "[{}",
        "{\"",
        "{\"a\":",
        "&",
        "=",
        "a=b",
        "--x",
        "--x\r\n\r\n",
        "--x--",
        "%",
        "%zz=%",
        "\0\0\0",
        "1e999",
        "-",
        "{\"a\":1e999}",
        r#"{"payload":{"data":{"":{}}}}"#,
        r#"{"email":"\ud800"}"#,
        r#"[{"name":null,"value":{}}]"#,
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    bodies.push(b"\xff\xfe\x00{".to_vec());
    bodies.push(b"{\"email\":\"\xc3\x28@acme.example\"}".to_vec());
    for depth in [127, 128, 200, 100_000] {
        bodies.push("[".repeat(depth).into_bytes());
        bodies.push(format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into_bytes());
        bodies.push(format!("{}1{}", r#"{"data":"#.repeat(depth), "}".repeat(depth)).into_bytes());
    }
    bodies
}

fn large_bodies() -> Vec<Vec<u8>> {
    let four_megabytes = 4 * 1024 * 1024;
    vec![
        format!("[{}0]", r#"{"":0},"#.repeat(four_megabytes / 7 - 1)).into_bytes(),
        format!("[{}0]", "0,".repeat(four_megabytes / 2 - 2)).into_bytes(),
        "&a".repeat(four_megabytes / 2).into_bytes(),
        "a[".repeat(four_megabytes / 2).into_bytes(),
        vec![b' '; four_megabytes + 1],
    ]
}

#[test]
fn what_no_sender_sends_tells_nothing() {
    let (bodies, large) = (bodies(), large_bodies());
    for adapter in ADAPTERS {
        let source = Source::plain("sample".parse().unwrap(), adapter);
        for content_type in CONTENT_TYPES {
            let headers = of_type(content_type);
            let is_usual = is_usual(adapter.name, content_type);
            for body in bodies.iter().chain(large.iter().filter(|_| is_usual)) {
                let told = read(&source, &headers, body);
                let what = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
                assert!(!told.iter().flatten().any(tells), "{} {content_type} {what}", adapter.name);
                // And before it is believed.
                let request = Request {
                    method: "POST",
                    url: None,
                    query: "",
                    headers: &headers,
                    body,
                    received_at: now(),
                };
                let refused = source.accept(&request, crate::proof::SecretTexts::new(SECRET));
                assert!(refused.is_err(), "{} {content_type} {what}", adapter.name);
            }
        }
    }
}

/// Whether the adapter makes something of a content type.
fn is_usual(adapter: &str, content_type: &str) -> bool {
    match adapter {
        "cloudevents" => content_type.contains("cloudevents"),
        "salesforce-web-to-lead" => content_type.contains("form-urlencoded"),
        "json" => content_type.contains("json") || content_type.contains("form"),
        _ => content_type == "application/json",
    }
}

#[test]
fn what_costs_more_than_it_weighs_is_refused_before_it_is_read() {
    let headers = of_type("application/json");
    let many = format!("[{}0]", r#"{"":0},"#.repeat(599_000));
    let deep = format!("{}{}", r#"[{"a":"#.repeat(60), "1");
    for adapter in
        ADAPTERS.iter().filter(|adapter| !["cloudevents", "salesforce-web-to-lead"].contains(&adapter.name))
    {
        let source = Source::plain("sample".parse().unwrap(), adapter);
        let refused = |body: &str| read(&source, &headers, body.as_bytes()).unwrap_err().to_string();
        assert!(refused(&many).contains("more than 100000 values"), "{}", adapter.name);
        assert!(refused(&deep).contains("nests more than 64"), "{}", adapter.name);
    }
}

#[test]
fn another_content_type_makes_no_other_lead() {
    for sample in samples().filter(is_read) {
        let Ok(Accepted::Items(usual)) = with_headers(&sample, sample.headers.clone()) else {
            unreachable!()
        };
        for content_type in CONTENT_TYPES {
            let mut headers = sample.headers.clone();
            headers.insert("content-type", HeaderValue::from_static(content_type));
            let Ok(Accepted::Items(items)) = with_headers(&sample, headers) else { continue };
            let others = items.iter().filter(|item| tells(item) && !usual.contains(item)).count();
            assert_eq!(others, 0, "{} as {content_type}", sample.path.display());
        }
    }
}

/// In the place of any value.
fn nasty() -> Vec<Value> {
    let mut deep = json!(1);
    for _ in 0..50 {
        deep = json!({ "a": [deep] });
    }
    vec![
        Value::Null,
        json!(true),
        json!(1e300),
        json!(-1),
        json!(i64::MIN),
        json!("-9223372036854775808"),
        json!(0.1),
        json!([]),
        json!({}),
        json!([[{ "name": "email", "value": "x" }]]),
        json!("dance"),
        json!("\u{0}\u{1b}[31m\u{202e}\u{fffe}\r\n"),
        json!("é".repeat(300)),
        deep,
    ]
}

/// The paths to all values within.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    let name = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| places(value, &format!("{path}/{}", name(key)), found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(n, value)| places(value, &format!("{path}/{n}"), found));
        }
        _ => {}
    }
}

#[test]
fn any_value_may_be_of_any_kind() {
    let nasty = nasty();
    let mut tried = 0;
    for sample in samples().filter(is_read) {
        let Ok(body) = serde_json::from_slice::<Value>(&sample.body) else { continue };
        let mut paths = Vec::new();
        places(&body, "", &mut paths);
        for path in paths {
            for value in &nasty {
                let mut changed = body.clone();
                *changed.pointer_mut(&path).unwrap() = value.clone();
                let changed = changed.to_string();
                tried += 1;
                let Ok(items) = read(&sample.source, &sample.headers, changed.as_bytes()) else { continue };
                let made_up = items.iter().any(|item| is_made_up(item, changed.as_bytes()));
                assert!(!made_up, "{} {path} {value}", sample.path.display());
            }
        }
    }
    assert!(tried > 20_000, "{tried}");
}

#[test]
fn a_value_of_two_hundred_kilobytes_costs_no_lead_and_rests_whole() {
    let long = json!("x".repeat(200_000));
    let mut adapters = 0;
    for adapter in ADAPTERS {
        let is_of_a_lead = |sample: &Sample| {
            let read = read(&sample.source, &sample.headers, &sample.body);
            sample.body.starts_with(b"{")
                && read.iter().flatten().any(|item| matches!(item, Ok(Item::Lead(_))))
        };
        let Some(sample) = samples_of(adapter).into_iter().filter(is_read).find(is_of_a_lead) else {
            continue;
        };
        let body: Value = serde_json::from_slice(&sample.body).unwrap();
        let mut paths = Vec::new();
        places(&body, "", &mut paths);
        let mut rests_whole = 0;
        for path in paths {
            let mut changed = body.clone();
            let place = changed.pointer_mut(&path).unwrap();
            if !place.is_string() {
                continue;
            }
            *place = long.clone();
            let items = read(&sample.source, &sample.headers, changed.to_string().as_bytes());
            let too_large = |item: &&Read| {
                item.as_ref().is_err_and(|aside| matches!(aside.error, WireError::TooLarge { .. }))
            };
            assert_eq!(items.iter().flatten().find(too_large), None, "{} {path}", adapter.name);
            let is_whole = |item: &&Read| matches!(item, Ok(Item::Lead(lead)) if lead.whole.is_some());
            rests_whole += items.iter().flatten().filter(is_whole).count();
        }
        assert!(rests_whole > 0, "{}", adapter.name);
        adapters += 1;
    }
    assert!(adapters >= 10, "{adapters}");
}

#[test]
fn a_long_message_costs_no_lead() {
    let message = "Please call. ".repeat(7_000);
    let body = json!({ "email": "ada@acme.example", "message": message }).to_string();
    let source = Source::plain("sample".parse().unwrap(), &ADAPTERS[0]);
    let items = read(&source, &of_type("application/json"), body.as_bytes()).unwrap();
    let [Ok(Item::Lead(lead))] = &items[..] else { panic!("{items:?}") };
    assert_eq!(lead.event.message.as_ref().unwrap().chars().count(), 8_000);
    assert!(lead.event.form.fields.contains_key("message, continued"));
}

#[test]
fn the_same_request_again_is_the_same_lead() {
    for sample in samples().filter(is_read) {
        let again = sample.accept(&sample.body, SECRET, now()).unwrap();
        let Accepted::Items(items) = sample.accept(&sample.body, SECRET, now()).unwrap() else {
            unreachable!()
        };
        assert_eq!(again, Accepted::Items(items.clone()));
        let later = now() + jiff::SignedDuration::from_secs(60);
        let Ok(Accepted::Items(repeated)) = sample.accept(&sample.body, SECRET, later) else {
            unreachable!()
        };
        for (first, second) in items.iter().zip(&repeated) {
            if let (Ok(Item::Lead(first)), Ok(Item::Lead(second))) = (first, second) {
                let (first, second) =
                    (first.event.lead_id(now()).unwrap(), second.event.lead_id(later).unwrap());
                assert_eq!(first, second, "{}", sample.path.display());
            }
        }
    }
}

#[test]
fn a_name_that_stands_twice_counts_once() {
    for sample in samples().filter(is_read).filter(|sample| sample.body.starts_with(b"{")) {
        let body: Value = serde_json::from_slice(&sample.body).unwrap();
        let usual = read(&sample.source, &sample.headers, &sample.body).unwrap();
        let rest = String::from_utf8(sample.body[1..].to_vec()).unwrap();
        for name in body.as_object().unwrap().keys() {
            let twice = format!("{{{}:\"eve@evil.test\",{rest}", json!(name));
            // The later one, as everywhere; or neither.
            if let Ok(items) = read(&sample.source, &sample.headers, twice.as_bytes()) {
                assert_eq!(items, usual, "{} {name}", sample.path.display());
            }
        }
    }
}

/// Whether a header proves who sent it.
fn proves(name: &HeaderName) -> bool {
    ["signature", "leadlight-key", "authorization", "timestamp"]
        .iter()
        .any(|part| name.as_str().contains(part))
}

#[test]
fn headers_may_be_absent_or_stand_twice_or_be_no_text() {
    let mut refused = 0;
    for sample in samples().filter(is_read) {
        let usual = with_headers(&sample, sample.headers.clone()).unwrap();
        let by_address = sample.target.contains("key=");
        for name in sample.headers.keys().filter(|name| proves(name)) {
            let what = format!("{} {name}", sample.path.display());
            let mut without = sample.headers.clone();
            let value = without.remove(name).unwrap();
            let absent = with_headers(&sample, without.clone());
            // Headers of another proof than the source's say nothing.
            if absent.as_ref() == Ok(&usual) {
                continue;
            }
            assert!(
                matches!(absent, Err(Unread::NotAuthentic(NotAuthentic::Absent(_)))),
                "{what} {absent:?}"
            );
            assert!(!by_address, "{what}");
            refused += 1;

            let mut changed = value.as_bytes().to_vec();
            let at = changed.len() / 2;
            changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
            let wrong = HeaderValue::from_bytes(&changed).unwrap();
            for (first, second) in [(wrong.clone(), value.clone()), (value.clone(), wrong.clone())] {
                let mut twice = without.clone();
                twice.append(name, first.clone());
                twice.append(name, second);
                match with_headers(&sample, twice) {
                    Ok(told) => assert!(first == value && told == usual, "{what}"),
                    Err(error) => assert!(matches!(error, Unread::NotAuthentic(_)), "{what} {error:?}"),
                }
            }
            for no_text in
                [b"\xff\xfe".as_slice(), b"", b"sha256=", b"t=,v1=", b"99999999999999999999", b"-1"]
            {
                let mut headers = without.clone();
                headers.insert(name, HeaderValue::from_bytes(no_text).unwrap());
                let told = with_headers(&sample, headers);
                assert!(matches!(told, Err(Unread::NotAuthentic(_))), "{what} {told:?}");
            }
        }
        let none = with_headers(&sample, HeaderMap::new());
        let tells = matches!(&none, Ok(Accepted::Items(items)) if items.iter().any(tells));
        assert!(
            !tells || by_address || sample.source.proof.name == "google_key",
            "{}",
            sample.path.display()
        );
    }
    assert!(refused > 60, "{refused}");
}

#[test]
fn secrets_may_stand_among_blank_lines_and_the_third_does_not_count() {
    for sample in samples().filter(is_read) {
        let usual = sample.accept(&sample.body, SECRET, now());
        for text in [
            "test-secret",
            "test-secret\nnewer",
            "\r\n\r\n older \r\n\t test-secret \r\n\r\n",
            "\n\ntest-secret",
        ] {
            assert_eq!(sample.accept(&sample.body, text, now()), usual, "{}", sample.path.display());
        }
        for text in ["one\ntwo\ntest-secret", "test-secre", "test-secrett", "Test-Secret", "test-\nsecret"] {
            let refused = sample.accept(&sample.body, text, now());
            assert_eq!(refused, Err(Unread::NotAuthentic(NotAuthentic::Wrong)), "{}", sample.path.display());
        }
    }
}
