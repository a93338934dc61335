//! Probabilities, scores and reasons.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use leadlight_lead::{CriterionGroup, FeatureVector, Reason};
use proptest::prelude::*;
use smartcore::linalg::basic::arrays::Array;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};

use super::{linear, train};
use crate::encoder::FeatureError;
use crate::explain::{BASELINE_FACTOR, NO_LESS, NO_MORE, PredictError};
use crate::feature::{Cell, FeatureSpec};
use crate::math::sigmoid;
use crate::matrix::Matrix;
use crate::rows::{SortedRows, TrainingRow};
use crate::simulate::{FEATURES, Simulator, lineage, specs};
use crate::table::Deals;
use crate::train::Trained;

fn shared() -> &'static (Trained, Vec<TrainingRow>) {
    static MODEL: OnceLock<(Trained, Vec<TrainingRow>)> = OnceLock::new();
    MODEL.get_or_init(|| {
        // Enough deals for a calibration slope, so that it is seen to reach the reasons.
        let rows = Simulator::new(8).deals(600, -0.5, 0.0);
        (train(&specs(), &rows, lineage()).unwrap(), rows)
    })
}

fn vector(values: &[Option<f64>]) -> FeatureVector {
    let names = FEATURES.iter().map(|f| f.0.to_owned());
    FeatureVector::new(names.zip(values.iter().copied()).collect()).unwrap()
}

/// The model's own rows, encoded, in order of close date.
fn encoded() -> (Matrix, Vec<bool>) {
    let (trained, rows) = shared();
    let deals = Deals::from_rows(&specs(), rows);
    let sorted = SortedRows::new(&deals).rows;
    let matrix = trained.artifact.scorer().encoder.encode_rows(&deals, &sorted).unwrap();
    (matrix, sorted.iter().map(|row| deals.won[*row]).collect())
}

/// smartcore's own model of the same rows: same probabilities within 1e-9, and same classes.
#[test]
fn predictions_equal_the_learners_own() {
    let (trained, _) = shared();
    let scorer = trained.artifact.scorer();
    let (matrix, won) = encoded();
    let values = matrix.values.iter().map(|x| f64::from(*x)).collect();
    let x = DenseMatrix::new(matrix.rows, matrix.columns, values, false).unwrap();
    let y: Vec<u32> = won.iter().map(|w| u32::from(*w)).collect();
    let alpha = trained.manifest.settings.rsplit(' ').next().unwrap().parse().unwrap();
    let parameters = LogisticRegressionParameters::default().with_alpha(alpha);
    let own = LogisticRegression::fit(&x, &y, parameters).unwrap();
    let classes = own.predict(&x).unwrap();
    let weights: Vec<f64> = own.coefficients().iterator(0).copied().collect();
    let intercept = *own.intercept().get((0, 0));

    let calibration = trained.artifact.calibration();
    let terms = linear(&scorer.learned);
    for (row, class) in matrix.iter().zip(classes) {
        let z = intercept + weights.iter().zip(row).map(|(w, x)| w * f64::from(*x)).sum::<f64>();
        assert!((sigmoid(terms.margin(row)) - sigmoid(z)).abs() < 1e-9);
        assert_eq!(u32::from(sigmoid(terms.margin(row)) > 0.5), class);
        let calibrated = sigmoid(calibration.slope * z + calibration.intercept);
        assert!((sigmoid(scorer.margin_of(row)) - calibrated).abs() < 1e-9);
    }
}

fn any_vector() -> impl Strategy<Value = FeatureVector> {
    prop::collection::vec(prop::option::of(-1e4..1e4_f64), FEATURES.len()).prop_map(|v| vector(&v))
}

#[test]
fn the_shared_models_slope_is_not_one() {
    assert!((shared().0.artifact.calibration().slope - 1.0).abs() > 0.01);
}

