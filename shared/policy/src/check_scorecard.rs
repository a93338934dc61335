//! Checks of the scorecard.

use std::collections::BTreeMap;

use leadlight_lead::{FactField, PolicyHash};
use leadlight_settings::{Limit, Problems, Spanned, SpannedList};

use crate::check_model;
use crate::completeness::{CompletenessRule, Gates};
use crate::criteria::{CriteriaShape, Criterion, Graded};
use crate::scale::{LetterLimits, Scale, Thresholds};
use crate::scorecard::Scorecard;
use crate::spec::{Below, CompletenessSpec, GradesSpec, PolicySpec, ThresholdsSpec};

/// `text` is the whole file, from which the digests of rules are taken. What motions have of their own is for others to add.
pub(crate) fn scorecard(p: &mut Problems<'_>, spec: &PolicySpec, text: &str) -> Scorecard {
    let (criteria, weights) = criteria(p, &spec.criteria, &spec.weighed_by_motions());
    let usual = Scale {
        total_weight: weights.values().sum(),
        weights,
        thresholds: thresholds(p, &spec.thresholds, "thresholds"),
        letters: letters(p, &spec.grades, "grades"),
        rejects: true,
    };
    let (features, never_lowers) = check_model::grades(p, &spec.model, spec.criteria.get_ref());
    Scorecard {
        completeness: completeness(p, &spec.completeness),
        never_lowers,
        features,
        by_motion: BTreeMap::new(),
        criteria,
        usual,
        rules: rules(text),
    }
}

/// The criteria, and what each weighs where a motion does not say otherwise. One that weighs nothing there and is weighed by a
/// motion, `of_motions`, has no part in the score of all others.
fn criteria(
    p: &mut Problems<'_>,
    spec: &Spanned<CriteriaShape>,
    of_motions: &[&str],
) -> (BTreeMap<Criterion, Graded>, BTreeMap<Criterion, f64>) {
    let shape = spec.get_ref();
    let checked = shape.check(p);
    let has_part =
        |criterion: Criterion, weight: f64| weight > 0.0 || !of_motions.contains(&criterion.name());
    let weights: BTreeMap<_, _> = checked
        .iter()
        .filter(|(criterion, (_, weight))| has_part(**criterion, *weight))
        .map(|(criterion, (_, weight))| (*criterion, *weight))
        .collect();
    let criteria = checked.into_iter().map(|(criterion, (graded, _))| (criterion, graded)).collect();
    let total_weight: f64 = weights.values().sum();
    match shape.first_weight() {
        None => p.add(
            spec.span(),
            "no criteria are named, so every lead would score the same",
            "add at least one, such as `[criteria.industry]`",
        ),
        Some(span) if total_weight == 0.0 => p.add(
            span,
            "all weights are zero, so every lead would score the same",
            "give at least one criterion a weight over 0",
        ),
        Some(_) => {}
    }
    (criteria, weights)
}

/// A digest of each criterion's table as it is written, but for what a learner does not see. Comments, the order
/// of keys and the way numbers are written do not count.
fn rules(text: &str) -> BTreeMap<String, String> {
    let table: toml::Table = text.parse().unwrap_or_default();
    let criteria = table.get("criteria").and_then(toml::Value::as_table).cloned().unwrap_or_default();
    criteria
        .into_iter()
        .map(|(name, rule)| {
            let mut rule = rule.as_table().cloned().unwrap_or_default();
            rule.remove("weight");
            rule.remove("missing");
            let digest = PolicyHash::of(format!("{name} {rule:?}").as_bytes());
            (name, digest.short().to_owned())
        })
        .collect()
}

fn completeness(p: &mut Problems<'_>, spec: &CompletenessSpec) -> Gates {
    let usual = gate(p, "completeness", &spec.wanted, &spec.minimum_share);
    let own = spec.motions.iter().map(|(motion, own)| {
        let place = format!("completeness.motions.{motion}");
        (*motion, gate(p, &place, &own.wanted, &own.minimum_share))
    });
    Gates { by_motion: own.collect(), usual }
}

fn gate(
    p: &mut Problems<'_>,
    place: &str,
    wanted: &SpannedList<FactField>,
    minimum_share: &Spanned<f64>,
) -> CompletenessRule {
    CompletenessRule {
        wanted: p.list(wanted, &format!("{place}.wanted"), |_, field| Some(*field.get_ref())),
        minimum_share: p.number(minimum_share, &format!("{place}.minimum_share"), Limit::SHARE),
    }
}

/// `place` is the table's name, such as `thresholds`.
pub(crate) fn thresholds(p: &mut Problems<'_>, spec: &ThresholdsSpec, place: &str) -> Thresholds {
    let sdr = p.number(&spec.sdr, &format!("{place}.sdr"), Limit::PERCENT);
    let nurture = p.number(&spec.nurture, &format!("{place}.nurture"), Limit::PERCENT);
    if nurture >= sdr {
        p.add(
            spec.nurture.span(),
            format!("`{place}.nurture` (Y) is {nurture}, not below `{place}.sdr` (X), which is {sdr}"),
            "lower Y or raise X: leads from Y to X are nurtured, those from X go to an SDR",
        );
    }
    Thresholds { sdr, nurture }
}

/// `place` is the table's name, such as `grades`.
pub(crate) fn letters(p: &mut Problems<'_>, spec: &GradesSpec, place: &str) -> LetterLimits {
    let a = p.number(&spec.a, &format!("{place}.a"), Limit::PERCENT);
    let b = p.number(&spec.b, &format!("{place}.b"), Limit::PERCENT);
    let c = p.number(&spec.c, &format!("{place}.c"), Limit::PERCENT);
    for (lower, span, names) in [(b < a, spec.b.span(), ("b", "a")), (c < b, spec.c.span(), ("c", "b"))] {
        if !lower {
            let what = format!("`{place}.{}` is not below `{place}.{}`", names.0, names.1);
            p.add(span, what, "let the limits fall from a to c; what is below c is a D");
        }
    }
    LetterLimits { a, b, c }
}

/// A scale, but for the thresholds and letters that a table says otherwise, and what becomes of low scores. `place` is the
/// table's name.
pub(crate) fn overridden(
    p: &mut Problems<'_>,
    place: &str,
    usual: &Scale,
    said: (Option<&ThresholdsSpec>, Option<&GradesSpec>, Option<Below>),
) -> Scale {
    let (own_thresholds, own_letters, below) = said;
    Scale {
        thresholds: own_thresholds
            .map_or(usual.thresholds, |spec| thresholds(p, spec, &format!("{place}.thresholds"))),
        letters: own_letters.map_or(usual.letters, |spec| letters(p, spec, &format!("{place}.grades"))),
        rejects: below.map_or(usual.rejects, |below| below == Below::Reject),
        ..usual.clone()
    }
}
