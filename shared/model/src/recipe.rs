//! How deals become a model: encoder, learner, calibration. One recipe serves the judged fit and the published
//! one.

use std::sync::Arc;

use crate::calibration::{Calibration, CalibrationMethod, unseen_intercept};
use crate::encoder::{Encoder, FeatureError, FittedEncoder};
use crate::folds::{Fold, folds};
use crate::forward::{Forward, Said, Step, Unseen, summed};
use crate::learners::{LearnError, Learned, Learner, LearnerKind, Task};
use crate::level::Level;
use crate::math::count;
use crate::matrix::{Matrix, evenly};
use crate::metrics::mean_log_loss;
use crate::scorer::Scorer;
use crate::table::Deals;
use crate::worth::VendorDeals;

/// Fewer closed deals than this, and rules decide.
pub const MIN_CLOSED: usize = 50;
/// Fewer won deals than this, or fewer lost ones, and rules decide.
pub const MIN_OF_A_CLASS: usize = 10;

/// Why a recipe failed.
#[derive(Debug)]
pub(crate) enum RecipeError {
    Feature(FeatureError),
    Learn(LearnError),
    /// So far there were only wins, or only losses, to predict the next deals with.
    OneSided {
        deals: usize,
        won: bool,
    },
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

/// Shared, since it may learn alone and in a blend.
pub(crate) type AnyLearner = Arc<dyn Learner>;

/// A way to learn with what it learnt.
pub(crate) struct Entrant {
    pub(crate) kind: LearnerKind,
    /// Who learnt: of a blend several.
    pub(crate) learners: Vec<AnyLearner>,
    pub(crate) scorer: Scorer,
    /// Calibrated margins of deals that the fit behind them had not seen, with their outcomes.
    pub(crate) forward: Vec<(f64, bool)>,
    /// The same with nothing in them that their own outcomes have touched; nothing where these do not judge.
    pub(crate) unseen: Unseen,
}

impl Entrant {
    /// Its settings, in words.
    pub(crate) fn remark(&self, rows: usize) -> String {
        match self.learners.as_slice() {
            [only] => only.remark(rows),
            several => {
                let mut kinds: Vec<String> = several.iter().map(|l| l.kind().to_string()).collect();
                kinds.dedup();
                format!("of {}", kinds.join(", "))
            }
        }
    }
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
    /// Whether what was said forward judges, so that nothing in it may have seen its own outcomes.
    pub(crate) is_judged_forward: bool,
}

/// Fits every learner. Of one kind the settings that predict best forward in time are taken; and all of them are blended.
///
/// Weights, slope and level look at the same forward predictions. The fit that stays is on all the rows.
pub(crate) fn compete(
    lesson: Lesson<'_>,
    learners: Vec<AnyLearner>,
    progress: &mut dyn FnMut(&str),
) -> Result<Field, RecipeError> {
    let folds = folds(lesson.rows.len(), lesson.deals.is_ordered());
    let mut contests: Vec<Contest> = learners.into_iter().map(Contest::new).collect();
    let mut steps = Vec::new();
    for (step, fold) in folds.iter().enumerate() {
        progress(&format!("predicting forward, step {} of {}", step + 1, folds.len()));
        steps.extend(predict(lesson, fold, &mut contests)?);
    }
    if steps.is_empty() {
        let won = lesson.rows.first().is_some_and(|row| lesson.deals.won[*row]);
        let deals = folds.iter().map(|fold| fold.past.len()).max().unwrap_or(0);
        return Err(RecipeError::OneSided { deals, won });
    }
    let mut absent = Vec::new();
    let contests = still_there(contests, &steps, lesson, &mut absent);
    progress("fitting all the deals to learn from");
    let fitted = Encoder::fit(lesson.deals, lesson.rows)?;
    let task = lesson.task(lesson.rows);
    let learned = side_by_side(&contests, |learner| learner.fit(&task.on(&fitted.encoder, &fitted.matrix)));
    let mut first_error = None;
    let mut ended = Vec::new();
    for (contest, learned) in contests.into_iter().zip(learned) {
        match learned {
            Ok(learned) => ended.push((contest, learned)),
            Err(error) => {
                absent.push(Absent { kind: contest.learner.kind(), because: error.to_string() });
                first_error.get_or_insert(error);
            }
        }
    }
    let finish = Finish { lesson, steps: &steps, fitted: &fitted, means: fitted.matrix.means() };
    let mut entrants = Vec::new();
    for of_a_kind in ended.chunk_by(|(a, _), (b, _)| a.learner.kind() == b.learner.kind()) {
        let losses = of_a_kind.iter().map(|each| (each, each.0.loss(&steps, lesson)));
        let best = losses.min_by(|(_, a), (_, b)| a.total_cmp(b));
        let Some(((contest, learned), _)) = best else { continue };
        let kind = contest.learner.kind();
        match finish.entrant(kind, &[(contest, learned)]) {
            Some(entrant) => entrants.push(entrant),
            None => absent.push(Absent { kind, because: TURNED.to_owned() }),
        }
    }
    if ended.len() > 1 {
        let all: Vec<(&Contest, &Learned)> = ended.iter().map(|(c, l)| (c, l)).collect();
        entrants.extend(finish.entrant(LearnerKind::Blend, &all));
    }
    match first_error {
        Some(error) if entrants.is_empty() => Err(RecipeError::Learn(error)),
        _ => Ok(Field { entrants, absent, notes: fitted.notes }),
    }
}

/// Said of a learner that knows nothing of the next deals.
const TURNED: &str = "past deals do not bear its order of leads out";

/// What is the same for all that came to an end.
struct Finish<'a> {
    lesson: Lesson<'a>,
    steps: &'a [Step],
    fitted: &'a FittedEncoder,
    means: Vec<f64>,
}

