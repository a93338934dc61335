//! A file of closed deals, as columns to learn from.

use std::path::Path;

use leadlight_model::{Deals, FeatureKind, FeatureSpec, Finding, Order};
use leadlight_reading::is_nothing;

use crate::error::{TableError, TableProblem};
use crate::formats::{Decided, FileFormat};
use crate::ids::IdSurvey;
use crate::infer::{self, Verdict};
use crate::label::{Label, LabelSurvey, Said};
use crate::load::{Loaded, OpenBy, Plan, RowCounts, Standing, Terms, load};
use crate::meter::{Meter, Progress};
use crate::open::{Watch, Watched, always_closed, watched};
use crate::order::{self, RowsStand};
use crate::persons::Persons;
use crate::roles::{DealColumns, Declared, Role, Roles, RowOrder};
use crate::rule::OpenRule;
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
    /// What the cells show that [`leadlight_model::audit`] cannot see any more: red ones must stop a run.
    pub findings: Vec<Finding>,
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
    let mut meter = Meter::new(3 * sheet.bytes_total(), progress);
    let mut roles = Roles::find(sheet.header(), columns)?;
    let times = scan::of_times(path, &sheet, &mut roles, columns.written)?;
    let said = Said { won: &columns.positive, lost: &columns.negative };
    let labels = Labels::of(&mut sheet, &roles, said, &mut meter)?;
    let name = sheet.header().name(roles.label);
    let closed = always_closed(&labels.watches, labels.survey.len());
    let label = labels.survey.decide(name, said, &closed)?;
    let Watched { rules, findings } = watched(&labels.watches, sheet.header(), &labels.survey, &label);
    let open_rules: Vec<OpenRule> = roles.open.iter().cloned().chain(rules).collect();

    let mut sheet = sheet.again(path)?;
    let terms = Terms { roles: &roles, label: &label, rules: &open_rules };
    let first = Seen::of(&mut sheet, terms, &mut meter)?;
    if first.rows() != labels.rows {
        return Err(TableProblem::Changed);
    }
    first.check(&sheet, terms)?;
    let mut decided = decided(&sheet, &mut roles, &first.surveys, columns.written);
    let terms = Terms { roles: &roles, label: &label, rules: &open_rules };
    let verdicts = judged(&sheet, &roles, &first, &mut decided)?;
    let features = features(&sheet, &roles, &verdicts);
    let step = step(first.usable, features.len(), limits);
    let order = match columns.order {
        RowOrder::ClosedAt(_) => Order::ClosedAt(Vec::new()),
        RowOrder::AsGiven => Order::AsGiven,
        RowOrder::None => Order::None,
    };

    let mut again = sheet.again(path)?;
    let plan = Plan { terms, features, order, step };
    let loaded = load(&mut again, plan, &mut meter)?;
    let Loaded { mut deals, counts, notes: unread, findings: later } = loaded;
    if counts.kept + counts.passed_over != first.usable {
        return Err(TableProblem::Changed);
    }
    let mut notes = first.fallen(&sheet, terms);
    notes.extend(again.notes());
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
    let findings = findings.into_iter().chain(later).collect();
    Ok(DealTable { deals, separator: sheet.separator(), columns, rows: counts, notes, findings })
}
/// What the first pass saw: all that is said of how deals ended.
struct Labels {
    survey: LabelSurvey,
    watches: Vec<Watch>,
    rows: u64,
}

impl Labels {
    fn of(
        sheet: &mut Sheet,
        roles: &Roles,
        said: Said<'_>,
        meter: &mut Meter<'_>,
    ) -> Result<Self, TableProblem> {
        let watches = Watch::all(sheet.header(), roles);
        let mut seen = Self { survey: LabelSurvey::new(said), watches, rows: 0 };
        let mut hits = vec![0_u64; roles.open.len()];
        while sheet.advance()? {
            meter.at(sheet.bytes_read());
            seen.rows += 1;
            let open = roles.open.iter().position(|rule| rule.holds(sheet));
            if let Some(hit) = open.and_then(|rule| hits.get_mut(rule)) {
                *hit += 1;
                continue;
            }
            let cell = sheet.cell(roles.label);
            if is_nothing(cell) {
                continue;
            }
            let value = seen.survey.see(cell);
            for watch in &mut seen.watches {
                watch.see(sheet, roles, value);
            }
        }
        meter.pass_ended(sheet.bytes_read());
        if seen.rows == 0 {
            return Err(TableProblem::HeaderOnly);
        }
        match roles.open.iter().zip(&hits).find(|(_, hits)| **hits == 0) {
            Some((rule, _)) => Err(rule.absent(sheet.header())),
            None => Ok(seen),
        }
    }
}

/// What the second pass saw.
struct Seen {
    /// By column; none for columns that are no features.
    surveys: Vec<Option<Survey>>,
    /// By column.
    persons: Vec<Persons>,
    usable: u64,
    won: u64,
    counts: RowCounts,
    /// Rows that each rule left out.
    open_by_rule: Vec<u64>,
    /// What to know of ids.
    id_notes: Vec<String>,
}

