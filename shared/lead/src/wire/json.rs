//! JSON in and out, with errors that name the field and never repeat a value: what people typed into
//! a form must not surface in logs or error texts.

use serde::{Serialize, de::DeserializeOwned};

/// Why a body is not the message it should be. The text is safe to log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Nothing there.
    #[error("the body is empty; send one JSON object")]
    Empty,
    /// Larger than an event may be.
    #[error("the body is {bytes} bytes, more than the {limit} bytes an event may have")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// Not text.
    #[error("the body is not UTF-8 (first bad byte at offset {offset})")]
    NotUtf8 {
        /// Of the first bad byte.
        offset: usize,
    },
    /// Text, but no JSON.
    #[error("the body is not valid JSON: {problem}")]
    Syntax {
        /// With line and column.
        problem: String,
    },
    /// JSON, but a field is missing or of the wrong kind.
    #[error("{}{problem}", if path == "." { String::new() } else { format!("field `{path}`: ") })]
    Shape {
        /// The field, as a path.
        path: String,
        /// What was expected there.
        problem: String,
    },
    /// A version this build does not know.
    #[error(
        "`schema_version` is {found}, this release reads version {supported}; upgrade Leadlight or send version {supported}"
    )]
    UnknownVersion {
        /// As sent.
        found: u64,
        /// As known here.
        supported: u32,
    },
}

/// Reads a value; the error names the field.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(WireError::Empty);
    }
    let text = std::str::from_utf8(bytes).map_err(|e| WireError::NotUtf8 { offset: e.valid_up_to() })?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|e| {
        let path = e.path().to_string();
        redacted(path, e.inner())
    })?;
    deserializer.end().map_err(|e| redacted(".".to_owned(), &e))?;
    Ok(value)
}

/// Writes a value as compact JSON. Our own types always serialise; a failure here is a defect.
pub fn to_json<T: Serialize>(value: &T) -> Result<String, WireError> {
    serde_json::to_string(value).map_err(|_| WireError::Shape {
        path: ".".to_owned(),
        problem: "cannot be written as JSON".to_owned(),
    })
}

fn redacted(path: String, error: &serde_json::Error) -> WireError {
    if !error.is_data() {
        return WireError::Syntax { problem: error.to_string() };
    }
    let text = error.to_string();
    // serde quotes the offending value before ", expected …"; only what follows is ours to show.
    let problem = if text.starts_with("missing field") || text.starts_with("unknown field") {
        text.split(" at line ").next().unwrap_or("is missing").to_owned()
    } else if let Some(at) = text.rfind("expected ") {
        text[at..].split(" at line ").next().unwrap_or("is not valid").to_owned()
    } else {
        "is not valid".to_owned()
    };
    WireError::Shape { path, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Probe {
        #[expect(dead_code, reason = "only its parsing is under test")]
        employees: u32,
    }

    fn error(text: &str) -> String {
        from_json::<Probe>(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_the_field_and_keep_the_value_out() {
        let text = error(r#"{"employees":"jane@example.com"}"#);
        assert_eq!(text, "field `employees`: expected u32");
        assert_eq!(error("{}"), "missing field `employees`");
    }

    #[test]
    fn broken_bodies_are_told_apart() {
        assert_eq!(error("  "), "the body is empty; send one JSON object");
        assert!(error("{").starts_with("the body is not valid JSON: EOF"));
        assert!(error(r#"{"employees":NaN}"#).starts_with("the body is not valid JSON"));
        assert!(error(r#"{"employees":1e999}"#).contains("number out of range"));
        assert!(error(r#"{"employees":1} x"#).contains("trailing characters"));
        let not_utf8 = from_json::<Probe>(b"{\"employees\": \xff}").unwrap_err();
        assert_eq!(not_utf8, WireError::NotUtf8 { offset: 14 });
    }
}
