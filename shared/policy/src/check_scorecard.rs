//! Checks of the scorecard.

use std::collections::BTreeMap;

use leadlight_lead::{FactField, PolicyHash};
use leadlight_settings::{Limit, Problems, Spanned, SpannedList};

use crate::check_model;
use crate::completeness::{CompletenessRule, Gates};
use crate::criteria::{CriteriaShape, Criterion, Weighted};
use crate::scorecard::{LetterLimits, Scorecard, Thresholds};
use crate::spec::{CompletenessSpec, GradesSpec, PolicySpec, ThresholdsSpec};

/// `text` is the whole file, from which the digests of rules are taken.
pub(crate) fn scorecard(p: &mut Problems<'_>, spec: &PolicySpec, text: &str) -> Scorecard {
    let (criteria, total_weight) = criteria(p, &spec.criteria);
    let (features, never_lowers) = check_model::grades(p, &spec.model, spec.criteria.get_ref());
    Scorecard {
        completeness: completeness(p, &spec.completeness),
        never_lowers,
        features,
        criteria,
        total_weight,
        thresholds: thresholds(p, &spec.thresholds),
        letters: letters(p, &spec.grades),
        rules: rules(text),
    }
}

fn criteria(p: &mut Problems<'_>, spec: &Spanned<CriteriaShape>) -> (BTreeMap<Criterion, Weighted>, f64) {
    let shape = spec.get_ref();
    let criteria = shape.check(p);
    let total_weight = criteria.values().map(|weighted| weighted.weight).sum();
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
    (criteria, total_weight)
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

fn thresholds(p: &mut Problems<'_>, spec: &ThresholdsSpec) -> Thresholds {
    let sdr = p.number(&spec.sdr, "thresholds.sdr", Limit::PERCENT);
    let nurture = p.number(&spec.nurture, "thresholds.nurture", Limit::PERCENT);
    if nurture >= sdr {
        p.add(
            spec.nurture.span(),
            format!("`thresholds.nurture` (Y) is {nurture}, not below `thresholds.sdr` (X), which is {sdr}"),
            "lower Y or raise X: leads from Y to X are nurtured, those from X go to an SDR",
        );
    }
    Thresholds { sdr, nurture }
}

fn letters(p: &mut Problems<'_>, spec: &GradesSpec) -> LetterLimits {
    let a = p.number(&spec.a, "grades.a", Limit::PERCENT);
    let b = p.number(&spec.b, "grades.b", Limit::PERCENT);
    let c = p.number(&spec.c, "grades.c", Limit::PERCENT);
    for (lower, span, names) in [(b < a, spec.b.span(), ("b", "a")), (c < b, spec.c.span(), ("c", "b"))] {
        if !lower {
            let what = format!("`grades.{}` is not below `grades.{}`", names.0, names.1);
            p.add(span, what, "let the limits fall from a to c; what is below c is a D");
        }
    }
    LetterLimits { a, b, c }
}
