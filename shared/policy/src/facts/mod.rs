//! Facts of a lead that a model may learn from, beside the grades of the criteria: what is known of company and person,
//! what they did and how they came.
//!
//! A fact is one line in `table`: its name in policies and feature vectors, what it speaks about, of what kind it is, its
//! name for people, how it is read from a lead and how a value is told. Read is only what was known when the lead was
//! decided on; ages are counted to when its event happened. Names, addresses and free text are no facts, and nor is what
//! the law protects or what is known only afterwards: `refused` says why of each.

mod fields;
mod refused;
mod table;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadlight_lead::{
    Activity, ActivityKind, Company, CriterionGroup, EnrichedLead, FeatureEntry, FeatureValue, FeatureVector,
    Person, ValueKind,
};

use crate::criteria::Criterion;
use crate::section::{Section, list};

pub(crate) use fields::{FieldKind, FormField};
pub(crate) use refused::{why_not, why_not_field};
pub(crate) use table::FACTS;

/// A fact that a model may learn from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fact {
    /// As in policies and feature vectors: what it is of, a full stop, what it is.
    pub(crate) name: &'static str,
    pub(crate) group: CriterionGroup,
    pub(crate) kind: ValueKind,
    /// For people, in a sentence.
    pub(crate) label: &'static str,
    /// The criterion that grades the same. Where that one must never lower a probability, a model sees the grade alone: of
    /// the fact itself nothing of the kind could be held.
    pub(crate) graded_by: Option<Criterion>,
    read: fn(&Known<'_>) -> Option<FeatureValue>,
    says: fn(&str, &FeatureValue) -> String,
}

/// A lead as facts are read from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) lead: &'a EnrichedLead,
    /// The key of the company's industry, as the policy understands it.
    pub(crate) industry: Option<&'a str>,
    /// First-party behaviour that counts.
    pub(crate) activity: &'a [Activity],
    /// The moment that ages are counted to.
    pub(crate) as_of: Timestamp,
}

/// Behaviour and signals fade by half in so many days. Judgement: a month, longer than the policy's own
/// fading of points, so that a model sees both.
const HALF_LIFE_DAYS: f64 = 30.0;
const SECONDS_A_DAY: f64 = 86_400.0;
const DAYS_A_MONTH: f64 = 30.44;

impl<'a> Known<'a> {
    fn company(&self) -> &'a Company {
        &self.lead.enrichment.company
    }

    fn person(&self) -> &'a Person {
        &self.lead.enrichment.person
    }

    /// 1 now, a half after each half-life. What lies in the future counts as now: clocks differ.
    fn fading(&self, at: Timestamp) -> f64 {
        let days = self.as_of.duration_since(at).as_secs_f64().max(0.0) / SECONDS_A_DAY;
        libm::exp2(-days / HALF_LIFE_DAYS)
    }

    fn days_since(&self, day: Date) -> Option<f64> {
        let at = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
        Some(self.as_of.duration_since(at).as_secs_f64().max(0.0) / SECONDS_A_DAY)
    }

    fn months_since(&self, day: Date) -> Option<FeatureValue> {
        Some((self.days_since(day)? / DAYS_A_MONTH).floor().into())
    }

    /// How often a kind of thing was done, each time fading. Nothing where nothing at all was observed, which is not the
    /// same as "did nothing".
    fn done(&self, kind: ActivityKind) -> Option<FeatureValue> {
        let mut parts: Vec<f64> =
            self.activity.iter().filter(|did| did.kind == kind).map(|did| self.fading(did.at)).collect();
        // In one order, so that the sum is the same to the bit.
        parts.sort_by(f64::total_cmp);
        (!self.activity.is_empty()).then(|| short(parts.into_iter().fold(0.0, |sum, part| sum + part)))
    }
}

/// To four decimals: a decision keeps it.
fn short(number: f64) -> FeatureValue {
    FeatureValue::Number((number * 1e4).round() / 1e4)
}

/// A size as a power of ten, which is how sizes are told apart: 100 is to 1,000 what 1,000 is to 10,000.
fn power_of_ten(size: f64) -> Option<FeatureValue> {
    (size >= 1.0).then(|| FeatureValue::Number((libm::log10(size) * 1e6).round() / 1e6))
}

