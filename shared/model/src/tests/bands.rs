//! What score bands come to, on invented deals.

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::bands::DecidedDeal;
use crate::interval::wilson_95;
use crate::verdict::{BandVerdict, review};

/// Deals whose chance to win is `chance` of a score that is even between 0 and 100.
fn deals(n: usize, chance: impl Fn(f64) -> f64, said: impl Fn(f64) -> Option<f64>) -> Vec<DecidedDeal> {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut uniform = || f64::from(random.next_u32()) / f64::from(u32::MAX);
    (0..n)
        .map(|_| {
            let score = 100.0 * uniform();
            let (probability, won) = (said(score), uniform() < chance(score));
            DecidedDeal { score, probability, won, account: None }
        })
        .collect()
}

fn verdict(n: usize, chance: impl Fn(f64) -> f64, said: impl Fn(f64) -> Option<f64>) -> BandVerdict {
    review(&deals(n, chance, said)).verdict
}

#[test]
fn each_verdict_is_given_where_it_is_true() {
    let honest = |score: f64| 0.02 + score / 160.0;
    assert_eq!(verdict(1000, honest, |s| Some(honest(s))), BandVerdict::Working);
    assert_eq!(verdict(1000, honest, |_| None), BandVerdict::Working, "rules say no probability");
    assert_eq!(verdict(1000, honest, |s| Some(honest(s) + 0.3)), BandVerdict::Miscalibrated);
    assert_eq!(verdict(1000, |_| 0.3, |_| Some(0.3)), BandVerdict::NotDiscriminating);
    assert_eq!(verdict(1000, |s| 1.0 - honest(s), |_| None), BandVerdict::NotDiscriminating, "upside down");
    let flat = |score: f64| 0.15 + score / 200.0;
    assert_eq!(verdict(1000, flat, |s| Some(flat(s))), BandVerdict::BottomStillWins);
    assert_eq!(verdict(1000, flat, |s| Some(flat(s) + 0.3)), BandVerdict::Miscalibrated, "the graver word");
    assert_eq!(verdict(49, honest, |s| Some(honest(s))), BandVerdict::InsufficientData);
    assert_eq!(verdict(1000, |_| 0.0, |_| None), BandVerdict::InsufficientData, "one class");
    assert_eq!(review(&[]).verdict, BandVerdict::InsufficientData);
}

/// A customer of two hundred leads is one piece of luck.
#[test]
fn deals_of_one_account_tell_little_however_many_they_are() {
    let honest = |score: f64| 0.02 + score / 160.0;
    let mut all = deals(1000, honest, |s| Some(honest(s)));
    for deal in &mut all {
        deal.account = Some(3);
    }
    let one = review(&all);
    assert_eq!((one.verdict, one.bands.len()), (BandVerdict::InsufficientData, 0));
    assert!(one.because.contains("so many of one account"), "{}", one.because);
    for (deal, number) in all.iter_mut().zip(0_u32..) {
        deal.account = Some(number / 2);
    }
    let pairs = review(&all);
    let band = pairs.bands[0];
    assert!(band.independent < 200.0 && band.independent > 100.0, "{band:?}");
    let alone = review(&deals(1000, honest, |s| Some(honest(s)))).bands[0];
    assert!((alone.independent - 200.0).abs() < 1e-9);
    assert!(band.actual_to > alone.actual_to && band.actual_from < alone.actual_from, "wider");
}

#[test]
fn a_known_wilson_interval() {
    // 10 of 50: Wilson's interval is 11.24 % to 33.04 %.
    let (low, high) = wilson_95(10, 50);
    assert!((low - 0.1124).abs() < 5e-5 && (high - 0.3304).abs() < 5e-5, "{low} {high}");
}

#[test]
fn one_score_for_all_is_one_band_and_tells_nothing() {
    let mut same = deals(200, |s| s / 100.0, |_| None);
    for deal in &mut same {
        deal.score = 50.0;
    }
    let review = review(&same);
    assert_eq!((review.bands.len(), review.verdict), (1, BandVerdict::NotDiscriminating));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn counts_add_up_and_intervals_hold_their_rate(
        pairs in prop::collection::vec((0_u8..=100, any::<bool>()), 0..300)
    ) {
        let deals: Vec<DecidedDeal> = pairs
            .iter()
            .map(|(score, won)| DecidedDeal {
                score: f64::from(*score),
                probability: None,
                won: *won,
                account: None,
            })
            .collect();
        let review = review(&deals);
        if !review.bands.is_empty() {
            prop_assert_eq!(review.bands.iter().map(|b| b.deals).sum::<usize>(), deals.len());
            prop_assert_eq!(review.bands.iter().map(|b| b.won).sum::<usize>(), review.won);
        }
        for band in &review.bands {
            prop_assert!(0.0 <= band.actual_from && band.actual_from <= band.actual);
            prop_assert!(band.actual <= band.actual_to && band.actual_to <= 1.0);
        }
        for pair in review.bands.windows(2) {
            prop_assert!(pair[0].score_to < pair[1].score_from);
        }
    }

    #[test]
    fn the_order_of_deals_does_not_matter(mut order in Just((0..120).collect::<Vec<usize>>()).prop_shuffle()) {
        let all = deals(120, |s| s / 100.0, |s| Some(s / 100.0));
        let straight = review(&all);
        let shuffled: Vec<DecidedDeal> = order.drain(..).map(|i| all[i]).collect();
        prop_assert_eq!(review(&shuffled).verdict, straight.verdict);
    }
}
