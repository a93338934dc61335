//! Is a challenger better than the champion, or was it luck? A paired bootstrap over accounts decides.
//!
//! Both models are asked about the same closed deals, which neither has learnt from. What counts is the mean
//! difference of their log-losses. Deals of one account share its luck, so whole accounts are drawn, with
//! replacement, and the share of draws in which the challenger is not better is the chance of being fooled
//! (Efron and Tibshirani 1993, chapter 8 on paired and clustered data).

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::artifact::Artifact;
use crate::math::{count, log_loss};
use crate::metrics::{EvaluateError, Metrics, margins};
use crate::rows::{SortedRows, TrainingRow};

/// Draws. The 5 % quantile of 2,000 has a standard error of about half a percent of rank.
const DRAWS: usize = 2000;
/// The same deals always give the same verdict.
const SEED: u64 = 0x6c65_6164;

/// What a challenger must hold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GateLimits {
    /// The fewest unseen deals to compare on.
    pub min_deals: usize,
    /// The fewest accounts they may belong to.
    pub min_accounts: usize,
    /// The greatest chance of promoting a challenger that is not better, 0 to 1.
    pub max_false_promotion: f64,
    /// How much AUC may fall.
    pub max_auc_drop: f64,
    /// How much the expected calibration error may rise.
    pub max_ece_rise: f64,
}

impl Default for GateLimits {
    /// Own measurement on two lead data sets: with 500 deals such a test sees gains over about 2.5 % of
    /// log-loss. Under 30 deals it sees next to nothing. Ten accounts are a judgement, not a measurement: with
    /// one, every draw is the same and any gain would look sure.
    fn default() -> Self {
        Self {
            min_deals: 30,
            min_accounts: 10,
            max_false_promotion: 0.05,
            max_auc_drop: 0.005,
            max_ece_rise: 0.01,
        }
    }
}

/// What the gate saw, and what follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateReport {
    /// Deals compared on.
    pub deals: usize,
    /// Accounts they belong to; a deal of no known account stands for itself.
    pub accounts: usize,
    /// How the champion did.
    pub champion: Metrics,
    /// How the challenger did.
    pub challenger: Metrics,
    /// Champion's log-loss less the challenger's: positive is better.
    pub gain: f64,
    /// The gain that the challenger has at least, at the limits' confidence.
    pub gain_at_least: f64,
    /// Promoted?
    pub promoted: bool,
    /// Why, in a sentence.
    pub because: String,
}

/// Compares two models on deals that neither has learnt from.
pub fn gate<'a>(
    champion: &Artifact,
    challenger: &Artifact,
    unseen: impl IntoIterator<Item = &'a TrainingRow>,
    limits: GateLimits,
) -> Result<GateReport, EvaluateError> {
    // Sorted, so that the order in which deals came does not matter.
    let rows = SortedRows::new(unseen).rows;
    let margins = |artifact| margins(artifact, rows.iter().copied());
    let accounts: Vec<Option<&str>> = rows.iter().map(|row| row.account.as_deref()).collect();
    let base_rate = champion.lineage().base_rate();
    compare(&margins(champion)?, &margins(challenger)?, &accounts, base_rate, limits)
        .ok_or(EvaluateError::NoDeals)
}

/// `None` if there are no deals.
fn compare(
    champion: &[(f64, bool)],
    challenger: &[(f64, bool)],
    accounts: &[Option<&str>],
    base_rate: f64,
    limits: GateLimits,
) -> Option<GateReport> {
    let theirs = Metrics::of(champion, base_rate)?;
    let ours = Metrics::of(challenger, base_rate)?;
    let gains: Vec<f64> = champion
        .iter()
        .zip(challenger)
        .map(|((a, won), (b, _))| log_loss(*a, *won) - log_loss(*b, *won))
        .collect();
    let clusters = by_account(&gains, accounts);
    let gain = gains.iter().sum::<f64>() / count(gains.len());
    let gain_at_least = lower_bound(&clusters, limits.max_false_promotion);
    let mut report = GateReport {
        deals: gains.len(),
        accounts: clusters.len(),
        champion: theirs,
        challenger: ours,
        gain,
        gain_at_least,
        promoted: false,
        because: String::new(),
    };
    (report.promoted, report.because) = verdict(&report, limits);
    Some(report)
}

