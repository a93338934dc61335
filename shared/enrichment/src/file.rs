//! The vendors file: who is asked for what, in which order, at what cost, and about whom nobody is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use leadlight_lead::{About, CountryCode, EmailKind, FactField};
use leadlight_outward::Address;
use leadlight_settings::{Kind, Limit, Named, Problems, SettingsError, Spanned, SpannedList};
use serde::Deserialize;

use crate::vendor::{Asking, Knows, Options, Vendor, Way, Wrong};
use crate::vendors::VENDORS;

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

/// One vendor as a deployment uses it.
#[derive(Clone)]
pub struct Provider {
    name: String,
    vendor: &'static Vendor,
    way: Reached,
    knows: Knows,
    /// Of one question, in millionths of a US dollar.
    pub price_usd_micros: u64,
    /// Whether it also charges where it knows nothing.
    pub charges_misses: bool,
    /// How long one answer may take.
    pub timeout: Duration,
    /// Questions a second, from all environments together.
    pub per_second: u32,
    /// How long its facts count as fresh.
    pub fresh_days: u32,
    /// How long "not known" does.
    pub unknown_days: u32,
    /// From this confidence on its word ends the search, 0 to 1.
    pub least_confidence: f64,
}

/// How a provider's facts are had in this deployment.
#[derive(Clone)]
enum Reached {
    Asked(Asking, Address),
    Table,
}

/// How a provider's facts are had.
#[derive(Clone, Copy)]
pub enum By<'a> {
    /// By requests to an address, with the options of its kind.
    Requests(&'a Asking, &'a Address),
    /// Out of the company's own table.
    Table,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderSpec {
    kind: Option<Spanned<String>>,
    base: Option<Spanned<String>>,
    price_usd: Spanned<f64>,
    charges_misses: Option<bool>,
    timeout_ms: Option<Spanned<i64>>,
    per_second: Option<Spanned<i64>>,
    fresh_days: Option<Spanned<i64>>,
    unknown_days: Option<Spanned<i64>>,
    least_confidence: Option<Spanned<f64>>,
    fields: Option<SpannedList<FactField>>,
    #[serde(default)]
    options: Named<Spanned<String>>,
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

impl Provider {
    /// Its name in the file, which its facts bear.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of vendor it is.
    pub fn vendor(&self) -> &'static Vendor {
        self.vendor
    }

    /// How its facts are had.
    pub fn by(&self) -> By<'_> {
        match &self.way {
            Reached::Asked(asking, address) => By::Requests(asking, address),
            Reached::Table => By::Table,
        }
    }

    /// Whom it can be asked about.
    pub fn asks(&self, about: About) -> bool {
        self.knows.asks.contains(&about)
    }

    /// Whether a field may be taken from it.
    pub fn may_fill(&self, field: FactField) -> bool {
        self.knows.fills.contains(&field)
    }
}

/// An address may hold a token.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({}, {})", self.name, self.vendor.name)
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
                .map(|one| (one.name.clone(), one))
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
    let countries = p.optional_list(spec.countries.as_ref(), "never.countries", |p, entry| p.country(entry));
    Never {
        email_kinds: kinds.unwrap_or_default().into_iter().collect(),
        countries: countries.unwrap_or_default().into_iter().collect(),
        without_consent: spec.without_consent.as_ref().map(|id| p.words(id, "never.without_consent")),
    }
}

