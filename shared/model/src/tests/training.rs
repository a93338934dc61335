//! What training learns, keeps and repeats.

use proptest::prelude::*;

use super::{linear, train, trained};
use crate::calibration::CalibrationMethod;
use crate::evaluate::evaluate;
use crate::golden::GoldenValue;
use crate::learners::{LearnerKind, competitors};
use crate::manifest::Manifest;
use crate::math::sigmoid;
use crate::recipe::{Lesson, compete};
use crate::rows::{SortedRows, TrainingRow};
use crate::simulate::{FEATURES, Simulator, lineage, specs};
use crate::table::Deals;

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
        let deals = Deals::from_rows(&specs(), &rows);
        let all: Vec<usize> = (0..80).collect();
        let lesson = Lesson {
            deals: &deals,
            rows: &all,
            accounts: &[0; 80],
            vendors: &[],
            closed: 80,
            is_judged_forward: true,
        };
        let learner = competitors(80, false).into_iter().take(1).collect();
        let mut field = compete(lesson, learner, &mut |_| {}).unwrap();
        field.entrants.remove(0).unseen.points
    };
    let (before, after) = (margins(80), margins(70));
    assert_eq!((before.len(), after.len()), (40, 40));
    for (at, (a, b)) in before.iter().zip(&after).enumerate() {
        assert!((a.0 - b.0).abs() < 1e-12, "{at}: {a:?} {b:?}");
        assert_eq!(a.1 == b.1, at < 30);
    }
}

#[test]
fn golden_predictions_know_gaps_and_values_and_copy_nobody() {
    let (trained, rows) = trained();
    let golden = &trained.artifact.body().golden;
    assert!(golden[0].values.iter().all(|v| *v == GoldenValue::Unknown));
    for feature in 0..FEATURES.len() {
        let known = golden.iter().filter(|g| g.values[feature] != GoldenValue::Unknown).count();
        assert!((8..16).contains(&known), "{known} known values of feature {feature}");
    }
    for row in &rows {
        let value =
            |f: &(&str, _, _)| row.features.number(f.0).map_or(GoldenValue::Unknown, GoldenValue::Number);
        let values: Vec<_> = FEATURES.iter().map(value).collect();
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
    let terms = linear(&scorer.learned);
    for (columns, (name, _, weight)) in scorer.encoder.ranges().zip(FEATURES) {
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
    let terms = linear(&scorer.learned);
    let (mut raw, mut calibrated, mut won) = (0.0, 0.0, 0.0);
    for row in future {
        raw += sigmoid(terms.margin(&scorer.encoder.encode_vector(&row.features).unwrap()));
        calibrated += trained.artifact.predict(&row.features).unwrap().probability;
        won += f64::from(u8::from(row.won));
    }
    assert!(
        (calibrated - won).abs() < 0.8 * (raw - won).abs(),
        "raw {raw}, calibrated {calibrated}, won {won}"
    );
}

#[test]
fn few_deals_are_learnt_from_with_a_strong_hand() {
    let strengths = |deals: usize| {
        let learners = competitors(deals, false).into_iter();
        let logistic = learners.filter(|l| l.kind() == LearnerKind::LogisticRegression);
        logistic.map(|l| l.remark(deals)).collect::<Vec<_>>()
    };
    assert_eq!(strengths(199).last().unwrap(), "L2 strength 10");
    assert_eq!(strengths(200).last().unwrap(), "L2 strength 1");
    let booster =
        if cfg!(feature = "boosters") { LearnerKind::BaggedTrees } else { LearnerKind::NewtonTrees };
    let boosters = |deals| {
        let kinds = competitors(deals, false).into_iter().map(|l| l.kind());
        kinds
            .filter(|kind| matches!(kind, LearnerKind::BaggedTrees | LearnerKind::NewtonTrees))
            .collect::<Vec<_>>()
    };
    assert_eq!((boosters(199), boosters(200)), (Vec::new(), vec![booster]));
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
    assert_eq!(
        (manifest.first_closed_at, manifest.last_closed_at),
        (Some(rows[0].closed_at), Some(rows[299].closed_at))
    );
    assert_eq!(manifest.features, specs());
    assert_eq!(manifest.metrics_on_newest.deals, 60);
    let json = serde_json::to_string_pretty(manifest).unwrap();
    assert_eq!(&serde_json::from_str::<Manifest>(&json).unwrap(), manifest);
}

#[test]
fn a_champion_is_judged_on_closed_deals() {
    let (trained, rows) = trained();
    let deals = Deals::from_rows(&specs(), &rows);
    let sorted = SortedRows::new(&deals);
    let newest: Vec<&TrainingRow> = sorted.split().1.iter().map(|row| &rows[*row]).collect();
    let metrics = evaluate(&trained.artifact, newest).unwrap();
    assert_eq!(metrics.deals, trained.manifest.metrics_on_newest.deals);
    assert_eq!(metrics.won, trained.manifest.metrics_on_newest.won);
    let all = evaluate(&trained.artifact, &rows).unwrap();
    assert!(all.log_loss < all.base_rate_log_loss);
    assert!(evaluate(&trained.artifact, &[]).is_err());
}
