//! `score`: a model's word on each lead of a file.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context, Result, bail};
use leadlight_local_aws::{Progress, Step};
use leadlight_model::{Cell, FeatureSpec, Interval};
use leadlight_ports::{Clock, SystemClock};
use leadlight_tabular::{LeadReader, TableError};
use serde_json::json;

use crate::cli::Score;
use crate::learn::{read_model, written_as};
use crate::output::{self, Output, counted};
use crate::progress::Bars;

/// The columns that are written.
const SAID: [&str; 6] = ["probability", "probability_from", "probability_to", "score", "summary", "reasons"];
/// A further one where leads may have a model of their own: whose answered.
const OWN_MODEL: &str = "own_model";
/// Names of columns that tell whose row it is, by letters and digits: of each list the first that is there.
const IDS: [&[&str]; 2] = [
    &[
        "recordid",
        "hsobjectid",
        "opportunityid",
        "leadid",
        "contactid",
        "dealid",
        "id",
        "datensatzid",
        "recordnumber",
    ],
    &["email", "emailaddress", "workemail", "personemailwork", "emailadresse", "contactemail"],
];

/// `score`
pub(crate) fn score(args: &Score, output: Output) -> Result<()> {
    const SCORE: &str = "Scoring leads";
    let artifact = read_model(&args.model)?;
    let specs: Vec<FeatureSpec> = artifact.features().cloned().collect();
    let reader = LeadReader::open(&args.leads, &specs, args.decided.as_deref())?;
    let reader = reader.written(written_as(args.written));
    let ids = id_columns(reader.header());
    let scope = args.own_by.as_deref().map(|name| column(reader.header(), name)).transpose()?;
    if scope.is_none() && artifact.own_models().next().is_some() {
        let whose: Vec<&str> = artifact.own_models().map(|(scope, _)| scope).collect();
        output::note(&format!(
            "  the model has own ones for {}, and no lead is scored by them: name the column that tells them apart with --own-by",
            whose.join(", ")
        ));
    }
    let beside = args.out.with_extension("part");
    if is_same_file(&args.out, &args.leads) || is_same_file(&beside, &args.leads) {
        bail!("--out would overwrite the leads; name another file");
    }
    if args.out.exists() && !args.force {
        bail!("{} is there already; name another file, or overwrite it with --force", args.out.display());
    }
    let file = File::create(&beside).with_context(|| format!("{} cannot be written", beside.display()))?;
    let mut writer = csv::Writer::from_writer(file);
    let bars = Bars::new();
    bars.started(SCORE);
    let columns = Columns { ids: &ids, scope };
    let written = write_scores(&artifact, &specs, reader, columns, &mut writer, &mut |done, total| {
        bars.step(SCORE, Step { done, total: Some(total), message: "" });
    });
    let notes = match written.and_then(|notes| {
        writer.flush()?;
        fs::rename(&beside, &args.out)?;
        Ok(notes)
    }) {
        Ok(notes) => notes,
        Err(error) => {
            // Half a file helps nobody; that it stays is no further harm.
            let _ = fs::remove_file(&beside);
            return Err(error.context(format!("{} was not written", args.out.display())));
        }
    };
    bars.finished(SCORE);
    notes.notes.iter().for_each(|note| output::note(&format!("  {note}")));
    let value =
        json!({ "leads": notes.rows, "out": args.out, "model": artifact.hash(), "notes": notes.notes });
    output.either(&value, |_| format!("{} scored: {}", counted(notes.rows, "lead"), args.out.display()))
}

/// The columns that tell whose row it is: the file's id and the address, or else the first column whose name ends in
/// `id`.
fn id_columns(header: &[String]) -> Vec<usize> {
    let keys: Vec<String> = header
        .iter()
        .map(|name| leadlight_reading::fold(name).chars().filter(|c| c.is_alphanumeric()).collect())
        .collect();
    let mut found: Vec<usize> = IDS
        .iter()
        .filter_map(|names| names.iter().find_map(|name| keys.iter().position(|key| key == name)))
        .collect();
    if found.is_empty() {
        let is_id = |name: &String| {
            let words = leadlight_reading::fold(name);
            words.split(|c: char| !c.is_alphanumeric()).next_back() == Some("id")
        };
        found.extend(header.iter().position(is_id));
    }
    found.sort_unstable();
    found
}

