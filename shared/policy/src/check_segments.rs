//! Checks of segments within a motion: that each holds somebody, changes something, and shares no lead with another.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use leadlight_lead::{CountryCode, Motion, SourceName};
use leadlight_reading::{Industry, industry_words, read_industry};
use leadlight_settings::{Named, Problems, Spanned, SpannedList};

use crate::check_people;
use crate::check_scorecard::overridden;
use crate::criteria::industry::Listed;
use crate::scale::Scale;
use crate::section::capital;
use crate::segments::{Industries, SegmentRule, Size, Who};
use crate::sources::{SourceRule, Statement};
use crate::spec::SegmentSpec;

/// More than a company of any kind has.
const EMPLOYEES: RangeInclusive<u32> = 1..=100_000_000;
/// More could not be told apart by who reads a report of them.
const MOST: usize = 20;

/// What segments are held against.
pub(crate) struct Around<'a> {
    pub(crate) motion: Motion,
    /// The motion's own, or the usual one.
    pub(crate) scale: &'a Scale,
    pub(crate) sources: &'a BTreeMap<SourceName, SourceRule>,
    pub(crate) minimum_employees: u32,
    pub(crate) excluded_countries: &'a BTreeSet<CountryCode>,
    /// The industries that the policy grades; none where it grades none.
    pub(crate) industries: Option<&'a Listed>,
}

/// A motion's segments, in the order of their names.
pub(crate) fn segments(
    p: &mut Problems<'_>,
    listed: &Named<SegmentSpec>,
    around: &Around<'_>,
) -> Vec<SegmentRule> {
    let motion = around.motion;
    let mut rules: Vec<SegmentRule> = Vec::new();
    for (name, spec) in listed {
        let rule = segment(p, name, spec, around);
        for other in &rules {
            if other.label.to_lowercase() == rule.label.to_lowercase() {
                let what = format!(
                    "the segments `{}` and `{}` of the motion {motion} are both called \"{}\"",
                    other.name, rule.name, rule.label
                );
                p.add(name.span(), what, "give each a `label` that people can tell from the others");
            }
            if other.who.may_share(&rule.who) {
                let what = format!(
                    "the segments `{}` and `{}` of the motion {motion} overlap: nothing keeps a lead from being in both",
                    other.name, rule.name
                );
                p.add(
                    name.span(),
                    what,
                    "let one condition that both have keep them apart, such as `employees_to = 999` in one and \
                     `employees_from = 1000` in the other",
                );
            }
        }
        rules.push(rule);
    }
    if let Some((name, _)) = listed.iter().nth(MOST) {
        let what = format!("the motion {motion} has {} segments", listed.len());
        p.add(name.span(), what, format!("keep {MOST} at most"));
    }
    rules
}

fn segment(
    p: &mut Problems<'_>,
    name: &Spanned<String>,
    spec: &SegmentSpec,
    around: &Around<'_>,
) -> SegmentRule {
    let motion = around.motion;
    let place = format!("motions.{motion}.segments.{}", name.get_ref());
    if !is_name(name.get_ref()) {
        let what = format!("a segment of the motion {motion} has a name that is none");
        p.add(name.span(), what, "use lower-case letters, digits and hyphens, such as `mid-market`");
    }
    let who = who(p, name, &place, spec, around);
    let scale =
        overridden(p, &place, around.scale, (spec.thresholds.as_ref(), spec.grades.as_ref(), spec.below));
    let sla = spec.sla_minutes.as_ref();
    let sla = sla.map(|spec| check_people::sla(p, spec, &format!("{place}.sla_minutes")));
    let scores = spec.scores.as_ref().is_none_or(|scores| *scores.get_ref());
    if scores && scale == *around.scale && sla.is_none() {
        p.add(
            name.span(),
            format!("`{place}` changes nothing"),
            "add `scores = false`, `thresholds`, `grades`, `below` or `sla_minutes` that differ from the motion's, or \
             remove the segment",
        );
    }
    if let Some(written) = spec.scores.as_ref().filter(|_| !scores) {
        let decides = [spec.thresholds.is_some().then_some("thresholds"), spec.below.map(|_| "below")];
        for key in decides.into_iter().flatten() {
            p.add(
                written.span(),
                format!(
                    "`{place}.{key}` decides nothing where `scores` is false: people see each of these leads"
                ),
                format!("remove `{key}`, or write `scores = true`"),
            );
        }
    }
    let label = spec.label.as_ref().map(|label| p.words(label, &format!("{place}.label")));
    let label = label.unwrap_or_else(|| capital(&name.get_ref().replace('-', " ")));
    SegmentRule { name: name.get_ref().clone(), label, who, scores, scale, sla }
}

