//! Whole numbers, however their thousands are parted.

use crate::number::WrittenNumber;

/// Reads digits in groups: `1250`, `1,250`, `1.250`, `1 250`, `1'250`, `250.0`. `None` where they are no whole number, or
/// could be two: `1.000` is a thousand or, from a database, one with three decimals. `sure` where something beside it
/// says that it counts.
pub(crate) fn whole(digits: &str, sure: bool) -> Option<f64> {
    let are_digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\'');
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || !digits.chars().all(are_digits) {
        return None;
    }
    let number = WrittenNumber::of(digits)?;
    let value = match number.only() {
        Some(only) => only,
        None if digits.ends_with(".000") && !sure => return None,
        None => number.in_thousands()?,
    };
    (value.fract() == 0.0).then_some(value)
}
