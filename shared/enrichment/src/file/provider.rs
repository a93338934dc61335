//! One provider of the vendors file.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use leadlight_lead::{About, FactField, is_vendor};
use leadlight_outward::Address;
use leadlight_settings::{Limit, Named, Problems, Spanned, SpannedList};
use serde::Deserialize;

use super::{micros, milliseconds};
use crate::vendor::{Asking, Knows, Options, Vendor, Way, Wrong};
use crate::vendors::{DynamoTable, VENDORS};

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
    /// Requests a second, from all environments together.
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
    Item(DynamoTable),
}

/// How a provider's facts are had.
#[derive(Clone, Copy)]
pub enum By<'a> {
    /// By requests to an address, with the options of its kind.
    Requests(&'a Asking, &'a Address),
    /// Out of the company's own table.
    Table,
    /// Out of a DynamoDB table of the company's own.
    Item(&'a DynamoTable),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderSpec {
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
            Reached::Item(table) => By::Item(table),
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

pub(super) fn provider(
    p: &mut Problems<'_>,
    name: &Spanned<String>,
    spec: &ProviderSpec,
) -> Option<Provider> {
    let is_name = |text: &str| {
        (1..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && is_vendor(text)
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
        let is_known = knows.fills.contains(field.get_ref());
        if !is_known {
            let fills: Vec<_> = knows.fills.iter().map(|field| field.as_str()).collect();
            let what = format!("{} does not know `{}`", vendor.title, field.get_ref());
            p.add(field.span(), what, format!("name any of {}", fills.join(", ")));
        }
        is_known.then_some(*field.get_ref())
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
    let narrow =
        |options: &Options| vendor.narrow.map_or_else(|| Ok(vendor.knows()), |narrow| narrow(options));
    let knows = narrow(&options).unwrap_or_else(|wrong| {
        for Wrong { option, what, remedy } in wrong {
            let written = spec.options.iter().find(|(written, _)| written.get_ref() == option);
            let span = written.map_or_else(|| name.span(), |(_, value)| value.span());
            p.add(span, format!("the option `{option}` {what}"), remedy);
        }
        vendor.knows()
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
    let asking = match vendor.way {
        Way::Asked(asking) => asking,
        Way::Table => {
            is_ones_own(p, spec, vendor);
            return Some(Reached::Table);
        }
        Way::Item => {
            is_ones_own(p, spec, vendor);
            is_not_kept(p, name, spec);
            return Some(Reached::Item(DynamoTable::new(options)));
        }
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

/// What a table of one's own has neither of is most likely meant for another kind.
fn is_ones_own(p: &mut Problems<'_>, spec: &ProviderSpec, vendor: &'static Vendor) {
    if let Some(base) = &spec.base {
        p.add(
            base.span(),
            format!("a {} has no address", vendor.name),
            "remove the line, or give another `kind`",
        );
    }
    if *spec.price_usd.get_ref() > 0.0 {
        p.add(spec.price_usd.span(), format!("a {} costs nothing", vendor.name), "write `price_usd = 0.0`");
    }
}

/// A table that is read for every lead is neither kept nor paced. A line that says how would have no effect, and somebody would
/// rely on it.
fn is_not_kept(p: &mut Problems<'_>, name: &Spanned<String>, spec: &ProviderSpec) {
    let numbers = [
        ("per_second", &spec.per_second),
        ("fresh_days", &spec.fresh_days),
        ("unknown_days", &spec.unknown_days),
    ];
    let spans = numbers.into_iter().filter_map(|(field, value)| Some((field, value.as_ref()?.span())));
    let charges = spec.charges_misses.map(|_| ("charges_misses", name.span()));
    for (field, span) in spans.chain(charges) {
        let what = format!("`{field}` has no effect on a table that is read for every lead at no cost");
        p.add(span, what, "remove the line");
    }
}
