//! How many different values a column has, in bounded memory.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hasher};

/// Different values by their hashes. Up to a limit all are kept; beyond it only those whose hash ends in some
/// zeros, a zero more each time they become too many, so that what is kept stays a fair sample.
#[derive(Clone)]
pub(crate) struct Distinct {
    seen: HashMap<u64, u32, BuildHasherDefault<Identity>>,
    limit: usize,
    zeros: u32,
}

impl Distinct {
    pub(crate) fn new(limit: usize) -> Self {
        Self { seen: HashMap::default(), limit, zeros: 0 }
    }

    pub(crate) fn insert(&mut self, text: &str) {
        let mut hasher = DefaultHasher::new();
        hasher.write(text.as_bytes());
        let hash = hasher.finish();
        if !kept(hash, self.zeros) {
            return;
        }
        let count = self.seen.entry(hash).or_insert(0);
        *count = count.saturating_add(1);
        while self.seen.len() > self.limit && self.zeros < ZEROS_MAX {
            self.zeros += 1;
            let zeros = self.zeros;
            self.seen.retain(|hash, _| kept(*hash, zeros));
        }
    }

    /// How many there are: exact up to the limit, then within some percent.
    pub(crate) fn count(&self) -> u64 {
        (self.seen.len() as u64) << self.zeros
    }

    /// Whether the count is exact.
    pub(crate) fn is_exact(&self) -> bool {
        self.zeros == 0
    }

    /// Whether any value came twice.
    pub(crate) fn repeats(&self) -> bool {
        self.seen.values().any(|count| *count > 1)
    }

    /// How many cells hold a value that came fewer than `times`.
    pub(crate) fn cells_below(&self, times: u32) -> u64 {
        let cells: u64 =
            self.seen.values().filter(|count| **count < times).map(|count| u64::from(*count)).sum();
        cells << self.zeros
    }
}

/// The table of hashes uses the uppermost and the lower bits; these are neither.
const ZEROS_FROM: u32 = 32;
const ZEROS_MAX: u32 = 24;

fn kept(hash: u64, zeros: u32) -> bool {
    (hash >> ZEROS_FROM).trailing_zeros() >= zeros
}

/// A hash is its own hash.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_counted_exactly() {
        let mut values = Distinct::new(100);
        for i in 0..300 {
            values.insert(&(i % 70).to_string());
        }
        assert_eq!((values.count(), values.is_exact(), values.repeats()), (70, true, true));
        // 300 = 4 × 70 + 20: twenty values came five times.
        assert_eq!(values.cells_below(5), 200);
    }

    #[test]
    fn many_values_are_estimated_in_bounded_memory() {
        let mut values = Distinct::new(5_000);
        for i in 0..400_000 {
            values.insert(&format!("value {i}"));
        }
        assert!(values.seen.len() <= 5_000 && !values.is_exact() && !values.repeats());
        assert!((370_000..430_000).contains(&values.count()), "{}", values.count());
        assert_eq!(values.cells_below(2), values.count());
    }
}
