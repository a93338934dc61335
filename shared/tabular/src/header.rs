//! A file's column names.

use std::collections::HashMap;

use csv::StringRecord;
use leadlight_reading::{clean, edit_distance, fold};

use crate::error::{MissingColumn, TableProblem};

/// As many columns a spreadsheet holds; what has more is no table of deals.
const COLUMNS_MAX: usize = 16_384;

/// Column names, each there once.
pub(crate) struct Header {
    names: Vec<String>,
    /// Places by name, without case and what nobody sees.
    places: HashMap<String, usize>,
    /// What was changed to tell columns apart.
    pub(crate) notes: Vec<String>,
    /// Whether it may be no header but a row.
    pub(crate) is_doubtful: bool,
}

impl Header {
    pub(crate) fn read(record: &StringRecord) -> Result<Self, TableProblem> {
        if record.len() > COLUMNS_MAX {
            return Err(TableProblem::TooManyColumns { found: record.len(), at_most: COLUMNS_MAX });
        }
        let written: Vec<String> = record.iter().map(clean).collect();
        let mut counts: HashMap<String, usize> = HashMap::new();
        for name in &written {
            *counts.entry(fold(name)).or_insert(0) += 1;
        }
        let mut header =
            Self { names: Vec::new(), places: HashMap::new(), notes: Vec::new(), is_doubtful: false };
        let mut seen: HashMap<String, usize> = HashMap::new();
        for (place, name) in written.iter().enumerate() {
            let folded = fold(name);
            let count = counts.get(&folded).copied().unwrap_or_default();
            let name = match name.as_str() {
                "" => header.free(&format!("column {}", place + 1), &counts),
                _ if count > 1 => {
                    let number = seen.entry(folded).or_insert(0);
                    *number += 1;
                    let apart = header.free(&format!("{name} ({number})"), &counts);
                    if *number == 1 {
                        header.notes.push(format!(
                            "{count} columns have one name; they are told apart as \"{apart}\" and so on"
                        ));
                    }
                    apart
                }
                name => name.to_owned(),
            };
            header.places.insert(fold(&name), place);
            header.names.push(name);
        }
        Ok(header)
    }

    /// A name that no other column has.
    fn free(&self, name: &str, written: &HashMap<String, usize>) -> String {
        let mut name = name.to_owned();
        while self.places.contains_key(&fold(&name)) || written.contains_key(&fold(&name)) {
            name.push('*');
        }
        name
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }

    /// Where a column stands. Names that differ by case, accents or what nobody sees are one.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.places.get(&fold(name)).copied()
    }

    /// Names that were parted at commas, put together again where a column's name has commas in it.
    pub(crate) fn joined(&self, names: &[String]) -> Vec<String> {
        let mut joined = Vec::new();
        let mut rest = names;
        while let [first, ..] = rest {
            let whole = (1..=rest.len()).map(|count| (count, rest[..count].join(",")));
            let found = whole.take(NAME_PARTS_MAX).find(|(_, name)| self.find(name).is_some());
            let (count, name) = found.unwrap_or_else(|| (1, first.clone()));
            joined.push(name);
            rest = &rest[count..];
        }
        joined
    }

    /// What to say of columns that are asked for and not there. Of a header that may be a row nothing is repeated.
    pub(crate) fn absent(&self, missing: Vec<MissingColumn>) -> TableProblem {
        if self.is_doubtful && missing.iter().all(|column| column.near.is_none()) {
            return TableProblem::NoHeader;
        }
        TableProblem::ColumnsAbsent { missing, present: self.names.clone() }
    }

    /// Whether a row says the names again, as where one export was put behind another.
    pub(crate) fn is_repeated_by(&self, row: &StringRecord) -> bool {
        row.len() == self.names.len()
            && row.iter().zip(&self.names).all(|(cell, name)| is_name(cell.trim_matches(AROUND), name))
            && row.iter().filter(|cell| !cell.trim().is_empty()).count() * 2 > row.len()
    }

    /// Says of a column that is not there what may have been meant.
    pub(crate) fn missing(&self, role: &'static str, name: &str) -> MissingColumn {
        let wanted = letters(name);
        let near = self
            .names
            .iter()
            .map(|candidate| (edit_distance(&wanted, &letters(candidate)), candidate))
            .filter(|(distance, _)| *distance <= (wanted.chars().count() / 3).min(3))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, candidate)| candidate.clone());
        MissingColumn { role, name: name.trim().to_owned(), near }
    }
}

