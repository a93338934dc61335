//! Closed deals as columns: what training reads, small enough in memory for a million rows.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::feature::{Cell, FeatureKind, FeatureSpec};

/// Stands for an unknown value among a column's codes.
const UNKNOWN: u32 = u32::MAX;

/// One column's values, row by row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// Numbers, booleans and dates; NaN where not known.
    Numbers(Vec<f64>),
    /// Categories.
    Categories(Codes),
    /// Tags.
    Tags(TagCodes),
}

/// A category's column: a place among its values for each row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Codes {
    codes: Vec<u32>,
    values: Values,
}

/// A column of tags: for each row some places among its values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TagCodes {
    /// Where each row's codes end; a row that knows nothing holds the one code [`UNKNOWN`].
    ends: Vec<usize>,
    codes: Vec<u32>,
    values: Values,
}

/// Distinct values in the order they came.
#[derive(Debug, Clone, Default, PartialEq)]
struct Values {
    names: Vec<String>,
    places: HashMap<String, u32>,
}

impl Values {
    fn code(&mut self, value: &str) -> u32 {
        if let Some(code) = self.places.get(value) {
            return *code;
        }
        // Rows, and so values, are fewer than 2³² (a table is refused before).
        let code = u32::try_from(self.names.len()).unwrap_or(UNKNOWN - 1);
        self.names.push(value.to_owned());
        self.places.insert(value.to_owned(), code);
        code
    }
}

impl Codes {
    /// The code of a row's value; none where not known.
    pub(crate) fn code(&self, row: usize) -> Option<usize> {
        self.codes.get(row).filter(|code| **code != UNKNOWN).map(|code| *code as usize)
    }

    /// The distinct values by code.
    pub(crate) fn values(&self) -> &[String] {
        &self.values.names
    }
}

impl TagCodes {
    /// The codes of a row's values; none where not known.
    pub(crate) fn codes(&self, row: usize) -> Option<&[u32]> {
        let start = row.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        let codes = self.codes.get(start..*self.ends.get(row)?)?;
        (codes != [UNKNOWN]).then_some(codes)
    }

    /// The distinct values by code.
    pub(crate) fn values(&self) -> &[String] {
        &self.values.names
    }
}

impl Cells {
    /// An empty column for a kind of feature.
    pub fn new(kind: FeatureKind) -> Self {
        match kind {
            FeatureKind::Number | FeatureKind::Boolean | FeatureKind::Date { .. } => {
                Self::Numbers(Vec::new())
            }
            FeatureKind::Category => Self::Categories(Codes::default()),
            FeatureKind::Tags { .. } | FeatureKind::Title => Self::Tags(TagCodes::default()),
        }
    }

    /// Appends a row's value; one of another kind counts as not known.
    pub fn push(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Numbers(numbers), Cell::Number(x)) => numbers.push(*x),
            (Self::Numbers(numbers), _) => numbers.push(f64::NAN),
            (Self::Categories(column), cell) => {
                let code = match cell {
                    Cell::Category(value) => column.values.code(value),
                    _ => UNKNOWN,
                };
                column.codes.push(code);
            }
            (Self::Tags(column), cell) => {
                match cell {
                    Cell::Tags(tags) => {
                        let start = column.codes.len();
                        for tag in tags {
                            let code = column.values.code(tag);
                            // A tag told twice is one tag.
                            if !column.codes[start..].contains(&code) {
                                column.codes.push(code);
                            }
                        }
                    }
                    _ => column.codes.push(UNKNOWN),
                }
                column.ends.push(column.codes.len());
            }
        }
    }

    /// A row's value.
    pub fn get(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Numbers(numbers) => match numbers.get(row) {
                Some(x) if !x.is_nan() => Cell::Number(*x),
                _ => Cell::Unknown,
            },
            Self::Categories(column) => column
                .code(row)
                .and_then(|code| column.values.names.get(code))
                .map_or(Cell::Unknown, |value| Cell::Category(value)),
            Self::Tags(column) => column.codes(row).map_or(Cell::Unknown, |codes| {
                let name = |code: &u32| column.values.names.get(*code as usize).map(String::as_str);
                Cell::Tags(codes.iter().filter_map(name).collect())
            }),
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Categories(column) => column.codes.len(),
            Self::Tags(column) => column.ends.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// In what order deals were closed.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Each row's date.
    ClosedAt(Vec<Timestamp>),
    /// The rows stand in the order of time, oldest first, but carry no date.
    AsGiven,
    /// They have no order: the newest cannot be told from the rest.
    None,
}

/// Closed deals with what was known when their leads were scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Deals {
    /// The features, in the order of the columns.
    pub specs: Vec<FeatureSpec>,
    /// A column a feature, all of one length.
    pub columns: Vec<Cells>,
    /// Won, or lost.
    pub won: Vec<bool>,
    /// Whose deal it was, as an opaque key; not learnt from. Deals of one account share its luck; a deal
    /// without one stands for itself.
    pub accounts: Vec<Option<String>>,
    /// Which scope it belongs to, such as the motion's name: leads of one scope may have a model of their own. Not learnt
    /// from. Empty where none is told.
    pub scopes: Vec<Option<String>>,
    /// When.
    pub order: Order,
}

impl Deals {
    /// No deals yet, with dates.
    pub fn new(specs: Vec<FeatureSpec>) -> Self {
        let columns = specs.iter().map(|spec| Cells::new(spec.kind)).collect();
        Self {
            specs,
            columns,
            won: Vec::new(),
            accounts: Vec::new(),
            scopes: Vec::new(),
            order: Order::ClosedAt(Vec::new()),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.won.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.won.is_empty()
    }

    /// Whether the policy gives points for one of the features.
    pub(crate) fn has_points(&self) -> bool {
        self.specs.iter().any(|spec| spec.prior.is_some_and(|points| points != 0.0))
    }
}
