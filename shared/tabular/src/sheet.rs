//! A file as a header and rows of cells, one at a time.

use std::collections::VecDeque;
use std::path::Path;

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};
use leadlight_reading::{BEHIND_TABLE, took_in_rows};

use crate::encoding::TextEncoding;
use crate::error::{RowFault, TableProblem};
use crate::header::Header;
use crate::layout::{self, Layout};
use crate::rowless;
use crate::source::{Broken, Source};

const BUFFER_BYTES: usize = 256 * 1024;
/// As many lines at most stand below the last row of a report.
const FOOTER_MAX: usize = 50;

/// A file at one of its rows.
pub(crate) struct Sheet {
    reader: Reader<Source>,
    record: StringRecord,
    /// Where the row begins.
    line: u64,
    /// Rows that were read to see whether they are the file's end.
    ahead: VecDeque<(StringRecord, u64)>,
    header: Header,
    header_line: u64,
    encoding: TextEncoding,
    layout: Layout,
    blank_rows: u64,
    footer_lines: u64,
    repeated_headers: u64,
    bytes_total: u64,
}

impl Sheet {
    /// Opens a file and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Self, TableProblem> {
        Self::open_as(path, None)
    }

    /// Opens a file that was opened before, from its beginning.
    pub(crate) fn again(&self, path: &Path) -> Result<Self, TableProblem> {
        let again = Self::open_as(path, Some(self.encoding))?;
        if again.header.names() != self.header.names() || again.layout != self.layout {
            return Err(TableProblem::Changed);
        }
        Ok(again)
    }

    fn open_as(path: &Path, encoding: Option<TextEncoding>) -> Result<Self, TableProblem> {
        let opened = Source::open(path, encoding)?;
        let layout = layout::find(&opened.prefix, opened.whole);
        let mut reader = ReaderBuilder::new()
            .delimiter(layout.separator)
            .escape(layout.is_escaped.then_some(b'\\'))
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(opened.source);
        let mut record = StringRecord::new();
        let mut before = layout.titles + usize::from(layout.says_separator);
        loop {
            if !read(&mut reader, &mut record)? {
                return Err(TableProblem::Empty);
            }
            if record.as_slice().trim_ascii().is_empty() {
                continue;
            }
            if before == 0 {
                break;
            }
            before -= 1;
        }
        let header_line = line_of(&reader, &record);
        if holds_rows(&record, layout, record.len()) {
            return Err(TableProblem::OpenQuote { line: header_line });
        }
        let mut header = Header::read(&record)?;
        match rowless::first_line(&record, &opened.prefix, layout) {
            rowless::FirstLine::Row => return Err(TableProblem::NoHeader),
            rowless::FirstLine::Names { is_doubtful } => header.is_doubtful = is_doubtful,
        }
        Ok(Self {
            reader,
            record,
            line: header_line,
            ahead: VecDeque::new(),
            header,
            header_line,
            encoding: opened.encoding,
            layout,
            blank_rows: 0,
            footer_lines: 0,
            repeated_headers: 0,
            bytes_total: opened.bytes_total,
        })
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    pub(crate) fn separator(&self) -> char {
        char::from(self.layout.separator)
    }

    /// Goes to the next row; false at the end. What a spreadsheet or a report leaves below the last row is none.
    pub(crate) fn advance(&mut self) -> Result<bool, TableProblem> {
        if let Some((record, line)) = self.ahead.pop_front() {
            (self.record, self.line) = (record, line);
            return self.checked();
        }
        loop {
            let Some(after_blank) = self.next()? else { return Ok(false) };
            if self.header.is_repeated_by(&self.record) {
                self.repeated_headers += 1;
            } else if rowless::may_be_below(&self.record, self.header.names().len(), after_blank) {
                return self.look_ahead();
            } else {
                return self.checked();
            }
        }
    }

    /// Reads the next record that is not blank, and says whether something blank stood before it.
    fn next(&mut self) -> Result<Option<bool>, TableProblem> {
        let mut after_blank = false;
        loop {
            let end = self.reader.position().line();
            if !read(&mut self.reader, &mut self.record)? {
                return Ok(None);
            }
            // Most rows are one line, and its end is all that was read.
            self.line = if self.reader.position().line() == end + 1 {
                end
            } else {
                line_of(&self.reader, &self.record)
            };
            if holds_rows(&self.record, self.layout, self.header.names().len()) {
                return Err(TableProblem::OpenQuote { line: self.line });
            }
            after_blank |= self.line > end;
            if !self.record.as_slice().trim_ascii().is_empty() {
                return Ok(Some(after_blank));
            }
            self.blank_rows += 1;
            after_blank = true;
        }
    }

    /// The row may be the first line of what stands below the last row; it is, if only its like comes after it.
    fn look_ahead(&mut self) -> Result<bool, TableProblem> {
        loop {
            self.ahead.push_back((self.record.clone(), self.line));
            let Some(_) = self.next()? else {
                self.footer_lines += self.ahead.len() as u64;
                self.ahead.clear();
                return Ok(false);
            };
            let goes_on = rowless::may_be_below(&self.record, self.header.names().len(), true);
            if !goes_on || self.ahead.len() == FOOTER_MAX {
                if !self.header.is_repeated_by(&self.record) {
                    self.ahead.push_back((self.record.clone(), self.line));
                }
                let Some((record, line)) = self.ahead.pop_front() else { return Ok(false) };
                (self.record, self.line) = (record, line);
                return self.checked();
            }
        }
    }

    /// Whether the row has a cell for each name. Separators behind the last cell make none.
    fn checked(&mut self) -> Result<bool, TableProblem> {
        let (found, expected) = (self.record.len(), self.header.names().len());
        if found > expected && self.record.iter().skip(expected).all(|cell| cell.trim().is_empty()) {
            self.record.truncate(expected);
        } else if found != expected {
            let fault = RowFault::of(&self.record, expected);
            return Err(TableProblem::CellCount { line: self.line, found, expected, fault });
        }
        Ok(true)
    }

    /// The row's cells.
    pub(crate) fn row(&self) -> &StringRecord {
        &self.record
    }

    pub(crate) fn cell(&self, place: usize) -> &str {
        self.record.get(place).unwrap_or("")
    }

    /// The line the row begins in.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// How many rows without a single cell were passed over.
    pub(crate) fn blank_rows(&self) -> u64 {
        self.blank_rows
    }

    /// How many lines were passed over since they are no rows.
    pub(crate) fn rowless(&self) -> u64 {
        self.footer_lines + self.repeated_headers
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.reader.get_ref().bytes_read()
    }

    pub(crate) fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    /// What to know of how the file was read, as far as it was.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.encoding == TextEncoding::Windows1252 {
            notes.push(
                "the file is not UTF-8; it is read as Windows-1252, which Western Europe uses".to_owned(),
            );
        }
        if self.layout.titles > 0 {
            let line = self.header_line;
            notes.push(format!(
                "the names of the columns are taken from line {line}; what stands above is a title"
            ));
        }
        if self.layout.is_escaped {
            notes.push("quotes within cells stand behind a backslash (\\\"), and are read so".to_owned());
        }
        notes.extend(self.header.notes.iter().cloned());
        match self.repeated_headers {
            0 => {}
            1 => notes.push("1 line is left out: it says the names of the columns again".to_owned()),
            lines => {
                notes.push(format!("{lines} lines are left out: they say the names of the columns again"));
            }
        }
        match self.footer_lines {
            0 => {}
            1 => notes.push("1 line at the end is left out: it is no row".to_owned()),
            lines => notes.push(format!("{lines} lines at the end are left out: they are no rows")),
        }
        notes
    }
}

