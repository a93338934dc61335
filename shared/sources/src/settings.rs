//! The sources file: which adapter reads which source, and what its fields and forms are.

use std::collections::BTreeMap;

use leadlight_lead::{ActivityKind, SourceName};
use leadlight_settings::{Kind, Named, Problems, SettingsError, Spanned};
use serde::Deserialize;

use crate::adapter::{Adapter, KEY, Proof};
use crate::adapters::{ADAPTERS, adapter};
use crate::labels::{FIELDS, Field, field, key};
use crate::rules::Rules;
use crate::source::Source;

const SOURCES: Kind =
    Kind { name: "sources file", schema_version: 1, example: "infra/policies/sources.toml" };

/// The sources file, checked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sources {
    public_url: Option<String>,
    by_name: BTreeMap<SourceName, Source>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "schema_version")]
    _schema_version: u32,
    #[serde(default)]
    public_url: Option<Spanned<String>>,
    #[serde(default)]
    sources: Named<Table>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    adapter: Spanned<String>,
    #[serde(default)]
    proof: Option<Spanned<String>>,
    #[serde(default)]
    api: Option<Spanned<String>>,
    #[serde(default)]
    answers_with_score: Option<bool>,
    #[serde(default)]
    fields: Named<Spanned<String>>,
    #[serde(default)]
    forms: Named<Spanned<String>>,
}

impl Sources {
    /// Its name where no other is known.
    pub const FILE: &'static str = "sources.toml";

    /// Reads a file. `file` is what problems call it.
    pub fn parse(file: &str, text: &str) -> Result<Self, SettingsError> {
        SOURCES.read(file, text, |p, file: File| {
            let public_url = file.public_url.as_ref().and_then(|url| address(p, url, "public_url"));
            let mut by_name = BTreeMap::new();
            for (name, table) in &file.sources {
                if let (Some(name), Some(source)) =
                    (p.id::<SourceName>(name, "a source"), table.read(p, name))
                {
                    by_name.insert(name, source);
                }
            }
            Some(Self { public_url, by_name })
        })
    }

    /// A source by its name.
    pub fn get(&self, name: &str) -> Option<&Source> {
        self.by_name.get(&name.parse().ok()?)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.by_name.values()
    }

    /// The address that senders call a source by; none where `public_url` was not set.
    pub fn url_of(&self, name: &SourceName) -> Option<String> {
        self.public_url.as_ref().map(|url| format!("{url}/v1/sources/{name}"))
    }
}

/// An address of a server, without the slash at its end.
fn address(p: &mut Problems<'_>, url: &Spanned<String>, name: &str) -> Option<String> {
    let text = url.get_ref().trim().trim_end_matches('/');
    let host = text.strip_prefix("https://").or_else(|| {
        text.strip_prefix("http://")
            .filter(|host| host.starts_with("127.0.0.1") || host.starts_with("localhost"))
    });
    match host {
        Some(host) if !host.is_empty() && !host.contains(['?', '#', ' ', '@']) => Some(text.to_owned()),
        _ => {
            let remedy = "write an address such as https://leads.company.example";
            p.add(url.span(), format!("`{name}` is no address of a server"), remedy);
            None
        }
    }
}

impl Table {
    fn read(&self, p: &mut Problems<'_>, name: &Spanned<String>) -> Option<Source> {
        let adapter = self.adapter(p);
        let proof = adapter.and_then(|adapter| self.proof(p, adapter));
        let fields = self.fields.iter().filter_map(|(label, ours)| {
            let target = match ours.get_ref().as_str() {
                "ignore" => None,
                name => Some(named(p, ours, name)?),
            };
            Some((key(label.get_ref()), target))
        });
        let fields = fields.collect();
        let written = self.fields.keys().map(|label| label.get_ref().clone()).collect();
        let forms =
            self.forms.iter().filter_map(|(form, kind)| Some((key(form.get_ref()), kind_of(p, kind)?)));
        let forms = forms.collect();
        let api = self.api.as_ref().and_then(|url| address(p, url, "api"));
        let rules = Rules { name: name.get_ref().parse().ok()?, fields, written, forms, api };
        let answers_with_score = self.answers_with_score.unwrap_or(adapter?.answers_with_score);
        Some(Source { rules, adapter: adapter?, proof: proof?, answers_with_score })
    }

