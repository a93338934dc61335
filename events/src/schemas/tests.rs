use std::path::Path;

use jsonschema::Validator;
use leadlight_destinations::{Origin, changes};
use leadlight_lead::{
    Completeness, CrmEvent, Deal, EmailKind, EnrichedLead, FormSubmit, Motion, Outcome, OutcomeResult,
    PolicyHash, QueuedLead, RouteRequest, StageMessage, to_json,
};
use serde_json::{Value, json};

use super::schemas;
use crate::{
    CRM_EVENTS, Expected, HISTORY_CSV, OUTCOMES_CSV, OutcomeRow, read_deals, read_outcomes, samples,
};

fn committed(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(file);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn validator(file: &str) -> Validator {
    jsonschema::options().should_validate_formats(true).build(&committed(file)).unwrap()
}

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), schemas().len());
    for generated in schemas() {
        let same = committed(generated.file) == generated.schema;
        assert!(same, "{} is old: cargo run -p leadlight-events --example regenerate", generated.file);
        jsonschema::meta::validate(&generated.schema).unwrap();
    }
}

#[test]
fn every_sample_that_parses_fits_the_schema_and_no_other() {
    let schema = validator("form-submit.json");
    let fits = |bytes: &[u8]| serde_json::from_slice(bytes).is_ok_and(|event: Value| schema.is_valid(&event));
    for sample in samples() {
        assert_eq!(fits(sample.bytes), sample.expected != Expected::DeadLetter, "{}", sample.file);
        assert_eq!(fits(sample.bytes), FormSubmit::parse(sample.bytes).is_ok(), "{}", sample.file);
    }
}

/// The schema says how events are best written. The door takes more: an optional fact that cannot be read costs no lead.
#[test]
fn what_fits_the_schema_is_taken_and_only_who_somebody_is_must_be_right() {
    #[derive(PartialEq)]
    enum Is {
        Written,
        Read,
        Refused,
    }
    let schema = validator("form-submit.json");
    let with = |field: &str, value: Value| {
        let mut event = json!({"schema_version": 1, "id": "e1", "source": "webinar", "email": "a@b.example"});
        event[field] = value;
        event
    };
    let activity = |at: &str| json!([{ "kind": "page_view", "at": at }]);
    let cases = [
        (Is::Written, with("budget", json!("not a field of ours"))),
        (Is::Written, with("email", json!(" Ada@Mail.Acme.EXAMPLE "))),
        (Is::Written, with("id", Value::Null)),
        (Is::Written, with("occurred_at", Value::Null)),
        (Is::Written, with("activity", activity("2026-11-20T09:30:00Z"))),
        (Is::Written, with("motion_hint", json!("plg"))),
        (Is::Written, with("employees", json!("many"))),
        (Is::Read, with("id", json!(""))),
        (Is::Read, with("id", json!("x".repeat(257)))),
        (Is::Read, with("employees", json!(-3))),
        (Is::Read, with("employees", json!(["11-50"]))),
        (Is::Read, with("title", json!(7))),
        (Is::Read, with("activity", activity("last week"))),
        (Is::Read, with("activity", json!([{ "kind": "daydream", "at": "2026-11-20T09:30:00Z" }]))),
        (Is::Read, with("motion_hint", json!("osmosis"))),
        (Is::Read, with("form", json!("demo"))),
        (Is::Refused, with("schema_version", json!(2))),
        (Is::Refused, with("source", json!("Web Form"))),
        (Is::Refused, with("source", json!("s".repeat(65)))),
        (Is::Refused, with("email", json!("ada"))),
        (Is::Refused, with("email", json!("ada@localhost"))),
    ];
    for (is, event) in cases {
        assert_eq!(schema.is_valid(&event), is == Is::Written, "schema: {event}");
        let parsed = FormSubmit::parse(event.to_string().as_bytes());
        assert_eq!(parsed.is_ok(), is != Is::Refused, "parser: {event}");
    }
}

#[test]
fn what_the_parser_writes_again_fits_too() {
    let schema = validator("form-submit.json");
    for event in samples().iter().filter_map(|sample| FormSubmit::parse(sample.bytes).ok()) {
        let again: Value = serde_json::from_str(&to_json(&event).unwrap()).unwrap();
        assert!(schema.is_valid(&again), "{}", event.email.as_str());
    }
}

#[test]
fn crm_events_of_samples_and_files_fit_their_schema() {
    let schema = validator("crm-event.json");
    for (file, bytes) in CRM_EVENTS {
        assert!(schema.is_valid(&serde_json::from_slice(bytes).unwrap()), "{file}");
    }
    for OutcomeRow { event, .. } in read_outcomes("outcomes.csv", OUTCOMES_CSV).unwrap() {
        let sent: Value = serde_json::from_str(&to_json(&event).unwrap()).unwrap();
        assert!(schema.is_valid(&sent), "{sent}");
        assert_eq!(CrmEvent::parse(sent.to_string().as_bytes()).unwrap(), event);
    }
}

