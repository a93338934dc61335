//! How deals become a model: encoder, learner, calibration. One recipe serves the judged fit and the published
//! one.

use std::collections::BTreeMap;

use crate::calibration::Calibration;
use crate::encoder::{Encoder, FeatureError, FittedEncoder};
use crate::folds::{Fold, folds};
use crate::learners::{LearnError, Learned, Learner, LearnerKind, Task};
use crate::math::{count, log_loss};
use crate::matrix::Matrix;
use crate::scorer::Scorer;
use crate::table::Deals;
use crate::worth::VendorDeals;

/// Fewer closed deals than this, and rules decide.
pub const MIN_CLOSED: usize = 50;
/// Fewer won deals than this, or fewer lost ones, and rules decide.
pub const MIN_OF_A_CLASS: usize = 10;
/// Fewer closed deals than this, and only the intercept is calibrated. Source: own measurement on two lead data
/// sets; a slope only pays from some 500 on.
const SLOPE_FROM: usize = 500;

/// Why a recipe failed.
#[derive(Debug)]
pub(crate) enum RecipeError {
    Feature(FeatureError),
    Learn(LearnError),
}

impl From<FeatureError> for RecipeError {
    fn from(error: FeatureError) -> Self {
        Self::Feature(error)
    }
}

impl From<LearnError> for RecipeError {
    fn from(error: LearnError) -> Self {
        Self::Learn(error)
    }
}

pub(crate) type AnyLearner = Box<dyn Learner>;

/// A learner with what it learnt.
pub(crate) struct Entrant {
    pub(crate) learner: AnyLearner,
    pub(crate) scorer: Scorer,
    /// Calibrated margins of deals that the fit behind them had not seen, with their outcomes.
    pub(crate) forward: Vec<(f64, bool)>,
    /// The same as the learner said them: no outcome has touched them.
    pub(crate) raw_forward: Vec<(f64, bool)>,
    /// The learner's margins of the same deals without what a vendor said, vendor by vendor, by place among the deals.
    pub(crate) raw_without: Vec<BTreeMap<usize, f64>>,
}

/// A learner that took no part, and why.
pub(crate) struct Absent {
    pub(crate) kind: LearnerKind,
    pub(crate) because: String,
}

/// What came of a competition.
pub(crate) struct Field {
    /// One of a kind, the simplest first.
    pub(crate) entrants: Vec<Entrant>,
    pub(crate) absent: Vec<Absent>,
    /// What was left out of the features and why, in words.
    pub(crate) notes: Vec<String>,
}

/// The deals to learn from.
#[derive(Clone, Copy)]
pub(crate) struct Lesson<'a> {
    pub(crate) deals: &'a Deals,
    /// Places among the deals, in order of close date where they have one.
    pub(crate) rows: &'a [usize],
    /// A number for each deal's account, by place among the deals.
    pub(crate) accounts: &'a [u64],
    /// How deals would look without each vendor: predicted forward as well.
    pub(crate) vendors: &'a [VendorDeals],
    /// Closed deals there are in all; settings that follow the number of deals follow this one, so that what
    /// is judged is the recipe that is published.
    pub(crate) closed: usize,
}

/// Fits every learner. Of one kind the settings that predict best forward in time are taken.
///
/// The calibration looks at the same forward predictions. The fit that stays is on all the rows.
pub(crate) fn compete(
    lesson: Lesson<'_>,
    learners: Vec<AnyLearner>,
    progress: &mut dyn FnMut(&str),
) -> Result<Field, RecipeError> {
    let folds = folds(lesson.rows.len(), lesson.deals.is_ordered());
    let mut contests: Vec<Contest> =
        learners.into_iter().map(|learner| Contest::new(learner, lesson.vendors.len())).collect();
    for (step, fold) in folds.iter().enumerate() {
        progress(&format!("predicting forward, step {} of {}", step + 1, folds.len()));
        predict(lesson, fold, &mut contests)?;
    }
    let mut absent = Vec::new();
    let mut contests = best_of_each_kind(contests, &mut absent);
    progress("fitting all the deals to learn from");
    let FittedEncoder { encoder, matrix, notes } = Encoder::fit(lesson.deals, lesson.rows)?;
    let task = lesson.task(lesson.rows);
    let learned = side_by_side(&contests, |learner| learner.fit(&task.on(&encoder, &matrix)));
    let means = matrix.means();
    let mut entrants = Vec::new();
    let mut first_error = None;
    for (contest, learned) in contests.drain(..).zip(learned) {
        match learned {
            Ok(learned) => {
                let (calibration, note) = Calibration::fit(&contest.points, lesson.closed >= SLOPE_FROM);
                let forward =
                    contest.points.iter().map(|(margin, won)| (calibration.apply(*margin), *won)).collect();
                absent.extend(note.map(|because| Absent { kind: contest.learner.kind(), because }));
                let scorer = Scorer { encoder: encoder.clone(), learned, calibration, means: means.clone() };
                entrants.push(Entrant {
                    learner: contest.learner,
                    scorer,
                    forward,
                    raw_forward: contest.points,
                    raw_without: contest.without,
                });
            }
            Err(error) => {
                absent.push(Absent { kind: contest.learner.kind(), because: error.to_string() });
                first_error.get_or_insert(error);
            }
        }
    }
    match first_error {
        Some(error) if entrants.is_empty() => Err(RecipeError::Learn(error)),
        _ => Ok(Field { entrants, absent, notes }),
    }
}

