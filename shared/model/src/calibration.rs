//! From the learner's margin z to a calibrated one, a·z + b. Affine, so that additive contributions stay
//! exact, and with a > 0, so that the order of leads stays.

use serde::{Deserialize, Serialize};

use crate::math::{log_loss, sigmoid};

/// How far b is expected to stray from 0, in log-odds (standard deviation of a normal prior).
///
/// The learner's own intercept is right on average already; what is left is drift. Own measurement on
/// simulated deals, log-loss on deals to come against no b at all: without a prior, b costs .022 at 60 deals
/// and .008 at 120 where nothing drifts; with this one it costs at most .003, and from 250 deals on it keeps
/// seven tenths or more of what a free b gains where the share won drifts.
const INTERCEPT_SPREAD: f64 = 0.25;
/// The same for a around 1. Weak: it costs at most .001 at 500 deals, and only keeps a finite where wins and
/// losses are separable.
const SLOPE_SPREAD: f64 = 0.5;

/// The calibrated margin is `slope` × raw margin + `intercept`, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// What was fitted.
    pub method: CalibrationMethod,
    /// a; always positive.
    pub slope: f64,
    /// b, in log-odds.
    pub intercept: f64,
    /// On how many out-of-sample predictions.
    pub deals: usize,
}

/// What a calibration fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationMethod {
    /// Nothing: a = 1, b = 0.
    None,
    /// b alone.
    Intercept,
    /// a and b.
    SlopeAndIntercept,
}

impl Calibration {
    pub(crate) fn apply(&self, margin: f64) -> f64 {
        self.slope * margin + self.intercept
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.slope.is_finite() && self.slope > 0.0 && self.intercept.is_finite()
    }

    /// Fits to raw margins of deals that the learner had not seen. The note says where it fell back.
    pub(crate) fn fit(points: &[(f64, bool)], with_slope: bool) -> (Self, Option<String>) {
        let of = |method, (slope, intercept)| Self { method, slope, intercept, deals: points.len() };
        if points.is_empty() {
            let note =
                "no deal could be predicted out of sample: the learner's probabilities stand as they are";
            return (of(CalibrationMethod::None, (1.0, 0.0)), Some(note.to_owned()));
        }
        let mut note = None;
        if with_slope {
            let calibration = of(CalibrationMethod::SlopeAndIntercept, minimise(points, true));
            if calibration.is_valid() {
                return (calibration, None);
            }
            note = Some(format!(
                "the calibration's slope came out as {:.3}: past deals do not bear the model's order out, only \
                 the intercept was fitted",
                calibration.slope
            ));
        }
        (of(CalibrationMethod::Intercept, minimise(points, false)), note)
    }
}

/// Log-loss plus both priors.
fn objective(points: &[(f64, bool)], a: f64, b: f64) -> f64 {
    let prior = ((a - 1.0) / SLOPE_SPREAD).powi(2) + (b / INTERCEPT_SPREAD).powi(2);
    points.iter().map(|(z, won)| log_loss(a * z + b, *won)).sum::<f64>() + prior / 2.0
}

/// (a, b) by Newton's method with halved steps. The priors make the objective strictly convex, so there is
/// one minimum and it is found from anywhere.
fn minimise(points: &[(f64, bool)], with_slope: bool) -> (f64, f64) {
    let (mut a, mut b) = (1.0, 0.0);
    let mut value = objective(points, a, b);
    for _ in 0..100 {
        let (da, db) = newton_step(points, a, b, with_slope);
        let mut step = 1.0;
        let mut next = objective(points, a - da, b - db);
        while next > value && step > 1e-9 {
            step /= 2.0;
            next = objective(points, a - step * da, b - step * db);
        }
        if next > value {
            break;
        }
        (a, b, value) = (a - step * da, b - step * db, next);
        if (step * da).abs().max((step * db).abs()) < 1e-12 {
            break;
        }
    }
    (a, b)
}

fn newton_step(points: &[(f64, bool)], a: f64, b: f64, with_slope: bool) -> (f64, f64) {
    let (slope_weight, intercept_weight) = (SLOPE_SPREAD.powi(-2), INTERCEPT_SPREAD.powi(-2));
    let (mut ga, mut gb) = ((a - 1.0) * slope_weight, b * intercept_weight);
    let (mut haa, mut hab, mut hbb) = (slope_weight, 0.0, intercept_weight);
    for (z, won) in points {
        let p = sigmoid(a * z + b);
        let (error, weight) = (p - if *won { 1.0 } else { 0.0 }, p * (1.0 - p));
        ga += error * z;
        gb += error;
        haa += weight * z * z;
        hab += weight * z;
        hbb += weight;
    }
    if with_slope {
        let determinant = haa * hbb - hab * hab;
        ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant)
    } else {
        (0.0, gb / hbb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Margins from −3 to 3, with outcomes in the exact shares that `a·z + b` gives.
    fn points(a: f64, b: f64) -> Vec<(f64, bool)> {
        (-30..=30)
            .flat_map(|i| {
                let z = f64::from(i) / 10.0;
                let won = (sigmoid(a * z + b) * 200.0).round();
                (0..200).map(move |k| (z, f64::from(k) < won))
            })
            .collect()
    }

    #[test]
    fn a_distortion_is_undone() {
        let (fit, note) = Calibration::fit(&points(0.6, -0.8), true);
        assert!((fit.slope - 0.6).abs() < 0.01 && (fit.intercept + 0.8).abs() < 0.03, "{fit:?}");
        assert_eq!(note, None);
        let (fit, _) = Calibration::fit(&points(1.0, 0.5), false);
        assert!((fit.slope - 1.0).abs() < 1e-15 && (fit.intercept - 0.5).abs() < 0.02, "{fit:?}");
        assert_eq!(fit.method, CalibrationMethod::Intercept);
    }

    #[test]
    fn a_turned_order_falls_back_to_the_intercept_and_says_so() {
        let (fit, note) = Calibration::fit(&points(-1.0, 0.0), true);
        assert_eq!(fit.method, CalibrationMethod::Intercept);
        assert!(fit.is_valid() && note.unwrap().contains("only the intercept"));
    }

    #[test]
    fn extremes_stay_finite() {
        for points in [
            vec![(900.0, false), (-900.0, true)],
            vec![(1e6, true), (-1e6, false)],
            vec![(0.0, true); 30],
            vec![(5.0, true)],
        ] {
            for with_slope in [true, false] {
                assert!(Calibration::fit(&points, with_slope).0.is_valid(), "{points:?}");
            }
        }
        let (fit, note) = Calibration::fit(&[], true);
        assert!(fit.method == CalibrationMethod::None && note.is_some());
    }

    #[test]
    fn a_few_deals_hardly_move_it() {
        let ten: Vec<_> = (0..10).map(|i| (0.0, i < 8)).collect();
        let (fit, _) = Calibration::fit(&ten, false);
        assert!(fit.intercept > 0.0 && fit.intercept < 0.25, "{fit:?}");
    }
}
