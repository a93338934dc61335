//! What training learns, keeps and repeats.

use proptest::prelude::*;

use super::trained;
use crate::calibration::CalibrationMethod;
use crate::learner::Learned;
use crate::manifest::Manifest;
use crate::math::sigmoid;
use crate::metrics::evaluate;
use crate::recipe::forward_margins;
use crate::rows::{TrainingRow, judge_split};
use crate::simulate::{FEATURES, Simulator, lineage, specs};
use crate::train::train;

/// 120 deals, three of them closed at the same instant each time.
fn with_ties() -> Vec<TrainingRow> {
    let mut rows = Simulator::new(3).deals(120, -0.5, 0.0);
    for i in 0..rows.len() {
        rows[i].closed_at = rows[i - i % 3].closed_at;
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_same_rows_in_any_order_give_the_same_bytes(rows in Just(with_ties()).prop_shuffle()) {
        let straight = train(&specs(), &with_ties(), lineage()).unwrap();
        let shuffled = train(&specs(), &rows, lineage()).unwrap();
        prop_assert_eq!(straight.artifact.to_bytes(), shuffled.artifact.to_bytes());
        prop_assert_eq!(straight.manifest, shuffled.manifest);
    }
}

/// The outcomes of a step's own deals and of later ones have no say in what is predicted for it.
#[test]
fn calibration_looks_only_forward() {
    let rows = Simulator::new(13).deals(80, 0.0, 0.0);
    let margins = |turned_from: usize| {
        let mut rows = rows.clone();
        for row in &mut rows[turned_from..] {
            row.won = !row.won;
        }
        forward_margins(&specs(), &rows.iter().collect::<Vec<_>>(), 10.0).unwrap()
    };
    let (before, after) = (margins(80), margins(70));
    assert_eq!((before.len(), after.len()), (40, 40));
    assert_eq!(before[..30], after[..30]);
    for (a, b) in before[30..].iter().zip(&after[30..]) {
        assert_eq!((a.0.to_bits(), a.1), (b.0.to_bits(), !b.1));
    }
}

#[test]
fn golden_predictions_know_gaps_and_values_and_copy_nobody() {
    let (trained, rows) = trained();
    let golden = &trained.artifact.body().golden;
    assert!(golden[0].values.iter().all(Option::is_none));
    for feature in 0..FEATURES.len() {
        let known = golden.iter().filter(|g| g.values[feature].is_some()).count();
        assert!((8..16).contains(&known), "{known} known values of feature {feature}");
    }
    for row in &rows {
        let values: Vec<_> = FEATURES.iter().map(|f| row.features.get(f.0)).collect();
        assert!(golden.iter().all(|g| g.values != values));
    }
}

#[test]
fn one_changed_label_gives_another_model() {
    let (trained, mut rows) = trained();
    rows[17].won = !rows[17].won;
    let other = train(&specs(), &rows, lineage()).unwrap();
    assert_ne!(trained.manifest.data, other.manifest.data);
    assert_ne!(trained.artifact.hash(), other.artifact.hash());
}

/// Weights of the invented process, a standard deviation each, are found again.
#[test]
fn known_weights_are_recovered() {
    let rows = Simulator::new(11).deals(4000, -0.5, 0.0);
    let trained = train(&specs(), &rows, lineage()).unwrap();
    let scorer = trained.artifact.scorer();
    let Learned::Linear(terms) = &scorer.learned;
    for ((_, columns), (name, _, weight)) in scorer.encoder.columns().zip(FEATURES) {
        let found = terms.coefficients[columns.start];
        assert!((found - weight).abs() < 0.2, "{name}: {found}, in truth {weight}");
    }
    let metrics = trained.artifact.metrics();
    assert!(metrics.log_loss < 0.8 * metrics.base_rate_log_loss, "{metrics:?}");
    assert!(metrics.auc.unwrap() > 0.8 && metrics.ece < 0.06, "{metrics:?}");
    let calibration = trained.artifact.calibration();
    assert_eq!(calibration.method, CalibrationMethod::SlopeAndIntercept);
    assert!((calibration.slope - 1.0).abs() < 0.15 && calibration.intercept.abs() < 0.15, "{calibration:?}");
}

/// The share won doubles over time: the calibration follows it, so new leads get nearer to the truth than
/// the learner alone would bring them.
#[test]
fn calibration_follows_drift() {
    let rows = Simulator::new(5).deals(2500, -1.5, 2.5);
    let (past, future) = rows.split_at(2000);
    let trained = train(&specs(), past, lineage()).unwrap();
    let calibration = trained.artifact.calibration();
    assert!(calibration.intercept > 0.2, "{calibration:?}");
    let scorer = trained.artifact.scorer();
    let Learned::Linear(terms) = &scorer.learned;
    let (mut raw, mut calibrated, mut won) = (0.0, 0.0, 0.0);
    for row in future {
        raw += sigmoid(terms.margin(&scorer.encode(&row.features).unwrap()));
        calibrated += trained.artifact.predict(&row.features).unwrap().probability;
        won += f64::from(u8::from(row.won));
    }
    assert!(
        (calibrated - won).abs() < 0.8 * (raw - won).abs(),
        "raw {raw}, calibrated {calibrated}, won {won}"
    );
}

#[test]
fn settings_follow_the_number_of_deals() {
    for (deals, alpha, method) in [
        (199, 10.0, CalibrationMethod::Intercept),
        (200, 1.0, CalibrationMethod::Intercept),
        (499, 1.0, CalibrationMethod::Intercept),
        (500, 1.0, CalibrationMethod::SlopeAndIntercept),
    ] {
        let manifest =
            train(&specs(), &Simulator::new(2).deals(deals, -0.5, 0.0), lineage()).unwrap().manifest;
        assert!((manifest.alpha - alpha).abs() < 1e-15);
        assert_eq!(manifest.calibration.method, method, "{deals} deals");
    }
}

/// What the newest 20 % say must not reach the model that is judged on them: turning their labels round
/// turns the judgement round, to the exact mirror of the AUC.
#[test]
fn the_judge_is_clean() {
    let rows = Simulator::new(9).deals(300, 0.0, 0.0);
    let turned: Vec<TrainingRow> = rows
        .iter()
        .enumerate()
        .map(|(i, row)| TrainingRow { won: row.won ^ (i >= 240), ..row.clone() })
        .collect();
    let auc = |rows| train(&specs(), rows, lineage()).unwrap().artifact.metrics().auc.unwrap();
    assert!((auc(&rows) + auc(&turned) - 1.0).abs() < 1e-12);
}

#[test]
fn the_manifest_tells_what_the_artifact_is() {
    let (trained, rows) = trained();
    let manifest = &trained.manifest;
    assert_eq!(manifest.model, trained.artifact.hash());
    assert_eq!(manifest.artifact_bytes, trained.artifact.to_bytes().len());
    assert_eq!((manifest.deals, manifest.won + manifest.lost), (300, 300));
    assert_eq!(manifest.won, rows.iter().filter(|r| r.won).count());
    assert_eq!((manifest.first_closed_at, manifest.last_closed_at), (rows[0].closed_at, rows[299].closed_at));
    assert_eq!(manifest.features, specs());
    assert_eq!(manifest.metrics_on_newest.deals, 60);
    let json = serde_json::to_string_pretty(manifest).unwrap();
    assert_eq!(&serde_json::from_str::<Manifest>(&json).unwrap(), manifest);
}

#[test]
fn a_champion_is_judged_on_the_same_split() {
    let (trained, rows) = trained();
    let split = judge_split(&rows);
    let metrics = evaluate(&trained.artifact, split.newest.iter().copied()).unwrap();
    assert_eq!(metrics.deals, trained.manifest.metrics_on_newest.deals);
    assert_eq!(metrics.won, trained.manifest.metrics_on_newest.won);
    let all = evaluate(&trained.artifact, &rows).unwrap();
    assert!(all.log_loss < all.base_rate_log_loss);
    assert!(evaluate(&trained.artifact, &[]).is_err());
}
