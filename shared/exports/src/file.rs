//! One data file, piece by piece.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use md5::{Digest, Md5};

use crate::item::{Met, answered_lead};
use crate::{DataFile, ExportError, Fault};

/// The longest line in bytes. An item has 400 KB at most; of a text that is all control characters each byte becomes six.
pub const LONGEST_LINE: usize = 4 * 1024 * 1024;

/// Reads a data file as its bytes come, and hands out what it meets.
#[derive(Debug)]
pub struct FileReader<F: FnMut(Met)> {
    file: DataFile,
    md5: Md5,
    is_empty: bool,
    unzip: MultiGzDecoder<Lines<F>>,
}

impl<F: FnMut(Met)> FileReader<F> {
    /// A reader of a file that the manifest lists.
    pub fn new(file: DataFile, see: F) -> Self {
        let lines = Lines { line: Vec::new(), found: 0, listed: file.items, fault: None, see };
        Self { file, md5: Md5::new(), is_empty: true, unzip: MultiGzDecoder::new(lines) }
    }

    /// Takes the next bytes. After an error it takes no more.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.md5.update(bytes);
        self.is_empty &= bytes.is_empty();
        let written = self.unzip.write_all(bytes);
        written.map_err(|_| self.error(self.unzip.get_ref().fault.unwrap_or(Fault::Gzip)))
    }

    /// No more bytes come: was it all, and as it was written?
    pub fn finish(mut self) -> Result<(), ExportError> {
        if self.md5.clone().finalize() != self.file.md5 {
            return Err(self.error(Fault::Checksum));
        }
        // Of a partition without items there may be a file without a byte, which gzip knows nothing of.
        let ended = if self.is_empty { Ok(()) } else { self.unzip.try_finish() };
        let lines = self.unzip.get_mut();
        // The last line need not end.
        let ended = ended.and_then(|()| lines.end());
        let Lines { found, listed, fault, .. } = *lines;
        match (ended, fault) {
            (Err(_), fault) => Err(self.error(fault.unwrap_or(Fault::Gzip))),
            (Ok(()), _) if found != listed => Err(self.error(Fault::Count { found, listed })),
            (Ok(()), _) => Ok(()),
        }
    }

    fn error(&self, fault: Fault) -> ExportError {
        ExportError { key: self.file.key.clone(), fault }
    }
}

/// Takes what is unzipped, and cuts it into lines. It stops what would never end: a few kilobytes of gzip can be gigabytes.
#[derive(Debug)]
struct Lines<F> {
    /// The beginning of a line that has not ended yet.
    line: Vec<u8>,
    found: u64,
    listed: u64,
    fault: Option<Fault>,
    see: F,
}

impl<F: FnMut(Met)> Lines<F> {
    fn add(&mut self, part: &[u8]) -> io::Result<()> {
        if self.line.len() + part.len() > LONGEST_LINE {
            return self.stop(Fault::Line);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    /// The line is whole.
    fn end(&mut self) -> io::Result<()> {
        if self.line.is_empty() {
            return Ok(());
        }
        self.found += 1;
        if self.found > self.listed {
            return self.stop(Fault::Count { found: self.found, listed: self.listed });
        }
        if let Some(met) = answered_lead(&self.line) {
            (self.see)(met);
        }
        self.line.clear();
        Ok(())
    }

    fn stop(&mut self, fault: Fault) -> io::Result<()> {
        self.fault = Some(fault);
        Err(io::ErrorKind::InvalidData.into())
    }
}

impl<F: FnMut(Met)> Write for Lines<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // What is left in the decoder comes here once more when that is dropped.
        if self.fault.is_some() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut parts = bytes.split(|byte| *byte == b'\n');
        if let Some(first) = parts.next() {
            self.add(first)?;
        }
        for part in parts {
            self.end()?;
            self.add(part)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
