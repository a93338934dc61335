//! A file as a table in memory: its header, its rows, and how each column's numbers and dates are written.

use std::path::Path;

use csv::StringRecord;
use leadlight_reading::{DateFormat, NumberFormat, fold, is_nothing};

use crate::WrittenAs;
use crate::crm::key;
use crate::error::{TableError, TableProblem};
use crate::formats::{Decided, FileFormat, FormatSurvey};
use crate::sheet::Sheet;

/// Where one row in so many does not fit its header, the file is not what it seems.
const DAMAGED_ONE_IN: usize = 10;

/// A file, read whole.
#[derive(Debug)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<TableRow>,
    damaged: Vec<u64>,
    notes: Vec<String>,
    surveys: Vec<FormatSurvey>,
    file: FileFormat,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    line: u64,
    record: StringRecord,
}

/// How a column's cells are read.
#[derive(Debug)]
pub struct ColumnFormat<T> {
    /// The format.
    pub format: T,
    /// What to know of it, such as `day first`.
    pub told: Vec<String>,
    /// Why the column cannot be read so: two readings are possible.
    pub problem: Option<TableProblem>,
}

impl Table {
    /// Reads a file. Rows that have more or fewer cells than the header are set aside; a file that is full of them is
    /// refused.
    pub fn open(path: &Path, written: WrittenAs) -> Result<Self, TableError> {
        Self::opened(path, written).map_err(|problem| TableError::new(path, problem))
    }

    fn opened(path: &Path, written: WrittenAs) -> Result<Self, TableProblem> {
        let mut sheet = Sheet::open(path)?;
        let header = sheet.header().names().to_vec();
        let mut rows = Vec::new();
        let mut damaged = Vec::new();
        let mut first = None;
        loop {
            match sheet.advance() {
                Ok(true) => rows.push(TableRow { line: sheet.line(), record: sheet.row().clone() }),
                Ok(false) => break,
                Err(TableProblem::CellCount { line, found, expected, fault }) => {
                    damaged.push(line);
                    first.get_or_insert(TableProblem::CellCount { line, found, expected, fault });
                }
                Err(problem) => return Err(problem),
            }
        }
        match first {
            Some(problem) if damaged.len() * DAMAGED_ONE_IN > rows.len() => return Err(problem),
            _ if rows.is_empty() => return Err(TableProblem::HeaderOnly),
            _ => {}
        }
        let mut surveys = vec![FormatSurvey::default(); header.len()];
        for row in &rows {
            for (survey, cell) in surveys.iter_mut().zip(&row.record) {
                if !is_nothing(cell) {
                    survey.see(cell, row.line);
                }
            }
        }
        let names = header.iter().map(String::as_str);
        let file = FileFormat::of(written, sheet.separator(), names.zip(&surveys));
        Ok(Self { header, rows, damaged, notes: sheet.notes(), surveys, file })
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows that fit the header.
    pub fn rows(&self) -> &[TableRow] {
        &self.rows
    }

    /// The lines of rows that do not.
    pub fn damaged(&self) -> &[u64] {
        &self.damaged
    }

    /// What to know of how the file was read.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Where a column stands: by its name, else without case and accents, else by letters and digits alone. `None` where
    /// two columns may be meant.
    pub fn find(&self, name: &str) -> Option<usize> {
        let as_written: fn(&str) -> String = str::to_owned;
        [as_written, fold, key].into_iter().find_map(|plain| {
            let wanted = plain(name);
            let mut places = (0..self.header.len()).filter(|place| plain(&self.header[*place]) == wanted);
            let place = places.next()?;
            Some(places.next().is_none().then_some(place))
        })?
    }

    /// A column's name.
    pub fn name(&self, place: usize) -> &str {
        self.header.get(place).map_or("", String::as_str)
    }

    /// How a column is read as dates.
    pub fn dates(&self, place: usize) -> ColumnFormat<DateFormat> {
        let decided = self.decided(place, true);
        ColumnFormat { format: decided.format.dates, told: decided.of_dates, problem: decided.no_dates }
    }

    /// How a column is read as numbers.
    pub fn numbers(&self, place: usize) -> ColumnFormat<NumberFormat> {
        let decided = self.decided(place, false);
        ColumnFormat { format: decided.format.numbers, told: decided.of_numbers, problem: decided.no_numbers }
    }

    fn decided(&self, place: usize, is_dated: bool) -> Decided {
        match self.surveys.get(place) {
            Some(survey) => Decided::of(self.name(place), survey, &self.file, is_dated),
            None => Decided::default(),
        }
    }
}

impl TableRow {
    /// The line it begins in.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// A cell, without blanks around it.
    pub fn cell(&self, place: usize) -> &str {
        self.record.get(place).unwrap_or("").trim()
    }

    /// All of them.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.record.iter()
    }
}
