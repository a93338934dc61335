//! How much each of several grades counted among closed deals, beside what it is taken to count for today.
//!
//! A logistic regression of won on the grades, each 0 to 1, whose weights are never below nothing and are drawn towards
//! today's: as far as deals are few, today's stand. Then the weights are scaled to today's sum, since only proportions
//! matter. Intervals are those of a bootstrap over accounts, all deals of one together: an account that buys twice is one
//! piece of evidence. They hold all weights at once in nine histories of ten: of seven weights with a 90 % interval each,
//! every second history would have one outside by luck.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::gate::{below, clusters};
use crate::math::{count, sigmoid, spread};

/// Draws of the bootstrap: enough for the spread of a weight, and for how far the furthest weight strays.
const DRAWS: usize = 200;
/// Of deals beyond this evenly spaced ones are weighed: more digits help nobody.
const MOST: usize = 5000;
/// Rounds of the fit; each goes through all weights. It is convex, and ends sooner.
const ROUNDS: usize = 60;
/// Known grades that a weight needs to be moved at all.
const KNOWN: usize = 30;
/// The spread that grades need to tell anything: the standard deviation of those that count.
const SPREAD: f64 = 0.02;

/// A closed deal, graded.
#[derive(Debug, Clone, PartialEq)]
pub struct Graded {
    /// By criterion: the grade that counts, 0 to 1, and whether it is known.
    pub grades: Vec<(f64, bool)>,
    /// Won, or lost.
    pub won: bool,
    /// The account's key; deals of one belong together. None stands alone.
    pub account: Option<String>,
}

/// What deals say of one weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighed {
    /// Deals of which the grade is known.
    pub known: usize,
    /// The weight that fits, on today's scale, and the interval that holds it with those of all other weights in nine
    /// histories of ten; none where today's stays for want of evidence.
    pub fits: Option<(f64, f64, f64)>,
}

/// By criterion. `today` are the weights of today, at least one of them over nothing; deals have a grade for each.
pub fn weigh(deals: &[Graded], today: &[f64]) -> Vec<Weighed> {
    let kept = crate::matrix::evenly(deals.len(), MOST);
    let deals: Vec<&Graded> = kept.into_iter().map(|at| &deals[at]).collect();
    let task = Task::new(&deals, today);
    let all: Vec<f64> = vec![1.0; deals.len()];
    let fits = task.fit(&all);
    let mut drawn: Vec<Vec<f64>> = vec![Vec::with_capacity(DRAWS); today.len()];
    let accounts: Vec<Option<&str>> = deals.iter().map(|deal| deal.account.as_deref()).collect();
    let clusters = clusters(&accounts);
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..DRAWS {
        let mut times = vec![0.0; deals.len()];
        for _ in &clusters {
            clusters[below(&mut random, clusters.len())].iter().for_each(|deal| times[*deal] += 1.0);
        }
        for (place, weight) in task.fit(&times).into_iter().enumerate() {
            drawn[place].push(weight);
        }
    }
    let spreads: Vec<f64> =
        drawn.iter().zip(&fits).map(|(drawn, fits)| spread_around(*fits, drawn)).collect();
    let reach = furthest(&drawn, &fits, &spreads);
    let told = fits.iter().zip(spreads).enumerate().map(|(place, (fits, spread))| {
        let by = reach * spread;
        let fits = task.is_free[place].then(|| (*fits, (fits - by).max(0.0), fits + by));
        Weighed { known: task.known[place], fits }
    });
    told.collect()
}

fn spread_around(middle: f64, drawn: &[f64]) -> f64 {
    (drawn.iter().map(|weight| (weight - middle).powi(2)).sum::<f64>() / count(drawn.len().max(1))).sqrt()
}

