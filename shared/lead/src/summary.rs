//! The line that says in words why a lead has its score: the same words whoever decided, each by a measure of its own.

use crate::decision::CriterionGroup;
use crate::score::Score;

/// How a lead stands in a group of criteria.
///
/// Whoever decides has a measure of their own, and it says something else: rules have a mean grade, a model a place
/// among past leads. So the same lead may stand elsewhere under a model than under rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// 0 to 10.
    tenths: u8,
    band: Band,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Band {
    /// There is nothing at all, which has a word of its own in some groups.
    Nothing,
    Low,
    Middle,
    High,
}

impl Standing {
    /// By a grade from 0 to 1: its tenths, rounded, and its thirds.
    pub fn of_grade(grade: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 10, and what is not ends there"
        )]
        let tenths = (grade * 10.0).round() as u8;
        let band = match grade {
            0.0 => Band::Nothing,
            _ if grade < 1.0 / 3.0 => Band::Low,
            _ if grade < 2.0 / 3.0 => Band::Middle,
            _ => Band::High,
        };
        Self { tenths, band }
    }

    /// By a place among past leads in tenths, 10 the best: low up to 3, in the middle up to 6.
    pub fn of_place(tenths: u8) -> Self {
        let band = match tenths {
            0..=3 => Band::Low,
            4..=6 => Band::Middle,
            _ => Band::High,
        };
        Self { tenths, band }
    }
}

/// The score and how the lead stands in each group, such as
/// `Score: 84 (ICP match: 9/10, intent signal: strong, technographic fit: unknown)`. A group of which nothing is known
/// has no standing.
pub fn summary(score: Score, groups: impl IntoIterator<Item = (CriterionGroup, Option<Standing>)>) -> String {
    let parts: Vec<String> =
        groups.into_iter().filter_map(|(group, standing)| in_words(group, standing)).collect();
    let score = score.rounded();
    if parts.is_empty() {
        format!("Score: {score}")
    } else {
        format!("Score: {score} ({})", parts.join(", "))
    }
}

/// Nothing for the baseline, in which every lead stands alike.
fn in_words(group: CriterionGroup, standing: Option<Standing>) -> Option<String> {
    let (name, words) = match group {
        CriterionGroup::Baseline => return None,
        CriterionGroup::Icp => ("ICP match", None),
        CriterionGroup::Contact => ("contact", Some(["weak", "weak", "fair", "good"])),
        CriterionGroup::Technographic => ("technographic fit", Some(["poor", "poor", "fair", "good"])),
        CriterionGroup::Intent => ("intent signal", Some(["none", "weak", "moderate", "strong"])),
        CriterionGroup::Engagement => ("engagement", Some(["weak", "weak", "moderate", "strong"])),
        CriterionGroup::Other => ("other factors", None),
    };
    let stands = match (standing, words) {
        (None, _) => "unknown".to_owned(),
        (Some(Standing { tenths, .. }), None) => format!("{tenths}/10"),
        (Some(Standing { band, .. }), Some(words)) => words[band as usize].to_owned(),
    };
    Some(format!("{name}: {stands}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(group: CriterionGroup, standing: Standing) -> String {
        in_words(group, Some(standing)).unwrap()
    }

    #[test]
    fn rules_speak_in_thirds_of_a_grade() {
        use CriterionGroup::{Icp, Intent, Technographic};
        for (grade, icp, intent, tools) in [
            (0.0, "0/10", "none", "poor"),
            (0.01, "0/10", "weak", "poor"),
            (0.33, "3/10", "weak", "poor"),
            (0.34, "3/10", "moderate", "fair"),
            (0.66, "7/10", "moderate", "fair"),
            (0.67, "7/10", "strong", "good"),
            (1.0, "10/10", "strong", "good"),
        ] {
            let standing = Standing::of_grade(grade);
            assert_eq!(line(Icp, standing), format!("ICP match: {icp}"), "{grade}");
            assert_eq!(line(Intent, standing), format!("intent signal: {intent}"), "{grade}");
            assert_eq!(line(Technographic, standing), format!("technographic fit: {tools}"), "{grade}");
        }
    }

    #[test]
    fn a_model_speaks_in_places_among_past_leads() {
        use CriterionGroup::{Contact, Engagement, Intent, Other};
        for (tenths, contact, signal) in [
            (0, "weak", "weak"),
            (3, "weak", "weak"),
            (4, "fair", "moderate"),
            (6, "fair", "moderate"),
            (7, "good", "strong"),
        ] {
            let standing = Standing::of_place(tenths);
            assert_eq!(line(Contact, standing), format!("contact: {contact}"), "{tenths}");
            assert_eq!(line(Intent, standing), format!("intent signal: {signal}"), "{tenths}");
            assert_eq!(line(Engagement, standing), format!("engagement: {signal}"), "{tenths}");
            assert_eq!(line(Other, standing), format!("other factors: {tenths}/10"));
        }
    }

    #[test]
    fn what_is_not_known_is_said_and_the_baseline_is_not() {
        let score = Score::try_from(83.6).unwrap();
        let groups = [(CriterionGroup::Baseline, None), (CriterionGroup::Icp, None)];
        assert_eq!(summary(score, groups), "Score: 84 (ICP match: unknown)");
        assert_eq!(summary(score, []), "Score: 84");
    }
}
