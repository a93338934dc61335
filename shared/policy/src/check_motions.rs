//! Checks of what motions have of their own: how much each criterion counts, which scores decide, what becomes of low ones, how
//! soon people answer. How a criterion is graded is the same for all motions, so that a grade means one thing to everybody
//! who reads it, and to a model.

use std::collections::BTreeMap;

use leadlight_lead::{Motion, SourceName};
use leadlight_settings::{Problems, Spanned};

use crate::check_people;
use crate::check_scorecard;
use crate::check_segments::{self, Around};
use crate::criteria::{Criterion, WEIGHT};
use crate::dial::Decides;
use crate::disqualify::DisqualifyRules;
use crate::people::MotionRules;
use crate::scale::Scale;
use crate::scorecard::Scorecard;
use crate::segments::Segments;
use crate::sources::SourceRule;
use crate::spec::{MotionSpec, Motions};

/// Each motion's scale: the scorecard's usual one, but for what the motion says.
pub(crate) fn scales(
    p: &mut Problems<'_>,
    motions: Option<&Motions>,
    scorecard: &Scorecard,
) -> BTreeMap<Motion, Scale> {
    let named: Vec<Criterion> = scorecard.criteria.keys().copied().collect();
    let all = motions.into_iter().flat_map(Spanned::get_ref);
    all.map(|(motion, spec)| (*motion, scale(p, *motion, spec.get_ref(), &scorecard.usual, &named))).collect()
}

fn scale(
    p: &mut Problems<'_>,
    motion: Motion,
    spec: &MotionSpec,
    usual: &Scale,
    named: &[Criterion],
) -> Scale {
    let weights = match &spec.weights {
        Some(listed) => weights(p, motion, listed, named),
        None => usual.weights.clone(),
    };
    let weighed = Scale { total_weight: weights.values().sum(), weights, ..usual.clone() };
    let said = (spec.thresholds.as_ref(), spec.grades.as_ref(), spec.below);
    check_scorecard::overridden(p, &format!("motions.{motion}"), &weighed, said)
}

fn weights(
    p: &mut Problems<'_>,
    motion: Motion,
    listed: &Spanned<BTreeMap<String, Spanned<f64>>>,
    named: &[Criterion],
) -> BTreeMap<Criterion, f64> {
    let mut weights = BTreeMap::new();
    for (name, weight) in listed.get_ref() {
        let place = format!("motions.{motion}.weights.{name}");
        if let Some(criterion) = named.iter().find(|criterion| criterion.name() == name) {
            weights.insert(*criterion, p.number(weight, &place, WEIGHT));
        } else {
            let known: Vec<_> = named.iter().map(|criterion| criterion.name()).collect();
            let what = format!("`{place}`: there is no `[criteria.{name}]` in this file");
            p.add(weight.span(), what, format!("use some of {}, or add its table", known.join(", ")));
        }
    }
    if weights.values().sum::<f64>() == 0.0 {
        let what =
            format!("all weights of the motion {motion} are zero, so all its leads would score the same");
        p.add(listed.span(), what, "give at least one criterion a weight over 0, or leave `weights` out");
    }
    weights
}

/// Each motion's segments, of those that have any.
pub(crate) fn segments(
    p: &mut Problems<'_>,
    motions: Option<&Motions>,
    scorecard: &Scorecard,
    sources: &BTreeMap<SourceName, SourceRule>,
    disqualify: &DisqualifyRules,
) -> Segments {
    let all = motions.into_iter().flat_map(Spanned::get_ref);
    let all = all.map(|(motion, spec)| (motion, spec.get_ref()));
    let with_segments = all.filter(|(_, spec)| !spec.segments.is_empty());
    let by_motion = with_segments
        .map(|(motion, spec)| {
            let around = Around {
                motion: *motion,
                scale: scorecard.scale(*motion),
                sources,
                minimum_employees: disqualify.minimum_employees,
                excluded_countries: &disqualify.excluded_countries,
                industries: scorecard.listed_industries(),
            };
            (*motion, check_segments::segments(p, &spec.segments, &around))
        })
        .collect();
    Segments { by_motion }
}

/// Motions that say whose score decides on their leads.
pub(crate) fn decides(motions: Option<&Motions>) -> impl Iterator<Item = (Motion, Decides)> {
    let all = motions.into_iter().flat_map(Spanned::get_ref);
    all.filter_map(|(motion, spec)| Some((*motion, spec.get_ref().decides?)))
}

/// Each motion's label and times to answer.
pub(crate) fn rules(p: &mut Problems<'_>, motions: Option<&Motions>) -> BTreeMap<Motion, MotionRules> {
    let all = motions.into_iter().flat_map(Spanned::get_ref);
    all.map(|(motion, spec)| (motion, spec.get_ref()))
        .map(|(motion, spec)| {
            let place = format!("motions.{motion}.sla_minutes");
            let rules = MotionRules {
                label: spec.label.as_ref().map(|label| p.words(label, "label")),
                sla: spec.sla_minutes.as_ref().map(|spec| check_people::sla(p, spec, &place)),
            };
            (*motion, rules)
        })
        .collect()
}
