//! From what serde read to rules that can be followed: vague and contradictory policies are refused
//! here, with the line and the remedy, all problems at once.

use std::collections::BTreeMap;

use leadlight_lead::{CountryCode, DomainName, EmailKind, Motion, PolicyHash, SourceName};
use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::check_criteria;
use crate::check_people;
use crate::completeness::CompletenessRule;
use crate::criteria::Criterion;
use crate::disqualify::{DisqualifyRules, JOINING_WORDS};
use crate::error::{PolicyError, Problems};
use crate::mail_domains;
use crate::policy::{GradeLimits, MailRules, Policy, QueueText, SourceRule, Thresholds};
use crate::spec::{
    DisqualifySpec, GradesSpec, Header, MailSpec, PolicySpec, QueueSpec, SourceSpec, SpannedList,
    ThresholdsSpec,
};

/// The version of the file's shape that this release reads.
pub(crate) const SCHEMA_VERSION: u32 = 1;

pub(crate) fn policy(file: &str, text: &str) -> Result<Policy, PolicyError> {
    let mut problems = Problems::new(file, text);
    let spec = match read(text, &mut problems) {
        Ok(spec) => spec,
        Err(Refused) => return Err(problems.refuse()),
    };
    let p = &mut problems;
    let name = words(p, &spec.name, "name");
    if *spec.revision.get_ref() == 0 {
        p.add(spec.revision.span(), "`revision` is 0", "count revisions from 1, one up at every change");
    }
    if spec.sources.get_ref().is_empty() {
        p.add(
            spec.sources.span(),
            "no sources are declared, so every lead would be refused",
            "declare each source of leads, such as `[sources.website-form]` with its `motion`",
        );
    }
    let mail = mail(p, &spec.mail);
    let disqualify = disqualify(p, &spec.disqualify);
    let completeness = CompletenessRule {
        wanted: list(p, &spec.completeness.wanted, "completeness.wanted", |_, field| Some(*field.get_ref())),
        minimum_share: number(p, &spec.completeness.minimum_share, "completeness.minimum_share", SHARE),
    };
    let criteria = check_criteria::criteria(p, &spec.criteria);
    check_criteria::size_against_minimum(
        p,
        &spec.criteria.company_size,
        *spec.disqualify.minimum_employees.get_ref(),
    );
    let thresholds = thresholds(p, &spec.thresholds);
    let grades = grades(p, &spec.grades);
    let features = list(p, &spec.model.features, "model.features", feature);
    // Where the list of features is at fault, what hangs on it is not told as well.
    let all_known = !features.is_empty() && features.len() == spec.model.features.get_ref().len();
    let never_lowers = never_lowers(
        p,
        spec.model.never_lowers.as_ref(),
        if all_known { &features } else { &Criterion::ALL },
    );
    let queues = spec.queues.map(|queue| queue_text(p, queue));
    let people = check_people::people(p, &spec.people);
    let borderline_points = check_people::borderline_points(p, &spec.people);
    let exploration_share = check_people::exploration_share(p, &spec.exploration);
    let conversion = check_people::conversion(p, &spec.conversion);
    let sources = spec.sources.get_ref().iter().map(|(name, s)| (name.clone(), source(p, name, s))).collect();
    let total_weight = criteria.total_weight();
    problems.finish(Policy {
        hash: PolicyHash::of(text.as_bytes()),
        name,
        revision: *spec.revision.get_ref(),
        sources,
        mail,
        disqualify,
        completeness,
        criteria,
        total_weight,
        thresholds,
        grades,
        features,
        never_lowers,
        rules: rules(text),
        queues,
        people,
        borderline_points,
        exploration_share,
        conversion,
    })
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

/// A problem was noted that leaves nothing to check.
struct Refused;

fn read(text: &str, problems: &mut Problems<'_>) -> Result<PolicySpec, Refused> {
    let header: Header = from_toml(text, problems)?;
    let found = *header.schema_version.get_ref();
    if found != SCHEMA_VERSION {
        problems.add(
            header.schema_version.span(),
            format!("`schema_version` is {found}, this release reads version {SCHEMA_VERSION}"),
            format!("upgrade Leadlight, or write the policy as version {SCHEMA_VERSION}"),
        );
        return Err(Refused);
    }
    from_toml(text, problems)
}

fn from_toml<T: DeserializeOwned>(text: &str, problems: &mut Problems<'_>) -> Result<T, Refused> {
    toml::from_str(text).map_err(|error| {
        problems.add_toml(&error);
        Refused
    })
}

/// What a value must be, and how to say so.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) holds: fn(f64) -> bool,
    pub(crate) wanted: &'static str,
}

pub(crate) const SHARE: Limit = Limit { holds: |v| (0.0..=1.0).contains(&v), wanted: "a number from 0 to 1" };
pub(crate) const PERCENT: Limit =
    Limit { holds: |v| (0.0..=100.0).contains(&v), wanted: "a number from 0 to 100" };
