//! Countries: what a code is, and how people and their systems write one.
//!
//! `data/README.md` names the sources of the tables. They are searched where they lie: nothing is built at start-up.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::InvalidId;

mod name;

/// Lines of `DE DEU 276`, by alpha-2.
const CODES: &str = include_str!("../../data/country-codes.txt");
const LINE: usize = "DE DEU 276\n".len();
/// Lines of `DE Germany`, by alpha-2.
const ENGLISH: &str = include_str!("../../data/country-english.txt");

/// An ISO 3166-1 alpha-2 country code that is assigned, upper-cased; Kosovo's `XK` besides, which is in wide use.
///
/// Parsing takes such a code and nothing else: what people type is for [`read_country`](crate::read_country). A stored
/// document may hold what was taken before codes were looked up: `UK` and names are read as what they say, and any
/// other two letters stand as they are, so that no lead is lost; they are no country's, so no list ever names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Stored", into = "String")]
#[schemars(with = "String")]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        // Two ASCII letters by construction.
        std::str::from_utf8(&self.0).unwrap_or("??")
    }

    /// Its name in English; the code itself where no table has it.
    pub fn in_english(&self) -> &str {
        let named = ENGLISH.lines().find_map(|line| line.strip_prefix(self.as_str())?.strip_prefix(' '));
        named.unwrap_or_else(|| self.as_str())
    }

    pub(crate) fn of_alpha_2(text: &str) -> Option<Self> {
        let [a, b] = text.as_bytes() else { return None };
        let wanted = [a.to_ascii_uppercase(), b.to_ascii_uppercase()];
        let lines = CODES.as_bytes().as_chunks::<LINE>().0;
        lines.binary_search_by(|line| line[..2].cmp(&wanted)).ok().map(|_| Self(wanted))
    }

    pub(crate) fn of_alpha_3(text: &str) -> Option<Self> {
        lines().find(|line| line[3..6].eq_ignore_ascii_case(text.as_bytes())).map(Self::of_line)
    }

    /// Three digits: fewer are as likely a telephone's prefix, such as Romania's 40, which would be Austria's 040.
    pub(crate) fn of_numeric(text: &str) -> Option<Self> {
        lines().find(|line| line[7..10] == *text.as_bytes()).map(Self::of_line)
    }

    fn of_line(line: &[u8; LINE]) -> Self {
        Self([line[0], line[1]])
    }
}

fn lines() -> impl Iterator<Item = &'static [u8; LINE]> {
    CODES.as_bytes().as_chunks::<LINE>().0.iter()
}

impl TryFrom<String> for CountryCode {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        const INVALID: InvalidId =
            InvalidId::expected("the two-letter code of a country (ISO 3166-1), such as DE or GB");
        Self::of_alpha_2(text.trim()).ok_or(INVALID)
    }
}

impl FromStr for CountryCode {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::try_from(text.to_owned())
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.as_str().to_owned()
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A code as a document holds it, which may be older than the table.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Stored(CountryCode);

impl TryFrom<String> for Stored {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let refused = match CountryCode::from_str(&text) {
            Ok(code) => return Ok(Self(code)),
            Err(refused) => refused,
        };
        if let Some(code) = name::read(&text) {
            return Ok(Self(code));
        }
        match text.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self(CountryCode([a.to_ascii_uppercase(), b.to_ascii_uppercase()])))
            }
            _ => Err(refused),
        }
    }
}

impl From<Stored> for CountryCode {
    fn from(stored: Stored) -> Self {
        stored.0
    }
}

/// The country that a form, a CRM or a person means: by its code (`DE`, `DEU`, `276`), its flag, its name in any of some
/// thirty languages, short or official and however turned round (`Iran, Islamic Republic of`), twice (`DE - Germany`),
/// or behind a place in it (`California, USA`).
///
/// Only where one reading is possible. `Georgia` is a country and a state of the US that people write into the same
/// field, `Congo` is two countries, `NA` is Namibia and "not available": none of them is read. `Korea` is the South, as
/// custom has it, while it stands alone; all names of the North are read as the North's.
pub fn read_country(text: &str) -> Option<CountryCode> {
    name::read(text)
}

/// The countries that a text may mean, for a remedy: one where [`read_country`] reads it, several where a name is more
/// than one country's, none where nothing is known.
pub fn likely_countries(text: &str) -> Vec<CountryCode> {
    name::likely(text)
}

#[cfg(test)]
mod tests;
