//! From what serde read to rules that can be followed: vague and contradictory policies are refused
//! here, with the line and the remedy, all problems at once.

use std::collections::BTreeMap;

use leadlight_lead::{DomainName, EmailKind, NoCompany, PolicyHash, SourceName};
use leadlight_reading::TitlePhrase;
use leadlight_settings::{Kind, Problems, SettingsError, Spanned};

use crate::check_model;
use crate::check_motions;
use crate::check_new;
use crate::check_people;
use crate::check_scorecard;
use crate::check_titles;
use crate::dial::Dial;
use crate::disqualify::DisqualifyRules;
use crate::hand_raisers::HandRaisers;
use crate::lift::Lifts;
use crate::mail_domains;
use crate::outbound::OutboundWeek;
use crate::policy::{MailRules, Policy, QueueText};
use crate::renewal::RenewalRules;
use crate::retention::Retention;
use crate::scorecard::Scorecard;
use crate::sides::{Grid, without_side};
use crate::sources::{SourceRule, is_seen_first};
use crate::spec::{DisqualifySpec, GridSpec, MailSpec, PolicySpec, QueueSpec, SourceSpec};

const POLICY: Kind = Kind { name: "policy", schema_version: 1, example: "the default policy" };

impl Policy {
    /// Reads and checks a policy file. `file` is its name as people know it, for error texts; `text` is its content.
    pub fn parse(file: &str, text: &str) -> Result<Self, SettingsError> {
        POLICY.read(file, text, |p, spec| Some(policy(p, &spec, text)))
    }

