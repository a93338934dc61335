//! The envelope of messages and stored documents: schema, version, body.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{WireError, from_json, to_json};

/// A value that travels between stages, or rests in the table, under a named and versioned schema.
pub trait StageMessage: Serialize + DeserializeOwned {
    /// The schema's name.
    const SCHEMA: &'static str;
    /// The version this release reads and writes.
    const VERSION: u32 = 1;

    /// As a message body.
    fn to_message(&self) -> Result<String, WireError> {
        to_json(&Envelope { schema: Self::SCHEMA, schema_version: Self::VERSION, body: self })
    }

    /// From a message body; refuses another schema or version by name.
    fn from_message(bytes: &[u8]) -> Result<Self, WireError> {
        let header: Header = from_json(bytes)?;
        if header.schema != Self::SCHEMA {
            return Err(WireError::Shape {
                path: "schema".to_owned(),
                problem: format!("expected `{}`", Self::SCHEMA),
            });
        }
        if header.schema_version != u64::from(Self::VERSION) {
            return Err(WireError::UnknownVersion { found: header.schema_version, supported: Self::VERSION });
        }
        from_json::<Body<Self>>(bytes).map(|b| b.body)
    }
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    schema: &'a str,
    schema_version: u32,
    body: &'a T,
}

#[derive(Deserialize)]
struct Header {
    schema: String,
    schema_version: u64,
}

#[derive(Deserialize)]
struct Body<T> {
    body: T,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EnrichedLead;

    #[test]
    fn a_message_of_another_schema_or_version_is_refused() {
        let other = r#"{"schema":"leadlight.queued-lead","schema_version":1,"body":{}}"#;
        let error = EnrichedLead::from_message(other.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("expected `leadlight.enriched-lead`"));
        let newer = r#"{"schema":"leadlight.enriched-lead","schema_version":2,"body":{}}"#;
        assert!(matches!(
            EnrichedLead::from_message(newer.as_bytes()).unwrap_err(),
            WireError::UnknownVersion { found: 2, supported: 1 }
        ));
    }
}
