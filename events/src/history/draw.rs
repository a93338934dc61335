//! Seeded draws. `ChaCha8` gives the same stream on every platform and release.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Evenly from [0, 1): the upper half of a word over 2³².
    pub(super) fn uniform(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// Close to a standard normal: twelve even draws less six (Irwin–Hall), with tails cut at ±6.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    /// Exponential with the given mean.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.uniform()).ln()
    }

    /// Poisson with the given mean, by counting unit-rate arrivals.
    pub(super) fn count(&mut self, mean: f64) -> usize {
        let mut elapsed = self.exponential(1.0);
        let mut arrivals = 0;
        while elapsed < mean {
            arrivals += 1;
            elapsed += self.exponential(1.0);
        }
        arrivals
    }

    /// One of the choices, each as often as its weight.
    pub(super) fn choose<T: Copy>(&mut self, first: (T, f64), others: &[(T, f64)]) -> T {
        let total: f64 = first.1 + others.iter().map(|(_, weight)| weight).sum::<f64>();
        let mut left = self.uniform() * total - first.1;
        let mut chosen = first.0;
        for (value, weight) in others {
            if left < 0.0 {
                break;
            }
            chosen = *value;
            left -= weight;
        }
        chosen
    }
}

/// The logistic function.
pub(super) fn logistic(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

#[expect(clippy::cast_possible_truncation, reason = "minutes, dollars and people, far below 2⁵³")]
pub(super) fn whole(value: f64) -> i64 {
    value.floor() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(mut one: impl FnMut(&mut Draw) -> f64) -> f64 {
        let mut draw = Draw::new(7);
        (0..20_000).map(|_| one(&mut draw)).sum::<f64>() / 20_000.0
    }

    #[test]
    fn draws_have_the_moments_they_should() {
        assert!((mean(Draw::uniform) - 0.5).abs() < 0.01);
        assert!(mean(Draw::normal).abs() < 0.03);
        assert!((mean(|d| d.normal().powi(2)) - 1.0).abs() < 0.05);
        assert!((mean(|d| d.exponential(3.0)) - 3.0).abs() < 0.1);
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        let count = mean(|d| d.count(2.5) as f64);
        assert!((count - 2.5).abs() < 0.05, "{count}");
    }

    #[test]
    fn choices_follow_their_weights() {
        let share = |wanted: char| {
            mean(|d| f64::from(u8::from(d.choose(('a', 1.0), &[('b', 2.0), ('c', 1.0)]) == wanted)))
        };
        assert!((share('a') - 0.25).abs() < 0.02, "{}", share('a'));
        assert!((share('b') - 0.5).abs() < 0.02);
        assert!((share('c') - 0.25).abs() < 0.02);
    }
}