fn verdict(report: &GateReport, limits: GateLimits) -> (bool, String) {
    let GateReport { deals, gain, gain_at_least, champion, challenger, .. } = report;
    let figures = format!(
        "on {deals} deals that neither has seen the challenger's log-loss is {:.4}, the champion's {:.4}",
        challenger.log_loss, champion.log_loss
    );
    let auc_drop = match (champion.auc, challenger.auc) {
        (Some(theirs), Some(ours)) => theirs - ours,
        _ => 0.0,
    };
    let ece_rise = challenger.ece - champion.ece;
    if *deals < limits.min_deals {
        return (
            false,
            format!("{deals} deals that neither has seen are too few, {} are needed", limits.min_deals),
        );
    }
    if report.accounts < limits.min_accounts {
        let (have, need) = (report.accounts, limits.min_accounts);
        return (false, format!("{figures}, but they belong to {have} accounts; {need} are needed"));
    }
    // A bound that is not a number promotes nothing.
    if gain_at_least.is_nan() || *gain_at_least <= 0.0 {
        return (
            false,
            format!(
                "{figures}; the gain of {gain:.4} may be luck (at least {gain_at_least:.4} of it is sure)"
            ),
        );
    }
    if auc_drop > limits.max_auc_drop {
        return (false, format!("{figures}, but its AUC is {auc_drop:.3} lower"));
    }
    if ece_rise > limits.max_ece_rise {
        return (false, format!("{figures}, but its calibration error is {ece_rise:.3} higher"));
    }
    (true, format!("{figures}; a gain of at least {gain_at_least:.4} is sure"))
}

/// The sum of gains and the number of deals of each account, in the order of their first deals.
fn by_account(gains: &[f64], accounts: &[Option<&str>]) -> Vec<(f64, f64)> {
    let mut clusters: Vec<(f64, f64)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (gain, account) in gains.iter().zip(accounts) {
        let next = clusters.len();
        let place = account.map_or(next, |account| *places.entry(account).or_insert(next));
        match clusters.get_mut(place) {
            Some((sum, deals)) => {
                *sum += gain;
                *deals += 1.0;
            }
            None => clusters.push((*gain, 1.0)),
        }
    }
    clusters
}

/// The quantile `chance` of the mean gain over draws of accounts.
fn lower_bound(clusters: &[(f64, f64)], chance: f64) -> f64 {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let (mut sum, mut deals) = (0.0, 0.0);
            for _ in clusters {
                if let Some((gain, n)) = clusters.get(below(&mut random, clusters.len())) {
                    sum += gain;
                    deals += n;
                }
            }
            sum / deals
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the draws")]
    let rank = (chance * count(DRAWS)).floor() as usize;
    means.get(rank).copied().unwrap_or(f64::NAN)
}

