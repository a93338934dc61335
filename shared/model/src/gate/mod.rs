//! Is a challenger better than what scores today, or was it luck? A paired bootstrap over accounts decides.
//!
//! What has to be shown follows what is at stake ([`Proof`]). Where no model scores, the other choice is rules without a
//! probability: expected loss decides, and how sure that is is told. Where a model works, another way to learn has to be
//! better beyond luck. The champion's own way on more and newer deals is better on average as it is, so it has to be shown
//! not to be worse.
//!
//! All are asked about the same closed deals, which none has learnt from. What counts is the mean difference of
//! their log-losses. Deals of one account share its luck, so whole accounts are drawn, with replacement, and
//! the share of draws in which a challenger is not better is its p-value (Efron and Tibshirani 1993, chapter 8
//! on paired and clustered data). Several challengers have several chances to be lucky: Holm (1979) makes each
//! of them prove more.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::learners::LearnerKind;
use crate::math::{count, log_loss};
use crate::metrics::Metrics;

/// A first model is published unless it is the worse one in more draws than this. Its learners are held to the base rate
/// already, so that one that knows nothing costs next to nothing; holding back one that knows something costs 10 to 20 % of
/// log-loss. Own measurement on four lead sets of 60 to 500 deals.
const FIRST_P_AT_MOST: f64 = 0.9;
/// Draws. At a level of .025 / 5 the standard error of a p-value is .001.
const DRAWS: usize = 4000;
/// Draws where there are very many accounts: chance is small there, and each draw long.
const DRAWS_OF_MANY: usize = 1000;
const MANY_ACCOUNTS: usize = 20_000;
/// The same deals always give the same verdict.
const SEED: u64 = 0x6c65_6164;

/// What a challenger must hold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GateLimits {
    /// The fewest unseen deals to compare on.
    pub min_deals: usize,
    /// The fewest accounts they may belong to.
    pub min_accounts: usize,
    /// The level of the test, over all challengers together, 0 to 1.
    pub level: f64,
    /// How much AUC may fall.
    pub max_auc_drop: f64,
    /// How much the expected calibration error may rise.
    pub max_ece_rise: f64,
    /// How much the log-loss of the champion's own recipe on newer deals may be higher than the champion's, as a share of
    /// the champion's.
    #[serde(default = "max_loss_rise")]
    pub max_loss_rise: f64,
}

/// Own measurement, see [`GateLimits`].
fn max_loss_rise() -> f64 {
    0.01
}

impl Default for GateLimits {
    /// The level is half of the 5 % of false promotions that are promised: a bootstrap of few, skewed
    /// differences is a little too sure of itself. Under 30 deals it sees next to nothing. Ten accounts are a
    /// judgement, not a measurement: with one, every draw is the same and any gain would look sure.
    fn default() -> Self {
        Self {
            min_deals: 30,
            min_accounts: 10,
            level: 0.025,
            max_auc_drop: 0.005,
            max_ece_rise: 0.01,
            max_loss_rise: max_loss_rise(),
        }
    }
}

/// What the gate saw, and what follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateReport {
    /// What scores today.
    pub incumbent: Incumbent,
    /// How it did.
    pub incumbent_metrics: Metrics,
    /// Deals compared on.
    pub deals: usize,
    /// Accounts they belong to; a deal of no known account stands for itself.
    pub accounts: usize,
    /// The limits that held.
    pub limits: GateLimits,
    /// Each challenger, the simplest first.
    pub challengers: Vec<Comparison>,
    /// The one to publish: of those that passed the one with the lowest log-loss, or the blend of all as a first model.
    pub chosen: Option<LearnerKind>,
    /// Why, in a sentence.
    pub because: String,
}

/// What a challenger has to show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// That it is not likely to have a higher log-loss than the base rate: expected loss decides.
    ExpectedGain,
    /// A log-loss that is not higher by more than [`GateLimits::max_loss_rise`]: judged without the newest deals, which it will
    /// learn from as well, it is often the champion itself.
    NotWorse,
    /// A gain that is no luck, at [`GateLimits::level`].
    #[default]
    BeyondLuck,
}

/// What a challenger is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Incumbent {
    /// The model in force.
    Champion,
    /// The share won, for every lead the same: what is known without any model.
    BaseRate,
}

