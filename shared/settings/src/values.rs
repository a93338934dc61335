//! Checks of single values and lists: each notes what is wrong and gives what can be worked on with.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use leadlight_lead::{CountryCode, DomainName, InvalidId, NoCompany, likely_countries};

use crate::problems::Problems;
use crate::spanned::Spanned;

/// A list, with the place of the list and of each entry.
pub type SpannedList<T> = Spanned<Vec<Spanned<T>>>;

/// Tables under names of the file's own, each name with its place.
pub type Named<T> = BTreeMap<Spanned<String>, T>;

/// What a number must be, and how to say so.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Whether a number will do; false for NaN.
    pub holds: fn(f64) -> bool,
    /// What to write, such as `a number from 0 to 1`.
    pub wanted: &'static str,
}

impl Limit {
    /// A share of a whole.
    pub const SHARE: Self = Self { holds: |v| (0.0..=1.0).contains(&v), wanted: "a number from 0 to 1" };
    /// A place on a scale of a hundred.
    pub const PERCENT: Self =
        Self { holds: |v| (0.0..=100.0).contains(&v), wanted: "a number from 0 to 100" };
    /// What can be divided by.
    pub const POSITIVE: Self = Self { holds: |v| v.is_finite() && v > 0.0, wanted: "a finite number over 0" };
}

