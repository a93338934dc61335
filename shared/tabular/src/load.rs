//! The second pass: rows into columns by kind.

use jiff::Timestamp;
use leadlight_model::{Cell, Deals, FeatureSpec, Order};
use leadlight_reading::{DateReading, is_nothing};

use crate::error::TableProblem;
use crate::label::Label;
use crate::meter::Meter;
use crate::roles::Roles;
use crate::sheet::Sheet;
use crate::tally::Tally;

/// What a row is good for.
pub(crate) enum Standing {
    LabelUnknown,
    TimeUnknown,
    InFuture,
    /// To learn from; with the time of the deal, if there is a column for it.
    Usable(Option<Timestamp>),
}

impl Standing {
    /// Of the row the sheet is at.
    pub(crate) fn of(sheet: &Sheet, roles: &Roles) -> Result<Self, TableProblem> {
        if is_nothing(sheet.cell(roles.label)) {
            return Ok(Self::LabelUnknown);
        }
        let Some(place) = roles.time else { return Ok(Self::Usable(None)) };
        Ok(match moment(sheet, roles, place)? {
            None => Self::TimeUnknown,
            Some(moment) if roles.until.is_some_and(|until| moment > until) => Self::InFuture,
            Some(moment) => Self::Usable(Some(moment)),
        })
    }
}

/// What became of a file's rows: all but `kept` were left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Became deals.
    pub kept: u64,
    /// Without a label: not closed yet.
    pub label_unknown: u64,
    /// Without a time.
    pub time_unknown: u64,
    /// Closed in the future.
    pub in_future: u64,
    /// Beyond the limits.
    pub passed_over: u64,
    /// Without a single cell.
    pub blank: u64,
    /// Lines that are none: below the last row, or the names of the columns again.
    pub rowless: u64,
}

impl RowCounts {
    /// Counts a row that cannot be used; the time of one that can.
    #[expect(clippy::option_option, reason = "a row that can be used may have no time")]
    pub(crate) fn count(&mut self, standing: &Standing) -> Option<Option<Timestamp>> {
        match standing {
            Standing::LabelUnknown => self.label_unknown += 1,
            Standing::TimeUnknown => self.time_unknown += 1,
            Standing::InFuture => self.in_future += 1,
            Standing::Usable(time) => return Some(*time),
        }
        None
    }
}

/// The moment in a cell; none where it is not known.
fn moment(sheet: &Sheet, roles: &Roles, place: usize) -> Result<Option<Timestamp>, TableProblem> {
    let cell = sheet.cell(place);
    if is_nothing(cell) {
        return Ok(None);
    }
    let not_a_time = || TableProblem::NotATime {
        line: sheet.line(),
        column: sheet.header().name(place).to_owned(),
        cell: cell.to_owned(),
    };
    let format = roles.formats.get(place).copied().unwrap_or_default();
    format.dates.read(cell).map(DateReading::moment).ok_or_else(not_a_time)
}

/// What to load.
pub(crate) struct Plan<'a> {
    pub(crate) roles: &'a Roles,
    pub(crate) label: &'a Label,
    /// Features with the places of their columns.
    pub(crate) features: Vec<(usize, FeatureSpec)>,
    pub(crate) order: Order,
    /// Of usable rows, each so many-th is kept, from the first.
    pub(crate) step: u64,
}

/// Deals, and what could not be read of them.
pub(crate) struct Loaded {
    pub(crate) deals: Deals,
    pub(crate) counts: RowCounts,
    pub(crate) notes: Vec<String>,
}

/// Loads a sheet's rows.
pub(crate) fn load(sheet: &mut Sheet, plan: Plan<'_>, meter: &mut Meter<'_>) -> Result<Loaded, TableProblem> {
    let (places, specs): (Vec<usize>, Vec<FeatureSpec>) = plan.features.into_iter().unzip();
    let mut deals = Deals { order: plan.order, ..Deals::new(specs) };
    let mut tallies: Vec<Tally> = places.iter().map(|_| Tally::default()).collect();
    let mut counts = RowCounts::default();
    let mut usable: u64 = 0;
    while sheet.advance()? {
        meter.at(sheet.bytes_read());
        let Some(time) = counts.count(&Standing::of(sheet, plan.roles)?) else { continue };
        usable += 1;
        if !(usable - 1).is_multiple_of(plan.step) {
            counts.passed_over += 1;
            continue;
        }
        counts.kept += 1;
        let decided = plan.roles.decided.map(|place| moment(sheet, plan.roles, place)).transpose()?.flatten();
        push_row(sheet, plan.roles, plan.label, time, &mut deals);
        let columns = deals.columns.iter_mut().zip(&deals.specs);
        for ((place, (column, spec)), tally) in places.iter().zip(columns).zip(&mut tallies) {
            match spec.kind.read(sheet.cell(*place), plan.roles.formats[*place], decided) {
                Ok(cell) => column.push(&cell),
                Err(error) => {
                    column.push(&Cell::Unknown);
                    tally.add(sheet.line(), error);
                }
            }
        }
    }
    counts.blank = sheet.blank_rows();
    counts.rowless = sheet.rowless();
    meter.pass_ended(sheet.bytes_read());
    let columns = places.iter().zip(&tallies);
    let notes = columns
        .filter_map(|(place, tally)| tally.note(sheet.header().name(*place), "counts as not known"))
        .collect();
    Ok(Loaded { deals, counts, notes })
}

/// What a row has besides its features.
fn push_row(sheet: &Sheet, roles: &Roles, label: &Label, time: Option<Timestamp>, deals: &mut Deals) {
    deals.won.push(label.is_won(sheet.cell(roles.label)));
    let account = roles.account.map(|place| sheet.cell(place).trim()).filter(|account| !is_nothing(account));
    deals.accounts.push(account.map(str::to_owned));
    if let (Order::ClosedAt(times), Some(time)) = (&mut deals.order, time) {
        times.push(time);
    }
}
