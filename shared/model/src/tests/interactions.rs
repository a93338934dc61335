//! Pairs that are there are found, and those that are not are not told.

use std::collections::BTreeMap;

use leadlight_lead::{CriterionGroup, FeatureVector};

use crate::feature::{FeatureKind, FeatureSpec};
use crate::interactions::{Pairs, pairs};
use crate::learners::LearnerKind;
use crate::rows::{SortedRows, TrainingRow};
use crate::simulate::{Simulator, lineage};
use crate::table::Deals;

const NAMES: [&str; 7] =
    ["software company", "uses Salesforce", "company size", "seniority", "visits", "intent", "region"];
/// What each does by itself, in log-odds.
const WEIGHTS: [f64; 7] = [0.6, 0.5, 0.8, 0.6, 0.4, 0.7, 0.0];

fn specs() -> Vec<FeatureSpec> {
    let spec = |name: &&str| FeatureSpec {
        name: (*name).to_owned(),
        group: CriterionGroup::Icp,
        factor: (*name).to_owned(),
        kind: FeatureKind::Number,
        monotone: None,
        rule: None,
        prior: None,
    };
    NAMES.iter().map(spec).collect()
}

/// Two flags, and numbers between −1.7 and 1.7; `together` is what both flags do beyond what each does.
fn world(seed: u64, n: usize, together: f64) -> Deals {
    let mut random = Simulator::new(seed);
    let rows: Vec<TrainingRow> = (0..n)
        .map(|i| {
            let mut draw = |place: usize| match place {
                0 | 1 => f64::from(u8::from(random.uniform() < 0.5)),
                _ => 3.4 * random.uniform() - 1.7,
            };
            let values: Vec<f64> = (0..NAMES.len()).map(&mut draw).collect();
            let alone: f64 = values.iter().zip(WEIGHTS).map(|(x, weight)| x * weight).sum();
            let both = together * (values[0] - 0.5) * (values[1] - 0.5) * 4.0;
            let chance = 1.0 / (1.0 + (-(alone + both - 1.2)).exp());
            let named: BTreeMap<_, _> =
                NAMES.iter().zip(&values).map(|(name, x)| ((*name).to_owned(), Some(*x))).collect();
            TrainingRow {
                features: FeatureVector::new(named).unwrap(),
                won: random.uniform() < chance,
                closed_at: jiff::Timestamp::UNIX_EPOCH
                    + jiff::SignedDuration::from_hours(24 * i64::try_from(i).unwrap()),
                account: None,
                scope: None,
            }
        })
        .collect();
    Deals::from_rows(&specs(), &rows)
}

fn found(kind: LearnerKind, deals: &Deals) -> Pairs {
    let trained = crate::train::train(deals, kind, lineage()).unwrap();
    pairs(&trained.artifact, deals, &SortedRows::new(deals).rows).unwrap()
}

const BOOSTERS: &[LearnerKind] = if cfg!(feature = "boosters") {
    &[LearnerKind::ExplainableBoosting, LearnerKind::NewtonTrees, LearnerKind::BaggedTrees]
} else {
    &[LearnerKind::NewtonTrees]
};

#[test]
fn a_planted_pair_is_found_first_by_every_booster() {
    let deals = world(5, 1500, 0.8);
    for kind in BOOSTERS.iter().copied() {
        let pairs = found(kind, &deals);
        let first = pairs.found.first().unwrap_or_else(|| panic!("{kind}: {pairs:?}"));
        assert_eq!((first.first.as_str(), first.second.as_str()), (NAMES[0], NAMES[1]), "{kind}");
        // Both or neither are better than the sum of their parts, one alone is worse.
        let effect =
            |line: usize, column: usize| first.cells[line * first.columns.len() + column].effect.unwrap();
        assert!(effect(0, 0) > 0.1 && effect(1, 1) > 0.1 && effect(0, 1) < -0.1, "{kind}: {first:?}");
        assert_eq!(first.cells.iter().map(|cell| cell.deals).sum::<usize>(), 1500);
    }
}

#[test]
fn where_each_counts_by_itself_no_pair_is_told() {
    for seed in [6, 7] {
        let deals = world(seed, 1500, 0.0);
        for kind in BOOSTERS.iter().copied() {
            let pairs = found(kind, &deals);
            assert!(pairs.found.is_empty(), "{kind}: {} above {}", pairs.strongest, pairs.threshold);
            assert!(pairs.looked_at >= 15);
        }
    }
}

#[test]
fn a_linear_model_has_none() {
    let pairs = found(LearnerKind::LogisticRegression, &world(8, 600, 0.8));
    assert!(pairs.strongest < 1e-6 && pairs.found.is_empty(), "{}", pairs.strongest);
}

/// What the threshold comes from.
#[test]
#[ignore = "prints; some minutes"]
fn strengths_with_and_without_a_pair() {
    for n in [600, 2000] {
        for together in [0.0, 0.5, 0.8] {
            for seed in 20..24 {
                let deals = world(seed, n, together);
                for kind in BOOSTERS.iter().copied() {
                    let pairs = found(kind, &deals);
                    let first = pairs.found.first().map(|pair| (&pair.first, &pair.second));
                    println!(
                        "{n} deals, together {together}, {kind}: strongest {:.3}, threshold {:.3}, first {first:?}",
                        pairs.strongest, pairs.threshold
                    );
                }
            }
        }
    }
}
