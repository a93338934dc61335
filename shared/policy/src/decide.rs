//! From an assessment and an opinion to a decision.

use std::fmt::Write as _;

use leadlight_lead::{
    ActivityKind, CriterionGroup, DecidedBy, Decision, Disposition, Disqualifier, Held, Lift, Lot, ModelHash,
    ProbabilityInterval, Reason, ReasonUnit, Score, Standing,
};

use crate::assess::Assessment;
use crate::policy::Policy;
use crate::scale::{CriterionGrade, Scale};
use crate::sides::sides;
use crate::taken::NotTaken;

/// Who speaks on a lead's worth.
#[derive(Debug, Clone, PartialEq)]
pub enum Opinion {
    /// The policy's points.
    Rules {
        /// Why not a model, in words.
        because: String,
    },
    /// A model.
    Model {
        /// Which, exactly.
        hash: ModelHash,
        /// Calibrated probability of conversion, 0 to 1.
        probability: f64,
        /// How sure that is, where the model can tell.
        interval: Option<ProbabilityInterval>,
        /// Its place among past leads.
        score: Score,
        /// Its reasons, in log-odds, in the order they are to be read in.
        reasons: Vec<Reason>,
        /// Score and why in one line.
        summary: String,
    },
}

impl Policy {
    /// Decides. A disqualifier comes first, then whether the person asked for a person, then the completeness gate, then the
    /// score: from X on an SDR looks at once, from Y on marketing nurtures. A country that was typed and not understood is missing as long
    /// as any is excluded: a person looks first.
    ///
    /// Under rules the reasons are points by criterion that add up to the score; under a model they
    /// are the model's own. Either way the largest come first.
    ///
    /// Of the leads below Y chance brings some before an SDR all the same, so that a learner hears of them too.
    /// That is marked, and what the score says of them stays.
    pub fn decide(&self, assessment: Assessment, opinion: Opinion, lot: Lot) -> Decision {
        let points = assessment.points;
        let (decided_by, score, probability, interval, reason_unit, reasons, line) = match opinion {
            Opinion::Rules { because } => {
                let mut reasons: Vec<Reason> = assessment.grades.iter().map(reason).collect();
                // Stable: equal parts stay in their order.
                reasons.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
                let line = summary(points, &assessment.grades);
                (DecidedBy::Rules { because }, points, None, None, ReasonUnit::Points, reasons, line)
            }
            Opinion::Model { hash, probability, interval, score, reasons, summary } => (
                DecidedBy::Model { hash },
                score,
                Some(probability),
                interval,
                ReasonUnit::LogOdds,
                reasons,
                summary,
            ),
        };
        let asked_for = assessment.asked_for;
        let missing = if assessment.may_be_excluded {
            Some(vec![COUNTRY_IN_DOUBT.to_owned()])
        } else {
            // Who asks for a person gets one, however little is known.
            assessment.missing.filter(|_| asked_for.is_none())
        };
        let rule = self.segments.rule(assessment.motion, assessment.segment.as_ref());
        let scale = rule.map_or_else(|| self.scorecard.scale(assessment.motion), |rule| &rule.scale);
        let sides = sides(&assessment.grades, self.grid.as_ref(), scale.letters);
        let by_grid = self.grid.as_ref().zip(sides.as_ref()).and_then(|(grid, sides)| grid.grade(sides));
        let disposition = |lift: f64| {
            let (disqualified, missing) = (assessment.disqualified.clone(), missing.clone());
            scale.disposition(disqualified, missing, score.value() + lift, asked_for.is_some())
        };
        let by_score = disposition(0.0);
        let lifted = assessment.lift.filter(|lift| disposition(lift.points) != by_score);
        let points_of_lift = lifted.as_ref().map_or(0.0, |lift| lift.points);
        let (disposition, held) = self.renewal.hold(assessment.stood, |by| disposition(points_of_lift + by));
        let asked_for = asked_for.filter(|_| disposition == Disposition::Accept);
        let rejected_by_score = disposition == Disposition::BelowThreshold;
        let sampled_at =
            (rejected_by_score && lot.is_drawn(self.exploration_share)).then_some(self.exploration_share);
        let line =
            with_disposition(line, &disposition, sampled_at.is_some(), asked_for, lifted.as_ref(), held);
        Decision {
            as_of: assessment.as_of,
            policy: self.hash.clone(),
            accounts: None,
            decided_by,
            own_model: None,
            summary: with_not_taken(line, &assessment.not_taken),
            borderline: asked_for.is_none() && self.is_borderline(scale, &disposition, score),
            disposition,
            score,
            points,
            probability,
            interval,
            heard: None,
            grade: by_grid.unwrap_or_else(|| scale.letter(score)),
            sampled_at,
            asked_for,
            lifted,
            held,
            segment: assessment.segment,
            sides,
            reason_unit,
            reasons,
            features: assessment.features,
        }
    }

