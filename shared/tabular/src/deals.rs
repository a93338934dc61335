//! A file of closed deals, as columns to learn from.

use std::path::Path;

use leadlight_model::{Deals, FeatureKind, FeatureSpec, Order};

use crate::error::{TableError, TableProblem};
use crate::formats::{Decided, FileFormat};
use crate::ids::IdSurvey;
use crate::infer::{self, Verdict};
use crate::label::{Label, LabelSurvey};
use crate::load::{Loaded, Plan, RowCounts, Standing, load};
use crate::meter::{Meter, Progress};
use crate::order::{self, RowsStand};
use crate::roles::{DealColumns, Declared, Role, Roles, RowOrder};
use crate::scan;
use crate::sheet::Sheet;
use crate::survey::Survey;
use crate::words;
use crate::written::WrittenAs;

/// How much is loaded at most. Of a file that holds more, rows at even distances are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows times features.
    pub cells: usize,
    /// Rows.
    pub rows: u32,
}

impl Default for Limits {
    /// About 1 GB of numbers.
    fn default() -> Self {
        Self { cells: 120_000_000, rows: u32::MAX - 1 }
    }
}

/// A file of deals, read.
#[derive(Debug, Clone, PartialEq)]
pub struct DealTable {
    /// The deals, in the order of the rows.
    pub deals: Deals,
    /// What stands between two cells of the file.
    pub separator: char,
    /// The file's columns, in their order.
    pub columns: Vec<ColumnNote>,
    /// What became of its rows.
    pub rows: RowCounts,
    /// What to know of the rows and cells that were left out.
    pub notes: Vec<String>,
}

/// What a column was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnNote {
    /// The column's name.
    pub column: String,
    /// What it was taken for.
    pub taken: Taken,
    /// Why, in words; it repeats no cell but the label's.
    pub why: String,
}

/// What a column can be taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The outcome.
    Label,
    /// When deals were closed.
    Time,
    /// When their leads were decided on.
    Decided,
    /// Whose they were.
    Account,
    /// A feature.
    Feature(FeatureKind),
    /// Dropped, as was asked.
    Dropped,
    /// Nothing to learn from.
    LeftOut,
}

/// Reads a file of closed deals. Each column but the label, the time and the account becomes a feature if its
/// cells hold something to learn from.
pub fn read_deals(
    path: &Path,
    columns: &DealColumns,
    limits: Limits,
    progress: &mut dyn FnMut(Progress),
) -> Result<DealTable, TableError> {
    read(path, columns, limits, progress).map_err(|problem| TableError::new(path, problem))
}

fn read(
    path: &Path,
    columns: &DealColumns,
    limits: Limits,
    progress: &mut dyn FnMut(Progress),
) -> Result<DealTable, TableProblem> {
    let mut sheet = Sheet::open(path)?;
    let mut meter = Meter::new(2 * sheet.bytes_total(), progress);
    let mut roles = Roles::find(sheet.header(), columns)?;
    let times = scan::of_times(path, &sheet, &mut roles, columns.written)?;
    let first = Seen::of(&mut sheet, &roles, columns.positive.as_deref(), &mut meter)?;
    let label = first.label.decide(sheet.header().name(roles.label), columns.positive.as_deref())?;
    let mut decided = decided(&sheet, &mut roles, &first.surveys, columns.written);
    let verdicts = judged(&sheet, &roles, &first.surveys, &mut decided)?;
    let features = features(&sheet, &roles, &verdicts);
    let step = step(first.usable, features.len(), limits);
    let order = match columns.order {
        RowOrder::ClosedAt(_) => Order::ClosedAt(Vec::new()),
        RowOrder::AsGiven => Order::AsGiven,
        RowOrder::None => Order::None,
    };

    let mut again = sheet.again(path)?;
    let plan = Plan { roles: &roles, label: &label, features, order, step };
    let Loaded { mut deals, counts, notes: unread } = load(&mut again, plan, &mut meter)?;
    if counts.kept + counts.passed_over != first.usable {
        return Err(TableProblem::Changed);
    }
    let mut notes = again.notes();
    notes.extend(times);
    if columns.order == RowOrder::AsGiven {
        let names = sheet.header().names().iter().map(String::as_str).zip(&first.surveys).zip(&decided);
        let stand = RowsStand::of(names.filter_map(|((name, survey), d)| Some((name, survey.as_ref()?, d))));
        if stand.newest_first {
            deals = order::reversed(deals);
        }
        notes.push(stand.why);
    }
    notes.extend(row_notes(counts, step, limits));
    notes.extend(first.id_notes);
    if deals.specs.is_empty() {
        notes.push("no column is left to learn from".to_owned());
    }
    notes.extend(unread);
    let columns = column_notes(&sheet, &roles, &label, &verdicts);
    Ok(DealTable { deals, separator: sheet.separator(), columns, rows: counts, notes })
}

