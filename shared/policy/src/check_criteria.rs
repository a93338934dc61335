//! Checks of the graded criteria.

use std::collections::BTreeMap;

use leadlight_lead::Seniority;
use leadlight_settings::{Limit, Problems, Spanned};

use crate::check::{STRENGTH, UNDER_100, WEIGHT};
use crate::criteria::{
    CompanySizeRule, Criteria, EngagementRule, IndustryRule, IntentRule, TechStackRule, Weighted,
};
use crate::keyed::BySeniority;
use crate::spec::{CompanySizeSpec, CriteriaSpec, EngagementSpec, IndustrySpec, IntentSpec, TechStackSpec};

pub(crate) fn criteria(p: &mut Problems<'_>, spec: &CriteriaSpec) -> Criteria {
    let criteria = Criteria {
        industry: industry(p, &spec.industry),
        company_size: company_size(p, &spec.company_size),
        function: weighted(p, "function", &spec.function.weight, &spec.function.missing, |p| {
            spec.function
                .grades
                .map(|grade| p.number(grade, "a grade of criteria.function.grades", Limit::SHARE))
        }),
        seniority: weighted(p, "seniority", &spec.seniority.weight, &spec.seniority.missing, |p| {
            seniority(p, &spec.seniority.grades)
        }),
        tech_stack: tech_stack(p, &spec.tech_stack),
        engagement: engagement(p, &spec.engagement),
        intent: intent(p, &spec.intent),
    };
    if criteria.total_weight() == 0.0 {
        p.add(
            spec.industry.weight.span(),
            "all weights are zero, so every lead would score the same",
            "give at least one criterion a weight over 0",
        );
    }
    criteria
}

/// What is preferred must not be what is rejected.
pub(crate) fn size_against_minimum(p: &mut Problems<'_>, spec: &CompanySizeSpec, minimum: u32) {
    let ideal_min = *spec.ideal_min.get_ref();
    if ideal_min < minimum {
        p.add(
            spec.ideal_min.span(),
            format!(
                "the ideal range begins at {ideal_min}, but companies below {minimum} employees are rejected"
            ),
            format!("begin the range at {minimum} or more, or lower `disqualify.minimum_employees`"),
        );
    }
}

