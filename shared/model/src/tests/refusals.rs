//! What training refuses, and what it takes with a note.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{CriterionGroup, FeatureVector};

use super::train;
use crate::encoder::FeatureError;
use crate::feature::{FeatureKind, FeatureSpec};
use crate::learners::LearnerKind;
use crate::rows::TrainingRow;
use crate::simulate::{Simulator, lineage, specs};
use crate::table::{Cells, Deals};
use crate::train::TrainError;

fn spec(name: &str) -> FeatureSpec {
    FeatureSpec {
        name: name.to_owned(),
        group: CriterionGroup::Icp,
        factor: name.to_owned(),
        kind: FeatureKind::Number,
        monotone: None,
        rule: None,
        prior: None,
    }
}

/// Deals a day apart; `value` gives a deal's values by its place, even places are won.
fn deals(n: i64, value: impl Fn(i64) -> Vec<(&'static str, Option<f64>)>) -> Vec<TrainingRow> {
    (0..n)
        .map(|i| {
            let values: BTreeMap<_, _> = value(i).into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
            TrainingRow {
                features: FeatureVector::new(values).unwrap(),
                won: i % 2 == 0,
                closed_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * i),
                account: None,
                scope: None,
            }
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn varied(i: i64) -> f64 {
    ((i * 7919) % 101) as f64
}

#[test]
fn forty_nine_deals_are_too_few_and_fifty_enough() {
    let rows = deals(50, |i| vec![("x", Some(varied(i)))]);
    assert!(train(&[spec("x")], &rows, lineage()).is_ok());
    let error = train(&[spec("x")], &rows[..49], lineage()).unwrap_err();
    assert_eq!(
        error,
        TrainError::TooFewDeals {
            closed: 49,
            won: 25,
            lost: 24,
            needed_closed: 1,
            needed_won: 0,
            needed_lost: 0
        }
    );
    assert!(error.to_string().contains("at least 1 more closed"), "{error}");
}

#[test]
fn ten_of_each_class_are_needed() {
    let with_won = |won: i64| {
        let mut rows = deals(60, |i| vec![("x", Some(varied(i)))]);
        for (i, row) in (0..).zip(&mut rows) {
            row.won = i < won;
        }
        train(&[spec("x")], &rows, lineage())
    };
    assert!(with_won(10).is_ok());
    let error = with_won(9).unwrap_err();
    assert!(
        matches!(error, TrainError::TooFewDeals { needed_closed: 1, needed_won: 1, needed_lost: 0, .. }),
        "{error}"
    );
    for one_class in [0, 60] {
        assert!(
            matches!(with_won(one_class), Err(TrainError::TooFewDeals { needed_closed: 10, .. })),
            "{one_class} won"
        );
    }
    // Enough lost deals, but all of them among the newest.
    assert_eq!(with_won(49).unwrap_err(), TrainError::OneSidedHistory { deals: 48, won: true });
    let none = train(&[spec("x")], &[], lineage()).unwrap_err();
    assert!(matches!(none, TrainError::TooFewDeals { needed_closed: 50, .. }));
}

/// The oldest deals were all won, and the first losses came too late for any to be predicted: there is no model yet, and
/// nothing is wrong.
#[test]
fn a_past_of_one_kind_says_that_it_is_too_early() {
    let mut rows = deals(200, |i| vec![("x", Some(varied(i)))]);
    for (i, row) in (0..).zip(&mut rows) {
        row.won = i < 188;
    }
    let error = train(&[spec("x")], &rows, lineage()).unwrap_err();
    assert_eq!(error, TrainError::OneSidedHistory { deals: 175, won: true });
    assert!(error.is_too_early());
}

#[test]
fn columns_that_say_nothing_are_left_out_with_a_note() {
    let rows = deals(80, |i| {
        vec![
            ("x", Some(varied(i))),
            ("never", None),
            ("constant", Some(3.0)),
            ("sometimes", (i % 3 == 0).then_some(3.0)),
        ]
    });
    let specs = ["x", "never", "constant", "sometimes", "absent"].map(spec);
    let trained = train(&specs, &rows, lineage()).unwrap();
    assert_eq!(
        trained.manifest.notes,
        [
            "`never` is not known in any closed deal: left out",
            "`constant` is the same in every closed deal: left out",
            "`sometimes` is the same wherever it is known: only whether it is known counts",
            "`absent` is not known in any closed deal: left out",
        ]
    );
    // What is left out is no reason, and the vector's other values are welcome.
    let prediction = trained.artifact.predict(&rows[0].features).unwrap();
    let told: Vec<&str> = prediction.reasons.iter().map(|reason| reason.factor.as_str()).collect();
    assert_eq!(told, ["x", "sometimes", crate::BASELINE_FACTOR]);
    assert_eq!(trained.artifact.scorer().encoder.width(), 2);
}

#[test]
fn a_spread_lost_in_rounding_is_none() {
    let rows = deals(60, |i| vec![("x", Some(varied(i))), ("noise", Some(1e15 + varied(i) / 200.0))]);
    let trained = train(&[spec("x"), spec("noise")], &rows, lineage()).unwrap();
    assert_eq!(trained.manifest.notes, ["`noise` is the same in every closed deal: left out"]);
}

#[test]
fn nothing_to_learn_from_is_said() {
    let rows = deals(60, |_| vec![("x", Some(1.0))]);
    assert_eq!(train(&[spec("x")], &rows, lineage()).unwrap_err(), TrainError::NothingVaries);
    assert_eq!(train(&[], &rows, lineage()).unwrap_err(), TrainError::NoFeatures);
}

#[test]
fn features_declared_twice_or_as_baseline_are_refused() {
    let rows = deals(60, |i| vec![("x", Some(varied(i)))]);
    let twice = train(&[spec("x"), spec("x")], &rows, lineage()).unwrap_err();
    assert_eq!(twice, TrainError::DuplicateFeature { feature: "x".to_owned() });
    let baseline = FeatureSpec { group: CriterionGroup::Baseline, ..spec("x") };
    let error = train(&[baseline], &rows, lineage()).unwrap_err();
    assert_eq!(error, TrainError::ReservedGroup { feature: "x".to_owned() });
}

#[test]
fn numbers_that_are_not_finite_or_too_large_are_refused_by_name() {
    let mut columns = Deals::from_rows(&[spec("x")], &deals(60, |i| vec![("x", Some(varied(i)))]));
    let Cells::Numbers(numbers) = &mut columns.columns[0] else { panic!() };
    numbers[59] = f64::INFINITY;
    let error = crate::train::train(&columns, LearnerKind::LogisticRegression, lineage()).unwrap_err();
    assert_eq!(error, TrainError::Feature(FeatureError::NotFinite { feature: "x".to_owned() }));

    let rows = deals(60, |i| vec![("x", Some(varied(i) * 1e306))]);
    let error = train(&[spec("x")], &rows, lineage()).unwrap_err();
    assert_eq!(error, TrainError::Feature(FeatureError::TooLarge { feature: "x".to_owned() }));
}

#[test]
fn repeated_rows_and_separable_ones_give_finite_models() {
    let one = Simulator::new(4).deals(30, 0.0, 0.0);
    let repeated: Vec<_> = one.iter().chain(&one).chain(&one).cloned().collect();
    let trained = train(&specs(), &repeated, lineage()).unwrap();
    assert_eq!(trained.manifest.deals, 90);

    let separable = deals(600, |i| vec![("x", Some(if i % 2 == 0 { 1.0 } else { -1.0 }))]);
    let trained = train(&[spec("x")], &separable, lineage()).unwrap();
    let p = trained.artifact.predict(&separable[0].features).unwrap().probability;
    assert!(p > 0.9 && p < 0.999, "{p}");
}

#[test]
fn deals_all_closed_at_one_instant_are_taken() {
    let mut rows = Simulator::new(6).deals(100, 0.0, 0.0);
    for row in &mut rows {
        row.closed_at = Timestamp::UNIX_EPOCH;
    }
    let metrics = train(&specs(), &rows, lineage()).unwrap().manifest.metrics_on_newest;
    assert!(metrics.deals == 20 && (2..=18).contains(&metrics.won), "{metrics:?}");
}
