//! The second pass: rows into columns by kind.

use jiff::Timestamp;
use leadlight_model::{Cell, Deals, FeatureKind, FeatureSpec, Finding, Order};
use leadlight_reading::{DateReading, DealState, is_nothing};

use crate::error::TableProblem;
use crate::label::Label;
use crate::later::Later;
use crate::meter::Meter;
use crate::roles::Roles;
use crate::rule::OpenRule;
use crate::sheet::Sheet;
use crate::tally::Tally;

/// What a row is good for.
pub(crate) enum Standing {
    LabelUnknown,
    Open(OpenBy),
    TimeUnknown,
    InFuture,
    /// To learn from; with the time of the deal, if there is a column for it.
    Usable {
        won: bool,
        time: Option<Timestamp>,
    },
}

/// What tells that a deal is neither won nor lost.
pub(crate) enum OpenBy {
    Label,
    /// The place among the rules.
    Rule(usize),
}

/// What closed deals are told by.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) roles: &'a Roles,
    pub(crate) label: &'a Label,
    /// Those that were said, then those that the file tells.
    pub(crate) rules: &'a [OpenRule],
}

impl Standing {
    /// Of the row the sheet is at.
    pub(crate) fn of(sheet: &Sheet, terms: Terms<'_>) -> Result<Self, TableProblem> {
        let Terms { roles, label, rules } = terms;
        let cell = sheet.cell(roles.label);
        if is_nothing(cell) {
            return Ok(Self::LabelUnknown);
        }
        if let Some(rule) = rules.iter().position(|rule| rule.holds(sheet)) {
            return Ok(Self::Open(OpenBy::Rule(rule)));
        }
        let won = match label.state(cell) {
            DealState::Open => return Ok(Self::Open(OpenBy::Label)),
            state => state == DealState::Won,
        };
        if roles.time.is_empty() {
            return Ok(Self::Usable { won, time: None });
        }
        Ok(match closed(sheet, roles)? {
            None => Self::TimeUnknown,
            Some(moment) if roles.until.is_some_and(|until| moment > until) => Self::InFuture,
            time => Self::Usable { won, time },
        })
    }
}

/// The moment in the first of the time's columns that is filled.
fn closed(sheet: &Sheet, roles: &Roles) -> Result<Option<Timestamp>, TableProblem> {
    for place in &roles.time {
        if let Some(moment) = moment(sheet, roles, *place)? {
            return Ok(Some(moment));
        }
    }
    Ok(None)
}

/// What became of a file's rows: all but `kept` were left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Became deals.
    pub kept: u64,
    /// Without a label: not closed yet.
    pub label_unknown: u64,
    /// Neither won nor lost.
    pub open: u64,
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
    /// Counts a row that cannot be used; gives back whether one that can was won, and its time.
    pub(crate) fn count(&mut self, standing: &Standing) -> Option<(bool, Option<Timestamp>)> {
        match standing {
            Standing::LabelUnknown => self.label_unknown += 1,
            Standing::Open(_) => self.open += 1,
            Standing::TimeUnknown => self.time_unknown += 1,
            Standing::InFuture => self.in_future += 1,
            Standing::Usable { won, time } => return Some((*won, *time)),
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
    pub(crate) terms: Terms<'a>,
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
    pub(crate) findings: Vec<Finding>,
}

/// Loads a sheet's rows.
pub(crate) fn load(sheet: &mut Sheet, plan: Plan<'_>, meter: &mut Meter<'_>) -> Result<Loaded, TableProblem> {
    let (places, specs): (Vec<usize>, Vec<FeatureSpec>) = plan.features.into_iter().unzip();
    let mut deals = Deals { order: plan.order, ..Deals::new(specs) };
    let mut tallies: Vec<Tally> = places.iter().map(|_| Tally::default()).collect();
    let mut later: Vec<Later> = places.iter().map(|_| Later::default()).collect();
    let mut counts = RowCounts::default();
    let mut usable: u64 = 0;
    let roles = plan.terms.roles;
    while sheet.advance()? {
        meter.at(sheet.bytes_read());
        let Some((won, time)) = counts.count(&Standing::of(sheet, plan.terms)?) else { continue };
        usable += 1;
        if !(usable - 1).is_multiple_of(plan.step) {
            counts.passed_over += 1;
            continue;
        }
        counts.kept += 1;
        let decided = roles.decided.map(|place| moment(sheet, roles, place)).transpose()?.flatten();
        push_row(sheet, roles, won, time, &mut deals);
        let columns = deals.columns.iter_mut().zip(&deals.specs);
        let tallies = tallies.iter_mut().zip(&mut later);
        for ((place, (column, spec)), (tally, later)) in places.iter().zip(columns).zip(tallies) {
            let format = roles.formats.get(*place).copied().unwrap_or_default();
            if matches!(spec.kind, FeatureKind::Date { .. }) {
                later.see(sheet.cell(*place), format.dates, decided);
            }
            match spec.kind.read(sheet.cell(*place), format, decided) {
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
    let columns = places.iter().zip(&later);
    let findings = columns.filter_map(|(place, later)| later.finding(sheet.header().name(*place))).collect();
    Ok(Loaded { deals, counts, notes, findings })
}

/// What a row has besides its features.
fn push_row(sheet: &Sheet, roles: &Roles, won: bool, time: Option<Timestamp>, deals: &mut Deals) {
    deals.won.push(won);
    let text =
        |place: usize| Some(sheet.cell(place).trim()).filter(|text| !is_nothing(text)).map(str::to_owned);
    deals.accounts.push(roles.account.and_then(text));
    if let Some(place) = roles.own_by {
        deals.scopes.push(text(place));
    }
    if let (Order::ClosedAt(times), Some(time)) = (&mut deals.order, time) {
        times.push(time);
    }
}
