//! The gate before scoring: is enough known for a score to mean something?

use std::collections::BTreeMap;

use leadlight_lead::{Completeness, Enrichment, FactField, Motion};

/// The gates of all motions: what matters of a guest at a fair is not what matters of a trial.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gates {
    /// Of motions that have none of their own.
    pub(crate) usual: CompletenessRule,
    pub(crate) by_motion: BTreeMap<Motion, CompletenessRule>,
}

impl Gates {
    /// The gate that leads of a motion pass.
    pub(crate) fn of(&self, motion: Motion) -> &CompletenessRule {
        self.by_motion.get(&motion).unwrap_or(&self.usual)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompletenessRule {
    /// Not empty, each field once.
    pub(crate) wanted: Vec<FactField>,
    /// 0 to 1.
    pub(crate) minimum_share: f64,
}

impl CompletenessRule {
    /// `knows_industry`: whether an industry is known that the policy understands.
    pub(crate) fn measure(&self, found: &Enrichment, knows_industry: bool) -> Completeness {
        let unknown = self.wanted.iter().filter(|field| match field {
            FactField::Industry => !knows_industry,
            field => field.of(found).is_none(),
        });
        let missing: Vec<String> = unknown.map(ToString::to_string).collect();
        #[expect(clippy::cast_precision_loss, reason = "a dozen fields at most")]
        let share = (self.wanted.len() - missing.len()) as f64 / self.wanted.len() as f64;
        Completeness { share, missing }
    }

    /// The fewest wanted fields that must be known.
    pub(crate) fn fewest(&self) -> usize {
        #[expect(clippy::cast_precision_loss, reason = "a dozen fields at most")]
        let enough = |known: &usize| *known as f64 / self.wanted.len() as f64 >= self.minimum_share;
        (0..self.wanted.len()).find(enough).unwrap_or(self.wanted.len())
    }

    /// What is missing, where that is too much.
    pub(crate) fn gate(&self, found: &Enrichment, knows_industry: bool) -> Option<Vec<String>> {
        let completeness = self.measure(found, knows_industry);
        (completeness.share < self.minimum_share).then_some(completeness.missing)
    }
}
