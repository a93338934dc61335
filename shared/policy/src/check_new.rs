//! What a file is held to before it comes into force, beyond what one that is in force already has to keep.
//!
//! A policy of a release before must be read by this one, or leads would wait. So a check that comes later and could refuse such
//! a file stands here: it is for files that people hold in their hands.

use leadlight_lead::{ActivityKind, Motion};
use leadlight_settings::{Problems, Spanned};

use crate::criteria::Criterion;
use crate::policy::Policy;
use crate::sources::Statement;
use crate::spec::PolicySpec;

/// Notes what says nothing, or can never hold.
pub(crate) fn check(p: &mut Problems<'_>, spec: &PolicySpec, policy: &Policy) {
    empty_motions(p, spec);
    silent_lifts(p, spec);
    if let Some(activation) = &spec.criteria.get_ref().activation {
        activation.unreachable(p);
        unheard_usage(p, spec, policy);
    }
    requests_of_everybody(p, spec);
}

fn empty_motions(p: &mut Problems<'_>, spec: &PolicySpec) {
    let Some(motions) = &spec.motions else { return };
    for (motion, said) in motions.get_ref() {
        if said.get_ref().says_nothing() {
            p.add(
                said.span(),
                format!(
                    "`[motions.{motion}]` says nothing: it has no thresholds, no weights and nothing else"
                ),
                "add what is to differ for its leads, such as `thresholds`, or remove the table",
            );
        }
    }
}

/// A lift of nothing, whatever it is for.
fn silent_lifts(p: &mut Problems<'_>, spec: &PolicySpec) {
    for (kind, others, names) in spec.lifts.shares() {
        let is_nothing = |share: &Spanned<f64>| *share.get_ref() == 0.0;
        if is_nothing(others) && names.values().all(is_nothing) {
            p.add(
                others.span(),
                format!("`[lifts.{kind}]` lifts nothing: `others` is 0, and no name counts more"),
                "let some name, or all others, count over 0, or remove the table",
            );
        }
    }
}

/// Usage that no source may tell of is never known.
fn unheard_usage(p: &mut Problems<'_>, spec: &PolicySpec, policy: &Policy) {
    for motion in policy.scorecard.by_motion.keys() {
        let weighs = policy.scorecard.scale(*motion).weights.get(&Criterion::Activation);
        let is_told = hears(policy, *motion);
        if weighs.is_some_and(|weight| *weight > 0.0) && !is_told {
            let own = spec.motions.as_ref().and_then(|motions| motions.get_ref().get(motion));
            let at = own.map_or(0..0, Spanned::span);
            p.add(
                at,
                format!(
                    "nobody can reach a milestone of `criteria.activation` in the motion {motion}: none of its sources may \
                     say `activity`"
                ),
                format!("let a source of the motion {motion} say `activity`, or give activation no weight there"),
            );
        }
    }
}

/// Whether a source that brings leads of a motion may tell of behaviour.
fn hears(policy: &Policy, motion: Motion) -> bool {
    policy.sources().any(|(_, rule)| {
        let brings = rule.motion == motion || rule.may_say.contains(&Statement::MotionHint);
        brings && rule.may_say.contains(&Statement::Activity)
    })
}

/// Everybody would ask for a person: nobody would have meant that.
fn requests_of_everybody(p: &mut Problems<'_>, spec: &PolicySpec) {
    let Some(requests) = &spec.hand_raisers else { return };
    for kind in requests.behaviours().iter().filter(|kind| *kind.get_ref() == ActivityKind::PageView) {
        p.add(
            kind.span(),
            "`hand_raisers.behaviours` names page_view: everybody who looks at a page would ask for a person",
            "remove it; name what people ask by, such as demo_request",
        );
    }
}
