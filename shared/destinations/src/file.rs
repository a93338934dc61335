//! `destinations.toml`: what is told where.

use std::collections::{BTreeMap, BTreeSet};

use leadlight_settings::{Kind, Named, Problems, SettingsError, Spanned, SpannedList};
use serde::Deserialize;

use crate::dialects::{DIALECTS, Dialect};
use crate::event::EventKind;
use leadlight_outward::Address;

const FILE: Kind =
    Kind { name: "destinations", schema_version: 1, example: "infra/policies/destinations.toml" };

/// Requests a second where the file says nothing: below what every CRM's smallest plan takes.
const PER_SECOND: u32 = 5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    #[serde(rename = "schema_version")]
    _schema_version: u32,
    #[serde(default)]
    destinations: Named<DestinationSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DestinationSpec {
    kind: Spanned<String>,
    base: Option<Spanned<String>>,
    on: SpannedList<String>,
    per_second: Option<Spanned<i64>>,
    #[serde(default)]
    options: Named<Spanned<String>>,
}

/// All destinations of a deployment.
#[derive(Debug, Clone, Default)]
pub struct Destinations(BTreeMap<String, Destination>);

/// One destination.
#[derive(Clone)]
pub struct Destination {
    name: String,
    dialect: &'static Dialect,
    address: Address,
    on: BTreeSet<EventKind>,
    per_second: u32,
}

impl Destinations {
    /// Reads a file; `file` is its name as people know it.
    pub fn parse(file: &str, text: &str) -> Result<Self, SettingsError> {
        FILE.read(file, text, |p, spec: Spec| {
            let each = spec.destinations.into_iter();
            let all: Vec<_> = each.filter_map(|(name, spec)| destination(p, &name, &spec)).collect();
            Some(Self(all.into_iter().map(|one| (one.name.clone(), one)).collect()))
        })
    }

    /// Each, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Destination> {
        self.0.values()
    }

    /// The one of a name.
    pub fn named(&self, name: &str) -> Option<&Destination> {
        self.0.get(name)
    }
}

impl Destination {
    /// Its name in the file; its secret is `<stack>/destinations/<name>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is spoken to.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Where it is, and the options of its kind.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Does it want to hear of this?
    pub fn wants(&self, kind: EventKind) -> bool {
        self.on.contains(&kind)
    }

    /// Requests a second that it may get, at most.
    pub fn per_second(&self) -> u32 {
        self.per_second
    }
}

/// A webhook's address may hold a token.
impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Destination({}, {})", self.name, self.dialect.name)
    }
}

fn destination(p: &mut Problems<'_>, name: &Spanned<String>, spec: &DestinationSpec) -> Option<Destination> {
    let is_name = |text: &str| {
        (1..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if !is_name(name.get_ref()) {
        let what = "this name of a destination will not do, since its secret bears it";
        p.add(name.span(), what, "write 1 to 40 lower-case letters, digits or `_`");
    }
    let Some(dialect) = DIALECTS.into_iter().find(|dialect| dialect.name == spec.kind.get_ref()) else {
        let known: Vec<String> = DIALECTS.iter().map(|dialect| format!("`{}`", dialect.name)).collect();
        p.add(spec.kind.span(), "`kind` is none that is known", format!("write {}", known.join(", ")));
        return None;
    };
    let on = p.list(&spec.on, "on", |p, entry| event_kind(p, dialect, entry)).into_iter().collect();
    let per_second = spec.per_second.as_ref().map_or(PER_SECOND, |n| p.whole(n, "per_second", &(1..=100)));
    let place = format!("[destinations.{}.options]", name.get_ref());
    let options = p.options(name, &place, &spec.options, dialect.name, dialect.options);
    let (text, span) = match (&spec.base, dialect.base) {
        (Some(base), _) => (base.get_ref().trim(), base.span()),
        (None, Some(base)) => (base, name.span()),
        (None, None) => ("", name.span()),
    };
    let address = Address::parse(text, options).map_err(|what| {
        let remedy = "write a public address such as https://hooks.example.com/leads, without user and `#`";
        p.add(span, format!("`base` {what}"), remedy);
    });
    Some(Destination { name: name.get_ref().clone(), dialect, address: address.ok()?, on, per_second })
}

fn event_kind(p: &mut Problems<'_>, dialect: &Dialect, entry: &Spanned<String>) -> Option<EventKind> {
    let kinds = EventKind::ALL.iter().filter(|kind| dialect.tells.hears(**kind));
    let found = EventKind::named(entry.get_ref()).filter(|kind| dialect.tells.hears(*kind));
    if found.is_none() {
        let names: Vec<String> = kinds.map(|kind| format!("`{}`", kind.as_str())).collect();
        let what = format!("`on` names an event that a {} is not told of", dialect.name);
        p.add(entry.span(), what, format!("write any of {}", names.join(", ")));
    }
    found
}
