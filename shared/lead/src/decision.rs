//! What Leadlight decides about a lead, and why.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event::ActivityKind;
use crate::feature::FeatureVector;
use crate::ids::{AccountsHash, ModelHash, PolicyHash};
use crate::score::{Grade, Score};
use crate::segment::{Segment, Sides};

/// What a factor speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CriterionGroup {
    /// Where an average lead stands before anything is known of this one.
    Baseline,
    /// Fit to the ideal customer profile: industry and size.
    Icp,
    /// Function and seniority of the person.
    Contact,
    /// Tools in use.
    Technographic,
    /// Third-party intent.
    Intent,
    /// First-party behaviour.
    Engagement,
    /// Anything else that an export tells of a lead.
    Other,
}

impl fmt::Display for CriterionGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Baseline => "baseline",
            Self::Icp => "icp",
            Self::Contact => "contact",
            Self::Technographic => "technographic",
            Self::Intent => "intent",
            Self::Engagement => "engagement",
            Self::Other => "other",
        })
    }
}

/// The five hard disqualifiers. Any one rejects, whatever the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disqualifier {
    /// The company is a customer already.
    CurrentCustomer,
    /// The company is a direct competitor.
    Competitor,
    /// A student, academic or otherwise non-commercial contact.
    NonCommercialContact,
    /// The company is below the minimum size.
    BelowMinimumSize,
    /// The company is in an excluded geography.
    ExcludedGeography,
}

/// What is to happen with a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Disposition {
    /// At or over X: a sales development representative looks at once.
    Accept,
    /// At or over Y, below X: marketing nurtures.
    Nurture,
    /// Below Y.
    BelowThreshold,
    /// A hard disqualifier holds.
    Disqualified {
        /// Which.
        reason: Disqualifier,
        /// What it rests on, in words and without personal data.
        evidence: String,
    },
    /// Too little is known to score with meaning.
    Incomplete {
        /// What is missing.
        missing: Vec<String>,
    },
}

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DecidedBy {
    /// The policy's points.
    Rules {
        /// Why not a model.
        because: String,
    },
    /// A model.
    Model {
        /// Which, exactly.
        hash: ModelHash,
    },
}

/// What the contributions of the reasons are measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonUnit {
    /// Points of 100; they add up to the score.
    Points,
    /// Log-odds; they add up to the logarithm of p/(1−p) of the calibrated probability.
    LogOdds,
}

/// One factor's part in the result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// What it speaks about.
    pub group: CriterionGroup,
    /// The criterion, in words; of one that is not known the words say so.
    pub factor: String,
    /// Signed, in the decision's [`ReasonUnit`].
    pub contribution: f64,
    /// Whether it speaks of something known. What is not known may count as well, for a lead or against it.
    #[serde(default = "as_known", skip_serializing_if = "Clone::clone")]
    pub known: bool,
}

impl Reason {
    /// A criterion's part.
    pub fn new(group: CriterionGroup, factor: impl Into<String>, contribution: f64) -> Self {
        Self { group, factor: factor.into(), contribution, known: true }
    }

    /// The part of a criterion of which nothing is known. The words say so themselves, so that no list, message or
    /// field of a CRM gives praise or blame for what nobody knows.
    pub fn not_known(group: CriterionGroup, factor: &str, contribution: f64) -> Self {
        Self { group, factor: format!("{factor} not known"), contribution, known: false }
    }

    /// Whether all that these say of a lead is that nothing of it is known. Then there is nothing to praise.
    pub fn is_nothing_known(reasons: &[Self]) -> bool {
        let mut about = reasons.iter().filter(|reason| reason.group != CriterionGroup::Baseline).peekable();
        about.peek().is_some() && about.all(|reason| !reason.known)
    }
}

/// Releases before did not tell.
fn as_known() -> bool {
    true
}

/// Where the share won lies among leads scored like this one, 9 times of 10. The probability may lie outside:
/// then the model has been off around there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProbabilityInterval {
    /// The lower end, 0 to 1.
    pub from: f64,
    /// The upper end, 0 to 1.
    pub to: f64,
}

/// The decision on a lead, with all that is needed to defend or recompute it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// The moment behaviour and intent were aged to: when the event happened, so that a repeated
    /// delivery gives the same decision.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub as_of: Timestamp,
    /// The policy that was followed.
    pub policy: PolicyHash,
    /// The list of accounts that was in force beside it; absent where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<AccountsHash>,
    /// Rules or model.
    pub decided_by: DecidedBy,
    /// Whose own model within the model's file answered: a motion, as in `partner`, or a segment of it, as in `plg · enterprise`;
    /// absent where the one that all leads share did, or rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_model: Option<String>,
    /// What is to happen.
    pub disposition: Disposition,
    /// 0 to 100: the model's probability as a place among past leads, or points over the maximum.
    pub score: Score,
    /// The policy's own points, whoever decided.
    pub points: Score,
    /// Calibrated probability of conversion; absent while rules decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// How sure that is; absent while rules decide, or where the model has seen too few deals to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<ProbabilityInterval>,
    /// What the model said where it was heard and the rules decided, as the policy's `decides` has it; absent where it decided
    /// itself, or was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Heard>,
    /// The score as a letter; or, where the policy has a grid, what that makes of fit and engagement.
    pub grade: Grade,
    /// Whether the score lies close to a threshold: a little more or less would have decided otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub borderline: bool,
    /// Set where chance, not the score, brings the lead before an SDR: the share of such leads that is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampled_at: Option<f64>,
    /// Set where the person asked for a person, so that an SDR sees the lead whatever its score: by doing what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_for: Option<ActivityKind>,
    /// Set where something that no score weighs brought the lead over a threshold that its score lies below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Lift>,
    /// Set where the score alone would place the lead elsewhere, by so little that a renewal leaves it where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// The segment of its motion that it is in, or that it cannot be told; absent where it is in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// How it stands by fit and by engagement; absent in decisions of releases that did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sides: Option<Sides>,
    /// One line for people: score and why.
    pub summary: String,
    /// What `reasons` are measured in.
    pub reason_unit: ReasonUnit,
    /// Every factor's part, largest first.
    pub reasons: Vec<Reason>,
    /// What it was computed from.
    pub features: FeatureVector,
}

