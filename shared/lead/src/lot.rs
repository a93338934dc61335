//! The draw of the exploration sample: which of the leads that the score rejects people see all the same.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::ids::LeadId;

/// The deployment's own secret for drawing. Who sends a lead may choose its id; without a secret they could try ids
/// until one is drawn, and so bring any lead before people and into the sample that judges the model.
#[derive(Clone, PartialEq, Eq)]
pub struct DrawKey([u8; 32]);

impl DrawKey {
    /// From 32 random bytes that never change in a deployment.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to derive another purpose's key from.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for DrawKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DrawKey(…)")
    }
}

/// A lead's place in the draw: 0 up to 1, spread evenly over leads. It is drawn if the sample's share is larger.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Lot(f64);

impl Lot {
    /// Never drawn: for leads that were worked already.
    pub const NEVER: Self = Self(1.0);

    /// A lead's lot: always the same in a deployment, so that a repeated delivery draws it again.
    pub fn of(lead: &LeadId, key: &DrawKey) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(key.0);
        hasher.update(b"exploration\0");
        hasher.update(lead.as_str());
        let digest = hasher.finalize();
        let word = digest[..4].iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        Self(f64::from(word) / (f64::from(u32::MAX) + 1.0))
    }

    /// Is it drawn into a sample of a share, 0 to 1?
    pub fn is_drawn(self, share: f64) -> bool {
        self.0 < share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(n: u32) -> LeadId {
        LeadId::of(&"website-form".parse().unwrap(), &format!("e{n}").parse().unwrap())
    }

    #[test]
    fn whom_one_deployment_draws_says_nothing_of_another() {
        let drawn = |key: u8| {
            let key = DrawKey::new([key; 32]);
            (0..10_000).filter(|n| Lot::of(&lead(*n), &key).is_drawn(0.02)).collect::<Vec<_>>()
        };
        let (ours, theirs) = (drawn(1), drawn(2));
        assert!((150..250).contains(&ours.len()), "{}", ours.len());
        assert_eq!(ours, drawn(1));
        let both = ours.iter().filter(|n| theirs.contains(n)).count();
        assert!(both < 20, "{both} of {} are drawn by both; chance alone gives 4", ours.len());
        assert!(!Lot::NEVER.is_drawn(1.0));
    }

    #[test]
    fn a_key_does_not_show_in_a_log() {
        assert_eq!(format!("{:?}", DrawKey::new([7; 32])), "DrawKey(…)");
    }
}
