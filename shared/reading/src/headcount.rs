//! How many people a company has, as forms, CRMs and vendors write it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::text::fold;
use crate::whole::whole;

/// A number of employees: one number, a range as forms offer it, or "so many and more". Never 0: a company of nobody is
/// a company of which the size is not known.
///
/// Written as a number where it is one, else as `11-50` or `1000+`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, JsonSchema)]
#[schemars(with = "HeadcountShape")]
pub struct Headcount {
    at_least: u32,
    /// Not below `at_least`; `None` where there is no end.
    at_most: Option<u32>,
}

/// For the schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "stands for how a headcount is written")]
enum HeadcountShape {
    Number(u32),
    Range(String),
}

/// Words beside the number that change nothing, folded.
const BESIDE: &[&str] = &[
    "employees",
    "employee",
    "people",
    "persons",
    "staff",
    "headcount",
    "fte",
    "ftes",
    "team members",
    "members",
    "emp",
    "mitarbeiter",
    "mitarbeitende",
    "mitarbeiter:innen",
    "mitarbeiter*innen",
    "mitarbeiterinnen",
    "beschaftigte",
    "ma",
    "employes",
    "salaries",
    "collaborateurs",
    "personnes",
    "personas",
    "empleados",
    "trabajadores",
    "dipendenti",
    "addetti",
    "persone",
    "medewerkers",
    "werknemers",
    "funcionarios",
    "colaboradores",
    "pessoas",
    "about",
    "approx",
    "approximately",
    "around",
    "circa",
    "ca",
    "etwa",
    "rund",
    "environ",
    "aproximadamente",
    "~",
    "≈",
];
/// What a word before a number makes of it.
#[derive(Debug, Clone, Copy)]
enum Bound {
    From,
    Above,
    UpTo,
    Below,
}

/// Words before a number that make it a bound, folded.
const BOUNDS: &[(Bound, &[&str])] = &[
    (Bound::From, &["at least", "from", "min", "ab", "mindestens", ">=", "≥"]),
    (
        Bound::Above,
        &[
            "more than",
            "over",
            "uber",
            "mehr als",
            "plus de",
            "mas de",
            "oltre",
            "piu di",
            "meer dan",
            "mais de",
            "above",
            "greater than",
            ">",
        ],
    ),
    (Bound::UpTo, &["up to", "max", "bis zu", "bis", "jusqu'a", "hasta", "fino a", "tot", "ate", "<=", "≤"]),
    (
        Bound::Below,
        &[
            "less than",
            "fewer than",
            "under",
            "below",
            "unter",
            "weniger als",
            "moins de",
            "menos de",
            "meno di",
            "minder dan",
            "<",
        ],
    ),
];
/// Words behind a number that make it the least.
const AND_MORE: &[&str] = &[
    "+",
    "and more",
    "or more",
    "and above",
    "and over",
    "plus",
    "und mehr",
    "oder mehr",
    "et plus",
    "ou plus",
    "y mas",
    "o mas",
    "e piu",
    "o piu",
    "en meer",
    "of meer",
    "e mais",
    "ou mais",
];
/// What stands between the ends of a range.
const BETWEEN: &[&str] =
    &["-", "–", "—", "‐", "‑", "−", " to ", " bis ", " a ", " tot ", " and ", " until ", "...", "…", "~"];
/// What a spreadsheet makes of `1-10` and its like: `10-Jan`, and of `11-50`: `Nov-50`. No other size reads so.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// More people than any employer has: three million are the most on record.
const MOST: f64 = 10_000_000.0;

impl Headcount {
    /// So many; `None` for 0.
    pub fn exactly(employees: u32) -> Option<Self> {
        (employees > 0).then_some(Self { at_least: employees, at_most: Some(employees) })
    }

    /// From so many to so many, whichever is less; `None` where both are 0.
    pub fn between(one: u32, other: u32) -> Option<Self> {
        let (least, most) = (one.min(other), one.max(other));
        (most > 0).then_some(Self { at_least: least.max(1), at_most: Some(most) })
    }

    /// So many and more.
    pub fn from(employees: u32) -> Self {
        Self { at_least: employees.max(1), at_most: None }
    }

    /// The fewest it can be; at least 1.
    pub fn at_least(self) -> u32 {
        self.at_least
    }

    /// The most it can be, where there is an end.
    pub fn at_most(self) -> Option<u32> {
        self.at_most
    }

