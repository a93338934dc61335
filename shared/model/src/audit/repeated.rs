//! Deals with the very same values.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::key::Key;
use super::{Finding, Severity};
use crate::math::count;
use crate::table::Deals;

/// A share of deals with the same values and the other outcome that is worth a word.
const CONTRADICTORY: f64 = 0.05;
/// A share of repeated deals that is worth a word.
const REPEATED: f64 = 0.05;

/// Deals with the very same values: told twice, or told differently.
pub(super) fn repetitions(deals: &Deals, rows: &[usize]) -> Vec<Finding> {
    let mut seen: HashMap<u64, (usize, usize)> = HashMap::new();
    for row in rows {
        let mut hasher = DefaultHasher::new();
        for column in &deals.columns {
            Key::of(&column.get(*row)).hash(&mut hasher);
        }
        let (alike, wins) = seen.entry(hasher.finish()).or_default();
        *alike += 1;
        *wins += usize::from(deals.won[*row]);
    }
    let share = |n: usize| count(n) / count(rows.len().max(1));
    let repeated: usize = seen.values().map(|(alike, _)| alike - 1).sum();
    let contradictory: usize = seen.values().map(|(alike, wins)| (*wins).min(alike - wins)).sum();
    let mut findings = Vec::new();
    if share(repeated) > REPEATED {
        findings.push(Finding {
            severity: Severity::Note,
            feature: None,
            what: format!(
                "{:.0} % of the deals have the very values of another one",
                100.0 * share(repeated)
            ),
            remedy: "make sure that no deal was exported twice".to_owned(),
        });
    }
    if share(contradictory) > CONTRADICTORY {
        findings.push(Finding {
            severity: Severity::Note,
            feature: None,
            what: format!(
                "{:.0} % of the deals have the values of another one that ended the other way",
                100.0 * share(contradictory)
            ),
            remedy: "more features would tell them apart".to_owned(),
        });
    }
    findings
}
