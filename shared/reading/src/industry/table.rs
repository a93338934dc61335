//! The vocabulary, the lists and the codes, as their files have them.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use super::Industry;
use crate::text::fold;

const INDUSTRIES: &str = include_str!("../../data/industries.tsv");
const LISTS: &str = include_str!("../../data/industry-lists.tsv");
const CODES: &str = include_str!("../../data/industry-codes.tsv");

/// "And" in seven languages, and `&` as web pages have it: `Food & Beverage` and `Food and Beverage` are one.
const AND: [&str; 8] = ["and", "und", "et", "y", "e", "ed", "en", "amp"];

pub(super) static TABLE: LazyLock<Table> = LazyLock::new(Table::read);

pub(super) struct Table {
    pub(super) rows: Vec<Row>,
    /// By [`joined`] words.
    words: HashMap<String, Industry>,
    /// By scheme and beginning of a code.
    codes: HashMap<(Scheme, &'static str), Industry>,
    lists: Vec<(IndustryList, &'static str, Option<Industry>)>,
}

pub(super) struct Row {
    pub(super) key: &'static str,
    pub(super) parent: Option<Industry>,
}

/// A classification that numbers industries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Scheme {
    /// The North American one of 2022, and what is still in use of 2017.
    Naics,
    /// The American one of 1987.
    Sic,
    /// The European one, and the national ones under it.
    Nace,
}

/// A pick list of industries that large systems offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndustryList {
    /// `HubSpot`'s property `industry` of companies.
    HubSpot,
    /// Salesforce's standard picklist `Industry`.
    Salesforce,
    /// The industries of accounts in Microsoft Dynamics.
    Dynamics,
    /// The industries of leads in Zoho CRM.
    Zoho,
    /// `LinkedIn`'s industries as they were until 2022.
    LinkedInV1,
    /// `LinkedIn`'s industries since then.
    LinkedInV2,
    /// The sectors of the Global Industry Classification Standard.
    GicsSectors,
}

impl IndustryList {
    const ALL: [Self; 7] = [
        Self::HubSpot,
        Self::Salesforce,
        Self::Dynamics,
        Self::Zoho,
        Self::LinkedInV1,
        Self::LinkedInV2,
        Self::GicsSectors,
    ];

    /// Its values as the system writes them, with the industry that each is read as; nothing where a value may be
    /// several, or says none.
    pub fn values(self) -> impl Iterator<Item = (&'static str, Option<Industry>)> {
        TABLE
            .lists
            .iter()
            .filter(move |(list, ..)| *list == self)
            .map(|(_, value, industry)| (*value, *industry))
    }

    fn name(self) -> &'static str {
        match self {
            Self::HubSpot => "hubspot",
            Self::Salesforce => "salesforce",
            Self::Dynamics => "dynamics",
            Self::Zoho => "zoho",
            Self::LinkedInV1 => "linkedin-v1",
            Self::LinkedInV2 => "linkedin-v2",
            Self::GicsSectors => "gics-sectors",
        }
    }
}

impl fmt::Display for IndustryList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HubSpot => "HubSpot",
            Self::Salesforce => "Salesforce",
            Self::Dynamics => "Dynamics",
            Self::Zoho => "Zoho",
            Self::LinkedInV1 => "LinkedIn (until 2022)",
            Self::LinkedInV2 => "LinkedIn",
            Self::GicsSectors => "GICS",
        })
    }
}