proptest! {
    #[test]
    fn reasons_sum_to_the_margin(features in any_vector()) {
        let prediction = shared().0.artifact.predict(&features).unwrap();
        let sum: f64 = prediction.reasons.iter().map(|r| r.contribution).sum();
        prop_assert!((sum - prediction.margin).abs() < 1e-9 * (1.0 + sum.abs()), "{sum} {}", prediction.margin);
        prop_assert!((prediction.probability - sigmoid(prediction.margin)).abs() < 1e-15);
    }

    #[test]
    fn reasons_are_one_a_feature_and_fall_in_size_with_the_baseline_last(features in any_vector()) {
        let reasons = shared().0.artifact.predict(&features).unwrap().reasons;
        let (rest, last) = reasons.split_at(FEATURES.len());
        prop_assert!(last.len() <= 2 && last.iter().all(|r| r.group == CriterionGroup::Baseline));
        prop_assert_eq!(last[0].factor.as_str(), BASELINE_FACTOR);
        prop_assert!(rest.is_sorted_by(|a, b| a.contribution.abs() >= b.contribution.abs()));
        for (name, group, _) in FEATURES {
            let factor = name.replace('_', " ");
            let is_known = features.value(name).is_some();
            let factor = if is_known { factor } else { format!("{factor} not known") };
            let of_it = rest.iter().filter(|r| r.factor == factor && r.group == group && r.known == is_known);
            prop_assert_eq!(of_it.count(), 1);
        }
    }

    #[test]
    fn a_higher_probability_never_has_a_lower_score(a in any_vector(), b in any_vector()) {
        let of = |v| shared().0.artifact.predict(v).unwrap();
        let (a, b) = (of(&a), of(&b));
        let (low, high) = if a.score <= b.score { (a, b) } else { (b, a) };
        prop_assert!(low.probability <= high.probability);
    }

    /// What the model says beyond the outermost bands is not told, and its place among the leads stays.
    #[test]
    fn a_probability_ends_where_evidence_ends(features in any_vector()) {
        prop_assume!(features.iter().any(|(_, value)| value.is_some()));
        let artifact = &shared().0.artifact;
        let ends = artifact.body().intervals.ends().unwrap();
        let prediction = artifact.predict(&features).unwrap();
        let inside = ends.lowest.from - 1e-12..=ends.highest.to + 1e-12;
        prop_assert!(inside.contains(&prediction.probability), "{} {ends:?}", prediction.probability);
        let interval = prediction.interval.unwrap();
        prop_assert!(inside.contains(&interval.from) && inside.contains(&interval.to));
        let said = artifact.voice(None).margin(&features).unwrap();
        let told = prediction.margin;
        let last = prediction.reasons.last().unwrap();
        if inside.contains(&sigmoid(said)) {
            prop_assert!((told - said).abs() < 1e-9 && last.factor == BASELINE_FACTOR);
        } else {
            prop_assert_eq!(last.factor.as_str(), if told < said { NO_MORE } else { NO_LESS });
            prop_assert!((last.contribution - (told - said)).abs() < 1e-6 * (1.0 + said.abs()));
        }
        prop_assert_eq!(prediction.score, artifact.body().places.score(said).unwrap());
    }

    /// Exact Shapley values by their definition: over all orders, what a feature adds on average when the
    /// features before it are the lead's and those after it are averaged over the training rows. For six
    /// features that is the mean over 2⁵ coalitions, weighted.
    #[test]
    fn contributions_are_shapley_values(features in any_vector()) {
        let (trained, _) = shared();
        let scorer = trained.artifact.scorer();
        let row = scorer.encoder.encode_vector(&features).unwrap();
        let (background, _) = encoded();
        let background = background.select(&(0..40).collect::<Vec<_>>());
        let columns: Vec<_> = scorer.encoder.ranges().collect();
        let value = |coalition: usize| -> f64 {
            let sum: f64 = background.iter().map(|other| {
                let mut mixed = other.to_vec();
                for (j, range) in columns.iter().enumerate() {
                    if coalition >> j & 1 == 1 {
                        mixed[range.clone()].copy_from_slice(&row[range.clone()]);
                    }
                }
                scorer.margin_of(&mixed)
            }).sum();
            sum / 40.0
        };
        let values: Vec<f64> = (0..64).map(value).collect();
        let weight = [1.0 / 6.0, 1.0 / 30.0, 1.0 / 60.0, 1.0 / 60.0, 1.0 / 30.0, 1.0 / 6.0];
        // The same formula as the artifact's, against the background of those forty rows.
        let narrow = crate::scorer::Scorer { means: background.means(), ..scorer.clone() };
        let (parts, _) = narrow.contributions(&row);
        for (j, part) in parts.iter().enumerate() {
            let shapley: f64 = (0..64_usize)
                .filter(|s| s >> j & 1 == 0)
                .map(|s| weight[s.count_ones() as usize] * (values[s | 1 << j] - values[s]))
                .sum();
            prop_assert!((shapley - part).abs() < 1e-9 * (1.0 + shapley.abs()));
        }
    }
}

