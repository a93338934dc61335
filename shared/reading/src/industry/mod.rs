//! Industries: a vocabulary of keys, each under the broader one it belongs to, and how people, CRMs, vendors and
//! statistics write them.
//!
//! A text is read where it has one reading. What has several, such as `Banking; Retail` or a number that two
//! classifications read differently, is not known, and neither is what nothing here knows.

mod code;
mod table;

use std::fmt;

pub use table::IndustryList;

use crate::nothing::is_nothing;
use crate::text::fold;
use table::{TABLE, plain};

/// No industry takes more; a description of a company does.
const LONGEST: usize = 300;

/// Words around an industry that leave it what it is.
const BESIDE: [&str; 29] = [
    "industry",
    "industries",
    "sector",
    "sectors",
    "secteur",
    "settore",
    "setor",
    "branche",
    "branch",
    "vertical",
    "subindustry",
    "company",
    "companies",
    "business",
    "businesses",
    "firm",
    "firms",
    "provider",
    "providers",
    "vendor",
    "vendors",
    "solutions",
    "enterprise",
    "startup",
    "start up",
    "startups",
    "b2b",
    "b2c",
    "global",
];

/// An industry of the vocabulary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Industry(u16);

impl Industry {
    /// The industry of a key, such as `real-estate`.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::all().find(|industry| industry.key() == key)
    }

    /// All of them, the broader ones near those they hold.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).map(Self).take(TABLE.rows.len())
    }

    /// Its key: words of lower-case letters joined by hyphens.
    pub fn key(self) -> &'static str {
        TABLE.rows.get(usize::from(self.0)).map_or("", |row| row.key)
    }

    /// The broader one that it belongs to.
    pub fn parent(self) -> Option<Self> {
        TABLE.rows.get(usize::from(self.0))?.parent
    }

    /// Itself, then the ones it belongs to, up to the broadest.
    pub fn and_above(self) -> impl Iterator<Item = Self> {
        // The deepest is four levels down; a file that went in a circle would still end.
        std::iter::successors(Some(self), |industry| industry.parent()).take(8)
    }

    /// Whether it is the other, or belongs to it.
    pub fn is_within(self, other: Self) -> bool {
        self.and_above().any(|industry| industry == other)
    }

    /// The industry whose key a mistyped one may mean.
    pub fn near(key: &str) -> Option<Self> {
        let wanted: Vec<char> = key.chars().collect();
        let most = (wanted.len() / 3).min(2);
        Self::all()
            .map(|industry| (slips(&wanted, &industry.key().chars().collect::<Vec<_>>()), industry))
            .filter(|(slips, _)| *slips <= most)
            .min_by_key(|(slips, _)| *slips)
            .map(|(_, industry)| industry)
    }
}

impl fmt::Debug for Industry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Industry({})", self.key())
    }
}

impl fmt::Display for Industry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// The industry that a text says: a word of the vocabulary (`SaaS`, `Maschinenbau`), a CRM's value
/// (`COMPUTER_SOFTWARE`), a code (`NAICS 513210`, `7372 - Prepackaged Software`, `62.01`), or several of them that say
/// one thing (`Technology > Software`). Nothing where it says none or several.
pub fn read_industry(text: &str) -> Option<Industry> {
    if text.len() > LONGEST || is_nothing(text) {
        return None;
    }
    let folded = fold(text);
    if let Some(industry) = word(&folded) {
        return Some(industry);
    }
    match code::find(&folded) {
        Some(code) => code.read(several(&code.beside)),
        None => several(&folded),
    }
}

/// A text's words as industries are compared: folded, without marks and without "and" between words. What a policy
/// calls by a name of its own is found by these.
pub fn industry_words(text: &str) -> String {
    plain(&fold(text))
}

/// One name: whole, or without as few of the words beside it as need be. `Industry: e health` is `e health`, and not what
/// is left of that.
fn word(folded: &str) -> Option<Industry> {
    // A label goes first: between words `e` is Italian for "and", and before them it is electronic.
    let labelled = folded.split_once(':').filter(|(label, _)| BESIDE.contains(&label.trim()));
    let plain = plain(labelled.map_or(folded, |(_, name)| name.trim()));
    let mut words = plain.as_str();
    loop {
        if let Some(industry) = TABLE.of_words(words) {
            return Some(industry);
        }
        words = BESIDE.iter().find_map(|beside| {
            let end = words.strip_suffix(beside).and_then(|rest| rest.strip_suffix(' '));
            end.or_else(|| words.strip_prefix(beside).and_then(|rest| rest.strip_prefix(' ')))
        })?;
    }
}

/// What parts the names in a list, the farthest apart first: `Media, News > Publishing` has two, one of them a pair.
const BETWEEN: [&[&str]; 5] = [
    &[";", "|", ">", "•"],
    &[":", "=", "(", ")", "[", "]"],
    &[" - ", " – ", " — ", "/"],
    &[","],
    &[" & ", " + ", " and ", " und ", " et ", " y ", " e ", " en ", " ed "],
];

/// Several names that all are one industry or the broader ones it belongs to: the narrowest of them.
fn several(folded: &str) -> Option<Industry> {
    listed(folded, &BETWEEN)
}

fn listed(text: &str, between: &[&[&str]]) -> Option<Industry> {
    if let Some(industry) = word(text) {
        return Some(industry);
    }
    let (marks, finer) = between.split_first()?;
    let found: Vec<Industry> =
        parts(text, marks).iter().map(|part| listed(part, finer)).collect::<Option<_>>()?;
    let narrowest = found.iter().copied().max_by_key(|industry| industry.and_above().count())?;
    found.iter().all(|industry| narrowest.is_within(*industry)).then_some(narrowest)
}

/// The parts of a text that say something.
fn parts(text: &str, marks: &[&str]) -> Vec<String> {
    let mut marked = text.to_owned();
    for mark in marks {
        marked = marked.replace(mark, "\n");
    }
    let says_something = |part: &&str| {
        let plain = plain(part);
        !plain.is_empty() && !BESIDE.contains(&plain.as_str()) && !is_nothing(part)
    };
    marked.split('\n').map(str::trim).filter(says_something).map(str::to_owned).collect()
}

/// How many letters must be added, dropped, changed or swapped to make one key of the other.
fn slips(a: &[char], b: &[char]) -> usize {
    let mut second_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let mut fewest = (last[j] + usize::from(from != to)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                fewest = fewest.min(second_last[j - 1] + 1);
            }
            row.push(fewest);
        }
        second_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests;