pub(crate) const UNDER_100: Limit =
    Limit { holds: |v| (0.0..100.0).contains(&v), wanted: "a number from 0 to under 100" };
/// Bounded, so that a sum of weights or points stays finite.
pub(crate) const WEIGHT: Limit =
    Limit { holds: |v| (0.0..=1000.0).contains(&v), wanted: "a number from 0 to 1000" };
pub(crate) const POSITIVE: Limit =
    Limit { holds: |v| v.is_finite() && v > 0.0, wanted: "a finite number over 0" };
pub(crate) const STRENGTH: Limit =
    Limit { holds: |v| v > 0.0 && v <= 1.0, wanted: "a number over 0, at most 1" };

pub(crate) fn number(p: &mut Problems<'_>, value: &Spanned<f64>, name: &str, limit: Limit) -> f64 {
    let found = *value.get_ref();
    if !(limit.holds)(found) {
        p.add(value.span(), format!("`{name}` is {found}"), format!("write {}", limit.wanted));
    }
    found
}

pub(crate) fn words(p: &mut Problems<'_>, value: &Spanned<String>, name: &str) -> String {
    let text = value.get_ref().trim();
    if text.is_empty() {
        p.add(value.span(), format!("`{name}` is empty"), "say it in words");
    }
    text.to_owned()
}

