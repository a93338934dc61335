//! How far rules and model each decide: what a company turns up as it comes to trust its model.
//!
//! One of the two decides on each lead, and its reasons are the lead's: a mean of both would have reasons that add up to
//! neither. The other is kept beside it, so that people see it and the monthly review can judge a model that does not
//! decide yet.

use std::collections::BTreeMap;

use leadlight_lead::{Motion, Score};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose score decides where a model is in force that fits the policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decides {
    /// The policy's points. The model is heard, and its chance stands on the lead.
    Rules,
    /// Points or model, whichever score is higher: no lead goes lower than either alone would put it.
    Higher,
    /// The model.
    #[default]
    Model,
}

/// As the policy file turns it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dial {
    usual: Decides,
    by_motion: BTreeMap<Motion, Decides>,
}

impl Dial {
    /// For all leads, and for those of motions that say otherwise.
    pub(crate) fn new(usual: Option<Decides>, by_motion: impl Iterator<Item = (Motion, Decides)>) -> Self {
        Self { usual: usual.unwrap_or_default(), by_motion: by_motion.collect() }
    }

    /// Whether a model decides on any lead, be it only where its score is higher.
    pub(crate) fn lets_a_model_decide(&self) -> bool {
        std::iter::once(&self.usual).chain(self.by_motion.values()).any(|decides| *decides != Decides::Rules)
    }

    pub(crate) fn at(&self, motion: Motion) -> Decides {
        self.by_motion.get(&motion).copied().unwrap_or(self.usual)
    }

    /// For leaders, a sentence each.
    pub(crate) fn in_words(&self, label: impl Fn(Motion) -> String) -> Vec<String> {
        let mut lines = vec![self.usual.in_words().to_owned()];
        let others = self.by_motion.iter().filter(|(_, decides)| **decides != self.usual);
        lines.extend(others.map(|(motion, decides)| format!("{}: {}", label(*motion), decides.in_words())));
        lines
    }
}

impl Decides {
    /// Why the rules decide although a model was asked; none where the model decides. Both scores are of 100, and the same
    /// thresholds hold for them.
    pub fn overrules(self, points: Score, model: Score) -> Option<&'static str> {
        match self {
            Self::Rules => Some("the policy lets the rules decide, and the model is heard"),
            Self::Higher if points.value() > model.value() => {
                Some("they score higher than the model, and the policy takes the higher score")
            }
            Self::Higher | Self::Model => None,
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Rules => "The rules decide; where a model is in force, its chance stands beside the score.",
            Self::Higher => {
                "Where a model is in force, the higher score decides, be it the rules' or the model's."
            }
            Self::Model => "Where a model is in force, it decides.",
        }
    }
}
