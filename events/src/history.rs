//! A history of invented closed deals, drawn from a documented random process, and its generator.
//!
//! The process is told in `history/process.rs` and, in plain words, in `events/README.md`.

mod draw;
mod process;
mod traces;
mod truth;

use std::fmt::Write as _;

use csv::StringRecord;
use jiff::{SignedDuration, Timestamp};

use crate::deals::COLUMNS;
use crate::rebase::{REFERENCE, distance, shift_text};
use draw::Draw;
use process::ClosedDeal;

/// The seed of the committed history.
pub const SEED: u64 = 20_261_120;
/// The number of deals in the committed history.
pub const DEALS: usize = 1200;
/// The committed history: [`generate`]`(`[`SEED`]`, `[`DEALS`]`)`, in the format of [`read_deals`](crate::read_deals).
pub const HISTORY_CSV: &[u8] = include_bytes!("../history/deals.csv");

/// The columns that hold one time each.
const TIME_COLUMNS: [&str; 3] = ["created_at", "closed_at", "intent_observed_at"];

/// Draws `deals` deals that closed in the two years before [`REFERENCE`], as CSV.
///
/// The same arguments give the same bytes on every platform up to the last bit of `exp` and `ln`: these
/// may differ between mathematics libraries, but everything written is rounded far more coarsely.
pub fn generate(seed: u64, deals: usize) -> String {
    // A constant of this crate; the tests would not pass if it did not read.
    let reference: Timestamp = REFERENCE.parse().unwrap_or_default();
    let mut draw = Draw::new(seed);
    let mut drawn = Vec::with_capacity(deals);
    while drawn.len() < deals {
        // A deal that is still open on the reference day is no history.
        drawn.extend(process::draw_deal(&mut draw).closed_by_reference());
    }
    drawn.sort_by_key(|deal| std::cmp::Reverse(deal.created_minutes_ago));
    let mut csv = COLUMNS.join(",");
    csv.push('\n');
    for (number, deal) in (1..).zip(&drawn) {
        let _infallible = writeln!(csv, "D-{number:05},{}", Row { deal, reference }.text());
    }
    csv
}

/// A drawn deal as text. No value holds a comma or a quotation mark.
struct Row<'a> {
    deal: &'a ClosedDeal,
    reference: Timestamp,
}

impl Row<'_> {
    /// All columns but the id.
    fn text(&self) -> String {
        let deal = self.deal;
        let known = &deal.known;
        let intent = known.intent.as_ref();
        let activities: Vec<String> = deal
            .activities
            .iter()
            .map(|(kind, minutes)| format!("{kind}@{}", self.time(deal.created_minutes_ago + minutes)))
            .collect();
        [
            self.time(deal.created_minutes_ago),
            self.time(deal.closed_minutes_ago),
            if deal.won { "won" } else { "lost" }.to_owned(),
            optional(deal.amount_usd.as_ref()),
            deal.source.to_owned(),
            optional(known.industry.as_ref()),
            optional(known.employees.as_ref()),
            optional(known.country.as_ref()),
            optional(known.function.as_ref()),
            optional(known.seniority.as_ref()),
            known.technologies.as_ref().map(|tools| tools.join("|")).unwrap_or_default(),
            optional(intent.map(|intent| intent.topic).as_ref()),
            optional(intent.map(|intent| intent.score).as_ref()),
            intent.map(|i| self.time(deal.created_minutes_ago + i.minutes_ago)).unwrap_or_default(),
            activities.join("|"),
        ]
        .join(",")
    }

    fn time(&self, minutes_ago: i64) -> String {
        // Two years before a constant is well within the calendar.
        self.reference
            .checked_sub(SignedDuration::from_mins(minutes_ago))
            .map(|at| at.to_string())
            .unwrap_or_default()
    }
}

fn optional<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// A deal file whose times are moved by the whole days from [`REFERENCE`] to `now`, so that it ends as
/// shortly before `now` as it was written to end before the reference instant. Whole days keep the
/// hours of day, and no deal closes in the future. A file that does not read comes back unchanged.
pub fn rebased_history(bytes: &[u8], now: Timestamp) -> Vec<u8> {
    const HOURS_A_DAY: i64 = 24;
    distance(now)
        .map(|by| SignedDuration::from_hours(by.as_hours().div_euclid(HOURS_A_DAY) * HOURS_A_DAY))
        .filter(|by| !by.is_zero())
        .and_then(|by| shifted(bytes, by))
        .unwrap_or_else(|| bytes.to_vec())
}

fn shifted(bytes: &[u8], by: SignedDuration) -> Option<Vec<u8>> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().ok()?.clone();
    let mut writer = csv::Writer::from_writer(Vec::with_capacity(bytes.len()));
    writer.write_record(&header).ok()?;
    for record in reader.records() {
        let record = record.ok()?;
        let cells = header.iter().zip(&record).map(|(name, cell)| shifted_cell(name, cell, by));
        writer.write_record(&cells.collect::<Option<StringRecord>>()?).ok()?;
    }
    writer.into_inner().ok()
}

fn shifted_cell(column: &str, cell: &str, by: SignedDuration) -> Option<String> {
    if cell.is_empty() {
        return Some(String::new());
    }
    if TIME_COLUMNS.contains(&column) {
        return shift_text(cell, by);
    }
    if column != "activities" {
        return Some(cell.to_owned());
    }
    let one = |part: &str| {
        let (kind, at) = part.split_once('@')?;
        Some(format!("{kind}@{}", shift_text(at, by)?))
    };
    cell.split('|').map(one).collect::<Option<Vec<_>>>().map(|parts| parts.join("|"))
}

#[cfg(test)]
mod tests;
