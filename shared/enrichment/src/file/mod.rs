//! The vendors file: who is asked for what, in which order, at what cost, and about whom nobody is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leadlight_lead::{About, CountryCode, EmailKind, FactField};
use leadlight_settings::{Kind, Limit, Named, Problems, SettingsError, Spanned, SpannedList};
use serde::Deserialize;

mod provider;

pub use provider::{By, Provider};
use provider::{ProviderSpec, provider};

const FILE: Kind =
    Kind { name: "vendors file", schema_version: 1, example: "infra/policies/enrichment.toml" };

/// The vendors file, checked.
#[derive(Debug, Clone, Default)]
pub struct Vendors {
    budget: Budget,
    never: Never,
    groups: BTreeMap<Group, Order>,
    providers: BTreeMap<String, Provider>,
}

/// Fields that are looked for together, in one order of providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Who the company is.
    Firmographic,
    /// What the person does.
    Contact,
    /// Which tools the company uses.
    Technographic,
    /// What it researches.
    Intent,
}

/// Whom a group's fields are asked of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Order {
    /// Which fields are looked for; once they are known nobody further is asked.
    pub(crate) fields: Vec<FactField>,
    /// Names of providers.
    pub(crate) order: Vec<String>,
}

/// What may be spent, in money and in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// On one lead, in millionths of a US dollar.
    pub per_lead_usd_micros: u64,
    /// On one day, UTC.
    pub per_day_usd_micros: u64,
    /// In one calendar month, UTC.
    pub per_month_usd_micros: u64,
    /// For all vendors together, for one lead.
    pub longest: Duration,
    /// How often a lead is enriched again, a quarter of an hour apart, where a vendor was away.
    pub again: u32,
}

/// A lead waits for vendors no longer than that.
const LONGEST: Duration = Duration::from_secs(8);

/// Without a file nothing is bought.
impl Default for Budget {
    fn default() -> Self {
        Self {
            per_lead_usd_micros: 0,
            per_day_usd_micros: 0,
            per_month_usd_micros: 0,
            longest: LONGEST,
            again: 0,
        }
    }
}

/// About whom nobody is asked. Companies and people that the policy disqualifies already are never asked about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Never {
    /// Kinds of addresses whose person is not asked about. A company without a domain cannot be, whatever stands here.
    pub email_kinds: BTreeSet<EmailKind>,
    /// Countries, as the form says them.
    pub countries: BTreeSet<CountryCode>,
    /// Whether a lead that did not accept every consent it was asked for is left out; `None` asks for none.
    pub without_consent: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    #[serde(rename = "schema_version")]
    _schema_version: u32,
    budget: BudgetSpec,
    #[serde(default)]
    never: NeverSpec,
    firmographic: Option<GroupSpec>,
    contact: Option<GroupSpec>,
    technographic: Option<GroupSpec>,
    intent: Option<GroupSpec>,
    #[serde(default)]
    providers: Named<ProviderSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BudgetSpec {
    per_lead_usd: Spanned<f64>,
    per_day_usd: Spanned<f64>,
    per_month_usd: Spanned<f64>,
    longest_ms: Option<Spanned<i64>>,
    again: Option<Spanned<i64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NeverSpec {
    email_kinds: Option<SpannedList<EmailKind>>,
    countries: Option<SpannedList<String>>,
    without_consent: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupSpec {
    order: SpannedList<String>,
    fields: Option<SpannedList<FactField>>,
}

/// A price or a cap: to the millionth of a dollar.
const USD: Limit =
    Limit { holds: |usd| (0.0..=1_000_000.0).contains(&usd), wanted: "US dollars from 0 to 1000000" };

impl Group {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Firmographic, Self::Contact, Self::Technographic, Self::Intent];

    /// Its name in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Firmographic => "firmographic",
            Self::Contact => "contact",
            Self::Technographic => "technographic",
            Self::Intent => "intent",
        }
    }

    /// Whom its questions are about.
    pub fn about(self) -> About {
        if self == Self::Contact { About::Person } else { About::Company }
    }

    /// What can be looked for in it. What follows from other fields is not looked for.
    pub fn fields(self) -> &'static [FactField] {
        match self {
            Self::Firmographic => &[
                FactField::CompanyName,
                FactField::Industry,
                FactField::Employees,
                FactField::RevenueUsd,
                FactField::RevenueRange,
                FactField::Country,
                FactField::Naics,
                FactField::Funding,
                FactField::HeadcountGrowth,
                FactField::Hiring,
            ],
            Self::Contact => &[
                FactField::Title,
                FactField::Function,
                FactField::Seniority,
                FactField::RoleSince,
                FactField::Employer,
                FactField::EmployerSince,
            ],
            Self::Technographic => &[FactField::Technologies],
            Self::Intent => &[FactField::Intent],
        }
    }
}

impl Vendors {
    /// Its name where no other is known.
    pub const FILE: &'static str = "enrichment.toml";

