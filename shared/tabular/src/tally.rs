//! Cells that could not be read: counted, never passed over in silence.

use leadlight_model::CellError;

/// A column's cells that are not of its kind.
#[derive(Default)]
pub(crate) struct Tally {
    count: u64,
    first: Option<(u64, &'static str)>,
}

impl Tally {
    pub(crate) fn add(&mut self, line: u64, error: CellError) {
        self.count += 1;
        self.first.get_or_insert((line, error.expected));
    }

    /// A note on them; none where there are none.
    pub(crate) fn note(&self, column: &str, consequence: &str) -> Option<String> {
        let (line, expected) = self.first?;
        Some(if self.count == 1 {
            format!("column \"{column}\": the cell in line {line} is not {expected} and {consequence}")
        } else {
            let count = self.count;
            format!(
                "column \"{column}\": {count} cells, the first in line {line}, are not {expected}; each {consequence}"
            )
        })
    }
}
