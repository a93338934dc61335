//! A number as a form sends it: a number, or text that people read as one.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// What was typed or chosen where a number is asked for: `250`, `11-50`, `1,000+`, `about 40`. It is kept as it came;
/// what it means is read when the lead is enriched, and what cannot be read is shown.
///
/// A whole number is written as one, so that `250` and `"250"` are the same answer.
#[derive(Clone, PartialEq, Eq, JsonSchema)]
#[schemars(with = "AnswerShape")]
pub struct Answer(String);

/// For the schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "stands for how an answer is written")]
enum AnswerShape {
    Number(u64),
    Text(String),
}

impl Answer {
    /// As typed, cleaned.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, to shorten it.
    pub(super) fn text_mut(&mut self) -> &mut String {
        &mut self.0
    }

    /// The whole number it is, if it is written as one.
    fn whole(&self) -> Option<u64> {
        self.0.parse::<u64>().ok().filter(|number| number.to_string() == self.0)
    }
}

/// What a person typed stays out of logs.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer(…)")
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole() {
            Some(number) => serializer.serialize_u64(number),
            None => serializer.serialize_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Number(number) => Ok(Self(number.to_string())),
            Value::String(text) => Ok(Self(text)),
            _ => Err(serde::de::Error::custom("expected a number, or text such as 11-50")),
        }
    }
}