/// A challenger against the incumbent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Which.
    pub learner: LearnerKind,
    /// How it did.
    pub metrics: Metrics,
    /// What it has to show.
    #[serde(default)]
    pub proof: Proof,
    /// Incumbent's log-loss less its own: positive is better.
    pub gain: f64,
    /// The gain that it has at least: at the level that Holm leaves it where it has to be beyond luck, else with 95 %.
    pub gain_at_least: f64,
    /// Share of draws in which it is not better.
    pub p_value: f64,
    /// What that share may be at most, so that it is no luck: the level, split among all challengers (Holm).
    #[serde(default)]
    pub p_at_most: f64,
    /// Whether it may be published.
    pub passed: bool,
    /// What speaks against it; empty where it passed.
    pub objection: String,
}

/// A challenger's margins on the judge's deals, in log-odds.
pub(crate) struct Challenger {
    pub(crate) learner: LearnerKind,
    pub(crate) margins: Vec<f64>,
    pub(crate) proof: Proof,
}

/// The deals that nobody has learnt from, and what the incumbent says of them.
pub(crate) struct Bout<'a> {
    pub(crate) incumbent: Incumbent,
    pub(crate) incumbent_margins: &'a [f64],
    pub(crate) won: &'a [bool],
    pub(crate) accounts: &'a [Option<&'a str>],
    /// The share won among the deals that were learnt from.
    pub(crate) base_rate: f64,
}

/// Compares challengers, the simplest first, with the incumbent. `None` if there are no deals.
pub(crate) fn gate(bout: &Bout<'_>, challengers: &[Challenger], limits: GateLimits) -> Option<GateReport> {
    let metrics = |margins: &[f64]| Metrics::of(&pairs(margins, bout.won), bout.base_rate);
    let incumbent_metrics = metrics(bout.incumbent_margins)?;
    let clusters = clusters(bout.accounts);
    let gains: Vec<Vec<f64>> =
        challengers.iter().map(|c| gains(bout.incumbent_margins, &c.margins, bout.won)).collect();
    let means = draw_means(&clusters, &gains);
    let mut compared = challengers
        .iter()
        .zip(gains)
        .zip(means)
        .map(|((c, gains), means)| {
            let not_better = means.iter().filter(|m| m.is_nan() || **m <= 0.0).count();
            let comparison = Comparison {
                learner: c.learner,
                proof: c.proof,
                metrics: match c.learner {
                    // Its level moves from part to part, which moves no lead's place among the others.
                    LearnerKind::ChampionShifted => {
                        Metrics { auc: incumbent_metrics.auc, ..metrics(&c.margins)? }
                    }
                    _ => metrics(&c.margins)?,
                },
                gain: gains.iter().sum::<f64>() / count(gains.len()),
                gain_at_least: f64::NAN,
                // One more of each, so that no p-value is 0 (Davison and Hinkley 1997, 4.11).
                p_value: count(not_better + 1) / count(means.len() + 1),
                p_at_most: limits.level,
                passed: false,
                objection: String::new(),
            };
            Some((comparison, means))
        })
        .collect::<Option<Vec<_>>>()?;
    holm(&mut compared, limits.level);
    let mut report = GateReport {
        incumbent: bout.incumbent,
        incumbent_metrics,
        deals: bout.won.len(),
        accounts: clusters.len(),
        limits,
        challengers: compared.into_iter().map(|(comparison, _)| comparison).collect(),
        chosen: None,
        because: String::new(),
    };
    object(&mut report);
    (report.chosen, report.because) = choose(&report);
    Some(report)
}

fn pairs(margins: &[f64], won: &[bool]) -> Vec<(f64, bool)> {
    margins.iter().copied().zip(won.iter().copied()).collect()
}

/// Deal by deal, how much less one loses than the other.
fn gains(worse: &[f64], better: &[f64], won: &[bool]) -> Vec<f64> {
    worse.iter().zip(better).zip(won).map(|((a, b), won)| log_loss(*a, *won) - log_loss(*b, *won)).collect()
}

/// Holm's steps among those that have to be beyond luck: the smallest p-value is held against level / m, the next against
/// level / (m − 1), and with the first that fails all that follow fail.
fn holm(challenges: &mut [(Comparison, Vec<f64>)], level: f64) {
    for (comparison, means) in challenges.iter_mut() {
        means.sort_unstable_by(f64::total_cmp);
        comparison.gain_at_least = at_least(means, ONE_SIDED);
    }
    let mut order: Vec<usize> =
        (0..challenges.len()).filter(|place| challenges[*place].0.proof == Proof::BeyondLuck).collect();
    order.sort_by(|a, b| challenges[*a].0.p_value.total_cmp(&challenges[*b].0.p_value));
    let mut all_passed = true;
    let mut failed_at = None;
    let asked = order.len();
    for (step, place) in order.into_iter().enumerate() {
        let left = level / count(asked - step);
        let (comparison, means) = &mut challenges[place];
        comparison.gain_at_least = at_least(means, left);
        all_passed = all_passed && comparison.p_value <= left;
        comparison.passed = all_passed;
        comparison.p_at_most = failed_at.unwrap_or(left);
        if !all_passed {
            failed_at.get_or_insert(left);
        }
    }
}

