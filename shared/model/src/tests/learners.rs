//! What every learner must hold.

use crate::feature::{FeatureSpec, Monotone};
use crate::learners::LearnerKind;
use crate::rows::TrainingRow;
use crate::simulate::{FEATURES, Simulator, lineage, specs};
use crate::table::Deals;
use crate::train::{Trained, train};

const KINDS: &[LearnerKind] = &[
    LearnerKind::LogisticRegression,
    LearnerKind::NewtonTrees,
    #[cfg(feature = "boosters")]
    LearnerKind::ExplainableBoosting,
    #[cfg(feature = "boosters")]
    LearnerKind::BaggedTrees,
];

fn model(kind: LearnerKind, specs: &[FeatureSpec], rows: &[TrainingRow]) -> Trained {
    train(&Deals::from_rows(specs, rows), kind, lineage()).unwrap()
}

#[test]
fn each_learns_and_explains_exactly() {
    let rows = Simulator::new(21).deals(900, -0.5, 0.0);
    for kind in KINDS {
        let trained = model(*kind, &specs(), &rows);
        let metrics = trained.artifact.metrics();
        assert!(metrics.log_loss < 0.9 * metrics.base_rate_log_loss, "{kind}: {metrics:?}");
        assert_eq!(trained.manifest.learner, *kind);
        for row in rows.iter().take(200) {
            let prediction = trained.artifact.predict(&row.features).unwrap();
            let sum: f64 = prediction.reasons.iter().map(|r| r.contribution).sum();
            assert!((sum - prediction.margin).abs() < 1e-9, "{kind}: {sum} {}", prediction.margin);
            let interval = prediction.interval.unwrap();
            assert!(0.0 <= interval.from && interval.from < interval.to && interval.to <= 1.0);
        }
        assert!(trained.manifest.artifact_bytes < 200_000, "{kind}: {}", trained.manifest.artifact_bytes);
    }
}

#[test]
fn the_same_deals_in_any_order_give_the_same_bytes() {
    let rows = Simulator::new(22).deals(260, -0.5, 0.0);
    let turned: Vec<TrainingRow> = rows.iter().rev().cloned().collect();
    for kind in KINDS {
        let (a, b) = (model(*kind, &specs(), &rows), model(*kind, &specs(), &turned));
        assert_eq!(a.artifact.hash(), b.artifact.hash(), "{kind}");
    }
}

/// A feature that works against what the policy demands of it: its effect is 0 at worst.
#[test]
fn no_effect_turns_against_the_policys_direction() {
    let rows = Simulator::new(23).deals(900, -0.5, 0.0);
    let bound: Vec<FeatureSpec> = specs()
        .into_iter()
        .map(|spec| FeatureSpec {
            monotone: (spec.name == "stack_fit").then_some(Monotone::Increasing),
            ..spec
        })
        .collect();
    let effect = |trained: &Trained, row: &TrainingRow, value: f64| {
        let known = row.features.iter().map(|(name, x)| (name.to_owned(), x.cloned()));
        let changed = known.chain([("stack_fit".to_owned(), Some(value.into()))]).collect();
        let features = leadlight_lead::FeatureVector::new(changed).unwrap();
        trained.artifact.predict(&features).unwrap().margin
    };
    for kind in KINDS {
        let (free, held) = (model(*kind, &specs(), &rows), model(*kind, &bound, &rows));
        let falls = |trained: &Trained| {
            rows.iter().take(100).any(|row| {
                (0..20).any(|step| {
                    let x = 10.0 + 3.0 * f64::from(step);
                    effect(trained, row, x + 3.0) < effect(trained, row, x) - 1e-9
                })
            })
        };
        assert!(falls(&free), "{kind}: without a direction it follows the data");
        assert!(!falls(&held), "{kind}: {:?}", FEATURES[3]);
    }
}
