//! A decision of before, made again as it was made then.

use leadlight_lead::{DecidedBy, Decision, DrawKey, EnrichedLead, Heard, ProbabilityInterval, Reason, Score};

use leadlight_policy::Readings;

use crate::judge::{Judge, is_after_the_fact, judge_history};

/// What making a decision again came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recomputed {
    /// The same, to the bit.
    Same,
    /// Another one. The first part of it that is not the same, in words.
    Differs(&'static str),
    /// It cannot be made again: why, in words and without personal data.
    Unable(String),
    /// There is none yet: a person looks first.
    NotDecided,
}

/// What making a decision again came to, and what it cites that is no longer to be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it came to.
    pub made: Recomputed,
    /// What it cites that was taken back since, such as "the policy 0123456789ab was taken back"; none mostly. It may
    /// well recompute: what is taken back stays in the registry.
    pub taken_back: Option<String>,
}

impl Judge {
    /// Makes a decision again as it was made then. The judge must be of the policy, list of accounts and model that
    /// the decision cites; where it cites no model, the judge's own has no say.
    pub fn recompute(&self, lead: &EnrichedLead, decided: &Decision, draw_by: &DrawKey) -> Recomputed {
        self.recompute_reading(lead, decided, draw_by, &Readings::of(lead))
    }

    /// The same by what was read of the lead already.
    pub fn recompute_reading(
        &self,
        lead: &EnrichedLead,
        decided: &Decision,
        draw_by: &DrawKey,
        readings: &Readings<'_>,
    ) -> Recomputed {
        let again = match &decided.decided_by {
            _ if is_after_the_fact(decided) => judge_history(self.policy(), lead),
            // Rules that were set beside a model decide again beside it.
            DecidedBy::Rules { .. } if decided.heard.is_some() => {
                self.judge_reading(lead, draw_by, readings).decision
            }
            DecidedBy::Rules { because } => self.judge_by_rules(because, lead, draw_by, readings).decision,
            DecidedBy::Model { .. } => self.judge_reading(lead, draw_by, readings).decision,
        };
        differs(decided, &again).map_or(Recomputed::Same, Recomputed::Differs)
    }
}

/// The first part in which two decisions differ, by a bit or more.
fn differs(one: &Decision, other: &Decision) -> Option<&'static str> {
    // Named one by one, so that a part that is added to decisions is compared as well.
    let Decision {
        as_of: _,
        policy: _,
        accounts: _,
        decided_by: _,
        own_model: _,
        disposition: _,
        score: _,
        points: _,
        probability: _,
        interval: _,
        heard: _,
        grade: _,
        borderline: _,
        sampled_at: _,
        asked_for: _,
        lifted: _,
        held: _,
        segment: _,
        sides: _,
        summary: _,
        reason_unit: _,
        reasons: _,
        features: _,
    } = one;
    let score = |a: Score, b: Score| is_same(a.value(), b.value());
    let holds = [
        ("the policy", one.policy == other.policy),
        ("the list of accounts", one.accounts == other.accounts),
        ("who decides", (&one.decided_by, &one.own_model) == (&other.decided_by, &other.own_model)),
        ("the moment ages are counted to", one.as_of == other.as_of),
        ("what is known", one.features == other.features),
        ("the points", score(one.points, other.points)),
        ("the probability", are_same(one.probability, other.probability)),
        ("the interval", is_same_interval(one.interval, other.interval)),
        ("what the model said beside the rules", is_same_word(one.heard.as_ref(), other.heard.as_ref())),
        ("the score", score(one.score, other.score)),
        ("the disposition", one.disposition == other.disposition),
        ("the draw", are_same(one.sampled_at, other.sampled_at)),
        ("the grade", (one.grade, one.borderline) == (other.grade, other.borderline)),
        ("what was asked for", one.asked_for == other.asked_for),
        ("what lifts it", one.lifted == other.lifted),
        ("what holds it", one.held == other.held),
        ("the segment", one.segment == other.segment),
        // Releases before did not tell.
        ("fit and engagement", one.sides.is_none() || one.sides == other.sides),
        (
            "the reasons",
            one.reason_unit == other.reason_unit && are_same_reasons(&one.reasons, &other.reasons),
        ),
        ("the summary", one.summary == other.summary),
    ];
    holds.into_iter().find(|(_, holds)| !holds).map(|(part, _)| part)
}

fn is_same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits()
}

fn are_same(a: Option<f64>, b: Option<f64>) -> bool {
    a.map(f64::to_bits) == b.map(f64::to_bits)
}

fn is_same_interval(a: Option<ProbabilityInterval>, b: Option<ProbabilityInterval>) -> bool {
    let bits = |i: ProbabilityInterval| (i.from.to_bits(), i.to.to_bits());
    a.map(bits) == b.map(bits)
}

fn is_same_word(a: Option<&Heard>, b: Option<&Heard>) -> bool {
    let bits = |heard: &Heard| (heard.score.value().to_bits(), heard.probability.to_bits());
    match (a, b) {
        (Some(a), Some(b)) => {
            (&a.model, &a.own_model, bits(a)) == (&b.model, &b.own_model, bits(b))
                && is_same_interval(a.interval, b.interval)
        }
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Another release may add up the parts of a score in another order: they are the same to a billionth, which nobody is told. The
/// score and the probability do not come from them.
const SAME_REASON: f64 = 1e-9;

fn are_same_reasons(a: &[Reason], b: &[Reason]) -> bool {
    let same = |(a, b): (&Reason, &Reason)| {
        let words = Reason { contribution: a.contribution, ..b.clone() } == *a;
        words && (a.contribution - b.contribution).abs() <= SAME_REASON
    };
    a.len() == b.len() && a.iter().zip(b).all(same)
}