impl Finish<'_> {
    /// One learner, or several in a blend, brought to where the share won stands. None where none of them counts.
    fn entrant(&self, kind: LearnerKind, those: &[(&Contest, &Learned)]) -> Option<Entrant> {
        let said: Vec<&[Said]> = those.iter().map(|(contest, _)| contest.said.as_slice()).collect();
        let forward =
            Forward { steps: self.steps, learners: &said, is_ordered: self.lesson.deals.is_ordered() };
        let weights = forward.weights();
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return None;
        }
        let level = forward.best_level(&weights);
        let points = forward.said(&weights, level);
        let base = log_odds_of_share(self.lesson.deals.won_among(self.lesson.rows), self.lesson.rows.len());
        let sample = evenly(self.lesson.rows.len(), SAMPLE);
        let margins: Vec<Vec<f64>> = those
            .iter()
            .map(|(_, learned)| {
                sample.iter().map(|row| learned.margin(self.fitted.matrix.row(*row))).collect()
            })
            .collect();
        let margins: Vec<&[f64]> = margins.iter().map(Vec::as_slice).collect();
        let won: Vec<bool> = sample.iter().map(|row| self.lesson.deals.won[self.lesson.rows[*row]]).collect();
        // Points forward are at their level already where the newest deals say it.
        let (by, after) = match level {
            Level::Newest(_) => (level.of(&summed(base, &weights, &margins, &won)), 0.0),
            Level::OutOfSample => {
                let by = unseen_intercept(&points);
                (by, by)
            }
        };
        let intercept = (1.0 - total) * base + by;
        let (learned, slope) = match those {
            [(_, only)] => ((*only).clone(), total),
            several => {
                let parts = several.iter().zip(&weights).filter(|(_, weight)| **weight > 0.0);
                (Learned::blend(parts.map(|((_, learned), weight)| (*weight, (*learned).clone()))), 1.0)
            }
        };
        let calibration = Calibration {
            method: CalibrationMethod::SlopeAndIntercept,
            slope,
            intercept,
            deals: points.len(),
        };
        Some(Entrant {
            kind,
            learners: those.iter().map(|(contest, _)| Arc::clone(&contest.learner)).collect(),
            scorer: Scorer {
                encoder: self.fitted.encoder.clone(),
                learned,
                calibration,
                means: self.means.clone(),
            },
            forward: points.into_iter().map(|(margin, won)| (margin + after, won)).collect(),
            unseen: if self.lesson.is_judged_forward { forward.unseen() } else { Unseen::default() },
        })
    }
}

fn log_odds_of_share(won: usize, of: usize) -> f64 {
    // Half a deal of each kind: a share of 0 or 1 has no log-odds.
    ((count(won) + 0.5) / (count(of - won) + 0.5)).ln()
}

/// Deals whose margins say where the share won stands: of more, evenly spaced ones say the same.
const SAMPLE: usize = 20_000;

