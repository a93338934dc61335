//! The shape of what comes in, measured before anything is made of it.
//!
//! Bytes say little of what a body costs: `{"":0},` is seven, and some seven hundred once it is a map. Depth matters
//! because every stage wraps what it carries in levels of its own, and a reader ends at 128. Measured in one pass that
//! keeps nothing, so that a hostile body costs no more than its own size.

use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{WireError, redacted, text_of};

/// What a door takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door {
    /// Where in a body of this kind free values may stand.
    pub(crate) within: Place,
    /// The names of all its fields: the only ones that an error may repeat.
    pub(crate) names: &'static [&'static str],
    /// Lists and objects within one another, in one field.
    pub(crate) depth: u32,
    /// Values (objects, lists, texts, numbers …) of the fields whose type is not ours.
    pub(crate) values: u32,
    /// Values of all other fields: they are kept only as far as they can be read, and until then take their room.
    pub(crate) typed_values: u32,
}

/// Where in a body one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The body of a form-submit event: a field without a name of ours will be one of `form.fields`, so it is measured
    /// as if it stood there already. What is accepted once is then accepted in the form that it is written in.
    Event,
    /// Its `form`.
    Form,
    /// Its `form.fields`.
    Fields,
    /// A field with a type of its own, which bounds what becomes of it.
    Typed,
    /// Anything goes.
    Free,
}

impl Place {
    fn at(self, name: Option<&str>) -> Self {
        match (self, name) {
            (Self::Event, Some("form")) => Self::Form,
            (Self::Form, Some("fields")) => Self::Fields,
            (Self::Event, Some(_)) | (Self::Form, _) => Self::Typed,
            (Self::Event | Self::Fields, _) => Self::Free,
            (inside @ (Self::Typed | Self::Free), _) => inside,
        }
    }
}

/// Refuses what is deeper or wider than a door takes, and what is no JSON. Names the field as far as its name is ours,
/// and the place in the text.
pub(crate) fn check_shape(bytes: &[u8], door: &Door) -> Result<(), WireError> {
    let text = text_of(bytes)?;
    let mut measured = Measured { door, values: 0, typed_values: 0, path: Vec::new(), problem: None };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let walked =
        Walk { measured: &mut measured, place: door.within, depth: 0 }.deserialize(&mut deserializer);
    let Err(error) = walked.and_then(|()| deserializer.end()) else { return Ok(()) };
    let place = format!("(line {} column {})", error.line(), error.column());
    Err(match &measured.problem {
        Some(problem) => WireError::shape(measured.path(), format!("{problem} {place}")),
        // A surrogate that lacks its other half is the end of a text that was cut in the middle of a sign.
        None if error.to_string().contains("hex escape") => WireError::shape(
            measured.path(),
            format!(
                "has half of a UTF-16 surrogate pair as an escape {place}; send the whole character or U+FFFD"
            ),
        ),
        None => redacted(Vec::new(), &error),
    })
}

/// Refuses what nests deeper or holds more values than a reader has room for, and what is no JSON: for bodies of any
/// shape, before anything is made of them.
pub fn check_size(bytes: &[u8], depth: u32, values: u32) -> Result<(), WireError> {
    check_shape(bytes, &Door { within: Place::Free, names: &[], depth, values, typed_values: values })
}

/// In the place of a field's name that is not ours.
const UNNAMED: &str = "…";

struct Measured<'a> {
    door: &'a Door,
    values: u32,
    typed_values: u32,
    path: Vec<&'static str>,
    problem: Option<String>,
}

impl Measured<'_> {
    fn path(&self) -> String {
        // What lies within a field that is not ours is not ours to name either.
        let known = self.path.iter().position(|name| *name == UNNAMED).map_or(self.path.len(), |at| at + 1);
        if known == 0 { ".".to_owned() } else { self.path[..known].join(".") }
    }

    fn refuse<E: de::Error>(&mut self, problem: String) -> Result<(), E> {
        self.problem = Some(problem);
        Err(E::custom("the shape"))
    }
}

struct Walk<'m, 'a> {
    measured: &'m mut Measured<'a>,
    place: Place,
    depth: u32,
}

impl Walk<'_, '_> {
    fn count<E: de::Error>(&mut self) -> Result<(), E> {
        let (values, most) = match self.place {
            Place::Free => (&mut self.measured.values, self.measured.door.values),
            Place::Typed => (&mut self.measured.typed_values, self.measured.door.typed_values),
            Place::Event | Place::Form | Place::Fields => return Ok(()),
        };
        *values += 1;
        if *values > most {
            return self.measured.refuse(format!("brings the body to more than {most} values"));
        }
        Ok(())
    }

    /// Into a list or an object.
    fn enter<E: de::Error>(&mut self) -> Result<u32, E> {
        self.count()?;
        if !matches!(self.place, Place::Typed | Place::Free) {
            return Ok(0);
        }
        let (depth, most) = (self.depth + 1, self.measured.door.depth);
        if depth > most {
            self.measured.refuse(format!("nests more than {most} lists and objects in one another"))?;
        }
        Ok(depth)
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let depth = self.enter()?;
        let mut seen: Vec<&str> = Vec::new();
        while let Some(name) = map.next_key_seed(Name(self.measured.door.names))? {
            // Whoever reads it into a map would take the last for the only one.
            if let Some(name) = name.filter(|_| !matches!(self.place, Place::Fields | Place::Free)) {
                if seen.contains(&name) {
                    return self.measured.refuse(format!("has `{name}` twice"));
                }
                seen.push(name);
            }
            self.measured.path.push(name.unwrap_or(UNNAMED));
            let place = self.place.at(name);
            map.next_value_seed(Walk { measured: &mut *self.measured, place, depth })?;
            self.measured.path.pop();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let depth = self.enter()?;
        let place = self.place.at(None);
        while list.next_element_seed(Walk { measured: &mut *self.measured, place, depth })?.is_some() {}
        Ok(())
    }

    fn visit_bool<E: de::Error>(mut self, _: bool) -> Result<(), E> {
        self.count()
    }

    fn visit_i64<E: de::Error>(mut self, _: i64) -> Result<(), E> {
        self.count()
    }

    fn visit_u64<E: de::Error>(mut self, _: u64) -> Result<(), E> {
        self.count()
    }

    fn visit_f64<E: de::Error>(mut self, _: f64) -> Result<(), E> {
        self.count()
    }

    fn visit_str<E: de::Error>(mut self, _: &str) -> Result<(), E> {
        self.count()
    }

    fn visit_unit<E: de::Error>(mut self) -> Result<(), E> {
        self.count()
    }
}

/// A field's name, where it is one of ours.
struct Name(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<&'static str>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().copied().find(|name| *name == text))
    }
}