    fn adapter(&self, p: &mut Problems<'_>) -> Option<&'static Adapter> {
        let found = adapter(self.adapter.get_ref());
        if found.is_none() {
            let known: Vec<_> = ADAPTERS.iter().map(|adapter| adapter.name).collect();
            let what = format!("there is no adapter `{}`", self.adapter.get_ref());
            p.add(
                self.adapter.span(),
                what,
                format!("write one of {}; `json` reads any form", known.join(", ")),
            );
        }
        found
    }

    fn proof(&self, p: &mut Problems<'_>, adapter: &'static Adapter) -> Option<Proof> {
        let mut known = adapter.proofs.iter().chain([&KEY]);
        let Some(wanted) = &self.proof else { return known.next().copied() };
        let found = known.find(|proof| proof.name == wanted.get_ref());
        if found.is_none() {
            let names: Vec<_> = adapter.proofs.iter().map(|proof| proof.name).chain([KEY.name]).collect();
            let what = format!("{} proves nothing by `{}`", adapter.title, wanted.get_ref());
            p.add(wanted.span(), what, format!("write one of {}", names.join(", ")));
        }
        found.copied()
    }
}

fn named(p: &mut Problems<'_>, ours: &Spanned<String>, name: &str) -> Option<Field> {
    let found = field(name);
    if found.is_none() {
        let known: Vec<_> = FIELDS.iter().map(|(name, _)| *name).collect();
        let remedy = format!("write one of {}, or ignore", known.join(", "));
        p.add(ours.span(), format!("a lead has no field `{name}`"), remedy);
    }
    found
}

fn kind_of(p: &mut Problems<'_>, kind: &Spanned<String>) -> Option<ActivityKind> {
    let read = ActivityKind::ALL.into_iter().find(|known| known.as_str() == kind.get_ref());
    if read.is_none() {
        let remedy = "write what its visitors ask for: demo_request, pricing_view, content_download, trial_started, \
                      webinar_attended, event_attended or upgrade_inquiry";
        p.add(kind.span(), format!("`{}` is nothing a form can ask for", kind.get_ref()), remedy);
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../infra/policies/sources.toml");

    #[test]
    fn the_example_is_accepted_and_names_every_adapter() {
        let sources = Sources::parse(Sources::FILE, EXAMPLE).unwrap();
        assert!(sources.iter().count() >= 7);
        let form = sources.get("website-form").unwrap();
        assert_eq!(
            sources.url_of(form.name()).unwrap(),
            "https://leads.acme.example/v1/sources/website-form"
        );
        for adapter in ADAPTERS {
            assert!(EXAMPLE.contains(adapter.name), "{}", adapter.name);
        }
        for (name, _) in FIELDS {
            assert!(EXAMPLE.contains(name), "{name}");
        }
        // Each is one that the default policy declares.
        let policy = include_str!("../../../infra/policies/default.toml");
        for source in sources.iter() {
            assert!(policy.contains(&format!("[sources.{}]", source.name())), "{}", source.name());
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_line_and_remedy_all_at_once() {
        let wrong = EXAMPLE
            .replace(r#"adapter = "typeform""#, r#"adapter = "typeforms""#)
            .replace(r#""company_size" = "employees""#, r#""company_size" = "headcount""#)
            .replace(r#""*" = "event_attended""#, r#""*" = "shook_hands""#)
            .replace("https://leads.acme.example\"", "leads.acme.example\"")
            .replace(r#"adapter = "segment""#, "adapter = \"segment\"\nproof = \"v3\"");
        let error = Sources::parse("mine.toml", &wrong).unwrap_err().to_string();
        for part in [
            "typeforms",
            "headcount",
            "shook_hands",
            "public_url",
            "proves nothing by `v3`",
            "mine.toml",
            "or ignore",
        ] {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}
