//! The first pass: what each column holds, in memory that does not grow with the rows.

use leadlight_model::{is_unknown, parse_boolean, parse_moment, parse_number};

use crate::distinct::Distinct;
use crate::lookalike::Lookalike;

/// What may stand between the tags of a cell.
pub(crate) const TAG_SEPARATORS: [char; 3] = [';', '|', ','];

/// Different values watched in one column, and in all.
const DISTINCT_MAX: usize = 20_000;
const DISTINCT_MIN: usize = 500;
const DISTINCT_TOTAL: usize = 4_000_000;

/// Words that say "not known" where numbers or dates stand, and something of their own among categories.
const PLACEHOLDERS: [&str; 17] = [
    "unknown",
    "missing",
    "undefined",
    "unspecified",
    "not available",
    "not set",
    "not provided",
    "n.a.",
    "tbd",
    "inf",
    "+inf",
    "-inf",
    "infinity",
    "-infinity",
    "#value!",
    "#ref!",
    "#div/0!",
];

/// What a column's cells hold.
pub(crate) struct Survey {
    pub(crate) known: u64,
    pub(crate) unknown: u64,
    pub(crate) numbers: Numbers,
    pub(crate) moments: u64,
    /// Cells that say yes or no in words.
    pub(crate) yes_or_no: u64,
    pub(crate) placeholders: u64,
    lookalikes: [u64; Lookalike::ALL.len()],
    pub(crate) values: Distinct,
    bytes: u64,
    parts: [Option<Parts>; TAG_SEPARATORS.len()],
}

/// What is known of the cells that are numbers.
pub(crate) struct Numbers {
    pub(crate) count: u64,
    pub(crate) whole: u64,
    last: Option<f64>,
    is_rising: bool,
    is_falling: bool,
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
            numbers: Numbers { count: 0, whole: 0, last: None, is_rising: true, is_falling: true },
            moments: 0,
            yes_or_no: 0,
            placeholders: 0,
            lookalikes: [0; Lookalike::ALL.len()],
            values: Distinct::new(limit),
            bytes: 0,
            parts: [const { None }; TAG_SEPARATORS.len()],
        }
    }

    pub(crate) fn see(&mut self, cell: &str) {
        if is_unknown(cell) {
            self.unknown += 1;
            return;
        }
        let text = cell.trim();
        if let Some(number) = parse_number(text) {
            self.numbers.see(number);
            self.see_parts(text, false);
        } else {
            self.see_text(text);
            self.see_parts(text, true);
        }
        self.known += 1;
        self.bytes += text.len() as u64;
        self.values.insert(text);
    }

    /// A cell that is known and no number.
    fn see_text(&mut self, text: &str) {
        if is_moment(text) {
            self.moments += 1;
        } else if parse_boolean(text).is_some() {
            self.yes_or_no += 1;
        } else if PLACEHOLDERS.iter().any(|word| text.eq_ignore_ascii_case(word)) {
            self.placeholders += 1;
        } else if let Some(lookalike) = Lookalike::of(text) {
            self.lookalikes[lookalike as usize] += 1;
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
                    .filter(|part| !is_unknown(part))
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

    /// What most known cells look like, if they look like anything.
    pub(crate) fn lookalike(&self) -> Option<Lookalike> {
        let counted = Lookalike::ALL.into_iter().zip(self.lookalikes);
        counted.filter(|(_, count)| count * 2 > self.known).map(|(lookalike, _)| lookalike).next()
    }
}

impl Numbers {
    fn see(&mut self, number: f64) {
        self.count += 1;
        self.whole += u64::from(number.fract() == 0.0);
        if let Some(last) = self.last {
            self.is_rising &= number > last;
            self.is_falling &= number < last;
        }
        self.last = Some(number);
    }

    /// Whether each is greater than the one before, or each is less.
    pub(crate) fn is_a_count(&self) -> bool {
        self.count == self.whole && (self.is_rising || self.is_falling)
    }
}

impl Parts {
    fn see(&mut self, part: &str) {
        self.count += 1;
        self.bytes += part.len() as u64;
        self.values.insert(part);
    }
}

/// Most text is told from a moment by a glance.
fn is_moment(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('-') && parse_moment(text).is_some()
}
