//! The decision.

use std::sync::Arc;

use leadlight_accounts::Accounts;
use leadlight_lead::{
    DecidedBy, Decision, DrawKey, EnrichedLead, FeatureValue, FeatureVector, Heard, Lot, ModelHash, Motion,
    ProbabilityInterval, Score, Segment, chain,
};
use leadlight_model::{Artifact, FeatureSpec, Prediction, scope_within};
use leadlight_policy::{Assessment, Keeps, Opinion, Policy, Readings};

use crate::champion::{Champion, feature_specs};

/// A decision, and what kept the champion from having a say in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// What was decided, and why.
    pub decision: Decision,
    /// Set where a champion is in force that could not be used for this lead, so that the rules decided.
    pub unfit: Option<Unfit>,
}

/// A champion that does not fit the policy or the lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// The champion.
    pub model: ModelHash,
    /// What does not fit; without personal data.
    pub reason: String,
}

/// Decides on a lead: the policy judges, the champion estimates. One that does not fit the policy or the lead never
/// stops scoring: the rules decide, and the judgement says so. `draw_by` decides which rejected leads people see all
/// the same. The list of accounts says who is a customer or a competitor beside those whom the policy names; the decision
/// cites it, so that it can be computed again.
pub fn judge(
    policy: &Policy,
    accounts: Option<&Accounts>,
    champion: &Champion,
    lead: &EnrichedLead,
    draw_by: &DrawKey,
) -> Judgement {
    let misfit = misfit(policy, champion);
    let voice = Voice { champion, misfit: misfit.as_deref() };
    let seen = Seen { lead, readings: &Readings::of(lead), keeps: Keeps::All };
    decided(policy, accounts, voice, seen, Lot::of(lead.id(), draw_by))
}

/// Policy, list of accounts and champion that decide on many leads: what is the same for all of them, such as whether the
/// champion fits the policy, is looked at once. Decides as [`judge`] does, to the bit.
#[derive(Debug, Clone)]
pub struct Judge {
    policy: Arc<Policy>,
    accounts: Option<Arc<Accounts>>,
    champion: Champion,
    misfit: Option<String>,
}

impl Judge {
    /// Of what decides.
    pub fn new(policy: Arc<Policy>, accounts: Option<Arc<Accounts>>, champion: Champion) -> Self {
        let misfit = misfit(&policy, &champion);
        Self { policy, accounts, champion, misfit }
    }

    /// The policy that it follows.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The model that is asked; none where there is none or it does not fit the policy. Whether it decides or is only heard is
    /// for the policy's `decides`.
    pub fn model(&self) -> Option<&ModelHash> {
        match &self.champion {
            Champion::Model { hash, .. } if self.misfit.is_none() => Some(hash),
            Champion::Model { .. } | Champion::Absent { .. } => None,
        }
    }

    /// The champion that does not fit the policy, and why.
    pub fn unfit(&self) -> Option<Unfit> {
        match (&self.champion, &self.misfit) {
            (Champion::Model { hash, .. }, Some(reason)) => {
                Some(Unfit { model: hash.clone(), reason: reason.clone() })
            }
            _ => None,
        }
    }

    /// The segment for which the policy wants a person to look at a lead first; none where none does.
    pub(crate) fn seen_first(&self, lead: &EnrichedLead) -> Option<Segment> {
        self.policy.segment_seen_first(lead, &self.accounts.as_deref())
    }

    /// As [`judge`].
    pub fn judge(&self, lead: &EnrichedLead, draw_by: &DrawKey) -> Judgement {
        self.judge_reading(lead, draw_by, &Readings::of(lead))
    }

    /// The same by what was read of the lead already.
    pub(crate) fn judge_reading(
        &self,
        lead: &EnrichedLead,
        draw_by: &DrawKey,
        readings: &Readings<'_>,
    ) -> Judgement {
        self.decide(Seen { lead, readings, keeps: Keeps::All }, draw_by)
    }

    /// The same without what a model may see, where none is asked.
    pub(crate) fn judge_in_short(
        &self,
        lead: &EnrichedLead,
        draw_by: &DrawKey,
        readings: &Readings<'_>,
    ) -> Judgement {
        let keeps = if self.model().is_some() { Keeps::All } else { Keeps::NoFeatures };
        self.decide(Seen { lead, readings, keeps }, draw_by)
    }

    fn decide(&self, seen: Seen<'_>, draw_by: &DrawKey) -> Judgement {
        let voice = Voice { champion: &self.champion, misfit: self.misfit.as_deref() };
        let lot = Lot::of(seen.lead.id(), draw_by);
        decided(&self.policy, self.accounts.as_deref(), voice, seen, lot)
    }

    /// What the policy finds on a lead, with the list of accounts beside it.
    pub(crate) fn assess(&self, lead: &EnrichedLead) -> Assessment {
        self.policy.assess_beside(lead, &self.accounts.as_deref())
    }

    /// Decides as [`judge`] does, on what [`Judge::assess`] found.
    pub(crate) fn decide_on(&self, lead: &EnrichedLead, assessment: Assessment, lot: Lot) -> Judgement {
        let voice = Voice { champion: &self.champion, misfit: self.misfit.as_deref() };
        decided_on(&self.policy, self.accounts.as_deref(), voice, lead, assessment, lot)
    }

    /// The same where the rules decide for a reason of their own, such as one that a decision of before gives.
    pub(crate) fn judge_by_rules(
        &self,
        because: &str,
        lead: &EnrichedLead,
        draw_by: &DrawKey,
        readings: &Readings<'_>,
    ) -> Judgement {
        let champion = Champion::Absent { because: because.to_owned() };
        let voice = Voice { champion: &champion, misfit: None };
        let seen = Seen { lead, readings, keeps: Keeps::All };
        decided(&self.policy, self.accounts.as_deref(), voice, seen, Lot::of(lead.id(), draw_by))
    }
}

