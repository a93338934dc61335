//! The decision.

use leadlight_accounts::Accounts;
use leadlight_lead::{
    DecidedBy, Decision, DrawKey, EnrichedLead, FeatureValue, FeatureVector, Lot, ModelHash,
    ProbabilityInterval, chain,
};
use leadlight_model::{Artifact, FeatureSpec};
use leadlight_policy::{Assessment, Opinion, Policy};

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
    let assessment = policy.assess_beside(lead, &accounts);
    let scope = scope(lead);
    let mut own_model = None;
    let (opinion, unfit) = match champion {
        Champion::Absent { because } => (Opinion::Rules { because: because.clone() }, None),
        Champion::Model { hash, artifact } => match estimate(policy, hash, artifact, &scope, &assessment) {
            Ok(opinion) => {
                own_model = artifact.voice(Some(&scope)).own().map(|_| lead.motion);
                (opinion, None)
            }
            Err(reason) => {
                let because = format!("the model {} does not fit: {reason}", hash.short());
                (Opinion::Rules { because }, Some(Unfit { model: hash.clone(), reason }))
            }
        },
    };
    let decision = policy.decide(assessment, opinion, Lot::of(lead.id(), draw_by));
    let accounts = accounts.map(|list| list.hash().clone());
    Judgement { decision: Decision { accounts, own_model, ..decision }, unfit }
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

/// Which leads may share a model of their own: those of one motion. The same for scoring and training.
pub fn scope(lead: &EnrichedLead) -> String {
    lead.motion.to_string()
}

fn estimate(
    policy: &Policy,
    hash: &ModelHash,
    artifact: &Artifact,
    scope: &str,
    assessment: &Assessment,
) -> Result<Opinion, String> {
    artifact.matches_features(&feature_specs(policy)).map_err(|e| chain(&e))?;
    let says = |spec: &FeatureSpec, value: Option<&FeatureValue>| policy.says(&spec.name, value);
    let voice = artifact.voice(Some(scope));
    let prediction = voice.predict_saying(&assessment.features, says).map_err(|e| chain(&e))?;
    Ok(Opinion::Model {
        hash: hash.clone(),
        summary: prediction.summary(),
        probability: prediction.probability,
        interval: prediction.interval.map(|i| ProbabilityInterval { from: i.from, to: i.to }),
        score: prediction.score,
        reasons: prediction.reasons,
    })
}
