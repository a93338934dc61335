//! What a score was computed from: a value by feature.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

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
// By name, in one piece of memory: a replay makes and compares some hundred thousand of these in a second. Names that a
// release knows are not copied.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(from = "BTreeMap<String, Option<FeatureValue>>")]
#[schemars(with = "BTreeMap<String, Option<FeatureValue>>")]
pub struct FeatureVector(Vec<FeatureEntry>);

/// A feature's name, and its value where that is known.
pub type FeatureEntry = (Cow<'static, str>, Option<FeatureValue>);

impl From<BTreeMap<String, Option<FeatureValue>>> for FeatureVector {
    /// Of what was kept, which is finite: JSON has no other numbers.
    fn from(kept: BTreeMap<String, Option<FeatureValue>>) -> Self {
        Self(kept.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl Serialize for FeatureVector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl FeatureVector {
    /// From names and values. Refuses NaN and infinity by name.
    pub fn new<V: Into<FeatureValue>>(values: BTreeMap<String, Option<V>>) -> Result<Self, NotFinite> {
        Self::of(values.into_iter().map(|(name, value)| (name.into(), value.map(Into::into))).collect())
    }

    /// The same of values as they are kept, in any order. Of two entries of a name the later one counts.
    pub fn of(mut entries: Vec<FeatureEntry>) -> Result<Self, NotFinite> {
        let is_finite = |value: &FeatureValue| value.number().is_none_or(f64::is_finite);
        if let Some((name, _)) =
            entries.iter().find(|(_, value)| value.as_ref().is_some_and(|value| !is_finite(value)))
        {
            return Err(NotFinite { feature: name.clone().into_owned() });
        }
        // Stable, so that the later of two stands last.
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        entries.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                std::mem::swap(later, earlier);
            }
            is_same
        });
        Ok(Self(entries))
    }

    /// The value of a feature; `None` where it is absent or not known.
    pub fn value(&self, name: &str) -> Option<&FeatureValue> {
        let place = self.0.binary_search_by(|(other, _)| other.as_ref().cmp(name)).ok()?;
        self.0[place].1.as_ref()
    }

    /// The value of a feature that is a number; `None` where it is absent, not known or of another kind.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.value(name)?.number()
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&FeatureValue>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// With the values of another vector where this one has no word of a feature, not even that it is not known.
    #[must_use]
    pub fn filled_from(mut self, other: &Self) -> Self {
        let has = |name: &str| self.0.binary_search_by(|(own, _)| own.as_ref().cmp(name)).is_ok();
        let missing: Vec<FeatureEntry> = other.0.iter().filter(|(name, _)| !has(name)).cloned().collect();
        self.0.extend(missing);
        self.0.sort_by(|(a, _), (b, _)| a.cmp(b));
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
    fn entries_stand_by_name_and_the_later_of_two_counts() {
        let entry = |name: &'static str, value: f64| (name.into(), Some(FeatureValue::Number(value)));
        let vector = FeatureVector::of(vec![entry("b", 1.0), entry("a", 2.0), entry("b", 3.0)]).unwrap();
        assert_eq!(vector.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(
            (vector.number("a"), vector.number("b"), vector.number("c")),
            (Some(2.0), Some(3.0), None)
        );
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
