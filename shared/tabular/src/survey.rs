//! The first pass: what each column holds, in memory that does not grow with the rows.

use leadlight_model::parse_boolean;
use leadlight_reading::{DecimalMark, is_nothing, says_unknown};

use crate::distinct::Distinct;
use crate::formats::{FormatSurvey, Seen};

/// What may stand between the tags of a cell.
pub(crate) const TAG_SEPARATORS: [char; 3] = [';', '|', ','];

/// Different values watched in one column, and in all.
const DISTINCT_MAX: usize = 20_000;
const DISTINCT_MIN: usize = 500;
const DISTINCT_TOTAL: usize = 4_000_000;

const MARKS: [DecimalMark; 2] = [DecimalMark::Point, DecimalMark::Comma];

/// What a column's cells hold.
pub(crate) struct Survey {
    pub(crate) known: u64,
    pub(crate) unknown: u64,
    pub(crate) formats: FormatSurvey,
    /// Its numbers by each mark for decimals.
    numbers: [Numbers; 2],
    /// Cells that say yes or no in words.
    pub(crate) yes_or_no: u64,
    /// Cells that say in a word that something is not known, which among categories means something of its own.
    pub(crate) said_unknown: u64,
    pub(crate) values: Distinct,
    bytes: u64,
    parts: [Option<Parts>; TAG_SEPARATORS.len()],
}

/// What is known of the cells that are numbers.
#[derive(Default)]
pub(crate) struct Numbers {
    count: u64,
    pub(crate) whole: u64,
    last: Option<f64>,
    /// How many are greater than the one before, and how many less.
    pub(crate) up: u64,
    pub(crate) down: u64,
}

/// Cells taken apart at one separator.
#[derive(Clone)]
pub(crate) struct Parts {
    /// Cells that hold the separator.
    pub(crate) cells: u64,
    pub(crate) count: u64,
    pub(crate) bytes: u64,
    pub(crate) values: Distinct,
}

impl Survey {
    /// `columns` is how many are surveyed at once.
    pub(crate) fn new(columns: usize) -> Self {
        let limit = (DISTINCT_TOTAL / columns.max(1)).clamp(DISTINCT_MIN, DISTINCT_MAX);
        Self {
            known: 0,
            unknown: 0,
            formats: FormatSurvey::default(),
            numbers: [Numbers::default(), Numbers::default()],
            yes_or_no: 0,
            said_unknown: 0,
            values: Distinct::new(limit),
            bytes: 0,
            parts: [const { None }; TAG_SEPARATORS.len()],
        }
    }

    /// Looks at a cell of the row that begins in this line; whether it says anything but that something is not known.
    pub(crate) fn see(&mut self, cell: &str, line: u64) -> bool {
        let text = cell.trim();
        let is_nothing = is_nothing(text);
        if is_nothing {
            if text.is_empty() || !says_unknown(text) {
                self.unknown += 1;
                return false;
            }
            self.said_unknown += 1;
            self.see_parts(text, true);
        } else {
            match self.formats.see(text, line) {
                Seen::Number(number) => {
                    for (numbers, mark) in self.numbers.iter_mut().zip(MARKS) {
                        if let Some(number) = number.by(mark) {
                            numbers.see(number);
                        }
                    }
                    // What has a comma for decimals may as well be two values.
                    self.see_parts(text, number.by(DecimalMark::Point).is_none());
                }
                Seen::Date => self.see_parts(text, true),
                Seen::Text => {
                    self.yes_or_no += u64::from(parse_boolean(text).is_some());
                    self.see_parts(text, true);
                }
            }
        }
        self.known += 1;
        self.bytes += text.len() as u64;
        self.values.insert(text);
        !is_nothing
    }

    /// The numbers by this mark for decimals.
    pub(crate) fn numbers(&self, mark: DecimalMark) -> &Numbers {
        match mark {
            DecimalMark::Point => &self.numbers[0],
            DecimalMark::Comma => &self.numbers[1],
        }
    }

    /// A separator is looked after from the first cell that holds it: the cells before were one part each.
    fn see_parts(&mut self, text: &str, may_split: bool) {
        for (parts, separator) in self.parts.iter_mut().zip(TAG_SEPARATORS) {
            if may_split && text.contains(separator) {
                let parts = parts.get_or_insert_with(|| Parts {
                    cells: 0,
                    count: self.known,
                    bytes: self.bytes,
                    values: self.values.clone(),
                });
                parts.cells += 1;
                text.split(separator)
                    .map(str::trim)
                    .filter(|part| !is_nothing(part))
                    .for_each(|p| parts.see(p));
            } else if let Some(parts) = parts {
                parts.see(text);
            }
        }
    }

    /// The cells taken apart, by separator.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (char, &Parts)> {
        TAG_SEPARATORS
            .into_iter()
            .zip(&self.parts)
            .filter_map(|(c, parts)| parts.as_ref().map(|parts| (c, parts)))
    }
}

impl Numbers {
    fn see(&mut self, number: f64) {
        self.count += 1;
        self.whole += u64::from(number.fract() == 0.0);
        if let Some(last) = self.last {
            self.up += u64::from(number > last);
            self.down += u64::from(number < last);
        }
        self.last = Some(number);
    }

    /// Whether each is greater than the one before, or each is less.
    pub(crate) fn is_a_count(&self) -> bool {
        let steps = self.count.saturating_sub(1);
        self.count == self.whole && (self.up == steps || self.down == steps)
    }
}

impl Parts {
    fn see(&mut self, part: &str) {
        self.count += 1;
        self.bytes += part.len() as u64;
        self.values.insert(part);
    }
}
