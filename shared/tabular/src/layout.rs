//! How a file is laid out, told from how it begins: what stands between two cells, how quotes are escaped, where the
//! names of the columns are.

use csv::{ByteRecord, ReaderBuilder};

/// The first of equals wins.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
const RECORDS_MAX: usize = 100;
/// As many lines of title an export has at most.
const TITLES_MAX: usize = 20;

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) separator: u8,
    /// A quote within a cell is escaped by a backslash.
    pub(crate) is_escaped: bool,
    /// The file's first line says what the separator is, as Excel reads it.
    pub(crate) says_separator: bool,
    /// How many records there are before the header, blank ones not counted.
    pub(crate) titles: usize,
}

/// What was seen of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    cells: usize,
    filled: usize,
}

/// The layout by which the first records agree best, and of those the one that makes most columns; a comma where there is
/// but one column. `whole` says that `prefix` is the whole file.
pub(crate) fn find(prefix: &[u8], whole: bool) -> Layout {
    let (said, rest) = said_separator(prefix);
    let separators = said.map_or(SEPARATORS.to_vec(), |separator| vec![separator]);
    let escapes: &[bool] = if has_escaped_quotes(rest) { &[true, false] } else { &[false] };
    let layouts = separators.iter().rev().flat_map(|separator| {
        escapes.iter().rev().map(move |is_escaped| Layout {
            separator: *separator,
            is_escaped: *is_escaped,
            says_separator: said.is_some(),
            titles: 0,
        })
    });
    let fits = layouts.filter_map(|layout| {
        let shapes = shapes(rest, whole, layout);
        let titles = titles(&shapes);
        let width = shapes.get(titles)?.cells;
        let same = shapes.iter().filter(|shape| shape.cells == width).count();
        // A table has two columns, or it is said that it has one.
        let is_likely = layout.is_escaped == has_quotes_only_escaped(rest, layout.separator);
        let agreement = (same * 1000 / shapes.len(), titles == 0, width, is_likely);
        (width > 1).then_some((Layout { titles, ..layout }, agreement))
    });
    let best = fits.max_by_key(|(_, agreement)| *agreement).map(|(layout, _)| layout);
    best.unwrap_or(Layout {
        separator: said.unwrap_or(b','),
        is_escaped: false,
        says_separator: said.is_some(),
        titles: 0,
    })
}

/// `sep=;` as the first line, and what comes after it.
fn said_separator(prefix: &[u8]) -> (Option<u8>, &[u8]) {
    let end = prefix.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(prefix.len());
    let (line, rest) = prefix.split_at(end);
    let line: Vec<u8> = line.iter().filter(|byte| **byte != b'"').copied().collect();
    match line.as_slice() {
        [s, e, p, b'=', separator]
            if [*s, *e, *p].eq_ignore_ascii_case(b"sep")
                && (separator.is_ascii_punctuation() || *separator == b'\t') =>
        {
            (Some(*separator), rest)
        }
        _ => (None, prefix),
    }
}

/// Whether a quote stands behind a backslash.
fn has_escaped_quotes(prefix: &[u8]) -> bool {
    prefix.windows(2).any(|bytes| bytes == b"\\\"")
}

/// Whether such a quote neither ends a cell, as that of a path may, nor is doubled.
fn has_quotes_only_escaped(prefix: &[u8], separator: u8) -> bool {
    let goes_on = |byte: u8| !matches!(byte, b'\n' | b'\r' | b'"') && byte != separator;
    prefix.windows(3).any(|bytes| bytes.starts_with(b"\\\"") && goes_on(bytes[2]))
}

fn shapes(prefix: &[u8], whole: bool, layout: Layout) -> Vec<Shape> {
    let mut reader = ReaderBuilder::new()
        .delimiter(layout.separator)
        .escape(layout.is_escaped.then_some(b'\\'))
        .has_headers(false)
        .flexible(true)
        .from_reader(prefix);
    let mut shapes = Vec::new();
    let mut record = ByteRecord::new();
    while shapes.len() <= RECORDS_MAX && reader.read_byte_record(&mut record).unwrap_or(false) {
        if !record.as_slice().trim_ascii().is_empty() {
            let filled = record.iter().filter(|cell| !cell.trim_ascii().is_empty()).count();
            shapes.push(Shape { cells: record.len(), filled });
        }
    }
    // The last record may have been cut off with the prefix.
    if !whole && shapes.len() > 1 && shapes.len() <= RECORDS_MAX {
        shapes.pop();
    }
    shapes
}

