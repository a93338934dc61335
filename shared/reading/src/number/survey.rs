//! What the cells of a column say about the format of its numbers.

use super::dressed::CURRENCIES;
use super::{DecimalMark, NumberFormat, WrittenNumber};

/// What the cells of a column say about the format of its numbers, in memory that does not grow.
#[derive(Debug, Clone, Default)]
pub struct NumberSurvey {
    /// Numbers that only one mark fits, and where the first of each stands.
    only: [u64; 2],
    first_only: [Option<u64>; 2],
    /// Numbers that mean something else by each mark, such as `1.250`, by the mark that stands in them.
    either: [u64; 2],
    first_either: Option<u64>,
    /// Of those, so many stand with a currency.
    either_amounts: u64,
    /// Of those, some end in a zero.
    ends_in_zero: bool,
    /// Digits without a mark, below 1000 and not.
    small: u64,
    large: u64,
    scaled: u64,
    count: u64,
    percents: u64,
    currencies: u32,
}

/// What a column's own cells say of its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberEvidence {
    /// All mean the same either way.
    None,
    /// Each can be read by this mark, and some only so.
    Sure(DecimalMark),
    /// Each can be read by either mark, and some then mean something else; the line of the first.
    Either {
        /// Its line.
        line: u64,
    },
    /// Some can be read by one mark alone, some by the other alone; the line of the first of each.
    Both {
        /// Line of a decimal point, cells like it.
        point: (u64, u64),
        /// Line of a decimal comma, cells like it.
        comma: (u64, u64),
    },
}

impl NumberSurvey {
    /// Looks at a cell that stands in this line; what it says, if it is a number.
    #[expect(clippy::float_cmp, reason = "both come from the same digits")]
    pub fn see(&mut self, text: &str, line: u64) -> Option<WrittenNumber> {
        let written = WrittenNumber::of(text)?;
        self.count += 1;
        self.scaled += u64::from(written.is_scaled);
        self.percents += u64::from(written.is_percent);
        if let Some(currency) = written.currency {
            self.currencies |= 1 << currency;
        }
        match (written.point, written.comma) {
            (Some(point), Some(comma)) if point == comma => {
                let bare = if point.abs() < 1000.0 { &mut self.small } else { &mut self.large };
                *bare += 1;
            }
            (Some(_), Some(_)) => {
                self.either[usize::from(text.contains(','))] += 1;
                self.first_either.get_or_insert(line);
                self.either_amounts += u64::from(written.currency.is_some());
                self.ends_in_zero |= text.trim_end_matches(|c: char| !c.is_ascii_digit()).ends_with('0');
            }
            (point, _) => {
                let place = usize::from(point.is_none());
                self.only[place] += 1;
                self.first_only[place].get_or_insert(line);
            }
        }
        Some(written)
    }

    /// What the cells say of the decimals.
    pub fn evidence(&self) -> NumberEvidence {
        let [point, comma] = self.first_only;
        match (point, comma, self.first_either) {
            (Some(point), Some(comma), _) => {
                NumberEvidence::Both { point: (point, self.only[0]), comma: (comma, self.only[1]) }
            }
            (Some(_), None, _) => NumberEvidence::Sure(DecimalMark::Point),
            (None, Some(_), _) => NumberEvidence::Sure(DecimalMark::Comma),
            (None, None, Some(line)) => NumberEvidence::Either { line },
            (None, None, None) => NumberEvidence::None,
        }
    }

    /// The mark that stands in most numbers that can be read by either.
    pub fn mark_of_either(&self) -> char {
        if self.either[0] >= self.either[1] { '.' } else { ',' }
    }

    /// The one mark that stands in all numbers that can be read by either.
    fn only_mark(&self) -> Option<char> {
        let [by_point, by_comma] = self.either;
        match (by_point > 0, by_comma > 0) {
            _ if self.only != [0, 0] => None,
            (true, false) => Some('.'),
            (false, true) => Some(','),
            _ => None,
        }
    }

    /// The mark that parts thousands, if all numbers that can be read by either are amounts of money: these have two
    /// decimals or none, not three.
    pub fn parts_amounts_by(&self) -> Option<char> {
        self.only_mark().filter(|_| self.either_amounts == self.either.iter().sum::<u64>())
    }

    /// The mark that parts thousands, if all of the column is written in one way: whole numbers below 1000 stand bare and
    /// none above does, and what has three digits behind a mark also ends in zeros. Decimals would either keep their zeros,
    /// and no number stood bare, or drop them.
    pub fn parts_thousands_by(&self) -> Option<char> {
        self.only_mark().filter(|_| self.small > 0 && self.large == 0 && self.ends_in_zero)
    }

    /// The format, once it is known what marks the decimals.
    pub fn format(&self, mark: DecimalMark) -> NumberFormat {
        NumberFormat { mark, is_scaled: self.scaled * 2 > self.count }
    }

    /// How many cells are numbers in this format. `k` and `M` count where all numbers have them: 12 beside 15k may be
    /// 12k.
    pub fn fitting(&self, format: NumberFormat) -> u64 {
        let other = match format.mark {
            DecimalMark::Point => self.only[1],
            DecimalMark::Comma => self.only[0],
        };
        let wrongly_scaled = if format.is_scaled { self.count - self.scaled } else { self.scaled };
        self.count.saturating_sub(other).saturating_sub(wrongly_scaled)
    }

    /// The currencies that stand with the numbers.
    pub fn currencies(&self) -> Vec<&'static str> {
        let named = (0_u32..).zip(&CURRENCIES);
        named.filter(|(place, _)| self.currencies >> place & 1 == 1).map(|(_, (code, _))| *code).collect()
    }

    /// How many cells are numbers in any format.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether some stand with `%` and others without.
    pub fn mixes_percents(&self) -> bool {
        self.percents > 0 && self.percents < self.count
    }
}
