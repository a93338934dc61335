//! What becomes of the model in force once another policy is.

use std::collections::BTreeSet;

use leadlight_model::{FeatureMismatch, FeatureSpec};
use leadlight_policy::Policy;
use serde::Serialize;

use crate::champion::{Champion, feature_specs};

/// What becomes of the model in force once another policy is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ModelFate {
    /// There is none: the rules decide before and after.
    None {
        /// Why there is none.
        because: String,
    },
    /// It goes on as it was.
    Stays,
    /// It goes on by what it knows; what it does not know is learnt by the next training, which grades all deals by the
    /// new policy.
    StaysBehind {
        /// Features that it has not learnt, by name.
        unknown: Vec<String>,
    },
    /// It steps aside, and the rules decide until the next training.
    StepsAside {
        /// What does not fit.
        because: String,
    },
    /// It has stepped aside already, and stays there.
    StaysAside {
        /// What does not fit.
        because: String,
    },
    /// It had stepped aside, and decides again.
    ComesBack,
    /// It fits, and the policy lets the rules decide: it is heard.
    IsHeard,
    /// It was only heard, and decides from now on.
    TakesOver,
}

impl ModelFate {
    /// Of the champion, once `candidate` is in force in the place of `now`.
    pub fn of(champion: &Champion, now: Option<&Policy>, candidate: &Policy) -> Self {
        let artifact = match champion {
            Champion::Absent { because } => return Self::None { because: because.clone() },
            Champion::Model { artifact, .. } => artifact,
        };
        let specs = feature_specs(candidate);
        let fits_now = now.is_none_or(|now| artifact.matches_features(&feature_specs(now)).is_ok());
        let is_heard = |policy: &Policy| !policy.lets_a_model_decide();
        let was_heard = fits_now && now.is_some_and(is_heard);
        match (fits_now, artifact.matches_features(&specs)) {
            (_, Ok(())) if is_heard(candidate) => Self::IsHeard,
            (true, Ok(())) if was_heard => Self::TakesOver,
            (true, Err(error)) => Self::StepsAside { because: misfit(&error) },
            (false, Err(error)) => Self::StaysAside { because: misfit(&error) },
            (false, Ok(())) => Self::ComesBack,
            (true, Ok(())) => {
                // What was there before, and was not learnt since it is known of no deal, is nothing new.
                let known: BTreeSet<String> = names(artifact.features().cloned())
                    .chain(now.into_iter().flat_map(|now| names(feature_specs(now))))
                    .collect();
                let unknown: Vec<String> = names(specs).filter(|name| !known.contains(name)).collect();
                if unknown.is_empty() { Self::Stays } else { Self::StaysBehind { unknown } }
            }
        }
    }

    /// Whether a model decides the score.
    pub fn scores(&self) -> bool {
        matches!(self, Self::Stays | Self::StaysBehind { .. } | Self::ComesBack | Self::TakesOver)
    }

    /// Whether a training is due for it: the rules decide without, or it does not know all there is.
    pub fn wants_training(&self) -> bool {
        matches!(self, Self::StaysBehind { .. } | Self::StepsAside { .. } | Self::StaysAside { .. })
    }
}

/// What keeps a model from deciding under a policy, such as "`engagement` no longer means what the model learnt".
pub fn misfit(mismatch: &FeatureMismatch) -> String {
    let named = |names: &[String]| format!("`{}`", names.join("`, `"));
    let gone = (!mismatch.missing.is_empty())
        .then(|| format!("the policy lacks {}, which the model learnt", named(&mismatch.missing)));
    let other = (!mismatch.changed.is_empty())
        .then(|| format!("{} no longer means what the model learnt", named(&mismatch.changed)));
    gone.into_iter().chain(other).collect::<Vec<_>>().join("; ")
}

fn names(specs: impl IntoIterator<Item = FeatureSpec>) -> impl Iterator<Item = String> {
    specs.into_iter().map(|spec| spec.name)
}