#[test]
fn scores_are_places_among_past_leads() {
    let (trained, rows) = shared();
    let mut scores: Vec<f64> =
        rows.iter().map(|r| trained.artifact.predict(&r.features).unwrap().score.value()).collect();
    scores.sort_by(f64::total_cmp);
    for (i, score) in scores.iter().enumerate() {
        let place = 100.0 * f64::from(u32::try_from(i).unwrap()) / 599.0;
        assert!((score - place).abs() < 1.0, "place {place}, score {score}");
    }
}

#[test]
fn what_is_not_known_and_what_is_unknown_to_the_model() {
    let artifact = &shared().0.artifact;
    let nothing = artifact.predict(&FeatureVector::default()).unwrap();
    assert_eq!(nothing, artifact.predict(&vector(&[None; 6])).unwrap());
    let extra = FeatureVector::new(BTreeMap::from([("shoe_size".to_owned(), Some(43.0))])).unwrap();
    assert_eq!(nothing, artifact.predict(&extra).unwrap());
}

#[test]
fn of_a_lead_of_which_nothing_is_known_the_share_won_is_told_and_no_praise() {
    let artifact = &shared().0.artifact;
    let nothing = artifact.predict(&FeatureVector::default()).unwrap();
    assert!((nothing.probability - artifact.lineage().base_rate()).abs() < 1e-12);
    assert!(nothing.reasons.iter().all(|r| r.group == CriterionGroup::Baseline || r.contribution == 0.0));
    assert!(Reason::is_nothing_known(&nothing.reasons));
    let line = nothing.summary();
    assert!(line.contains("nothing is known of this lead yet"), "{line}");
    assert!(!line.contains("; for:") && !line.contains("against"), "{line}");
    let score = nothing.score;
    let one = artifact.predict(&vector(&[Some(40.0), None, None, None, None, None])).unwrap();
    assert!(!Reason::is_nothing_known(&one.reasons) && one.score != score);
}

#[test]
fn what_is_not_known_is_said_to_be_for_or_against_as_such() {
    let artifact = &shared().0.artifact;
    let lead = artifact.predict(&vector(&[Some(64.0), None, None, None, None, None])).unwrap();
    let line = lead.summary();
    let against = lead.reasons.iter().filter(|r| !r.known && r.contribution.abs() > 0.05).count();
    assert!(against > 0 && line.contains(" not known"), "{line} {:?}", lead.reasons);
}

#[test]
fn numbers_that_are_not_finite_or_too_large_are_refused_by_name() {
    let artifact = &shared().0.artifact;
    // A vector refuses NaN, and no document can hold one; a cell of a file may.
    let nan = |spec: &FeatureSpec| {
        if spec.name == "seniority" { Cell::Number(f64::NAN) } else { Cell::Unknown }
    };
    let error = artifact.voice(None).predict_cells(nan).unwrap_err();
    assert_eq!(error, PredictError::Feature(FeatureError::NotFinite { feature: "seniority".to_owned() }));
    assert!(error.to_string().contains("`seniority`"));
}

/// Nothing has been learnt beyond the training values, and a line would go on for ever.
#[test]
fn a_number_beyond_all_seen_counts_as_the_nearest_of_them() {
    let (trained, rows) = shared();
    let values = rows.iter().filter_map(|row| row.features.number("industry_fit"));
    let greatest = values.fold(f64::NEG_INFINITY, f64::max);
    let of = |x| trained.artifact.predict(&vector(&[Some(x), None, None, None, None, None])).unwrap();
    assert_eq!(of(f64::MAX), of(greatest));
    assert!(of(greatest).margin > of(greatest - 1.0).margin);
}

#[test]
fn a_model_fits_wherever_there_is_what_it_needs() {
    let artifact = &shared().0.artifact;
    let mut features = specs();
    features.reverse();
    assert_eq!(artifact.matches_features(&features), Ok(()));
    let unknown = FeatureSpec { name: "headcount".to_owned(), ..features[0].clone() };
    features.push(unknown.clone());
    assert_eq!(artifact.matches_features(&features), Ok(()), "it is judged by what it knows");
    features[0] = unknown;
    features[1].rule = Some("another".to_owned());
    features[2].kind = crate::feature::FeatureKind::Category;
    let mismatch = artifact.matches_features(&features).unwrap_err();
    assert_eq!(mismatch.changed, ["stack_fit", "intent_strength"]);
    assert_eq!(mismatch.missing, ["visits"]);
    let text = mismatch.to_string();
    assert!(text.contains("lacks `visits`, and it learnt other values of `stack_fit`, `intent"), "{text}");
}