    /// Close to a threshold, where the score decided at all.
    fn is_borderline(&self, scale: &Scale, disposition: &Disposition, score: Score) -> bool {
        let by_score = match disposition {
            Disposition::Accept | Disposition::Nurture | Disposition::BelowThreshold => true,
            Disposition::Disqualified { .. } | Disposition::Incomplete { .. } => false,
        };
        let close = |threshold: f64| (score.value() - threshold).abs() <= self.borderline_points;
        // At 0 not even a score on the threshold is meant.
        by_score
            && self.borderline_points > 0.0
            && (close(scale.thresholds.sdr) || (scale.rejects && close(scale.thresholds.nurture)))
    }
}

impl Scale {
    /// `score` may lie over 100 where something lifts it.
    fn disposition(
        &self,
        disqualified: Option<(Disqualifier, String)>,
        missing: Option<Vec<String>>,
        score: f64,
        asks_for_a_person: bool,
    ) -> Disposition {
        if let Some((reason, evidence)) = disqualified {
            Disposition::Disqualified { reason, evidence }
        } else if let Some(missing) = missing {
            Disposition::Incomplete { missing }
        } else if asks_for_a_person || score >= self.thresholds.sdr {
            Disposition::Accept
        } else if score >= self.thresholds.nurture || !self.rejects {
            Disposition::Nurture
        } else {
            Disposition::BelowThreshold
        }
    }
}

/// What is missing where the country that was typed is, or may be, an excluded one.
const COUNTRY_IN_DOUBT: &str = "country (as typed, which may be an excluded one)";

pub(crate) fn reason(grade: &CriterionGrade) -> Reason {
    let factor = grade.criterion.factor();
    match grade.grade {
        Some(_) => Reason::new(grade.group, factor, grade.points),
        None => Reason::not_known(grade.group, factor, grade.points),
    }
}

/// One line for people, such as
/// `Score: 84 (ICP match: 9/10, intent signal: strong, technographic fit: good)`.
///
/// A group stands where the mean of its grades by weight does. One of which nothing is known, or which has no weight,
/// is unknown.
pub(crate) fn summary(score: Score, grades: &[CriterionGrade]) -> String {
    let groups = [CriterionGroup::Icp, CriterionGroup::Intent, CriterionGroup::Technographic];
    leadlight_lead::summary(
        score,
        groups.map(|group| (group, group_grade(grades, group).map(Standing::of_grade))),
    )
}

/// What is to happen, where the score alone does not say it.
fn with_disposition(
    mut line: String,
    disposition: &Disposition,
    sampled: bool,
    asked_for: Option<ActivityKind>,
    lifted: Option<&Lift>,
    held: Option<Held>,
) -> String {
    // Writing to a string can't fail.
    let _ = match disposition {
        Disposition::Disqualified { reason, .. } => write!(line, "; disqualified: {}", in_words(*reason)),
        Disposition::Incomplete { missing } => write!(line, "; incomplete: {} not known", missing.join(", ")),
        _ if sampled => line.write_str("; drawn by chance for a look"),
        _ if asked_for.is_some() => line.write_str("; asked for a person"),
        _ if let Some(held) = held => write!(line, "; {held}"),
        _ if let Some(lift) = lifted => write!(line, "; over the threshold by {lift}"),
        Disposition::Accept | Disposition::Nurture | Disposition::BelowThreshold => Ok(()),
    };
    line
}

/// What the event says and does not count, so that nobody looks for it in vain.
fn with_not_taken(mut line: String, not_taken: &[NotTaken]) -> String {
    if !not_taken.is_empty() {
        let names: Vec<String> = not_taken.iter().map(ToString::to_string).collect();
        // Writing to a string can't fail.
        let _ = write!(line, "; not taken from this source: {}", names.join(", "));
    }
    line
}

/// The mean of what counts in a group, by weight; nothing where nothing is known or has weight.
fn group_grade(grades: &[CriterionGrade], group: CriterionGroup) -> Option<f64> {
    let of_group = || grades.iter().filter(move |g| g.group == group);
    let weight: f64 = of_group().filter_map(|g| g.weight).sum();
    if weight == 0.0 || of_group().all(|g| g.grade.is_none()) {
        return None;
    }
    Some(of_group().filter_map(|g| Some(g.weight? * g.applied)).sum::<f64>() / weight)
}

fn in_words(reason: Disqualifier) -> &'static str {
    match reason {
        Disqualifier::CurrentCustomer => "current customer",
        Disqualifier::Competitor => "direct competitor",
        Disqualifier::NonCommercialContact => "non-commercial contact",
        Disqualifier::BelowMinimumSize => "below the minimum size",
        Disqualifier::ExcludedGeography => "excluded geography",
    }
}
