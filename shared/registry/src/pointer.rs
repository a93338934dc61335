//! Which one of a kind is in force, since when, by whose hand and why, and which were before it.

use jiff::Timestamp;
use leadlight_lead::{Versioned, WireError, from_versioned, to_json};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::kind::Kind;

/// Entries that a pointer remembers.
const REMEMBERED: usize = 60;

/// The longest author or reason kept, in characters.
const LONGEST_WORDS: usize = 500;

/// Who puts something in force, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    author: String,
    reason: String,
}

impl Change {
    /// By an author, for a reason; either is cut at 500 characters.
    pub fn new(author: &str, reason: &str) -> Self {
        let kept = |text: &str| text.trim().chars().take(LONGEST_WORDS).collect();
        Self { author: kept(author), reason: kept(reason) }
    }
}

/// Something that is in force, or once was.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Entry<H> {
    /// Its content's hash; stored under the name of its kind.
    #[serde(
        alias = "policy",
        alias = "shadow",
        alias = "model-shadow",
        alias = "team",
        alias = "accounts",
        alias = "sources",
        alias = "destinations",
        alias = "vendors",
        alias = "own-facts",
        alias = "targets",
        alias = "model"
    )]
    pub hash: H,
    /// Since when it is, or was, in force.
    pub published_at: Timestamp,
    /// Who published it; none for what an older release published.
    #[serde(default)]
    pub author: Option<String>,
    /// Why, in the author's words.
    #[serde(default)]
    pub reason: Option<String>,
}

impl<H> Entry<H> {
    fn new(hash: H, published_at: Timestamp, change: &Change) -> Self {
        let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self { hash, published_at, author: said(&change.author), reason: said(&change.reason) }
    }
}

/// Which one of a kind is in force. Its history travels with it, so that both change in one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Pointer<K: Kind> {
    /// The one in force.
    pub current: Entry<K::Hash>,
    /// Those before it, the latest first.
    pub history: Vec<Entry<K::Hash>>,
    /// Those that were taken back, the latest first: a rollback does not lead to them.
    pub withdrawn: Vec<Entry<K::Hash>>,
}

impl<K: Kind> Pointer<K> {
    /// Moves on from the pointer before, if there was one. Publishing what is in force already adds nothing to the
    /// history.
    pub(crate) fn moved(before: Option<&Self>, hash: K::Hash, now: Timestamp, change: &Change) -> Self {
        let (mut history, mut withdrawn) =
            before.map_or_else(Default::default, |b| (b.history.clone(), b.withdrawn.clone()));
        // Publishing it again is a word for it.
        withdrawn.retain(|past| past.hash != hash);
        if let Some(before) = before.filter(|before| before.current.hash != hash) {
            history.insert(0, before.current.clone());
            history.truncate(REMEMBERED);
        }
        Self { current: Entry::new(hash, now, change), history, withdrawn }
    }

    /// Back to the one before; none where there is none. Done twice it goes two back, and never to what was taken back.
    pub fn rolled_back(self, now: Timestamp, change: &Change) -> Option<Self> {
        let mut withdrawn = self.withdrawn;
        withdrawn.insert(0, self.current);
        withdrawn.truncate(REMEMBERED);
        let mut history = self.history.into_iter();
        let before = history.find(|past| withdrawn.iter().all(|taken| taken.hash != past.hash))?;
        Some(Self { current: Entry::new(before.hash, now, change), history: history.collect(), withdrawn })
    }

    pub(crate) fn to_json(&self) -> Result<String, WireError> {
        to_json(self)
    }

    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self, WireError> {
        let read: Read<K::Hash> = from_versioned(bytes)?;
        Ok(Self { current: read.current, history: read.history, withdrawn: read.withdrawn })
    }
}

/// As stored: the hash stands under the kind's name.
impl<K: Kind> Serialize for Pointer<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let list = |entries: &[Entry<K::Hash>]| {
            entries.iter().map(|entry| Written::<K>(entry.clone())).collect::<Vec<_>>()
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema_version", &Read::<K::Hash>::VERSION)?;
        write_entry::<K, _>(&mut map, &self.current)?;
        map.serialize_entry("history", &list(&self.history))?;
        map.serialize_entry("withdrawn", &list(&self.withdrawn))?;
        map.end()
    }
}

struct Written<K: Kind>(Entry<K::Hash>);

impl<K: Kind> Serialize for Written<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        write_entry::<K, _>(&mut map, &self.0)?;
        map.end()
    }
}

fn write_entry<K: Kind, M: SerializeMap>(map: &mut M, entry: &Entry<K::Hash>) -> Result<(), M::Error> {
    map.serialize_entry(K::NAME, &entry.hash)?;
    map.serialize_entry("published_at", &entry.published_at)?;
    for (name, said) in [("author", &entry.author), ("reason", &entry.reason)] {
        if let Some(said) = said {
            map.serialize_entry(name, said)?;
        }
    }
    Ok(())
}

