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
    pub fn shape(path: impl Into<String>, problem: impl Into<String>) -> Self {
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

/// The text of a body that holds something, without the byte-order mark that Windows writes before it.
pub(crate) fn text_of(bytes: &[u8]) -> Result<&str, WireError> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(WireError::Empty);
    }
    std::str::from_utf8(text)
        .map_err(|e| WireError::NotUtf8 { offset: bytes.len() - text.len() + e.valid_up_to() })
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

/// Keeps to what is ours: serde repeats values, and the names of fields that others made up. Says it in words of people
/// who wire a form, not of Rust.
pub(crate) fn redacted(mut path: Vec<String>, error: &serde_json::Error) -> WireError {
    let text = error.to_string();
    let (text, place) = text.rsplit_once(" at line ").unwrap_or((&text, ""));
    if !error.is_data() {
        let place = if place.is_empty() { String::new() } else { format!(" (line {place})") };
        return WireError::Syntax { problem: format!("{}{place}", broken(text)) };
    }
    let field = path.last().map(String::as_str).unwrap_or_default();
    let expected = || {
        let wanted = &text[text.rfind("expected ")? + "expected ".len()..];
        Some(format!("expected {}", plainly(wanted, field)))
    };
    let problem = if text.starts_with("missing field") {
        text.to_owned()
    } else if text.starts_with("duplicate field") {
        // Only a name of ours is looked for, and so found twice. The path may end with it.
        let name = text.trim_start_matches("duplicate field ");
        let _ = path.pop_if(|last| last.as_str() == name.trim_matches('`'));
        format!("has {name} twice")
    } else if text.starts_with("unknown field") {
        // The path's end is that very name.
        let known = expected().unwrap_or_else(|| "none is expected".to_owned());
        path.pop();
        format!("has a field that is not known here; {known}")
    } else {
        expected().unwrap_or_else(|| "is not valid".to_owned())
    };
    let path = if path.is_empty() { ".".to_owned() } else { path.join(".").replace(".[", "[") };
    WireError::Shape { path, problem }
}

/// What serde calls a type, as people would; whatever else was expected is said in words already.
fn plainly(wanted: &str, field: &str) -> String {
    match wanted {
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => {
            format!("a whole number such as {}", example(field))
        }
        "f32" | "f64" => "a number such as 0.5".to_owned(),
        "a boolean" => "true or false, without quotes".to_owned(),
        "a string" | "a borrowed string" => "text in quotes".to_owned(),
        "a character" => "one character in quotes".to_owned(),
        "a sequence" => "a list in square brackets".to_owned(),
        "a map" | "map with a single key" => "an object in braces".to_owned(),
        "unit" => "null".to_owned(),
        _ if is_a_type(wanted) => "an object in braces".to_owned(),
        _ => wanted.to_owned(),
    }
}

/// `struct Utm`, `internally tagged enum Milestone`, `struct FormRef with 2 elements`.
fn is_a_type(wanted: &str) -> bool {
    [
        "struct ",
        "enum ",
        "tuple ",
        "unit struct ",
        "internally tagged ",
        "adjacently tagged ",
        "variant ",
        "field ",
    ]
    .iter()
    .any(|kind| wanted.starts_with(kind))
}

fn example(field: &str) -> &'static str {
    match field {
        "schema_version" => "1",
        "amount_usd" | "revenue_usd" => "24000",
        _ => "250",
    }
}