/// In nine draws of ten no weight strays further from what fits than so many of its spreads (simultaneous intervals by the
/// maximum's distribution: Davison and Hinkley 1997, 4.2.4).
fn furthest(drawn: &[Vec<f64>], fits: &[f64], spreads: &[f64]) -> f64 {
    let strays = |draw: usize| {
        let each = drawn.iter().zip(fits).zip(spreads).filter(|(_, spread)| **spread > 0.0);
        each.map(|((drawn, fits), spread)| (drawn[draw] - fits).abs() / spread).fold(0.0, f64::max)
    };
    let mut furthest: Vec<f64> = (0..DRAWS).map(strays).collect();
    furthest.sort_unstable_by(f64::total_cmp);
    furthest[DRAWS * 9 / 10]
}

struct Task<'a> {
    deals: &'a [&'a Graded],
    today: &'a [f64],
    known: Vec<usize>,
    /// Whether there is evidence enough to move a weight.
    is_free: Vec<bool>,
}

impl<'a> Task<'a> {
    fn new(deals: &'a [&'a Graded], today: &'a [f64]) -> Self {
        let known: Vec<usize> =
            (0..today.len()).map(|place| deals.iter().filter(|deal| deal.grades[place].1).count()).collect();
        let grades = |place: usize| deals.iter().map(|deal| deal.grades[place].0).collect::<Vec<_>>();
        let is_free =
            (0..today.len()).map(|place| known[place] >= KNOWN && spread(&grades(place)) >= SPREAD).collect();
        Self { deals, today, known, is_free }
    }

    /// The weights that fit deals that count so often, on today's scale; those without evidence are today's.
    fn fit(&self, times: &[f64]) -> Vec<f64> {
        let sum: f64 = self.today.iter().sum();
        let prior: Vec<f64> = self.today.iter().map(|weight| weight / sum).collect();
        // What today's points are worth, as they are: one slope for all of them.
        let together: Vec<Vec<f64>> = self
            .deals
            .iter()
            .map(|deal| vec![deal.grades.iter().zip(&prior).map(|((x, _), weight)| x * weight).sum()])
            .collect();
        let (intercept, slope) = self.newton(&together, times, (0.0, &[1.0]), &[true], None);
        // Where points say little, a weight of its own may still say something.
        let scale = slope[0].max(1.0);
        let centre: Vec<f64> = prior.iter().map(|weight| weight * scale).collect();
        let each: Vec<Vec<f64>> =
            self.deals.iter().map(|deal| deal.grades.iter().map(|(x, _)| *x).collect()).collect();
        // A weight may well be nothing or twice the mean one.
        let pull = (count(prior.len()) / scale).powi(2);
        let (_, found) =
            self.newton(&each, times, (intercept, &centre), &self.is_free, Some((&centre, pull)));
        self.scaled(&found)
    }

    /// To today's sum, as far as weights are free: the others keep what they have.
    fn scaled(&self, found: &[f64]) -> Vec<f64> {
        let free = |weights: &[f64]| -> f64 {
            weights.iter().zip(&self.is_free).filter(|(_, free)| **free).map(|(weight, _)| weight).sum()
        };
        let (have, may) = (free(found), free(self.today));
        let of = |((weight, today), is_free): ((&f64, &f64), &bool)| match is_free {
            true if have > 0.0 => weight / have * may,
            _ => *today,
        };
        found.iter().zip(self.today).zip(&self.is_free).map(of).collect()
    }

    /// One weight after the other by Newton's step, never below nothing; the intercept first.
    fn newton(
        &self,
        columns: &[Vec<f64>],
        times: &[f64],
        (mut intercept, start): (f64, &[f64]),
        is_free: &[bool],
        pull: Option<(&[f64], f64)>,
    ) -> (f64, Vec<f64>) {
        let mut weights = start.to_vec();
        let mut margins: Vec<f64> = columns
            .iter()
            .map(|x| intercept + x.iter().zip(&weights).map(|(x, weight)| x * weight).sum::<f64>())
            .collect();
        for _ in 0..ROUNDS {
            let mut moved: f64 = 0.0;
            for place in 0..=weights.len() {
                let x = |row: usize| if place == 0 { 1.0 } else { columns[row][place - 1] };
                if place > 0 && !is_free[place - 1] {
                    continue;
                }
                let (mut slope, mut bend) = (0.0, 1e-6);
                for (row, (margin, deal)) in margins.iter().zip(self.deals).enumerate() {
                    let p = sigmoid(*margin);
                    slope += times[row] * x(row) * (p - if deal.won { 1.0 } else { 0.0 });
                    bend += times[row] * x(row) * x(row) * p * (1.0 - p);
                }
                if let (Some((centre, pull)), true) = (pull, place > 0) {
                    slope += pull * (weights[place - 1] - centre[place - 1]);
                    bend += pull;
                }
                // A step at a time, so that one round cannot overshoot by far.
                let step = (-slope / bend).clamp(-2.0, 2.0);
                let by =
                    if place == 0 { step } else { (weights[place - 1] + step).max(0.0) - weights[place - 1] };
                match place {
                    0 => intercept += by,
                    _ => weights[place - 1] += by,
                }
                for (row, margin) in margins.iter_mut().enumerate() {
                    *margin += by * x(row);
                }
                moved = moved.max(by.abs());
            }
            if moved < 1e-4 {
                break;
            }
        }
        (intercept, weights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::Simulator;

    /// Deals whose three grades count for so much in truth, as shares.
    fn world(n: usize, truth: [f64; 3], known: impl Fn(usize) -> bool) -> Vec<Graded> {
        let mut random = Simulator::new(4);
        (0..n)
            .map(|i| {
                let grades: Vec<(f64, bool)> = (0..3)
                    .map(|at| if at < 2 || known(i) { (random.uniform(), true) } else { (0.3, false) })
                    .collect();
                let sum: f64 = grades.iter().zip(truth).map(|((x, _), weight)| 6.0 * x * weight).sum();
                let won = random.uniform() < sigmoid(sum - 3.0);
                Graded { grades, won, account: (i % 3 == 0).then(|| format!("account-{}", i / 6)) }
            })
            .collect()
    }

    #[test]
    fn what_counts_double_and_what_counts_for_nothing_is_found() {
        let found = weigh(&world(1500, [2.0 / 3.0, 0.0, 1.0 / 3.0], |_| true), &[30.0, 30.0, 30.0]);
        let (double, from, to) = found[0].fits.unwrap();
        assert!((50.0..70.0).contains(&double) && from > 30.0 && to < 85.0, "{found:?}");
        let (useless, _, to) = found[1].fits.unwrap();
        assert!(useless < 10.0 && to < 20.0, "{found:?}");
        let sum: f64 = found.iter().map(|weighed| weighed.fits.unwrap().0).sum();
        assert!((sum - 90.0).abs() < 1e-9);
    }

    #[test]
    fn what_deals_bear_out_stays_within_its_interval() {
        let found = weigh(&world(1500, [0.5, 0.25, 0.25], |_| true), &[50.0, 25.0, 25.0]);
        for (weighed, today) in found.iter().zip([50.0, 25.0, 25.0]) {
            let (_, from, to) = weighed.fits.unwrap();
            assert!((from..=to).contains(&today), "{found:?}");
        }
    }

    #[test]
    fn without_evidence_today_stands_and_few_deals_move_little() {
        let found = weigh(&world(400, [0.5, 0.5, 0.0], |i| i < 12), &[40.0, 40.0, 20.0]);
        assert_eq!(found[2], Weighed { known: 12, fits: None });
        let sum: f64 = found[..2].iter().map(|weighed| weighed.fits.unwrap().0).sum();
        assert!((sum - 80.0).abs() < 1e-9, "the others share what is theirs");
        let few = weigh(&world(40, [1.0, 0.0, 0.0], |_| true), &[30.0, 30.0, 30.0]);
        let (fits, from, to) = few[0].fits.unwrap();
        assert!(fits < 60.0 && from < 40.0 && to > fits, "{few:?}");
    }
}