/// The line a record begins in. The reader takes blank lines before a record for a part of it, so lines are counted from
/// the record's end.
fn line_of(reader: &Reader<Source>, record: &StringRecord) -> u64 {
    // A record that ends within quotes has no line end of its own.
    let ended = u64::from(!record.as_slice().ends_with(BEHIND_TABLE));
    let within = record.as_slice().bytes().fold(ended, |lines, byte| lines + u64::from(byte == b'\n'));
    reader.position().line().saturating_sub(within).max(1)
}

/// Whether a quote that was not closed took in the rows behind it.
fn holds_rows(record: &StringRecord, layout: Layout, columns: usize) -> bool {
    record.as_slice().contains('\n') && took_in_rows(record, layout.separator.into(), columns)
}

fn read(reader: &mut Reader<Source>, record: &mut StringRecord) -> Result<bool, TableProblem> {
    reader.get_mut().begin_record();
    let line = reader.position().line();
    reader.read_record(record).map_err(|error| match error.into_kind() {
        // All of it was looked at when it was opened.
        ErrorKind::Utf8 { .. } => TableProblem::Changed,
        ErrorKind::Io(error) => match Broken::of(&error) {
            Some(Broken::OpenQuote) => TableProblem::OpenQuote { line },
            Some(Broken::LineTooLong) => TableProblem::LineTooLong { line },
            Some(Broken::Utf16) => TableProblem::BrokenUtf16,
            None => TableProblem::CannotRead { source: error },
        },
        // Of the other kinds none can come up here: rows may be uneven, and nothing is sought or decoded.
        other => TableProblem::CannotRead { source: std::io::Error::other(format!("{other:?}")) },
    })
}
