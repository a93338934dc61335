//! `train`: from any export of closed deals to a model with its report, in a folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::HumanBytes;
use jiff::SignedDuration;
use leadlight_lead::PolicyHash;
use leadlight_local_aws::{Progress, Step};
use leadlight_model::{
    Artifact, ColumnRead, FileRead, Finding, GateLimits, Lineage, Options, Order, Origin, Severity, Study,
    StudyReport, StudyVerdict, cannot_be_asked, study,
};
use leadlight_ports::{Clock, SystemClock};
use leadlight_tabular::{
    ColumnNote, DateOrder, DealColumns, DealTable, DecimalMark, Limits, RowOrder, Taken, WrittenAs,
    read_deals,
};
use serde_json::json;

use crate::cli::{Dates, Decimal, RowsStand, Train, Written};
use crate::output::{self, Output};
use crate::progress::Bars;
use crate::{declared, training_view};

/// Names of the files in a model's folder.
pub(crate) const MODEL: &str = "model.bin";
pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const REPORT_PAGE: &str = "report.html";
pub(crate) const REPORT_JSON: &str = "report.json";

/// A day begins up to 14 hours earlier than in UTC: what closed today in Auckland did not close in the future.
const FARTHEST_EAST: SignedDuration = SignedDuration::from_hours(14);
/// How the remedy ends of what is to be left out.
const LEAVE_OUT: &str = "leave it out";

/// `train`
pub(crate) fn train(args: &Train, output: Output) -> Result<()> {
    check_out(args)?;
    let bars = Bars::new();
    let declared = match &args.policy {
        Some(path) => declared::read(path)?,
        None => declared::Declarations::default(),
    };
    let champion = args.champion.as_deref().map(read_model).transpose()?;
    let table = read(args, &declared, &bars)?;
    if output.is_text() {
        output::note(&columns(&table));
    }
    let lineage = Lineage {
        policy: declared.policy.clone().unwrap_or_else(|| PolicyHash::of(inferred(&table).as_bytes())),
        code_version: env!("CARGO_PKG_VERSION").to_owned(),
        trained_at: SystemClock.now(),
    };
    let Study { mut report, trained } = learn(args, &table, &lineage, champion.as_ref(), &bars)?;
    report.file = Some(file_read(&table));
    fs::create_dir_all(&args.out).with_context(|| format!("{} cannot be made", args.out.display()))?;
    if let Some(trained) = &trained {
        write(&args.out.join(MODEL), &trained.artifact.to_bytes())?;
        write(&args.out.join(MANIFEST), &serde_json::to_vec_pretty(&trained.manifest)?)?;
    }
    write(&args.out.join(REPORT_JSON), &serde_json::to_vec_pretty(&report)?)?;
    write(&args.out.join(REPORT_PAGE), leadlight_report::html(&report).as_bytes())?;
    let value = json!({
        "report": report,
        "columns": table.columns.iter().map(column_json).collect::<Vec<_>>(),
        "out": args.out,
    });
    output.either(&value, |_| trained_text(&report, &args.out))?;
    match &report.verdict {
        StudyVerdict::Publish { .. } | StudyVerdict::Keep { .. } => Ok(()),
        StudyVerdict::Refuse { because } => bail!(
            "no model was written: {because}{} (the whole story is in {})",
            to_drop(&report),
            args.out.join(REPORT_PAGE).display()
        ),
    }
}

/// A model is never replaced in place: what scores with it would not know, and there would be no way back.
fn check_out(args: &Train) -> Result<()> {
    if args.out.join(MODEL).exists() {
        bail!("{} holds a model already; name another folder with --out", args.out.display());
    }
    if args.out.exists() && !args.out.is_dir() {
        bail!("{} is a file; name a folder with --out", args.out.display());
    }
    Ok(())
}

fn read(args: &Train, declared: &declared::Declarations, bars: &Bars) -> Result<DealTable> {
    const READ: &str = "Reading the deals";
    let columns = DealColumns {
        label: args.label.clone(),
        positive: args.positive.clone(),
        negative: args.negative.clone(),
        open: args.open.clone(),
        order: match (&args.time, args.rows) {
            (Some(column), _) => RowOrder::ClosedAt(column.clone()),
            (None, RowsStand::Oldest) => RowOrder::AsGiven,
            (None, RowsStand::Random) => RowOrder::None,
        },
        decided: args.decided.clone(),
        account: args.account.clone(),
        own_by: args.own_by.clone(),
        until: Some(SystemClock.now() + FARTHEST_EAST),
        drop: args.drop.clone(),
        declared: declared.columns.clone(),
        written: written_as(args.written),
    };
    bars.started(READ);
    let table = read_deals(&args.deals, &columns, Limits::default(), &mut |progress| {
        let message = format!("{} of {}", HumanBytes(progress.bytes_read), HumanBytes(progress.bytes_total));
        bars.step(
            READ,
            Step { done: progress.bytes_read, total: Some(progress.bytes_total), message: &message },
        );
    })?;
    bars.finished(READ);
    Ok(table)
}

/// What was said of how a file is written.
pub(crate) fn written_as(written: Written) -> WrittenAs {
    WrittenAs {
        decimal: written.decimal.map(|mark| match mark {
            Decimal::Point => DecimalMark::Point,
            Decimal::Comma => DecimalMark::Comma,
        }),
        dates: written.dates.map(|order| match order {
            Dates::DayFirst => DateOrder::DayFirst,
            Dates::MonthFirst => DateOrder::MonthFirst,
            Dates::YearFirst => DateOrder::YearFirst,
        }),
    }
}