/// What the first pass saw.
struct Seen {
    label: LabelSurvey,
    /// By column; none for columns that are no features.
    surveys: Vec<Option<Survey>>,
    usable: u64,
    /// What to know of ids.
    id_notes: Vec<String>,
}

impl Seen {
    fn of(
        sheet: &mut Sheet,
        roles: &Roles,
        positive: Option<&str>,
        meter: &mut Meter<'_>,
    ) -> Result<Self, TableProblem> {
        let width = roles.by_column.len();
        let survey = |role: &Role| role.is_candidate().then(|| Survey::new(width));
        let surveys = roles.by_column.iter().map(survey).collect();
        let mut seen = Self { label: LabelSurvey::new(positive), surveys, usable: 0, id_notes: Vec::new() };
        let mut ids = ids(sheet, roles);
        let mut counts = RowCounts::default();
        while sheet.advance()? {
            meter.at(sheet.bytes_read());
            let standing = Standing::of(sheet, roles)?;
            if counts.count(&standing).is_none() {
                continue;
            }
            seen.usable += 1;
            seen.label.see(sheet.cell(roles.label));
            let line = sheet.line();
            for (survey, cell) in seen.surveys.iter_mut().zip(sheet.row()) {
                if let Some(survey) = survey {
                    survey.see(cell, line);
                }
            }
            for (place, survey) in &mut ids {
                survey.see(sheet.cell(*place), line);
            }
        }
        let name = |place: usize| sheet.header().name(place);
        seen.id_notes = ids.iter().filter_map(|(place, survey)| survey.note(name(*place))).collect();
        meter.pass_ended(sheet.bytes_read());
        let unusable = counts.label_unknown + counts.time_unknown + counts.in_future;
        if seen.usable == 0 && unusable == 0 {
            return Err(TableProblem::HeaderOnly);
        }
        if let (0, 1.., Some(place)) = (seen.usable, counts.time_unknown, roles.time) {
            return Err(TableProblem::TimeNeverKnown { column: sheet.header().name(place).to_owned() });
        }
        Ok(seen)
    }
}

/// The columns that hold ids, by what they are for or by their names.
fn ids(sheet: &Sheet, roles: &Roles) -> Vec<(usize, IdSurvey)> {
    let names = sheet.header().names().iter().zip(&roles.by_column).enumerate();
    let is_id =
        |name: &str, role: &Role| *role == Role::Account || role.is_candidate() && words::is_identifier(name);
    names
        .filter(|(_, (name, role))| is_id(name, role))
        .map(|(place, _)| (place, IdSurvey::default()))
        .collect()
}

/// In which format each column is written; for the features it is noted among the roles.
fn decided(sheet: &Sheet, roles: &mut Roles, surveys: &[Option<Survey>], written: WrittenAs) -> Vec<Decided> {
    let names = sheet.header().names().iter().map(String::as_str);
    let known =
        names.clone().zip(surveys).filter_map(|(name, survey)| Some((name, &survey.as_ref()?.formats)));
    let file = FileFormat::of(written, sheet.separator(), known);
    let mut all = Vec::with_capacity(surveys.len());
    for (place, (name, survey)) in names.zip(surveys).enumerate() {
        let is_declared = matches!(
            roles.by_column.get(place),
            Some(Role::Declared(Declared { kind: Some(FeatureKind::Date { .. }), .. }))
        );
        let is_dated = is_declared || words::is_date(name);
        let decided = survey.as_ref().map(|survey| Decided::of(name, &survey.formats, &file, is_dated));
        if let Some(decided) = &decided {
            roles.formats[place] = decided.format;
        }
        all.push(decided.unwrap_or_default());
    }
    all
}