/// What may stand around a name where a file begins, and there stands within another.
const AROUND: [char; 4] = ['\u{feff}', '"', ' ', '\t'];

/// Whether a cell says a name, or what the name was made of to tell columns apart.
fn is_name(cell: &str, name: &str) -> bool {
    if cell.eq_ignore_ascii_case(name) || cell.is_empty() && name.starts_with("column ") {
        return true;
    }
    let is_numbered = name.ends_with(')') || name.ends_with('*');
    if !is_numbered && cell.is_ascii() && name.is_ascii() && !cell.contains(['\n', '`']) {
        return false;
    }
    let (cell, name) = (fold(cell), fold(name));
    cell == name || is_numbered && !cell.is_empty() && name.starts_with(&format!("{cell} ("))
}

/// A name holds fewer commas.
const NAME_PARTS_MAX: usize = 8;

/// A name without case, blanks and punctuation.
fn letters(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_single_letters() {
        let distance = |a, b| edit_distance(&letters(a), &letters(b));
        assert_eq!(distance("industry", "Industry"), 0);
        assert_eq!(distance("indsutry", "industry"), 2);
        assert_eq!(distance("emp_var_rate", "emp.var.rate"), 0);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
    }

    fn header(names: &[&str]) -> Header {
        Header::read(&StringRecord::from(names.to_vec())).unwrap()
    }

    #[test]
    fn names_of_any_characters_are_found() {
        let header =
            header(&["Umsatz\u{a0}EUR", "\u{200b}Stage", "line\nbreak", "a,b", "say \"x\"", "Größe"]);
        for name in ["umsatz eur", "stage", "line break", "LINE\nBREAK", "A,B", "say \"X\"", "Gro\u{308}ße"]
        {
            assert!(header.find(name).is_some(), "{name:?}");
        }
        assert_eq!(header.names()[..2], ["Umsatz EUR", "Stage"]);
        let parted = ["Stage", "a", "b", "c"].map(str::to_owned);
        assert_eq!(header.joined(&parted), ["Stage", "a,b", "c"]);
    }

    #[test]
    fn names_that_stand_twice_or_not_at_all_are_told_apart() {
        let header = header(&["Size", "", "size", "column 2", "SIZE", ""]);
        assert_eq!(header.names(), ["Size (1)", "column 2*", "size (2)", "column 2", "SIZE (3)", "column 6"]);
        assert_eq!(header.notes, ["3 columns have one name; they are told apart as \"Size (1)\" and so on"]);
        assert_eq!(header.missing("", "size").near.as_deref(), Some("Size (1)"));
        assert_eq!(header.find("size"), None);
    }

    #[test]
    fn names_that_are_said_again_are_no_row() {
        let header = header(&["Size", "won", "size", ""]);
        let row = |cells: &[&str]| header.is_repeated_by(&StringRecord::from(cells.to_vec()));
        assert!(row(&["\u{feff}\"Size\"", "Won", "size", ""]));
        assert!(!row(&["Size", "won", "3", ""]) && !row(&["Size", "won", "size"]) && !row(&["", "", "", ""]));
    }

    #[test]
    fn a_near_name_is_suggested_and_a_far_one_is_not() {
        let header = Header::read(&StringRecord::from(vec!["Industry", "won", "employees"])).unwrap();
        let near = |name| header.missing("", name).near;
        assert_eq!(near("industri").as_deref(), Some("Industry"));
        assert_eq!(near("employes").as_deref(), Some("employees"));
        assert_eq!(near("country"), None);
        assert_eq!(near("x"), None);
    }
}
