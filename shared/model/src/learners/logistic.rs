//! Logistic regression by smartcore: from nothing, or from the policy's points.

use serde::{Deserialize, Serialize};
use smartcore::linalg::basic::arrays::Array;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};

use super::refine::refine;
use super::{LearnError, Learned, Learner, LearnerKind, Task, refused};
use crate::math::{count, spread};
use crate::whiten::Whitening;

/// Weights in log-odds, one a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LinearTerms {
    pub(crate) intercept: f64,
    pub(crate) coefficients: Vec<f64>,
}

impl LinearTerms {
    /// That say nothing.
    pub(crate) fn none(columns: usize) -> Self {
        Self { intercept: 0.0, coefficients: vec![0.0; columns] }
    }

    pub(crate) fn add(&mut self, weight: f64, terms: &Self) {
        self.intercept += weight * terms.intercept;
        for (sum, coefficient) in self.coefficients.iter_mut().zip(&terms.coefficients) {
            *sum += weight * coefficient;
        }
    }

    /// The raw margin of an encoded row, before calibration.
    pub(crate) fn margin(&self, row: &[f32]) -> f64 {
        self.intercept + self.coefficients.iter().zip(row).map(|(w, x)| w * f64::from(*x)).sum::<f64>()
    }

    pub(crate) fn check(&self, width: usize) -> Result<(), &'static str> {
        if self.coefficients.len() != width {
            return Err("weights and columns differ in number");
        }
        if self.is_finite() { Ok(()) } else { Err("a weight is not finite") }
    }

    fn is_finite(&self) -> bool {
        self.intercept.is_finite() && self.coefficients.iter().all(|w| w.is_finite())
    }
}

/// Minimises Σ log-loss + ½ `alpha` Σ w²; the intercept is not penalised.
///
/// From the policy's points the weights are c × points + w, and ½ [`POINTS_ALPHA`] c² is added, c for points of spread 1. On few
/// deals that orders leads as the rules do and says how likely they are; the more deals there are, the less is left of the
/// rules.
pub(super) struct Logistic {
    pub(super) alpha: f64,
    pub(super) from_points: bool,
}

/// How much the points' one weight is held back, in units of deals' own curvature: as three deals at even odds by four.
const POINTS_ALPHA: f64 = 3.0;

/// From this many values on, columns are decorrelated first: smartcore's L-BFGS then needs some fifty steps
/// instead of a thousand (33,000 × 59: 35 s; 1,200 × 149: half the time). Then w = L⁻ᵀ u with L Lᵀ = C + λI, C the columns' covariance, and a
/// penalty α' on u is α'λ on w, as wished, and α' on the margin's variance, which is unwished: α' is held to this
/// share of the log-loss's own curvature. The smaller it is, the more steps are needed.
const WHITEN_FROM_VALUES: usize = 20_000;
const UNWISHED_SHARE: f64 = 0.01;
/// smartcore learns from so many values at most, rows times columns; of more, from evenly spaced rows, and what it learnt is
/// refined on all of them. It copies what it learns from in double precision, and its L-BFGS goes on until the loss does not
/// change in its last digit: a million rows of 30 took it 25 s and half a gigabyte.
const SAMPLE_VALUES: usize = 6_000_000;

impl Learner for Logistic {
    fn kind(&self) -> LearnerKind {
        if self.from_points { LearnerKind::PolicyPoints } else { LearnerKind::LogisticRegression }
    }

    fn remark(&self, _rows: usize) -> String {
        let around = if self.from_points { " around the points" } else { "" };
        format!("L2 strength {}{around}", self.alpha)
    }

    fn fit(&self, task: &Task<'_>) -> Result<Learned, LearnError> {
        let points = if self.from_points { task.points.to_vec() } else { vec![0.0; task.matrix.columns] };
        fit_bound(task, self.alpha, points).map(Learned::Linear)
    }
}

/// A weight against its feature's direction is best at 0. Taking the worst away may turn others round, so they
/// go one by one.
fn fit_bound(task: &Task<'_>, alpha: f64, mut points: Vec<f64>) -> Result<LinearTerms, LearnError> {
    task.check()?;
    let mut kept: Vec<usize> = (0..task.matrix.columns).collect();
    loop {
        let terms = fit_columns(task, &kept, alpha, &points)?;
        let along = |column: &usize| terms.coefficients[*column] * task.signs[*column];
        let worst = kept.iter().copied().min_by(|a, b| along(a).total_cmp(&along(b)));
        match worst.filter(|column| along(column) < 0.0) {
            Some(worst) => {
                kept.retain(|column| *column != worst);
                points[worst] = 0.0;
            }
            None => return Ok(terms),
        }
    }
}

