//! A file of leads to score, one lead at a time.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use jiff::Timestamp;
use leadlight_model::{Cell, CellError, CellFormat, FeatureKind, FeatureSpec};
use leadlight_reading::is_nothing;

use crate::error::{TableError, TableProblem};
use crate::formats::{Decided, FileFormat};
use crate::meter::{Meter, Progress};
use crate::scan;
use crate::sheet::Sheet;
use crate::tally::Tally;
use crate::written::WrittenAs;

/// A file of leads, open at its first row.
pub struct LeadReader<'m> {
    path: PathBuf,
    sheet: Sheet,
    specs: &'m [FeatureSpec],
    /// The columns of the features.
    places: Vec<usize>,
    time: Option<usize>,
    written: WrittenAs,
    /// By column.
    formats: Vec<CellFormat>,
}

/// A lead.
#[derive(Debug)]
pub struct LeadRow<'a> {
    /// Which of the file's, from 1.
    pub row: u64,
    /// The line it begins in.
    pub line: u64,
    /// The moment its dates are aged to.
    pub as_of: Timestamp,
    /// Its values, in the order of the features.
    pub cells: &'a [Cell<'a>],
    record: &'a StringRecord,
}

impl<'a> LeadRow<'a> {
    /// All cells of the row as they stand in the file, in the order of its header.
    pub fn texts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.record.iter()
    }
}

/// What was read of a file of leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadsRead {
    /// How many leads.
    pub rows: u64,
    /// What to know of the rows and cells that were left out.
    pub notes: Vec<String>,
}

impl<'m> LeadReader<'m> {
    /// Opens a file that has a column for each feature; `time` names one that says when a lead is decided on.
    pub fn open(path: &Path, specs: &'m [FeatureSpec], time: Option<&str>) -> Result<Self, TableError> {
        Self::opened(path, specs, time).map_err(|problem| TableError::new(path, problem))
    }

    fn opened(path: &Path, specs: &'m [FeatureSpec], time: Option<&str>) -> Result<Self, TableProblem> {
        let sheet = Sheet::open(path)?;
        let header = sheet.header();
        let asked = specs.iter().map(|spec| ("a feature of the model", spec.name.as_str()));
        let asked = asked.chain(time.map(|name| ("the time", name)));
        let mut places = Vec::with_capacity(specs.len() + 1);
        let mut missing = Vec::new();
        for (role, name) in asked {
            match header.find(name) {
                Some(place) => places.push(place),
                None => missing.push(header.missing(role, name)),
            }
        }
        if !missing.is_empty() {
            return Err(header.absent(missing));
        }
        let time = places.get(specs.len()).copied();
        places.truncate(specs.len());
        let formats = vec![CellFormat::default(); header.names().len()];
        let written = WrittenAs::default();
        Ok(Self { path: path.to_owned(), sheet, specs, places, time, written, formats })
    }

    /// Says how numbers and dates are to be read that can be read in two ways.
    #[must_use]
    pub fn written(self, written: WrittenAs) -> Self {
        Self { written, ..self }
    }

    /// The names of the file's columns.
    pub fn header(&self) -> &[String] {
        self.sheet.header().names()
    }

    /// What stands between two cells of the file.
    pub fn separator(&self) -> char {
        self.sheet.separator()
    }