/// A whole number from 0 to `n` − 1. The bias of multiplying is under n / 2⁶⁴.
fn below(random: &mut ChaCha8Rng, n: usize) -> usize {
    let product = u128::from(random.next_u64()) * (n as u128);
    usize::try_from(product >> 64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A month: true margins, and two models that see them through noise of their own.
    struct Month {
        champion: Vec<(f64, bool)>,
        challenger: Vec<(f64, bool)>,
    }

    fn uniform(random: &mut ChaCha8Rng) -> f64 {
        f64::from(random.next_u32()) / f64::from(u32::MAX)
    }

    fn normal(random: &mut ChaCha8Rng) -> f64 {
        (0..12).map(|_| uniform(random)).sum::<f64>() - 6.0
    }

    fn month(seed: u64, deals: usize, champion_noise: f64, challenger_noise: f64) -> Month {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut champion, mut challenger) = (Vec::new(), Vec::new());
        for _ in 0..deals {
            let truth = -1.0 + 1.2 * normal(&mut random);
            let won = uniform(&mut random) < crate::math::sigmoid(truth);
            champion.push((truth + champion_noise * normal(&mut random), won));
            challenger.push((truth + challenger_noise * normal(&mut random), won));
        }
        Month { champion, challenger }
    }

    fn promoted(month: &Month, accounts: &[Option<&str>]) -> bool {
        compare(&month.champion, &month.challenger, accounts, 0.3, GateLimits::default()).unwrap().promoted
    }

    fn share_promoted(months: u64, deals: usize, champion_noise: f64, challenger_noise: f64) -> f64 {
        let wins = (0..months)
            .filter(|seed| {
                promoted(&month(*seed, deals, champion_noise, challenger_noise), &vec![None; deals])
            })
            .count();
        count(wins) / count(usize::try_from(months).unwrap())
    }

    #[test]
    fn a_challenger_that_is_no_better_is_rarely_promoted() {
        let share = share_promoted(200, 300, 0.5, 0.5);
        println!("false promotions in 200 months of 300 deals: {share:.3}");
        // 5 % are allowed; 10 % would be seen by chance once in a thousand such tests.
        assert!(share <= 0.10, "{share}");
    }

    #[test]
    fn a_better_challenger_is_promoted_the_more_surely_the_more_deals_there_are() {
        let (few, many) = (share_promoted(60, 500, 0.9, 0.4), share_promoted(60, 2000, 0.9, 0.4));
        println!("power at 500 and 2000 deals: {few:.2}, {many:.2}");
        assert!(few > 0.5 && many > 0.95, "{few} {many}");
    }

    #[test]
    fn a_worse_challenger_and_the_champion_itself_are_kept_out() {
        let none = vec![None; 500];
        assert!(!promoted(&month(1, 500, 0.3, 1.0), &none));
        let same = month(2, 500, 0.5, 0.5);
        let twin = Month { challenger: same.champion.clone(), ..same };
        assert!(!promoted(&twin, &none), "ties keep the champion");
    }

    #[test]
    fn the_deals_of_one_account_count_as_one_piece_of_luck() {
        // One lucky deal of the challenger, told a hundred times.
        let deals = 100;
        let month = Month { champion: vec![(0.0, true); deals], challenger: vec![(1.0, true); deals] };
        let limits = GateLimits { max_ece_rise: 1.0, ..GateLimits::default() };
        let report = |accounts: &[Option<&str>]| {
            compare(&month.champion, &month.challenger, accounts, 0.3, limits).unwrap()
        };
        assert_eq!(report(&vec![Some("acme"); deals]).accounts, 1);
        assert_eq!(report(&vec![None; deals]).accounts, deals);

        // Nine accounts of noise, and one that carries all of the gain with many deals.
        let mut champion = vec![(0.0, true); 90];
        let mut challenger = vec![(-0.02, true); 9];
        challenger.extend(vec![(0.5, true); 81]);
        champion.truncate(challenger.len());
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let own: Vec<Option<&str>> = names.iter().map(|n| Some(*n)).chain(vec![Some("whale"); 81]).collect();
        let bound = |accounts: &[Option<&str>]| {
            compare(&champion, &challenger, accounts, 0.3, limits).unwrap().gain_at_least
        };
        assert!(bound(&own) < 0.0, "one account is one piece of evidence");
        assert!(bound(&vec![None; 90]) > 0.0, "as if they were independent");
    }

    /// With one account every draw is the same, so the bootstrap sees no luck at all.
    #[test]
    fn few_accounts_promote_nothing_however_many_deals_they_have() {
        let better = month(4, 400, 1.5, 0.0);
        assert!(promoted(&better, &vec![None; 400]), "enough, if they were independent");
        assert!(!promoted(&better, &vec![Some("acme"); 400]));
        let nine: Vec<String> = (0..400).map(|i| format!("account-{}", i % 9)).collect();
        assert!(!promoted(&better, &nine.iter().map(|a| Some(a.as_str())).collect::<Vec<_>>()));
    }

    #[test]
    fn few_deals_promote_nothing() {
        let tiny = month(3, 29, 3.0, 0.0);
        let report = compare(&tiny.champion, &tiny.challenger, &vec![None; 29], 0.3, GateLimits::default());
        assert!(report.unwrap().because.contains("too few"));
        assert!(compare(&[], &[], &[], 0.3, GateLimits::default()).is_none());
    }
}
