//! The few formulas that several modules share.

/// A count as a number. Exact up to 2⁵³, far beyond any table of deals.
#[expect(clippy::cast_precision_loss, reason = "counts of rows stay far below 2^53")]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// 1 / (1 + e⁻ᶻ), without overflow at either end.
pub(crate) fn sigmoid(z: f64) -> f64 {
    if z >= 0.0 {
        1.0 / (1.0 + (-z).exp())
    } else {
        let e = z.exp();
        e / (1.0 + e)
    }
}

/// ln(1 + eᶻ), without overflow.
pub(crate) fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

/// −ln of the probability that the margin gives to what happened. Stays finite where the probability
/// itself would round to 0 or 1.
pub(crate) fn log_loss(margin: f64, won: bool) -> f64 {
    softplus(if won { -margin } else { margin })
}

/// How far values spread around their mean: the standard deviation of all of them; 0 of none.
pub(crate) fn spread(values: &[f64]) -> f64 {
    let n = count(values.len().max(1));
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt()
}

/// The quantile `step / steps` of sorted values, linear between neighbours; `None` if there are none.
/// Never decreases from one step to the next.
pub(crate) fn quantile(sorted: &[f64], step: usize, steps: usize) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = step.checked_mul(last)?;
    let low = at.checked_div(steps)?;
    let lower = *sorted.get(low)?;
    let upper = *sorted.get((low + 1).min(last))?;
    let share = count(at % steps) / count(steps);
    // Rounding must not lift it over its upper neighbour.
    Some((lower + (upper - lower) * share).min(upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_stay_finite() {
        assert!(sigmoid(-800.0) >= 0.0 && sigmoid(800.0) <= 1.0);
        assert!((log_loss(800.0, false) - 800.0).abs() < 1e-9);
        assert!((softplus(0.0) - std::f64::consts::LN_2).abs() < 1e-15);
        assert!((log_loss(0.3, true) + sigmoid(0.3).ln()).abs() < 1e-15);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "exact in binary")]
    fn quantiles_interpolate() {
        let values = [0.0, 10.0, 20.0];
        let of = |step| quantile(&values, step, 4).unwrap();
        assert_eq!([of(0), of(1), of(2), of(3), of(4)], [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!(quantile(&[], 1, 4), None);
        assert_eq!(quantile(&[3.0], 4, 4), Some(3.0));
    }
}
