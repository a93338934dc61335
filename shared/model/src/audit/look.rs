//! What one column shows of the outcome.

use std::collections::HashMap;

use super::key::Key;
use super::pure::Pure;
use crate::math::count;
use crate::metrics::auc;
use crate::table::Cells;

/// What one column shows.
pub(super) struct Look {
    pub(super) known: f64,
    pub(super) distinct: usize,
    pub(super) auc: Option<f64>,
    /// Of whether it is known at all.
    pub(super) missing_auc: Option<f64>,
    /// Values that always went with one outcome.
    pub(super) pure: Pure,
}

impl Look {
    pub(super) fn at(column: &Cells, won: &[bool], rows: &[usize]) -> Self {
        let keys: Vec<Option<Key>> = rows.iter().map(|row| Key::of(&column.get(*row))).collect();
        let known = keys.iter().flatten().count();
        let mut tallies: HashMap<Key, (f64, f64)> = HashMap::new();
        for (key, row) in keys.iter().zip(rows) {
            if let Some(key) = key {
                let (deals, wins) = tallies.entry(*key).or_default();
                *deals += 1.0;
                *wins += if won[*row] { 1.0 } else { 0.0 };
            }
        }
        let numeric = matches!(column, Cells::Numbers(_));
        // Categories are ordered by their win rate without the deal itself, so that rare ones prove nothing.
        let score = |key: &Key, is_won: bool| {
            if numeric {
                return key.number();
            }
            let (deals, wins) = tallies.get(key).copied().unwrap_or_default();
            let own = if is_won { 1.0 } else { 0.0 };
            (wins - own + 0.5) / (deals - 1.0 + 1.0)
        };
        let points: Vec<(f64, bool)> = keys
            .iter()
            .zip(rows)
            .filter_map(|(key, row)| key.as_ref().map(|key| (score(key, won[*row]), won[*row])))
            .collect();
        let missing: Vec<(f64, bool)> = keys
            .iter()
            .zip(rows)
            .map(|(key, row)| (if key.is_some() { 1.0 } else { 0.0 }, won[*row]))
            .collect();
        // Within a value its own won deals then stand below its lost ones, though they are alike: half of these
        // pairs is given back.
        let won_of_known = points.iter().filter(|(_, won)| *won).count();
        let pairs = count(won_of_known) * count(points.len() - won_of_known);
        let alike: f64 = tallies.values().map(|(deals, wins)| wins * (deals - wins)).sum();
        let given_back = if numeric || pairs == 0.0 { 0.0 } else { alike / pairs / 2.0 };
        let either_way = |auc: Option<f64>| {
            auc.map(|a| if numeric { a.max(1.0 - a) } else { (a + given_back).clamp(0.5, 1.0) })
        };
        Self {
            known: count(known) / count(rows.len().max(1)),
            distinct: tallies.len(),
            auc: if tallies.len() > 1 { either_way(auc(&points)) } else { None },
            missing_auc: auc(&missing).map(|a| a.max(1.0 - a)),
            pure: Pure::of(column, won, rows),
        }
    }
}
