//! Checks of single values and lists: each notes what is wrong and gives what can be worked on with.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use leadlight_lead::{DomainName, InvalidId};
use toml::Spanned;

use crate::problems::Problems;

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

    /// A company's domain, written as such and not as an address of one of its machines.
    pub fn domain(&mut self, entry: &Spanned<String>) -> Option<DomainName> {
        let text = entry.get_ref();
        let domain: DomainName = self.id(entry, "domain")?;
        if domain.as_str() != text {
            let what = format!("`{text}` is more than a company's domain");
            self.add(entry.span(), what, format!("write `{domain}`"));
            return None;
        }
        Some(domain)
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
