//! What became of a file's columns and rows, counted once a column and once a reason.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::crm::{Field, Mapping};
use crate::table::Table;

/// As many different values of a column are kept apart; a column that has more is free text.
const DIFFERENT: usize = 1000;
/// In characters; the rest of a longer value is cut off.
const LONGEST: usize = 80;

/// Why a row is no deal to learn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// It is still open.
    Open,
    /// The deal stands in an earlier row with the same end.
    Repeated,
    /// More or fewer cells than the header.
    Cells,
    /// No stage or status at all.
    NoState,
    /// One that is not understood.
    StateUnread,
    /// One column says of it what another does not: won, lost or open.
    Contradiction,
    /// Won or lost on no day.
    NoCloseDate,
    /// A close date that is none.
    CloseDateUnread,
    /// Closed on a day that has not come.
    InFuture,
    /// Rows of one id that say another result, or another day.
    TwoEnds,
    /// Not to be kept as a lead.
    Damaged,
}

impl LeftOut {
    /// Whether something is wrong with the row. An open deal and one that is told again are as they should be.
    pub fn is_damage(self) -> bool {
        !matches!(self, Self::Open | Self::Repeated)
    }

    /// In words, behind "left out: ".
    pub fn words(self) -> &'static str {
        match self {
            Self::Open => "still open",
            Self::Repeated => "the deal stands in an earlier row",
            Self::Cells => "more or fewer cells than the header has names",
            Self::NoState => "no stage or status",
            Self::StateUnread => "a stage or status that is not understood",
            Self::Contradiction => "won, lost or open by one column, and otherwise by another",
            Self::NoCloseDate => "won or lost, but without a close date",
            Self::CloseDateUnread => "a close date that cannot be read",
            Self::InFuture => "won or lost, but closed in the future",
            Self::TwoEnds => "the same id as another row, with another end",
            Self::Damaged => "too much in it to be kept as a lead",
        }
    }
}

/// Rows that are left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOutRows {
    /// The reason they share.
    pub why: LeftOut,
    /// How many rows were left out for it.
    pub rows: u64,
    /// Where the first stands.
    pub first_line: u64,
}

/// A value that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadValue {
    /// As it is written.
    pub value: String,
    /// In how many rows.
    pub rows: u64,
}

/// How a column was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnTold {
    /// Its name.
    pub column: String,
    /// What it fills.
    pub field: &'static str,
    /// How its numbers or dates are written, such as `day first`.
    pub how: Vec<String>,
    /// Cells that were read.
    pub read: u64,
    /// Cells that hold nothing.
    pub empty: u64,
    /// Cells that are not understood; they count as not known.
    pub not_understood: u64,
    /// Where the first of them stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_line: Option<u64>,
    /// Their values, most frequent first; only of fields that say of what kind a company, person or deal is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<UnreadValue>,
}

/// What was seen in a cell.
#[derive(Clone, Copy)]
pub(super) enum Seen<'a> {
    Empty,
    Read,
    Unread(&'a str),
}

#[derive(Debug, Clone, Default)]
struct Column {
    how: Vec<String>,
    read: u64,
    empty: u64,
    unread: u64,
    first_line: Option<u64>,
    values: BTreeMap<String, u64>,
}

/// All columns of a file.
#[derive(Debug)]
pub(super) struct Columns(Vec<Column>);

impl Columns {
    pub(super) fn new(width: usize) -> Self {
        Self(vec![Column::default(); width])
    }

    pub(super) fn tell(&mut self, place: usize, how: Vec<String>) {
        if let Some(column) = self.0.get_mut(place) {
            column.how.extend(how);
        }
    }

    pub(super) fn see(&mut self, place: usize, seen: &Seen<'_>, line: u64) {
        let Some(column) = self.0.get_mut(place) else { return };
        match seen {
            Seen::Empty => column.empty += 1,
            Seen::Read => column.read += 1,
            Seen::Unread(text) => {
                column.unread += 1;
                column.first_line.get_or_insert(line);
                let value: String = text.chars().take(LONGEST).collect();
                if column.values.len() < DIFFERENT || column.values.contains_key(&value) {
                    *column.values.entry(value).or_insert(0) += 1;
                }
            }
        }
    }

    pub(super) fn told(self, table: &Table, mapping: &Mapping) -> Vec<ColumnTold> {
        let columns = self.0.into_iter().enumerate();
        columns
            .filter_map(|(place, column)| {
                let field = mapping.field_of(place)?;
                Some(ColumnTold {
                    column: table.name(place).to_owned(),
                    field: field.name(),
                    how: column.how,
                    read: column.read,
                    empty: column.empty,
                    not_understood: column.unread,
                    first_line: column.first_line,
                    values: if shows_values(field) { by_count(column.values) } else { Vec::new() },
                })
            })
            .collect()
    }
}

/// Names, addresses and ids are of no kind: they are counted, and not repeated.
fn shows_values(field: Field) -> bool {
    matches!(
        field,
        Field::State
            | Field::Industry
            | Field::Employees
            | Field::Country
            | Field::Title
            | Field::Function
            | Field::Seniority
            | Field::Source
    )
}

fn by_count(values: BTreeMap<String, u64>) -> Vec<UnreadValue> {
    let mut values: Vec<UnreadValue> =
        values.into_iter().map(|(value, rows)| UnreadValue { value, rows }).collect();
    values.sort_by_key(|value| std::cmp::Reverse(value.rows));
    values
}
