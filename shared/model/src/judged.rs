//! Pictures of how a model did on deals it had not seen.

use leadlight_lead::{CriterionGroup, Reason};

use crate::bands::{Accounts, DecidedDeal};
use crate::explain::BASELINE_FACTOR;
use crate::feature::Cell;
use crate::interval::wilson_95;
use crate::learners::LearnerKind;
use crate::math::{count, sigmoid};
use crate::places::Places;
use crate::report::{Judged, LiftPoint, ReliabilityBin, ScoreBin, Surprise};
use crate::scorer::Scorer;
use crate::table::{Cells, Deals};
use crate::verdict::review;

/// Groups of the reliability curve, steps of the score distribution, points of the lift curve.
const BINS: usize = 10;
const STEPS: usize = 20;
const POINTS: usize = 50;
/// Deals listed that went against their score, and factors of each.
const LISTED: usize = 10;
const FACTORS: usize = 3;

/// A model's word on a deal, and what became of it.
#[derive(Clone, Copy)]
struct Said {
    row: usize,
    margin: f64,
    score: f64,
    won: bool,
}

/// A model's margins on the judge's deals, in log-odds.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    /// What the probability is told from.
    pub(crate) probability: &'a [f64],
    /// What the score is told from.
    pub(crate) place: &'a [f64],
}

/// `places` are the scores' reference: margins of the deals that were learnt from.
pub(crate) fn judged(
    learner: LearnerKind,
    scorer: &Scorer,
    places: &Places,
    deals: &Deals,
    rows: &[usize],
    words: Words<'_>,
) -> Judged {
    let mut said: Vec<Said> = rows
        .iter()
        .zip(words.probability.iter().zip(words.place))
        .filter_map(|(row, (margin, place))| {
            let score = places.score(*place)?.value();
            Some(Said { row: *row, margin: *margin, score, won: deals.won[*row] })
        })
        .collect();
    said.sort_by(|a, b| a.margin.total_cmp(&b.margin).then(a.row.cmp(&b.row)));
    let mut accounts = Accounts::default();
    let decided: Vec<DecidedDeal> = said
        .iter()
        .map(|s| {
            let account = deals.accounts.get(s.row).and_then(Option::as_deref);
            let account = account.map(|account| accounts.number(account));
            DecidedDeal { score: s.score, probability: Some(sigmoid(s.margin)), won: s.won, account }
        })
        .collect();
    Judged {
        learner,
        reliability: reliability(&said),
        distribution: distribution(&said),
        bands: review(&decided),
        lift: lift(&said),
        won_but_low: surprises(scorer, deals, said.iter().filter(|s| s.won && s.score < 50.0)),
        lost_but_high: surprises(scorer, deals, said.iter().rev().filter(|s| !s.won && s.score >= 50.0)),
    }
}

fn reliability(said: &[Said]) -> Vec<ReliabilityBin> {
    let edge = |bin: usize| bin * said.len() / BINS;
    (0..BINS)
        .map(|bin| &said[edge(bin)..edge(bin + 1)])
        .filter(|group| !group.is_empty())
        .map(|group| {
            let won = group.iter().filter(|s| s.won).count();
            let (actual_from, actual_to) = wilson_95(won, group.len());
            ReliabilityBin {
                deals: group.len(),
                predicted: group.iter().map(|s| sigmoid(s.margin)).sum::<f64>() / count(group.len()),
                actual: count(won) / count(group.len()),
                actual_from,
                actual_to,
            }
        })
        .collect()
}

fn distribution(said: &[Said]) -> Vec<ScoreBin> {
    let width = 100.0 / count(STEPS);
    (0..STEPS)
        .map(|step| {
            let (from, to) = (count(step) * width, count(step + 1) * width);
            let last = step + 1 == STEPS;
            let inside = |s: &&Said| s.score >= from && (s.score < to || last);
            let won = said.iter().filter(inside).filter(|s| s.won).count();
            let all = said.iter().filter(inside).count();
            ScoreBin { score_from: from, score_to: to, won, lost: all - won }
        })
        .collect()
}

/// From the best leads down.
fn lift(said: &[Said]) -> Vec<LiftPoint> {
    let wins = said.iter().filter(|s| s.won).count();
    if wins == 0 {
        return Vec::new();
    }
    let steps = said.len().min(POINTS);
    (0..=steps)
        .map(|step| {
            let taken = step * said.len() / steps;
            let found = said.iter().rev().take(taken).filter(|s| s.won).count();
            LiftPoint {
                share_of_leads: count(taken) / count(said.len()),
                share_of_wins: count(found) / count(wins),
            }
        })
        .collect()
}

fn surprises<'a>(scorer: &Scorer, deals: &Deals, said: impl Iterator<Item = &'a Said>) -> Vec<Surprise> {
    let said: Vec<&Said> = said.take(LISTED).collect();
    let rows: Vec<usize> = said.iter().map(|s| s.row).collect();
    // They were encoded to be judged, so they can be.
    let Ok(matrix) = scorer.encoder.encode_rows(deals, &rows) else { return Vec::new() };
    let column = |name: &str| {
        let place = deals.specs.iter().position(|spec| spec.name == name)?;
        deals.columns.get(place)
    };
    let columns: Vec<Option<&Cells>> =
        scorer.encoder.features.iter().map(|feature| column(&feature.spec.name)).collect();
    said.iter()
        .zip(matrix.iter())
        .map(|(s, row)| {
            let (parts, baseline) = scorer.contributions(row);
            let known: Vec<bool> = columns
                .iter()
                .map(|cells| cells.is_some_and(|cells| cells.get(s.row) != Cell::Unknown))
                .collect();
            let baseline = Reason::new(CriterionGroup::Baseline, BASELINE_FACTOR, baseline);
            let reasons = crate::explain::reasons(scorer, &parts, baseline, &known, crate::explain::label);
            let about = reasons.len() - 1;
            let factors =
                reasons.into_iter().take(about.min(FACTORS)).map(|r| (r.factor, r.contribution)).collect();
            Surprise { row: s.row + 1, score: s.score, probability: sigmoid(s.margin), factors }
        })
        .collect()
}