fn learn(
    args: &Train,
    table: &DealTable,
    lineage: &Lineage,
    champion: Option<&Artifact>,
    bars: &Bars,
) -> Result<Study> {
    const LEARN: &str = "Learning and judging";
    if champion.is_some() && !matches!(table.deals.order, Order::ClosedAt(_)) {
        bail!(
            "a champion is only judged on deals that closed after it was trained; name the close date with --time"
        );
    }
    let unfit = champion.and_then(|champion| champion.matches_features(&table.deals.specs).err());
    let mut found = table.findings.clone();
    found.extend(unfit.as_ref().map(cannot_be_asked));
    bars.started(LEARN);
    let subject = args.deals.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let options = Options {
        subject,
        origin: Origin::File,
        champion: champion.filter(|_| unfit.is_none()),
        limits: GateLimits::default(),
        found,
        vendors: &[],
        progress: &mut |step| bars.step(LEARN, Step { done: 0, total: None, message: step.doing }),
    };
    let study = study(&table.deals, lineage, options)
        .with_context(|| format!("{} cannot be learnt from", args.deals.display()))?;
    bars.finished(LEARN);
    Ok(study)
}

/// A model from a folder that `train` wrote.
pub(crate) fn read_model(folder: &Path) -> Result<Artifact> {
    let path: PathBuf = folder.join(MODEL);
    let bytes = fs::read(&path).with_context(|| {
        format!("{} cannot be read; `leadlight train … --out DIR` writes it", path.display())
    })?;
    Artifact::from_bytes(&bytes).with_context(|| format!("{} is refused", path.display()))
}

/// What stands for a policy where there is none: the columns as they were taken.
fn inferred(table: &DealTable) -> String {
    let specs =
        table.deals.specs.iter().map(|spec| format!("{} {:?} {:?}", spec.name, spec.kind, spec.monotone));
    specs.collect::<Vec<_>>().join("\n")
}

/// Whole or not at all: a folder never holds half a file.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = path.with_extension("part");
    fs::write(&beside, bytes)
        .and_then(|()| fs::rename(&beside, path))
        .with_context(|| format!("{} cannot be written", path.display()))
}

fn columns(table: &DealTable) -> String {
    let width = table.columns.iter().map(|c| c.column.chars().count()).max().unwrap_or(0).min(32);
    let line =
        |note: &ColumnNote| format!("  {:<width$}  {:<9} {}", note.column, taken(note.taken), note.why);
    let notes = table.notes.iter().fold(String::new(), |notes, note| notes + "  " + note + "\n");
    let won = table.deals.won.iter().filter(|won| **won).count();
    let lines: Vec<String> = table.columns.iter().map(line).collect();
    format!("{} deals, {won} of them won\n{notes}The columns:\n{}", table.deals.len(), lines.join("\n"))
}

fn taken(taken: Taken) -> &'static str {
    use leadlight_model::FeatureKind;
    match taken {
        Taken::Label => "label",
        Taken::Time => "time",
        Taken::Decided => "decided",
        Taken::Account => "account",
        Taken::Dropped => "dropped",
        Taken::LeftOut => "left out",
        Taken::Feature(FeatureKind::Number) => "number",
        Taken::Feature(FeatureKind::Boolean) => "yes/no",
        Taken::Feature(FeatureKind::Category) => "category",
        Taken::Feature(FeatureKind::Tags { .. }) => "tags",
        Taken::Feature(FeatureKind::Title) => "title",
        Taken::Feature(FeatureKind::Date { .. }) => "date",
    }
}

/// How the file was read, for the report: what the terminal tells.
fn file_read(table: &DealTable) -> FileRead {
    let column = |note: &ColumnNote| ColumnRead {
        column: note.column.clone(),
        taken: taken(note.taken).to_owned(),
        why: note.why.clone(),
    };
    FileRead { columns: table.columns.iter().map(column).collect(), left_out: table.notes.clone() }
}

/// All columns that give the outcome away, as the option that leaves them out.
fn to_drop(report: &StudyReport) -> String {
    let is_leak =
        |finding: &&Finding| finding.severity == Severity::Red && finding.remedy.ends_with(LEAVE_OUT);
    let red = report.audit.findings.iter().filter(is_leak);
    let mut columns: Vec<&str> = red.filter_map(|finding| finding.feature.as_deref()).collect();
    columns.sort_unstable();
    columns.dedup();
    if columns.len() < 2 { String::new() } else { format!("; in one go: --drop \"{}\"", columns.join(",")) }
}

fn column_json(note: &ColumnNote) -> serde_json::Value {
    json!({ "column": note.column, "taken": taken(note.taken), "why": note.why })
}

fn trained_text(report: &StudyReport, out: &Path) -> String {
    let verdict = match &report.verdict {
        StudyVerdict::Publish { because, .. } if report.keeps_shared() => {
            format!("Models of their own have changed; the shared model stays: {because}.")
        }
        StudyVerdict::Publish { learner, because } => format!("The model is by {learner}: {because}."),
        StudyVerdict::Keep { because } => format!("The champion stays: {because}."),
        StudyVerdict::Refuse { because } => format!("No model: {because}."),
    };
    let page = out.join(REPORT_PAGE);
    format!("{verdict}{}\nThe report for people: {}", training_view::studied(report), page.display())
}

/// `report`
pub(crate) fn report(folder: &Path, output: Output) -> Result<()> {
    let path = folder.join(REPORT_JSON);
    let bytes = fs::read(&path).with_context(|| {
        format!("{} cannot be read; `leadlight train … --out DIR` writes it", path.display())
    })?;
    let report: StudyReport = serde_json::from_slice(&bytes)
        .with_context(|| format!("{} is no report of this release", path.display()))?;
    let page = folder.join(REPORT_PAGE);
    write(&page, leadlight_report::html(&report).as_bytes())?;
    output.either(&report, |report| trained_text(report, folder))
}
