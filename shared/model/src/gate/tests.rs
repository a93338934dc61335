use super::*;
use crate::math::sigmoid;

const KINDS: [LearnerKind; 4] = [
    LearnerKind::ChampionShifted,
    LearnerKind::LogisticRegression,
    LearnerKind::ExplainableBoosting,
    LearnerKind::BaggedTrees,
];

/// A month: what became of deals, and models that see their true margins through noise.
struct Month {
    champion: Vec<f64>,
    challengers: Vec<Challenger>,
    won: Vec<bool>,
}

fn uniform(random: &mut ChaCha8Rng) -> f64 {
    f64::from(random.next_u32()) / f64::from(u32::MAX)
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| uniform(random)).sum::<f64>() - 6.0
}

/// Challengers are as alike as learners of the same deals are: half of the variance of their noise is shared.
fn month(seed: u64, deals: usize, champion_noise: f64, noise: &[f64]) -> Month {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut month = Month {
        champion: Vec::new(),
        challengers: noise
            .iter()
            .zip(KINDS)
            .map(|(_, learner)| Challenger { learner, margins: Vec::new(), proof: Proof::BeyondLuck })
            .collect(),
        won: Vec::new(),
    };
    for _ in 0..deals {
        let truth = -1.0 + 1.2 * normal(&mut random);
        month.won.push(uniform(&mut random) < sigmoid(truth));
        month.champion.push(truth + champion_noise * normal(&mut random));
        let shared = normal(&mut random);
        for (challenger, noise) in month.challengers.iter_mut().zip(noise) {
            let own = normal(&mut random);
            challenger.margins.push(truth + noise * 0.5_f64.sqrt() * (shared + own));
        }
    }
    month
}

fn report(month: &Month, accounts: &[Option<&str>], limits: GateLimits) -> GateReport {
    let bout = Bout {
        incumbent: Incumbent::Champion,
        incumbent_margins: &month.champion,
        won: &month.won,
        accounts,
        base_rate: 0.3,
    };
    gate(&bout, &month.challengers, limits).unwrap()
}

fn chosen(month: &Month) -> Option<LearnerKind> {
    report(month, &vec![None; month.won.len()], GateLimits::default()).chosen
}

fn promotions(months: u64, deals: usize, champion_noise: f64, noise: &[f64]) -> usize {
    (0..months).filter(|seed| chosen(&month(*seed, deals, champion_noise, noise)).is_some()).count()
}

/// As good as the champion, all four of them: each promotion is a false one.
#[test]
fn challengers_that_are_no_better_are_promoted_at_most_once_in_twenty_months() {
    for deals in [60, 200, 500, 2000] {
        let false_ones = promotions(200, deals, 0.5, &[0.5; 4]);
        println!("{false_ones} false promotions in 200 months of {deals} deals and four challengers");
        assert!(false_ones <= 10, "{false_ones} at {deals} deals");
        let one = promotions(200, deals, 0.5, &[0.5]);
        println!("{one} false promotions in 200 months of {deals} deals and one challenger");
        assert!(one <= 10, "{one} at {deals} deals");
    }
}

#[test]
fn a_better_challenger_is_promoted_the_more_surely_the_more_deals_there_are() {
    for (better, small) in [(0.3, 0.35), (0.6, 0.0)] {
        let power: Vec<usize> =
            [200, 500, 2000].map(|deals| promotions(60, deals, 0.9, &[0.9, better])).into_iter().collect();
        println!("noise {better} against .9: {power:?} of 60 promoted at 200, 500, 2000 deals");
        assert!(power.is_sorted() && count(power[1]) / 60.0 > small, "{power:?}");
        assert!(power[2] > 30, "{power:?}");
    }
}

#[test]
fn a_worse_challenger_and_the_champion_itself_are_kept_out() {
    assert_eq!(chosen(&month(1, 500, 0.3, &[1.0])), None);
    let mut same = month(2, 500, 0.5, &[0.5]);
    same.challengers[0].margins = same.champion.clone();
    assert_eq!(chosen(&same), None, "ties keep the champion");
}

/// What is chosen has the lowest log-loss of those that passed, and the sentence says so.
#[test]
fn of_those_that_passed_the_best_is_taken() {
    let mut month = month(5, 2000, 1.5, &[0.2, 0.2]);
    month.challengers[1].margins = month.challengers[0].margins.iter().map(|m| m * 0.99).collect();
    for noise in 0..20 {
        month.challengers[1].margins.iter_mut().for_each(|m| *m += f64::from(noise) * 1e-4);
        let report = report(&month, &vec![None; 2000], GateLimits::default());
        let passed = report.challengers.iter().filter(|c| c.passed);
        let best = passed.min_by(|a, b| a.metrics.log_loss.total_cmp(&b.metrics.log_loss)).unwrap();
        assert_eq!(report.chosen, Some(best.learner));
        assert!(report.because.contains(&format!("{:.4}", best.metrics.log_loss)), "{}", report.because);
    }
}