    /// The same of a file that is to come into force: it is held to a few things more than one that was in force already, which
    /// every later release must read.
    pub fn parse_new(file: &str, text: &str) -> Result<Self, SettingsError> {
        POLICY.read(file, text, |p, spec| {
            let policy = policy(p, &spec, text);
            check_new::check(p, &spec, &policy);
            Some(policy)
        })
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
    let titles = check_titles::titles(p, spec.titles.as_ref());
    let disqualify = disqualify(p, &spec.disqualify);
    let hand_raisers = spec.hand_raisers.as_ref().map(|spec| HandRaisers::check(p, spec));
    let mut scorecard = check_scorecard::scorecard(p, spec, text);
    scorecard.by_motion = check_motions::scales(p, spec.motions.as_ref(), &scorecard);
    let seen = check_model::seen(p, &spec.model, &scorecard.never_lowers);
    let dial = Dial::new(spec.model.decides, check_motions::decides(spec.motions.as_ref()));
    if let Some(company_size) = &spec.criteria.get_ref().company_size {
        company_size.against_minimum(p, disqualify.minimum_employees);
    }
    let queues = spec.queues.map(|queue| queue_text(p, queue));
    let people = check_people::people(p, &spec.people);
    let motions = check_motions::rules(p, spec.motions.as_ref());
    let sources = spec.sources.get_ref().iter();
    let sources: BTreeMap<_, _> = sources.map(|(name, s)| (name.clone(), source(p, name, s))).collect();
    let segments = check_motions::segments(p, spec.motions.as_ref(), &scorecard, &sources, &disqualify);
    let grid = spec.grid.as_ref().map(|spec| grid(p, spec, &scorecard));
    let lifts = Lifts::check(p, &spec.lifts);
    let renewal = RenewalRules::check(p, spec.renewal.as_ref(), &scorecard, &segments);
    let borderline_points = check_people::borderline_points(p, &spec.people);
    let exploration_share = check_people::exploration_share(p, &spec.exploration);
    let conversion = check_people::conversion(p, &spec.conversion);
    let retention = spec.retention.as_ref().map(|spec| Retention::check(p, spec));
    let outbound = spec.outbound.as_ref().map(|spec| OutboundWeek::check(p, spec, &sources));
    Policy {
        hash: PolicyHash::of(text.as_bytes()),
        name,
        revision: *spec.revision.get_ref(),
        sources,
        mail,
        titles,
        disqualify,
        hand_raisers,
        scorecard,
        seen,
        dial,
        queues,
        people,
        motions,
        lifts,
        renewal,
        outbound,
        segments,
        grid,
        borderline_points,
        exploration_share,
        conversion,
        retention,
    }
}

/// A grid has a cell for each lead only where each motion weighs what it is and what it does.
fn grid(p: &mut Problems<'_>, spec: &GridSpec, scorecard: &Scorecard) -> Grid {
    let usual = ("the policy weighs".to_owned(), &scorecard.usual);
    let own = scorecard.by_motion.iter();
    let own = own.map(|(motion, scale)| (format!("the motion {motion} weighs"), scale));
    for (who, scale) in std::iter::once(usual).chain(own) {
        let weights: Vec<_> = scale.weights.iter().map(|(c, weight)| (c.group(), *weight)).collect();
        if let Some(side) = without_side(&weights) {
            let what = format!("{who} nothing of {side}, so `[grid]` has no grade for its leads");
            p.add(spec.grades.span(), what, "give a criterion of it a weight there, or remove `[grid]`");
        }
    }
    Grid::check(p, spec)
}

/// A company's domain, as customers, competitors and accounts are named, and not a mailbox provider's: `would_be` is
/// what everybody with a mailbox there would be otherwise, such as `rejected`.
pub fn company_domain(p: &mut Problems<'_>, entry: &Spanned<String>, would_be: &str) -> Option<DomainName> {
    let domain = p.domain(entry)?;
    if matches!(mail_domains::classify_domain(domain.as_str()), EmailKind::FreeMail | EmailKind::Disposable) {
        let what =
            format!("`{domain}` is a mailbox provider: everybody with a mailbox there would be {would_be}");
        p.add(entry.span(), what, "name the company's own domain");
        return None;
    }
    Some(domain)
}

fn source(p: &mut Problems<'_>, name: &SourceName, spec: &SourceSpec) -> SourceRule {
    let motion = *spec.motion.get_ref();
    if is_seen_first(motion) && !spec.human_first {
        p.add(
            spec.motion.span(),
            format!("leads of `{name}` are a partner's, and scored before a person looks"),
            "write `human_first = true`: a partner knows more than data does",
        );
    }
    let may_say = match &spec.may_say {
        // An empty list says that it may say nothing.
        Some(listed) => {
            let name = format!("sources.{name}.may_say");
            p.each_once(listed, &name, |_, statement| Some(*statement.get_ref())).into_iter().collect()
        }
        None => SourceRule::may_say_by_default(motion),
    };
    SourceRule { motion, human_first: spec.human_first, may_say }
}

fn mail(p: &mut Problems<'_>, spec: &MailSpec) -> MailRules {
    let mut kinds: BTreeMap<DomainName, EmailKind> = BTreeMap::new();
    for (entries, name, kind) in [
        (&spec.disposable, "mail.disposable", EmailKind::Disposable),
        (&spec.free, "mail.free", EmailKind::FreeMail),
        (&spec.academic, "mail.academic", EmailKind::Academic),
    ] {
        p.optional_list(entries.as_ref(), name, |p, entry| {
            if DomainName::of_host(entry.get_ref()) == Err(NoCompany::Relay) {
                let what =
                    format!("`{}` is known as a relay: addresses there are free mail", entry.get_ref());
                p.add(entry.span(), what, "remove it");
                return None;
            }
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
    let customers =
        p.list(&spec.customers, "disqualify.customers", |p, entry| company_domain(p, entry, "rejected"));
    let competitors = p.list(&spec.competitors, "disqualify.competitors", |p, entry| {
        let domain = company_domain(p, entry, "rejected")?;
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
            .list(&spec.excluded_countries, "disqualify.excluded_countries", Problems::country)
            .into_iter()
            .collect(),
    }
}

/// The words that end a title, in lower case with single spaces, and the same in every gender.
fn title(p: &mut Problems<'_>, entry: &Spanned<String>) -> Option<(String, TitlePhrase)> {
    let written = entry.get_ref();
    let words: Vec<String> = written
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let words = words.join(" ");
    let phrase = TitlePhrase::new(&words).ok();
    if phrase.is_none() {
        p.add(
            entry.span(),
            format!("`{written}` has no word in it"),
            "write how such a title ends, such as `student`",
        );
    }
    Some((words, phrase?))
}

fn queue_text(p: &mut Problems<'_>, spec: &QueueSpec) -> QueueText {
    QueueText { label: p.words(&spec.label, "label"), description: p.words(&spec.description, "description") }
}
