//! Whole numbers, however their thousands are parted.

/// Reads digits in groups: `1250`, `1,250`, `1.250`, `1 250`, `1'250`, `250.0`. `None` where they are no whole number, or
/// could be two: `1.000` is a thousand or, from a database, one with three decimals. `sure` where something beside it
/// says that it counts.
pub(crate) fn whole(digits: &str, sure: bool) -> Option<f64> {
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let groups: Vec<&str> = digits.split(['.', ',', ' ', '\'', '_']).collect();
    let is_number = |group: &&str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    if !groups.iter().all(is_number) {
        return None;
    }
    let [first, rest @ ..] = groups.as_slice() else { return None };
    let is_grouped = !rest.is_empty() && (1..=3).contains(&first.len()) && rest.iter().all(|g| g.len() == 3);
    match rest {
        [] => first.parse().ok(),
        // A thousand, or one with three decimals.
        ["000"] if digits.contains('.') && !sure => None,
        _ if is_grouped => groups.concat().parse().ok(),
        // `250.0` and `250,00` are whole.
        [decimals]
            if digits.contains(['.', ',']) && decimals.len() < 3 && decimals.bytes().all(|b| b == b'0') =>
        {
            first.parse().ok()
        }
        _ => None,
    }
}
