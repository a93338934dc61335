//! Where leads come from, and what a source may say of its own leads.
//!
//! An event says more than a person typed: what they did before, that a partner hands them over, which motion they
//! belong to, which event it is. Whoever writes the event chooses all of that, so it counts only where the policy lets
//! the source say it. What a source may not say is kept as sent, does not count, and is named with the decision.

use std::collections::BTreeSet;

use leadlight_lead::{FormSubmit, Motion};
use schemars::JsonSchema;
use serde::Deserialize;

/// A field of an event by which its source, not the person, speaks of the lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// `activity`: what the person did before. It is graded as engagement.
    Activity,
    /// `partner`: that a partner hands the lead over. A person sees it before it is scored.
    Partner,
    /// `motion_hint`: another motion than the source's.
    MotionHint,
    /// `id`: which event it is. Where a source may not say it, the whole content tells which lead it is: nobody can
    /// take another event's place by guessing its id.
    Id,
}

impl Statement {
    /// As written in the policy file, which is the event's field.
    pub fn name(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Partner => "partner",
            Self::MotionHint => "motion_hint",
            Self::Id => "id",
        }
    }

    /// For people.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Activity => "what the person did",
            Self::Partner => "that a partner hands the lead over",
            Self::MotionHint => "another motion",
            Self::Id => "the event's id",
        }
    }
}

/// What the policy says of a source of leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRule {
    /// The motion its leads belong to.
    pub motion: Motion,
    /// Does a person look before scoring? Always true of a partner's.
    pub human_first: bool,
    /// What it may say of its leads.
    pub may_say: BTreeSet<Statement>,
}

/// A partner knows more than data does: whatever belongs to this motion is seen by a person before it is scored.
pub(crate) fn is_seen_first(motion: Motion) -> bool {
    motion == Motion::Partner
}

impl SourceRule {
    /// What a source may say where the file leaves it open: what its own systems record. Only a partner's source may
    /// hand over leads as a partner's, and none may change the motion: both lead past the score.
    pub(crate) fn may_say_by_default(motion: Motion) -> BTreeSet<Statement> {
        let partner = is_seen_first(motion).then_some(Statement::Partner);
        [Statement::Activity, Statement::Id].into_iter().chain(partner).collect()
    }

    /// The motion an event belongs to.
    pub fn motion_of(&self, event: &FormSubmit) -> Motion {
        let hint = event.motion_hint.filter(|_| self.may_say.contains(&Statement::MotionHint));
        hint.unwrap_or(self.motion)
    }

    /// Whether a person looks at an event's lead before it is scored: the source or the motion wants it, or a partner
    /// hands the lead over.
    pub fn human_first_for(&self, event: &FormSubmit) -> bool {
        self.human_first
            || is_seen_first(self.motion_of(event))
            || (event.has_partner() && self.may_say.contains(&Statement::Partner))
    }
}