    /// Reads a file. `file` is what problems call it.
    pub fn parse(file: &str, text: &str) -> Result<Self, SettingsError> {
        FILE.read(file, text, |p, spec: Spec| {
            let each = spec.providers.iter();
            let providers: BTreeMap<_, _> = each
                .filter_map(|(name, spec)| provider(p, name, spec))
                .map(|one| (one.name().to_owned(), one))
                .collect();
            let named = |group| match group {
                Group::Firmographic => &spec.firmographic,
                Group::Contact => &spec.contact,
                Group::Technographic => &spec.technographic,
                Group::Intent => &spec.intent,
            };
            let groups = Group::ALL.into_iter().filter_map(|group| {
                Some((group, order(p, group, named(group).as_ref()?, &spec.providers, &providers)))
            });
            let groups = groups.collect();
            Some(Self { budget: budget(p, &spec.budget), never: never(p, &spec.never), groups, providers })
        })
    }

    /// What may be spent.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// About whom nobody is asked.
    pub fn never(&self) -> &Never {
        &self.never
    }

    /// A provider by its name.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.get(name)
    }

    /// Each, by name.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.providers.values()
    }

    /// The fields that are looked for in a group, and the providers that are asked, in their order; none where the
    /// file does not name the group.
    pub fn order(&self, group: Group) -> Option<(&[FactField], impl Iterator<Item = &Provider>)> {
        let order = self.groups.get(&group)?;
        Some((&order.fields, order.order.iter().filter_map(|name| self.providers.get(name))))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be in range; NaN becomes 0"
)]
fn micros(p: &mut Problems<'_>, value: &Spanned<f64>, name: &str) -> u64 {
    (p.number(value, name, USD) * 1e6).round() as u64
}

fn milliseconds(p: &mut Problems<'_>, value: Option<&Spanned<i64>>, name: &str, usual: Duration) -> Duration {
    value.map_or(usual, |ms| Duration::from_millis(p.whole(ms, name, &(100..=15_000))))
}

fn budget(p: &mut Problems<'_>, spec: &BudgetSpec) -> Budget {
    Budget {
        per_lead_usd_micros: micros(p, &spec.per_lead_usd, "budget.per_lead_usd"),
        per_day_usd_micros: micros(p, &spec.per_day_usd, "budget.per_day_usd"),
        per_month_usd_micros: micros(p, &spec.per_month_usd, "budget.per_month_usd"),
        longest: milliseconds(p, spec.longest_ms.as_ref(), "budget.longest_ms", LONGEST),
        again: spec.again.as_ref().map_or(4, |times| p.whole(times, "budget.again", &(0..=20))),
    }
}

fn never(p: &mut Problems<'_>, spec: &NeverSpec) -> Never {
    let kinds =
        p.optional_list(spec.email_kinds.as_ref(), "never.email_kinds", |_, kind| Some(*kind.get_ref()));
    let countries = p.optional_list(spec.countries.as_ref(), "never.countries", Problems::country);
    Never {
        email_kinds: kinds.unwrap_or_default().into_iter().collect(),
        countries: countries.unwrap_or_default().into_iter().collect(),
        without_consent: spec.without_consent.as_ref().map(|id| p.words(id, "never.without_consent")),
    }
}

fn order(
    p: &mut Problems<'_>,
    group: Group,
    spec: &GroupSpec,
    named: &Named<ProviderSpec>,
    read: &BTreeMap<String, Provider>,
) -> Order {
    let at = |field: &str| format!("{}.{field}", group.as_str());
    let order = p.list(&spec.order, &at("order"), |p, entry| {
        let is_there = named.keys().any(|name| name.get_ref() == entry.get_ref());
        if !is_there {
            let what = format!("there is no provider `{}`", entry.get_ref());
            p.add(entry.span(), what, format!("add a table [providers.{}], or take it out", entry.get_ref()));
        }
        let helps = |one: &Provider| group.fields().iter().any(|field| one.may_fill(*field));
        if let Some(one) = read.get(entry.get_ref()).filter(|one| !helps(one)) {
            let what = format!("`{}` knows nothing {}", one.name(), group.as_str());
            p.add(entry.span(), what, "take it out of this order");
        }
        is_there.then(|| entry.get_ref().clone())
    });
    let fields = p.optional_list(spec.fields.as_ref(), &at("fields"), |p, field| {
        let name = *field.get_ref();
        if !group.fields().contains(&name) {
            let known: Vec<_> = group.fields().iter().map(|field| field.as_str()).collect();
            let what = format!("`{name}` is not looked for in {}", group.as_str());
            p.add(field.span(), what, format!("name any of {}", known.join(", ")));
            return None;
        }
        let is_read = |provider: &String| read.contains_key(provider);
        let fills = |provider: &String| read.get(provider).is_some_and(|one| one.may_fill(name));
        if order.iter().all(is_read) && !order.iter().any(fills) {
            let what = format!("`{name}` is looked for, and nobody in `{}` can fill it", at("order"));
            p.add(field.span(), what, "add a provider that knows it, or take the field out");
        }
        Some(name)
    });
    Order { fields: fields.unwrap_or_else(|| group.fields().to_vec()), order }
}
