//! What the cells of a column say about the format of its dates.

use jiff::Timestamp;

use super::written::{Figures, Written};
use super::{DateFormat, DateNumber, DateOrder, DateReading};
use crate::number::{DecimalMark, WrittenNumber};

/// What the cells of a column say about the format of its dates, in memory that does not grow.
#[derive(Debug, Clone, Default)]
pub struct DateSurvey {
    /// Dates that say themselves what they mean.
    said: u64,
    no_dates: u64,
    figures: u64,
    /// Figures that are a date by each order, and where the first stands that is none.
    fits: [u64; 3],
    first_unfit: [Option<u64>; 3],
    /// Where the first figures stand that mean something else by one order than by another, by pairs of orders.
    first_unlike: [Option<u64>; 3],
    dotted: u64,
    /// Which numbers stand first and last where each has two digits with `-` between.
    firsts: u128,
    lasts: u128,
    numbers: [u64; 4],
    steps: [Steps; 3],
}

/// How often a date is later than the one in the row before, and how often earlier.
#[derive(Debug, Clone, Copy, Default)]
struct Steps {
    last: Option<Timestamp>,
    up: u64,
    down: u64,
}

impl Steps {
    fn see(&mut self, reading: Option<DateReading>) {
        let Some(moment) = reading.and_then(DateReading::moment) else { return };
        if let Some(last) = self.last {
            self.up += u64::from(moment > last);
            self.down += u64::from(moment < last);
        }
        self.last = Some(moment);
    }
}

/// What a column's own cells say of its dates in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateEvidence {
    /// There are none, or all mean the same in any order.
    None,
    /// One order fits all, or all but one in fifty.
    Sure(DateOrder),
    /// More than one order fits all, and some then mean something else.
    Either {
        /// The orders.
        first: DateOrder,
        /// Another.
        second: DateOrder,
        /// The line of the first cell that means something else by the two.
        line: u64,
    },
    /// None fits all.
    Both {
        /// The first line that has no day first.
        not_day_first: u64,
        /// The first line that has no month first.
        not_month_first: u64,
    },
}

/// Of a hundred dates in figures so many must fit their order; the rest is mistyped.
const PERCENT_OF_ORDER: u64 = 98;
/// A part of which there are many times more values than of another is no year.
const TIMES_AS_MANY: u32 = 3;

impl DateSurvey {
    /// Looks at a cell that stands in this line; whether it is a date in any format, numbers not counted.
    pub fn see(&mut self, text: &str, line: u64) -> bool {
        match Written::of(text.trim()) {
            None => return false,
            Some(Written::Said(reading)) => {
                self.said += 1;
                self.no_dates += u64::from(reading == DateReading::NoDate);
                self.steps.iter_mut().for_each(|steps| steps.see(Some(reading)));
            }
            Some(Written::Figures(figures)) => self.see_figures(figures, line),
        }
        true
    }

    fn see_figures(&mut self, figures: Figures, line: u64) {
        self.figures += 1;
        self.dotted += u64::from(figures.mark == '.');
        let readings = DateOrder::ALL.map(|order| figures.by(order));
        for (place, reading) in readings.iter().enumerate() {
            self.steps[place].see(*reading);
            match reading {
                Some(_) => self.fits[place] += 1,
                None => {
                    self.first_unfit[place].get_or_insert(line);
                }
            }
        }
        let mut known = readings.iter().flatten();
        let first = known.next();
        if let Some(first) = first {
            self.no_dates += u64::from(*first == DateReading::NoDate);
        }
        // By pairs: day and month first, day and year first, month and year first.
        for (place, (a, b)) in PAIRS.into_iter().enumerate() {
            if let (Some(a), Some(b)) = (readings[a], readings[b])
                && a != b
            {
                self.first_unlike[place].get_or_insert(line);
            }
        }
        if !figures.is_long && figures.mark == '-' {
            self.firsts |= 1 << figures.parts[0].min(127);
            self.lasts |= 1 << figures.parts[2].min(127);
        }
    }

    /// Looks at a cell that is a number and would be a date only in a column of dates.
    pub fn see_number(&mut self, number: WrittenNumber) {
        // The least that counts is a day of 1954, as spreadsheets count them.
        let value = number.by(DecimalMark::Point).or(number.by(DecimalMark::Comma));
        if let Some(value) = value.filter(|value| *value >= 20_000.0) {
            for (count, kind) in self.numbers.iter_mut().zip(DateNumber::ALL) {
                *count += u64::from(kind.moment(value).is_some());
            }
        }
    }