    /// One number for it: itself, the geometric mean of a range (50 is to 100 what 100 is to 200), or where "and more"
    /// begins.
    pub fn typical(self) -> u32 {
        match self.at_most {
            Some(most) if most > self.at_least => {
                let mean = (f64::from(self.at_least) * f64::from(most)).sqrt().round();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "between two u32"
                )]
                let mean = mean as u32;
                mean
            }
            _ => self.at_least,
        }
    }

    /// Reads a size: `250`, `1,250`, `1.250`, `250.0`, `11-50`, `1,000+`, `10k`, `over 500 employees`, `10-Jan`. `None`
    /// where nothing is said, where it is no size, and where it could be two: `1.000` alone is a thousand in Berlin and
    /// one, with three decimals, from a database.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > 80 {
            return None;
        }
        let text = fold(text);
        if matches!(
            text.as_str(),
            "self-employed" | "self employed" | "freelancer" | "just me" | "solo" | "myself only"
        ) {
            return Self::exactly(1);
        }
        if let Some(range) = from_spreadsheet(&text) {
            return Some(range);
        }
        let (text, has_words) = without(&text, BESIDE);
        if let Some((bound, number)) = bounded(&text) {
            let number = number_of(number, true)?;
            return match bound {
                Bound::From => Some(Self::from(number)),
                Bound::Above => number.checked_add(1).map(Self::from),
                Bound::UpTo => Self::between(1, number),
                Bound::Below => Self::between(1, number.checked_sub(1).filter(|most| *most > 0)?),
            };
        }
        if let Some(number) = number_of(&text, has_words) {
            return Self::exactly(number);
        }
        let (from, to) = BETWEEN.iter().find_map(|between| text.split_once(between))?;
        // `10-50k` is ten thousand to fifty thousand; `501-1k` begins at 501.
        let is_scaled = to.trim().ends_with('k');
        let (to, from) = (number_of(to, true)?, number_of(from, true)?);
        let scaled = from.checked_mul(1000).filter(|scaled| is_scaled && *scaled <= to);
        let from = scaled.unwrap_or(from);
        (from <= to).then(|| Self::between(from, to)).flatten()
    }
}

/// The word before a number that makes it a bound, or such a word behind it, and the number.
fn bounded(text: &str) -> Option<(Bound, &str)> {
    let mut words = BOUNDS.iter().flat_map(|(bound, words)| words.iter().map(|word| (*bound, *word)));
    let before = words.find_map(|(bound, word)| {
        // `min` is not the beginning of `minder dan`.
        let rest = text.strip_prefix(word).filter(|rest| !rest.starts_with(char::is_alphabetic))?;
        Some((bound, rest.trim_start_matches('.').trim()))
    });
    let behind = || AND_MORE.iter().find_map(|word| Some((Bound::From, text.strip_suffix(word)?.trim())));
    before.or_else(behind)
}

/// A whole number, however its thousands are parted. `sure` where something beside it says that it counts people.
fn number_of(text: &str, sure: bool) -> Option<u32> {
    let text = text.trim();
    let (digits, times) = ["k", "tsd", "tsd.", "t", "mil"]
        .iter()
        .find_map(|thousands| text.strip_suffix(thousands))
        .map_or((text, 1.0), |digits| (digits.trim(), 1000.0));
    let value = if times > 1.0 {
        // `1.5k` and `1,5k`.
        digits.replace(',', ".").parse::<f64>().ok()?
    } else {
        whole(digits, sure)?
    };
    let value = value * times;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be whole and in range"
    )]
    let number = ((0.0..=MOST).contains(&value) && value.fract() == 0.0).then_some(value as u32);
    number
}

fn from_spreadsheet(text: &str) -> Option<Headcount> {
    let (one, other) = text.split_once('-')?;
    let month =
        |name: &str| MONTHS.iter().position(|month| *month == name).and_then(|at| u32::try_from(at + 1).ok());
    let (least, most) = match (month(one), month(other)) {
        (Some(month), None) => (month, other.parse().ok()?),
        (None, Some(month)) => (month, one.parse().ok()?),
        _ => return None,
    };
    (least < most).then(|| Headcount::between(least, most)).flatten()
}

/// Without these words, and whether any was there.
fn without(text: &str, words: &[&str]) -> (String, bool) {
    let mut bare = text.to_owned();
    for word in words {
        let is_whole = |rest: &str| !rest.starts_with(char::is_alphabetic);
        if let Some(rest) = bare.strip_prefix(word).filter(|rest| is_whole(rest)) {
            bare = rest.trim_start_matches(['.', ' ', ':']).to_owned();
        }
        if let Some(rest) = bare.strip_suffix(word).filter(|rest| !rest.ends_with(char::is_alphabetic)) {
            bare = rest.trim_end().to_owned();
        }
    }
    let has_words = bare != text;
    (bare, has_words)
}

impl fmt::Display for Headcount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at_most {
            Some(most) if most == self.at_least => write!(f, "{most}"),
            Some(most) => write!(f, "{}-{most}", self.at_least),
            None => write!(f, "{}+", self.at_least),
        }
    }
}

impl Serialize for Headcount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.at_most == Some(self.at_least) {
            serializer.serialize_u32(self.at_least)
        } else {
            serializer.collect_str(self)
        }
    }
}