fn weighted<R>(
    p: &mut Problems<'_>,
    criterion: &str,
    weight: &Spanned<f64>,
    missing: &Spanned<f64>,
    rule: impl FnOnce(&mut Problems<'_>) -> R,
) -> Weighted<R> {
    Weighted {
        weight: p.number(weight, &format!("criteria.{criterion}.weight"), WEIGHT),
        missing: p.number(missing, &format!("criteria.{criterion}.missing"), Limit::SHARE),
        rule: rule(p),
    }
}

fn industry(p: &mut Problems<'_>, spec: &IndustrySpec) -> Weighted<IndustryRule> {
    weighted(p, "industry", &spec.weight, &spec.missing, |p| IndustryRule {
        grades: table(p, &spec.grades, "criteria.industry.grades", Limit::SHARE),
        unlisted: p.number(&spec.unlisted, "criteria.industry.unlisted", Limit::SHARE),
    })
}

fn company_size(p: &mut Problems<'_>, spec: &CompanySizeSpec) -> Weighted<CompanySizeRule> {
    let (ideal_min, ideal_max) = (*spec.ideal_min.get_ref(), *spec.ideal_max.get_ref());
    if ideal_min > ideal_max {
        p.add(
            spec.ideal_max.span(),
            format!("the ideal range is inverted: it goes from {ideal_min} to {ideal_max}"),
            "write the smaller number as `ideal_min`, the larger as `ideal_max`",
        );
    }
    weighted(p, "company_size", &spec.weight, &spec.missing, |p| CompanySizeRule {
        ideal_min,
        ideal_max,
        half_after_doublings: p.number(
            &spec.half_after_doublings,
            "criteria.company_size.half_after_doublings",
            Limit::POSITIVE,
        ),
    })
}

fn seniority(p: &mut Problems<'_>, grades: &BySeniority<Spanned<f64>>) -> BySeniority<f64> {
    let checked = grades.map(|grade| p.number(grade, "a grade of criteria.seniority.grades", Limit::SHARE));
    for pair in Seniority::ALL.windows(2) {
        let &[lower, higher] = pair else { continue };
        let (below, above) = (*checked.get(lower), *checked.get(higher));
        if above < below {
            p.add(
                grades.get(higher).span(),
                format!("seniority grades fall from {below} to {above} as the level rises"),
                format!("give this level at least {below}, or lower the levels below it"),
            );
        }
    }
    checked
}

fn tech_stack(p: &mut Problems<'_>, spec: &TechStackSpec) -> Weighted<TechStackRule> {
    weighted(p, "tech_stack", &spec.weight, &spec.missing, |p| {
        let tools = table(p, &spec.tools, "criteria.tech_stack.tools", STRENGTH);
        let full_at = full_at(p, &spec.full_at, "criteria.tech_stack.full_at", &tools);
        TechStackRule { tools, full_at }
    })
}

fn engagement(p: &mut Problems<'_>, spec: &EngagementSpec) -> Weighted<EngagementRule> {
    weighted(p, "engagement", &spec.weight, &spec.missing, |p| {
        let mut any = false;
        let points = spec.points.map(|points| {
            any |= *points.get_ref() != 0.0;
            p.number(points, "a number of criteria.engagement.points", WEIGHT)
        });
        if !any {
            p.add(
                spec.full_at.span(),
                "no kind of behaviour has points, so engagement would always be 0",
                "give points to at least one kind in `[criteria.engagement.points]`",
            );
        }
        EngagementRule {
            points,
            half_life_days: p.number(
                &spec.half_life_days,
                "criteria.engagement.half_life_days",
                Limit::POSITIVE,
            ),
            full_at: p.number(&spec.full_at, "criteria.engagement.full_at", Limit::POSITIVE),
        }
    })
}

fn intent(p: &mut Problems<'_>, spec: &IntentSpec) -> Weighted<IntentRule> {
    weighted(p, "intent", &spec.weight, &spec.missing, |p| {
        let topics = table(p, &spec.topics, "criteria.intent.topics", STRENGTH);
        let baseline = p.number(&spec.baseline, "criteria.intent.baseline", UNDER_100);
        IntentRule {
            full_at: full_at(p, &spec.full_at, "criteria.intent.full_at", &topics),
            half_life_days: p.number(&spec.half_life_days, "criteria.intent.half_life_days", Limit::POSITIVE),
            topics,
            baseline,
        }
    })
}

/// A table of numbers by key: not empty, its keys in the form that enrichment delivers.
fn table(
    p: &mut Problems<'_>,
    entries: &Spanned<BTreeMap<String, Spanned<f64>>>,
    name: &str,
    limit: Limit,
) -> BTreeMap<String, f64> {
    if entries.get_ref().is_empty() {
        p.add(entries.span(), format!("`[{name}]` is empty"), "name at least one entry");
    }
    for (key, value) in entries.get_ref() {
        let kebab = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
        };
        if !kebab(key) {
            p.add(
                value.span(),
                format!("`{key}` in `[{name}]` would never be found"),
                "write it in lower case with hyphens for spaces, such as `real-estate`",
            );
        }
    }
    entries
        .get_ref()
        .iter()
        .map(|(key, value)| (key.clone(), p.number(value, &format!("{name}.{key}"), limit)))
        .collect()
}

/// The sum that gives the full grade; it must be within reach.
fn full_at(p: &mut Problems<'_>, value: &Spanned<f64>, name: &str, parts: &BTreeMap<String, f64>) -> f64 {
    let full_at = p.number(value, name, Limit::POSITIVE);
    let reach: f64 = parts.values().sum();
    if full_at > reach && !parts.is_empty() {
        p.add(
            value.span(),
            format!("`{name}` is {full_at}, but all entries together give {reach}: no lead can reach it"),
            format!("write {reach} or less, or add entries"),
        );
    }
    full_at
}
