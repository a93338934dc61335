//! What a score was computed from: a value by feature.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value of a feature. Texts and lists are bounded by [`FeatureValue::category`] and [`FeatureValue::tags`]: a decision
/// keeps them, and a lead's document has an end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum FeatureValue {
    /// A number; of yes and no, 1 and 0.
    Number(f64),
    /// One of several values.
    Category(String),
    /// Any of several values, sorted and each once. Empty is known to be none.
    Tags(Vec<String>),
}

/// Of what kind a feature's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A decimal number.
    Number,
    /// Yes or no: 1 or 0.
    YesNo,
    /// One of several values.
    Category,
    /// Any of several values.
    Tags,
}

impl FeatureValue {
    /// The longest category or tag, in bytes. What is longer is no name of a kind of thing but somebody's sentence.
    pub const LONGEST: usize = 60;
    /// The most tags of one feature.
    pub const MOST_TAGS: usize = 64;

    /// A category, trimmed; none where it is empty or longer than [`Self::LONGEST`].
    pub fn category(text: &str) -> Option<Self> {
        name(text).map(|name| Self::Category(name.to_owned()))
    }

    /// Tags. Empty ones and those that are too long are left out; of more than [`Self::MOST_TAGS`] the first ones stay, so
    /// the most telling come first.
    pub fn tags<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        let mut kept: Vec<String> = Vec::new();
        for tag in tags.into_iter().filter_map(name) {
            if kept.len() == Self::MOST_TAGS {
                break;
            }
            if !kept.iter().any(|other| other == tag) {
                kept.push(tag.to_owned());
            }
        }
        kept.sort_unstable();
        Self::Tags(kept)
    }

    /// The number; none of a category or tags.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Category(_) | Self::Tags(_) => None,
        }
    }
}

fn name(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= FeatureValue::LONGEST).then_some(text)
}

impl From<f64> for FeatureValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for FeatureValue {
    fn from(yes: bool) -> Self {
        Self::Number(if yes { 1.0 } else { 0.0 })
    }
}

/// What a score was computed from: a value by feature, or none where nothing was known.
///
/// Kept with the decision, so that a score can be recomputed to the bit and training sees only what
/// was known then. Numbers are finite by construction. Documents of before hold numbers alone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeatureVector(BTreeMap<String, Option<FeatureValue>>);

impl FeatureVector {
    /// From names and values. Refuses NaN and infinity by name.
    pub fn new<V: Into<FeatureValue>>(values: BTreeMap<String, Option<V>>) -> Result<Self, NotFinite> {
        Self::of(values.into_iter().map(|(name, value)| (name, value.map(Into::into))).collect())
    }

    /// The same of values as they are kept.
    pub fn of(values: BTreeMap<String, Option<FeatureValue>>) -> Result<Self, NotFinite> {
        let is_finite = |value: &FeatureValue| value.number().is_none_or(f64::is_finite);
        match values.iter().find(|(_, value)| value.as_ref().is_some_and(|value| !is_finite(value))) {
            Some((name, _)) => Err(NotFinite { feature: name.clone() }),
            None => Ok(Self(values)),
        }
    }

    /// The value of a feature; `None` where it is absent or not known.
    pub fn value(&self, name: &str) -> Option<&FeatureValue> {
        self.0.get(name)?.as_ref()
    }

    /// The value of a feature that is a number; `None` where it is absent, not known or of another kind.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.value(name)?.number()
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&FeatureValue>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_ref()))
    }

    /// With the values of another vector where this one has no word of a feature, not even that it is not known.
    #[must_use]
    pub fn filled_from(mut self, other: &Self) -> Self {
        for (name, value) in &other.0 {
            if !self.0.contains_key(name) {
                self.0.insert(name.clone(), value.clone());
            }
        }
        self
    }
}

/// A feature that is NaN or infinite.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("feature `{feature}` is not a finite number")]
pub struct NotFinite {
    /// Its name.
    pub feature: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_refuse_what_is_not_finite() {
        let with = |v| FeatureVector::new(BTreeMap::from([("intent".to_owned(), Some(v))]));
        assert_eq!(with(f64::INFINITY).unwrap_err().feature, "intent");
        assert!(with(f64::NAN).is_err());
        assert_eq!(with(0.5).unwrap().number("intent"), Some(0.5));
    }

    #[test]
    fn a_vector_of_before_is_read_and_every_kind_comes_back_as_it_was() {
        let before: FeatureVector =
            serde_json::from_str(r#"{"industry":0.85,"size":1,"tools":null}"#).unwrap();
        assert_eq!((before.number("industry"), before.number("size")), (Some(0.85), Some(1.0)));
        assert_eq!(before.value("tools"), None);
        let text = r#"{"a":0.5,"b":"software","c":[],"d":["hubspot","salesforce"],"e":null}"#;
        let now: FeatureVector = serde_json::from_str(text).unwrap();
        assert_eq!(now.value("b"), FeatureValue::category("software").as_ref());
        assert_eq!(now.value("d"), Some(&FeatureValue::tags(["salesforce", "hubspot"])));
        assert_eq!(now.number("b"), None);
        assert_eq!(serde_json::to_string(&now).unwrap(), text);
        for none in [r#"{"a":true}"#, r#"{"a":[1]}"#, r#"{"a":{}}"#] {
            assert!(serde_json::from_str::<FeatureVector>(none).is_err(), "{none}");
        }
    }

    #[test]
    fn a_sentence_is_no_category_and_tags_have_an_end() {
        assert_eq!(FeatureValue::category(&"we need it now ".repeat(5)), None);
        assert_eq!(FeatureValue::category("  "), None);
        let many: Vec<String> = (0..500).map(|n| format!("tool-{n:03}")).collect();
        let FeatureValue::Tags(kept) = FeatureValue::tags(many.iter().map(String::as_str)) else { panic!() };
        assert_eq!((kept.len(), kept[63].as_str()), (FeatureValue::MOST_TAGS, "tool-063"));
        assert_eq!(FeatureValue::tags(["b", " a", "b", ""]), FeatureValue::tags(["a", "b"]));
    }

    #[test]
    fn what_was_seen_stays_and_what_was_not_seen_is_filled() {
        let vector = |pairs: &[(&str, Option<f64>)]| {
            FeatureVector::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect())
                .unwrap()
        };
        let seen = vector(&[("a", Some(0.1)), ("b", None)]);
        let read_again = vector(&[("a", Some(0.9)), ("b", Some(0.9)), ("c", Some(0.9))]);
        assert_eq!(
            seen.filled_from(&read_again),
            vector(&[("a", Some(0.1)), ("b", None), ("c", Some(0.9))]),
            "that it was not known is a word of it"
        );
    }
}
