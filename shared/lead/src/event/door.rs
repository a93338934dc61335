//! What comes through the door, in the words that forms and scripts find for it.
//!
//! Only who somebody is must be right: source and address, and the event's id where one is given. All else is optional,
//! and an optional fact that cannot be read is not known: it is kept under `form.fields` as it was sent, and costs no lead.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::{Timestamp, tz::TimeZone};
use leadlight_reading::{clean, clean_lines, is_nothing};
use serde_json::{Map, Number, Value};

use super::ActivityKind;
use crate::ids::{EventId, PersonId};
use crate::motion::Motion;

/// After a field's name: what was sent there, where it could not be read.
pub(super) const AS_SENT: &str = ", as sent";

/// Moments before are no dates of events: clocks that were never set, and ways to write "no date".
const EARLIEST_YEAR: i16 = 2000;

/// Brings an event's fields into the shapes that [`super::FormSubmit`] has.
pub(super) fn read(fields: &mut Map<String, Value>) {
    let mut kept = Vec::new();
    let mut form = Form::read(fields.remove("form"), &mut kept);
    // What is not ours belongs to the form.
    let others: Vec<String> =
        fields.keys().filter(|name| !super::FIELDS_OF_EVENT.contains(&name.as_str())).cloned().collect();
    for name in others {
        if let Some(value) = fields.remove(&name) {
            form.keep(&name, value);
        }
    }
    for (name, keys) in [("utm", UTM.as_slice()), ("partner", &PARTNER)] {
        if let Some(Value::Object(object)) = fields.get_mut(name) {
            let is_read = |key: &str, sent| keys.contains(&key) && !matches!(message(sent), Read::NotAtAll);
            let others: Vec<String> =
                object.iter().filter(|(key, sent)| !is_read(key, sent)).map(|(key, _)| key.clone()).collect();
            kept.extend(
                others.into_iter().filter_map(|key| Some((format!("{name}.{key}"), object.remove(&key)?))),
            );
        }
    }
    for (name, read) in READ {
        let Some(sent) = fields.remove(*name) else { continue };
        match read(&sent) {
            Read::As(value) => drop(fields.insert((*name).to_owned(), value)),
            Read::Nothing => {}
            Read::NotAtAll => kept.push(((*name).to_owned(), sent)),
        }
    }
    kept.extend(activity(fields).map(|unread| ("activity".to_owned(), unread)));
    form.put(fields, kept);
}

/// How a value is read.
type Reader = fn(&Value) -> Read;

/// How each field is read; activity is read entry by entry.
const READ: &[(&str, Reader)] = &[
    ("id", id),
    ("source", who),
    ("email", who),
    ("person_id", person),
    ("source_event_type", line),
    ("first_name", name),
    ("last_name", name),
    ("phone", line),
    ("title", line),
    ("company", line),
    ("website", line),
    ("country", line),
    ("industry", line),
    ("page_url", line),
    ("referrer", line),
    ("employees", number),
    ("revenue_usd", number),
    ("message", message),
    ("occurred_at", moment),
    ("motion_hint", motion),
    ("is_test", yes_or_no),
    ("utm", utm),
    ("partner", partner),
    ("consent", consents),
];
const UTM: [&str; 5] = ["source", "medium", "campaign", "term", "content"];
const PARTNER: [&str; 2] = ["name", "note"];

/// What became of a value.
enum Read {
    As(Value),
    /// Nothing is said there.
    Nothing,
    /// Something is, but not in a way that is understood.
    NotAtAll,
}

/// Which form it was, and its fields by label.
#[derive(Default)]
struct Form {
    id: Option<String>,
    name: Option<String>,
    kind: Option<ActivityKind>,
    fields: Map<String, Value>,
}

impl Form {
    fn read(sent: Option<Value>, kept: &mut Vec<(String, Value)>) -> Self {
        let mut object = match sent {
            Some(Value::Object(object)) => object,
            Some(Value::Null) | None => return Self::default(),
            Some(other) => {
                let name = text_of(&other);
                if name.is_none() {
                    kept.push(("form".to_owned(), other));
                }
                return Self { name, ..Self::default() };
            }
        };
        let mut form = Self::default();
        match object.remove("fields") {
            Some(Value::Object(fields)) => form.fields = fields,
            Some(Value::Null) | None => {}
            Some(other) => kept.push(("form.fields".to_owned(), other)),
        }
        for (key, place) in [("id", &mut form.id), ("name", &mut form.name)] {
            let Some(sent) = object.remove(key) else { continue };
            match text_of(&sent) {
                Some(text) => *place = Some(text).filter(|text| !text.is_empty()),
                None => kept.push((format!("form.{key}"), sent)),
            }
        }
        if let Some(sent) = object.remove("kind") {
            match line(&sent) {
                Read::As(Value::String(text)) => {
                    form.kind = ActivityKind::read(&text);
                    if form.kind.is_none() {
                        kept.push(("form.kind".to_owned(), sent));
                    }
                }
                Read::As(_) | Read::NotAtAll => kept.push(("form.kind".to_owned(), sent)),
                Read::Nothing => {}
            }
        }
        for (label, value) in object {
            form.keep(&label, value);
        }
        form
    }