    /// What the cells say of the order of figures.
    pub fn evidence(&self) -> DateEvidence {
        if self.figures == 0 {
            return DateEvidence::None;
        }
        let fits = |place: usize| self.fits[place] == self.figures;
        let mut fitting: Vec<usize> = (0..3).filter(|place| fits(*place)).collect();
        // Nobody writes the month first and then dots.
        if self.dotted == self.figures && fits(DAY) {
            fitting = vec![DAY];
        }
        if fitting.contains(&YEAR) && fitting.len() > 1 {
            let (firsts, lasts) = (self.firsts.count_ones(), self.lasts.count_ones());
            if firsts >= TIMES_AS_MANY * lasts && firsts > 9 {
                fitting.retain(|place| *place != YEAR);
            } else if lasts >= TIMES_AS_MANY * firsts && lasts > 9 {
                fitting = vec![YEAR];
            }
        }
        match fitting.as_slice() {
            [] => self.of_most(),
            [place] => DateEvidence::Sure(DateOrder::ALL[*place]),
            several => {
                let both_fit = |(a, b): (usize, usize)| several.contains(&a) && several.contains(&b);
                let unlike = PAIRS.into_iter().zip(self.first_unlike);
                let first =
                    unlike.filter(|(pair, _)| both_fit(*pair)).find_map(|(pair, line)| Some((pair, line?)));
                first.map_or(DateEvidence::None, |((a, b), line)| DateEvidence::Either {
                    first: DateOrder::ALL[a],
                    second: DateOrder::ALL[b],
                    line,
                })
            }
        }
    }

    fn of_most(&self) -> DateEvidence {
        let most = (0..3).max_by_key(|place| (self.fits[*place], 2 - place)).unwrap_or(DAY);
        let others = (0..3).filter(|place| *place != most).map(|place| self.fits[place]).max().unwrap_or(0);
        let is_clear = others < self.fits[most];
        if is_clear && self.fits[most] * 100 >= self.figures * PERCENT_OF_ORDER {
            return DateEvidence::Sure(DateOrder::ALL[most]);
        }
        DateEvidence::Both {
            not_day_first: self.first_unfit[DAY].unwrap_or_default(),
            not_month_first: self.first_unfit[MONTH].unwrap_or_default(),
        }
    }

    /// What the numbers among the cells stand for, if nearly all can be of one kind. `numbers` is how many there are.
    pub fn number_kind(&self, numbers: u64) -> Option<DateNumber> {
        let kinds = DateNumber::ALL.into_iter().zip(self.numbers);
        kinds
            .filter(|(_, count)| *count > 0 && *count * 100 >= numbers * PERCENT_OF_ORDER)
            .map(|(kind, _)| kind)
            .next()
    }

    /// How many cells are dates in this format, with those that stand for none.
    pub fn fitting(&self, format: DateFormat) -> u64 {
        let figures = format.order.map_or(0, |order| self.fits[order as usize]);
        let numbers = format.number.map_or(0, |kind| self.numbers[kind as usize]);
        self.said + figures + numbers
    }

    /// How many cells hold a date in any format, numbers not counted.
    pub fn dates(&self) -> u64 {
        self.said + self.figures
    }

    /// Of those, how many are in figures alone.
    pub fn in_figures(&self) -> u64 {
        self.figures
    }

    /// How many dates are later than the one before them, and how many earlier, numbers not counted.
    pub fn steps(&self, order: Option<DateOrder>) -> (u64, u64) {
        let steps = self.steps[order.map_or(DAY, |order| order as usize)];
        (steps.up, steps.down)
    }

    /// How many cells hold a date that stands for none.
    pub fn no_dates(&self) -> u64 {
        self.no_dates
    }
}

const DAY: usize = DateOrder::DayFirst as usize;
const MONTH: usize = DateOrder::MonthFirst as usize;
const YEAR: usize = DateOrder::YearFirst as usize;
const PAIRS: [(usize, usize); 3] = [(DAY, MONTH), (DAY, YEAR), (MONTH, YEAR)];
