//! What a decision tells of a lead beside its score: the segment of its motion that it is in, and how it stands by fit and by
//! engagement.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enrichment::FactField;
use crate::score::{Grade, Score};

/// Where a lead stands among the segments that the policy tells apart within its motion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Segment {
    /// It is in one.
    In {
        /// Its name in the policy file.
        name: String,
        /// For people.
        label: String,
    },
    /// It may be in one, and too little is known to tell. It is treated as all leads of its motion are.
    NotKnown {
        /// What would tell.
        missing: Vec<FactField>,
    },
}

impl Segment {
    /// Its name in the policy file, where the lead is in one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::In { name, .. } => Some(name),
            Self::NotKnown { .. } => None,
        }
    }
}

impl fmt::Display for Segment {
    /// As in `Enterprise` or `segment not known: number of employees`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In { label, .. } => f.write_str(label),
            Self::NotKnown { missing } => {
                let fields: Vec<_> = missing.iter().map(|field| field.in_words()).collect();
                write!(f, "segment not known: {}", fields.join(", "))
            }
        }
    }
}

/// The policy's points in two parts: how well company and person fit, and how much they show interest. Whoever decided the
/// score, these are the policy's own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sides {
    /// Company and person: the groups `icp`, `contact` and `technographic`. Absent where the policy weighs none of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<Side>,
    /// Behaviour, usage and intent: the groups `engagement` and `intent`. Absent likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engagement: Option<Side>,
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// 0 to 100: the mean grade of its criteria by weight. What is not known counts as the policy says.
    pub score: Score,
    /// That as a letter.
    pub grade: Grade,
    /// Whether anything of it is known.
    pub known: bool,
}

impl Sides {
    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        self.fit.is_none() && self.engagement.is_none()
    }
}

impl fmt::Display for Sides {
    /// As in `A fit, low engagement`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fit = self
            .fit
            .map(|side| if side.known { format!("{} fit", side.grade) } else { "fit not known".to_owned() });
        let engagement = self.engagement.map(|side| {
            if side.known {
                format!("{} engagement", level(side.grade))
            } else {
                "engagement not known".to_owned()
            }
        });
        let told: Vec<String> = fit.into_iter().chain(engagement).collect();
        f.write_str(&told.join(", "))
    }
}

/// Engagement in a word: two letters side by side would be read as one grade.
fn level(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "high",
        Grade::B => "good",
        Grade::C => "some",
        Grade::D => "low",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(grade: Grade, known: bool) -> Side {
        Side { score: Score::try_from(50.0).unwrap(), grade, known }
    }

    #[test]
    fn both_sides_are_told_in_a_few_words() {
        let told = |fit: Option<Side>, engagement| Sides { fit, engagement: Some(engagement) }.to_string();
        assert_eq!(told(Some(side(Grade::A, true)), side(Grade::D, true)), "A fit, low engagement");
        assert_eq!(told(Some(side(Grade::B, true)), side(Grade::C, false)), "B fit, engagement not known");
        assert_eq!(told(None, side(Grade::A, true)), "high engagement");
        assert!(Sides { fit: None, engagement: None }.is_empty());
    }

    #[test]
    fn a_segment_that_cannot_be_told_says_what_would_tell() {
        let segment = Segment::NotKnown { missing: vec![FactField::Employees, FactField::Country] };
        assert_eq!(segment.to_string(), "segment not known: number of employees, country of the head office");
        let text = serde_json::to_string(&segment).unwrap();
        assert_eq!(text, r#"{"kind":"not_known","missing":["employees","country"]}"#);
        assert_eq!(serde_json::from_str::<Segment>(&text).unwrap(), segment);
    }
}