    /// Adds a field. One of another value under the same label stays beside it.
    fn keep(&mut self, label: &str, value: Value) {
        insert(&mut self.fields, label, value);
    }

    /// Puts it back, with what could not be read elsewhere.
    fn put(self, fields: &mut Map<String, Value>, kept: Vec<(String, Value)>) {
        let mut by_label = Map::new();
        for (label, value) in self.fields {
            insert(&mut by_label, &clean(&label), tidy(value));
        }
        for (name, sent) in kept {
            let label = format!("{}{AS_SENT}", clean(&name));
            by_label.insert(free_label(&by_label, &label), tidy(sent));
        }
        let mut form = Map::new();
        form.extend(self.id.map(|id| ("id".to_owned(), id.into())));
        form.extend(self.name.map(|name| ("name".to_owned(), name.into())));
        form.extend(self.kind.map(|kind| ("kind".to_owned(), kind.as_str().into())));
        if !by_label.is_empty() {
            form.insert("fields".to_owned(), by_label.into());
        }
        if !form.is_empty() {
            fields.insert("form".to_owned(), form.into());
        }
    }
}

/// Under a label that is free, unless the same is there already.
fn insert(form: &mut Map<String, Value>, label: &str, value: Value) {
    if form.get(label) != Some(&value) {
        form.insert(free_label(form, label), value);
    }
}

/// A label that nothing was sent under yet.
fn free_label(form: &Map<String, Value>, label: &str) -> String {
    // Cleaned, since it is cleaned when it is read again; a label may be empty.
    let others = (2..).map(|n| clean(&format!("{label} ({n})")));
    let mut labels = std::iter::once(label.to_owned()).chain(others);
    labels.find(|label| !form.contains_key(label)).unwrap_or_default()
}

/// Text, a number, yes or no, or a list of these, as one text; not what has fields of its own.
pub(super) fn text_of(sent: &Value) -> Option<String> {
    match sent {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(clean(text)),
        Value::Number(number) => Some(plain(number)),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Array(several) => {
            let texts = several.iter().map(|one| if one.is_array() { None } else { text_of(one) });
            let mut texts = texts.collect::<Option<Vec<String>>>()?;
            let mut seen = BTreeSet::new();
            texts.retain(|text| !text.is_empty() && seen.insert(text.clone()));
            Some(texts.join(", "))
        }
        Value::Object(_) => None,
    }
}

/// A whole number without `.0` behind it.
fn plain(number: &Number) -> String {
    match number.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within what f64 holds exactly")]
        Some(whole) if !number.is_i64() && !number.is_u64() && whole.fract() == 0.0 && whole.abs() < 9e15 => {
            (whole as i64).to_string()
        }
        _ => number.to_string(),
    }
}

/// What must be right is only cleaned: its own type says what is wrong with it.
fn who(sent: &Value) -> Read {
    match text_of(sent) {
        Some(text) if text.is_empty() => Read::Nothing,
        Some(text) => Read::As(text.into()),
        None => Read::NotAtAll,
    }
}

/// One that is no id cannot tell an event from others.
fn id(sent: &Value) -> Read {
    match who(sent) {
        Read::As(Value::String(text)) if text.parse::<EventId>().is_err() => Read::NotAtAll,
        other => other,
    }
}

/// What systems send for a person they do not know would make one person of many.
fn person(sent: &Value) -> Read {
    match line(sent) {
        Read::As(Value::String(text)) if text.chars().all(|c| c == '0' || !c.is_alphanumeric()) => {
            Read::Nothing
        }
        Read::As(Value::String(text)) if text.parse::<PersonId>().is_err() => Read::NotAtAll,
        other => other,
    }
}

fn line(sent: &Value) -> Read {
    match who(sent) {
        Read::As(Value::String(text)) if is_nothing(&text) => Read::Nothing,
        other => other,
    }
}

/// There are people called Null and Nil.
fn name(sent: &Value) -> Read {
    match who(sent) {
        Read::As(Value::String(text)) if is_nothing(&text) && !text.chars().all(char::is_alphabetic) => {
            Read::Nothing
        }
        other => other,
    }
}

fn motion(sent: &Value) -> Read {
    match line(sent) {
        Read::As(hint) if serde_json::from_value::<Motion>(hint.clone()).is_err() => Read::NotAtAll,
        other => other,
    }
}

fn yes_or_no(sent: &Value) -> Read {
    said(sent).map_or(Read::NotAtAll, |yes| Read::As(yes.into()))
}

/// A company of 0 people, or of no revenue, is one of which nothing is known.
fn number(sent: &Value) -> Read {
    match line(sent) {
        Read::As(Value::String(text)) => match text.parse::<f64>() {
            Ok(0.0) => Read::Nothing,
            _ => Read::As(text.into()),
        },
        other => other,
    }
}

fn message(sent: &Value) -> Read {
    match sent {
        Value::String(text) => match clean_lines(text) {
            text if is_nothing(&text) => Read::Nothing,
            text => Read::As(text.into()),
        },
        other => line(other),
    }
}

