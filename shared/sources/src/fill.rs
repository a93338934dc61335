//! From a sender's fields and answers to our event.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use leadlight_lead::{FormSubmit, Taken, Versioned, WireError, to_json};
use leadlight_reading::{EmailAddress, clean};
use serde_json::{Map, Value, json};

use crate::item::{Item, Read, SetAside};
use crate::labels::{Field, field_of, is_at_work, key};
use crate::rules::Rules;

/// The most parts of one request that are read: what the largest sender's batch holds.
pub const ITEMS_AT_MOST: usize = 4000;

/// An event that is being put together. What is filled first stays; what comes later for the same field is kept under
/// the label it came with.
#[derive(Debug)]
pub(crate) struct Filling<'a> {
    rules: &'a Rules,
    event: Map<String, Value>,
    /// The label of the address, if it was an answer.
    email_label: String,
    utm: Map<String, Value>,
    form: Map<String, Value>,
    /// First and last name in one, and the label it came with.
    full_name: Option<(String, String)>,
    others: BTreeMap<String, Value>,
    activity: Vec<Value>,
    consents: Vec<Value>,
}

impl<'a> Filling<'a> {
    pub(crate) fn new(rules: &'a Rules, kind_of_event: &str) -> Self {
        let mut filling = Self {
            rules,
            event: Map::new(),
            email_label: String::new(),
            utm: Map::new(),
            form: Map::new(),
            full_name: None,
            others: BTreeMap::new(),
            activity: Vec::new(),
            consents: Vec::new(),
        };
        filling.set("source_event_type", kind_of_event);
        filling
    }

    /// A field of ours that the sender has as well. Nothing is not a value.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        if !says_nothing(&value) {
            self.event.entry(name).or_insert(value);
        }
        self
    }

    /// A field of ours by the sender's own name for it: what comes second stays under that name.
    pub(crate) fn take(&mut self, name: &'static str, label: &str, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        match self.event.get(name) {
            Some(there) if says_nothing(&value) || *there == value => {}
            Some(_) => self.keep(label, value),
            None => drop(self.set(name, value)),
        }
        self
    }

    /// First and last name in one. What the sender says of either is surer, whenever it comes.
    pub(crate) fn set_full_name(&mut self, label: &str, name: &str) -> &mut Self {
        match &self.full_name {
            None => self.full_name = Some((label.to_owned(), clean(name))),
            Some(_) => self.keep(label, name.into()),
        }
        self
    }

    /// The first word is the first name.
    fn split_full_name(&mut self) {
        let Some((label, name)) = self.full_name.take() else { return };
        let said = |field: &str| self.event.get(field).and_then(Value::as_str).map(clean);
        match (said("first_name"), said("last_name"), name.split_once(' ')) {
            (None, None, Some((first, last))) => drop(self.set("first_name", first).set("last_name", last)),
            (None, None, None) => drop(self.set("last_name", name)),
            (Some(given), None, Some((first, last))) if given == first => drop(self.set("last_name", last)),
            (first, last, _) => {
                let both: Vec<String> = first.into_iter().chain(last).collect();
                if both.join(" ") != name {
                    self.keep(&label, name.into());
                }
            }
        }
    }

    /// Which form it was.
    pub(crate) fn set_form(&mut self, id: &Value, name: &Value) -> &mut Self {
        for (part, value) in [("id", id), ("name", name)] {
            if let Some(text) = text_of(value) {
                self.form.entry(part).or_insert(text.into());
            }
        }
        self
    }

    /// A campaign parameter by its name without `utm_`.
    pub(crate) fn set_utm(&mut self, name: &str, value: &Value) -> &mut Self {
        if let Some(text) = text_of(value) {
            self.utm.entry(name.to_owned()).or_insert(text.into());
        }
        self
    }

    /// Something that the person did.
    pub(crate) fn did(&mut self, kind: &str, name: &Value, at: &Value) -> &mut Self {
        let mut activity = json!({ "kind": kind, "at": at });
        if let Some(name) = text_of(name) {
            activity["name"] = name.into();
        }
        self.activity.push(activity);
        self
    }

    /// A consent, given or refused.
    pub(crate) fn consent(&mut self, id: &str, accepted: &Value) -> &mut Self {
        self.consents.push(json!({ "id": id, "accepted": accepted }));
        self
    }

    /// An answer under the sender's own label: the field map says what it is, else the label where only one field can be
    /// meant, else it stays under its label.
    pub(crate) fn answer(&mut self, label: &str, value: Value) -> &mut Self {
        if says_nothing(&value) {
            return self;
        }
        let mapped = self.rules.fields.get(&key(label)).copied();
        let Some(field) = mapped.unwrap_or_else(|| field_of(label)) else {
            if mapped.is_none() {
                self.keep(label, value);
            }
            return self;
        };
        self.put(field, label, value, mapped.is_some());
        self
    }

    fn put(&mut self, field: Field, label: &str, value: Value, is_mapped: bool) {
        match field {
            Field::Named("email") => self.put_email(label, value, is_mapped),
            Field::Named(name) if is_mapped => {
                let before = self.event.insert(name.to_owned(), value);
                if let Some(before) = before {
                    self.keep(name, before);
                }
            }
            Field::Named(name) => drop(self.take(name, label, value)),
            Field::Utm(name) if self.utm.contains_key(name) => self.keep(label, value),
            Field::Utm(name) => drop(self.set_utm(name, &value)),
            Field::FullName => match text_of(&value) {
                Some(name) => drop(self.set_full_name(label, &name)),
                None => self.keep(label, value),
            },
            Field::Consent => drop(self.consent(label, &value)),
            Field::FormName => drop(self.set_form(&Value::Null, &value)),
            Field::FormId => drop(self.set_form(&value, &Value::Null)),
        }
    }

    /// Of two addresses the one that is one, then the one at work, then the first.
    fn put_email(&mut self, label: &str, value: Value, is_mapped: bool) {
        if let Value::Array(several) = value {
            for one in several {
                self.put_email(label, one, is_mapped);
            }
            return;
        }
        let is_one = |value: &Value| value.as_str().is_some_and(|text| text.parse::<EmailAddress>().is_ok());
        let is_surer = |email_label: &str| is_mapped || (is_at_work(label) && !is_at_work(email_label));
        let replaces = match self.event.get("email") {
            None => true,
            Some(there) => is_one(&value) && (!is_one(there) || is_surer(&self.email_label)),
        };
        if !replaces {
            return self.keep(label, value);
        }
        let label_before = std::mem::replace(&mut self.email_label, label.to_owned());
        if let Some(before) = self.event.insert("email".to_owned(), value) {
            self.keep(if label_before.is_empty() { "email, first" } else { &label_before }, before);
        }
    }

    /// Under its label; what comes again under the same one is a list.
    fn keep(&mut self, label: &str, value: Value) {
        match self.others.entry(label.to_owned()) {
            Entry::Vacant(place) => drop(place.insert(value)),
            Entry::Occupied(mut there) => match there.get_mut() {
                same if *same == value => {}
                Value::Array(several) => several.push(value),
                first => *first = json!([first.take(), value]),
            },
        }
    }

    /// The event, if it is one.
    pub(crate) fn finish(mut self) -> Read {
        self.split_full_name();
        let id = self.form.get("id").and_then(Value::as_str);
        let name = self.form.get("name").and_then(Value::as_str);
        if let Some(kind) = self.rules.kind_of(id.into_iter().chain(name)) {
            self.form.insert("kind".to_owned(), json!(kind));
        }
        if !self.others.is_empty() {
            self.form.insert("fields".to_owned(), json!(self.others));
        }
        for (name, object) in [("form", self.form), ("utm", self.utm)] {
            if !object.is_empty() {
                self.event.insert(name.to_owned(), Value::Object(object));
            }
        }
        for (name, list) in [("activity", self.activity), ("consent", self.consents)] {
            if !list.is_empty() {
                self.event.entry(name).or_insert(Value::Array(list));
            }
        }
        self.event.insert("source".to_owned(), self.rules.name.as_str().into());
        match event(&mut self.event) {
            Ok(taken) if taken.event.is_test => Ok(Item::Test),
            Ok(taken) => Ok(Item::Lead(Box::new(taken))),
            Err(error) => Err(SetAside { error, body: Value::Object(self.event).to_string() }),
        }
    }
}