/// How each column is read; none for columns that are no features. A feature whose numbers or dates can be read in two ways
/// stops the reading.
fn judged(
    sheet: &Sheet,
    roles: &Roles,
    surveys: &[Option<Survey>],
    decided: &mut [Decided],
) -> Result<Vec<Option<Verdict>>, TableProblem> {
    let has_time = roles.decided.is_some();
    let columns = roles.by_column.iter().zip(surveys).zip(sheet.header().names()).zip(decided);
    let verdict = |(((role, survey), name), decided): (((&Role, &Option<Survey>), &String), &mut Decided)| {
        let Some(survey) = survey else { return Ok(None) };
        let verdict = match role {
            Role::Declared(Declared { kind: Some(kind), .. }) => infer::declared(*kind, has_time),
            _ => infer::infer(name, survey, decided, has_time),
        };
        let problem = match verdict.kind {
            Some(FeatureKind::Number) => decided.no_numbers.take(),
            Some(FeatureKind::Date { .. }) => decided.no_dates.take(),
            _ => None,
        };
        problem.map_or(Ok(Some(verdict)), Err)
    };
    columns.map(verdict).collect()
}

/// The features, with the places of their columns.
fn features(sheet: &Sheet, roles: &Roles, verdicts: &[Option<Verdict>]) -> Vec<(usize, FeatureSpec)> {
    let spec = |(place, verdict): (usize, &Option<Verdict>)| {
        let kind = verdict.as_ref()?.kind?;
        let name = sheet.header().name(place);
        let declared = match roles.by_column.get(place) {
            Some(Role::Declared(declared)) => declared.clone(),
            _ => Declared::default(),
        };
        let spec = FeatureSpec {
            name: name.to_owned(),
            group: declared.group.unwrap_or_else(|| words::group(name)),
            factor: declared.factor.unwrap_or_else(|| words::factor(name)),
            kind,
            monotone: declared.monotone,
            rule: None,
        };
        Some((place, spec))
    };
    verdicts.iter().enumerate().filter_map(spec).collect()
}

/// Each how many-th row is kept.
fn step(usable: u64, features: usize, limits: Limits) -> u64 {
    let by_cells = (limits.cells / features.max(1)) as u64;
    usable.div_ceil(by_cells.min(u64::from(limits.rows)).max(1)).max(1)
}

fn row_notes(counts: RowCounts, step: u64, limits: Limits) -> Vec<String> {
    let mut notes = Vec::new();
    let mut left_out = |rows: u64, why: &str| {
        if rows > 0 {
            notes.push(format!("{rows} {} left out: {why}", if rows == 1 { "row is" } else { "rows are" }));
        }
    };
    left_out(counts.label_unknown, "the label is not known, so the deal is not closed yet");
    left_out(counts.time_unknown, "the time is not known");
    left_out(counts.in_future, "the deal closes in the future, so its date is mistyped");
    left_out(counts.blank, "all cells are empty");
    let all = counts.kept + counts.passed_over;
    let (cells, rows) = (limits.cells, limits.rows);
    let beyond = format!(
        "one in {step} of {all} rows is kept, evenly spaced, to stay within {cells} cells (rows times features) \
         and {rows} rows"
    );
    left_out(counts.passed_over, &beyond);
    notes
}

fn column_notes(
    sheet: &Sheet,
    roles: &Roles,
    label: &Label,
    verdicts: &[Option<Verdict>],
) -> Vec<ColumnNote> {
    let columns = sheet.header().names().iter().zip(&roles.by_column).zip(verdicts);
    columns
        .map(|((column, role), verdict)| {
            let (taken, why) = match (role, verdict) {
                (Role::Label, _) => (Taken::Label, label.why.clone()),
                (Role::Time, _) => (Taken::Time, "says when a deal was closed; not learnt from".to_owned()),
                (Role::Decided, _) => {
                    (Taken::Decided, "says when a lead was decided on; not learnt from".to_owned())
                }
                (Role::Account, _) => (Taken::Account, "says whose deal it was; not learnt from".to_owned()),
                (_, Some(Verdict { kind: Some(kind), why })) => (Taken::Feature(*kind), why.clone()),
                (_, Some(Verdict { kind: None, why })) => (Taken::LeftOut, why.clone()),
                (_, None) => (Taken::Dropped, "dropped, as was asked".to_owned()),
            };
            ColumnNote { column: column.clone(), taken, why }
        })
        .collect()
}