/// Yes or no, as check boxes and scripts say it.
fn said(sent: &Value) -> Option<bool> {
    match text_of(sent)?.to_lowercase().as_str() {
        "true" | "1" | "yes" | "y" | "on" | "checked" => Some(true),
        "false" | "0" | "no" | "n" | "off" | "" => Some(false),
        _ => None,
    }
}

fn moment(sent: &Value) -> Read {
    match (text_of(sent).filter(|text| is_nothing(text)), read_moment(sent)) {
        (Some(_), _) => Read::Nothing,
        (None, Some(moment)) => Read::As(moment.to_string().into()),
        (None, None) => Read::NotAtAll,
    }
}

/// A moment as systems write it: RFC 3339 or 2822, a date with or without a time, seconds or milliseconds since 1970; none
/// for anything else, and for moments before the year 2000. Without an offset it is taken for UTC, half a day off at most:
/// clocks may be a day off.
pub fn read_moment(sent: &Value) -> Option<Timestamp> {
    let text = text_of(sent)?;
    let utc = |time: DateTime| TimeZone::UTC.to_timestamp(time).ok();
    let moment = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| rfc2822::parse(&text).ok().map(|zoned| zoned.timestamp()))
        .or_else(|| text.strip_suffix(" UTC").unwrap_or(&text).parse::<DateTime>().ok().and_then(utc))
        .or_else(|| since_1970(&text));
    moment.filter(|moment| TimeZone::UTC.to_datetime(*moment).year() >= EARLIEST_YEAR)
}

fn since_1970(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok()?;
    match text.len() {
        10 => Timestamp::from_second(number).ok(),
        13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// An object of texts, from which others' keys and what cannot be read were taken already.
fn utm(sent: &Value) -> Read {
    let Value::Object(object) = sent else {
        return if sent.is_null() { Read::Nothing } else { Read::NotAtAll };
    };
    let mut read = Map::new();
    for (key, value) in object {
        if let Read::As(text) = line(value) {
            read.insert(key.clone(), text);
        }
    }
    if read.is_empty() { Read::Nothing } else { Read::As(read.into()) }
}

/// `{"name": …, "note": …}`, from which was taken what cannot be read, or the name alone.
fn partner(sent: &Value) -> Read {
    let Value::Object(object) = sent else {
        return match line(sent) {
            Read::As(name) => Read::As(Map::from_iter([("name".to_owned(), name)]).into()),
            other => other,
        };
    };
    match (object.get("name").map(line), object.get("note").map(message)) {
        (Some(Read::As(name)), Some(Read::As(note))) => {
            Read::As(serde_json::json!({ "name": name, "note": note }))
        }
        (Some(Read::As(name)), _) => Read::As(serde_json::json!({ "name": name })),
        // A note of nobody.
        (_, Some(Read::As(_))) => Read::NotAtAll,
        _ => Read::Nothing,
    }
}

/// All of them or none: a consent that is left out unseen would be one that was not asked for.
fn consents(sent: &Value) -> Read {
    let Value::Array(several) = sent else {
        return if sent.is_null() { Read::Nothing } else { Read::NotAtAll };
    };
    let one = |consent: &Value| {
        let accepted = said(consent.get("accepted")?)?;
        let id = text_of(consent.get("id")?)?;
        Some(serde_json::json!({ "id": id, "accepted": accepted }))
    };
    match several.iter().map(one).collect::<Option<Vec<Value>>>() {
        Some(read) => Read::As(read.into()),
        None => Read::NotAtAll,
    }
}

/// What can be read stays; the rest is given back.
fn activity(fields: &mut Map<String, Value>) -> Option<Value> {
    let sent = match fields.remove("activity")? {
        Value::Array(sent) => sent,
        Value::Null => return None,
        other => return Some(other),
    };
    let (mut read, mut unread) = (Vec::new(), Vec::new());
    for one in sent {
        let at = one.get("at").map(moment);
        let tidy = match (&one, at) {
            (Value::Object(object), Some(Read::As(at))) => {
                let mut object = object.clone();
                object.insert("at".to_owned(), at);
                match object.remove("name").map(|name| line(&name)) {
                    Some(Read::As(name)) => drop(object.insert("name".to_owned(), name)),
                    Some(Read::NotAtAll | Read::Nothing) | None => {}
                }
                Some(Value::Object(object))
            }
            _ => None,
        };
        match tidy.filter(|tidy| serde_json::from_value::<super::Activity>(tidy.clone()).is_ok()) {
            Some(tidy) => read.push(tidy),
            None => unread.push(one),
        }
    }
    if !read.is_empty() {
        fields.insert("activity".to_owned(), read.into());
    }
    (!unread.is_empty()).then(|| unread.into())
}

/// Texts in it cleaned.
fn tidy(value: Value) -> Value {
    match value {
        Value::String(text) => clean_lines(&text).into(),
        Value::Array(several) => several.into_iter().map(tidy).collect(),
        Value::Object(object) => {
            Value::Object(object.into_iter().map(|(k, v)| (clean(&k), tidy(v))).collect())
        }
        other => other,
    }
}