/// 95 % sure, on one side.
const ONE_SIDED: f64 = 0.05;

/// The gain that all but a share of the sorted draws reach.
fn at_least(sorted: &[f64], share: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the draws")]
    let rank = (share * count(sorted.len())).floor() as usize;
    sorted.get(rank).copied().unwrap_or(f64::NAN)
}

/// What speaks against each challenger.
fn object(report: &mut GateReport) {
    let GateReport { limits, deals, accounts, incumbent_metrics, .. } = report;
    for comparison in &mut report.challengers {
        let objection = if *deals < limits.min_deals {
            format!("{deals} deals are too few to tell, {} are needed", limits.min_deals)
        } else if *accounts < limits.min_accounts {
            format!("{accounts} accounts are too few to tell, {} are needed", limits.min_accounts)
        } else {
            match comparison.proof {
                Proof::ExpectedGain if comparison.p_value <= FIRST_P_AT_MOST => String::new(),
                Proof::ExpectedGain => {
                    format!("it is the worse one in {:.0} % of draws", 100.0 * comparison.p_value)
                }
                Proof::NotWorse => worse(comparison, incumbent_metrics, *limits),
                Proof::BeyondLuck => luck(comparison, incumbent_metrics, *limits),
            }
        };
        comparison.passed = objection.is_empty();
        comparison.objection = objection;
    }
}

fn worse(comparison: &Comparison, incumbent: &Metrics, limits: GateLimits) -> String {
    let most = limits.max_loss_rise * incumbent.log_loss;
    if comparison.gain < -most {
        return format!(
            "its log-loss is {:.4} higher, and {most:.4} is the most that is let pass",
            -comparison.gain
        );
    }
    String::new()
}

fn luck(comparison: &Comparison, incumbent: &Metrics, limits: GateLimits) -> String {
    let auc_drop = match (incumbent.auc, comparison.metrics.auc) {
        (Some(theirs), Some(ours)) => theirs - ours,
        _ => 0.0,
    };
    let ece_rise = comparison.metrics.ece - incumbent.ece;
    if !comparison.passed {
        format!(
            "the gain of {:.4} may be luck (p = {:.4}, and {:.4} is the most that is let pass)",
            comparison.gain, comparison.p_value, comparison.p_at_most
        )
    } else if auc_drop > limits.max_auc_drop {
        format!("its AUC is {auc_drop:.3} lower")
    } else if ece_rise > limits.max_ece_rise {
        format!("its calibration error is {ece_rise:.3} higher")
    } else {
        String::new()
    }
}

/// Of those that passed the one with the lowest log-loss; of the learners the blend of all wherever it passed: to pick the
/// best of several on some dozen deals is to pick the luckiest, and to change hands each month. Own measurement on four lead sets of 60 to 500
/// deals: against the lowest log-loss the blend gains 0 to 1 %, against the simplest within a standard error of it 1 to 3 %.
fn choose(report: &GateReport) -> (Option<LearnerKind>, String) {
    let name = match report.incumbent {
        Incumbent::Champion => "the champion",
        Incumbent::BaseRate => "the base rate",
    };
    let incumbent_loss = report.incumbent_metrics.log_loss;
    let lowest = |a: &&Comparison, b: &&Comparison| a.metrics.log_loss.total_cmp(&b.metrics.log_loss);
    let best = report.challengers.iter().filter(|c| c.passed).min_by(lowest);
    let blend = report.challengers.iter().find(|c| c.learner == LearnerKind::Blend);
    let chosen = match (report.incumbent, blend) {
        (Incumbent::BaseRate, Some(blend)) => Some(blend).filter(|blend| blend.passed),
        (Incumbent::Champion, Some(blend)) if blend.passed => {
            let shifted = report.challengers.iter().find(|c| c.learner == LearnerKind::ChampionShifted);
            [Some(blend), shifted.filter(|c| c.passed)].into_iter().flatten().min_by(lowest)
        }
        _ => best,
    };
    let Some(chosen) = chosen else {
        let nearest = blend.filter(|_| report.incumbent == Incumbent::BaseRate);
        let nearest = nearest.or_else(|| report.challengers.iter().min_by(lowest));
        let because = nearest.map_or_else(
            || "there was no challenger".to_owned(),
            |c| {
                format!(
                    "no challenger is shown to be fit to replace {name} on the {} deals that judge: {} has log-loss \
                     {:.4} against {incumbent_loss:.4}, and {}",
                    report.deals, c.learner, c.metrics.log_loss, c.objection
                )
            },
        );
        return (None, because);
    };
    let mut because = format!(
        "on {} deals that it has not seen, {} has log-loss {:.4}, {name} {incumbent_loss:.4}; {}",
        report.deals,
        chosen.learner,
        chosen.metrics.log_loss,
        sureness(chosen)
    );
    if let Some(best) = best.filter(|best| best.metrics.log_loss < chosen.metrics.log_loss) {
        // Writing to a string can't fail.
        let _ = write!(
            because,
            "; {} had {:.4} on these deals, and the blend, which holds it, is steadier on others",
            best.learner, best.metrics.log_loss
        );
    }
    (Some(chosen.learner), because)
}

