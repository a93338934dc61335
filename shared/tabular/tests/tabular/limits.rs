//! Files beyond the limits, progress, and files that change meanwhile.

use std::fs;

use leadlight_model::Cell;
use leadlight_tabular::{DealColumns, DealTable, Limits, Progress, TableProblem, read_deals};

use crate::files::{file, with_column};

fn sampled(rows: u32, limits: Limits) -> DealTable {
    let text = with_column("x", (0..rows).map(|i| format!("{i}.5")));
    read_deals(&file(text).path, &DealColumns::new("won"), limits, &mut |_| ()).unwrap()
}

#[test]
fn beyond_the_limits_rows_at_even_distances_are_kept_and_it_is_told() {
    let table = sampled(1000, Limits { cells: 400, ..Limits::default() });
    assert_eq!((table.deals.len(), table.rows.kept, table.rows.passed_over), (334, 334, 666));
    assert_eq!(table.deals.columns[0].get(1), Cell::Number(3.5));
    let note = "666 rows are left out: one in 3 of 1000 rows is kept, evenly spaced, to stay within 400 cells (rows \
                times features) and 4294967294 rows";
    assert_eq!(table.notes, [note]);
    assert_eq!(sampled(1000, Limits { rows: 100, ..Limits::default() }).deals.len(), 100);
}

#[test]
fn within_the_limits_all_rows_are_kept() {
    let table = sampled(1000, Limits { cells: 1000, rows: 1000 });
    assert_eq!(table.deals.len(), 1000);
    assert!(table.notes.is_empty());
}

#[test]
fn limits_of_nothing_keep_a_row() {
    assert_eq!(sampled(10, Limits { cells: 0, rows: 0 }).deals.len(), 1);
}

#[test]
fn progress_rises_to_the_end() {
    let text = with_column("x", (0..600_000).map(|i| format!("{}.5", i % 1000)));
    let bytes_total = 3 * text.len() as u64;
    let mut told: Vec<Progress> = Vec::new();
    read_deals(&file(text).path, &DealColumns::new("won"), Limits::default(), &mut |p| told.push(p)).unwrap();
    assert!(told.len() > 5 && told.is_sorted_by_key(|progress| progress.bytes_read));
    assert_eq!(told.last(), Some(&Progress { bytes_read: bytes_total, bytes_total }));
}

#[test]
fn a_file_that_changes_between_the_passes_is_refused() {
    let text = with_column("x", (0..100).map(|i| format!("{i}.5")));
    for changed in [format!("{text}7,yes\n"), text.replacen('x', "y", 1), text.replace(',', ";")] {
        let file = file(&text);
        // The first pass has ended when progress is told for the first time.
        let mut changes = Some(changed);
        let mut change = |_| {
            if let Some(changed) = changes.take() {
                fs::write(&file.path, changed).unwrap();
            }
        };
        let error =
            read_deals(&file.path, &DealColumns::new("won"), Limits::default(), &mut change).unwrap_err();
        assert!(matches!(error.problem, TableProblem::Changed), "{error}");
    }
}