/// The champion's own recipe on more deals: as good, it is let pass nearly always; much worse, nearly never.
#[test]
fn a_refresh_need_not_prove_itself_but_must_not_be_worse() {
    let passes = |deals: usize, noise: f64| {
        let passed = |seed: &u64| {
            let mut month = month(1000 + *seed, deals, 0.5, &[noise]);
            month.challengers[0].proof = Proof::NotWorse;
            chosen(&month).is_some()
        };
        (0..200).filter(passed).count()
    };
    for deals in [60, 200, 500, 2000] {
        let (better, same, worse) = (passes(deals, 0.4), passes(deals, 0.5), passes(deals, 0.9));
        println!(
            "{deals} deals, of 200 months let pass: {better} a little better, {same} as good, {worse} worse"
        );
        assert!(better >= same && same > 100 && worse < same / 2, "{better} {same} {worse}");
    }
    assert!(passes(2000, 0.9) < 4 && passes(2000, 0.4) > 190);
}

/// What stands against a first model are rules that say no probability.
#[test]
fn a_first_model_needs_no_proof_beyond_luck() {
    let of = |margins: Vec<f64>, won: &[bool]| {
        let bout = Bout {
            incumbent: Incumbent::BaseRate,
            incumbent_margins: &vec![0.0; won.len()],
            won,
            accounts: &vec![None; won.len()],
            base_rate: 0.5,
        };
        let challengers = [Challenger { learner: LearnerKind::Blend, margins, proof: Proof::ExpectedGain }];
        gate(&bout, &challengers, GateLimits::default()).unwrap()
    };
    let won: Vec<bool> = (0..40).map(|i| i % 2 == 0).collect();
    let said = |sure: f64, right: usize| -> Vec<f64> {
        won.iter().enumerate().map(|(i, w)| if *w == (i % 40 < right) { sure } else { -sure }).collect()
    };
    let a_little = of(said(0.3, 23), &won);
    assert_eq!(a_little.chosen, Some(LearnerKind::Blend), "{}", a_little.because);
    assert!(a_little.challengers[0].p_value > 0.05 && a_little.because.contains("% of draws"));
    let wrong = of(said(1.0, 8), &won);
    assert_eq!(wrong.chosen, None, "{}", wrong.because);
}

#[test]
fn holm_asks_more_of_many() {
    let comparison = |p_value: f64| Comparison {
        learner: LearnerKind::LogisticRegression,
        metrics: Metrics::of(&[(0.0, true)], 0.5).unwrap(),
        proof: Proof::BeyondLuck,
        gain: 0.1,
        gain_at_least: f64::NAN,
        p_value,
        p_at_most: f64::NAN,
        passed: false,
        objection: String::new(),
    };
    let passed = |p_values: &[f64]| {
        let mut all: Vec<_> = p_values.iter().map(|p| (comparison(*p), vec![0.0; 10])).collect();
        holm(&mut all, 0.06);
        all.into_iter().map(|(c, _)| c.passed).collect::<Vec<_>>()
    };
    assert_eq!(passed(&[0.05]), [true]);
    assert_eq!(passed(&[0.05, 0.01, 0.029]), [true, true, true], "06/3, .06/2, .06/1");
    assert_eq!(passed(&[0.05, 0.01, 0.04]), [false, true, false], "what follows a failure fails");
    assert_eq!(passed(&[0.021, 0.5, 0.5]), [false, false, false]);
}

#[test]
fn the_deals_of_one_account_count_as_one_piece_of_luck() {
    // Nine accounts of noise, and one that carries all of the gain with many deals.
    let deals = 90;
    let mut challenger = vec![-0.02; 9];
    challenger.extend(vec![0.5; 81]);
    let month = Month {
        champion: vec![0.0; deals],
        challengers: vec![Challenger { learner: KINDS[0], margins: challenger, proof: Proof::BeyondLuck }],
        won: vec![true; deals],
    };
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let own: Vec<Option<&str>> = names.iter().map(|n| Some(*n)).chain(vec![Some("whale"); 81]).collect();
    let of = |accounts: &[Option<&str>]| report(&month, accounts, GateLimits::default());
    let (clustered, alone) = (of(&own), of(&vec![None; deals]));
    assert_eq!((clustered.accounts, alone.accounts), (10, 90));
    assert!(clustered.challengers[0].gain_at_least < 0.0, "one account is one piece of evidence");
    assert!(alone.challengers[0].gain_at_least > 0.0, "as if they were independent");
}

/// With one account every draw is the same, so the bootstrap sees no luck at all.
#[test]
fn few_accounts_promote_nothing_however_many_deals_they_have() {
    let better = month(4, 400, 1.5, &[0.0]);
    let of = |accounts: &[Option<&str>]| report(&better, accounts, GateLimits::default()).chosen;
    assert!(of(&vec![None; 400]).is_some(), "enough, if they were independent");
    assert_eq!(of(&vec![Some("acme"); 400]), None);
    let nine: Vec<String> = (0..400).map(|i| format!("account-{}", i % 9)).collect();
    assert_eq!(of(&nine.iter().map(|a| Some(a.as_str())).collect::<Vec<_>>()), None);
}

#[test]
fn few_deals_promote_nothing() {
    let tiny = month(3, 29, 3.0, &[0.0]);
    let report = report(&tiny, &[None; 29], GateLimits::default());
    assert!(report.challengers[0].objection.contains("too few"));
    let none = Bout {
        incumbent: Incumbent::BaseRate,
        incumbent_margins: &[],
        won: &[],
        accounts: &[],
        base_rate: 0.3,
    };
    assert!(gate(&none, &[], GateLimits::default()).is_none());
}
