//! JSON in and out, with errors that name the field and never repeat a value: what people typed into
//! a form must not surface in logs or error texts.

use std::io;

use serde::{Deserialize, Serialize};
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

/// Why a body is not the message it should be. The text is safe to log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Nothing there.
    #[error("the body is empty; send one JSON object")]
    Empty,
    /// Larger than one of its kind may be.
    #[error("the body is {bytes} bytes, more than the {limit} bytes it may have")]
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
    /// A version that a later release writes: worth another try once this one is upgraded.
    #[error(
        "`schema_version` is {found}, this release reads version {supported}; upgrade Leadlight or send version {supported}"
    )]
    NewerVersion {
        /// As sent.
        found: u64,
        /// The newest that is known here.
        supported: u32,
    },
    /// A version that is read no longer, or never was one.
    #[error("`schema_version` is {found}, which this release does not read; send version {supported}")]
    OlderVersion {
        /// As sent.
        found: u64,
        /// The newest that is known here.
        supported: u32,
    },
}

impl WireError {
    /// A field that is not as it should be.
    pub(crate) fn shape(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Shape { path: path.into(), problem: problem.into() }
    }
}

/// Reads a value; the error names the field.
pub fn from_json<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, WireError> {
    let text = text_of(bytes)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|e| redacted(e.path().iter().map(ToString::to_string).collect(), e.inner()))?;
    deserializer.end().map_err(|e| redacted(Vec::new(), &e))?;
    Ok(value)
}

/// The text of a body that holds something, without a byte-order mark.
pub(crate) fn text_of(bytes: &[u8]) -> Result<&str, WireError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(WireError::Empty);
    }
    std::str::from_utf8(bytes).map_err(|e| WireError::NotUtf8 { offset: e.valid_up_to() })
}

/// Writes a value as compact JSON that every queue takes: U+FFFE and U+FFFF, which SQS refuses as they are, are written
/// as escapes, like the control characters that JSON itself wants escaped. Our own types always serialise; a failure
/// here is a defect.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, WireError> {
    let failed = || WireError::shape(".", "cannot be written as JSON");
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Queueable);
    value.serialize(&mut serializer).map_err(|_| failed())?;
    String::from_utf8(bytes).map_err(|_| failed())
}

/// Compact, without the two code points that XML 1.0, and so SQS, cannot hold and JSON leaves as they are.
struct Queueable;

impl Formatter for Queueable {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['\u{fffe}', '\u{ffff}']) {
            writer.write_all(&rest.as_bytes()[..at])?;
            let escape: &[u8] = if rest[at..].starts_with('\u{fffe}') { b"\\ufffe" } else { b"\\uffff" };
            writer.write_all(escape)?;
            rest = &rest[at + '\u{ffff}'.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        CompactFormatter.write_char_escape(writer, escape)
    }
}

/// Keeps to what is ours: serde repeats values, and the names of fields that others made up.
pub(crate) fn redacted(mut path: Vec<String>, error: &serde_json::Error) -> WireError {
    let text = error.to_string();
    if !error.is_data() {
        return WireError::Syntax { problem: text };
    }
    let expected = || text.rfind("expected ").and_then(|at| text[at..].split(" at line ").next());
    let problem = if text.starts_with("missing field") {
        text.split(" at line ").next().unwrap_or("is missing").to_owned()
    } else if text.starts_with("unknown field") {
        // The path's end is that very name.
        path.pop();
        format!("has a field that is not known here; {}", expected().unwrap_or("none is expected"))
    } else {
        expected().unwrap_or("is not valid").to_owned()
    };
    let path = if path.is_empty() { ".".to_owned() } else { path.join(".").replace(".[", "[") };
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
    fn a_name_that_others_made_up_stays_out() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only its parsing is under test")]
        struct Strict {
            employees: Option<Box<Self>>,
        }
        let error = |text: &str| from_json::<Strict>(text.as_bytes()).unwrap_err().to_string();
        let known = "has a field that is not known here; expected `employees`";
        assert_eq!(error(r#"{"jane.doe@acme.example":1}"#), known);
        assert_eq!(
            error(r#"{"employees":{"jane.doe@acme.example":1}}"#),
            format!("field `employees`: {known}")
        );
    }

    #[test]
    fn what_no_queue_takes_is_escaped_and_comes_back() {
        let text = "\u{ffff}a\u{fffe}\u{fffd}\u{1fffe}\u{0}\n\"\\ é\u{ffff}";
        let json = to_json(text).unwrap();
        assert!(!json.contains(['\u{fffe}', '\u{ffff}', '\u{0}']), "{json}");
        assert!(json.contains("\\uffffa\\ufffe"), "{json}");
        assert_eq!(from_json::<String>(json.as_bytes()).unwrap(), text);
        let plain = serde_json::json!({"a": [1, 2.5, null], "b": "\t\u{7f}é"});
        assert_eq!(to_json(&plain).unwrap(), serde_json::to_string(&plain).unwrap());
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
