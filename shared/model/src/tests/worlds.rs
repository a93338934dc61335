//! Worlds whose share won moves: where the published model's mean stands beside what recent deals were, and the next ones
//! are.

use std::f64::consts::TAU;

use jiff::{SignedDuration, Timestamp};

use super::options;
use crate::math::{count, sigmoid};
use crate::simulate::{Simulator, lineage, specs};
use crate::{Artifact, Deals, TrainingRow, study};

const MONTHS: u32 = 24;
const A_MONTH: u32 = 20;

/// A world: its name, and the mean lead's log-odds in a month.
type World = (&'static str, fn(f64) -> f64);

const WORLDS: [World; 7] = [
    ("steady", |_| -1.5),
    ("rising", |month| -2.5 + month / 12.0),
    ("falling", |month| -0.5 - month / 12.0),
    ("risen, then level", |month| -2.5 + month.min(12.0) / 6.0),
    ("a step up half a year ago", |month| if month < 18.0 { -2.2 } else { -0.9 }),
    ("a step down half a year ago", |month| if month < 18.0 { -0.9 } else { -2.2 }),
    ("seasonal", |month| -1.5 + 0.8 * (TAU * month / 12.0).sin()),
];

/// A month's deals, spread over it.
fn month(world: &mut Simulator, level: fn(f64) -> f64, month: u32, deals: u32) -> Vec<TrainingRow> {
    let mut rows = world.deals(deals, level(f64::from(month)), 0.0);
    for (place, row) in (0_u32..).zip(&mut rows) {
        let hours = 720 * i64::from(month) + 720 * i64::from(place) / i64::from(deals);
        row.closed_at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
    }
    rows
}

fn published(rows: &[TrainingRow]) -> Option<Artifact> {
    let found = study(&Deals::from_rows(&specs(), rows), &lineage(), options()).unwrap();
    found.trained.map(|trained| trained.artifact)
}

/// The mean probability over the share won.
fn beyond(model: &Artifact, rows: &[TrainingRow]) -> f64 {
    let said: f64 = rows.iter().map(|row| model.predict(&row.features).unwrap().probability).sum();
    (said - count(rows.iter().filter(|row| row.won).count())) / count(rows.len())
}

/// How far the model's mean lies above the share won among the newest fifth that it has learnt from, and among the deals of
/// the next month: means over histories.
fn biases(level: fn(f64) -> f64, histories: u64) -> (f64, f64) {
    let (mut recent, mut next) = (Vec::new(), Vec::new());
    for seed in 0..histories {
        let mut world = Simulator::new(500 + seed);
        let past: Vec<TrainingRow> =
            (0..MONTHS).flat_map(|at| month(&mut world, level, at, A_MONTH)).collect();
        // One that publishes nothing promises nothing.
        let Some(model) = published(&past) else { continue };
        recent.push(beyond(&model, &past[past.len() * 4 / 5..]));
        next.push(beyond(&model, &month(&mut world, level, MONTHS, 2000)));
    }
    assert!(recent.len() as u64 * 4 >= histories * 3, "most histories end with a model");
    let mean = |of: &[f64]| of.iter().sum::<f64>() / count(of.len());
    (mean(&recent), mean(&next))
}

/// `LEADLIGHT_HISTORIES=20 cargo test -p leadlight-model worlds -- --nocapture` gives the table in `docs/measurements.md`.
#[test]
fn the_published_mean_is_what_recent_deals_were() {
    let histories = std::env::var("LEADLIGHT_HISTORIES").map_or(2, |text| text.parse().unwrap());
    println!("{histories} histories of {} deals each, in percentage points", MONTHS * A_MONTH);
    for (name, level) in WORLDS {
        let (recent, next) = biases(level, histories);
        let share = 100.0 * sigmoid(level(f64::from(MONTHS)));
        println!(
            "{name:<28} recent deals {:+.1}   next month {:+.1}   (a mean lead then {share:.0} %)",
            100.0 * recent,
            100.0 * next
        );
        assert!(recent.abs() < 0.05, "{name}: {recent}");
    }
}
