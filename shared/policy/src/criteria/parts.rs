//! What several criteria are made of: tables of numbers by key, sums with an end, ageing, and their words.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_settings::{Limit, Problems, Spanned};

use crate::section::grade;

/// A table of numbers by key, as the file has it.
pub(crate) type Numbers = Spanned<BTreeMap<String, Spanned<f64>>>;

/// Each entry's part of a full grade.
pub(crate) const STRENGTH: Limit =
    Limit { holds: |v| v > 0.0 && v <= 1.0, wanted: "a number over 0, at most 1" };

/// A table of numbers by key: not empty, its keys in the form that enrichment delivers.
pub(crate) fn table(
    p: &mut Problems<'_>,
    entries: &Numbers,
    name: &str,
    limit: Limit,
) -> BTreeMap<String, f64> {
    if entries.get_ref().is_empty() {
        p.add(entries.span(), format!("`[{name}]` is empty"), "name at least one entry");
    }
    let kebab = |text: &str| {
        let of_a_key = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
        !text.is_empty() && text.bytes().all(of_a_key)
    };
    let mut checked = BTreeMap::new();
    for (key, value) in entries.get_ref() {
        if !kebab(key) {
            p.add(
                value.span(),
                format!("`{key}` in `[{name}]` would never be found"),
                "write it in lower case with hyphens for spaces, such as `real-estate`",
            );
        }
        checked.insert(key.clone(), p.number(value, &format!("{name}.{key}"), limit));
    }
    checked
}

/// The sum that gives the full grade; it must be within reach.
pub(crate) fn full_at(
    p: &mut Problems<'_>,
    value: &Spanned<f64>,
    name: &str,
    parts: &BTreeMap<String, f64>,
) -> f64 {
    let full_at = p.number(value, name, Limit::POSITIVE);
    let reach: f64 = parts.values().sum();
    if full_at > reach && !parts.is_empty() {
        p.add(
            value.span(),
            format!("`{name}` is {full_at}, but all entries together give {reach}: no lead can reach it"),
            format!("write {reach} or less, or add entries"),
        );
    }
    full_at
}

/// The sum over `full_at`, at most 1. Adds in the order of size, so that the result doesn't depend on the order of
/// arrival, to the bit; one more part, or a larger one, never makes it smaller.
pub(crate) fn share(mut parts: Vec<f64>, full_at: f64) -> f64 {
    parts.sort_by(f64::total_cmp);
    (parts.into_iter().fold(0.0, |sum, part| sum + part) / full_at).min(1.0)
}

/// 1 now, a half after each half-life. What lies in the future counts as now: clocks differ.
pub(crate) fn fading(at: Timestamp, as_of: Timestamp, half_life_days: f64) -> f64 {
    const SECONDS_PER_DAY: f64 = 86_400.0;
    let age_days = as_of.duration_since(at).as_secs_f64().max(0.0) / SECONDS_PER_DAY;
    libm::exp2(-age_days / half_life_days)
}

/// Rows of a table in words: the largest first, equal ones by name.
pub(crate) fn falling(values: &BTreeMap<String, f64>) -> Vec<[String; 2]> {
    let mut rows: Vec<(&String, &f64)> = values.iter().collect();
    rows.sort_by(|a, b| b.1.total_cmp(a.1));
    rows.into_iter().map(|(name, value)| [name.clone(), grade(*value)]).collect()
}

#[cfg(test)]
pub(crate) mod test_support {
    use jiff::Timestamp;

    const AS_OF: &str = "2026-11-20T12:00:00Z";

    pub(crate) fn days_before(days: i64) -> Timestamp {
        AS_OF.parse::<Timestamp>().unwrap() - jiff::SignedDuration::from_hours(24 * days)
    }

    pub(crate) fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }
}
