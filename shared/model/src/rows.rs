//! What training reads: closed deals as rows or columns, lineage; and the one order of rows.

use std::fmt;

use jiff::Timestamp;
use leadlight_lead::{FeatureVector, InvalidId, PolicyHash};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::feature::{Cell, FeatureSpec};
use crate::table::{Cells, Deals, Order};

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
    /// Which scope it belongs to, as [`Deals::scopes`] has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl Deals {
    /// Rows as columns. A value of another kind than its feature's counts as not known.
    pub fn from_rows<'a>(specs: &[FeatureSpec], rows: impl IntoIterator<Item = &'a TrainingRow>) -> Self {
        let mut deals = Self::new(specs.to_vec());
        for row in rows {
            deals.push(row);
        }
        deals
    }

    /// Appends a dated row.
    pub fn push(&mut self, row: &TrainingRow) {
        for (spec, column) in self.specs.iter().zip(&mut self.columns) {
            column.push(&row.features.value(&spec.name).into());
        }
        self.won.push(row.won);
        self.accounts.push(row.account.clone());
        self.scopes.push(row.scope.clone());
        if let Order::ClosedAt(dates) = &mut self.order {
            dates.push(row.closed_at);
        }
    }

    /// The newest 20 % of the deals; without an order, some 20 %.
    #[must_use]
    pub fn newest_fifth(&self) -> Self {
        self.some(SortedRows::new(self).split().1)
    }

    /// Every second deal.
    #[must_use]
    pub fn every_second(&self) -> Self {
        self.some(&(0..self.len()).step_by(2).collect::<Vec<_>>())
    }

    pub(crate) fn some(&self, rows: &[usize]) -> Self {
        let mut deals = Self::new(self.specs.clone());
        for (column, all) in deals.columns.iter_mut().zip(&self.columns) {
            for row in rows {
                column.push(&all.get(*row));
            }
        }
        deals.won = rows.iter().map(|row| self.won[*row]).collect();
        deals.accounts = rows.iter().map(|row| self.accounts.get(*row).cloned().flatten()).collect();
        if !self.scopes.is_empty() {
            deals.scopes = rows.iter().map(|row| self.scope(*row).map(str::to_owned)).collect();
        }
        deals.order = match &self.order {
            Order::ClosedAt(dates) => Order::ClosedAt(rows.iter().map(|row| dates[*row]).collect()),
            other => other.clone(),
        };
        deals
    }

    /// When a deal was closed; none without dates.
    pub fn closed_at(&self, row: usize) -> Option<Timestamp> {
        match &self.order {
            Order::ClosedAt(dates) => dates.get(row).copied(),
            Order::AsGiven | Order::None => None,
        }
    }

    /// Which scope a deal belongs to; none where it is not told.
    pub(crate) fn scope(&self, row: usize) -> Option<&str> {
        self.scopes.get(row)?.as_deref()
    }

    pub(crate) fn is_ordered(&self) -> bool {
        self.order != Order::None
    }

    pub(crate) fn won_among(&self, rows: &[usize]) -> usize {
        rows.iter().filter(|row| self.won[**row]).count()
    }
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
            Err(InvalidId::expected("64 lower-case hexadecimal digits (a SHA-256)"))
        }
    }
}

/// Rows by close date. Deals closed at the same instant go by the hash of their content: the order in
/// which they came in must not matter, and ordering by the content itself would put one instant's
/// winners, or its largest values, on one side of a split. Rows without any order all go by that hash, which
/// is as good as shuffled.
pub(crate) struct SortedRows {
    pub(crate) rows: Vec<usize>,
    pub(crate) data: DataHash,
}

impl SortedRows {
    pub(crate) fn new(deals: &Deals) -> Self {
        let digests: Vec<[u8; 32]> = (0..deals.len()).map(|row| digest(deals, row)).collect();
        let mut rows: Vec<usize> = (0..deals.len()).collect();
        match &deals.order {
            Order::ClosedAt(dates) => {
                let keys = shuffled(deals, &digests);
                rows.sort_unstable_by_key(|row| (dates[*row], keys[*row]));
            }
            Order::AsGiven => {}
            Order::None => {
                let keys = shuffled(deals, &digests);
                rows.sort_unstable_by_key(|row| keys[*row]);
            }
        }
        let mut data = Sha256::new();
        data.update(b"leadlight.training-rows.v2\0");
        for spec in &deals.specs {
            data.update(spec.name.len().to_be_bytes());
            data.update(&spec.name);
        }
        for row in &rows {
            data.update(digests[*row]);
            // As it was before there were scopes where none is told.
            if let Some(scope) = deals.scope(*row) {
                data.update(scope.len().to_be_bytes());
                data.update(scope);
            }
        }
        Self { data: DataHash(hex::encode(data.finalize())), rows }
    }