/// As stored. Fields have only been added so far, so a release before reads what this one writes, and the reverse.
#[derive(Deserialize)]
struct Read<H> {
    #[serde(flatten)]
    current: Entry<H>,
    #[serde(default = "Vec::new")]
    history: Vec<Entry<H>>,
    #[serde(default = "Vec::new")]
    withdrawn: Vec<Entry<H>>,
}

impl<H: DeserializeOwned> Versioned for Read<H> {}

#[cfg(test)]
mod tests {
    use leadlight_lead::PolicyHash;
    use leadlight_model::Artifact;
    use leadlight_policy::Policy;

    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + day * 86_400).unwrap()
    }

    fn hash(text: &str) -> PolicyHash {
        PolicyHash::of(text.as_bytes())
    }

    fn published(before: Option<&Pointer<Policy>>, text: &str, day: i64) -> Pointer<Policy> {
        Pointer::moved(before, hash(text), at(day), &Change::new("Ada", &format!("publish {text}")))
    }

    /// Pointers as the first release wrote them. They stay readable for ever: never edit them.
    const FIRST_POLICY: &str = include_str!("../testdata/v1/policy-pointer.json");
    const FIRST_MODEL: &str = include_str!("../testdata/v1/champion-pointer.json");

    #[test]
    fn what_the_first_release_wrote_is_read() {
        let policy = Pointer::<Policy>::from_json(FIRST_POLICY.as_bytes()).unwrap();
        assert_eq!(policy.current.hash.short(), "0a0a0a0a0a0a");
        assert!(policy.current.author.is_none() && policy.history.is_empty());
        let model = Pointer::<Artifact>::from_json(FIRST_MODEL.as_bytes()).unwrap();
        assert_eq!((model.history.len(), model.withdrawn.len()), (2, 1));
    }

    #[test]
    fn what_this_release_writes_is_read_by_the_first() {
        #[derive(Deserialize)]
        struct FirstPointer {
            schema_version: u32,
            policy: PolicyHash,
            #[expect(dead_code, reason = "it must be there, as a timestamp")]
            published_at: Timestamp,
        }
        let written = published(None, "a", 0).to_json().unwrap();
        let read: FirstPointer = serde_json::from_str(&written).unwrap();
        assert_eq!((read.schema_version, read.policy), (1, hash("a")));
    }

    #[test]
    fn a_pointer_survives_writing_and_a_newer_one_is_named() {
        let second = published(Some(&published(None, "a", 0)), "b", 1);
        let text = second.to_json().unwrap();
        assert_eq!(Pointer::<Policy>::from_json(text.as_bytes()).unwrap(), second);
        let newer = text.replace("\"schema_version\":1", "\"schema_version\":2");
        let error = Pointer::<Policy>::from_json(newer.as_bytes()).unwrap_err();
        assert!(matches!(error, WireError::NewerVersion { found: 2, supported: 1 }), "{error}");
    }

    #[test]
    fn a_rollback_goes_back_step_by_step_and_never_to_what_was_taken_back() {
        let pointer = ["a", "b", "c"]
            .into_iter()
            .zip(0..)
            .fold(None, |before, (text, day)| Some(published(before.as_ref(), text, day)));
        let change = Change::new("Ada", "it was wrong");
        let back = pointer.unwrap().rolled_back(at(5), &change).unwrap();
        assert_eq!(back.current.hash, hash("b"));
        assert_eq!(back.current.reason.as_deref(), Some("it was wrong"));
        assert_eq!(back.withdrawn[0].hash, hash("c"));
        let back = back.rolled_back(at(6), &change).unwrap();
        assert_eq!((back.current.hash.clone(), back.history.len()), (hash("a"), 0));
        assert!(back.rolled_back(at(7), &change).is_none());
    }

    #[test]
    fn what_was_taken_back_is_passed_over_until_it_is_published_again() {
        let publish = |texts: &[&str]| {
            let mut pointer = None;
            for (text, day) in texts.iter().zip(0..) {
                pointer = Some(published(pointer.as_ref(), text, day));
            }
            pointer.unwrap()
        };
        let change = Change::new("Ada", "");
        let back = publish(&["c", "a", "b", "a"]).rolled_back(at(9), &change).unwrap();
        assert_eq!(back.current.hash, hash("b"));
        let again = published(Some(&back), "a", 10);
        assert_eq!(again.withdrawn, []);
        let further = back.rolled_back(at(10), &change).unwrap();
        assert_eq!(further.current.hash, hash("c"), "not to a, which was taken back");
    }

    #[test]
    fn publishing_what_is_in_force_adds_no_history() {
        let first = published(None, "a", 0);
        let again = published(Some(&first), "a", 1);
        assert!(again.history.is_empty());
        assert_eq!(again.current.published_at, at(1));
    }
}
