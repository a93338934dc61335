//! The API's own document, made from the types that it speaks of.

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::answers::{LeadAnswer, Me, NextAnswer, ProblemAnswer, Rows};
use leadlight_lead::{ByHand, Level, NoteKind};
use leadlight_policy::Policy;

use crate::action_request::ACTIONS;

/// An `OpenAPI` 3.1 document. Reasons, deal sizes and the longest note are the policy's.
pub fn document(policy: &Policy) -> Value {
    let mut schemas = SchemaSettings::draft2020_12()
        .with(|s| "/components/schemas".clone_into(s.definitions_path.to_mut()))
        .into_generator();
    let mut paths = Map::new();
    let queue = json!({
        "name": "queue", "in": "path", "required": true,
        "schema": {"type": "string", "enum": leadlight_lead::QueueName::ALL.map(leadlight_lead::QueueName::as_str)},
    });
    let lead = json!({
        "name": "id", "in": "path", "required": true, "description": "A lead's id.",
        "schema": {"type": "string", "pattern": "^lead_[0-9a-f]{32}$"},
    });
    let limit = json!({
        "name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
    });
    paths.insert(
        "/api/v1/me".to_owned(),
        json!({"get": read::<Me>(&mut schemas, "whoAmI", "Who is asking", &[])}),
    );
    paths.insert(
        "/api/v1/queues/{queue}".to_owned(),
        json!({"get": read::<Rows>(&mut schemas, "listQueue", "What waits for you and in the pool", &[&queue, &limit])}),
    );
    paths.insert(
        "/api/v1/queues/{queue}/next".to_owned(),
        json!({"post": read::<NextAnswer>(&mut schemas, "next", "Take the next free lead", &[&queue])}),
    );
    paths.insert(
        "/api/v1/leads/{id}".to_owned(),
        json!({"get": read::<LeadAnswer>(&mut schemas, "getLead", "A lead with all that is known", &[&lead])}),
    );
    for action in ACTIONS {
        let mut operation = read::<LeadAnswer>(&mut schemas, action, saying(action), &[&lead]);
        operation["requestBody"] = json!({
            "required": true,
            "content": {"application/json": {"schema": request(action, policy)}},
        });
        paths.insert(format!("/api/v1/leads/{{id}}/{action}"), json!({"post": operation}));
    }
    let problem = schema::<ProblemAnswer>(&mut schemas);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Leadlight review",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The two checkpoints, for programs: what the pages do, by the same rules.",
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "responses": {
                "Problem": {
                    "description": "Nothing was done, and why.",
                    "content": {"application/problem+json": {"schema": problem}},
                },
            },
            "schemas": schemas.take_definitions(true),
        },
    })
}

/// What an action's body must hold, as [`ActionRequest`](crate::action_request::ActionRequest) reads it.
fn request(action: &str, policy: &Policy) -> Value {
    let people = policy.people();
    // Text with no control characters but tabs and line ends; where it is needed, not blank.
    let plain = r"[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]";
    let note = json!({
        "type": "string", "maxLength": people.note_characters, "pattern": format!("^{plain}*$"),
        "description": "In one's own words.",
    });
    let needed = json!({
        "type": "string", "minLength": 1, "maxLength": people.note_characters,
        "pattern": format!("^[A-Za-z0-9]{plain}*$"), "description": "In one's own words; it is needed.",
    });
    let mut properties = Map::new();
    let mut required = vec!["revision"];
    properties.insert(
        "revision".to_owned(),
        json!({
            "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_992_u64,
            "description": "The lead's `work.revision` that was looked at: what came in between is noticed.",
        }),
    );
    let needs_note = matches!(action, "flag" | "send-back" | "override" | "note");
    properties.insert("note".to_owned(), if needs_note { needed.clone() } else { note.clone() });
    if needs_note {
        required.push("note");
    }
    match action {
        "note" => {
            let about =
                json!({"type": "string", "enum": NoteKind::ALL.map(NoteKind::as_str), "default": "context"});
            properties.insert("about".to_owned(), about);
        }
        "accept" => {
            let level = json!({"type": "string", "enum": Level::ALL.map(Level::as_str)});
            let sizes: Vec<&str> = people.deal_sizes.iter().map(|band| band.code.as_str()).collect();
            let attestation = json!({
                "type": "object", "additionalProperties": false,
                "required": ["buying_signal", "strategic_fit", "relationship", "deal_size"],
                "properties": {
                    "buying_signal": level, "strategic_fit": level, "relationship": level,
                    "deal_size": {"type": "string", "enum": sizes},
                },
            });
            properties.insert("attestation".to_owned(), attestation);
            required.push("attestation");
        }
        "complete" => {
            let text = json!({
                "type": "string", "maxLength": 2000,
                "description": "As people type it; an empty text takes back what was written there.",
            });
            let fields = ByHand::FIELDS.map(|field| (field.as_str().to_owned(), text.clone()));
            let fields = json!({
                "type": "object", "minProperties": 1, "additionalProperties": false,
                "properties": Map::from_iter(fields),
            });
            properties.insert("fields".to_owned(), fields);
            required.push("fields");
        }
        "reject" => return rejection(policy, &properties, &needed),
        _ => {}
    }
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

/// A rejection: some reasons need a note, others don't.
fn rejection(policy: &Policy, properties: &Map<String, Value>, needed: &Value) -> Value {
    let of = |needs_text: bool| {
        let reasons = policy.people().reasons.iter().filter(|reason| reason.needs_text == needs_text);
        let codes: Vec<&str> = reasons.map(|reason| reason.code.as_str()).collect();
        let mut properties = properties.clone();
        properties.insert("reason".to_owned(), json!({"type": "string", "enum": codes}));
        let mut required = vec!["revision", "reason"];
        if needs_text {
            properties.insert("note".to_owned(), needed.clone());
            required.push("note");
        }
        json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
    };
    json!({"oneOf": [of(false), of(true)]})
}

fn schema<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<T>().to_value()
}

fn read<T: JsonSchema>(
    schemas: &mut SchemaGenerator,
    id: &str,
    summary: &str,
    parameters: &[&Value],
) -> Value {
    let problem = json!({"$ref": "#/components/responses/Problem"});
    let mut responses = Map::new();
    let answer =
        json!({"description": summary, "content": {"application/json": {"schema": schema::<T>(schemas)}}});
    responses.insert("200".to_owned(), answer);
    for status in ["400", "401", "403", "404", "405", "409", "413", "422", "503"] {
        responses.insert(status.to_owned(), problem.clone());
    }
    json!({"operationId": id, "summary": summary, "parameters": parameters, "responses": responses})
}

fn saying(action: &str) -> &'static str {
    match action {
        "claim" => "Take a lead to work on it: a hold that ends by itself",
        "renew" => "Keep a held lead for longer",
        "release" => "Give a held lead back",
        "seen" => "Send a lead that people see first on to be scored",
        "confirm" => "Checkpoint 1: the context is right",
        "flag" => "Checkpoint 1: a second look, please; needs a note",
        "reject" => "Turn a lead down at the checkpoint it waits at; needs a reason",
        "accept" => "Checkpoint 2: attest and accept; needs an attestation",
        "send-back" => "Checkpoint 2: back to checkpoint 1; needs a note",
        "override" => "Bring a lead before an SDR that the machine had not; needs a note",
        "complete" => "Write facts into the record, over what vendors say, or take them back",
        _ => "Write something down",
    }
}
