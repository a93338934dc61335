//! Names of countries, looked up by a key that is the same however a name is written.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use icu_properties::props::GeneralCategoryGroup;

use super::CountryCode;
use crate::nothing::is_nothing;
use crate::text::{clean, fold};

/// Lines of a name's key, a tab, and the codes of those it names; by their bytes.
const NAMES: &str = include_str!("../../data/country-names.txt");
/// Longer texts are no country's name.
const MAX_BYTES: usize = 200;
/// Short forms that custom gives to one of several, and only where nothing else is said: `Pyongyang, Korea`.
const ONLY_ALONE: [&str; 7] = ["korea", "corea", "coree", "kore", "koreja", "america", "amerika"];
/// Territories with a code of their own, and the country that they are often written with: `San Juan, Puerto Rico, USA`.
const PART_OF: &[(&str, &str)] = &[
    ("US", "PR GU VI AS MP UM"),
    ("GB", "GG JE IM GI BM KY VG TC AI MS FK SH PN IO GS"),
    ("FR", "RE GP MQ GF YT PF NC BL MF PM WF TF"),
    ("NL", "CW AW SX BQ"),
    ("DK", "GL FO"),
    ("FI", "AX"),
    ("NO", "SJ BV"),
    ("CN", "HK MO"),
    ("AU", "CX CC NF HM"),
    ("NZ", "CK NU TK"),
];

/// How a part of a text names a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// Two letters, which may be a state's or a province's: `CA`, `DE`.
    TwoLetters,
    /// A name that stands for one country only while it is alone.
    NameAlone,
    /// A name, three letters, a number.
    Name,
}

#[derive(Debug, Clone, PartialEq)]
struct Read {
    codes: Vec<CountryCode>,
    by: By,
}

/// As [`crate::read_country`].
pub(crate) fn read(text: &str) -> Option<CountryCode> {
    match likely(text)[..] {
        [code] if !is_nothing(text) => Some(code),
        _ => None,
    }
}

/// As [`crate::likely_countries`].
pub(crate) fn likely(text: &str) -> Vec<CountryCode> {
    if text.len() > MAX_BYTES {
        return Vec::new();
    }
    let (flag, rest) = without_flags(text);
    let rest = clean(&rest);
    let rest = rest.trim_matches(|c: char| c.is_whitespace() || "\"'“”„«»*•-–—,;:.".contains(c));
    match flag {
        None => named(rest),
        Some(Flag::Of(code)) => {
            let named = named(rest);
            if named.is_empty() || named.contains(&code) { vec![code] } else { Vec::new() }
        }
        Some(Flag::Several) => Vec::new(),
    }
}

fn named(text: &str) -> Vec<CountryCode> {
    if let Some(read) = whole(text) {
        return read.codes;
    }
    if let Some(code) = by_pattern(text).or_else(|| twice(text)).or_else(|| of_parts(text)) {
        return vec![code];
    }
    Vec::new()
}

/// A text that is one name or one code.
fn whole(text: &str) -> Option<Read> {
    let bare: String = text.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
    let found = |code, by| Some(Read { codes: vec![code], by });
    if bare.is_ascii() {
        match bare.len() {
            2 => {
                if let Some(code) = alpha_2(&bare) {
                    return found(code, By::TwoLetters);
                }
            }
            3 => {
                let code = CountryCode::of_alpha_3(&bare).or_else(|| CountryCode::of_numeric(&bare));
                if let Some(code) = code {
                    return found(code, By::Name);
                }
            }
            _ => {}
        }
    }
    // A spreadsheet's number.
    if let Some(code) = text.strip_suffix(".0").and_then(CountryCode::of_numeric) {
        return found(code, By::Name);
    }
    let key = key(text);
    let codes = codes_of(&key)?;
    let by = if ONLY_ALONE.contains(&key.as_str()) { By::NameAlone } else { By::Name };
    Some(Read { codes, by })
}

/// Two letters; the European Union's own for Greece, and the one that everybody uses for Great Britain, besides.
fn alpha_2(text: &str) -> Option<CountryCode> {
    CountryCode::of_alpha_2(match text.to_ascii_uppercase().as_str() {
        "UK" => "GB",
        "EL" => "GR",
        _ => text,
    })
}

