//! In which format a column's numbers and dates are written, decided from all of its cells, then from the file's other
//! columns, then from what its owner says.

use leadlight_model::CellFormat;
use leadlight_reading::{
    DateEvidence, DateFormat, DateOrder, DateSurvey, DecimalMark, NumberEvidence, NumberSurvey, WrittenNumber,
};

use crate::error::TableProblem;
use crate::written::WrittenAs;

/// Numbers and dates of a column must be so many in a hundred to speak for the other columns.
const PERCENT_OF_KIND: u64 = 98;

/// What a column's cells say of its format.
#[derive(Debug, Clone, Default)]
pub(crate) struct FormatSurvey {
    known: u64,
    pub(crate) numbers: NumberSurvey,
    pub(crate) dates: DateSurvey,
}

/// What a cell is, as far as it is known before its column's format is.
pub(crate) enum Seen {
    Number(WrittenNumber),
    Date,
    Text,
}

impl FormatSurvey {
    /// Looks at a cell that is known.
    pub(crate) fn see(&mut self, text: &str, line: u64) -> Seen {
        self.known += 1;
        if let Some(number) = self.numbers.see(text, line) {
            self.dates.see_number(number);
            return Seen::Number(number);
        }
        if self.dates.see(text, line) { Seen::Date } else { Seen::Text }
    }

    /// Whether its own cells leave open how it is to be read.
    pub(crate) fn is_ambiguous(&self) -> bool {
        matches!(self.numbers.evidence(), NumberEvidence::Either { .. })
            || matches!(self.dates.evidence(), DateEvidence::Either { .. })
    }

    fn is_of(&self, count: u64) -> bool {
        count > 0 && count * 100 >= self.known * PERCENT_OF_KIND
    }

    /// The mark for decimals that this column alone proves.
    fn sure_mark(&self) -> Option<DecimalMark> {
        let NumberEvidence::Sure(mark) = self.numbers.evidence() else { return None };
        self.is_of(self.numbers.fitting(self.numbers.format(mark))).then_some(mark)
    }

    /// The order of dates that this column alone proves.
    fn sure_order(&self) -> Option<DateOrder> {
        let DateEvidence::Sure(order) = self.dates.evidence() else { return None };
        self.is_of(self.dates.fitting(DateFormat { order: Some(order), number: None })).then_some(order)
    }
}

/// What a file says as a whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileFormat {
    said: WrittenAs,
    separator: char,
    /// With the column that proves it; none where columns do not agree.
    mark: Option<(DecimalMark, String)>,
    order: Option<(DateOrder, String)>,
}

impl FileFormat {
    pub(crate) fn of<'a>(
        said: WrittenAs,
        separator: char,
        columns: impl Iterator<Item = (&'a str, &'a FormatSurvey)> + Clone,
    ) -> Self {
        let marks = columns.clone().filter_map(|(name, survey)| Some((survey.sure_mark()?, name)));
        let orders = columns.filter_map(|(name, survey)| Some((survey.sure_order()?, name)));
        Self { said, separator, mark: agreed(marks), order: agreed(orders) }
    }
}

fn agreed<'a, T: PartialEq>(mut all: impl Iterator<Item = (T, &'a str)>) -> Option<(T, String)> {
    let (first, name) = all.next()?;
    all.all(|(other, _)| other == first).then(|| (first, name.to_owned()))
}

/// A column's format, and what to know of it.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    pub(crate) format: CellFormat,
    /// To be told if the column is read as numbers.
    pub(crate) of_numbers: Vec<String>,
    /// To be told if it is read as dates.
    pub(crate) of_dates: Vec<String>,
    /// What stops the reading if the column is read as numbers.
    pub(crate) no_numbers: Option<TableProblem>,
    pub(crate) no_dates: Option<TableProblem>,
}

impl Decided {
    /// `is_dated` says that numbers in it may stand for dates.
    pub(crate) fn of(name: &str, survey: &FormatSurvey, file: &FileFormat, is_dated: bool) -> Self {
        let mut decided = Self::default();
        decided.numbers(name, survey, file);
        decided.dates(name, survey, file);
        if is_dated {
            let count = survey.numbers.fitting(decided.format.numbers);
            decided.format.dates.number = survey.dates.number_kind(count);
        }
        decided
    }

