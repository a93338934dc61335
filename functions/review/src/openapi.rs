//! The API's own document, made from the types that it speaks of.

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::answers::{LeadAnswer, Me, NextAnswer, ProblemAnswer, Rows};
use crate::page_answers::{DataAnswer, LearntAnswer, ListAnswer, ModelAnswer, PolicyAnswer, TeamPageAnswer};
use leadlight_lead::{ByHand, ContactState, Level, NoteKind, QueueName};
use leadlight_policy::Policy;

use crate::account::AccountAnswer;
use crate::action_request::ACTIONS;

/// An `OpenAPI` 3.1 document. Reasons, deal sizes and the longest note are the policy's.
pub fn document(policy: &Policy) -> Value {
    let mut schemas = SchemaSettings::draft2020_12()
        .with(|s| "/components/schemas".clone_into(s.definitions_path.to_mut()))
        .into_generator();
    let mut paths = Map::new();
    let queue = json!({
        "name": "queue", "in": "path", "required": true,
        "schema": {"type": "string", "enum": QueueName::ALL.map(QueueName::as_str)},
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
    pages(&mut schemas, &mut paths);
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

/// What the other pages show.
fn pages(schemas: &mut SchemaGenerator, paths: &mut Map<String, Value>) {
    let month = json!({
        "name": "month", "in": "query", "description": "This month, or one of the twelve before it, in UTC.",
        "schema": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
    });
    let member = json!({
        "name": "member", "in": "path", "required": true, "description": "A member's id in the team file, or `pool`.",
        "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,39}$"},
    });
    let found = "The leads of a person, of an account, or of an id, wherever they stand: the latest hundred";
    let mut find = read::<ListAnswer>(schemas, "find", found, &[]);
    find["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": {
        "type": "object", "required": ["q"],
        "properties": {"q": {
            "type": "string", "minLength": 1, "maxLength": 2000,
            "description": "An e-mail address, a company's website or domain, or the id of a lead or of an event that joined one.",
        }},
    }}}});
    paths.insert("/api/v1/find".to_owned(), json!({ "post": find }));
    let mut add = |path: &str, operation: Value| {
        paths.insert(format!("/api/v1/{path}"), json!({ "get": operation }));
    };
    add("mine", read::<ListAnswer>(schemas, "listMine", "What you confirmed, and what became of it", &[]));
    add(
        "team",
        read::<TeamPageAnswer>(
            schemas,
            "team",
            "A month of the team's work; for managers and admins",
            &[&month],
        ),
    );
    let whose = "Somebody's open leads, or the pool's; for managers and admins";
    add("team/{member}/leads", read::<ListAnswer>(schemas, "listOf", whose, &[&member]));
    let domain = json!({
        "name": "domain", "in": "path", "required": true, "description": "The company's domain, such as `acme.example`.",
        "schema": {"type": "string", "pattern": r"^([a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?\.){1,3}[a-z]{2,6}$"},
    });
    let of_it = "An account: what it is to us, its deals, and its leads, 100 at most";
    add("accounts/{domain}", read::<AccountAnswer>(schemas, "account", of_it, &[&domain]));
    let one_of = |name: &str, values: Vec<&str>, what: &str| json!({"name": name, "in": "query", "description": what, "schema": {"type": "string", "enum": values}});
    let queues = QueueName::ALL.into_iter().map(QueueName::as_str).collect();
    add(
        "leads",
        read::<ListAnswer>(
            schemas,
            "leads",
            "Leads of a queue, of all owners: of its first 500 in the order of work those that are like what is asked for, 100 at \
             most; for managers and admins",
            &[
                &one_of("queue", queues, "The queue; `nurture` where none is named."),
                &one_of("grade", vec!["A", "B", "C", "D"], "Their grade."),
                &one_of(
                    "motion",
                    vec!["inbound", "event", "partner", "plg", "outbound", "referral"],
                    "Their motion.",
                ),
                &json!({
                    "name": "source", "in": "query", "description": "Their source, as the policy names it.",
                    "schema": {"type": "string", "pattern": "^[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,10})?$"},
                }),
            ],
        ),
    );
    add("learnt", read::<LearntAnswer>(schemas, "learnt", "What the model learnt", &[]));
    add(
        "model",
        read::<ModelAnswer>(schemas, "model", "How the model is doing; for managers and admins", &[]),
    );
    add("data", read::<DataAnswer>(schemas, "data", "How the data are; for managers and admins", &[]));
    add("policy", read::<PolicyAnswer>(schemas, "policy", "The policy in force, in words", &[]));
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
    let needs_note = matches!(action, "flag" | "send-back" | "override" | "reopen" | "assign" | "note");
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
        "assign" | "reopen" => {
            let to = json!({"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,39}$", "description": "A member's id in the team file."});
            properties.insert("to".to_owned(), to);
            if action == "assign" {
                required.push("to");
            }
        }
        "contact" => return contact(&properties),
        "reject" => return rejection(policy, &properties, &needed),
        _ => {}
    }
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

/// What came of reaching out: a meeting needs its time, and nothing else has one.
fn contact(properties: &Map<String, Value>) -> Value {
    let of = |states: &[&str], needs_on: bool| {
        let mut properties = properties.clone();
        properties.insert("state".to_owned(), json!({"type": "string", "enum": states}));
        let mut required = vec!["revision", "state"];
        if needs_on {
            let on =
                json!({"type": "string", "format": "date-time", "description": "When the meeting begins."});
            properties.insert("on".to_owned(), on);
            required.push("on");
        }
        json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
    };
    let others: Vec<&str> = ContactState::NAMES.into_iter().filter(|name| *name != "meeting_on").collect();
    json!({"oneOf": [of(&["meeting_on"], true), of(&others, false)]})
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
        "contact" => "Say what came of reaching out: contacted, no answer, or the meeting",
        "undo" => "Take back your own last decision, some minutes after you made it",
        "reopen" => "Open a lead again that was accepted or turned down; for managers, needs a note",
        "assign" => "Give a lead to someone; for managers, needs a note",
        "complete" => "Write facts into the record, over what vendors say, or take them back",
        _ => "Write something down",
    }
}
