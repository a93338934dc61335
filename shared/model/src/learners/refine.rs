//! Newton's method on all the deals, from what was learnt of a sample of them.
//!
//! From a start that is nearly right it takes two or three steps, each of them one look at each deal, where a method that
//! knows slopes alone takes some hundred looks.

use super::LearnError;
use crate::factor::Factor;
use crate::math::{log_loss, sigmoid};

/// It ends where a step gains less than this, in log-loss summed over all deals.
const LEFT_NATS: f64 = 1e-6;
/// A start that is far off needs some ten steps, and one that leads nowhere never ends.
const MOST_STEPS: usize = 40;

/// The minimum of Σ log-loss + ½ `alpha` Σ w²; the intercept is not penalised.
///
/// `fill` writes a deal's columns; `start` is an intercept and a weight a column.
pub(super) fn refine(
    fill: impl Fn(usize, &mut [f64]),
    won: &[bool],
    alpha: f64,
    start: (f64, Vec<f64>),
) -> Result<(f64, Vec<f64>), LearnError> {
    let (intercept, mut at) = start;
    at.push(intercept);
    let mut here = Look::at(&fill, won, alpha, &at);
    for _ in 0..MOST_STEPS {
        let step = here.step().ok_or(LearnError::NotConverged)?;
        let gain = 0.5 * here.slope.iter().zip(&step).map(|(slope, step)| slope * step).sum::<f64>();
        if gain < LEFT_NATS {
            let intercept = at.pop().unwrap_or(f64::NAN);
            return Ok((intercept, at));
        }
        // A whole step from far off may lead uphill; a half of it, of that, and so on, does not.
        let mut share = 1.0;
        (at, here) = loop {
            let next: Vec<f64> = at.iter().zip(&step).map(|(at, step)| at - share * step).collect();
            let there = Look::at(&fill, won, alpha, &next);
            if there.loss < here.loss {
                break (next, there);
            }
            share /= 2.0;
            if share < 1e-6 {
                return Err(LearnError::NotConverged);
            }
        };
    }
    Err(LearnError::NotConverged)
}

/// What is minimised, its slope and its curvature at one place.
struct Look {
    loss: f64,
    slope: Vec<f64>,
    /// Its lower half, row by row.
    curvature: Vec<f64>,
}

impl Look {
    fn at(fill: &impl Fn(usize, &mut [f64]), won: &[bool], alpha: f64, at: &[f64]) -> Self {
        let (n, weights) = (at.len(), &at[..at.len() - 1]);
        let mut here = Self {
            loss: 0.5 * alpha * weights.iter().map(|w| w * w).sum::<f64>(),
            slope: weights.iter().map(|w| alpha * w).chain([0.0]).collect(),
            curvature: vec![0.0; n * n],
        };
        for i in 0..weights.len() {
            here.curvature[i * n + i] = alpha;
        }
        // The intercept's column is 1 throughout.
        let mut row = vec![1.0; n];
        for (deal, won) in won.iter().enumerate() {
            fill(deal, &mut row[..n - 1]);
            let margin = at.iter().zip(&row).map(|(w, x)| w * x).sum::<f64>();
            let p = sigmoid(margin);
            here.loss += log_loss(margin, *won);
            let off = p - f64::from(u8::from(*won));
            here.slope.iter_mut().zip(&row).for_each(|(sum, x)| *sum += off * x);
            let curved = p * (1.0 - p);
            // Most columns of a category are 0 in most deals.
            for (i, x) in row.iter().enumerate().filter(|(_, x)| **x != 0.0) {
                let x = curved * x;
                let line = &mut here.curvature[i * n..=i * n + i];
                line.iter_mut().zip(&row).for_each(|(sum, y)| *sum += x * y);
            }
        }
        here
    }

    fn step(&self) -> Option<Vec<f64>> {
        let factor = Factor::of(self.curvature.clone(), self.slope.len(), 0.0)?;
        let mut step = self.slope.clone();
        factor.forward(&mut step);
        factor.backward(&mut step);
        Some(step)
    }
}
