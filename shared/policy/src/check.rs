//! From what serde read to rules that can be followed: vague and contradictory policies are refused
//! here, with the line and the remedy, all problems at once.

use std::collections::BTreeMap;

use leadlight_lead::{DomainName, EmailKind, Motion, PolicyHash, SourceName};
use leadlight_settings::{Kind, Limit, Problems, SettingsError, Spanned, SpannedList};

use crate::check_criteria;
use crate::check_people;
use crate::completeness::CompletenessRule;
use crate::criteria::Criterion;
use crate::disqualify::{DisqualifyRules, JOINING_WORDS};
use crate::mail_domains;
use crate::policy::{GradeLimits, MailRules, Policy, QueueText, SourceRule, Thresholds};
use crate::spec::{DisqualifySpec, GradesSpec, MailSpec, PolicySpec, QueueSpec, SourceSpec, ThresholdsSpec};

const POLICY: Kind = Kind { name: "policy", schema_version: 1, example: "the default policy" };

impl Policy {
    /// Reads and checks a policy file. `file` is its name as people know it, for error texts; `text` is its content.
    pub fn parse(file: &str, text: &str) -> Result<Self, SettingsError> {
        POLICY.read(file, text, |p, spec| Some(policy(p, &spec, text)))
    }
}

fn policy(p: &mut Problems<'_>, spec: &PolicySpec, text: &str) -> Policy {
    let name = p.words(&spec.name, "name");
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
        wanted: p.list(&spec.completeness.wanted, "completeness.wanted", |_, field| Some(*field.get_ref())),
        minimum_share: p.number(&spec.completeness.minimum_share, "completeness.minimum_share", Limit::SHARE),
    };
    let criteria = check_criteria::criteria(p, &spec.criteria);
    check_criteria::size_against_minimum(
        p,
        &spec.criteria.company_size,
        *spec.disqualify.minimum_employees.get_ref(),
    );
    let thresholds = thresholds(p, &spec.thresholds);
    let grades = grades(p, &spec.grades);
    let features = p.list(&spec.model.features, "model.features", feature);
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
    Policy {
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
    }
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

/// Bounded, so that a sum of weights or points stays finite.
pub(crate) const WEIGHT: Limit =
    Limit { holds: |v| (0.0..=1000.0).contains(&v), wanted: "a number from 0 to 1000" };
pub(crate) const UNDER_100: Limit =
    Limit { holds: |v| (0.0..100.0).contains(&v), wanted: "a number from 0 to under 100" };
pub(crate) const STRENGTH: Limit =
    Limit { holds: |v| v > 0.0 && v <= 1.0, wanted: "a number over 0, at most 1" };

/// A company's domain. A mailbox provider's here would reject everybody who has a mailbox there.
fn company_domain(p: &mut Problems<'_>, entry: &Spanned<String>) -> Option<DomainName> {
    let domain = p.domain(entry)?;
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
        p.optional_list(entries.as_ref(), name, |p, entry| {
            let domain = p.domain(entry)?;
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
    let customers = p.list(&spec.customers, "disqualify.customers", company_domain);
    let competitors = p.list(&spec.competitors, "disqualify.competitors", |p, entry| {
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
        email_kinds: p.list(&people.email_kinds, "disqualify.non_commercial.email_kinds", |p, kind| {
            if *kind.get_ref() == EmailKind::Business {
                p.add(kind.span(), "a business address would disqualify", "remove `business`");
            }
            Some(*kind.get_ref())
        }),
        functions: p
            .list(&people.functions, "disqualify.non_commercial.functions", |_, f| Some(*f.get_ref())),
        titles: p.list(&people.titles, "disqualify.non_commercial.titles", title),
        minimum_employees: *spec.minimum_employees.get_ref(),
        excluded_countries: p
            .list(&spec.excluded_countries, "disqualify.excluded_countries", |p, entry| {
                p.id(entry, "country")
            })
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

fn grades(p: &mut Problems<'_>, spec: &GradesSpec) -> GradeLimits {
    let a = p.number(&spec.a, "grades.a", Limit::PERCENT);
    let b = p.number(&spec.b, "grades.b", Limit::PERCENT);
    let c = p.number(&spec.c, "grades.c", Limit::PERCENT);
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
    let listed = p.optional_list(entries, "model.never_lowers", |p, entry| {
        let criterion = feature(p, entry)?;
        if !features.contains(&criterion) {
            let what = format!("`{}` is not among `model.features`", criterion.name());
            p.add(entry.span(), what, "add it there, or leave it out here");
            return None;
        }
        Some(criterion)
    });
    listed.unwrap_or_default()
}

fn queue_text(p: &mut Problems<'_>, spec: &QueueSpec) -> QueueText {
    QueueText { label: p.words(&spec.label, "label"), description: p.words(&spec.description, "description") }
}