/// Criteria that have another weight under another policy, by name. One that only one of the policies has is none of them:
/// that is more than a weight.
pub fn other_weights(now: &Policy, candidate: &Policy) -> Vec<String> {
    let before = now.weights();
    let is_other = |(name, weight): &(String, f64)| {
        before.iter().any(|(other, was)| other == name && (was - weight).abs() > 1e-9)
    };
    candidate.weights().into_iter().filter(is_other).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::{SignedDuration, Timestamp};
    use leadlight_lead::{
        Decision, DrawKey, EnrichedLead, FeatureValue, FeatureVector, Motion, StageMessage,
    };
    use leadlight_model::{Deals, LearnerKind, Lineage, TrainingRow, train};

    use super::*;

    const POLICY: &str = include_str!("../../../infra/policies/default.toml");

    fn policy(text: &str) -> Policy {
        Policy::parse("p.toml", text).unwrap()
    }

    /// A model that has learnt the policy's grades.
    fn champion(policy: &Policy) -> Champion {
        let mut deals = Deals::new(feature_specs(policy));
        for n in 0..80_i32 {
            let grade = f64::from(n % 10) / 10.0;
            let grades = feature_specs(policy).into_iter().filter(|spec| spec.rule.is_some());
            let values = grades.map(|spec| (spec.name, Some(FeatureValue::from(grade)))).collect();
            deals.push(&TrainingRow {
                features: FeatureVector::new::<FeatureValue>(values).unwrap(),
                won: (n * 7) % 10 < n % 10,
                closed_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(i64::from(n)),
                account: None,
                scope: None,
            });
        }
        let lineage = Lineage {
            policy: policy.hash().clone(),
            code_version: "test".to_owned(),
            trained_at: Timestamp::UNIX_EPOCH,
        };
        let artifact = train(&deals, LearnerKind::LogisticRegression, lineage).unwrap().artifact;
        Champion::Model { hash: artifact.hash(), artifact: Arc::new(artifact) }
    }

    /// What a policy makes of a model: the model's word where it decides, or beside the rules'.
    fn decided(champion: &Champion, decides: &str) -> Decision {
        let ruled = POLICY.replacen("[model]\n", &format!("[model]\ndecides = \"{decides}\"\n"), 1);
        let draw_by = DrawKey::new([7; 32]);
        crate::judge(&policy(&ruled), None, champion, &lead(), &draw_by).decision
    }

    fn lead() -> EnrichedLead {
        EnrichedLead::from_message(include_bytes!("../../lead/testdata/v1/enriched-lead.json")).unwrap()
    }

    #[test]
    fn the_policy_says_how_far_a_model_decides() {
        let champion = champion(&policy(POLICY));
        let by_model =
            crate::judge(&policy(POLICY), None, &champion, &lead(), &DrawKey::new([7; 32])).decision;
        let (model, rules) = (decided(&champion, "model"), decided(&champion, "rules"));
        assert_eq!((&model.decided_by, &model.reasons), (&by_model.decided_by, &by_model.reasons));
        assert_eq!(model.heard, None);

        // Heard: the rules' score and reasons, the model's chance beside them.
        assert_eq!((rules.score, rules.probability, rules.model()), (rules.points, None, None));
        assert_eq!((rules.chance(), rules.asked_model()), (model.probability, model.model()));
        assert_eq!(rules.heard.as_ref().map(|heard| heard.score), Some(model.score));
        let points: f64 = rules.reasons.iter().map(|reason| reason.contribution).sum();
        assert!((points - rules.score.value()).abs() < 1e-9);

        // The higher one: never under either.
        let higher = decided(&champion, "higher");
        assert_eq!(higher.score.value().to_bits(), model.score.value().max(rules.score.value()).to_bits());
        assert_eq!(higher.heard.is_some(), rules.score.value() > model.score.value());
        assert_ne!(model.score, rules.score, "a sample that tells them apart");
        assert_eq!(higher.chance(), model.probability, "its chance is told in any case");
    }

    #[test]
    fn a_motion_may_have_its_own_say() {
        let champion = champion(&policy(POLICY));
        let own = format!("{POLICY}\n[motions.inbound]\ndecides = \"rules\"\n");
        let policy = policy(&own);
        let mut lead = lead();
        lead.motion = Motion::Inbound;
        let draw_by = DrawKey::new([7; 32]);
        assert!(crate::judge(&policy, None, &champion, &lead, &draw_by).decision.heard.is_some());
        lead.motion = Motion::Event;
        assert!(crate::judge(&policy, None, &champion, &lead, &draw_by).decision.model().is_some());
    }

    #[test]
    fn a_model_that_is_only_heard_is_said_to_be() {
        let now = policy(POLICY);
        let champion = champion(&now);
        let ruled = policy(&POLICY.replacen("[model]\n", "[model]\ndecides = \"rules\"\n", 1));
        let heard = ModelFate::of(&champion, Some(&now), &ruled);
        assert_eq!((&heard, heard.scores(), heard.wants_training()), (&ModelFate::IsHeard, false, false));
        assert_eq!(ModelFate::of(&champion, Some(&ruled), &now), ModelFate::TakesOver);
    }

    #[test]
    fn a_model_stays_steps_aside_and_comes_back() {
        let now = policy(POLICY);
        let champion = champion(&now);
        let fate = |now: &Policy, candidate: &Policy| ModelFate::of(&champion, Some(now), candidate);
        assert_eq!(fate(&now, &now), ModelFate::Stays);
        let heavier = policy(&POLICY.replacen("weight = 15", "weight = 30", 1));
        assert_eq!(fate(&now, &heavier), ModelFate::Stays, "it sees no weight");
        assert_eq!(other_weights(&now, &heavier), ["engagement"]);
        assert!(other_weights(&now, &now).is_empty());

        let other_rule = policy(&POLICY.replacen("half_life_days = ", "half_life_days = 1", 1));
        let ModelFate::StepsAside { because } = fate(&now, &other_rule) else { panic!() };
        assert_eq!(because, "`engagement` no longer means what the model learnt");
        assert!(matches!(fate(&other_rule, &other_rule), ModelFate::StaysAside { .. }));
        assert_eq!(fate(&other_rule, &now), ModelFate::ComesBack);
        assert!(fate(&other_rule, &now).scores() && !fate(&now, &other_rule).scores());
    }

    #[test]
    fn what_it_does_not_know_is_named() {
        let narrow = policy(&POLICY.replace("\n[model]\n", "\n[model]\nfacts = [\"company.industry\"]\n"));
        let wide = policy(POLICY);
        let ModelFate::StaysBehind { unknown } = ModelFate::of(&champion(&narrow), Some(&narrow), &wide)
        else {
            panic!()
        };
        assert!(unknown.contains(&"company.country".to_owned()), "{unknown:?}");
    }

    #[test]
    fn without_a_model_nothing_becomes_of_it() {
        let none = Champion::Absent { because: "no model is published yet".to_owned() };
        let fate = ModelFate::of(&none, None, &policy(POLICY));
        assert_eq!(fate, ModelFate::None { because: "no model is published yet".to_owned() });
        assert!(!fate.scores() && !fate.wants_training());
    }
}
