//! In which encoding a file is, told from its bytes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::error::TableProblem;

/// An encoding that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextEncoding {
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
    Windows1252,
}

impl TextEncoding {
    /// Tells the encoding by a mark at the file's beginning, else from all of its bytes; the file is at its beginning
    /// before and after.
    pub(crate) fn of(file: &mut File) -> Result<Self, TableProblem> {
        let cannot_read = |source| TableProblem::CannotRead { source };
        let mut mark = Vec::new();
        file.by_ref().take(2).read_to_end(&mut mark).map_err(cannot_read)?;
        file.seek(SeekFrom::Start(0)).map_err(cannot_read)?;
        match mark.as_slice() {
            b"\xff\xfe" => return Ok(Self::Utf16LittleEndian),
            b"\xfe\xff" => return Ok(Self::Utf16BigEndian),
            _ => {}
        }
        let is_utf8 = is_utf8(file).map_err(cannot_read)?;
        file.seek(SeekFrom::Start(0)).map_err(cannot_read)?;
        if is_utf8 {
            return Ok(Self::Utf8);
        }
        let bytes = Bytes::of(file).map_err(cannot_read)?;
        file.seek(SeekFrom::Start(0)).map_err(cannot_read)?;
        bytes.judged()
    }

    /// What decodes it; none for UTF-8.
    pub(crate) fn decoder(self) -> Option<encoding_rs::Decoder> {
        match self {
            Self::Utf8 => None,
            Self::Utf16LittleEndian => Some(encoding_rs::UTF_16LE.new_decoder_with_bom_removal()),
            Self::Utf16BigEndian => Some(encoding_rs::UTF_16BE.new_decoder_with_bom_removal()),
            Self::Windows1252 => Some(encoding_rs::WINDOWS_1252.new_decoder_without_bom_handling()),
        }
    }
}

const BLOCK_BYTES: usize = 1024 * 1024;

fn is_utf8(file: &mut File) -> io::Result<bool> {
    let mut block = vec![0; BLOCK_BYTES];
    let mut kept = 0;
    loop {
        let taken = file.read(&mut block[kept..])?;
        if taken == 0 {
            return Ok(kept == 0);
        }
        let filled = kept + taken;
        kept = match std::str::from_utf8(&block[..filled]) {
            Ok(_) => 0,
            Err(error) if error.error_len().is_some() => return Ok(false),
            // A character that goes on in the next block.
            Err(error) => {
                block.copy_within(error.valid_up_to()..filled, 0);
                filled - error.valid_up_to()
            }
        };
    }
}

/// What the bytes of a file that is not UTF-8 throughout say.
#[derive(Default)]
struct Bytes {
    line: u64,
    /// Where characters first stand that Windows-1252 would need two odd signs in a row for.
    utf8: Option<u64>,
    /// Where bytes first stand that UTF-8 does not have so.
    not_utf8: Option<u64>,
    /// Where something first stands that is not of Western Europe, or not of Windows.
    strange: Option<u64>,
    /// Letters of Windows-1252 that are no letters on a Macintosh, and the other way round.
    western: u64,
    macintosh: u64,
    first_macintosh: Option<u64>,
}

/// As many letters with accents in a row stand in no word of Western Europe.
const ACCENTS_MAX: u32 = 4;

impl Bytes {
    fn of(file: &mut File) -> io::Result<Self> {
        let mut bytes = Self { line: 1, ..Self::default() };
        let mut block = vec![0; BLOCK_BYTES];
        let mut kept = 0;
        loop {
            let taken = file.read(&mut block[kept..])?;
            let filled = kept + taken;
            // Whole lines, unless there is none.
            let line_end = block[..filled].iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
            let end = match line_end {
                Some(last) if taken > 0 => last + 1,
                None if taken > 0 && filled < BLOCK_BYTES => 0,
                _ => filled,
            };
            bytes.see(&block[..end]);
            block.copy_within(end..filled, 0);
            kept = filled - end;
            if taken == 0 {
                return Ok(bytes);
            }
        }
    }

    fn see(&mut self, block: &[u8]) {
        let is_letter = |place: Option<usize>| {
            place.and_then(|place| block.get(place)).is_some_and(u8::is_ascii_alphabetic)
        };
        let first_line = self.line;
        let (mut accents, mut line) = (0, first_line);
        for (place, byte) in block.iter().enumerate() {
            let is_accent = matches!(byte, 0xc0..=0xff) && !matches!(byte, 0xd7 | 0xf7);
            accents = if is_accent { accents + 1 } else { 0 };
            match byte {
                b'\n' => line += 1,
                0x81 | 0x8d | 0x8f | 0x90 | 0x9d => {
                    self.strange.get_or_insert(line);
                }
                0x83 | 0x86..=0x8a | 0x8e | 0x98 | 0x9a..=0x9c | 0x9e | 0x9f
                    if is_letter(place.checked_sub(1)) || is_letter(place.checked_add(1)) =>
                {
                    self.macintosh += 1;
                    self.first_macintosh.get_or_insert(line);
                }
                _ if is_accent => self.western += 1,
                _ => {}
            }
            if accents > ACCENTS_MAX {
                self.strange.get_or_insert(line);
            }
        }
        for chunk in block.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c {
                    '\n' => self.line += 1,
                    // In Windows-1252 these would be Â, Ã, Ä or Å and a sign behind it, or three odd signs.
                    '\u{a0}'..='\u{17f}' | '\u{800}'.. => {
                        self.utf8.get_or_insert(self.line);
                    }
                    _ => {}
                }
            }
            if !chunk.invalid().is_empty() {
                self.not_utf8.get_or_insert(self.line);
            }
        }
    }

    fn judged(&self) -> Result<TextEncoding, TableProblem> {
        if let (Some(utf8), Some(other)) = (self.utf8, self.not_utf8) {
            return Err(TableProblem::MixedEncodings { line: utf8.max(other) });
        }
        let macintosh = self.first_macintosh.filter(|_| self.macintosh > self.western);
        match self.strange.or(macintosh) {
            Some(line) => Err(TableProblem::UnclearEncoding { line }),
            None => Ok(TextEncoding::Windows1252),
        }
    }
}
