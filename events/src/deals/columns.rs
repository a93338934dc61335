//! The columns of a deal file, and the header that places them.

use csv::StringRecord;

use super::problem::{LineProblem, Problems};

/// A column of the import format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    DealId,
    CreatedAt,
    ClosedAt,
    Outcome,
    AmountUsd,
    Source,
    Industry,
    Employees,
    Country,
    Function,
    Seniority,
    Technologies,
    IntentTopic,
    IntentScore,
    IntentObservedAt,
    Activities,
}

/// The names of all columns, in the order of the sample history. The first four must be there.
pub const COLUMNS: [&str; 16] = [
    "deal_id",
    "created_at",
    "closed_at",
    "outcome",
    "amount_usd",
    "source",
    "industry",
    "employees",
    "country",
    "function",
    "seniority",
    "technologies",
    "intent_topic",
    "intent_score",
    "intent_observed_at",
    "activities",
];

/// How many of [`COLUMNS`], from the front, a file must have.
const REQUIRED: usize = 4;

impl Column {
    pub(super) fn name(self) -> &'static str {
        COLUMNS[self as usize]
    }
}

/// Where each column stands in a file.
pub(super) struct Header {
    places: [Option<usize>; COLUMNS.len()],
    len: usize,
}

impl Header {
    /// Places the columns, reporting what is missing, unknown or there twice.
    pub(super) fn read(names: &StringRecord, problems: &mut Problems) -> Option<Self> {
        let line = names.position().map_or(1, csv::Position::line);
        let known = |name: &str| COLUMNS.iter().position(|column| name.trim().eq_ignore_ascii_case(column));
        if names.iter().all(|name| known(name).is_none()) {
            // Probably data: saying which columns are unknown would repeat it.
            problems.add(line, None, LineProblem::NoHeader);
            return None;
        }
        let mut header = Self { places: [None; COLUMNS.len()], len: names.len() };
        for (place, name) in names.iter().enumerate() {
            match known(name) {
                Some(column) if header.places[column].is_none() => header.places[column] = Some(place),
                Some(_) => problems.add_named(line, name.trim(), LineProblem::RepeatedColumn),
                None => problems.add_named(line, &shown(name, place), LineProblem::UnknownColumn),
            }
        }
        for (column, place) in COLUMNS.iter().zip(header.places).take(REQUIRED) {
            if place.is_none() {
                problems.add_named(line, column, LineProblem::MissingColumn);
            }
        }
        problems.is_empty().then_some(header)
    }

    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.places[column as usize]
    }

    /// The number of columns in the file.
    pub(super) fn len(&self) -> usize {
        self.len
    }
}

/// A column's name where it looks like one, its number otherwise.
fn shown(name: &str, place: usize) -> String {
    let name = name.trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    if (1..=40).contains(&name.chars().count()) && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("no. {}", place + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_names_are_in_step() {
        assert_eq!(Column::DealId.name(), "deal_id");
        assert_eq!(Column::Outcome.name(), "outcome");
        assert_eq!(Column::Technologies.name(), "technologies");
        assert_eq!(Column::Activities.name(), "activities");
        assert_eq!(Column::Activities as usize + 1, COLUMNS.len());
    }
}