    /// Hands out the leads one by one, decided on at `as_of` where their row does not say when. A cell that
    /// cannot be read counts as not known and is told of in the notes.
    pub fn read<E: From<TableError>>(
        mut self,
        as_of: Timestamp,
        progress: &mut dyn FnMut(Progress),
        each: &mut dyn FnMut(&LeadRow<'_>) -> Result<(), E>,
    ) -> Result<LeadsRead, E> {
        let mut meter = Meter::new(2 * self.sheet.bytes_total(), progress);
        let told = self.find_formats(&mut meter).map_err(|problem| TableError::new(&self.path, problem))?;
        let mut tallies: Vec<Tally> = self.specs.iter().map(|_| Tally::default()).collect();
        let mut undated = Tally::default();
        let mut rows = 0;
        while self.sheet.advance().map_err(|problem| TableError::new(&self.path, problem))? {
            meter.at(self.sheet.bytes_read());
            rows += 1;
            let line = self.sheet.line();
            let as_of = self.moment(line, &mut undated).unwrap_or(as_of);
            let cells = self.cells(line, as_of, &mut tallies);
            each(&LeadRow { row: rows, line, as_of, cells: &cells, record: self.sheet.row() })?;
        }
        meter.pass_ended(self.sheet.bytes_read());
        Ok(LeadsRead { rows, notes: self.notes(told, &tallies, &undated) })
    }

    /// Goes over the file to see how its numbers and dates are written; what to know of it.
    fn find_formats(&mut self, meter: &mut Meter<'_>) -> Result<Vec<String>, TableProblem> {
        let kinds = self.specs.iter().map(|spec| spec.kind).zip(self.places.iter().copied());
        let columns = kinds.filter_map(|(kind, place)| match kind {
            FeatureKind::Number => Some((place, false)),
            FeatureKind::Date { .. } => Some((place, true)),
            _ => None,
        });
        // With whether its cells are dates.
        let columns: Vec<(usize, bool)> = columns.chain(self.time.map(|place| (place, true))).collect();
        let places: BTreeSet<usize> = columns.iter().map(|(place, _)| *place).collect();
        let count = |sheet: &Sheet| {
            meter.at(sheet.bytes_read());
            true
        };
        let surveys = scan::survey(&self.path, &self.sheet, &places, count)?;
        meter.pass_ended(self.sheet.bytes_total());
        let header = self.sheet.header();
        let names = header.names().iter().map(String::as_str);
        let file = FileFormat::of(self.written, self.sheet.separator(), names.zip(&surveys));
        let mut told = Vec::new();
        for (place, is_dated) in columns {
            let name = header.name(place);
            let decided = Decided::of(name, &surveys[place], &file, is_dated);
            let (problem, format) = if is_dated {
                (decided.no_dates, decided.of_dates)
            } else {
                (decided.no_numbers, decided.of_numbers)
            };
            if let Some(problem) = problem {
                return Err(problem);
            }
            if !format.is_empty() {
                let what = if is_dated { "dates" } else { "numbers" };
                told.push(format!("column \"{name}\": {what}, {}", format.join(", ")));
            }
            self.formats[place] = decided.format;
        }
        Ok(told)
    }

    fn moment(&self, line: u64, undated: &mut Tally) -> Option<Timestamp> {
        let place = self.time?;
        let cell = self.sheet.cell(place);
        if is_nothing(cell) {
            return None;
        }
        let date = self.formats[place].dates.read(cell);
        if date.is_none() {
            undated.add(line, CellError { expected: "a date such as 2026-01-31" });
        }
        date?.moment()
    }

    fn cells(&self, line: u64, as_of: Timestamp, tallies: &mut [Tally]) -> Vec<Cell<'_>> {
        let columns = self.specs.iter().zip(&self.places).zip(tallies);
        let read = |((spec, place), tally): ((&FeatureSpec, &usize), &mut Tally)| {
            spec.kind.read(self.sheet.cell(*place), self.formats[*place], Some(as_of)).unwrap_or_else(
                |error| {
                    tally.add(line, error);
                    Cell::Unknown
                },
            )
        };
        columns.map(read).collect()
    }

    fn notes(&self, told: Vec<String>, tallies: &[Tally], undated: &Tally) -> Vec<String> {
        let name = |place: usize| self.sheet.header().name(place);
        let mut notes = self.sheet.notes();
        match self.sheet.blank_rows() {
            0 => {}
            1 => notes.push("1 row is left out: all cells are empty".to_owned()),
            rows => notes.push(format!("{rows} rows are left out: all cells are empty")),
        }
        notes.extend(told);
        let consequence = "counts as not given, so the lead is decided on as of now";
        notes.extend(self.time.and_then(|place| undated.note(name(place), consequence)));
        let columns = self.places.iter().zip(tallies);
        notes.extend(columns.filter_map(|(place, tally)| tally.note(name(*place), "counts as not known")));
        notes
    }
}
