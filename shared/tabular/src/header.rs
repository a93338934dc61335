//! A file's column names.

use std::collections::HashMap;

use csv::StringRecord;

use crate::error::{MissingColumn, TableProblem};

/// Column names, each there once.
pub(crate) struct Header {
    names: Vec<String>,
    /// Places by name without its case.
    places: HashMap<String, usize>,
}

impl Header {
    pub(crate) fn read(record: &StringRecord) -> Result<Self, TableProblem> {
        let mut header = Self { names: Vec::new(), places: HashMap::new() };
        for (place, name) in record.iter().map(str::trim).enumerate() {
            if name.is_empty() {
                return Err(TableProblem::UnnamedColumn { position: place + 1 });
            }
            if let Some(first) = header.places.insert(folded(name), place) {
                let (first, second) = (first + 1, place + 1);
                return Err(TableProblem::RepeatedColumn { name: name.to_owned(), first, second });
            }
            header.names.push(name.to_owned());
        }
        Ok(header)
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }

    /// Where a column stands. Two names that differ by case are one.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.places.get(&folded(name)).copied()
    }

    /// Says of a column that is not there what may have been meant.
    pub(crate) fn missing(&self, role: &'static str, name: &str) -> MissingColumn {
        let wanted = letters(name);
        let near = self
            .names
            .iter()
            .map(|candidate| (edit_distance(&wanted, &letters(candidate)), candidate))
            .filter(|(distance, _)| *distance <= (wanted.len() / 3).min(3))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, candidate)| candidate.clone());
        MissingColumn { role, name: name.trim().to_owned(), near }
    }
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A name without case, blanks and punctuation.
fn letters(name: &str) -> Vec<char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many letters must be added, dropped or changed to make one name of the other.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
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
