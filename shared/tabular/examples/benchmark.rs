//! Measures the learners on a CSV file of closed deals.
//!
//! ```text
//! benchmark folds FILE LABEL [DROP,…]     log-loss, AUC and ECE: five random folds, and the newest fifth
//! benchmark fit FILE LABEL                seconds of one fit of each learner
//! benchmark study FILE LABEL              seconds and peak memory of reading and a whole study
//! benchmark lead FILE LABEL [DROP,…]      microseconds to encode, predict and explain one lead; load; bytes
//! ```
//! One JSON document on stdout. Build with `--release`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what this program is for")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of rows, and tenths of a probability"
)]

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;
use leadlight_lead::PolicyHash;
use leadlight_model::{
    Artifact, Bench, Deals, GateLimits, LearnerKind, Lineage, Options, Order, Origin, study, train,
};
use leadlight_tabular::{DealColumns, Limits, RowOrder, read_deals};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const KINDS: [LearnerKind; 4] = [
    LearnerKind::LogisticRegression,
    LearnerKind::ExplainableBoosting,
    LearnerKind::NewtonTrees,
    LearnerKind::BaggedTrees,
];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, file, label, rest @ ..] = arguments.as_slice() else {
        return Err("usage: benchmark folds|fit|study|lead FILE LABEL [DROP,…]".into());
    };
    let drop = rest.first().map_or_else(Vec::new, |d| d.split(',').map(str::to_owned).collect());
    if !Path::new(file).exists() {
        eprintln!("SKIPPED: {file} is not there");
        return Ok(());
    }
    let began = Instant::now();
    let deals = read(file, label, drop)?;
    let read_s = began.elapsed().as_secs_f64();
    let figures = match what.as_str() {
        "folds" => folds(&deals)?,
        "fit" => fit(&deals)?,
        "study" => whole(&deals, read_s)?,
        "lead" => lead(&deals)?,
        other => return Err(format!("{other} is nothing that is measured").into()),
    };
    println!("{figures:#}");
    Ok(())
}

fn read(file: &str, label: &str, drop: Vec<String>) -> Result<Deals> {
    let columns = DealColumns { drop, order: RowOrder::AsGiven, ..DealColumns::new(label) };
    Ok(read_deals(Path::new(file), &columns, Limits::default(), &mut |_| {})?.deals)
}

fn lineage() -> Lineage {
    Lineage {
        policy: PolicyHash::of(b"none"),
        code_version: env!("CARGO_PKG_VERSION").to_owned(),
        trained_at: Timestamp::UNIX_EPOCH,
    }
}

/// Some of the deals, in their order or in none.
fn some(deals: &Deals, rows: &[usize], order: Order) -> Deals {
    let mut part = Deals::new(deals.specs.clone());
    for (column, all) in part.columns.iter_mut().zip(&deals.columns) {
        for row in rows {
            column.push(&all.get(*row));
        }
    }
    part.won = rows.iter().map(|row| deals.won[*row]).collect();
    part.accounts = vec![None; rows.len()];
    part.order = order;
    part
}

/// Each learner by itself, and the one that the gate picks, on deals they have not seen.
fn folds(deals: &Deals) -> Result<Value> {
    let all: Vec<usize> = (0..deals.len()).collect();
    // Stratified: wins and losses are dealt out by turns, each in an order that looks random.
    let mut turns: Vec<usize> = all.clone();
    turns.sort_by_key(|row| (deals.won[*row], row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20));
    let mut random: Vec<(String, Vec<f64>)> = Vec::new();
    for fold in 0..5 {
        let (mut past, mut next): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        for (turn, row) in turns.iter().enumerate() {
            if turn % 5 == fold { &mut next } else { &mut past }.push(*row);
        }
        let (past, next) = (some(deals, &past, Order::None), some(deals, &next, Order::None));
        for kind in KINDS {
            eprintln!("fold {fold}: {kind}");
            let artifact = train(&past, kind, lineage())?.artifact;
            add(&mut random, kind.to_string(), figures(&artifact, &next)?);
        }
        if let (Some(artifact), _) = picked(&past)? {
            add(&mut random, "what the gate picks".to_owned(), figures(&artifact, &next)?);
        }
    }
    let newest = study(deals, &lineage(), options(&mut |_| {}))?;
    let learners: Vec<Value> = newest
        .report
        .learners
        .iter()
        .map(|l| json!({ "learner": l.learner, "metrics": l.metrics, "remark": l.remark }))
        .collect();
    let random: Vec<Value> = random
        .into_iter()
        .map(|(learner, sums)| {
            let [log_loss, auc, ece] = [0, 1, 2].map(|i| sums[i] / 5.0);
            json!({ "learner": learner, "log_loss": log_loss, "auc": auc, "ece": ece })
        })
        .collect();
    Ok(json!({ "random_5_fold": random, "newest_20_percent": learners, "verdict": newest.report.verdict }))
}

