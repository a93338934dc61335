//! Bytes to rows: separators, quotes, line ends, encodings, headers.

use leadlight_model::Cell;
use leadlight_tabular::TableProblem;

use crate::files::{file, problem, read, read_as, with_column};

const SMALL: &str = "industry,size,won\nretail,10,yes\nbanking,20,no\nretail,30,no\n";

#[test]
fn all_separators_are_told_apart() {
    for separator in [",", ";", "\t", "|"] {
        let table = read(SMALL.replace(',', separator)).unwrap();
        assert_eq!(table.separator.to_string(), separator);
        assert_eq!(table.deals.won, [true, false, false]);
        assert_eq!(table.deals.columns[0].get(1), Cell::Category("banking"));
        assert_eq!(table.deals.columns[1].get(2), Cell::Number(30.0));
        assert!(table.notes.is_empty());
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_name() {
    let table = read(format!("\u{feff}{SMALL}")).unwrap();
    assert_eq!(table.columns[0].column, "industry");
}

#[test]
fn line_ends_of_all_systems_are_read_alike() {
    let plain = read(SMALL).unwrap();
    for end in ["\r\n", "\r"] {
        assert_eq!(read(SMALL.replace('\n', end)).unwrap().deals, plain.deals);
    }
    assert_eq!(read(SMALL.trim_end()).unwrap().deals, plain.deals);
    assert_eq!(read(SMALL.replace('\n', "\n\n")).unwrap().deals, plain.deals);
}

#[test]
fn quoted_separators_quotes_and_line_breaks_belong_to_the_cell() {
    let text = "industry,note,won\n\"retail, online\",\"a \"\"b\"\"\nc\",yes\n\"banking\",x,no\n";
    let table = read(text).unwrap();
    assert_eq!(table.deals.columns[0].get(0), Cell::Category("retail, online"));
    assert_eq!(table.deals.columns[1].get(0), Cell::Category("a \"b\"\nc"));
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for end in ["\n", "\r\n"] {
        let text = "a,won\n\"x\ny\",yes\n\n\nz,no\nw\n".replace('\n', end);
        let error = read(&text).unwrap_err();
        let TableProblem::CellCount { line, found, expected, .. } = error.problem else { panic!("{error}") };
        assert_eq!((line, found, expected), (7, 1, 2), "{end:?}");
    }
    let last = problem("a,won\nx,yes\nz,no,1");
    assert!(matches!(last, TableProblem::CellCount { line: 3, found: 3, expected: 2, .. }));
}

#[test]
fn a_line_end_across_two_reads_counts_once() {
    // Rows of an odd length, so that the pairs of bytes fall on every border of the reader's buffers.
    let mut text = "a,won\r\n".to_owned();
    for row in 0..200_000 {
        text += if row % 2 == 0 { "abc,yes\r\n" } else { "abcd,no\r\n" };
    }
    let table = read(format!("{text}short\r\n")).unwrap_err();
    assert!(matches!(table.problem, TableProblem::CellCount { line: 200_002, found: 1, .. }), "{table}");
}

#[test]
fn rows_without_a_cell_are_left_out_and_told() {
    let table = read(format!("{SMALL},,\n  \n\n")).unwrap();
    assert_eq!((table.deals.len(), table.rows.blank), (3, 2));
    assert_eq!(table.notes, ["2 rows are left out: all cells are empty"]);
}

#[test]
fn nothing_to_read_is_said_so() {
    assert!(matches!(problem(""), TableProblem::Empty));
    assert!(matches!(problem("\n\n"), TableProblem::Empty));
    assert!(matches!(problem("\u{feff}"), TableProblem::Empty));
    assert!(matches!(problem("a,won\n"), TableProblem::HeaderOnly));
    assert!(matches!(problem("a,won"), TableProblem::HeaderOnly));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let gone = file("").path.with_file_name("gone.csv");
    let columns = leadlight_tabular::DealColumns::new("won");
    let error =
        leadlight_tabular::read_deals(&gone, &columns, leadlight_tabular::Limits::default(), &mut |_| ())
            .unwrap_err();
    assert!(
        error.to_string().ends_with("gone.csv: cannot be opened; check the path and whether you may read it")
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn names_that_are_missing_or_stand_twice_are_made_up_for_and_told() {
    let table = read("Size, ,won,size\n1,2,yes,5\n3,4,no,6\n").unwrap();
    let names: Vec<&str> = table.columns.iter().map(|column| column.column.as_str()).collect();
    assert_eq!(names, ["Size (1)", "column 2", "won", "size (2)"]);
    assert_eq!(table.notes, ["2 columns have one name; they are told apart as \"Size (1)\" and so on"]);
}

#[test]
fn a_quote_that_nothing_closes_does_not_fill_the_memory() {
    let rows = "retail,yes\n".repeat(3_000_000);
    let error = read(format!("industry,won\nbanking,no\n\"retail,yes\n{rows}")).unwrap_err();
    assert!(matches!(error.problem, TableProblem::OpenQuote { line: 3 }), "{error}");
}

#[test]
fn a_quote_that_is_not_closed_takes_no_row_along_unseen() {
    let rows = "fox,yes,n\nretail,no,\"a plan\nacme,yes,b\n";
    for end in ["bar,no,\"c\"\n", "bar,no,c\n", "bar,no,c", ""] {
        let error = read(format!("industry,won,note\n{rows}{end}")).unwrap_err();
        assert!(matches!(error.problem, TableProblem::OpenQuote { line: 3 }), "{end:?}: {error}");
    }
    // Behind a blank line it is no footer either.
    let error = read("industry,size,won\nfox,2,yes\nbar,1,no\n\n\"Total,3\nacme,4,yes\n").unwrap_err();
    assert!(matches!(error.problem, TableProblem::OpenQuote { .. }), "{error}");
    let error = read("industry,won,\"note\nfox,yes,n\nbar,no,m\n").unwrap_err();
    assert!(matches!(error.problem, TableProblem::OpenQuote { line: 1 }), "{error}");
}

#[test]
fn errors_do_not_repeat_cells() {
    let text = "email,won\njane.doe@example.com,yes,more\n";
    assert!(!read(text).unwrap_err().to_string().contains("jane"));
    let columns = leadlight_tabular::DealColumns::new("email");
    let many = with_column("email", (0..30).map(|i| format!("person{i}@example.com")));
    let error = read_as(many, &columns).unwrap_err().to_string();
    assert!(!error.contains("example.com") && error.contains("30 different ones"), "{error}");
}