/// How many records are a title above the header: they have fewer cells than the rows, or are all but empty.
fn titles(shapes: &[Shape]) -> usize {
    let of_width = |width: usize| shapes.iter().filter(|shape| shape.cells == width).count();
    let Some(width) = shapes.iter().map(|shape| shape.cells).max_by_key(|width| (of_width(*width), *width))
    else {
        return 0;
    };
    let is_title = |shape: &Shape| {
        let is_short = shape.cells < width && shape.filled <= 2 && shape.filled * 2 <= width;
        is_short || (shape.filled == 1 && width > 2)
    };
    let titles = shapes.iter().take(TITLES_MAX).take_while(|shape| is_title(shape)).count();
    // The names, and at least a row.
    let is_header = |shape: &Shape| shape.cells == width && shape.filled * 2 > width && of_width(width) > 1;
    if shapes.get(titles).is_some_and(is_header) { titles } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separator(text: &str) -> char {
        char::from(find(text.as_bytes(), true).separator)
    }

    #[test]
    fn the_separator_that_records_agree_on_wins() {
        assert_eq!(separator("a,b,c\n1,2,3\n"), ',');
        assert_eq!(separator("a;b;c\n1,5;2,5;3\n4,5;1;2\n"), ';');
        assert_eq!(separator("a;b\n1,5;2,5\n4,5;1,0\n3,1;2,2\n"), ';');
        assert_eq!(separator("a\tb\n1,2\t3\n"), '\t');
        assert_eq!(separator("a|b\nx;y|z\n"), '|');
        assert_eq!(separator("a\nx;y\n"), ',');
        assert_eq!(separator(""), ',');
    }

    #[test]
    fn separators_in_quotes_do_not_count() {
        assert_eq!(separator("\"a,b,c,d\";x\n\"1,2,3,4\";y\n"), ';');
        assert_eq!(separator("a;b\n\"one\nline;more\";x\n"), ';');
    }

    #[test]
    fn a_record_cut_off_does_not_count() {
        let layout = find(b"a,b,c\n1,2,3\n", true);
        let cells = |whole| shapes(b"a,b,c\n1,2,3\n1,2", whole, layout).len();
        assert_eq!((cells(false), cells(true)), (2, 3));
    }

    #[test]
    fn a_file_may_say_its_separator() {
        let layout = find(b"sep=;\r\na;b\r\n1,5;2\r\n", true);
        assert!(layout.says_separator && layout.separator == b';' && layout.titles == 0);
        assert_eq!(find(b"\"SEP=|\"\na|b\n", true).separator, b'|');
        assert!(!find(b"sep=,=\na,b\n", true).says_separator);
    }

    #[test]
    fn titles_stand_above_the_names() {
        let titles = |text: &str| find(text.as_bytes(), true).titles;
        assert_eq!(titles("a,b,c\n1,2,3\n4,5,6\n"), 0);
        assert_eq!(titles("Deals closed\n\na,b,c\n1,2,3\n4,5,6\n"), 1);
        assert_eq!(titles("Deals closed,,\nSample Manager,,\na,b,c\n1,2,3\n4,5,6\n"), 2);
        assert_eq!(titles("Report,2026-01-31\na,b,c,d\n1,2,3,4\n4,5,6,7\n"), 1);
        // A header with a name too few is no title.
        assert_eq!(titles("a,b,c\n1,2,3,4\n4,5,6,7\n"), 0);
        assert_eq!(titles("a\nx\ny\n"), 0);
    }

    #[test]
    fn quotes_behind_backslashes_are_told_from_paths() {
        let is_escaped = |text: &str| find(text.as_bytes(), true).is_escaped;
        assert!(is_escaped("a,b\n\"say \\\"x, y\\\" twice\",2\n"));
        assert!(is_escaped("a,b\n\"5\\\"\",\"2\"\n\"z\",\"3\"\n"));
        assert!(is_escaped("a,b\n\"the \\\"gold\\\" plan\",2\n"));
        assert!(!is_escaped("a,b\n\"C:\\dir\\\",\"2\"\n\"x\",\"3\"\n"));
    }
}