fn is_name(name: &str) -> bool {
    let of_a_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=40).contains(&name.len()) && name.bytes().all(of_a_name)
}

fn who(
    p: &mut Problems<'_>,
    name: &Spanned<String>,
    place: &str,
    spec: &SegmentSpec,
    around: &Around<'_>,
) -> Who {
    let who = Who {
        employees: size(p, place, spec, around.minimum_employees),
        countries: spec.countries.as_ref().map(|listed| countries(p, place, listed, around)),
        industries: spec.industries.as_ref().map(|listed| industries(p, place, listed, around)),
        sources: spec.sources.as_ref().map(|listed| sources(p, place, listed, around)),
    };
    let has_condition = who.employees.is_some()
        || who.countries.is_some()
        || who.industries.is_some()
        || who.sources.is_some();
    if !has_condition {
        p.add(
            name.span(),
            format!("`{place}` says of nobody that they are in it"),
            "add a condition: `employees_from`, `employees_to`, `countries`, `industries` or `sources`",
        );
    }
    who
}

fn size(p: &mut Problems<'_>, place: &str, spec: &SegmentSpec, minimum_employees: u32) -> Option<Size> {
    let (from, to) = (spec.employees_from.as_ref(), spec.employees_to.as_ref());
    let end = from.or(to)?.span();
    let mut whole = |value: &Spanned<i64>, key: &str| p.whole(value, &format!("{place}.{key}"), &EMPLOYEES);
    let found = Size {
        from: from.map_or(1, |value| whole(value, "employees_from")),
        to: to.map(|value| whole(value, "employees_to")),
    };
    let most = found.to.unwrap_or(u32::MAX);
    if most < found.from {
        let what = format!("nobody can be in `{place}`: it goes from {} to {most} employees", found.from);
        p.add(end, what, "write the smaller number as `employees_from`, the larger as `employees_to`");
    } else if most < minimum_employees {
        let what = format!(
            "nobody can be in `{place}`: it ends at {most} employees, and below {minimum_employees} every lead is rejected"
        );
        p.add(end, what, "raise `employees_to`, or lower `disqualify.minimum_employees`");
    }
    Some(found)
}

fn countries(
    p: &mut Problems<'_>,
    place: &str,
    listed: &SpannedList<String>,
    around: &Around<'_>,
) -> BTreeSet<CountryCode> {
    let found = p.list(listed, &format!("{place}.countries"), |p, entry| {
        let country = p.country(entry)?;
        if around.excluded_countries.contains(&country) {
            let what =
                format!("nobody in {country} can be in `{place}`: `disqualify.excluded_countries` names it");
            p.add(entry.span(), what, "remove it in one of the two");
        }
        Some(country)
    });
    found.into_iter().collect()
}

fn industries(
    p: &mut Problems<'_>,
    place: &str,
    listed: &SpannedList<String>,
    around: &Around<'_>,
) -> Industries {
    let mut found = Industries::default();
    p.list(listed, &format!("{place}.industries"), |p, entry| {
        let written = entry.get_ref().as_str();
        if let Some(industry) = read_industry(written) {
            found.known.insert(industry);
        } else if let Some(own) = around.industries.and_then(|listed| listed.read(written).industry()) {
            found.own.insert(own.to_owned());
        } else {
            let what = format!("no lead is in the industry `{}` of `{place}`", industry_words(written));
            let remedy = match Industry::near(written) {
                Some(near) => format!("write `{near}`, if that is meant"),
                None => "use a key of `[criteria.industry.grades]`, or of shared/reading/data/industries.tsv"
                    .to_owned(),
            };
            p.add(entry.span(), what, remedy);
        }
        Some(industry_words(written))
    });
    found
}

fn sources(
    p: &mut Problems<'_>,
    place: &str,
    listed: &SpannedList<SourceName>,
    around: &Around<'_>,
) -> BTreeSet<SourceName> {
    let motion = around.motion;
    let found = p.list(listed, &format!("{place}.sources"), |p, entry| {
        let name = entry.get_ref();
        match around.sources.get(name) {
            None => {
                let what =
                    format!("nobody from `{name}` can be in `{place}`: there is no `[sources.{name}]`");
                p.add(entry.span(), what, "declare the source, or name one that is declared");
            }
            Some(rule) if rule.motion != motion && !rule.may_say.contains(&Statement::MotionHint) => {
                let what = format!(
                    "nobody from `{name}` can be in `{place}`: its leads belong to the motion {}",
                    rule.motion
                );
                p.add(entry.span(), what, format!("put the segment below `[motions.{}]`", rule.motion));
            }
            Some(_) => {}
        }
        Some(name.clone())
    });
    found.into_iter().collect()
}