/// Weights of the kept columns; the others' are 0. Points that are not all 0 are one more column: their sum, whose weight
/// goes to theirs.
fn fit_columns(
    task: &Task<'_>,
    kept: &[usize],
    alpha: f64,
    points: &[f64],
) -> Result<LinearTerms, LearnError> {
    let mut terms =
        LinearTerms { intercept: task.base_margin(), coefficients: vec![0.0; task.matrix.columns] };
    if kept.is_empty() {
        return Ok(terms);
    }
    let design = Design { kept, sum: PointsColumn::new(task, points, alpha) };
    let (intercept, mut weights) = fit_design(task, &design, alpha)?;
    terms.intercept = intercept;
    if let Some(sum) = &design.sum {
        let c = weights.pop().unwrap_or(0.0) * sum.per_point;
        if c <= 0.0 {
            return Err(LearnError::AgainstThePoints);
        }
        terms.coefficients.iter_mut().zip(points).for_each(|(weight, points)| *weight = c * points);
    }
    for (column, weight) in kept.iter().zip(weights) {
        terms.coefficients[*column] += weight;
    }
    if terms.is_finite() { Ok(terms) } else { Err(LearnError::NotConverged) }
}

/// Which columns are learnt from.
struct Design<'a> {
    kept: &'a [usize],
    /// One more.
    sum: Option<PointsColumn<'a>>,
}

impl Design<'_> {
    fn columns(&self) -> usize {
        self.kept.len() + usize::from(self.sum.is_some())
    }

    fn values(&self, row: &[f32]) -> impl Iterator<Item = f64> {
        self.kept.iter().map(|column| f64::from(row[*column])).chain(self.sum.as_ref().map(|sum| sum.of(row)))
    }
}

/// Of very many rows smartcore learns from some, and what it learnt is refined on all.
fn fit_design(task: &Task<'_>, design: &Design<'_>, alpha: f64) -> Result<(f64, Vec<f64>), LearnError> {
    let rows = SAMPLE_VALUES / design.columns();
    if task.matrix.rows <= rows {
        return fit_rows(task, design, alpha);
    }
    let share = count(rows) / count(task.matrix.rows);
    let start = match task.with_at_most(rows, |sample| fit_rows(sample, design, alpha * share)) {
        // Wins so rare that the sample has none.
        Err(LearnError::OneClass) => (task.base_margin(), vec![0.0; design.columns()]),
        other => other?,
    };
    let fill = |deal: usize, to: &mut [f64]| {
        to.iter_mut().zip(design.values(task.matrix.row(deal))).for_each(|(to, x)| *to = x);
    };
    refine(fill, task.won, alpha, start)
}

fn fit_rows(task: &Task<'_>, design: &Design<'_>, alpha: f64) -> Result<(f64, Vec<f64>), LearnError> {
    task.check()?;
    let values: Vec<f64> = task.matrix.iter().flat_map(|row| design.values(row)).collect();
    if values.len() < WHITEN_FROM_VALUES {
        fit_plain(values, task.won, design.columns(), alpha)
    } else {
        fit_whitened(values, task.won, design.columns(), alpha)
    }
}

/// The sum of a row's points as a column.
struct PointsColumn<'a> {
    points: &'a [f64],
    /// Brings it to the spread at which the penalty of all columns is what is wanted of this one.
    per_point: f64,
}

impl<'a> PointsColumn<'a> {
    /// None where the points are the same for all rows.
    fn new(task: &Task<'_>, points: &'a [f64], alpha: f64) -> Option<Self> {
        let raw = Self { points, per_point: 1.0 };
        let sums: Vec<f64> = task.matrix.iter().map(|row| raw.of(row)).collect();
        let spread = spread(&sums);
        (spread > 1e-9).then(|| Self { points, per_point: (alpha / POINTS_ALPHA).sqrt() / spread })
    }

    fn of(&self, row: &[f32]) -> f64 {
        self.per_point * self.points.iter().zip(row).map(|(points, x)| points * f64::from(*x)).sum::<f64>()
    }
}

fn fit_whitened(
    mut values: Vec<f64>,
    won: &[bool],
    columns: usize,
    alpha: f64,
) -> Result<(f64, Vec<f64>), LearnError> {
    let rate = count(won.iter().filter(|w| **w).count()) / count(won.len());
    let inner_alpha = UNWISHED_SHARE * count(won.len()) * rate * (1.0 - rate);
    let whitening = Whitening::of(&values, columns, alpha / inner_alpha).ok_or(LearnError::NotConverged)?;
    values.chunks_exact_mut(columns).for_each(|row| whitening.apply(row));
    let (intercept, weights) = fit_plain(values, won, columns, inner_alpha)?;
    Ok(whitening.undo(intercept, weights))
}