    /// A number for each deal's account; a deal without one has its own.
    pub(crate) fn account_keys(&self, deals: &Deals) -> Vec<u64> {
        // FNV-1a, which never changes.
        let hash = |bytes: &[u8]| {
            let fnv = |h: u64, byte: &u8| (h ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
            spread(bytes.iter().fold(0xcbf2_9ce4_8422_2325, fnv)) >> 20
        };
        let mut keys = vec![0; deals.len()];
        // By place in the sorted rows, so that the order in which deals came does not matter.
        for (place, row) in self.rows.iter().enumerate() {
            keys[*row] = match deals.accounts.get(*row) {
                Some(Some(account)) => hash(account.as_bytes()),
                _ => hash(&place.to_le_bytes()),
            };
        }
        keys
    }

    /// The rows a model may learn from, and the newest 20 % (rounded up) that judge it. By close date and
    /// never at random, since a model is used on leads that come after those it learned from.
    pub(crate) fn split(&self) -> (&[usize], &[usize]) {
        self.rows.split_at(self.rows.len() - self.rows.len().div_ceil(5))
    }
}

/// A key for each row that looks random, and is the same in whatever order the rows came. Rows of one content must
/// not end up side by side: all of one kind would judge, and none of it be learnt from. So alike rows are
/// numbered, by account, and the number counts as well.
fn shuffled(deals: &Deals, digests: &[[u8; 32]]) -> Vec<(u64, u64)> {
    let mut alike: Vec<usize> = (0..digests.len()).collect();
    alike.sort_by(|a, b| {
        let whose = |row: usize| (&deals.accounts[row], deals.scope(row));
        digests[*a].cmp(&digests[*b]).then_with(|| whose(*a).cmp(&whose(*b)))
    });
    let mut keys = vec![(0, 0); digests.len()];
    let mut occurrence = 0_u64;
    for (place, row) in alike.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|before| alike.get(before));
        let same = before.is_some_and(|before| digests[*before] == digests[*row]);
        occurrence = if same { occurrence + 1 } else { 0 };
        let content = digests[*row].iter().take(8).fold(0_u64, |key, byte| key << 8 | u64::from(*byte));
        keys[*row] = (spread(content ^ spread(occurrence.wrapping_add(1))), occurrence);
    }
    keys
}

/// Spreads the bits of a number over all of it (the finaliser of `MurmurHash3`).
fn spread(x: u64) -> u64 {
    let x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

/// A row's content in canonical form: 0 and −0 are the same.
fn digest(deals: &Deals, row: usize) -> [u8; 32] {
    let mut hasher = Sha256::new();
    if let Some(closed_at) = deals.closed_at(row) {
        hasher.update(closed_at.as_nanosecond().to_be_bytes());
    }
    hasher.update([u8::from(deals.won[row])]);
    for (place, column) in deals.columns.iter().enumerate() {
        digest_cell(&mut hasher, place, column, row);
    }
    hasher.finalize().into()
}

fn digest_cell(hasher: &mut Sha256, place: usize, column: &Cells, row: usize) {
    let mut text = |value: &str| {
        hasher.update(value.len().to_be_bytes());
        hasher.update(value);
    };
    match column.get(row) {
        Cell::Unknown => return,
        Cell::Number(x) => hasher.update((x + 0.0).to_bits().to_be_bytes()),
        Cell::Category(value) => text(value),
        Cell::Tags(values) => values.into_iter().for_each(text),
    }
    hasher.update(place.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use leadlight_lead::CriterionGroup;

    use super::*;
    use crate::feature::FeatureKind;

    fn row(second: i64, won: bool, values: &[(&str, Option<f64>)]) -> TrainingRow {
        let values: BTreeMap<_, _> = values.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect();
        TrainingRow {
            features: FeatureVector::new(values).unwrap(),
            won,
            closed_at: Timestamp::from_second(second).unwrap(),
            account: None,
            scope: None,
        }
    }

    fn deals(rows: &[TrainingRow]) -> Deals {
        let spec = |name: &str| FeatureSpec {
            name: name.to_owned(),
            group: CriterionGroup::Icp,
            factor: name.to_owned(),
            kind: FeatureKind::Number,
            monotone: None,
            rule: None,
            prior: None,
        };
        Deals::from_rows(&[spec("x"), spec("y"), spec("z")], rows)
    }

    #[test]
    fn the_newest_fifth_is_split_off_by_date() {
        let rows: Vec<_> = [5, 3, 9, 1, 7, 2].into_iter().map(|s| row(s, s > 4, &[])).collect();
        let deals = deals(&rows);
        let sorted = SortedRows::new(&deals);
        let (older, newest) = sorted.split();
        let seconds = |rows: &[usize]| {
            rows.iter().map(|r| deals.closed_at(*r).unwrap().as_second()).collect::<Vec<_>>()
        };
        assert_eq!(seconds(older), [1, 2, 3, 5]);
        assert_eq!(seconds(newest), [7, 9]);
    }

    #[test]
    fn the_hash_sees_values_labels_and_dates_but_not_order_or_spelling() {
        let hash = |rows: &[TrainingRow]| SortedRows::new(&deals(rows)).data;
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

    /// Four contents, each with both outcomes: of each a fifth judges, give or take.
    #[test]
    fn deals_without_an_order_are_shuffled_even_where_they_are_alike() {
        let rows: Vec<_> = (0..2000).map(|i| row(1, i % 3 == 0, &[("x", Some(f64::from(i % 4)))])).collect();
        let mut deals = deals(&rows);
        deals.order = Order::None;
        let sorted = SortedRows::new(&deals);
        let (_, newest) = sorted.split();
        for content in 0..4_i32 {
            for won in [true, false] {
                let of = |rows: &[usize]| {
                    let alike = |row: &&usize| {
                        deals.won[**row] == won
                            && deals.columns[0].get(**row) == Cell::Number(f64::from(content))
                    };
                    crate::math::count(rows.iter().filter(alike).count())
                };
                let share = of(newest) / of(&sorted.rows);
                assert!((0.1..0.3).contains(&share), "{content} {won}: {share}");
            }
        }
    }

    #[test]
    fn deals_of_one_instant_are_not_sorted_by_outcome_or_value() {
        let rows: Vec<_> = (0..400).map(|i| row(1, i % 2 == 0, &[("x", Some(f64::from(i)))])).collect();
        let deals = deals(&rows);
        let sorted = SortedRows::new(&deals);
        let (_, newest) = sorted.split();
        let won = deals.won_among(newest);
        let low = newest.iter().filter(|r| **r < 200).count();
        assert!((25..=55).contains(&won) && (25..=55).contains(&low), "{won} won, {low} low of 80");
    }
}
