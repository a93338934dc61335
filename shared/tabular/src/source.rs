//! A file's bytes with all line ends written as `\n`, so that lines can be counted.

use std::fs::File;
use std::io::{self, Chain, Cursor, Read};
use std::path::Path;

use crate::error::TableProblem;

/// What is looked at before reading, for the encoding and the separator.
const PREFIX_BYTES: u64 = 256 * 1024;
/// No row of an export is as long; a quote that nothing closes makes one, and would fill the memory.
const RECORD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A file that is being read.
pub(crate) struct Source {
    input: Chain<Cursor<Vec<u8>>, File>,
    bytes_read: u64,
    record_bytes: usize,
    last: u8,
}

/// A file that has been opened, with what was seen of it.
pub(crate) struct Opened {
    pub(crate) source: Source,
    /// How it begins, without a byte-order mark.
    pub(crate) prefix: Vec<u8>,
    /// Whether that is all of it.
    pub(crate) whole: bool,
    pub(crate) bytes_total: u64,
}

impl Source {
    pub(crate) fn open(path: &Path) -> Result<Opened, TableProblem> {
        let file = File::open(path).map_err(|source| TableProblem::CannotOpen { source })?;
        let cannot_read = |source| TableProblem::CannotRead { source };
        let bytes_total = file.metadata().map_err(cannot_read)?.len();
        let mut prefix = Vec::new();
        (&file).take(PREFIX_BYTES).read_to_end(&mut prefix).map_err(cannot_read)?;
        let bytes_seen = prefix.len() as u64;
        if prefix.starts_with(b"\xff\xfe") || prefix.starts_with(b"\xfe\xff") {
            return Err(TableProblem::Utf16);
        }
        if prefix.contains(&0) || prefix.starts_with(b"PK\x03\x04") {
            return Err(TableProblem::NotText);
        }
        if prefix.starts_with(b"\xef\xbb\xbf") {
            prefix.drain(..3);
        }
        let input = Cursor::new(prefix.clone()).chain(file);
        let source = Self { input, bytes_read: 0, record_bytes: 0, last: b'\n' };
        Ok(Opened { source, prefix, whole: bytes_seen < PREFIX_BYTES, bytes_total })
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Says that a row begins.
    pub(crate) fn begin_record(&mut self) {
        self.record_bytes = 0;
    }

    /// Whether an error of reading says that a row is too long.
    pub(crate) fn is_too_long(error: &io::Error) -> bool {
        error.kind() == io::ErrorKind::FileTooLarge
    }

    /// Writes `\r\n` and `\r` as `\n`, in place; returns how many bytes are left.
    fn unify_line_ends(&mut self, bytes: &mut [u8]) -> usize {
        if self.last != b'\r' && !bytes.contains(&b'\r') {
            self.last = bytes.last().copied().unwrap_or(self.last);
            return bytes.len();
        }
        let mut kept = 0;
        for place in 0..bytes.len() {
            let byte = bytes[place];
            if !(byte == b'\n' && self.last == b'\r') {
                bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
            self.last = byte;
        }
        kept
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.record_bytes > RECORD_BYTES_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        loop {
            let taken = self.input.read(buffer)?;
            if taken == 0 {
                // The last line may lack its end, and counts as a line all the same.
                let ended = matches!(self.last, b'\n' | b'\r');
                if !ended {
                    buffer[0] = b'\n';
                    self.last = b'\n';
                }
                return Ok(usize::from(!ended));
            }
            self.bytes_read += taken as u64;
            let kept = self.unify_line_ends(&mut buffer[..taken]);
            self.record_bytes += kept;
            // Nothing is left of the second half of a `\r\n`, but that is not the file's end.
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}
