//! The columns of a format, and the header that places them in a file.

use std::marker::PhantomData;

use csv::StringRecord;

use super::problem::{FormatProblem, Problems, SheetProblem};

/// A column of a format.
pub(crate) trait Column: Copy + 'static {
    /// What can be wrong with a file of the format.
    type Problem: FormatProblem;
    /// The names of all columns.
    const NAMES: &'static [&'static str];
    /// How many of them, from the front, a file must have.
    const REQUIRED: usize;
    /// Of these a file must have at least one; none where that does not matter.
    const ONE_OF: &'static [Self];

    /// Its place in [`Column::NAMES`].
    fn index(self) -> usize;

    /// Whether `n/a` and its like mean in it that nothing is known.
    fn may_hold_a_filler(self) -> bool {
        true
    }

    /// Its name.
    fn name(self) -> &'static str {
        Self::NAMES[self.index()]
    }
}

/// Where each column stands in a file.
pub(super) struct Header<C> {
    places: Vec<Option<usize>>,
    len: usize,
    of: PhantomData<C>,
}

impl<C: Column> Header<C> {
    /// Places the columns, reporting what is missing, unknown or there twice.
    pub(super) fn read(names: &StringRecord, problems: &mut Problems<C::Problem>) -> Option<Self> {
        let line = names.position().map_or(1, csv::Position::line);
        let known = |name: &str| C::NAMES.iter().position(|column| name.trim().eq_ignore_ascii_case(column));
        if names.iter().all(|name| known(name).is_none()) {
            // Probably data: saying which columns are unknown would repeat it.
            problems.add(line, None, SheetProblem::NoHeader.into());
            return None;
        }
        let mut header = Self { places: vec![None; C::NAMES.len()], len: names.len(), of: PhantomData };
        for (place, name) in names.iter().enumerate() {
            match known(name) {
                Some(column) if header.places[column].is_none() => header.places[column] = Some(place),
                Some(_) => problems.add(line, Some(name.trim()), SheetProblem::RepeatedColumn.into()),
                None => problems.add(line, Some(&shown(name, place)), SheetProblem::UnknownColumn.into()),
            }
        }
        for (column, place) in C::NAMES.iter().zip(&header.places).take(C::REQUIRED) {
            if place.is_none() {
                problems.add(line, Some(column), SheetProblem::MissingColumn.into());
            }
        }
        if let Some(first) = C::ONE_OF.first()
            && C::ONE_OF.iter().all(|column| header.place(*column).is_none())
        {
            problems.add(line, Some(first.name()), SheetProblem::MissingColumn.into());
        }
        problems.is_empty().then_some(header)
    }

    pub(super) fn place(&self, column: C) -> Option<usize> {
        self.places[column.index()]
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