fn add(sums: &mut Vec<(String, Vec<f64>)>, learner: String, figures: [f64; 3]) {
    match sums.iter_mut().find(|(name, _)| *name == learner) {
        Some((_, sums)) => sums.iter_mut().zip(figures).for_each(|(sum, x)| *sum += x),
        None => sums.push((learner, figures.to_vec())),
    }
}

fn options(progress: &mut dyn FnMut(leadlight_model::Step<'_>)) -> Options<'_> {
    Options {
        subject: String::new(),
        origin: Origin::File,
        champion: None,
        limits: GateLimits::default(),
        found: Vec::new(),
        vendors: &[],
        progress,
    }
}

fn picked(deals: &Deals) -> Result<(Option<Artifact>, String)> {
    let study = study(deals, &lineage(), options(&mut |step| eprintln!("  {}", step.doing)))?;
    Ok((study.trained.map(|t| t.artifact), format!("{:?}", study.report.verdict)))
}

fn predict(artifact: &Artifact, deals: &Deals, row: usize) -> Result<leadlight_model::Prediction> {
    let place = |name: &str| deals.specs.iter().position(|s| s.name == name).unwrap_or(usize::MAX);
    Ok(artifact.voice(None).predict_cells(|spec| deals.columns[place(&spec.name)].get(row))?)
}

/// Log-loss, AUC and the calibration error over ten equal bins.
fn figures(artifact: &Artifact, deals: &Deals) -> Result<[f64; 3]> {
    let mut said: Vec<(f64, bool)> = Vec::new();
    for row in 0..deals.len() {
        said.push((predict(artifact, deals, row)?.probability, deals.won[row]));
    }
    let n = said.len() as f64;
    let loss: f64 = said.iter().map(|(p, won)| -(if *won { *p } else { 1.0 - p }).ln()).sum();
    let mut bins = [0.0_f64; 10];
    for (p, won) in &said {
        bins[((p * 10.0) as usize).min(9)] += p - f64::from(u8::from(*won));
    }
    said.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut losses, mut wins, mut won_over) = (0.0, 0.0, 0.0);
    for (_, won) in &said {
        if *won {
            won_over += losses;
            wins += 1.0;
        } else {
            losses += 1.0;
        }
    }
    Ok([loss / n, won_over / (wins * losses), bins.iter().map(|b| b.abs()).sum::<f64>() / n])
}

fn fit(deals: &Deals) -> Result<Value> {
    let mut fits = Vec::new();
    let bench = Bench::new(deals)?;
    for kind in KINDS {
        let began = Instant::now();
        let Some(size) = bench.fit(kind)? else { continue };
        let seconds = began.elapsed().as_secs_f64();
        eprintln!("{kind}: {seconds:.2} s");
        fits.push(json!({ "learner": kind, "seconds": seconds, "size": size }));
    }
    Ok(json!({ "deals": deals.len(), "features": deals.specs.len(), "fits": fits }))
}

fn whole(deals: &Deals, read_s: f64) -> Result<Value> {
    let began = Instant::now();
    let mut log = |step: leadlight_model::Step<'_>| {
        eprintln!("{:7.1} s  {}", began.elapsed().as_secs_f64(), step.doing);
    };
    let study = study(deals, &lineage(), options(&mut log))?;
    let peak = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let line = status.lines().find(|line| line.starts_with("VmHWM"))?.to_owned();
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    });
    Ok(json!({
        "deals": deals.len(), "read_seconds": read_s, "study_seconds": began.elapsed().as_secs_f64(),
        "peak_mb": peak.map(|kb| kb / 1024.0), "verdict": study.report.verdict,
        "learners": study.report.learners,
    }))
}

fn lead(deals: &Deals) -> Result<Value> {
    let mut models = Vec::new();
    for kind in KINDS {
        let trained = train(deals, kind, lineage())?;
        let bytes = trained.artifact.to_bytes();
        let began = Instant::now();
        for _ in 0..200 {
            black_box(Artifact::from_bytes(black_box(&bytes))?);
        }
        let load_ms = began.elapsed().as_secs_f64() * 1e3 / 200.0;
        let leads = deals.len().min(5_000);
        let began = Instant::now();
        for row in 0..leads {
            black_box(predict(&trained.artifact, deals, row)?);
        }
        let lead_us = began.elapsed().as_secs_f64() * 1e6 / leads as f64;
        models.push(json!({
            "learner": kind, "size": trained.manifest.size, "bytes": bytes.len(), "load_ms": load_ms,
            "lead_us": lead_us,
        }));
    }
    Ok(json!({ "models": models }))
}