    fn numbers(&mut self, name: &str, survey: &FormatSurvey, file: &FileFormat) {
        let numbers = &survey.numbers;
        let mark = match numbers.evidence() {
            NumberEvidence::None => DecimalMark::Point,
            NumberEvidence::Sure(mark) => mark,
            NumberEvidence::Both { point, comma } => {
                let (mark, line) = if point.1 >= comma.1 {
                    (DecimalMark::Point, comma.0)
                } else {
                    (DecimalMark::Comma, point.0)
                };
                let other = if mark == DecimalMark::Point { "comma" } else { "point" };
                self.of_numbers.push(format!("with {} (in line {line} with a {other})", marked(mark)));
                mark
            }
            NumberEvidence::Either { line } => {
                let (mark, why) = either(numbers, file);
                self.of_numbers.extend(why);
                if mark.is_none() {
                    let (column, mark) = (name.to_owned(), numbers.mark_of_either());
                    self.no_numbers = Some(TableProblem::AmbiguousNumbers { column, line, mark });
                }
                mark.unwrap_or_default()
            }
        };
        self.format.numbers = numbers.format(mark);
        if mark == DecimalMark::Comma
            && self.of_numbers.is_empty()
            && numbers.evidence() != NumberEvidence::None
        {
            self.of_numbers.push("with a decimal comma".to_owned());
        }
        let currencies = numbers.currencies();
        match currencies.as_slice() {
            [] => {}
            [one] => self.of_numbers.push(format!("in {one}")),
            many => self.of_numbers.push(format!("in {}, and not converted", many.join(" and "))),
        }
        if numbers.mixes_percents() {
            self.of_numbers.push("some with % and some without".to_owned());
        }
    }

    fn dates(&mut self, name: &str, survey: &FormatSurvey, file: &FileFormat) {
        let column = || name.to_owned();
        let order = match survey.dates.evidence() {
            DateEvidence::None => (survey.dates.in_figures() > 0).then_some(DateOrder::DayFirst),
            DateEvidence::Sure(order) => {
                self.of_dates.push(in_words(order).to_owned());
                Some(order)
            }
            DateEvidence::Either { first, second, line } => {
                let is_one = |order: DateOrder| order == first || order == second;
                match (file.said.dates.filter(|order| is_one(*order)), &file.order) {
                    (Some(order), _) => {
                        self.of_dates.push(format!("{}, as is said", in_words(order)));
                        Some(order)
                    }
                    (None, Some((order, other))) if is_one(*order) => {
                        self.of_dates.push(format!("{}, as in column \"{other}\"", in_words(*order)));
                        Some(*order)
                    }
                    _ => {
                        self.no_dates =
                            Some(TableProblem::AmbiguousDates { column: column(), line, first, second });
                        None
                    }
                }
            }
            DateEvidence::Both { not_day_first, not_month_first } => {
                self.no_dates =
                    Some(TableProblem::TwoDateFormats { column: column(), not_day_first, not_month_first });
                None
            }
        };
        self.format.dates.order = order;
        match survey.dates.no_dates() {
            0 => {}
            1 => self.of_dates.push("1 stands for no date, such as 9999-12-31".to_owned()),
            count => self.of_dates.push(format!("{count} stand for no date, such as 9999-12-31")),
        }
    }
}

/// The mark of numbers that can be read by either, from what stands around them.
fn either(numbers: &NumberSurvey, file: &FileFormat) -> (Option<DecimalMark>, Option<String>) {
    if let Some(mark) = file.said.decimal {
        return (Some(mark), Some(format!("with {}, as is said", marked(mark))));
    }
    if let Some((mark, other)) = &file.mark {
        return (Some(*mark), Some(format!("with {}, as in column \"{other}\"", marked(*mark))));
    }
    let by_thousands = |mark: char| {
        if mark == '.' { (DecimalMark::Comma, "points") } else { (DecimalMark::Point, "commas") }
    };
    // Where people write a decimal comma, their spreadsheets part cells with a semicolon, and else with a comma.
    let agrees = |mark: &char| matches!((*mark, file.separator), ('.', ';') | (',', ','));
    let parts = numbers.parts_amounts_by().or_else(|| numbers.parts_thousands_by().filter(agrees));
    parts
        .map(by_thousands)
        .map_or((None, None), |(mark, marks)| (Some(mark), Some(format!("with {marks} between thousands"))))
}

fn marked(mark: DecimalMark) -> &'static str {
    match mark {
        DecimalMark::Point => "a decimal point",
        DecimalMark::Comma => "a decimal comma",
    }
}

fn in_words(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayFirst => "day first",
        DateOrder::MonthFirst => "month first",
        DateOrder::YearFirst => "year first",
    }
}
