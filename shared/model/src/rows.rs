//! What training reads: features with their labels, closed deals, lineage; and the one order of rows.

use std::fmt;

use jiff::Timestamp;
use leadlight_lead::{CriterionGroup, FeatureVector, InvalidId, PolicyHash};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A feature that the policy declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureSpec {
    /// Its name in a [`FeatureVector`].
    pub name: String,
    /// What it speaks about. [`CriterionGroup::Baseline`] is reserved for the average lead.
    pub group: CriterionGroup,
    /// Its label in words, as shown in reasons.
    pub factor: String,
}

/// A closed deal with what was known when its lead was scored.
///
/// Features that no [`FeatureSpec`] names are ignored; a named one that is absent counts as not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingRow {
    /// As kept with the decision.
    pub features: FeatureVector,
    /// Closed won, or lost.
    pub won: bool,
    /// When the deal was closed.
    pub closed_at: Timestamp,
    /// Whose deal it was, as an opaque key; not learnt from. Deals of one account share its luck.
    pub account: Option<String>,
}

/// Where a model comes from; the hash of its rows is added in training.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    /// The policy that declares the features.
    pub policy: PolicyHash,
    /// The release or commit of the code that trains.
    pub code_version: String,
    /// When it is trained.
    pub trained_at: Timestamp,
}

/// SHA-256 over the training rows in canonical form, whatever order they came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct DataHash(String);

impl DataHash {
    /// 64 lower-case hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DataHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DataHash {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            Ok(Self(text))
        } else {
            Err(InvalidId { expected: "64 lower-case hexadecimal digits (a SHA-256)" })
        }
    }
}

/// Rows by close date. Deals closed at the same instant go by the hash of their content: the order in
/// which they came in must not matter, and ordering by the content itself would put one instant's
/// winners, or its largest values, on one side of a split.
pub(crate) struct SortedRows<'a> {
    pub(crate) rows: Vec<&'a TrainingRow>,
    pub(crate) data: DataHash,
}

impl<'a> SortedRows<'a> {
    pub(crate) fn new(rows: impl IntoIterator<Item = &'a TrainingRow>) -> Self {
        let mut keyed: Vec<_> = rows.into_iter().map(|row| (row.closed_at, digest(row), row)).collect();
        keyed.sort_unstable_by_key(|(closed_at, digest, _)| (*closed_at, *digest));
        let mut data = Sha256::new();
        data.update(b"leadlight.training-rows.v1\0");
        for (_, digest, _) in &keyed {
            data.update(digest);
        }
        Self {
            data: DataHash(hex::encode(data.finalize())),
            rows: keyed.into_iter().map(|(.., row)| row).collect(),
        }
    }

    /// How many rows stand before the newest 20 % (rounded up).
    pub(crate) fn older(&self) -> usize {
        self.rows.len() - self.rows.len().div_ceil(5)
    }
}

/// A row's content in canonical form: an absent value and one not known are the same, and so are 0 and −0.
fn digest(row: &TrainingRow) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"leadlight.training-row.v1\0");
    hasher.update(row.closed_at.as_nanosecond().to_be_bytes());
    hasher.update([u8::from(row.won)]);
    for (name, value) in row.features.iter() {
        if let Some(value) = value {
            hasher.update(name.len().to_be_bytes());
            hasher.update(name);
            hasher.update((value + 0.0).to_bits().to_be_bytes());
        }
    }
    hasher.finalize().into()
}

/// The rows a model may learn from, and those it is judged on.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgeSplit<'a> {
    /// The older 80 %, by close date.
    pub older: Vec<&'a TrainingRow>,
    /// The newest 20 % (rounded up), by close date.
    pub newest: Vec<&'a TrainingRow>,
}

/// Splits rows as [`crate::train`] does: by close date and never at random, since a model is used on leads
/// that come after those it learned from.
pub fn judge_split(rows: &[TrainingRow]) -> JudgeSplit<'_> {
    let sorted = SortedRows::new(rows);
    let newest = sorted.rows[sorted.older()..].to_vec();
    let mut older = sorted.rows;
    older.truncate(older.len() - newest.len());
    JudgeSplit { older, newest }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn row(second: i64, won: bool, values: &[(&str, Option<f64>)]) -> TrainingRow {
        let values: BTreeMap<_, _> = values.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect();
        TrainingRow {
            features: FeatureVector::new(values).unwrap(),
            won,
            closed_at: Timestamp::from_second(second).unwrap(),
            account: None,
        }
    }

    #[test]
    fn the_newest_fifth_is_split_off_by_date() {
        let rows: Vec<_> = [5, 3, 9, 1, 7, 2].into_iter().map(|s| row(s, s > 4, &[])).collect();
        let split = judge_split(&rows);
        let seconds =
            |rows: &[&TrainingRow]| rows.iter().map(|r| r.closed_at.as_second()).collect::<Vec<_>>();
        assert_eq!(seconds(&split.older), [1, 2, 3, 5]);
        assert_eq!(seconds(&split.newest), [7, 9]);
        assert!(judge_split(&[]).newest.is_empty());
    }

    #[test]
    fn the_hash_sees_values_labels_and_dates_but_not_order_or_spelling() {
        let hash = |rows: &[TrainingRow]| SortedRows::new(rows).data;
        let a = row(1, true, &[("x", Some(0.0)), ("y", None)]);
        let b = row(2, false, &[("x", Some(2.0))]);
        let base = hash(&[a.clone(), b.clone()]);
        assert_eq!(base, hash(&[b.clone(), a.clone()]));
        assert_eq!(base, hash(&[row(1, true, &[("x", Some(-0.0))]), b.clone()]));
        for other in [
            vec![a.clone()],
            vec![a.clone(), b.clone(), b.clone()],
            vec![row(1, false, &[("x", Some(0.0))]), b.clone()],
            vec![row(3, true, &[("x", Some(0.0))]), b.clone()],
            vec![row(1, true, &[("x", Some(1e-300))]), b.clone()],
            vec![row(1, true, &[("z", Some(0.0))]), b],
        ] {
            assert_ne!(base, hash(&other));
        }
    }

    #[test]
    fn deals_of_one_instant_are_not_sorted_by_outcome_or_value() {
        let rows: Vec<_> = (0..400).map(|i| row(1, i % 2 == 0, &[("x", Some(f64::from(i)))])).collect();
        let split = judge_split(&rows);
        let won = split.newest.iter().filter(|r| r.won).count();
        let low = split.newest.iter().filter(|r| r.features.get("x") < Some(200.0)).count();
        assert!((25..=55).contains(&won) && (25..=55).contains(&low), "{won} won, {low} low of 80");
    }
}
