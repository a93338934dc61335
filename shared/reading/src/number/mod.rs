//! Numbers as people and their systems write them, and what marks the decimals in a column of them.

mod dressed;
mod survey;

use std::ops::RangeInclusive;

pub use survey::{NumberEvidence, NumberSurvey};

/// What stands before the decimals; the other one may part thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum DecimalMark {
    /// `1,234.5`
    #[default]
    Point,
    /// `1.234,5`
    Comma,
}

impl DecimalMark {
    /// The mark itself.
    pub fn char(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// The mark that parts thousands, if any does.
    fn thousands(self) -> u8 {
        match self {
            Self::Point => b',',
            Self::Comma => b'.',
        }
    }
}

/// A number as it may be meant: by each mark for decimals, or by one alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WrittenNumber {
    point: Option<f64>,
    comma: Option<f64>,
    /// Behind it stands a word for thousands or millions, which is reckoned in.
    pub is_scaled: bool,
    /// A sign of per cent stands with it; 5 % is 5.
    pub is_percent: bool,
    /// The currency it stands with, as a place in a list of currencies.
    currency: Option<u8>,
}

impl WrittenNumber {
    /// Reads digits with signs, marks between thousands (also a space or an apostrophe), an exponent, a currency, `%`,
    /// brackets or a minus behind for less than nothing, and `k`, `M` and their like.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        plain(text).or_else(|| dressed::read(text, false))
    }

    /// The same of money, of which `m` is millions and never metres.
    pub(crate) fn of_money(text: &str) -> Option<Self> {
        let text = text.trim();
        plain(text).or_else(|| dressed::read(text, true))
    }

    /// Whether it stands with the US dollar's sign or name, or with another currency's; `None` where with none.
    pub fn is_usd(self) -> Option<bool> {
        self.currency.map(dressed::is_usd)
    }

    /// The value by this mark for decimals.
    pub fn by(self, mark: DecimalMark) -> Option<f64> {
        match mark {
            DecimalMark::Point => self.point,
            DecimalMark::Comma => self.comma,
        }
    }

    /// The value, if there is but one.
    #[expect(clippy::float_cmp, reason = "both come from the same digits")]
    pub fn only(self) -> Option<f64> {
        match (self.point, self.comma) {
            (Some(point), Some(comma)) => (point == comma).then_some(point),
            (point, comma) => point.or(comma),
        }
    }

    /// The value, if a mark parts thousands where it might mark decimals.
    pub(crate) fn in_thousands(self) -> Option<f64> {
        match (self.point, self.comma) {
            (Some(point), Some(comma)) => Some(if point.abs() > comma.abs() { point } else { comma }),
            (point, comma) => point.or(comma),
        }
    }
}

/// The value of a number that stands by itself, where it can be read in one way only: `1.5`, `1,5` and `1.234,00` can,
/// `1.234` cannot.
pub fn only_number(text: &str) -> Option<f64> {
    WrittenNumber::of(text)?.only()
}

/// As many digits are read without a look at the rest.
const PLAIN_DIGITS: RangeInclusive<usize> = 1..=18;

/// Whole numbers below are exact.
const EXACT: u64 = 1 << 53;

/// As many as there are plain digits.
const POWERS_OF_TEN: [f64; 18] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17];

#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn signed(whole: u64, is_negative: bool) -> f64 {
    if is_negative { -(whole as f64) } else { whole as f64 }
}

/// Digits with at most a minus and a point: what nearly all systems write.
fn plain(text: &str) -> Option<WrittenNumber> {
    let (is_negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if !PLAIN_DIGITS.contains(&digits.len()) {
        return None;
    }
    let mut point = None;
    let mut whole: u64 = 0;
    for (place, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => whole = whole * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(place),
            _ => return None,
        }
    }
    // A whole number and a power of ten that are both exact make a quotient that is the nearest there is.
    let decimals = point.map_or(0, |place| digits.len() - place - 1);
    let value = if whole < EXACT && digits.len() > usize::from(point.is_some()) {
        signed(whole, is_negative) / POWERS_OF_TEN[decimals]
    } else {
        text.parse().ok()?
    };
    let comma = match point {
        None => Some(value),
        Some(place @ 1..=3) if digits.len() == place + 4 && digits[0] != b'0' => {
            Some(signed(whole, is_negative))
        }
        Some(_) => None,
    };
    Some(WrittenNumber { point: Some(value), comma, is_scaled: false, is_percent: false, currency: None })
}

/// How the numbers of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct NumberFormat {
    /// What marks decimals.
    pub mark: DecimalMark,
    /// Whether numbers stand with `k`, `M` and their like: then all do, and else none.
    pub is_scaled: bool,
}

impl NumberFormat {
    /// A number in this format.
    pub fn read(self, text: &str) -> Option<f64> {
        let written = WrittenNumber::of(text)?;
        if written.is_scaled == self.is_scaled { written.by(self.mark) } else { None }
    }
}

#[cfg(test)]
mod tests;
