//! Files for the tests, and short ways to read them.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use leadlight_model::FeatureKind;
use leadlight_tabular::{
    ColumnNote, DealColumns, DealTable, Limits, RowOrder, TableError, TableProblem, Taken, read_deals,
};
use tempfile::TempDir;

/// A file that lives as long as this does.
pub(crate) struct TableFile {
    pub(crate) path: PathBuf,
    _directory: TempDir,
}

pub(crate) fn file(bytes: impl AsRef<[u8]>) -> TableFile {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("export.csv");
    fs::write(&path, bytes).unwrap();
    TableFile { path, _directory: directory }
}

/// Reads deals whose outcome is in column `won`.
pub(crate) fn read(bytes: impl AsRef<[u8]>) -> Result<DealTable, TableError> {
    read_as(bytes, &DealColumns::new("won"))
}

pub(crate) fn read_as(bytes: impl AsRef<[u8]>, columns: &DealColumns) -> Result<DealTable, TableError> {
    read_deals(&file(bytes).path, columns, Limits::default(), &mut |_| ())
}

pub(crate) fn problem(bytes: impl AsRef<[u8]>) -> TableProblem {
    read(bytes).unwrap_err().problem
}

/// A table of one column `x` beside the outcome, which goes up and down.
pub(crate) fn with_column(name: &str, cells: impl IntoIterator<Item = String>) -> String {
    let mut text = format!("{name},won\n");
    for (row, cell) in cells.into_iter().enumerate() {
        let won = if row % 2 == 0 { "yes" } else { "no" };
        writeln!(text, "\"{cell}\",{won}").unwrap();
    }
    text
}

/// What the one column of such a table is taken for.
pub(crate) fn taken(name: &str, cells: impl IntoIterator<Item = String>) -> ColumnNote {
    read(with_column(name, cells)).unwrap().columns.swap_remove(0)
}

/// The same with a column of times, a day a row.
pub(crate) fn timed(cells: impl IntoIterator<Item = String>) -> DealTable {
    let mut text = "x,won,closed,decided\n".to_owned();
    for (row, cell) in cells.into_iter().enumerate() {
        let won = if row % 2 == 0 { "yes" } else { "no" };
        let day = row % 28 + 1;
        writeln!(text, "\"{cell}\",{won},2026-02-{day:02},2026-01-{day:02}").unwrap();
    }
    read_as(text, &DealColumns { decided: Some("decided".to_owned()), ..by_time() }).unwrap()
}

pub(crate) fn by_time() -> DealColumns {
    DealColumns { order: RowOrder::ClosedAt("closed".to_owned()), ..DealColumns::new("won") }
}

pub(crate) fn kind(note: &ColumnNote) -> Option<FeatureKind> {
    match note.taken {
        Taken::Feature(kind) => Some(kind),
        _ => None,
    }
}

/// The words of a list, over and over.
pub(crate) fn cycle(words: &[&str], rows: usize) -> Vec<String> {
    words.iter().cycle().take(rows).map(|word| (*word).to_owned()).collect()
}
