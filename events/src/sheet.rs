//! CSV files in a format of ours, read row by row. All that is wrong is collected, with line, column and
//! remedy; a file with one problem gives nothing. What a format adds is its columns and its cells.

pub(crate) mod cells;
mod header;
mod problem;

use csv::StringRecord;
use leadlight_reading::is_nothing;

use header::Header;
use problem::Problems;

pub(crate) use header::Column;
pub(crate) use problem::Remedies;
pub use problem::{FileError, FormatProblem, LineProblem, MAX_REPORTED_PROBLEMS, SheetProblem};

/// Reads a file; `each` makes of a row what the format is about, and reports what keeps it from doing so.
///
/// Takes UTF-8 with or without a byte-order mark, `\n` or `\r\n`, and `,`, `;` or tab as separator.
pub(crate) fn read<C: Column, T>(
    file_name: &str,
    bytes: &[u8],
    each: impl FnMut(&mut Row<'_, C>) -> Option<T>,
) -> Result<Vec<T>, FileError<C::Problem>> {
    let mut problems = Problems::new(file_name);
    let found = read_rows::<C, T>(bytes, &mut problems, each);
    problems.finish(found)
}

fn read_rows<C: Column, T>(
    bytes: &[u8],
    problems: &mut Problems<C::Problem>,
    mut each: impl FnMut(&mut Row<'_, C>) -> Option<T>,
) -> Vec<T> {
    let Some(text) = decoded(bytes, problems) else { return Vec::new() };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = records.next().and_then(Result::ok).and_then(|names| Header::<C>::read(&names, problems));
    let Some(header) = header else { return Vec::new() };
    let mut lines = Lines { text, counted: 0, line: 1 };
    let mut found = Vec::new();
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.add(lines.of(error.position()), None, SheetProblem::NotCsv.into());
                break;
            }
        };
        // What a spreadsheet leaves below the last row is no row.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = lines.of(record.position());
        if record.len() != header.len() {
            let problem = SheetProblem::FieldCount { found: record.len(), expected: header.len() };
            problems.add(line, None, problem.into());
            continue;
        }
        found.extend(each(&mut Row { record: &record, header: &header, line, problems: &mut *problems }));
    }
    if found.is_empty() && problems.is_empty() {
        problems.add(1, None, SheetProblem::NoRows.into());
    }
    found
}

fn decoded<'a, P: FormatProblem>(bytes: &'a [u8], problems: &mut Problems<P>) -> Option<&'a str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if text.trim().is_empty() => problems.add(1, None, SheetProblem::Empty.into()),
        Ok(text) => return Some(text),
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            let line = before.iter().fold(1, |line, byte| line + u64::from(*byte == b'\n'));
            problems.add(line, None, SheetProblem::NotUtf8.into());
        }
    }
    None
}

/// The separator that is most frequent in the header; column names hold none of the three.
fn separator(text: &str) -> u8 {
    let header = text.trim_start().lines().next().unwrap_or("");
    let count = |separator: u8| header.bytes().filter(|byte| *byte == separator).count();
    // The last of equals wins: a single column reads as comma-separated.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// Counts lines along a text. The reader's own count takes blank lines, and the second half of `\r\n`,
/// as the beginning of the record that follows.
struct Lines<'a> {
    text: &'a str,
    counted: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, position: Option<&csv::Position>) -> u64 {
        let byte = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
        let bytes = self.text.as_bytes();
        let ends = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let blank = bytes.get(byte..).unwrap_or(&[]).iter().take_while(|byte| ends(byte)).count();
        let passed = bytes.get(self.counted..byte + blank).unwrap_or(&[]);
        self.line += passed.iter().fold(0, |lines, byte| lines + u64::from(*byte == b'\n'));
        self.counted = self.counted.max(byte + blank);
        self.line
    }
}

/// One row, whose cells are read one by one so that all its problems are found at once.
pub(crate) struct Row<'a, C: Column> {
    record: &'a StringRecord,
    header: &'a Header<C>,
    line: u64,
    problems: &'a mut Problems<C::Problem>,
}

impl<C: Column> Row<'_, C> {
    /// Its line in the file, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// A cell's text, trimmed; empty where the file has no such column.
    pub(crate) fn text(&self, column: C) -> &str {
        self.header.place(column).and_then(|place| self.record.get(place)).unwrap_or("").trim()
    }

    /// Whether a cell says something: `n/a`, `-` and their like do not.
    pub(crate) fn is_filled(&self, column: C) -> bool {
        let text = self.text(column);
        let says_nothing = column.may_hold_a_filler() && is_nothing(text);
        !(text.is_empty() || says_nothing)
    }

    /// The value of a cell; none where it says nothing, or is bad and so reported.
    pub(crate) fn cell<T>(&mut self, column: C, parse: impl Fn(&str) -> Result<T, C::Problem>) -> Option<T> {
        if !self.is_filled(column) {
            return None;
        }
        parse(self.text(column)).map_err(|problem| self.report(column, problem)).ok()
    }

    pub(crate) fn required<T>(
        &mut self,
        column: C,
        parse: impl Fn(&str) -> Result<T, C::Problem>,
    ) -> Option<T> {
        if !self.is_filled(column) {
            self.report(column, SheetProblem::MissingValue.into());
        }
        self.cell(column, parse)
    }

    pub(crate) fn report(&mut self, column: C, problem: C::Problem) {
        self.problems.add(self.line, Some(column.name()), problem);
    }

    /// Reports what concerns no column alone.
    pub(crate) fn report_row(&mut self, problem: C::Problem) {
        self.problems.add(self.line, None, problem);
    }
}
