//! The envelope of messages and stored documents: schema, version, body.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::version::{Versioned, read_as};
use super::{WireError, from_json, to_json};

/// A value that travels between stages, or rests in the table, under a named and versioned schema.
pub trait StageMessage: Serialize + Versioned {
    /// The schema's name.
    const SCHEMA: &'static str;

    /// As a message body.
    fn to_message(&self) -> Result<String, WireError> {
        to_json(&Envelope { schema: Self::SCHEMA, schema_version: Self::VERSION, body: self })
    }

    /// Whether a message body says that it is of this schema, be it readable or not.
    fn is_message(bytes: &[u8]) -> bool {
        from_json::<Named<'_>>(bytes).is_ok_and(|named| named.schema == Self::SCHEMA)
    }

    /// From a message body of this version or the one before; refuses another schema by name.
    fn from_message(bytes: &[u8]) -> Result<Self, WireError> {
        let opened: Opened<'_> = from_json(bytes)?;
        if opened.schema != Self::SCHEMA {
            return Err(WireError::shape("schema", format!("expected `{}`", Self::SCHEMA)));
        }
        read_as(opened.schema_version, opened.body.get())
    }
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    schema: &'a str,
    schema_version: u32,
    body: &'a T,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    schema: Cow<'a, str>,
}

/// The body is read once its version is known.
#[derive(Deserialize)]
struct Opened<'a> {
    #[serde(borrow)]
    schema: Cow<'a, str>,
    schema_version: u64,
    #[serde(borrow)]
    body: &'a RawValue,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EnrichedLead;

    fn read(message: &str) -> WireError {
        EnrichedLead::from_message(message.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_message_of_another_schema_or_version_is_told_apart() {
        let other = read(r#"{"schema":"leadlight.queued-lead","schema_version":1,"body":{}}"#);
        assert!(other.to_string().contains("expected `leadlight.enriched-lead`"));
        let version = EnrichedLead::VERSION;
        let of = |version| {
            format!(r#"{{"schema":"leadlight.enriched-lead","schema_version":{version},"body":{{}}}}"#)
        };
        let newer = read(&of(version + 1).replace("{}", "[]"));
        assert_eq!(newer, WireError::NewerVersion { found: u64::from(version) + 1, supported: version });
        let older = read(&of(0));
        assert_eq!(older, WireError::OlderVersion { found: 0, supported: version });
        let none = read(r#"{"schema":"leadlight.enriched-lead","body":{}}"#);
        assert_eq!(none.to_string(), "missing field `schema_version`");
        let empty = read(&of(version));
        assert_eq!(empty.to_string(), "missing field `submitted`");
    }

    #[test]
    fn a_message_cut_off_or_twice_is_refused() {
        let message = r#"{"schema":"leadlight.enriched-lead","schema_version":1,"body":{"a":[1]}}"#;
        assert!(read(&message[..message.len() - 2]).to_string().contains("not valid JSON"));
        assert!(
            read(&format!("{message}{message}"))
                .to_string()
                .contains("something follows where it should end")
        );
    }
}