/// How sure the comparison is, in words.
fn sureness(chosen: &Comparison) -> String {
    match chosen.proof {
        Proof::BeyondLuck => format!("a gain of at least {:.4} is sure", chosen.gain_at_least),
        Proof::ExpectedGain => {
            format!("it was the better one in {:.0} % of draws", 100.0 * (1.0 - chosen.p_value))
        }
        Proof::NotWorse => format!(
            "it learns as the champion did, from more deals, and the gain is {:+.4}, at least {:+.4}",
            chosen.gain, chosen.gain_at_least
        ),
    }
}

/// The deals of each account, in the order of their first ones.
pub(crate) fn clusters(accounts: &[Option<&str>]) -> Vec<Vec<usize>> {
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (deal, account) in accounts.iter().enumerate() {
        let next = clusters.len();
        let place = account.map_or(next, |account| *places.entry(account).or_insert(next));
        match clusters.get_mut(place) {
            Some(cluster) => cluster.push(deal),
            None => clusters.push(vec![deal]),
        }
    }
    clusters
}

/// Each challenger's mean gain in each draw of accounts; a draw is the same for all of them.
fn draw_means(clusters: &[Vec<usize>], gains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let draws = if clusters.len() > MANY_ACCOUNTS { DRAWS_OF_MANY } else { DRAWS };
    let sizes: Vec<f64> = clusters.iter().map(|deals| count(deals.len())).collect();
    // Account by account, each challenger's gain: what is drawn together lies together.
    let width = gains.len();
    let sums: Vec<f64> = clusters
        .iter()
        .flat_map(|deals| gains.iter().map(|gains| deals.iter().map(|d| gains[*d]).sum::<f64>()))
        .collect();
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut means = vec![Vec::with_capacity(draws); width];
    let mut sum_drawn = vec![0.0; width];
    for _ in 0..draws {
        sum_drawn.fill(0.0);
        let mut deals = 0.0;
        for _ in clusters {
            let account = below(&mut random, clusters.len());
            deals += sizes[account];
            let of_account = &sums[account * width..(account + 1) * width];
            sum_drawn.iter_mut().zip(of_account).for_each(|(sum, gain)| *sum += gain);
        }
        means.iter_mut().zip(&sum_drawn).for_each(|(means, sum)| means.push(sum / deals));
    }
    means
}

/// The mean of some gains with its 95 % interval, by the same draws of whole accounts.
pub(crate) fn gain_between(gains: Vec<f64>, accounts: &[Option<&str>]) -> (f64, f64, f64) {
    let mean = gains.iter().sum::<f64>() / count(gains.len());
    let mut means = draw_means(&clusters(accounts), &[gains]).pop().unwrap_or_default();
    means.sort_unstable_by(f64::total_cmp);
    let outside = means.len() / 40;
    let from = means.get(outside).copied().unwrap_or(mean);
    let to = means.len().checked_sub(outside + 1).and_then(|rank| means.get(rank)).copied().unwrap_or(mean);
    (mean, from, to)
}

/// A whole number from 0 to `n` − 1. The bias of multiplying is under n / 2⁶⁴.
pub(crate) fn below(random: &mut ChaCha8Rng, n: usize) -> usize {
    let product = u128::from(random.next_u64()) * (n as u128);
    usize::try_from(product >> 64).unwrap_or(0)
}

#[cfg(test)]
mod tests;
