//! Lines that are no rows: what stands below the last one, and a first line that is a row and no header.

use csv::{ReaderBuilder, StringRecord};
use leadlight_reading::{DateSurvey, WrittenNumber, fold, is_nothing};

use crate::layout::Layout;

/// What a sum's row begins with, folded.
const TOTALS: &[&str] = &[
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "somme",
    "total general",
    "totale",
    "suma",
    "totaal",
    "soma",
    "count",
    "average",
];

/// Whether a record may stand below the last row: shorter than one, or all but empty, and behind a blank line; or a sum.
pub(crate) fn may_be_below(record: &StringRecord, columns: usize, after_blank: bool) -> bool {
    let filled = || record.iter().filter(|cell| !cell.trim().is_empty());
    if after_blank && record.len() < columns {
        return filled().count() * 2 <= columns.max(2);
    }
    if after_blank && columns > 2 && record.len() == columns && filled().nth(1).is_none() {
        // Someone of whom nothing but the address is known is a lead.
        return !filled().any(is_address);
    }
    is_total(record) && filled().count() * 2 <= columns + 1
}

fn is_total(record: &StringRecord) -> bool {
    let Some(first) = record.iter().find(|cell| !cell.is_empty()) else { return false };
    // Few cells begin so, and the others need not be folded to know.
    let may_be = first.trim_start().starts_with(['T', 't', 'G', 'g', 'S', 's', 'C', 'c', 'A', 'a']);
    if !may_be || first.len() > 40 {
        return false;
    }
    let folded = fold(first);
    let bare = folded.trim_end_matches(|c: char| !c.is_alphabetic());
    TOTALS.contains(&bare)
}

/// What a file's first line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FirstLine {
    Row,
    /// `is_doubtful` says that it may be a row all the same.
    Names {
        is_doubtful: bool,
    },
}

const ROWS_MAX: usize = 50;
/// Of a column's cells in percent.
const MOST: usize = 80;

/// What kind of value a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    Number,
    Date,
    Other,
}

impl Value {
    fn of(cell: &str) -> Self {
        if WrittenNumber::of(cell).is_some() {
            Self::Number
        } else if DateSurvey::default().see(cell, 1) {
            Self::Date
        } else {
            Self::Other
        }
    }
}

/// Tells names from a row: a row holds numbers and dates where the rows below it do. A year or a place in a list may be
/// a name.
pub(crate) fn first_line(header: &StringRecord, prefix: &[u8], layout: Layout) -> FirstLine {
    if header.iter().any(is_address) {
        return FirstLine::Row;
    }
    let values: Vec<Value> = header.iter().map(Value::of).collect();
    if values.iter().all(|value| *value == Value::Other) {
        return FirstLine::Names { is_doubtful: false };
    }
    let rows = rows_below(header.len(), prefix, layout);
    let (mut alike, mut unlike, mut unclear) = (0, 0, 0);
    for (place, (value, cell)) in values.iter().zip(header).enumerate() {
        let below: Vec<Value> =
            rows.iter().filter_map(|row| row.get(place)).filter(|c| !is_nothing(c)).map(Value::of).collect();
        let most = |kind: Value| {
            !below.is_empty() && below.iter().filter(|v| **v == kind).count() * 100 >= below.len() * MOST
        };
        match value {
            Value::Number if most(Value::Number) && may_be_a_name(cell) => unclear += 1,
            Value::Number | Value::Date if most(*value) => alike += 1,
            Value::Other if most(Value::Number) || most(Value::Date) => unlike += 1,
            _ => {}
        }
    }
    if alike > 0 && unlike == 0 {
        return FirstLine::Row;
    }
    FirstLine::Names { is_doubtful: unclear > 0 && unlike == 0 }
}

/// A year, or a place in a list.
fn may_be_a_name(cell: &str) -> bool {
    cell.trim().parse::<u32>().is_ok_and(|number| number <= 2100)
}

fn is_address(cell: &str) -> bool {
    let cell = cell.trim();
    let parts = cell.split_once('@').filter(|_| !cell.contains(char::is_whitespace));
    parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

fn rows_below(columns: usize, prefix: &[u8], layout: Layout) -> Vec<StringRecord> {
    let reader = ReaderBuilder::new()
        .delimiter(layout.separator)
        .escape(layout.is_escaped.then_some(b'\\'))
        .has_headers(false)
        .flexible(true)
        .from_reader(prefix);
    let rows = reader.into_records().map_while(Result::ok).filter(|row| row.len() == columns);
    // The first of that width is the header.
    rows.skip(1).take(ROWS_MAX).collect()
}
