//! Codes of statistics, as people, registers and vendors write them.

use super::Industry;
use super::table::{Scheme, TABLE};

/// What names a classification, folded. WZ, ÖNACE, NAF, ATECO, CNAE, SBI and CAE are the European one's national forms.
const NAMES: [(&str, Named); 19] = [
    ("naics", Named::Naics),
    ("sic", Named::Sic),
    ("ussic", Named::Sic),
    ("us-sic", Named::Sic),
    ("uksic", Named::Nace),
    ("uk-sic", Named::Nace),
    ("nace", Named::Nace),
    ("onace", Named::Nace),
    ("wz", Named::Nace),
    ("wz2008", Named::Nace),
    ("wz-2008", Named::Nace),
    ("naf", Named::Nace),
    ("ape", Named::Nace),
    ("ateco", Named::Nace),
    ("cnae", Named::Nace),
    ("sbi", Named::Nace),
    ("cae", Named::Nace),
    ("naics2017", Named::Naics),
    ("naics2022", Named::Naics),
];

/// Words between the name and the number.
const BETWEEN: [&str; 9] = ["code", "codes", "nr", "no", "number", "rev", "2", "primary", "id"];

/// Editions of a classification, written beside its name.
const EDITIONS: [&str; 8] = ["2002", "2003", "2007", "2008", "2009", "2012", "2017", "2022"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Naics,
    /// The American one has up to four digits. Britain calls its own so too, which has five, or a point.
    Sic,
    Nace,
    /// Written as only the European one is: `62.01`, `J62`, `6201Z`.
    NaceByForm,
    /// Not named.
    Any,
}

/// A code, and the words beside it.
pub(super) struct Code {
    named: Named,
    digits: String,
    /// Folded.
    pub(super) beside: String,
}

/// The one code in a folded text.
pub(super) fn find(folded: &str) -> Option<Code> {
    let is_mark = |c: char| c.is_whitespace() || ":;,()[]=/|#".contains(c);
    let mut named = Named::Any;
    let mut codes = Vec::new();
    let mut beside = Vec::new();
    for token in folded.split(is_mark).filter(|token| !token.is_empty()) {
        if let Some((_, scheme)) = NAMES.iter().find(|(name, _)| *name == token) {
            named = *scheme;
        } else if named != Named::Any && (BETWEEN.contains(&token) || EDITIONS.contains(&token)) {
        } else if let Some(code) = code(token) {
            codes.push(code);
        } else {
            beside.push(token);
        }
    }
    let [(digits, by_form)] = codes.as_slice() else { return None };
    if *by_form && matches!(named, Named::Any | Named::Sic) {
        named = Named::NaceByForm;
    }
    Some(Code { named, digits: digits.clone(), beside: beside.join(" ") })
}

/// A token's digits, and whether only the European classification writes them so.
fn code(token: &str) -> Option<(String, bool)> {
    let token = token.trim_matches(['-', '.', '"', '\'']);
    // `31-33`: a sector of NAICS that takes several numbers.
    let is_range = token.len() == 5 && token.as_bytes().get(2) == Some(&b'-');
    let token = if is_range { &token[..2] } else { token };
    let section =
        token.strip_prefix(|c: char| ('a'..='u').contains(&c)).map(|rest| rest.trim_start_matches('.'));
    let bare = section.unwrap_or(token);
    let without_letter = bare.strip_suffix(|c: char| c.is_ascii_lowercase());
    let numbers = without_letter.unwrap_or(bare);
    let digits: String = numbers.chars().filter(|c| *c != '.').collect();
    let is_dotted = numbers.contains('.');
    let fits = (2..=8).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (!is_dotted || numbers.find('.') == Some(2))
        && (without_letter.is_none() || digits.len() == 4)
        && (section.is_none() || digits.len() <= 6);
    fits.then_some((digits, is_dotted || section.is_some() || without_letter.is_some()))
}

impl Code {
    /// What it says, in the light of what the words beside it say.
    pub(super) fn read(&self, words: Option<Industry>) -> Option<Industry> {
        let mut readings = self.readings();
        readings.dedup();
        if let Some(words) = words {
            let mut agreed: Vec<Industry> =
                readings.into_iter().filter_map(|reading| narrower(reading, words)).collect();
            agreed.dedup();
            // Where two readings are of what the words say, the words are all that is sure.
            return match agreed.as_slice() {
                [] => None,
                [one] => Some(*one),
                _ => Some(words),
            };
        }
        // Two or three digits are anything: the number of an entry in a list, a floor, an age.
        let is_anything = self.named == Named::Any && self.digits.len() < 4;
        match readings.as_slice() {
            [one] if !is_anything => Some(*one),
            _ => None,
        }
    }

    /// One for each classification it may be of; the same ones next to each other.
    fn readings(&self) -> Vec<Industry> {
        let digits = self.digits.as_str();
        let of = |scheme, lengths: std::ops::RangeInclusive<usize>| {
            lengths.contains(&digits.len()).then(|| TABLE.of_code(scheme, digits)).flatten()
        };
        // Vendors lengthen the American one by two or four digits of their own.
        let lengthened =
            || [6, 8].contains(&digits.len()).then(|| TABLE.of_code(Scheme::Sic, &digits[..4])).flatten();
        let mut readings: Vec<Industry> = match self.named {
            Named::Naics => vec![of(Scheme::Naics, 2..=6)],
            Named::Sic => {
                vec![of(Scheme::Sic, 2..=4).or_else(|| of(Scheme::Nace, 4..=5)).or_else(lengthened)]
            }
            Named::Nace | Named::NaceByForm => vec![of(Scheme::Nace, 2..=7)],
            // Six digits are NAICS's: nothing else of that length is as usual.
            Named::Any => vec![of(Scheme::Naics, 2..=6), of(Scheme::Sic, 2..=4), of(Scheme::Nace, 2..=5)],
        }
        .into_iter()
        .flatten()
        .collect();
        readings.sort();
        readings
    }
}

/// The narrower of two of which one belongs to the other.
fn narrower(one: Industry, other: Industry) -> Option<Industry> {
    if one.is_within(other) {
        Some(one)
    } else if other.is_within(one) {
        Some(other)
    } else {
        None
    }
}
