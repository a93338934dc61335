//! A file as a header and rows of cells, one at a time.

use std::path::Path;

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};

use crate::error::TableProblem;
use crate::header::Header;
use crate::separator::sniff;
use crate::source::Source;

const BUFFER_BYTES: usize = 256 * 1024;

/// A file at one of its rows.
pub(crate) struct Sheet {
    reader: Reader<Source>,
    record: StringRecord,
    header: Header,
    separator: u8,
    blank_rows: u64,
    bytes_total: u64,
}

impl Sheet {
    /// Opens a file and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Self, TableProblem> {
        let opened = Source::open(path)?;
        let separator = sniff(&opened.prefix, opened.whole);
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(opened.source);
        let mut record = StringRecord::new();
        if !read(&mut reader, &mut record)? {
            return Err(TableProblem::Empty);
        }
        let header = Header::read(&record)?;
        Ok(Self { reader, record, header, separator, blank_rows: 0, bytes_total: opened.bytes_total })
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    pub(crate) fn separator(&self) -> char {
        char::from(self.separator)
    }

    /// Goes to the next row; false at the end. What a spreadsheet leaves below the last row is none.
    pub(crate) fn advance(&mut self) -> Result<bool, TableProblem> {
        loop {
            if !read(&mut self.reader, &mut self.record)? {
                return Ok(false);
            }
            if self.record.as_slice().trim_ascii().is_empty() {
                self.blank_rows += 1;
                continue;
            }
            let (found, expected) = (self.record.len(), self.header.names().len());
            if found != expected {
                return Err(TableProblem::CellCount { line: self.line(), found, expected });
            }
            return Ok(true);
        }
    }

    /// The row's cells.
    pub(crate) fn row(&self) -> &StringRecord {
        &self.record
    }

    pub(crate) fn cell(&self, place: usize) -> &str {
        self.record.get(place).unwrap_or("")
    }

    /// The line the row begins in. The reader takes blank lines before a row for a part of it, so lines are
    /// counted from the row's end.
    pub(crate) fn line(&self) -> u64 {
        let within = self.record.as_slice().bytes().fold(1, |lines, byte| lines + u64::from(byte == b'\n'));
        self.reader.position().line().saturating_sub(within).max(1)
    }

    /// How many rows without a single cell were passed over.
    pub(crate) fn blank_rows(&self) -> u64 {
        self.blank_rows
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.reader.get_ref().bytes_read()
    }

    pub(crate) fn bytes_total(&self) -> u64 {
        self.bytes_total
    }
}

fn read(reader: &mut Reader<Source>, record: &mut StringRecord) -> Result<bool, TableProblem> {
    reader.get_mut().begin_record();
    let line = reader.position().line();
    reader.read_record(record).map_err(|error| match error.into_kind() {
        ErrorKind::Utf8 { .. } => TableProblem::NotUtf8 { line },
        ErrorKind::Io(error) if Source::is_too_long(&error) => TableProblem::OpenQuote { line },
        ErrorKind::Io(source) => TableProblem::CannotRead { source },
        // Of the other kinds none can come up here: rows may be uneven, and nothing is sought or decoded.
        other => TableProblem::CannotRead { source: std::io::Error::other(format!("{other:?}")) },
    })
}