fn provider(p: &mut Problems<'_>, name: &Spanned<String>, spec: &ProviderSpec) -> Option<Provider> {
    let is_name = |text: &str| {
        (1..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !["form", "by-hand", "derived"].contains(&text)
    };
    if !is_name(name.get_ref()) {
        let what = "this name of a provider will not do, since its facts and its secret bear it";
        p.add(
            name.span(),
            what,
            "write 1 to 40 lower-case letters, digits or `-`; not form, by-hand or derived",
        );
    }
    let kind = spec.kind.as_ref().unwrap_or(name);
    let Some(vendor) = VENDORS.into_iter().find(|vendor| vendor.name == kind.get_ref()) else {
        let known: Vec<String> = VENDORS.iter().map(|vendor| format!("`{}`", vendor.name)).collect();
        let what = "there is no kind of vendor of this name";
        p.add(kind.span(), what, format!("give the provider a `kind`: {}", known.join(", ")));
        return None;
    };
    let at = |field: &str| format!("providers.{}.{field}", name.get_ref());
    let (options, knows) = options(p, name, spec, vendor);
    let way = reached(p, name, spec, vendor, options);
    let fields = p.optional_list(spec.fields.as_ref(), &at("fields"), |p, field| {
        let known = knows.fills.contains(field.get_ref());
        if !known {
            let fills: Vec<_> = knows.fills.iter().map(|field| field.as_str()).collect();
            let what = format!("{} does not know `{}`", vendor.title, field.get_ref());
            p.add(field.span(), what, format!("name any of {}", fills.join(", ")));
        }
        known.then_some(*field.get_ref())
    });
    let knows = Knows { fills: fields.map_or(knows.fills, BTreeSet::from_iter), ..knows };
    let days = |p: &mut Problems<'_>, value: Option<&Spanned<i64>>, field: &str, usual| {
        value.map_or(usual, |days| p.whole(days, &at(field), &(1..=730)))
    };
    Some(Provider {
        name: name.get_ref().clone(),
        vendor,
        way: way?,
        knows,
        price_usd_micros: micros(p, &spec.price_usd, &at("price_usd")),
        charges_misses: spec.charges_misses.unwrap_or(false),
        timeout: milliseconds(p, spec.timeout_ms.as_ref(), &at("timeout_ms"), Duration::from_secs(4)),
        per_second: spec.per_second.as_ref().map_or(5, |n| p.whole(n, &at("per_second"), &(1..=100))),
        fresh_days: days(p, spec.fresh_days.as_ref(), "fresh_days", 90),
        unknown_days: days(p, spec.unknown_days.as_ref(), "unknown_days", 30),
        least_confidence: spec
            .least_confidence
            .as_ref()
            .map_or(0.6, |least| p.number(least, &at("least_confidence"), Limit::SHARE)),
    })
}

/// Its options, whom it can be asked about and what it may know with them.
fn options(
    p: &mut Problems<'_>,
    name: &Spanned<String>,
    spec: &ProviderSpec,
    vendor: &'static Vendor,
) -> (Options, Knows) {
    let place = format!("[providers.{}.options]", name.get_ref());
    let options = p.options(name, &place, &spec.options, vendor.name, vendor.options);
    let usual = || Knows { asks: vendor.asks.to_vec(), fills: vendor.fills.iter().copied().collect() };
    let narrow = |options: &Options| vendor.narrow.map_or_else(|| Ok(usual()), |narrow| narrow(options));
    let knows = narrow(&options).unwrap_or_else(|wrong| {
        for Wrong { option, what, remedy } in wrong {
            let written = spec.options.iter().find(|(written, _)| written.get_ref() == option);
            let span = written.map_or_else(|| name.span(), |(_, value)| value.span());
            p.add(span, format!("the option `{option}` {what}"), remedy);
        }
        usual()
    });
    (options, knows)
}

/// How it is reached; none where its address is none.
fn reached(
    p: &mut Problems<'_>,
    name: &Spanned<String>,
    spec: &ProviderSpec,
    vendor: &'static Vendor,
    options: Options,
) -> Option<Reached> {
    let Way::Asked(asking) = vendor.way else {
        // What a table of one's own has neither of is most likely meant for another kind.
        if let Some(base) = &spec.base {
            p.add(
                base.span(),
                format!("a {} has no address", vendor.name),
                "remove the line, or give another `kind`",
            );
        }
        if *spec.price_usd.get_ref() > 0.0 {
            p.add(
                spec.price_usd.span(),
                format!("a {} costs nothing", vendor.name),
                "write `price_usd = 0.0`",
            );
        }
        return Some(Reached::Table);
    };
    let (text, span) = match (&spec.base, asking.base) {
        (Some(base), _) => (base.get_ref().trim(), base.span()),
        (None, base) => (base.unwrap_or_default(), name.span()),
    };
    let address = Address::parse(text, options).map_err(|what| {
        let remedy = "write the vendor's public address, such as `base = \"https://api.vendor.example\"`";
        p.add(span, format!("`providers.{}.base` {what}", name.get_ref()), remedy);
    });
    Some(Reached::Asked(asking, address.ok()?))
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
            let what = format!("`{}` knows nothing {}", one.name, group.as_str());
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