#[test]
fn schema_and_parser_agree_on_single_fields_of_a_crm_event() {
    let schema = validator("crm-event.json");
    let with = |field: &str, value: Value| {
        let mut event: Value = serde_json::from_slice(CRM_EVENTS[0].1).unwrap();
        event[field] = value;
        event
    };
    let lost = |reason: Value| json!({ "kind": "lost", "reason": reason });
    let lead_id = format!("lead_{}", "0a".repeat(16));
    let cases = [
        (true, with("deal", Value::Null)),
        (true, with("lead", json!({ "lead_id": lead_id }))),
        (true, with("lead", json!({ "email": "Ada@Acme.example" }))),
        (true, with("lead", json!({ "event": { "source": "webinar", "id": "w 17" } }))),
        (true, with("what", lost(Value::Null))),
        (true, with("what", lost(json!("é".repeat(500))))),
        (true, with("what", json!({ "kind": "won" }))),
        (true, with("what", json!({ "kind": "no_show" }))),
        (false, with("schema_version", json!(2))),
        (false, with("id", json!(""))),
        (false, with("deal", json!("d".repeat(257)))),
        (false, with("occurred_at", json!("yesterday"))),
        (false, with("occurred_at", json!("2026-11-20"))),
        (false, with("lead", json!({}))),
        (false, with("lead", json!({ "lead_id": "lead_12" }))),
        (false, with("lead", json!({ "email": "ada" }))),
        (false, with("lead", json!({ "event": { "source": "webinar" } }))),
        (false, with("lead", json!({ "event": { "source": "Web Inar", "id": "w" } }))),
        (false, with("lead", json!({ "lead_id": lead_id, "email": "ada@acme.example" }))),
        (false, with("what", json!({ "kind": "dreamt" }))),
        (false, with("what", lost(json!("é".repeat(501))))),
        (false, with("what", json!({ "kind": "lost", "amount_usd": 5 }))),
        (false, with("what", json!({ "kind": "won", "amount_usd": -5 }))),
        (false, with("what", json!({ "kind": "won", "amount_usd": 5.5 }))),
        (false, with("owner", json!("someone"))),
    ];
    for (good, event) in cases {
        assert_eq!(schema.is_valid(&event), good, "schema: {event}");
        assert_eq!(CrmEvent::parse(event.to_string().as_bytes()).is_ok(), good, "parser: {event}");
    }
}

/// A message of each stage, from a deal of the history.
fn messages() -> Vec<(EnrichedLead, RouteRequest, QueuedLead)> {
    let deals = read_deals("deals.csv", HISTORY_CSV).unwrap();
    let message = |deal: &Deal| {
        let missing = vec!["intent".to_owned()];
        let completeness = Completeness { share: 0.5, missing };
        let enriched = deal.enriched(
            &PolicyHash::of(b"policy"),
            Motion::Partner,
            (EmailKind::Business, None),
            completeness,
        );
        let request = RouteRequest::HumanFirst(enriched.clone());
        let outcome = Outcome { result: OutcomeResult::Won, ..deal.outcome.clone() };
        let queued =
            QueuedLead { outcome: Some(outcome), ..QueuedLead::new(request.clone(), deal.created_at()) };
        (enriched, request, queued)
    };
    deals.iter().take(50).map(message).collect()
}

fn check(file: &str, message: &str) {
    let schema = validator(file);
    let message: Value = serde_json::from_str(message).unwrap();
    if let Err(error) = schema.validate(&message) {
        panic!("{file}: {error} at {}", error.instance_path());
    }
    for (field, value) in [("schema", json!("other")), ("schema_version", json!(0)), ("body", json!({}))] {
        let mut bad = message.clone();
        bad[field] = value;
        assert!(!schema.is_valid(&bad), "{file} takes another `{field}`");
    }
}

#[test]
fn stage_messages_fit_their_schemas() {
    for (enriched, request, queued) in messages() {
        check("enriched-lead.json", &enriched.to_message().unwrap());
        check("route-request.json", &request.to_message().unwrap());
        check("queued-lead.json", &queued.to_message().unwrap());
    }
}

#[test]
fn what_goes_out_fits_its_schema() {
    let schema = validator("event.json");
    let origin = Origin::of_stack("leadlight");
    let bytes: [&[u8]; 3] = [
        include_bytes!("../../../shared/lead/testdata/v1/queued-lead-model-won.json"),
        include_bytes!("../../../shared/lead/testdata/v1/queued-lead-rules.json"),
        include_bytes!("../../../shared/lead/testdata/v1/queued-lead-human-first.json"),
    ];
    for lead in bytes.map(|bytes| QueuedLead::from_message(bytes).unwrap()) {
        let events = changes(None, &lead, 1);
        assert!(events.len() >= 3);
        for event in events {
            let told = event.to_cloud_event(&origin);
            let problems: Vec<String> = schema.iter_errors(&told).map(|error| error.to_string()).collect();
            assert_eq!(problems, Vec::<String>::new(), "{told:#}");
            let mut other = told.clone();
            other["data"]["lead"]["version"] = json!("one");
            assert!(!schema.is_valid(&other), "the lead is looked at");
        }
    }
}
