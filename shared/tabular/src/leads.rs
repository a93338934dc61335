//! A file of leads to score, one lead at a time.

use std::path::{Path, PathBuf};

use csv::StringRecord;
use jiff::Timestamp;
use leadlight_model::{Cell, CellError, FeatureSpec, is_unknown, parse_moment};

use crate::error::{TableError, TableProblem};
use crate::meter::{Meter, Progress};
use crate::sheet::Sheet;
use crate::tally::Tally;

/// A file of leads, open at its first row.
pub struct LeadReader<'m> {
    path: PathBuf,
    sheet: Sheet,
    specs: &'m [FeatureSpec],
    /// The columns of the features.
    places: Vec<usize>,
    time: Option<usize>,
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
            return Err(TableProblem::ColumnsAbsent { missing, present: header.names().to_vec() });
        }
        let time = places.get(specs.len()).copied();
        places.truncate(specs.len());
        Ok(Self { path: path.to_owned(), sheet, specs, places, time })
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
        let mut meter = Meter::new(self.sheet.bytes_total(), progress);
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
        Ok(LeadsRead { rows, notes: self.notes(&tallies, &undated) })
    }

    fn moment(&self, line: u64, undated: &mut Tally) -> Option<Timestamp> {
        let cell = self.sheet.cell(self.time?);
        if is_unknown(cell) {
            return None;
        }
        let moment = parse_moment(cell);
        if moment.is_none() {
            undated.add(line, CellError { expected: "a date such as 2026-01-31" });
        }
        moment
    }

    fn cells(&self, line: u64, as_of: Timestamp, tallies: &mut [Tally]) -> Vec<Cell<'_>> {
        let columns = self.specs.iter().zip(&self.places).zip(tallies);
        let read = |((spec, place), tally): ((&FeatureSpec, &usize), &mut Tally)| {
            spec.kind.read(self.sheet.cell(*place), Some(as_of)).unwrap_or_else(|error| {
                tally.add(line, error);
                Cell::Unknown
            })
        };
        columns.map(read).collect()
    }

    fn notes(&self, tallies: &[Tally], undated: &Tally) -> Vec<String> {
        let name = |place: usize| self.sheet.header().name(place);
        let mut notes: Vec<String> = match self.sheet.blank_rows() {
            0 => Vec::new(),
            1 => vec!["1 row is left out: all cells are empty".to_owned()],
            rows => vec![format!("{rows} rows are left out: all cells are empty")],
        };
        let consequence = "counts as not given, so the lead is decided on as of now";
        notes.extend(self.time.and_then(|place| undated.note(name(place), consequence)));
        let columns = self.places.iter().zip(tallies);
        notes.extend(columns.filter_map(|(place, tally)| tally.note(name(*place), "counts as not known")));
        notes
    }
}