/// `en-US` and `de_AT` are locales: the country is the second. `DE-BY` is a part of a country (ISO 3166-2): it is the
/// first, unless the second may be a country too.
fn by_pattern(text: &str) -> Option<CountryCode> {
    let (first, second) = text.split_once(['-', '_'])?;
    let all = |text: &str, holds: fn(&u8) -> bool| text.bytes().all(|b| holds(&b));
    if first.len() != 2 || !(1..=3).contains(&second.len()) {
        return None;
    }
    if all(first, u8::is_ascii_lowercase) && second.len() == 2 && all(second, u8::is_ascii_uppercase) {
        return alpha_2(second);
    }
    let is_part = all(first, u8::is_ascii_uppercase)
        && all(second, |b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && whole(second).is_none_or(|read| read.by == By::Name && second.len() == 3);
    if is_part { alpha_2(first) } else { None }
}

/// A code and a name that say the same: `DE Germany`, `Germany (DE)`, `DE-Germany`.
fn twice(text: &str) -> Option<CountryCode> {
    let pairs = [text.split_once([' ', '-']), text.rsplit_once([' ', '-']).map(|(name, code)| (code, name))];
    pairs.into_iter().flatten().find_map(|(code, name)| {
        let code = code.trim_matches(|c: char| !c.is_alphanumeric());
        let code = whole(code).filter(|read| read.codes.len() == 1 && is_code(code))?.codes[0];
        whole(name.trim())?.codes.contains(&code).then_some(code)
    })
}

fn is_code(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// Several parts, which say the same or grow from a place to its country.
fn of_parts(text: &str) -> Option<CountryCode> {
    let parts = parts(text);
    let (last, before) = parts.split_last()?;
    if before.is_empty() {
        return whole(last).filter(|read| read.codes.len() == 1 && last.len() > 2).map(|read| read.codes[0]);
    }
    let reads: Vec<Option<Read>> = before.iter().map(|part| part_of(part)).collect();
    let last_read = part_of(last)?;
    let agree = |code: &CountryCode| reads.iter().flatten().all(|read| read.codes.contains(code));
    if reads.iter().all(Option::is_some) {
        let all = last_read.codes.iter().copied().filter(|code| agree(code)).collect::<Vec<_>>();
        match all[..] {
            [code] => return Some(code),
            [] => {}
            _ => return None,
        }
    }
    let [code] = last_read.codes[..] else { return None };
    // The states of a country have two letters as well. A list of countries is written with other signs.
    let is_address = !text.contains(['/', '|', ';']) && (last.len() > 2 || before.len() > 1);
    let mut named: Vec<CountryCode> = Vec::new();
    for read in reads.iter().flatten() {
        match (read.by, &read.codes[..]) {
            (By::TwoLetters, _) if is_address => {}
            (_, [other]) if !named.contains(other) => named.push(*other),
            (_, [_]) => {}
            (_, several) if several.contains(&code) => {}
            _ => return None,
        }
    }
    named.retain(|other| *other != code);
    match (last_read.by, &named[..]) {
        // `Wilmington, DE` is in Delaware; `San Francisco, CA, US` is written so.
        (By::TwoLetters, []) if matches!(code.as_str(), "US" | "GB") => Some(code),
        (By::Name, []) => Some(code),
        (By::Name | By::TwoLetters, [territory]) if is_part_of(*territory, code) => Some(*territory),
        _ => None,
    }
}

fn is_part_of(territory: CountryCode, country: CountryCode) -> bool {
    PART_OF
        .iter()
        .any(|(whole, parts)| *whole == country.as_str() && parts.split(' ').any(|p| p == territory.as_str()))
}

/// A part of a text. In running text `and`, `per` and `can` are words, and codes stand in capitals.
fn part_of(part: &str) -> Option<Read> {
    let short = part.chars().filter(char::is_ascii_alphabetic).count() <= 3 && part.is_ascii();
    if short && part.bytes().any(|b| b.is_ascii_lowercase()) { None } else { whole(part) }
}

/// What stands between commas, dashes, slashes and brackets, without telephones' prefixes (`Germany (+49)`).
fn parts(text: &str) -> Vec<&str> {
    text.split(['–', '—', ',', ';', '/', '|', '(', ')', '[', ']', ':', '>', '，', '、', '（', '）', '・'])
        .flat_map(|part| part.split(" - "))
        .map(|part| part.trim_matches(|c: char| c.is_whitespace() || "-.\"'".contains(c)))
        .filter(|part| !part.is_empty() && !is_prefix(part))
        .collect()
}

fn is_prefix(part: &str) -> bool {
    part.strip_prefix('+')
        .is_some_and(|digits| digits.chars().all(|c| c.is_ascii_digit() || " -".contains(c)))
}

enum Flag {
    Of(CountryCode),
    Several,
}

/// The country whose flag is in a text, and the text without it. A flag is two letters of an alphabet of its own, or for
/// the nations of Great Britain a black flag with what cannot be seen behind it.
fn without_flags(text: &str) -> (Option<Flag>, String) {
    let letter = |c: char| match c {
        '\u{1f1e6}'..='\u{1f1ff}' => char::from_u32(u32::from(c) - 0x1f1e6 + u32::from('A')),
        _ => None,
    };
    let (mut flags, mut rest, mut open) = (Vec::new(), String::new(), None);
    if text.contains("\u{1f3f4}\u{e0067}\u{e0062}") {
        flags.push(alpha_2("GB"));
    }
    for c in text.chars().filter(|c| *c != '\u{1f3f4}') {
        match (open.take(), letter(c)) {
            (None, Some(first)) => open = Some(first),
            (Some(first), Some(second)) => {
                flags.push(CountryCode::of_alpha_2(&format!("{first}{second}")));
                rest.push(' ');
            }
            (_, None) => rest.push(c),
        }
    }
    let flag = match flags[..] {
        [] => None,
        [Some(code)] => Some(Flag::Of(code)),
        _ => Some(Flag::Several),
    };
    (flag, rest)
}

/// A name's words without accents and marks, in order of their bytes, so that `Iran (Islamic Republic of)` and `Islamic
/// Republic of Iran` are one. `data/regenerate.py` writes the table by the same steps.
pub(crate) fn key(text: &str) -> String {
    let categories = CodePointMapData::<GeneralCategory>::new();
    let parts = GeneralCategoryGroup::Punctuation
        .union(GeneralCategoryGroup::Symbol)
        .union(GeneralCategoryGroup::Separator);
    let mut spaced = fold(text);
    spaced.retain(|c| !matches!(c, '’' | '‘' | 'ʼ' | '`' | '´' | '\'' | '.'));
    let spaced: String =
        spaced.chars().map(|c| if parts.contains(categories.get(c)) { ' ' } else { c }).collect();
    let mut words: Vec<&str> = spaced
        .split_whitespace()
        .map(|word| match word {
            "st" | "ste" => "saint",
            "rep" => "republic",
            "dem" => "democratic",
            word => word,
        })
        .filter(|word| !DROPPED.contains(word))
        .collect();
    words.sort_unstable();
    words.join(" ")
}

/// Articles and the like, which one list has and the next has not.
const DROPPED: [&str; 18] = [
    "the", "of", "and", "und", "et", "y", "la", "le", "les", "el", "los", "las", "der", "die", "das", "de",
    "du", "des",
];

/// Binary search over lines sorted by their bytes.
fn codes_of(key: &str) -> Option<Vec<CountryCode>> {
    let bytes = NAMES.as_bytes();
    // Both always stand at the beginning of a line, or at the end.
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[low..middle].iter().rposition(|b| *b == b'\n').map_or(low, |at| low + at + 1);
        let end = bytes[middle..high].iter().position(|b| *b == b'\n').map_or(high, |at| middle + at);
        let (name, codes) = NAMES[start..end].split_once('\t')?;
        match name.cmp(key) {
            std::cmp::Ordering::Equal => {
                return Some(codes.split(' ').filter_map(CountryCode::of_alpha_2).collect());
            }
            std::cmp::Ordering::Less => low = (end + 1).min(high),
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}
