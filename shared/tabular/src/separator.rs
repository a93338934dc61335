//! What stands between two cells, told from how a file begins.

/// The first of equals wins.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
const RECORDS_MAX: usize = 100;

/// The separator by which the first records agree best with their header, and of those the one that makes
/// most columns; a comma where there is but one column. `whole` says that `prefix` is the whole file.
pub(crate) fn sniff(prefix: &[u8], whole: bool) -> u8 {
    let fits = SEPARATORS.into_iter().rev().filter_map(|separator| {
        let (agreement, width) = shape(prefix, whole, separator)?;
        Some((separator, agreement, width))
    });
    fits.max_by_key(|(_, agreement, width)| (*agreement, *width)).map_or(b',', |(separator, _, _)| separator)
}

/// How many of a thousand records are as wide as the header, and how wide that is.
fn shape(prefix: &[u8], whole: bool, separator: u8) -> Option<(usize, usize)> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(prefix);
    let mut widths = Vec::new();
    let mut record = csv::ByteRecord::new();
    while widths.len() <= RECORDS_MAX && reader.read_byte_record(&mut record).unwrap_or(false) {
        if !record.as_slice().trim_ascii().is_empty() {
            widths.push(record.len());
        }
    }
    // The last record may have been cut off with the prefix.
    if !whole && widths.len() > 1 && widths.len() <= RECORDS_MAX {
        widths.pop();
    }
    let width = *widths.first().filter(|width| **width > 1)?;
    let same = widths.iter().filter(|other| **other == width).count();
    Some((same * 1000 / widths.len(), width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_that_records_agree_on_wins() {
        let of = |text: &str| char::from(sniff(text.as_bytes(), true));
        assert_eq!(of("a,b,c\n1,2,3\n"), ',');
        assert_eq!(of("a;b;c\n1,5;2,5;3\n4,5;1;2\n"), ';');
        assert_eq!(of("a\tb\n1,2\t3\n"), '\t');
        assert_eq!(of("a|b\nx;y|z\n"), '|');
        assert_eq!(of("a\nx;y\n"), ',');
        assert_eq!(of(""), ',');
    }

    #[test]
    fn separators_in_quotes_do_not_count() {
        assert_eq!(sniff(b"\"a,b,c,d\";x\n\"1,2,3,4\";y\n", true), b';');
        assert_eq!(sniff(b"a;b\n\"one\nline;more\";x\n", true), b';');
    }

    #[test]
    fn a_record_cut_off_does_not_count() {
        assert_eq!(shape(b"a,b,c\n1,2,3\n1,2", false, b','), Some((1000, 3)));
        assert_eq!(shape(b"a,b,c\n1,2,3\n1,2", true, b','), Some((666, 3)));
    }
}