impl Problems<'_> {
    /// A number within its limit. One that is not is noted, and given back all the same.
    pub fn number(&mut self, value: &Spanned<f64>, name: &str, limit: Limit) -> f64 {
        let found = *value.get_ref();
        if !(limit.holds)(found) {
            self.add(value.span(), format!("`{name}` is {found}"), format!("write {}", limit.wanted));
        }
        found
    }

    /// A whole number within a range; the range's start stands in for one that is not.
    pub fn whole<N: TryFrom<i64> + Copy + PartialOrd + Display>(
        &mut self,
        value: &Spanned<i64>,
        name: &str,
        range: &RangeInclusive<N>,
    ) -> N {
        let found = N::try_from(*value.get_ref()).ok().filter(|number| range.contains(number));
        found.unwrap_or_else(|| {
            let remedy = format!("write a whole number from {} to {}", range.start(), range.end());
            self.add(value.span(), format!("`{name}` is {}", value.get_ref()), remedy);
            *range.start()
        })
    }

    /// Text for people, without space around it: not empty.
    pub fn words(&mut self, value: &Spanned<String>, name: &str) -> String {
        let text = value.get_ref().trim();
        if text.is_empty() {
            self.add(value.span(), format!("`{name}` is empty"), "say it in words");
        }
        text.to_owned()
    }

    /// Options of a kind of thing, under names that the kind knows, each with what it is where it is left out; none where
    /// it must be there. `place` is the table that they stand in, such as `[destinations.crm.options]`, and `of` the
    /// name of what has them, which is where a missing one is told.
    pub fn options(
        &mut self,
        of: &Spanned<String>,
        place: &str,
        given: &Named<Spanned<String>>,
        kind: &str,
        known: &[(&str, Option<&str>)],
    ) -> BTreeMap<String, String> {
        for option in given.keys().filter(|option| known.iter().all(|(name, _)| name != option.get_ref())) {
            let names: Vec<String> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
            let remedy = if names.is_empty() {
                "remove it".to_owned()
            } else {
                format!("use {}, or remove it", names.join(", "))
            };
            self.add(option.span(), format!("a {kind} has no option of this name"), remedy);
        }
        let mut found = BTreeMap::new();
        for (name, default) in known {
            let written = given.iter().find(|(option, _)| option.get_ref() == name).map(|(_, value)| value);
            let value = match written {
                Some(value) => self.words(value, name),
                None => (*default).unwrap_or_default().to_owned(),
            };
            if written.is_none() && default.is_none() {
                let remedy = format!("write it below `{place}`");
                self.add(of.span(), format!("the option `{name}` is missing"), remedy);
            }
            found.insert((*name).to_owned(), value);
        }
        found
    }

    /// A list's entries: not empty, none twice. `parse` notes what is wrong with an entry and leaves it out by
    /// giving nothing. An entry that stands twice is repeated in the problem: lists hold codes, domains and names of
    /// things, not people.
    pub fn list<T, U: PartialEq>(
        &mut self,
        entries: &SpannedList<T>,
        name: &str,
        parse: impl FnMut(&mut Self, &Spanned<T>) -> Option<U>,
    ) -> Vec<U> {
        self.not_empty(entries, name, "name at least one entry");
        self.each_once(entries, name, parse)
    }

    /// As [`Problems::list`], of a list that may be left out.
    pub fn optional_list<T, U: PartialEq>(
        &mut self,
        entries: Option<&SpannedList<T>>,
        name: &str,
        parse: impl FnMut(&mut Self, &Spanned<T>) -> Option<U>,
    ) -> Option<Vec<U>> {
        let entries = entries?;
        self.not_empty(entries, name, "name at least one entry, or leave the list out");
        Some(self.each_once(entries, name, parse))
    }

    /// As [`Problems::list`], of a list that may be empty.
    pub fn each_once<T, U: PartialEq>(
        &mut self,
        entries: &SpannedList<T>,
        name: &str,
        mut parse: impl FnMut(&mut Self, &Spanned<T>) -> Option<U>,
    ) -> Vec<U> {
        let mut parsed = Vec::with_capacity(entries.get_ref().len());
        for entry in entries.get_ref() {
            let Some(value) = parse(self, entry) else { continue };
            if parsed.contains(&value) {
                let what = format!("{} appears twice in `{name}`", self.source(entry.span()));
                self.add(entry.span(), what, "keep one of the two");
            } else {
                parsed.push(value);
            }
        }
        parsed
    }

    fn not_empty<T>(&mut self, entries: &SpannedList<T>, name: &str, remedy: &str) {
        if entries.get_ref().is_empty() {
            self.add(entries.span(), format!("`{name}` is an empty list"), remedy);
        }
    }

    /// A company's domain, in any spelling (`müllerwerk.example`, `xn--mllerwerk-q9a.example`), written as such and not
    /// as an address of one of its machines. A host that many companies share is none; a company's name there is.
    pub fn domain(&mut self, entry: &Spanned<String>) -> Option<DomainName> {
        let text = entry.get_ref();
        let found = match DomainName::of_host(text) {
            Ok(domain) if domain.is_written(text) => return Some(domain),
            // A whole address of a page, perhaps.
            Err(NoCompany::Malformed) => DomainName::from_host_or_url(text),
            found => found,
        };
        let own = "write the company's own domain".to_owned();
        let (what, remedy) = match found {
            Ok(domain) => ("is more than a company's domain", format!("write `{domain}`")),
            Err(NoCompany::Malformed) => {
                ("is not a domain", "write a company's domain such as company.example".to_owned())
            }
            Err(NoCompany::PublicSuffix) => {
                ("is not a company's domain: anybody may register a name under it", own)
            }
            Err(NoCompany::SharedHost) => (
                "is not a company's domain: many companies have a name each on that host",
                "write the company's name on it, such as `acme.onmicrosoft.com`, or the company's own domain"
                    .to_owned(),
            ),
            Err(NoCompany::Relay) => {
                ("is not a company's domain: it passes on mail, and anybody may have an address there", own)
            }
            Err(NoCompany::Page) => {
                ("is not a company's domain: it leads to a page on somebody else's site", own)
            }
        };
        self.add(entry.span(), format!("`{text}` {what}"), remedy);
        None
    }

    /// A country, by its code.
    pub fn country(&mut self, entry: &Spanned<String>) -> Option<CountryCode> {
        let text = entry.get_ref();
        if let Ok(code) = text.parse() {
            return Some(code);
        }
        let likely: Vec<String> = likely_countries(text).iter().map(|code| format!("`{code}`")).collect();
        let remedy = match &likely[..] {
            [] => "write a two-letter code (ISO 3166-1), such as `DE`, `GB` or `US`".to_owned(),
            [one] => format!("write {one}"),
            several => format!("write {}, whichever is meant", several.join(" or ")),
        };
        self.add(entry.span(), format!("`{text}` is not a country's code"), remedy);
        None
    }

    /// A value of one of the typed ids, such as a country or a code; `noun` is what people call it.
    pub fn id<I: FromStr<Err = InvalidId>>(&mut self, entry: &Spanned<String>, noun: &str) -> Option<I> {
        let text = entry.get_ref();
        let parsed = text.parse();
        parsed
            .map_err(|InvalidId { expected, .. }| {
                self.add(entry.span(), format!("`{text}` is not a {noun}"), format!("write {expected}"));
            })
            .ok()
    }
}
