//! A cell of a table that people open in a spreadsheet.

/// A spreadsheet takes a cell that begins so for a formula, and would run it. Where `;` separates cells, as in
/// German Excel, one may begin in the middle of ours.
pub fn harmless_cell(cell: &str) -> String {
    // A negative number is a number.
    if cell.parse::<f64>().is_ok_and(f64::is_finite) && !cell.starts_with('+') {
        return cell.to_owned();
    }
    let mut safe = String::with_capacity(cell.len() + 1);
    let mut begins = cell.len() > 1;
    for c in cell.chars() {
        if begins && matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r') {
            safe.push('\'');
        }
        begins = matches!(c, ';' | '\t' | '\r' | '\n') || begins && matches!(c, ' ' | '"');
        safe.push(c);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::harmless_cell;

    #[test]
    fn no_cell_begins_a_formula_whatever_separates_cells() {
        for (cell, safe) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("Evil;=cmd|' /C calc'!A0;", "Evil;'=cmd|' /C calc'!A0;"),
            ("a\t +1", "a\t '+1"),
            ("a\n-1", "a\n'-1"),
            ("Evil;\"=1+1;", "Evil;\"'=1+1;"),
            ("-", "-"),
            ("-12.5", "-12.5"),
            ("+4930123456", "'+4930123456"),
            ("-12.5+1", "'-12.5+1"),
            ("Fox & Son; Bern - Thun", "Fox & Son; Bern - Thun"),
            ("sales+ops@acme.example", "sales+ops@acme.example"),
        ] {
            assert_eq!(harmless_cell(cell), safe);
        }
    }
}
