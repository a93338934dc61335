//! The champion with a new intercept: where only the share won has moved, it is all that needs mending.

use crate::calibration::unseen_intercept;
use crate::table::Deals;

/// Parts that the judge's deals are cut into.
const PARTS: usize = 5;

/// What the shifted champion would have said of the judge's deals: each part with the intercept that the deals
/// before it call for. `margins` are the champion's own; `before` those of deals that it has not seen and the
/// judge does not use.
pub(crate) fn forward(before: &[(f64, bool)], margins: &[f64], won: &[bool]) -> Vec<f64> {
    let mut past = before.to_vec();
    let mut shifted = Vec::with_capacity(margins.len());
    for part in 0..PARTS {
        let edge = |part: usize| part * margins.len() / PARTS;
        let now = edge(part)..edge(part + 1);
        let by = unseen_intercept(&past);
        shifted.extend(margins[now.clone()].iter().map(|margin| margin + by));
        past.extend(now.map(|i| (margins[i], won[i])));
    }
    shifted
}

/// Deals that are newer than all that a model learnt from.
pub(crate) fn unseen(deals: &Deals, rows: &[usize], learnt_until: Option<jiff::Timestamp>) -> Vec<usize> {
    rows.iter()
        .copied()
        .filter(|row| deals.closed_at(*row).zip(learnt_until).is_some_and(|(closed, until)| closed > until))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_share_is_followed_and_nothing_is_foreseen() {
        let (margins, won) = (vec![-2.0; 500], (0..500).map(|i| i % 2 == 0).collect::<Vec<_>>());
        let shifted = forward(&[], &margins, &won);
        assert!((shifted[0] + 2.0).abs() < 1e-12, "of the first part nothing is known yet");
        assert!(shifted[100] > -1.0 && shifted[499] > shifted[100], "{} {}", shifted[100], shifted[499]);
        let mut other = won.clone();
        other[400..].fill(false);
        assert_eq!(forward(&[], &margins, &other), shifted, "no deal moves its own part");
    }
}