fn fit_plain(
    values: Vec<f64>,
    won: &[bool],
    columns: usize,
    alpha: f64,
) -> Result<(f64, Vec<f64>), LearnError> {
    let x = DenseMatrix::new(won.len(), columns, values, false).map_err(refused)?;
    // smartcore sorts the labels: 0, lost, is the first class and 1, won, the one the margin speaks for.
    let y: Vec<u32> = won.iter().map(|w| u32::from(*w)).collect();
    let parameters = LogisticRegressionParameters::default().with_alpha(alpha);
    let model = LogisticRegression::fit(&x, &y, parameters).map_err(refused)?;
    let weights: Vec<f64> = model.coefficients().iterator(0).copied().collect();
    if weights.len() != columns {
        return Err(LearnError::Unreadable { problem: "it has another number of weights".to_owned() });
    }
    Ok((model.intercept().iterator(0).copied().next().unwrap_or(f64::NAN), weights))
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;
    use crate::matrix::Matrix;

    fn fit(values: Vec<f32>, won: &[bool], signs: &[f64]) -> Result<LinearTerms, LearnError> {
        let matrix = Matrix { rows: won.len(), columns: signs.len(), values };
        let task = Task {
            matrix: &matrix,
            won,
            accounts: &vec![0; won.len()],
            closed: won.len(),
            signs,
            points: &[],
        };
        Logistic { alpha: 1.0, from_points: false }.fit(&task).map(|learned| match learned {
            Learned::Linear(terms) => terms,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn what_smartcore_would_take_silently_is_refused() {
        let nan = fit(vec![1.0, f32::NAN], &[true, false], &[0.0]);
        assert_eq!(nan.unwrap_err(), LearnError::InputNotFinite);
        assert_eq!(fit(vec![1.0, 2.0], &[true, true], &[0.0]).unwrap_err(), LearnError::OneClass);
    }

    #[test]
    fn without_columns_the_base_rate_remains() {
        let terms = fit(Vec::new(), &[true, false, false, false], &[]).unwrap();
        assert!((terms.margin(&[]) - (1.0_f64 / 3.0).ln()).abs() < 1e-15);
    }

    /// Two correlated columns of which the second works against the wish.
    fn sample(rows: usize) -> (Vec<f32>, Vec<bool>) {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut uniform = || f64::from(random.next_u32()) / f64::from(u32::MAX);
        let (mut values, mut won) = (Vec::new(), Vec::new());
        for _ in 0..rows {
            let (a, b) = (4.0 * uniform() - 2.0, 4.0 * uniform() - 2.0);
            let second = 0.9 * a + 0.3 * b;
            #[expect(clippy::cast_possible_truncation, reason = "single precision is what learners read")]
            values.extend([a, second].map(|x| x as f32));
            won.push(uniform() < crate::math::sigmoid(1.5 * a - second));
        }
        (values, won)
    }

    #[test]
    fn a_weight_never_turns_against_its_features_direction() {
        let (values, won) = sample(2000);
        let free = fit(values.clone(), &won, &[0.0, 0.0]).unwrap();
        assert!(free.coefficients[1] < -0.5, "{free:?}");
        let bound = fit(values, &won, &[0.0, 1.0]).unwrap();
        assert!(bound.coefficients[1] == 0.0 && bound.coefficients[0] > 0.3, "{bound:?}");
    }

    /// What smartcore learns of a tenth of the rows, refined on all, is what it learns of all.
    #[test]
    fn a_sample_refined_on_all_rows_gives_the_same_weights() {
        let (values, won) = sample(20_000);
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let (a, whole) = fit_plain(values.clone(), &won, 2, 1.0).unwrap();
        let fill = |deal: usize, to: &mut [f64]| to.copy_from_slice(&values[2 * deal..2 * deal + 2]);
        let part = fit_plain(values[..4_000].to_vec(), &won[..2_000], 2, 0.1).unwrap();
        assert!((part.1[0] - whole[0]).abs() > 0.01, "another start: {part:?} {whole:?}");
        for start in [part, (0.0, vec![0.0, 0.0]), (30.0, vec![-40.0, 25.0])] {
            let (b, refined) = refine(fill, &won, 1.0, start).unwrap();
            assert!((a - b).abs() < 1e-4, "{a} {b}");
            assert!(whole.iter().zip(&refined).all(|(w, r)| (w - r).abs() < 1e-4), "{whole:?} {refined:?}");
        }
    }

    #[test]
    fn decorrelated_columns_give_the_same_weights() {
        let (values, won) = sample(20_000);
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let (a, plain) = fit_plain(values.clone(), &won, 2, 1.0).unwrap();
        let (b, whitened) = fit_whitened(values, &won, 2, 1.0).unwrap();
        assert!((a - b).abs() < 0.01, "{a} {b}");
        assert!(
            plain.iter().zip(&whitened).all(|(p, w)| (p - w).abs() < 0.02 * p.abs()),
            "{plain:?} {whitened:?}"
        );
    }
}