/// A list's entries: not empty, none twice.
pub(crate) fn list<T, U: PartialEq>(
    p: &mut Problems<'_>,
    entries: &SpannedList<T>,
    name: &str,
    mut parse: impl FnMut(&mut Problems<'_>, &Spanned<T>) -> Option<U>,
) -> Vec<U> {
    if entries.get_ref().is_empty() {
        p.add(entries.span(), format!("`{name}` is an empty list"), "name at least one entry");
    }
    let mut parsed = Vec::with_capacity(entries.get_ref().len());
    for entry in entries.get_ref() {
        let Some(value) = parse(p, entry) else { continue };
        if parsed.contains(&value) {
            let what = format!("{} appears twice in `{name}`", p.source(entry.span()));
            p.add(entry.span(), what, "keep one of the two");
        } else {
            parsed.push(value);
        }
    }
    parsed
}

fn domain(p: &mut Problems<'_>, entry: &Spanned<String>) -> Option<DomainName> {
    let text = entry.get_ref();
    match DomainName::try_from(text.clone()) {
        Ok(domain) if domain.as_str() == text => Some(domain),
        Ok(domain) => {
            let what = format!("`{text}` is more than a company's domain");
            p.add(entry.span(), what, format!("write `{domain}`"));
            None
        }
        Err(expected) => {
            p.add(entry.span(), format!("`{text}` is not a domain"), format!("write {}", expected.expected));
            None
        }
    }
}

/// A company's domain. A mailbox provider's here would reject everybody who has a mailbox there.
fn company_domain(p: &mut Problems<'_>, entry: &Spanned<String>) -> Option<DomainName> {
    let domain = domain(p, entry)?;
    if matches!(mail_domains::classify_domain(domain.as_str()), EmailKind::FreeMail | EmailKind::Disposable) {
        let what =
            format!("`{domain}` is a mailbox provider: everybody with a mailbox there would be rejected");
        p.add(entry.span(), what, "name the company's own domain");
        return None;
    }
    Some(domain)
}

fn source(p: &mut Problems<'_>, name: &SourceName, spec: &SourceSpec) -> SourceRule {
    let rule = SourceRule { motion: *spec.motion.get_ref(), human_first: spec.human_first };
    if rule.motion == Motion::Partner && !rule.human_first {
        p.add(
            spec.motion.span(),
            format!("leads of `{name}` are a partner's, and scored before a person looks"),
            "write `human_first = true`: a partner knows more than data does",
        );
    }
    rule
}

fn mail(p: &mut Problems<'_>, spec: &MailSpec) -> MailRules {
    let mut kinds: BTreeMap<DomainName, EmailKind> = BTreeMap::new();
    for (entries, name, kind) in [
        (&spec.disposable, "mail.disposable", EmailKind::Disposable),
        (&spec.free, "mail.free", EmailKind::FreeMail),
        (&spec.academic, "mail.academic", EmailKind::Academic),
    ] {
        let Some(entries) = entries else { continue };
        list(p, entries, name, |p, entry| {
            let domain = domain(p, entry)?;
            if kinds.get(&domain).is_some_and(|other| *other != kind) {
                let what = format!("`{domain}` is in two lists of `[mail]`");
                p.add(entry.span(), what, "keep it in the one that is true");
            }
            kinds.insert(domain.clone(), kind);
            Some(domain)
        });
    }
    MailRules { kinds }
}

fn disqualify(p: &mut Problems<'_>, spec: &DisqualifySpec) -> DisqualifyRules {
    let customers = list(p, &spec.customers, "disqualify.customers", company_domain);
    let competitors = list(p, &spec.competitors, "disqualify.competitors", |p, entry| {
        let domain = company_domain(p, entry)?;
        if customers.contains(&domain) {
            let what = format!("`{domain}` is both a customer and a competitor");
            p.add(entry.span(), what, "keep it in the list that is true");
        }
        Some(domain)
    });
    if *spec.minimum_employees.get_ref() == 0 {
        p.add(
            spec.minimum_employees.span(),
            "`disqualify.minimum_employees` is 0, which no company is below",
            "write the smallest number of employees you sell to; 1 takes every company",
        );
    }
    let people = &spec.non_commercial;
    DisqualifyRules {
        customers: customers.into_iter().collect(),
        competitors: competitors.into_iter().collect(),
        email_kinds: list(p, &people.email_kinds, "disqualify.non_commercial.email_kinds", |p, kind| {
            if *kind.get_ref() == EmailKind::Business {
                p.add(kind.span(), "a business address would disqualify", "remove `business`");
            }
            Some(*kind.get_ref())
        }),
        functions: list(p, &people.functions, "disqualify.non_commercial.functions", |_, f| {
            Some(*f.get_ref())
        }),
        titles: list(p, &people.titles, "disqualify.non_commercial.titles", title),
        minimum_employees: *spec.minimum_employees.get_ref(),
        excluded_countries: list(p, &spec.excluded_countries, "disqualify.excluded_countries", country)
            .into_iter()
            .collect(),
    }
}

fn title(p: &mut Problems<'_>, entry: &Spanned<String>) -> Option<String> {
    let written = entry.get_ref();
    let words: Vec<String> = written
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.is_empty() {
        p.add(
            entry.span(),
            format!("`{written}` has no word in it"),
            "write how such a title ends, such as `student`",
        );
        return None;
    }
    if let Some(joining) = words.iter().find(|word| JOINING_WORDS.contains(&word.as_str())) {
        let what = format!("`{written}` would never be found: `{joining}` ends a part of a title");
        p.add(entry.span(), what, format!("write what stands before or after `{joining}`"));
    }
    Some(words.join(" "))
}

fn country(p: &mut Problems<'_>, entry: &Spanned<String>) -> Option<CountryCode> {
    let text = entry.get_ref();
    text.parse()
        .map_err(|e: leadlight_lead::InvalidId| {
            p.add(entry.span(), format!("`{text}` is not a country"), format!("write {}", e.expected));
        })
        .ok()
}

fn thresholds(p: &mut Problems<'_>, spec: &ThresholdsSpec) -> Thresholds {
    let sdr = number(p, &spec.sdr, "thresholds.sdr", PERCENT);
    let nurture = number(p, &spec.nurture, "thresholds.nurture", PERCENT);
    if nurture >= sdr {
        p.add(
            spec.nurture.span(),
            format!("`thresholds.nurture` (Y) is {nurture}, not below `thresholds.sdr` (X), which is {sdr}"),
            "lower Y or raise X: leads from Y to X are nurtured, those from X go to an SDR",
        );
    }
    Thresholds { sdr, nurture }
}

fn grades(p: &mut Problems<'_>, spec: &GradesSpec) -> GradeLimits {
    let a = number(p, &spec.a, "grades.a", PERCENT);
    let b = number(p, &spec.b, "grades.b", PERCENT);
    let c = number(p, &spec.c, "grades.c", PERCENT);
    for (lower, span, names) in [(b < a, spec.b.span(), ("b", "a")), (c < b, spec.c.span(), ("c", "b"))] {
        if !lower {
            let what = format!("`grades.{}` is not below `grades.{}`", names.0, names.1);
            p.add(span, what, "let the limits fall from a to c; what is below c is a D");
        }
    }
    GradeLimits { a, b, c }
}

fn feature(p: &mut Problems<'_>, entry: &Spanned<String>) -> Option<Criterion> {
    let name = entry.get_ref();
    let found = Criterion::ALL.into_iter().find(|criterion| criterion.name() == name);
    if found.is_none() {
        let known = Criterion::ALL.map(Criterion::name).join(", ");
        p.add(entry.span(), format!("`{name}` is not a feature"), format!("use some of {known}"));
    }
    found
}

/// Only of what a learner sees can anything be demanded.
fn never_lowers(
    p: &mut Problems<'_>,
    entries: Option<&SpannedList<String>>,
    features: &[Criterion],
) -> Vec<Criterion> {
    let Some(entries) = entries else { return Vec::new() };
    list(p, entries, "model.never_lowers", |p, entry| {
        let criterion = feature(p, entry)?;
        if !features.contains(&criterion) {
            let what = format!("`{}` is not among `model.features`", criterion.name());
            p.add(entry.span(), what, "add it there, or leave it out here");
            return None;
        }
        Some(criterion)
    })
}

fn queue_text(p: &mut Problems<'_>, spec: &QueueSpec) -> QueueText {
    QueueText {
        label: words(p, &spec.label, "label"),
        description: words(p, &spec.description, "description"),
    }
}
