//! What the door takes, and what becomes of it.

use super::*;

const MINIMAL: &str = r#"{"schema_version":1,"id":"e1","source":"website-form","email":"ada@acme.example"}"#;

fn problem(text: &str) -> String {
    FormSubmit::parse(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn the_smallest_event_is_an_address_with_a_key() {
    let event = FormSubmit::parse(MINIMAL.as_bytes()).unwrap();
    assert_eq!(event.email.as_str(), "ada@acme.example");
    assert!(event.occurred_at.is_none());
}

#[test]
fn fields_without_a_name_are_kept() {
    let text = MINIMAL.replace("\"id\"", "\"budget\":\"50k\",\"id\"");
    let event = FormSubmit::parse(text.as_bytes()).unwrap();
    assert_eq!(event.form.fields["budget"], "50k");
    let again = FormSubmit::parse(to_json(&event).unwrap().as_bytes()).unwrap();
    assert_eq!(again, event);
}

#[test]
fn an_event_that_grows_when_written_out_is_too_large() {
    // A letter that Unicode writes as two takes twice its bytes.
    let text = with(&format!("\"message\":\"{}\"", "\u{958}".repeat(40_000)));
    assert!(text.len() < MAX_EVENT_BYTES);
    let error = FormSubmit::parse(text.as_bytes()).unwrap_err();
    assert!(matches!(error, WireError::TooLarge { .. }), "{error}");
}

#[test]
fn nothing_personal_shows_in_a_log() {
    let text = MINIMAL.replace(
        "\"id\"",
        r#""first_name":"Ada","phone":"+1 555 0100","message":"call me","budget":"50k","id""#,
    );
    let shown = format!("{:?}", FormSubmit::parse(text.as_bytes()).unwrap());
    for personal in ["ada", "Ada", "0100", "call me", "50k"] {
        assert!(!shown.contains(personal), "{shown}");
    }
    assert!(shown.contains("website-form") && shown.contains("acme.example"), "{shown}");
}

#[test]
fn the_content_hash_ignores_the_order_of_fields_and_sees_a_change() {
    let reordered = r#"{"email":"ADA@acme.example","source":"website-form","id":"e1","schema_version":1}"#;
    let hash = |t: &str| FormSubmit::parse(t.as_bytes()).unwrap().content_hash().unwrap();
    assert_eq!(hash(MINIMAL), hash(reordered));
    assert_ne!(hash(MINIMAL), hash(&MINIMAL.replace("ada@", "eve@")));
}

#[test]
fn bad_events_say_what_to_mend() {
    assert!(problem("").contains("empty"));
    assert!(problem("hello").contains("not valid JSON"));
    assert!(problem(&MINIMAL.replace("\"schema_version\":1", "\"schema_version\":9")).contains("upgrade"));
    assert!(problem(&MINIMAL.replace("\"schema_version\":1,", "")).contains("`schema_version`"));
    assert!(problem(&MINIMAL.replace("ada@acme.example", "ada")).contains("`email`: expected an e-mail"));
    assert!(
        problem(&MINIMAL.replace("website-form", "Web Site")).contains("`source`: expected a source name")
    );
    let employees = |v: &str| problem(&MINIMAL.replace("\"id\"", &format!("\"employees\":{v},\"id\"")));
    assert!(employees("NaN").contains("not valid JSON"));
    assert!(employees("1e999").contains("number out of range"));
}

#[test]
fn an_event_has_a_size_limit() {
    let text = MINIMAL.replace("\"id\"", &format!("\"message\":\"{}\",\"id\"", "x".repeat(300_000)));
    assert!(problem(&text).contains("more than the 131072 bytes"));
}

fn with(fields: &str) -> String {
    MINIMAL.replace("\"id\"", &format!("{fields},\"id\""))
}

fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

/// Accepted once, an event is accepted in the form it is written in, and says the same.
fn accepted(text: &str) -> FormSubmit {
    let event = FormSubmit::parse(text.as_bytes()).unwrap();
    let written = to_json(&event).unwrap();
    assert_eq!(FormSubmit::parse(written.as_bytes()).unwrap(), event);
    event
}

#[test]
fn every_field_of_ours_may_be_named_in_an_error_and_no_other() {
    let schema = schemars::schema_for!(FormSubmit);
    let mut names = std::collections::BTreeSet::new();
    let defs = schema.get("$defs").and_then(serde_json::Value::as_object).unwrap();
    for object in defs.values().chain([schema.as_value()]) {
        names.extend(object["properties"].as_object().into_iter().flat_map(|p| p.keys().cloned()));
    }
    assert_eq!(FIELDS.iter().map(ToString::to_string).collect::<std::collections::BTreeSet<_>>(), names);
}

#[test]
fn depth_is_bounded_where_a_field_begins() {
    for place in ["\"x\":", "\"form\":{\"fields\":{\"x\":", "\"message\":"] {
        let close = if place.contains("fields") { "}}" } else { "" };
        for (depth, fits) in
            [(15, true), (16, true), (17, false), (127, false), (200, false), (30_000, false)]
        {
            let parsed = FormSubmit::parse(with(&format!("{place}{}{close}", nested(depth))).as_bytes());
            match parsed {
                Ok(_) => assert!(fits, "{place} {depth}"),
                Err(error) => {
                    assert!(!fits, "{place} {depth}: {error}");
                    let text = error.to_string();
                    assert!(text.contains("nests more than 16 lists and objects"), "{text}");
                    assert!(text.contains("(line 1 column ") && !text.contains("`x`"), "{text}");
                }
            }
        }
    }
    accepted(&with(&format!("\"x\":{}", nested(16))));
}

#[test]
fn values_that_are_not_ours_are_counted() {
    let wide = |n: usize| with(&format!("\"answers\":[{}]", vec!["{}"; n].join(",")));
    accepted(&wide(499));
    let error = FormSubmit::parse(wide(500).as_bytes()).unwrap_err().to_string();
    assert!(error.starts_with("field `…`: brings the body to more than 500 values (line 1"), "{error}");
    let maps = vec![r#"{"":0}"#; 128 * 1024 / 7 - 50].join(",");
    let error = problem(&with(&format!("\"form\":{{\"fields\":{{\"x\":[{maps}]}}}}")));
    assert!(error.starts_with("field `form.fields.…`: brings the body to more than 500 values"), "{error}");
    // The rest of a long text is one value more.
    let full = wide(499).replace("\"id\"", &format!("\"title\":\"{}\",\"id\"", "x".repeat(301)));
    assert!(problem(&full).contains("more than 500 values"));
    let of_ours = vec![r#"{"kind":"page_view","at":"2026-11-20T09:30:00Z"}"#; 400].join(",");
    assert_eq!(accepted(&with(&format!("\"activity\":[{of_ours}]"))).activity.len(), 400);
}

#[test]
fn what_is_too_long_costs_no_lead_and_is_not_lost() {
    let title = format!("{} student", "é".repeat(300));
    let event =
        accepted(&with(&format!("\"title\":\"{title}\",\"partner\":{{\"name\":\"{}\"}}", "p".repeat(301))));
    assert_eq!(event.title.as_deref(), Some("é".repeat(300).as_str()));
    assert_eq!(event.form.fields["title, continued"], " student");
    assert_eq!(event.form.fields["partner.name, continued"], "p");
    assert_eq!(event.whole_title(), Some(title));
    let told: Vec<String> = event.shortened().iter().map(ToString::to_string).collect();
    assert_eq!(told[1], "`title` is too long; the rest is kept in `form.fields` as `title, continued`");
    assert!(
        accepted(&with("\"jane doe, continued\":1")).shortened().is_empty(),
        "a label of theirs is not repeated"
    );
    let taken = with(&format!("\"title\":\"{}\",\"title, continued\":1", "x".repeat(301)));
    assert!(problem(&taken).contains("name it otherwise"), "{}", problem(&taken));
}

#[test]
fn of_very_much_activity_the_latest_stays() {
    let at = |n: usize| format!("2026-11-{:02}T{:02}:{:02}:00Z", 1 + n / 60 / 24, n / 60 % 24, n % 60);
    let one =
        |n: usize| format!(r#"{{"kind":"page_view","name":"{}","at":"{}"}}"#, "n".repeat(n % 100), at(n));
    let list: Vec<String> = (0..503).rev().map(one).collect();
    let event = accepted(&with(&format!("\"activity\":[{}]", list.join(","))));
    assert_eq!(event.activity.len(), 500);
    assert_eq!(event.activity.last().unwrap().at.to_string(), at(3));
    assert_eq!(event.shortened(), [Shortened::Activity(3)]);
    let long = format!(r#""activity":[{}]"#, one(1).replace("\"n\"", &format!("\"{}\"", "é".repeat(501))));
    assert_eq!(accepted(&with(&long)).activity[0].name.as_ref().unwrap().chars().count(), 500);
}

#[test]
fn no_consent_is_left_out() {
    let consents =
        |n: usize| with(&format!("\"consent\":[{}]", vec![r#"{"id":"a","accepted":false}"#; n].join(",")));
    assert_eq!(accepted(&consents(100)).consent.len(), 100);
    assert_eq!(problem(&consents(101)), "field `consent`: has more than 100 entries");
}

#[test]
fn signs_that_no_queue_takes_are_kept_and_half_ones_are_named() {
    for sign in ["\u{fffe}", "\u{ffff}", "\\ufffe", "\\uffff", "\\u0000", "\u{7f}", "\\ud83d\\ude00"] {
        let event = accepted(&with(&format!("\"message\":\"a{sign}b\"")));
        let written = to_json(&event).unwrap();
        assert!(!written.contains(['\u{fffe}', '\u{ffff}', '\u{0}']), "{written}");
        let seen = if sign.contains("ud83d") { 3 } else { 2 };
        assert_eq!(event.message.unwrap().chars().count(), seen, "what has no shape is not there: {sign:?}");
    }
    for half in ["\\ud83d", "\\ude00", "\\ud83d\\ud83d", "\\ud83dx"] {
        let text = problem(&with(&format!("\"message\":\"call me {half}\"")));
        assert!(text.starts_with("field `message`: has half of a UTF-16 surrogate pair"), "{half}: {text}");
        let text = problem(&with(&format!("\"jane doe\":\"{half}\"")));
        assert!(text.starts_with("field `…`: has half"), "{half}: {text}");
    }
}

#[test]
fn a_newer_event_waits_whatever_its_shape() {
    let newer =
        with(&format!("\"x\":{}", nested(200))).replace("\"schema_version\":1", "\"schema_version\":2");
    let error = FormSubmit::parse(newer.as_bytes()).unwrap_err();
    assert_eq!(error, WireError::NewerVersion { found: 2, supported: 1 });
    let older = FormSubmit::parse(MINIMAL.replace("_version\":1", "_version\":0").as_bytes()).unwrap_err();
    assert_eq!(older, WireError::OlderVersion { found: 0, supported: 1 });
}

#[test]
fn a_form_says_what_it_was_for_and_that_is_behaviour() {
    let at = "2026-11-20T09:30:00Z".parse().unwrap();
    let kind = |form: &str| accepted(&with(&format!(r#""form":{form}"#))).form.kind;
    for text in ["demo_request", "Demo request", "DEMO-REQUEST", "demo"] {
        assert_eq!(kind(&format!(r#"{{"kind":"{text}"}}"#)), Some(ActivityKind::DemoRequest), "{text}");
    }
    for kind in ActivityKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
    assert_eq!(kind(r#"{"kind":"n/a"}"#), None);
    let odd = accepted(&with(r#""form":{"kind":"fax","name":"Fax us"}"#));
    assert_eq!((odd.form.kind, odd.form.name.as_deref()), (None, Some("Fax us")));
    assert_eq!(odd.form.fields["form.kind, as sent"], "fax");
    assert_eq!(odd.behaviour(at), []);

    let demo = accepted(&with(
        r#""form":{"kind":"demo","name":"Book a demo"},"activity":[{"kind":"page_view","at":"2026-11-20T09:00:00Z"}]"#,
    ));
    let kinds = |event: &FormSubmit| event.behaviour(at).iter().map(|a| a.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&demo), [ActivityKind::PageView, ActivityKind::DemoRequest]);
    assert_eq!(demo.asked_for(at).unwrap().at, demo.occurred_at.unwrap_or(at));
    let sent = demo.occurred_at.unwrap_or(at);
    let told = accepted(&with(&format!(
        r#""form":{{"kind":"demo"}},"activity":[{{"kind":"demo_request","at":"{sent}"}}]"#
    )));
    assert_eq!(kinds(&told), [ActivityKind::DemoRequest], "told twice, it was done once");
}

#[test]
fn a_sources_own_id_of_a_person_is_one_or_none() {
    let id = |sent: &str| accepted(&with(&format!(r#""person_id":{sent}"#))).person_id;
    assert_eq!(id(r#"" 003xx ""#).unwrap().as_str(), "003xx");
    assert_eq!(id("4711").unwrap().as_str(), "4711");
    for nobody in [r#""""#, "null", "0", r#""0""#, r#""undefined""#, r#""n/a""#, r#""-""#] {
        assert_eq!(id(nobody), None, "{nobody}: or many would be one");
    }
    let long = accepted(&with(&format!(r#""person_id":"{}""#, "x".repeat(257))));
    assert_eq!(long.person_id, None);
    assert_eq!(long.form.fields["person_id, as sent"].as_str().unwrap().len(), 257);
}