/// A model's word on a lead on which the rules decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Heard {
    /// The model.
    pub model: ModelHash,
    /// Whose own model within the model's file answered; absent where the one that all leads share did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_model: Option<String>,
    /// 0 to 100: its place among past leads.
    pub score: Score,
    /// Calibrated probability of conversion, 0 to 1.
    pub probability: f64,
    /// How sure that is; absent where the model has seen too few deals to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<ProbabilityInterval>,
}

/// A lead left where it stands: nobody did anything, and its score lies only a little beyond a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// Points of the score's 100 on either side of a threshold within which the policy leaves a lead where it stands, over 0.
    pub within_points: f64,
}

impl fmt::Display for Held {
    /// As in `left where it stood: within 2 points of the threshold`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let points = self.within_points;
        let unit = if (points - 1.0).abs() < f64::EPSILON { "point" } else { "points" };
        write!(f, "left where it stood: within {points} {unit} of the threshold")
    }
}

impl Decision {
    /// The model that decided; none where the rules did.
    pub fn model(&self) -> Option<&ModelHash> {
        match &self.decided_by {
            DecidedBy::Model { hash } => Some(hash),
            DecidedBy::Rules { .. } => None,
        }
    }

    /// The model that was asked, whether it decided or was only heard.
    pub fn asked_model(&self) -> Option<&ModelHash> {
        self.model().or_else(|| self.heard.as_ref().map(|heard| &heard.model))
    }

    /// The chance that a model gives it, 0 to 1, be it that it decided or not; none where no model was asked.
    pub fn chance(&self) -> Option<f64> {
        self.probability.or_else(|| self.heard.as_ref().map(|heard| heard.probability))
    }

    /// How sure that chance is.
    pub fn chance_interval(&self) -> Option<ProbabilityInterval> {
        self.interval.or_else(|| self.heard.as_ref().and_then(|heard| heard.interval))
    }
}

/// What speaks for a lead beside its score: it counts towards the thresholds, and the score stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lift {
    /// Whether an event or a partner speaks for the lead.
    pub by: LiftedBy,
    /// Which: the event or the partner, as the policy names it, so that nothing a stranger typed goes out with it; absent where
    /// it names neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Points of the score's 100 that it counts, over 0.
    pub points: f64,
}

/// What may speak for a lead beside its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiftedBy {
    /// The person came to an event.
    Attendance,
    /// A partner hands the lead over.
    Partner,
}

impl fmt::Display for Lift {
    /// As in `6 points for attending RevOps Summit`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let points = format!("{}", (self.points * 10.0).round() / 10.0);
        let what = match (self.by, self.name.is_some()) {
            (LiftedBy::Attendance, true) => "attending",
            (LiftedBy::Attendance, false) => "attending an event",
            (LiftedBy::Partner, true) => "the word of",
            (LiftedBy::Partner, false) => "a partner's word",
        };
        write!(f, "{points} {} for {what}", if points == "1" { "point" } else { "points" })?;
        self.name.as_ref().map_or(Ok(()), |name| write!(f, " {name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_itself_what_is_not_known() {
        let reason = Reason::not_known(CriterionGroup::Contact, "job function", 0.25);
        let text = serde_json::to_string(&reason).unwrap();
        assert_eq!(
            text,
            r#"{"group":"contact","factor":"job function not known","contribution":0.25,"known":false}"#
        );
        assert_eq!(serde_json::from_str::<Reason>(&text).unwrap(), reason);
        let before = r#"{"group":"contact","factor":"seniority","contribution":0.25}"#;
        let read: Reason = serde_json::from_str(before).unwrap();
        assert_eq!(read, Reason::new(CriterionGroup::Contact, "seniority", 0.25));
        assert_eq!(serde_json::to_string(&read).unwrap(), before);
    }

    #[test]
    fn of_a_lead_of_which_nothing_is_known_every_reason_says_so() {
        let baseline = Reason::new(CriterionGroup::Baseline, "average lead", -1.0);
        let not_known = Reason::not_known(CriterionGroup::Contact, "job function", 0.0);
        let known = Reason::new(CriterionGroup::Icp, "industry fit", 0.0);
        assert!(Reason::is_nothing_known(&[not_known.clone(), baseline.clone()]));
        assert!(!Reason::is_nothing_known(&[known, not_known, baseline.clone()]));
        assert!(!Reason::is_nothing_known(&[baseline]), "nothing was asked");
        assert!(!Reason::is_nothing_known(&[]));
    }
}
