//! Bodies as browsers and form builders send them: names and values, `application/x-www-form-urlencoded` or
//! `multipart/form-data`.

use leadlight_lead::{WireError, check_size, from_json};
use serde_json::{Map, Value};

use crate::request::{DEPTH_AT_MOST, Request, VALUES_AT_MOST};

/// The most fields of one form. A survey has a hundred questions.
const FIELDS_AT_MOST: usize = 4000;
/// The most parts of a field's name in brackets.
const PARTS_AT_MOST: usize = 8;

/// The body's names and values as they came; none where it is no form's.
pub(crate) fn pairs(request: &Request<'_>) -> Option<Result<Vec<(String, String)>, WireError>> {
    let read: Vec<(String, String)> = match request.media_type().as_str() {
        "application/x-www-form-urlencoded" => form_urlencoded::parse(request.body)
            .take(FIELDS_AT_MOST + 1)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect(),
        "multipart/form-data" => parts(request)?,
        _ => return None,
    };
    Some(if read.len() > FIELDS_AT_MOST {
        Err(WireError::shape(".", format!("has more than {FIELDS_AT_MOST} fields")))
    } else {
        Ok(read)
    })
}

/// The same with one value a name, in the order they came: what was sent several times is a list, and `a[b]` lies in `a`,
/// as PHP has it. Jotform sends its answers as JSON in one field, beside all else about the form.
pub(crate) fn nested(pairs: Vec<(String, String)>) -> Vec<(String, Value)> {
    let mut answered = Vec::new();
    let mut found: Vec<(String, Value)> = Vec::new();
    for (name, value) in pairs {
        if name == "rawRequest"
            && check_size(value.as_bytes(), DEPTH_AT_MOST, VALUES_AT_MOST).is_ok()
            && let Ok(answers) = from_json::<Map<String, Value>>(value.as_bytes())
        {
            answered.extend(answers);
            continue;
        }
        let (first, rest) = path_of(&name);
        let value = Value::String(value);
        if let Some((_, there)) = found.iter_mut().find(|(known, _)| known == first) {
            put(there, &rest, value);
        } else {
            let mut place = Value::Null;
            put(&mut place, &rest, value);
            found.push((first.to_owned(), place));
        }
    }
    found.extend(answered);
    found
}

/// `a[b][c]` and `a[]`; a name of another shape is a name.
fn path_of(name: &str) -> (&str, Vec<&str>) {
    let Some((first, rest)) = name.split_once('[') else { return (name, Vec::new()) };
    let inner = rest.strip_suffix(']').filter(|_| !first.is_empty());
    match inner.map(|inner| inner.split("][").collect::<Vec<_>>()) {
        Some(parts) if parts.len() < PARTS_AT_MOST => (first, parts),
        _ => (name, Vec::new()),
    }
}

fn put(place: &mut Value, path: &[&str], value: Value) {
    match path {
        [] | [""] => match place {
            Value::Null => *place = value,
            Value::Array(several) => several.push(value),
            there => *there = Value::Array(vec![there.take(), value]),
        },
        [first, rest @ ..] => {
            if !place.is_object() {
                let before = std::mem::replace(place, Value::Object(Map::new()));
                if let (Value::Object(object), false) = (&mut *place, before.is_null()) {
                    object.insert(String::new(), before);
                }
            }
            if let Value::Object(object) = place {
                put(object.entry((*first).to_owned()).or_insert(Value::Null), rest, value);
            }
        }
    }
}

/// The parts of a multipart body that are no files.
fn parts(request: &Request<'_>) -> Option<Vec<(String, String)>> {
    let content_type = request.header("content-type")?;
    let boundary = content_type.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    let boundary = format!("--{}", boundary.trim_matches('"'));
    let body = String::from_utf8_lossy(request.body);
    let parts = body.split(boundary.as_str()).skip(1).filter_map(|part| {
        let (head, value) = part.split_once("\r\n\r\n")?;
        let disposition =
            head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
        if disposition.contains("filename=") {
            return None;
        }
        let name = disposition.split_once("name=\"")?.1.split('"').next()?;
        Some((name.to_owned(), value.strip_suffix("\r\n").unwrap_or(value).to_owned()))
    });
    Some(parts.take(FIELDS_AT_MOST + 1).collect())
}