/// A champion, and why it cannot speak under the policy, if so.
#[derive(Clone, Copy)]
struct Voice<'a> {
    champion: &'a Champion,
    misfit: Option<&'a str>,
}

/// A lead, what was read of it, and what of it is wanted.
#[derive(Clone, Copy)]
struct Seen<'a> {
    lead: &'a EnrichedLead,
    readings: &'a Readings<'a>,
    keeps: Keeps,
}

fn misfit(policy: &Policy, champion: &Champion) -> Option<String> {
    match champion {
        Champion::Absent { .. } => None,
        Champion::Model { artifact, .. } => {
            artifact.matches_features(&feature_specs(policy)).err().map(|error| chain(&error))
        }
    }
}

fn decided(
    policy: &Policy,
    accounts: Option<&Accounts>,
    voice: Voice<'_>,
    seen: Seen<'_>,
    lot: Lot,
) -> Judgement {
    let Seen { lead, readings, keeps } = seen;
    let assessment = policy.assess_reading(lead, &accounts, readings, keeps);
    decided_on(policy, accounts, voice, lead, assessment, lot)
}

fn decided_on(
    policy: &Policy,
    accounts: Option<&Accounts>,
    voice: Voice<'_>,
    lead: &EnrichedLead,
    assessment: Assessment,
    lot: Lot,
) -> Judgement {
    let (mut own_model, mut heard) = (None, None);
    let (opinion, unfit) = match voice.champion {
        Champion::Absent { because } => (Opinion::Rules { because: because.clone() }, None),
        Champion::Model { hash, artifact } => {
            let scope = scope(lead.motion, assessment.segment.as_ref());
            let said = voice.misfit.map_or_else(
                || estimate(policy, hash, artifact, &scope, &assessment),
                |misfit| Err(misfit.to_owned()),
            );
            match said {
                Ok(said) => {
                    own_model = artifact.voice(Some(&scope)).own().map(str::to_owned);
                    match policy.decides(lead.motion).overrules(assessment.points, said.score) {
                        None => (said.opinion(), None),
                        Some(because) => {
                            heard = Some(said.heard(own_model.take()));
                            (Opinion::Rules { because: because.to_owned() }, None)
                        }
                    }
                }
                Err(reason) => {
                    let because = format!("the model {} does not fit: {reason}", hash.short());
                    (Opinion::Rules { because }, Some(Unfit { model: hash.clone(), reason }))
                }
            }
        }
    };
    let decision = policy.decide(assessment, opinion, lot);
    let accounts = accounts.map(|list| list.hash().clone());
    Judgement { decision: Decision { accounts, own_model, heard, ..decision }, unfit }
}

/// Why no model decided on a deal of the past: the mark by which [`is_after_the_fact`] knows it. Stored decisions have it.
const HISTORY: &str = "imported history";

/// Decides on a lead that was worked long ago, as if it had been judged by the rules then. Chance has no part in it:
/// it is never drawn into the exploration sample.
pub fn judge_history(policy: &Policy, lead: &EnrichedLead) -> Decision {
    let opinion = Opinion::Rules { because: HISTORY.to_owned() };
    policy.decide(policy.assess(lead), opinion, Lot::NEVER)
}

/// Whether a decision was computed for a deal that had ended already. Nobody worked by it.
pub fn is_after_the_fact(decision: &Decision) -> bool {
    matches!(&decision.decided_by, DecidedBy::Rules { because } if because == HISTORY)
}

/// What a model may see of a lead, as a policy grades it. What was known of the lead then is kept with it, so that it
/// can be graded by another policy later; nothing that came afterwards is seen.
pub fn features(policy: &Policy, lead: &EnrichedLead) -> FeatureVector {
    policy.assess(lead).features
}

/// Which leads may share a model of their own: those of one motion, and within it those of one of its segments. The same for
/// scoring and training.
pub fn scope(motion: Motion, segment: Option<&Segment>) -> String {
    let motion = motion.to_string();
    match segment.and_then(Segment::name) {
        Some(segment) => scope_within(&motion, segment),
        None => motion,
    }
}

fn estimate(
    policy: &Policy,
    hash: &ModelHash,
    artifact: &Artifact,
    scope: &str,
    assessment: &Assessment,
) -> Result<Said, String> {
    let says = |spec: &FeatureSpec, value: Option<&FeatureValue>| policy.says(&spec.name, value);
    let voice = artifact.voice(Some(scope));
    let prediction = voice.predict_saying(&assessment.features, says).map_err(|e| chain(&e))?;
    Ok(Said {
        model: hash.clone(),
        score: prediction.score,
        interval: prediction.interval.map(|i| ProbabilityInterval { from: i.from, to: i.to }),
        prediction,
    })
}

/// What a model said of a lead.
struct Said {
    model: ModelHash,
    score: Score,
    interval: Option<ProbabilityInterval>,
    prediction: Prediction,
}

impl Said {
    /// Where it decides.
    fn opinion(self) -> Opinion {
        Opinion::Model {
            hash: self.model,
            summary: self.prediction.summary(),
            probability: self.prediction.probability,
            interval: self.interval,
            score: self.score,
            reasons: self.prediction.reasons,
        }
    }

    /// Where the rules do.
    fn heard(self, own_model: Option<String>) -> Heard {
        let Self { model, score, interval, prediction } = self;
        Heard { model, own_model, score, probability: prediction.probability, interval }
    }
}
