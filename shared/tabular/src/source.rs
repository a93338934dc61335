//! A file's text as UTF-8 with all line ends written as `\n`, so that lines can be counted.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder};
use leadlight_reading::BEHIND_TABLE;

use crate::encoding::TextEncoding;
use crate::error::TableProblem;

/// What is looked at before reading, for the layout.
const PREFIX_BYTES: u64 = 256 * 1024;
/// No row of an export is as long; a quote that nothing closes makes one, and would fill the memory.
const RECORD_BYTES_MAX: usize = 16 * 1024 * 1024;
const DECODED_BYTES: usize = 64 * 1024;

/// A file that is being read.
pub(crate) struct Source {
    prefix: Cursor<Vec<u8>>,
    input: Input,
    record_bytes: usize,
    /// Whether a line has ended within the row that is being read.
    line_ended: bool,
    last: u8,
    /// What is still to be read once the file has ended.
    behind: &'static [u8],
}

/// A file that has been opened, with what was seen of it.
pub(crate) struct Opened {
    pub(crate) source: Source,
    pub(crate) encoding: TextEncoding,
    /// How it begins, without a byte-order mark.
    pub(crate) prefix: Vec<u8>,
    /// Whether that is all of it.
    pub(crate) whole: bool,
    pub(crate) bytes_total: u64,
}

/// Why reading cannot go on, where it is not for the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// A row is too long, and goes over lines.
    OpenQuote,
    /// A row is too long.
    LineTooLong,
    /// UTF-16 that is none.
    Utf16,
}

impl Broken {
    pub(crate) fn of(error: &io::Error) -> Option<Self> {
        match error.kind() {
            io::ErrorKind::FileTooLarge => Some(Self::OpenQuote),
            io::ErrorKind::QuotaExceeded => Some(Self::LineTooLong),
            io::ErrorKind::InvalidData => Some(Self::Utf16),
            _ => None,
        }
    }

    fn error(self) -> io::Error {
        match self {
            Self::OpenQuote => io::ErrorKind::FileTooLarge,
            Self::LineTooLong => io::ErrorKind::QuotaExceeded,
            Self::Utf16 => io::ErrorKind::InvalidData,
        }
        .into()
    }
}

impl Source {
    /// Opens a file; its encoding is told from its bytes where it is not known.
    pub(crate) fn open(path: &Path, encoding: Option<TextEncoding>) -> Result<Opened, TableProblem> {
        let mut file = File::open(path).map_err(|source| TableProblem::CannotOpen { source })?;
        let cannot_read = |source: io::Error| match Broken::of(&source) {
            Some(Broken::Utf16) => TableProblem::BrokenUtf16,
            _ => TableProblem::CannotRead { source },
        };
        let bytes_total = file.metadata().map_err(cannot_read)?.len();
        let encoding = match encoding {
            Some(encoding) => encoding,
            None => TextEncoding::of(&mut file)?,
        };
        let mut input = Input::new(file, encoding);
        let mut prefix = Vec::new();
        input.by_ref().take(PREFIX_BYTES).read_to_end(&mut prefix).map_err(cannot_read)?;
        let whole = (prefix.len() as u64) < PREFIX_BYTES;
        if prefix.contains(&0) || prefix.starts_with(b"PK\x03\x04") {
            return Err(TableProblem::NotText);
        }
        if prefix.starts_with(b"\xef\xbb\xbf") {
            prefix.drain(..3);
        }
        let source = Self {
            prefix: Cursor::new(prefix.clone()),
            input,
            record_bytes: 0,
            line_ended: false,
            last: b'\n',
            behind: BEHIND_TABLE.as_bytes(),
        };
        Ok(Opened { source, encoding, prefix, whole, bytes_total })
    }

    /// How many of the file's bytes were read.
    pub(crate) fn bytes_read(&self) -> u64 {
        let waiting = self.prefix.get_ref().len() as u64 - self.prefix.position();
        self.input.bytes_read().saturating_sub(waiting)
    }

    /// Says that a row begins.
    pub(crate) fn begin_record(&mut self) {
        self.record_bytes = 0;
        self.line_ended = false;
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
            return Err(if self.line_ended { Broken::OpenQuote } else { Broken::LineTooLong }.error());
        }
        loop {
            let taken = match self.prefix.read(buffer)? {
                0 => self.input.read(buffer)?,
                taken => taken,
            };
            if taken == 0 {
                // The last line may lack its end, and counts as a line all the same.
                let ended = matches!(self.last, b'\n' | b'\r');
                if !ended {
                    buffer[0] = b'\n';
                    self.last = b'\n';
                    return Ok(1);
                }
                return self.behind.read(buffer);
            }
            let kept = self.unify_line_ends(&mut buffer[..taken]);
            // Of the first block of a row it is not known where in it the row begins.
            self.line_ended |= self.record_bytes > 0 && buffer[..kept].contains(&b'\n');
            self.record_bytes += kept;
            // Nothing is left of the second half of a `\r\n`, but that is not the file's end.
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

/// A file, or what its bytes say in UTF-8.
enum Input {
    Plain { file: File, bytes_read: u64 },
    Decoded(Box<Decoded>),
}

struct Decoded {
    file: File,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    /// How much of the text was handed out.
    given: usize,
    bytes_read: u64,
    ended: bool,
}

impl Input {
    fn new(file: File, encoding: TextEncoding) -> Self {
        match encoding.decoder() {
            None => Self::Plain { file, bytes_read: 0 },
            Some(decoder) => Self::Decoded(Box::new(Decoded {
                file,
                decoder,
                raw: vec![0; DECODED_BYTES],
                text: Vec::new(),
                given: 0,
                bytes_read: 0,
                ended: false,
            })),
        }
    }

    fn bytes_read(&self) -> u64 {
        match self {
            Self::Plain { bytes_read, .. } => *bytes_read,
            Self::Decoded(decoded) => decoded.bytes_read,
        }
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain { file, bytes_read } => {
                let taken = file.read(buffer)?;
                *bytes_read += taken as u64;
                Ok(taken)
            }
            Self::Decoded(decoded) => decoded.read(buffer),
        }
    }
}

impl Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.ended {
            self.decode()?;
        }
        let rest = &self.text[self.given..];
        let taken = rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&rest[..taken]);
        self.given += taken;
        Ok(taken)
    }

    fn decode(&mut self) -> io::Result<()> {
        let taken = self.file.read(&mut self.raw)?;
        self.bytes_read += taken as u64;
        self.ended = taken == 0;
        let room = self.decoder.max_utf8_buffer_length(taken).unwrap_or(4 * DECODED_BYTES);
        self.text.resize(room, 0);
        let (result, _, written, is_broken) =
            self.decoder.decode_to_utf8(&self.raw[..taken], &mut self.text, self.ended);
        self.text.truncate(written);
        self.given = 0;
        // There is room for all, and of Windows-1252 each byte means something.
        if is_broken || result == CoderResult::OutputFull { Err(Broken::Utf16.error()) } else { Ok(()) }
    }
}