impl Seen {
    fn of(sheet: &mut Sheet, terms: Terms<'_>, meter: &mut Meter<'_>) -> Result<Self, TableProblem> {
        let columns = &terms.roles.by_column;
        let survey = |role: &Role| role.is_candidate().then(|| Survey::new(columns.len()));
        let surveys = columns.iter().map(survey).collect();
        let mut seen = Self {
            surveys,
            persons: sheet.header().names().iter().map(|name| Persons::new(name)).collect(),
            usable: 0,
            won: 0,
            counts: RowCounts::default(),
            open_by_rule: vec![0; terms.rules.len()],
            id_notes: Vec::new(),
        };
        let mut ids = ids(sheet, terms.roles);
        while sheet.advance()? {
            meter.at(sheet.bytes_read());
            let standing = Standing::of(sheet, terms)?;
            if let Standing::Open(OpenBy::Rule(rule)) = standing {
                seen.open_by_rule.iter_mut().skip(rule).take(1).for_each(|rows| *rows += 1);
            }
            let Some((won, _)) = seen.counts.count(&standing) else { continue };
            seen.usable += 1;
            seen.won += u64::from(won);
            let line = sheet.line();
            for ((survey, persons), cell) in seen.surveys.iter_mut().zip(&mut seen.persons).zip(sheet.row()) {
                if survey.as_mut().is_some_and(|survey| survey.see(cell, line)) {
                    persons.see(cell);
                }
            }
            for (place, survey) in &mut ids {
                survey.see(sheet.cell(*place), line);
            }
        }
        let name = |place: usize| sheet.header().name(place);
        seen.id_notes = ids.iter().filter_map(|(place, survey)| survey.note(name(*place))).collect();
        meter.pass_ended(sheet.bytes_read());
        Ok(seen)
    }

    fn rows(&self) -> u64 {
        let RowCounts { label_unknown, open, time_unknown, in_future, .. } = self.counts;
        self.usable + label_unknown + open + time_unknown + in_future
    }

    /// Rows that fell out for what they say, each kind with its reason.
    fn fallen(&self, sheet: &Sheet, terms: Terms<'_>) -> Vec<String> {
        let Terms { roles, label, rules } = terms;
        let counts = &self.counts;
        let by_label = counts.open - self.open_by_rule.iter().sum::<u64>();
        let mut fallen = Vec::new();
        let mut left_out = |rows: u64, why: &str| fallen.extend(left_out(rows, why));
        left_out(counts.label_unknown, "the label is not known, so the deal is not closed yet");
        left_out(by_label, &format!("the label is neither won nor lost: {}", label.open));
        for (rule, rows) in rules.iter().zip(&self.open_by_rule) {
            left_out(*rows, &rule.why);
        }
        let time = match roles.time.as_slice() {
            [place] => format!("the time \"{}\" is not known", sheet.header().name(*place)),
            places => format!("none of the times {} is known", named(sheet, places)),
        };
        left_out(counts.time_unknown, &time);
        let future = "the deal closes in the future, so it is still open or its date is mistyped";
        left_out(counts.in_future, future);
        fallen
    }

    /// Both won and lost deals must be left. What fell out is told first: it is why.
    fn check(&self, sheet: &Sheet, terms: Terms<'_>) -> Result<(), TableProblem> {
        let state = match (self.won, self.usable - self.won) {
            (0, 0) => None,
            (_, 0) => Some("won"),
            (0, _) => Some("lost"),
            _ => return Ok(()),
        };
        let fallen = self.fallen(sheet, terms).join("; ");
        let remedy = match terms.roles.time.as_slice() {
            [] => String::new(),
            _ if self.counts.time_unknown == 0 => String::new(),
            places => format!(
                "; if another column says when the others were closed, name both: --time \"{},OTHER COLUMN\"",
                places.iter().map(|place| sheet.header().name(*place)).collect::<Vec<_>>().join(",")
            ),
        };
        Err(match state {
            Some(state) => TableProblem::OneKindLeft { fallen, rows: self.usable, state, remedy },
            None => TableProblem::NoneLeft { fallen, remedy },
        })
    }
}

fn named(sheet: &Sheet, places: &[usize]) -> String {
    let names: Vec<String> =
        places.iter().map(|place| format!("\"{}\"", sheet.header().name(*place))).collect();
    names.join(", ")
}

/// `3 rows are left out: …`; none where there are none.
fn left_out(rows: u64, why: &str) -> Option<String> {
    let are = if rows == 1 { "row is" } else { "rows are" };
    (rows > 0).then(|| format!("{rows} {are} left out: {why}"))
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
    seen: &Seen,
    decided: &mut [Decided],
) -> Result<Vec<Option<Verdict>>, TableProblem> {
    let has_time = roles.decided.is_some();
    let mut verdicts = Vec::with_capacity(decided.len());
    for (place, decided) in decided.iter_mut().enumerate() {
        let (Some(Some(survey)), Some(persons)) = (seen.surveys.get(place), seen.persons.get(place)) else {
            verdicts.push(None);
            continue;
        };
        let name = sheet.header().name(place);
        let verdict = match roles.by_column.get(place) {
            Some(Role::Declared(Declared { kind: Some(kind), .. })) => infer::declared(*kind, has_time),
            Some(Role::Declared(_)) => infer::infer(name, survey, decided, has_time),
            _ => match (persons.why(name), persons.titles()) {
                (Some(why), _) => Verdict { kind: None, why: why.to_owned() },
                (None, Some(why)) => Verdict { kind: Some(FeatureKind::Title), why },
                (None, None) => infer::infer(name, survey, decided, has_time),
            },
        };
        let problem = match verdict.kind {
            Some(FeatureKind::Number) => decided.no_numbers.take(),
            Some(FeatureKind::Date { .. }) => decided.no_dates.take(),
            _ => None,
        };
        verdicts.push(problem.map_or(Ok(Some(verdict)), Err)?);
    }
    Ok(verdicts)
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
            prior: None,
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
    let mut notes: Vec<String> = left_out(counts.blank, "all cells are empty").into_iter().collect();
    let all = counts.kept + counts.passed_over;
    let (cells, rows) = (limits.cells, limits.rows);
    let beyond = format!(
        "one in {step} of {all} rows is kept, evenly spaced, to stay within {cells} cells (rows times features) \
         and {rows} rows"
    );
    notes.extend(left_out(counts.passed_over, &beyond));
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