/// Where a column stands that is named as in the file, but for case.
fn column(header: &[String], name: &str) -> Result<usize> {
    let is_it =
        |other: &String| leadlight_reading::fold(other.trim()) == leadlight_reading::fold(name.trim());
    header.iter().position(is_it).with_context(|| {
        format!(
            "there is no column \"{name}\" to say whose own model answers; there are {}",
            header.join(", ")
        )
    })
}

/// Whether two paths lead to one file, however they are written.
fn is_same_file(a: &Path, b: &Path) -> bool {
    match (fs::canonicalize(a), fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        // One that is not there is no other one.
        _ => false,
    }
}

/// A text that a spreadsheet takes for a formula is held back by an apostrophe.
pub(crate) fn as_text(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

/// Columns of the file that are looked at beside the features.
#[derive(Clone, Copy)]
struct Columns<'a> {
    /// Written again.
    ids: &'a [usize],
    /// Says whose own model answers.
    scope: Option<usize>,
}

#[derive(Debug)]
struct Scored {
    rows: u64,
    notes: Vec<String>,
}

/// A failure while leads are read and scored.
#[derive(Debug, thiserror::Error)]
enum ScoreError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("line {line} cannot be scored: {problem}")]
    Lead { line: u64, problem: leadlight_model::PredictError },
    #[error("the scores cannot be written")]
    Write(#[from] csv::Error),
}

fn write_scores(
    artifact: &leadlight_model::Artifact,
    specs: &[FeatureSpec],
    reader: LeadReader<'_>,
    Columns { ids, scope }: Columns<'_>,
    writer: &mut csv::Writer<File>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Scored> {
    let own = ids.iter().filter_map(|place| reader.header().get(*place)).cloned().map(as_text);
    let own: Vec<String> = own.collect();
    let names = ["row"].into_iter().chain(own.iter().map(String::as_str)).chain(SAID);
    writer.write_record(names.chain(scope.map(|_| OWN_MODEL)))?;
    let places: std::collections::HashMap<&str, usize> =
        specs.iter().enumerate().map(|(at, spec)| (spec.name.as_str(), at)).collect();
    let read = reader.read::<ScoreError>(
        SystemClock.now(),
        &mut |p| progress(p.bytes_read, p.bytes_total),
        &mut |lead| {
            let cell = |spec: &FeatureSpec| {
                places
                    .get(spec.name.as_str())
                    .and_then(|at| lead.cells.get(*at))
                    .cloned()
                    .unwrap_or(Cell::Unknown)
            };
            let texts: Vec<&str> = lead.texts().collect();
            let whose = scope.and_then(|place| texts.get(place)).map(|text| text.trim());
            let voice = artifact.voice(whose);
            let prediction =
                voice.predict_cells(cell).map_err(|problem| ScoreError::Lead { line: lead.line, problem })?;
            let end = |end: fn(&Interval) -> f64| {
                prediction.interval.as_ref().map_or_else(String::new, |i| format!("{:.6}", end(i)))
            };
            let reasons: Vec<String> =
                prediction.reasons.iter().map(|r| format!("{} {:+.4}", r.factor, r.contribution)).collect();
            let own = ids.iter().map(|place| as_text(texts.get(*place).copied().unwrap_or("").to_owned()));
            let said = [
                format!("{:.9}", prediction.probability),
                end(|i| i.from),
                end(|i| i.to),
                format!("{:.4}", prediction.score.value()),
                as_text(prediction.summary()),
                as_text(reasons.join("; ")),
            ];
            let answered = scope.map(|_| as_text(voice.own().unwrap_or_default().to_owned()));
            let row = [lead.row.to_string()].into_iter().chain(own).chain(said).chain(answered);
            writer.write_record(row)?;
            Ok(())
        },
    )?;
    Ok(Scored { rows: read.rows, notes: read.notes })
}
