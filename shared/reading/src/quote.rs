//! Double quotes that nobody closed, in a table with something between its cells.
//!
//! Such a quote takes in the rows behind it, to the next quote or to the end of the file. Where that is in the column in
//! which it began, the row has as many cells as all others, and nothing shows that rows are gone.

/// What to read behind the end of a table: blank lines, which are no rows. Within quotes they are kept, and
/// [`took_in_rows`] sees them; nobody ends a cell with as many.
pub const BEHIND_TABLE: &str = "\n\n\n\n\n\n\n\n";

/// As many rows that nobody quoted are seen as what they are by their separators alone. With fewer it might be a text of
/// several lines.
const ROWS_BY_THEMSELVES: usize = 2;

/// Whether a cell of a row holds other rows, since its quote was not closed: what stands there ends where the file does
/// (behind which [`BEHIND_TABLE`] was read), or each of its lines has the separators that rows have.
pub fn took_in_rows<'c>(cells: impl IntoIterator<Item = &'c str>, separator: char, columns: usize) -> bool {
    let mut of_lines = cells.into_iter().enumerate().filter(|(_, cell)| cell.contains('\n'));
    of_lines.any(|(place, cell)| cell.ends_with(BEHIND_TABLE) || are_rows(cell, separator, columns, place))
}

/// Whether a cell is the rest of a row, whole rows, and the beginning of one, up to the same column.
fn are_rows(cell: &str, separator: char, columns: usize, place: usize) -> bool {
    let (Some((first, rest)), Some(behind)) = (cell.split_once('\n'), columns.checked_sub(place + 1)) else {
        return false;
    };
    let (rows, end) = rest.rsplit_once('\n').unwrap_or(("", rest));
    let separators = |line: &str| line.matches(separator).count();
    let mut rows = rows.lines().filter(|row| !row.trim().is_empty()).peekable();
    // The quote that closed the cell was to open one, and its own closing quote is left.
    let is_likely = if end.trim_end().ends_with('"') && end.matches('"').count() % 2 == 1 {
        separators(first) >= behind && (columns > 2 && place > 0 || rows.peek().is_some())
    } else {
        separators(first) == behind && columns > 2 && rows.clone().count() >= ROWS_BY_THEMSELVES
    };
    is_likely && separators(end) == place && rows.all(|row| separators(row) + 1 == columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_open(cells: &[&str]) -> bool {
        took_in_rows(cells.iter().copied(), ',', cells.len())
    }

    #[test]
    fn rows_within_a_cell_are_seen() {
        for cells in [
            // Closed by the quote that opens a cell, in the last column and in another.
            ["fox.example", "customer", "Fox & Co\nacme.example,customer,Acme\nbar.example,customer,Bar\""],
            ["fox.example", "customer", "Fox & Co\nbar.example,customer,Bar\""],
            ["fox.example", "Fox & Co,customer\nacme.example,Acme,customer\nbar.example,Bar\"", "customer"],
            ["Fox & Co,fox.example,customer\nAcme,acme.example,customer\nBar\"", "bar.example", "customer"],
            // Closed by a quote that has no other.
            ["fox.example", "customer", "Fox\na.example,customer,A\n\nb.example,,B\nc.example,customer,C"],
            // Closed by nothing.
            ["fox.example", "customer", "Fox & Co\nacme.example,customer,Acme\n\n\n\n\n\n\n\n\n"],
        ] {
            assert!(is_open(&cells), "{cells:?}");
        }
    }

    #[test]
    fn a_text_of_several_lines_is_one() {
        for text in [
            "Main Street 1\nSpringfield, Illinois, US",
            "one\n\ntwo\n",
            "racks of 19\"\nand of 21\"",
            "a 19\" rack,\nred, green\nor blue",
            "the \"gold\" plan,\nand \"silver\", or none",
            "Call:\nfirst, second, third\nfourth, fifth",
        ] {
            for place in 0..3 {
                let mut cells = ["a", "b", "c"];
                cells[place] = text;
                assert!(!is_open(&cells), "{cells:?}");
            }
        }
        assert!(!is_open(&["a", "one, with 19\"\ntwo"]) && !is_open(&["one\ntwo"]) && !is_open(&[]));
    }
}
