//! Which rows are of deals that are still open, by a column's value.

use leadlight_reading::fold;
use leadlight_reading::is_nothing;

use crate::error::{MissingColumn, TableProblem};
use crate::header::Header;
use crate::sheet::Sheet;

/// Rows whose cell in a column is this are of deals that are still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenRule {
    pub(crate) place: usize,
    /// Folded; an empty one stands for a cell that is not known.
    keys: Vec<String>,
    /// As it is told.
    pub(crate) why: String,
    /// As it was written, where it was.
    value: Option<String>,
}

impl OpenRule {
    /// One that the file itself tells, for folded cells.
    pub(crate) fn told(place: usize, keys: Vec<String>, why: String) -> Self {
        Self { place, keys, why, value: None }
    }

    /// Takes `COLUMN=VALUE` apart: either may hold an equals sign.
    pub(crate) fn find(
        header: &Header,
        texts: &[String],
        missing: &mut Vec<MissingColumn>,
    ) -> Result<Vec<Self>, TableProblem> {
        let mut rules = Vec::new();
        for text in texts {
            let mut splits = text.match_indices('=').map(|(at, _)| (&text[..at], &text[at + 1..]));
            let Some((first, _)) = splits.clone().next() else {
                return Err(TableProblem::NotARule { text: text.clone() });
            };
            let Some((place, value)) =
                splits.find_map(|(column, value)| Some((header.find(column)?, value.trim())))
            else {
                missing.push(header.missing("which deals are open", first));
                continue;
            };
            let name = header.name(place);
            let why = if is_nothing(value) {
                format!("\"{name}\" is empty, so the deal is still open, as was said")
            } else {
                format!("\"{name}\" is \"{value}\", so the deal is still open, as was said")
            };
            let keys = vec![if is_nothing(value) { String::new() } else { fold(value) }];
            rules.push(Self { place, keys, why, value: Some(value.to_owned()) });
        }
        Ok(rules)
    }

    pub(crate) fn holds(&self, sheet: &Sheet) -> bool {
        let cell = sheet.cell(self.place);
        if is_nothing(cell) {
            self.keys.iter().any(String::is_empty)
        } else {
            self.keys.contains(&fold(cell))
        }
    }

    /// Of a rule that fits no row.
    pub(crate) fn absent(&self, header: &Header) -> TableProblem {
        TableProblem::OpenAbsent {
            column: header.name(self.place).to_owned(),
            value: self.value.clone().unwrap_or_default(),
        }
    }
}
