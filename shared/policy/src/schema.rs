//! The policy file's JSON Schema, for editors: keys that are completed, texts beside them, and mistakes underlined as they are
//! typed. Generated from the types that read the file.
//!
//! A schema knows shapes, not meaning: what contradicts itself is for `policy check` to say.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::policy::Policy;
use crate::spec::PolicySpec;

impl Policy {
    /// The schema (JSON Schema, draft 7, which editors of TOML read) of a policy file.
    pub fn json_schema() -> Value {
        let mut schema =
            SchemaSettings::draft07().into_generator().into_root_schema_for::<PolicySpec>().to_value();
        if let Some(root) = schema.as_object_mut() {
            root.insert("title".to_owned(), "A Leadlight policy".into());
            root.insert(
                "description".to_owned(),
                "How leads are qualified. `leadlight policy check` says what no schema can.".into(),
            );
        }
        schema
    }
}