/// What a model sees of a lead beside the grades.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// In the order of [`FACTS`].
    pub(crate) facts: Vec<&'static Fact>,
    /// By label.
    pub(crate) fields: Vec<FormField>,
    /// Whether the policy names them itself: then who else is at the account is looked up for it.
    pub(crate) is_named: bool,
}

/// By what the policy file can say of them: the facts themselves are the release's.
impl PartialEq for Seen {
    fn eq(&self, other: &Self) -> bool {
        let names = |seen: &Self| seen.facts.iter().map(|fact| fact.name).collect::<Vec<_>>();
        (names(self), &self.fields, self.is_named) == (names(other), &other.fields, other.is_named)
    }
}

/// A feature beside the grades.
pub(crate) struct FactSpec {
    pub(crate) name: String,
    pub(crate) group: CriterionGroup,
    pub(crate) label: String,
    pub(crate) kind: ValueKind,
}

impl Seen {
    /// The grades with what is known beside them. What is not known has no entry: a decision is kept, and most is not
    /// known of most leads.
    pub(crate) fn beside(
        &self,
        grades: impl Iterator<Item = FeatureEntry>,
        known: &Known<'_>,
    ) -> FeatureVector {
        let facts = self.facts.iter().filter_map(|fact| Some((fact.name.into(), (fact.read)(known)?)));
        let fields =
            self.fields.iter().filter_map(|field| Some((field.name().into(), field.read(known.lead)?)));
        let beside = facts.chain(fields).map(|(name, value)| (name, Some(value)));
        // Grades, facts and numbers of forms are finite, so nothing is lost here.
        FeatureVector::of(grades.chain(beside).collect()).unwrap_or_default()
    }

    /// Those of the release that it does not see, by name.
    pub(crate) fn left_out(&self) -> Vec<&'static str> {
        let is_seen = |name| self.facts.iter().any(|fact| fact.name == name);
        FACTS.iter().map(|fact| fact.name).filter(|name| !is_seen(*name)).collect()
    }

    /// Whether who else is at the account is to be looked up for it.
    pub(crate) fn asks_for_group(&self) -> bool {
        self.is_named && self.facts.iter().any(|fact| fact.graded_by == Some(Criterion::BuyingGroup))
    }

    /// All of them, facts first.
    pub(crate) fn specs(&self) -> impl Iterator<Item = FactSpec> {
        let facts = self.facts.iter().map(|fact| FactSpec {
            name: fact.name.to_owned(),
            group: fact.group,
            label: fact.label.to_owned(),
            kind: fact.kind,
        });
        let fields = self.fields.iter().map(|field| FactSpec {
            name: field.name(),
            group: CriterionGroup::Other,
            label: field.label.clone(),
            kind: field.kind.value(),
        });
        facts.chain(fields)
    }

    /// What a value of a fact says, such as `uses Salesforce`; nothing of a feature that is none of these.
    pub(crate) fn says(&self, name: &str, value: Option<&FeatureValue>) -> Option<String> {
        if let Some(fact) = self.facts.iter().find(|fact| fact.name == name) {
            return Some(match value {
                Some(value) => (fact.says)(fact.label, value),
                None => format!("{} not known", fact.label),
            });
        }
        let field = self.fields.iter().find(|field| field.name() == name)?;
        Some(match value {
            Some(value) => words::labelled(&field.label, value),
            None => format!("{} not known", field.label),
        })
    }

    /// For people who read the policy.
    pub(crate) fn in_words(&self, section: Section) -> Section {
        if self.facts.is_empty() && self.fields.is_empty() {
            return section.text(["It sees no facts beside them."]);
        }
        let mut of: BTreeMap<CriterionGroup, Vec<String>> = BTreeMap::new();
        for spec in self.specs() {
            of.entry(spec.group).or_default().push(spec.label);
        }
        let rows =
            of.into_iter().map(|(group, labels)| [words::group(group).to_owned(), list(labels, "and")]);
        section
            .text([
                "Beside the grades it sees these facts, as they were known when a lead was decided on.",
                "It never sees names, addresses, free text, what the law protects or what is known only afterwards.",
            ])
            .table(["About", "Facts"], rows)
    }
}