/// A learner under way.
struct Contest {
    learner: AnyLearner,
    /// Raw margins forward in time.
    points: Vec<(f64, bool)>,
    /// Those without what a vendor said, vendor by vendor, by place among the deals.
    without: Vec<BTreeMap<usize, f64>>,
    failed: Option<LearnError>,
}

impl Contest {
    fn new(learner: AnyLearner, vendors: usize) -> Self {
        Self { learner, points: Vec::new(), without: vec![BTreeMap::new(); vendors], failed: None }
    }

    fn loss(&self) -> f64 {
        let sum: f64 = self.points.iter().map(|(margin, won)| log_loss(*margin, *won)).sum();
        sum / count(self.points.len().max(1))
    }
}

fn predict(lesson: Lesson<'_>, fold: &Fold, contests: &mut [Contest]) -> Result<(), RecipeError> {
    let of = |places: &[usize]| places.iter().map(|place| lesson.rows[*place]).collect::<Vec<_>>();
    let (past, next) = (of(&fold.past), of(&fold.next));
    let won = lesson.deals.won_among(&past);
    if won == 0 || won == past.len() {
        // So far only wins, or only losses: nothing to predict the next deals with.
        return Ok(());
    }
    let FittedEncoder { encoder, matrix, .. } = Encoder::fit(lesson.deals, &past)?;
    let unseen = encoder.encode_rows(lesson.deals, &next)?;
    let without = unseen_without(lesson.vendors, &encoder, &next)?;
    let task = lesson.task(&past);
    let learned = side_by_side(contests, |learner| learner.fit(&task.on(&encoder, &matrix)));
    for (contest, learned) in contests.iter_mut().zip(learned) {
        match learned {
            Ok(learned) => {
                contest.points.extend(
                    unseen
                        .iter()
                        .zip(&next)
                        .map(|(row, deal)| (learned.margin(row), lesson.deals.won[*deal])),
                );
                for (margins, (deals, rows)) in contest.without.iter_mut().zip(&without) {
                    margins.extend(deals.iter().copied().zip(rows.iter().map(|row| learned.margin(row))));
                }
            }
            Err(error) => contest.failed = Some(error),
        }
    }
    Ok(())
}

/// Of the next deals those that each vendor was asked about, as they would look without it: their places among the
/// deals, and their rows.
fn unseen_without(
    vendors: &[VendorDeals],
    encoder: &Encoder,
    next: &[usize],
) -> Result<Vec<(Vec<usize>, Matrix)>, FeatureError> {
    let each = vendors.iter().map(|vendor| {
        let (deals, places): (Vec<usize>, Vec<usize>) =
            vendor.among(next).into_iter().map(|(at, place)| (next[at], place)).unzip();
        Ok((deals, encoder.encode_rows(vendor.without(), &places)?))
    });
    each.collect()
}

/// Each kind of learner in a thread of its own; those of a kind one after another, since each copies the rows.
fn side_by_side(
    contests: &[Contest],
    fit: impl Fn(&AnyLearner) -> Result<Learned, LearnError> + Sync,
) -> Vec<Result<Learned, LearnError>> {
    let fit = &fit;
    std::thread::scope(|scope| {
        let of_a_kind = contests.chunk_by(|a, b| a.learner.kind() == b.learner.kind());
        let running: Vec<_> = of_a_kind
            .map(|kind| {
                let one_by_one = move || kind.iter().map(|contest| fit(&contest.learner)).collect::<Vec<_>>();
                (kind.len(), scope.spawn(one_by_one))
            })
            .collect();
        let panicked = || Err(LearnError::Refused { problem: "it panicked".to_owned() });
        running
            .into_iter()
            .flat_map(|(n, thread)| thread.join().unwrap_or_else(|_| (0..n).map(|_| panicked()).collect()))
            .collect()
    })
}

/// Contests stand in the order of their learners: those of a kind side by side.
fn best_of_each_kind(contests: Vec<Contest>, absent: &mut Vec<Absent>) -> Vec<Contest> {
    let mut best: Vec<Contest> = Vec::new();
    for contest in contests {
        if let Some(error) = contest.failed {
            absent.push(Absent { kind: contest.learner.kind(), because: error.to_string() });
            continue;
        }
        match best.last_mut() {
            Some(last) if last.learner.kind() == contest.learner.kind() => {
                if contest.loss() < last.loss() {
                    *last = contest;
                }
            }
            _ => best.push(contest),
        }
    }
    best
}

/// What a task needs of some rows, apart from their encoding.
struct Rows {
    won: Vec<bool>,
    accounts: Vec<u64>,
    closed: usize,
    signs: std::sync::OnceLock<Vec<f64>>,
}

impl Lesson<'_> {
    fn task(&self, rows: &[usize]) -> Rows {
        Rows {
            won: rows.iter().map(|row| self.deals.won[*row]).collect(),
            accounts: rows.iter().map(|row| self.accounts[*row]).collect(),
            closed: self.closed,
            signs: std::sync::OnceLock::new(),
        }
    }
}

impl Rows {
    fn on<'a>(&'a self, encoder: &Encoder, matrix: &'a Matrix) -> Task<'a> {
        Task {
            matrix,
            won: &self.won,
            accounts: &self.accounts,
            closed: self.closed,
            signs: self.signs.get_or_init(|| encoder.signs()),
        }
    }
}
