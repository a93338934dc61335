//! JSON Schemas (draft 2020-12) of our own messages, generated from the types that read them.

use leadlight_destinations::{EventData, EventKind};
use leadlight_lead::{
    CrmEvent, EnrichedLead, FormSubmit, MAX_CONSENT_ID, MAX_CONSENTS, QueuedLead, RouteRequest, StageMessage,
    Versioned,
};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

/// A generated schema.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaFile {
    /// Its file under `events/schemas`.
    pub file: &'static str,
    /// The schema.
    pub schema: Value,
}

impl SchemaFile {
    /// The file's content.
    pub fn text(&self) -> String {
        format!("{:#}\n", self.schema)
    }
}

/// The schemas of all messages, by file.
pub fn schemas() -> Vec<SchemaFile> {
    vec![
        SchemaFile { file: "form-submit.json", schema: form_submit() },
        SchemaFile { file: "crm-event.json", schema: crm_event() },
        SchemaFile { file: "enriched-lead.json", schema: stage_message::<EnrichedLead>() },
        SchemaFile { file: "route-request.json", schema: stage_message::<RouteRequest>() },
        SchemaFile { file: "queued-lead.json", schema: stage_message::<QueuedLead>() },
        SchemaFile { file: "event.json", schema: event() },
    ]
}

const EMAIL: &str = r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$";

/// The form-submit event, narrowed to what its parser takes: the types behind these fields are checked
/// strings, which a derived schema knows as any string.
fn form_submit() -> Value {
    let narrower = [
        ("/properties/schema_version", json!({ "const": FormSubmit::VERSION })),
        ("/properties/email", json!({ "pattern": EMAIL })),
        ("/$defs/EventId", json!({ "minLength": 1, "maxLength": 256 })),
        ("/$defs/SourceName", json!({ "pattern": "^[a-z0-9_-]{1,64}$" })),
        ("/properties/consent", json!({ "maxItems": MAX_CONSENTS })),
        ("/$defs/Consent/properties/id", json!({ "maxLength": MAX_CONSENT_ID })),
    ];
    narrowed::<FormSubmit>(narrower)
}

/// The CRM event, narrowed likewise.
fn crm_event() -> Value {
    let narrower = [
        ("/properties/schema_version", json!({ "const": CrmEvent::VERSION })),
        ("/$defs/EventId", json!({ "minLength": 1, "maxLength": 256 })),
        ("/$defs/DealId", json!({ "minLength": 1, "maxLength": 256 })),
        ("/$defs/SourceName", json!({ "pattern": "^[a-z0-9_-]{1,64}$" })),
        ("/$defs/LeadId", json!({ "pattern": "^lead_[0-9a-f]{32}$" })),
        ("/$defs/LeadRef/oneOf/2/properties/email", json!({ "pattern": EMAIL })),
        ("/$defs/Milestone/oneOf/6/properties/reason", json!({ "maxLength": 500 })),
    ];
    narrowed::<CrmEvent>(narrower)
}

/// What goes out: a `CloudEvent` on the bus and in a webhook.
fn event() -> Value {
    let mut generator = SchemaGenerator::default();
    let (data, kind) = (generator.subschema_for::<EventData>(), generator.subschema_for::<EventKind>());
    let dialect = generator.settings().meta_schema.clone();
    json!({
        "$schema": dialect,
        "title": "leadlight.event",
        "type": "object",
        "properties": {
            "specversion": { "const": "1.0" },
            "id": { "type": "string", "minLength": 1, "description": "The same whenever the same thing is told." },
            "source": { "type": "string", "pattern": "^leadlight/", "description": "leadlight/STACK" },
            "type": kind,
            "subject": { "type": "string", "pattern": "^lead_[0-9a-f]{32}$", "description": "The lead's id." },
            "time": { "type": "string", "format": "date-time" },
            "datacontenttype": { "const": "application/json" },
            "data": data,
        },
        "required": ["specversion", "id", "source", "type", "time", "datacontenttype", "data"],
        "$defs": generator.take_definitions(true),
    })
}

fn narrowed<T: JsonSchema>(narrower: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let mut schema = SchemaGenerator::default().into_root_schema_for::<T>().to_value();
    for (place, rules) in narrower {
        if let (Some(Value::Object(target)), Value::Object(rules)) = (schema.pointer_mut(place), rules) {
            target.extend(rules);
        }
    }
    schema
}

/// A message between stages: its body in an envelope that names schema and version.
fn stage_message<T: StageMessage + JsonSchema>() -> Value {
    let mut generator = SchemaGenerator::default();
    let body = generator.subschema_for::<T>();
    let dialect = generator.settings().meta_schema.clone();
    json!({
        "$schema": dialect,
        "title": T::SCHEMA,
        "type": "object",
        "properties": {
            "schema": { "const": T::SCHEMA },
            "schema_version": { "const": T::VERSION },
            "body": body,
        },
        "required": ["schema", "schema_version", "body"],
        "$defs": generator.take_definitions(true),
    })
}

#[cfg(test)]
mod tests;