impl<'de> Deserialize<'de> for Headcount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u32),
            Text(String),
        }
        const EXPECTED: &str = "expected a number of employees such as 250, \"11-50\" or \"1000+\"";
        match Written::deserialize(deserializer).map_err(|_| D::Error::custom(EXPECTED))? {
            Written::Number(number) => Self::exactly(number).ok_or_else(|| D::Error::custom(EXPECTED)),
            Written::Text(text) => Self::read(&text).ok_or_else(|| D::Error::custom(EXPECTED)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(u32, Option<u32>)> {
        Headcount::read(text).map(|size| (size.at_least(), size.at_most()))
    }

    #[test]
    fn one_number_however_it_is_written() {
        for (text, employees) in [
            ("250", 250),
            (" 250 ", 250),
            ("250.0", 250),
            ("250,00", 250),
            ("1,250", 1250),
            ("1.250", 1250),
            ("1 250", 1250),
            ("1\u{202f}250", 1250),
            ("1'250", 1250),
            ("1,250,000", 1_250_000),
            ("1,250.00", 1250),
            ("10k", 10_000),
            ("1.5k", 1500),
            ("1,5 Tsd.", 1500),
            ("2500 employees", 2500),
            ("ca. 300 Mitarbeiter", 300),
            ("1.000 Mitarbeiter", 1000),
            ("approx. 40 people", 40),
            ("~120", 120),
            ("２５０", 250),
            ("Self-employed", 1),
        ] {
            assert_eq!(read(text), Some((employees, Some(employees))), "{text}");
        }
    }

    #[test]
    fn ranges_as_forms_offer_them() {
        for (text, range) in [
            ("11-50", (11, Some(50))),
            ("11–50 employees", (11, Some(50))),
            ("201 - 500", (201, Some(500))),
            ("1,001-5,000", (1001, Some(5000))),
            ("500 – 1.000 Mitarbeiter", (500, Some(1000))),
            ("5,001 to 10,000", (5001, Some(10_000))),
            ("50 bis 249", (50, Some(249))),
            ("de 50 a 249", (0, None)),
            ("1,000+", (1000, None)),
            ("10,001+ employees", (10_001, None)),
            ("10000 and more", (10_000, None)),
            ("> 5000", (5001, None)),
            (">= 5000", (5000, None)),
            ("more than 500", (501, None)),
            ("at least 500", (500, None)),
            ("ab 500", (500, None)),
            ("mehr als 500 Mitarbeiter", (501, None)),
            ("<10", (1, Some(9))),
            ("<= 10", (1, Some(10))),
            ("less than 50 employees", (1, Some(49))),
            ("Less than 20", (1, Some(19))),
            ("minder dan 20 medewerkers", (1, Some(19))),
            ("weniger als 20", (1, Some(19))),
            ("up to 20", (1, Some(20))),
            ("bis zu 20", (1, Some(20))),
            ("less than 1", (0, None)),
            ("1-5k", (1000, Some(5000))),
            ("10k-50k", (10_000, Some(50_000))),
            ("501-1K", (501, Some(1000))),
            ("1K-5K", (1000, Some(5000))),
            ("1.5-2k", (0, None)),
            // From spreadsheets.
            ("10-Jan", (1, Some(10))),
            ("Nov-50", (11, Some(50))),
            ("2-Oct", (0, None)),
        ] {
            let expected = (range.0 > 0).then_some(range);
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_size_or_could_be_two_is_not_known() {
        for text in [
            "",
            "0",
            "-5",
            "n/a",
            "many",
            "1.000",
            "0.500",
            "1,234.500",
            "1.234,567",
            "2.5",
            "50-11",
            "1e400",
            "99999999999",
            "NaN",
            "1-2-3",
            "3.14",
            "12a",
            "$250",
            "1,25",
            "Enterprise",
            "2026-11-29",
            "11/50",
            "+",
            "k",
            "-",
            "٢٥٠x",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["250", "\"11-50\"", "\"1000+\""] {
            let size: Headcount = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&size).unwrap(), text);
        }
        assert_eq!(Headcount::read("11-50").map(Headcount::typical), Some(23));
        assert!(serde_json::from_str::<Headcount>("0").is_err(), "a company of nobody is none");
    }

    proptest::proptest! {
        #[test]
        fn nothing_written_breaks_it(text in "\\PC*|[0-9a-z.,+ '<>~–-]{0,20}") {
            if let Some(size) = Headcount::read(&text) {
                proptest::prop_assert!(size.at_least() >= 1);
                proptest::prop_assert!(size.at_most().is_none_or(|most| most >= size.at_least()));
                proptest::prop_assert_eq!(Headcount::read(&size.to_string()), Some(size));
            }
        }
    }
}