impl Table {
    /// The files are the crate's own; a test holds that every line of them is read.
    fn read() -> Self {
        let rows: Vec<[&str; 3]> = lines(INDUSTRIES).collect();
        let keys: HashMap<&str, Industry> =
            (0..).map(Industry).zip(&rows).map(|(industry, [key, ..])| (*key, industry)).collect();
        let find = |key: &str| keys.get(key).copied();
        let mut words = HashMap::new();
        for [key, _, others] in &rows {
            for name in [*key].into_iter().chain(others.split('|')) {
                if let Some(industry) = find(key) {
                    words.insert(joined(&plain(&fold(name))), industry);
                }
            }
        }
        let lists: Vec<_> = lines(LISTS)
            .filter_map(|[name, value, key]| {
                let list = IndustryList::ALL.into_iter().find(|list| list.name() == name)?;
                Some((list, value, find(key)))
            })
            .collect();
        for (_, value, industry) in &lists {
            if let Some(industry) = industry {
                words.insert(joined(&plain(&fold(value))), *industry);
            }
        }
        let codes = lines(CODES)
            .filter_map(|[scheme, codes, key]| Some((scheme_named(scheme)?, codes, find(key)?)))
            .flat_map(|(scheme, codes, industry)| {
                codes.split(' ').map(move |code| ((scheme, code), industry))
            })
            .collect();
        let rows = rows.iter().map(|[key, parent, _]| Row { key, parent: find(parent) }).collect();
        Self { rows, words, codes, lists }
    }

    /// What a code of digits says: of three digits or more by its longest beginning, of two by itself.
    pub(super) fn of_code(&self, scheme: Scheme, digits: &str) -> Option<Industry> {
        let least = digits.len().min(3);
        let beginnings = (least.max(2)..=digits.len()).rev().filter_map(|length| digits.get(..length));
        beginnings.into_iter().find_map(|beginning| self.codes.get(&(scheme, beginning)).copied())
    }

    /// What a name says, by its [`plain`] words.
    pub(super) fn of_words(&self, plain: &str) -> Option<Industry> {
        self.words.get(&joined(plain)).copied()
    }

    /// All names.
    #[cfg(test)]
    pub(super) fn names() -> Vec<&'static str> {
        let named = lines(INDUSTRIES).flat_map(|[key, _, others]| [key].into_iter().chain(others.split('|')));
        named.chain(lines(LISTS).map(|[_, value, _]| value)).collect()
    }
}

fn scheme_named(name: &str) -> Option<Scheme> {
    match name {
        "naics" => Some(Scheme::Naics),
        "sic" => Some(Scheme::Sic),
        "nace" => Some(Scheme::Nace),
        _ => None,
    }
}

/// Three fields a line, parted by tabs; lines that begin with `#` say what they are.
fn lines(text: &'static str) -> impl Iterator<Item = [&'static str; 3]> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok())
}

/// The words of a folded text: no marks, and no "and" between two of them.
pub(super) fn plain(folded: &str) -> String {
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let last = words.len().saturating_sub(1);
    let is_and = |place: usize, word: &str| place > 0 && place < last && AND.contains(&word);
    let told = words.iter().enumerate().filter(|(place, word)| !is_and(*place, word));
    told.map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

/// By what a name is looked up: its words as one, so that `E-Learning`, `I.T.` and `RealEstate` are found however they
/// are parted.
fn joined(plain: &str) -> String {
    plain.replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_files_is_read() {
        let whole = |text: &'static str| text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.rows.len(), whole(INDUSTRIES));
        assert_eq!(TABLE.lists.len(), whole(LISTS));
        let codes: usize = lines(CODES).map(|[_, codes, _]| codes.split(' ').count()).sum();
        assert_eq!(TABLE.codes.len(), codes, "a code stands twice, or its scheme or key is not known");
        assert_eq!(lines(CODES).count(), whole(CODES));
        for [key, parent, _] in lines(INDUSTRIES) {
            assert!(parent == "-" || Industry::of_key(parent).is_some(), "{key}: {parent}");
            assert!(key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{key}");
        }
        for [list, value, key] in lines(LISTS) {
            assert!(key == "-" || Industry::of_key(key).is_some(), "{list}: {value}: {key}");
        }
    }

    #[test]
    fn no_word_stands_for_two_industries() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        let named = lines(INDUSTRIES).flat_map(|[key, _, others]| {
            [key].into_iter().chain(others.split('|')).map(move |name| (name, key))
        });
        for (name, key) in named.chain(lines(LISTS).map(|[_, value, key]| (value, key))) {
            let other = *seen.entry(joined(&plain(&fold(name)))).or_insert(key);
            assert_eq!(other, key, "{name}");
        }
    }
}