/// A learner under way.
struct Contest {
    learner: AnyLearner,
    /// Step by step.
    said: Vec<Said>,
    failed: Option<LearnError>,
}

impl Contest {
    fn new(learner: AnyLearner) -> Self {
        Self { learner, said: Vec::new(), failed: None }
    }

    /// Alone and as it is, at the level of all that was learnt from.
    fn loss(&self, steps: &[Step], lesson: Lesson<'_>) -> f64 {
        let is_ordered = lesson.deals.is_ordered();
        let forward = Forward { steps, learners: &[&self.said], is_ordered };
        let said = forward.said(&[1.0], Level::candidates(is_ordered)[0]);
        mean_log_loss(&said).unwrap_or(f64::INFINITY)
    }
}

fn predict(lesson: Lesson<'_>, fold: &Fold, contests: &mut [Contest]) -> Result<Option<Step>, RecipeError> {
    let of = |places: &[usize]| places.iter().map(|place| lesson.rows[*place]).collect::<Vec<_>>();
    let (past, next) = (of(&fold.past), of(&fold.next));
    let won = lesson.deals.won_among(&past);
    if won == 0 || won == past.len() {
        // So far only wins, or only losses: nothing to predict the next deals with.
        return Ok(None);
    }
    let FittedEncoder { encoder, matrix, .. } = Encoder::fit(lesson.deals, &past)?;
    let unseen = encoder.encode_rows(lesson.deals, &next)?;
    let without = unseen_without(lesson.vendors, &encoder, &next)?;
    let task = lesson.task(&past);
    let sample = if lesson.deals.is_ordered() { evenly(past.len(), SAMPLE) } else { Vec::new() };
    let learned = side_by_side(contests, |learner| learner.fit(&task.on(&encoder, &matrix)));
    for (contest, learned) in contests.iter_mut().zip(learned) {
        match learned {
            Ok(learned) => contest.said.push(Said {
                learnt: sample.iter().map(|row| learned.margin(matrix.row(*row))).collect(),
                next: unseen.iter().map(|row| learned.margin(row)).collect(),
                without: without
                    .iter()
                    .map(|(deals, rows)| {
                        deals.iter().copied().zip(rows.iter().map(|row| learned.margin(row))).collect()
                    })
                    .collect(),
            }),
            Err(error) => contest.failed = Some(error),
        }
    }
    Ok(Some(Step {
        base: log_odds_of_share(won, past.len()),
        learnt_won: sample.iter().map(|row| lesson.deals.won[past[*row]]).collect(),
        next_won: next.iter().map(|row| lesson.deals.won[*row]).collect(),
        next,
    }))
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

/// Contests stand in the order of their learners: those of a kind side by side. Where fits are cheap all settings go on, a
/// blend of them being steadier than the best one; else the best of each kind.
fn still_there(
    contests: Vec<Contest>,
    steps: &[Step],
    lesson: Lesson<'_>,
    absent: &mut Vec<Absent>,
) -> Vec<Contest> {
    let mut there: Vec<Contest> = Vec::new();
    for contest in contests {
        if let Some(error) = contest.failed {
            absent.push(Absent { kind: contest.learner.kind(), because: error.to_string() });
            continue;
        }
        match there.last_mut() {
            Some(last) if lesson.closed >= CHEAP_BELOW && last.learner.kind() == contest.learner.kind() => {
                if contest.loss(steps, lesson) < last.loss(steps, lesson) {
                    *last = contest;
                }
            }
            _ => there.push(contest),
        }
    }
    there
}

/// Closed deals below which all settings of a kind are blended.
const CHEAP_BELOW: usize = 2_000;

/// What a task needs of some rows, apart from their encoding.
struct Rows {
    won: Vec<bool>,
    accounts: Vec<u64>,
    closed: usize,
    signs: std::sync::OnceLock<Vec<f64>>,
    points: std::sync::OnceLock<Vec<f64>>,
}

impl Lesson<'_> {
    fn task(&self, rows: &[usize]) -> Rows {
        Rows {
            won: rows.iter().map(|row| self.deals.won[*row]).collect(),
            accounts: rows.iter().map(|row| self.accounts[*row]).collect(),
            closed: self.closed,
            signs: std::sync::OnceLock::new(),
            points: std::sync::OnceLock::new(),
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
            points: self.points.get_or_init(|| encoder.points()),
        }
    }
}