/// What is wrong with a text that is no JSON.
fn broken(problem: &str) -> &str {
    match problem {
        "EOF while parsing a list" => "it ends within a list; is it whole?",
        "EOF while parsing an object" => "it ends within an object; is it whole?",
        "EOF while parsing a string" => "it ends within a text; is it whole?",
        "EOF while parsing a value" => "it ends where a value should stand; is it whole?",
        "expected value" => {
            "a value should stand here: text in quotes, a number, true, false, null, a list or an object"
        }
        "expected ident" => "only true, false and null are words without quotes",
        "expected `:`" => "a colon should stand here",
        "expected `,` or `]`" => "a comma or the list's end should stand here",
        "expected `,` or `}`" => "a comma or the object's end should stand here",
        "key must be a string" => "a field's name in quotes should stand here",
        "control character (\\u0000-\\u001F) found while parsing a string" => {
            "a line break or another control character stands in a text; write it as an escape such as \\n"
        }
        "invalid escape" => "a backslash begins no escape that JSON knows",
        "invalid number" => "a number is not written as JSON has it",
        "trailing comma" => "a comma stands before the end",
        "trailing characters" => "something follows where it should end",
        "recursion limit exceeded" => "lists and objects nest too deep",
        other => other,
    }
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
        assert_eq!(text, "field `employees`: expected a whole number such as 250");
        assert_eq!(error("{}"), "missing field `employees`");
    }

    #[test]
    fn what_is_expected_is_said_in_plain_words() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        #[expect(dead_code, reason = "only its parsing is under test")]
        enum Happened {
            Won { amount_usd: Option<u64> },
            Lost,
        }
        #[derive(Debug, serde::Deserialize)]
        #[expect(dead_code, reason = "only its parsing is under test")]
        struct All {
            name: Option<String>,
            share: Option<f64>,
            open: Option<bool>,
            list: Option<Vec<u8>>,
            inner: Option<Box<Self>>,
            what: Option<Happened>,
            size: Option<i64>,
        }
        let error = |text: &str| from_json::<All>(text.as_bytes()).unwrap_err().to_string();
        for (text, said) in [
            (r#"{"name":5}"#, "field `name`: expected text in quotes"),
            (r#"{"name":["a"]}"#, "field `name`: expected text in quotes"),
            (r#"{"share":"half"}"#, "field `share`: expected a number such as 0.5"),
            (r#"{"open":"yes"}"#, "field `open`: expected true or false, without quotes"),
            (r#"{"list":"a"}"#, "field `list`: expected a list in square brackets"),
            (r#"{"list":[1,-2]}"#, "field `list[1]`: expected a whole number such as 250"),
            (r#"{"inner":"a"}"#, "field `inner`: expected an object in braces"),
            (r#"{"what":{"kind":"gone"}}"#, "field `what.kind`: expected `won` or `lost`"),
            (r#"{"what":7}"#, "field `what`: expected an object in braces"),
            (r#"{"what":{"kind":"won","amount_usd":"5"}}"#, "expected a whole number such as"),
            (r#"{"size":1.5}"#, "field `size`: expected a whole number such as 250"),
            (r#"{"size":1,"size":2}"#, "has `size` twice"),
            ("7", "expected an object in braces"),
        ] {
            let found = error(text);
            assert!(found.contains(said), "{text}: {found}");
            for rust in ["u8", "u32", "u64", "i64", "f64", "struct", "enum", "variant", "a sequence", "a map"]
            {
                assert!(!found.contains(rust), "{text}: {found}");
            }
        }
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
    fn a_byte_order_mark_is_no_part_of_a_body() {
        let marked = from_json::<Probe>("\u{feff}{\"employees\":1}".as_bytes());
        assert!(marked.is_ok(), "{marked:?}");
        assert_eq!(from_json::<Probe>("\u{feff} \n".as_bytes()).unwrap_err(), WireError::Empty);
    }

    #[test]
    fn broken_bodies_are_told_apart() {
        assert_eq!(error("  "), "the body is empty; send one JSON object");
        assert_eq!(
            error("{"),
            "the body is not valid JSON: it ends within an object; is it whole? (line 1 column 1)"
        );
        assert!(error(r#"{"employees":NaN}"#).starts_with("the body is not valid JSON"));
        assert!(error(r#"{"employees":1e999}"#).contains("number out of range"));
        assert!(error(r#"{"employees":1} x"#).contains("something follows where it should end"));
        assert!(error("{\"employees\":\"1\n\"}").contains("a line break"));
        for broken in [
            "",
            "[",
            "[1",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":\"\\x\"}",
            "{\"a\":01}",
            "tru",
            "\"a",
        ] {
            let found = error(broken);
            for talk in ["EOF", "ident", "trailing", "expected `", "control character (", "parsing"] {
                assert!(!found.contains(talk), "{broken}: {found}");
            }
        }
        let not_utf8 = from_json::<Probe>(b"{\"employees\": \xff}").unwrap_err();
        assert_eq!(not_utf8, WireError::NotUtf8 { offset: 14 });
    }
}