/// From fields to an event; those who name no version write the current one.
pub(crate) fn event(fields: &mut Map<String, Value>) -> Result<Taken, WireError> {
    fields.entry("schema_version").or_insert_with(|| FormSubmit::VERSION.into());
    FormSubmit::take(to_json(fields)?.as_bytes())
}

/// A value as one line of text; numbers are ids and telephone numbers.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What a body holds, each value with the path to it. Lists of names and values, which many form builders send, are
/// answers by their names.
pub(crate) fn answers(body: &Value) -> Vec<(String, Value)> {
    answers_in("", body)
}

/// The same of a part, whose name begins their paths.
pub(crate) fn answers_in(name: &str, part: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    collect(name, part, &mut found);
    found
}

/// Below a path that is longer than any label, things stay together: a path for each would be far more than was sent.
const LONGEST_PATH: usize = 300;

/// What lists of answers call the question and the answer.
const QUESTIONS: &[&str] = &["name", "label", "title", "question", "key", "field"];
const ANSWERS: &[&str] = &["value", "answer", "values", "text"];

fn collect(path: &str, value: &Value, found: &mut Vec<(String, Value)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        value if path.len() > LONGEST_PATH => found.push((path.to_owned(), value.clone())),
        Value::Object(object) => match pairs(object.values()) {
            Some(pairs) => found.extend(pairs),
            None => object.iter().for_each(|(name, value)| collect(&below(name), value, found)),
        },
        Value::Array(list) => match pairs(list.iter()) {
            Some(pairs) => found.extend(pairs),
            None => found.push((path.to_owned(), value.clone())),
        },
        other => found.push((path.to_owned(), other.clone())),
    }
}

/// Questions with their answers, where all entries are that.
fn pairs<'a>(entries: impl Iterator<Item = &'a Value>) -> Option<Vec<(String, Value)>> {
    let pair = |entry: &Value| {
        let part = |names: &[&str]| names.iter().find_map(|name| entry.get(name));
        Some((part(QUESTIONS)?.as_str()?.to_owned(), chosen(entry, part(ANSWERS)?)))
    };
    entries.map(pair).collect::<Option<Vec<_>>>().filter(|pairs| !pairs.is_empty())
}

/// Of a choice among options that the question lists, what was chosen and not its id.
fn chosen(entry: &Value, answer: &Value) -> Value {
    let options = entry["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |id: &Value| {
        let option = options.iter().find(|option| option["id"] == *id && !id.is_null());
        let text =
            option.and_then(|option| ["text", "label", "name"].iter().find_map(|name| option.get(name)));
        text.unwrap_or(id).clone()
    };
    match answer {
        Value::Array(ids) => ids.iter().map(text).collect(),
        id => text(id),
    }
}
