//! Whose event a dead letter is, as far as its body says, which may be no message at all.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;

use crate::output::lasted;

/// Whose event it is, which, and since when it rests here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The source of the event it began with.
    pub source: Option<String>,
    /// Its sender's id of the event.
    pub event_id: Option<String>,
    /// Since when it is here; where SQS itself moved it, when it was first sent.
    pub since: Option<Timestamp>,
    /// How long that is.
    pub age_seconds: Option<i64>,
}

/// Levels of a message that are searched for the event; ours have four.
const DEPTH: usize = 6;
/// The most characters of a name that may be no name at all.
const LONGEST: usize = 64;

impl Origin {
    /// Of a body, whatever it is.
    pub(super) fn of(body: &str, since: Option<Timestamp>, now: Timestamp) -> Self {
        let body: Value = serde_json::from_str(body.trim_start_matches('\u{feff}')).unwrap_or_default();
        let event = submitted(&body, DEPTH).unwrap_or(&body);
        // A CRM's event names the source of the lead it means.
        let source = [&event["source"], &event["lead"]["event"]["source"]].into_iter().find_map(name);
        let age = since.map(|since| now.duration_since(since).max(SignedDuration::ZERO));
        Self { source, event_id: name(&event["id"]), since, age_seconds: age.map(|age| age.as_secs()) }
    }

    /// As written in tables, such as `3 h`.
    pub fn age(&self) -> String {
        self.age_seconds.map_or_else(|| "–".to_owned(), lasted)
    }
}

/// The event within a message between stages.
fn submitted(value: &Value, depth: usize) -> Option<&Value> {
    let object = value.as_object().filter(|_| depth > 0)?;
    object
        .get("submitted")
        .and_then(|submitted| submitted.get("event"))
        .or_else(|| object.values().find_map(|inner| submitted(inner, depth - 1)))
}

/// A name as far as it is one: text or a number, on one line, not without end.
fn name(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    let cut: String = plain.chars().take(LONGEST).collect();
    let ends = if cut.len() < plain.len() { "…" } else { "" };
    (!cut.trim().is_empty()).then(|| format!("{cut}{ends}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(body: &str) -> (Option<String>, Option<String>) {
        let origin = Origin::of(body, None, Timestamp::UNIX_EPOCH);
        (origin.source, origin.event_id)
    }

    fn named(source: &str, id: &str) -> (Option<String>, Option<String>) {
        (Some(source.to_owned()), Some(id.to_owned()))
    }

    #[test]
    fn a_letter_is_named_at_whatever_stage_it_was_given_up() {
        let event = r#"{"source":"website-form","id":"e-1","email":"ada@acme.example","employees":"many"}"#;
        assert_eq!(origin(event), named("website-form", "e-1"));
        let enriched =
            format!(r#"{{"schema":"x","schema_version":9,"body":{{"submitted":{{"event":{event}}}}}}}"#);
        assert_eq!(origin(&enriched), named("website-form", "e-1"));
        let routed = format!(r#"{{"body":{{"scored":{{"enriched":{{"submitted":{{"event":{event}}}}}}}}}}}"#);
        assert_eq!(origin(&routed), named("website-form", "e-1"));
        let outcome = r#"{"id":"crm-1","lead":{"event":{"source":"webinar","id":"w-17"}}}"#;
        assert_eq!(origin(outcome), named("webinar", "crm-1"));
    }

    #[test]
    fn what_names_nothing_is_no_trouble() {
        for body in ["", "{", "7", "[1]", "{}", r#"{"source":{},"id":null}"#, r#"{"id":" "}"#] {
            assert_eq!(origin(body), (None, None), "{body}");
        }
        assert_eq!(origin(r#"{"id":9918273}"#).1.as_deref(), Some("9918273"), "as a form tool numbers them");
        assert_eq!(origin("\u{feff}{\"source\":\"s\",\"id\":\"1\"}"), named("s", "1"));
        let long = origin(&format!(r#"{{"id":"{}\n"}}"#, "x".repeat(1000))).1.unwrap();
        assert!(long.ends_with("x…") && long.chars().count() == LONGEST + 1, "{long}");
    }

    #[test]
    fn ages_are_told_in_the_unit_that_matters() {
        let age = |seconds: i64| {
            let now = Timestamp::from_second(10_000_000).unwrap();
            Origin::of("", Some(now - SignedDuration::from_secs(seconds)), now).age()
        };
        for (seconds, said) in [
            (-5, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_599, "59 min"),
            (7_300, "2 h"),
            (172_799, "47 h"),
            (172_800, "2 days"),
            (1_209_600, "14 days"),
        ] {
            assert_eq!(age(seconds), said);
        }
    }
}
