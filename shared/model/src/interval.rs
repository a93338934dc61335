//! How sure is a probability? An interval for the share won among leads that are scored like this one.
//!
//! The model's own predictions, each by a fit that had not seen the deal, stand beside what became of them.
//! Around a margin the nearest predictions are looked at: their mean error moves the probability, and their
//! number gives the interval by Wilson's formula (1927) for the level. So it tells both chance and where the
//! model is systematically off. It says nothing of how leads of one score differ among each other.
//!
//! At the ends those intervals would follow the model: of the lead with the highest margin of all they would say what the
//! model says, less its error among the nearest. What deals show there is only the share won of the outermost band as a
//! whole. So within the outermost hundred deals one interval is told, that of their share, and no probability beyond it:
//! see [`Intervals::ends`].

use serde::{Deserialize, Serialize};

use crate::math::{count, sigmoid};

/// The share of such intervals that hold the true share won.
pub const INTERVAL_LEVEL: f64 = 0.9;
/// Two-sided 90 %.
const Z_90: f64 = 1.644_854;
/// Two-sided 95 %.
const Z_95: f64 = 1.959_964;
/// Predictions that are looked at around a margin.
const NEAREST: (usize, usize) = (40, 400);

/// The outer tenth is one in so many of the knots, at least one.
const TENTH: usize = 10;
/// The outermost band: a tenth of the deals, and at most so many. Of many thousand deals the best tenth says little of the
/// best leads: on a set with 33,000 of them it won 50 %, its best hundred 85 %, and to tell those half cost 1 % of log-loss.
const OUTERMOST: usize = 100;
/// With fewer deals the bands at both ends are too large a part of all, and the outer tenth alone tells.
const OUTERMOST_FROM: usize = 10 * NEAREST.0;

/// From and to, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub from: f64,
    /// The upper end.
    pub to: f64,
}

/// What the outermost bands of past deals show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ends {
    /// Of the band that was won least often.
    pub(crate) lowest: Interval,
    /// Of the one that was won most often.
    pub(crate) highest: Interval,
}

impl Ends {
    /// Where there are no bands: so many deals, of which either kind is possible.
    pub(crate) fn of_deals(number: f64) -> Self {
        let all = no_certainty(number);
        Self { lowest: all, highest: all }
    }

    /// The probability nearest to one that is borne out.
    pub(crate) fn within(&self, probability: f64) -> f64 {
        probability.max(self.lowest.from).min(self.highest.to)
    }

    /// An interval that does not end beyond what is shown: one that would, begins no later than the band's own.
    pub(crate) fn narrow(&self, interval: Interval) -> Interval {
        let Interval { mut from, mut to } = interval;
        if to > self.highest.to {
            (from, to) = (from.min(self.highest.from), self.highest.to);
        }
        if from < self.lowest.from {
            (from, to) = (self.lowest.from, to.max(self.lowest.to));
        }
        Interval { from, to }
    }
}

impl Interval {
    /// The share and the number that Wilson's interval comes from: with u² = 1 + z²/n, its ends a and b satisfy
    /// 1/u = √(ab) + √((1 − a)(1 − b)) and p = √(ab) u.
    fn share_and_number(self) -> (f64, f64) {
        let (both, neither) = ((self.from * self.to).sqrt(), ((1.0 - self.from) * (1.0 - self.to)).sqrt());
        let u = 1.0 / (both + neither);
        (both * u, Z_90 * Z_90 / (u * u - 1.0))
    }
}

/// Intervals at some margins, in rising order; between them linear.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Intervals {
    knots: Vec<(f64, Interval)>,
}

impl Intervals {
    /// From calibrated margins of deals that the fit had not seen. Fewer than 40 tell nothing.
    pub(crate) fn of(points: &[(f64, bool)]) -> Self {
        if points.len() < NEAREST.0 {
            return Self::default();
        }
        let mut sorted = points.to_vec();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let nearest = (sorted.len() / 12).clamp(NEAREST.0, NEAREST.1);
        let steps = (6 * sorted.len() / nearest).clamp(12, 120);
        let mut knots: Vec<(f64, Interval)> = Vec::new();
        for step in 0..=steps {
            let centre = step * (sorted.len() - 1) / steps;
            let from = centre.saturating_sub(nearest / 2).min(sorted.len() - nearest);
            let (margin, _) = sorted[centre];
            if knots.last().is_none_or(|(last, _)| *last < margin) {
                knots.push((margin, around(margin, &sorted[from..from + nearest])));
            }
        }
        if sorted.len() >= OUTERMOST_FROM {
            flatten(&mut knots, &sorted);
        }
        Self { knots }
    }

    /// The interval at a margin; none where too little is known. The margin's own probability may lie outside:
    /// then the model has been off there, and the interval is nearer to the truth.
    pub(crate) fn at(&self, margin: f64) -> Option<Interval> {
        let above = self.knots.partition_point(|(knot, _)| *knot <= margin);
        let (low, high) = match (above.checked_sub(1).and_then(|i| self.knots.get(i)), self.knots.get(above))
        {
            (Some(low), Some(high)) => (low, high),
            (Some(end), None) | (None, Some(end)) => (end, end),
            (None, None) => return None,
        };
        let share = if high.0 > low.0 { (margin - low.0) / (high.0 - low.0) } else { 0.0 };
        let between = |a: f64, b: f64| a + (b - a) * share;
        Some(Interval { from: between(low.1.from, high.1.from), to: between(low.1.to, high.1.to) })
    }

    /// The lowest and the highest probability that past deals bear out: the lower end of the interval for the share won
    /// in the lowest band, and the upper end of that in the highest. Where none, or all, of a band were won, half a deal
    /// less than that is shown: forty wins in forty deals are no certainty. None where too little is known.
    ///
    /// A band is an outer tenth or the outermost hundred deals, whichever reaches further. It is worked out from the knots, so
    /// that a model file of a release before, whose knots tell of tenths alone, ends there as well.
    pub(crate) fn ends(&self) -> Option<Ends> {
        let of_a_tenth = self.knots.len().div_ceil(TENTH);
        let first = band(&self.knots[..of_a_tenth])?;
        let last = band(&self.knots[self.knots.len() - of_a_tenth..])?;
        let bands = || [Some(first), Some(last)].into_iter().chain(self.outermost()).flatten();
        // A model that is upside down has its lowest share at the top.
        let lowest = bands().min_by(|a, b| a.from.total_cmp(&b.from))?;
        let highest = bands().max_by(|a, b| a.to.total_cmp(&b.to))?;
        Some(Ends { lowest, highest })
    }

    /// The outermost bands, where the knots tell of them: each has two with one interval.
    fn outermost(&self) -> [Option<Interval>; 2] {
        let flat = |outer: Option<&(f64, Interval)>, inner: Option<&(f64, Interval)>| {
            outer.zip(inner).filter(|(a, b)| a.1 == b.1).and_then(|(knot, _)| band(&[*knot]))
        };
        let knots = &self.knots;
        let last = knots.len().wrapping_sub(1);
        [flat(knots.first(), knots.get(1)), flat(knots.get(last), knots.get(last.wrapping_sub(1)))]
    }

    pub(crate) fn is_valid(&self) -> bool {
        let ordered = |(margin, i): &(f64, Interval)| {
            margin.is_finite() && 0.0 <= i.from && i.from <= i.to && i.to <= 1.0
        };
        self.knots.iter().all(ordered) && self.knots.is_sorted_by(|a, b| a.0 < b.0)
    }
}

/// Puts one knot at either side of the outermost deals at each end, both with the interval of their share, in place of those
/// between. Where all of these deals have one margin, there is no band to tell of.
fn flatten(knots: &mut Vec<(f64, Interval)>, sorted: &[(f64, bool)]) {
    let of_a_band = (sorted.len() / 10).min(OUTERMOST);
    let (low, high) = (&sorted[..of_a_band], &sorted[sorted.len() - of_a_band..]);
    let [Some((from, to, lowest)), Some((since, until, highest))] = [low, high].map(outermost) else {
        return;
    };
    if from >= to || to >= since || since >= until {
        return;
    }
    knots.retain(|(margin, _)| to < *margin && *margin < since);
    knots.splice(0..0, [(from, lowest), (to, lowest)]);
    knots.extend([(since, highest), (until, highest)]);
}

/// From which margin to which a band goes, and the interval for the share won in it.
fn outermost(deals: &[(f64, bool)]) -> Option<(f64, f64, Interval)> {
    let (first, last) = (deals.first()?, deals.last()?);
    let n = count(deals.len());
    let (from, to) = wilson(count(deals.iter().filter(|(_, won)| *won).count()) / n, n, Z_90);
    Some((first.0, last.0, Interval { from, to }))
}

/// The interval for the share won in a band, from its knots: the mean of their shares is that of its deals, and the
/// fewest deals of one are its number.
fn band(knots: &[(f64, Interval)]) -> Option<Interval> {
    let known: Vec<(f64, f64)> = knots.iter().map(|(_, interval)| interval.share_and_number()).collect();
    let number = known.iter().map(|(_, number)| *number).reduce(f64::min)?;
    let share = (known.iter().map(|(share, _)| share).sum::<f64>() / count(known.len())).clamp(0.0, 1.0);
    let (from, to) = wilson(share, number, Z_90);
    let uncertain = no_certainty(number);
    Some(Interval { from: from.max(uncertain.from), to: to.min(uncertain.to) })
}

/// What `number` deals that all ended alike leave possible: half a deal of the other kind.
fn no_certainty(number: f64) -> Interval {
    let least = 0.5 / (number + 1.0);
    Interval { from: least, to: 1.0 - least }
}

/// Errors and not outcomes are averaged: at the ends of the range all neighbours stand on one side.
fn around(margin: f64, nearest: &[(f64, bool)]) -> Interval {
    let n = count(nearest.len());
    let error = |(m, won): &(f64, bool)| if *won { 1.0 } else { 0.0 } - sigmoid(*m);
    let centre = (sigmoid(margin) + nearest.iter().map(error).sum::<f64>() / n).clamp(0.0, 1.0);
    let (from, to) = wilson(centre, n, Z_90);
    Interval { from, to }
}

/// The 95 % score interval of `part` of `of`, 0 to 1 (Wilson 1927).
pub fn wilson_95(part: usize, of: usize) -> (f64, f64) {
    wilson_95_of(count(part) / count(of), count(of))
}

/// The same of a share `p` of `n`, which need not be whole.
pub(crate) fn wilson_95_of(p: f64, n: f64) -> (f64, f64) {
    wilson(p, n, Z_95)
}

/// The score interval of a share `p` of `n` (Wilson 1927); `z` says how sure.
pub(crate) fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let centre = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    // Not `clamp`, which panics where a damaged model brings NaN; that is found by whoever reads it.
    (((centre - half) / scale).max(0.0).min(p), ((centre + half) / scale).min(1.0).max(p))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::Simulator;

    #[test]
    fn too_few_predictions_give_none_and_ends_hold_on() {
        assert_eq!(Intervals::of(&[(0.0, true); 39]).at(0.0), None);
        let points: Vec<(f64, bool)> = (0..400).map(|i| (f64::from(i) / 100.0 - 2.0, i % 2 == 0)).collect();
        let intervals = Intervals::of(&points);
        assert!(intervals.is_valid());
        for margin in [-50.0, -2.0, 0.0, 1.3, 50.0] {
            let interval = intervals.at(margin).unwrap();
            assert!(interval.from < 0.5 && 0.5 < interval.to, "half of them win: {margin}: {interval:?}");
        }
    }

    #[test]
    fn an_interval_tells_the_share_and_the_number_it_is_of() {
        for (p, n) in [(0.3, 40.0), (0.0, 40.0), (1.0, 57.0), (0.97, 400.0), (0.5, 123.0)] {
            let (from, to) = wilson(p, n, Z_90);
            let (share, number) = Interval { from, to }.share_and_number();
            assert!(
                (share - p).abs() < 1e-9 && (number - n).abs() < 1e-6 * n,
                "{p} of {n}: {share} of {number}"
            );
        }
    }

    /// The model is as sure as can be of its highest leads; of the best tenth three in four are won.
    #[test]
    fn the_bounds_are_what_the_outermost_bands_show() {
        let mut random = Simulator::new(3);
        let points: Vec<(f64, bool)> = (0..1200)
            .map(|i| {
                let margin = f64::from(i) / 100.0 - 6.0;
                (margin, random.uniform() < sigmoid(margin).clamp(0.02, 0.75))
            })
            .collect();
        let ends = Intervals::of(&points).ends().unwrap();
        let bounds = Interval { from: ends.lowest.from, to: ends.highest.to };
        let share =
            |band: &[(f64, bool)]| count(band.iter().filter(|(_, won)| *won).count()) / count(band.len());
        let (lowest, highest) = (share(&points[..100]), share(&points[1100..]));
        assert!(bounds.from < lowest && lowest < bounds.from + 0.05, "{lowest} {bounds:?}");
        assert!(bounds.to > highest && highest > bounds.to - 0.12, "{highest} {bounds:?}");
        assert!((0.7..0.9).contains(&bounds.to), "{bounds:?}");
    }

    /// Of many deals the best hundred are won far more often than the best tenth, and that is told.
    #[test]
    fn many_deals_bear_out_more_than_their_best_tenth() {
        let mut random = Simulator::new(4);
        let points: Vec<(f64, bool)> = (0..20_000)
            .map(|_| {
                let margin = 1.3 * random.normal() - 2.5;
                (margin, random.uniform() < sigmoid(margin))
            })
            .collect();
        let mut sorted = points.clone();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let share =
            |band: &[(f64, bool)]| count(band.iter().filter(|(_, won)| *won).count()) / count(band.len());
        let (tenth, hundred) = (share(&sorted[18_000..]), share(&sorted[19_900..]));
        let intervals = Intervals::of(&points);
        assert!(intervals.is_valid());
        let ends = intervals.ends().unwrap();
        assert!(tenth < 0.5 && hundred > 0.65, "{tenth} {hundred}");
        assert!(ends.highest.to > hundred && ends.highest.to < hundred + 0.1, "{hundred} {ends:?}");
        // What nobody of a hundred does, one in four hundred may.
        assert!(ends.lowest.from < 0.01, "{ends:?}");
        // Within the band all are told the same interval: no more is known of them.
        let (within, best) = (intervals.at(sorted[19_950].0).unwrap(), intervals.at(9.0).unwrap());
        assert_eq!(within, best);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "ends are taken as they are")]
    fn an_interval_ends_with_the_evidence_and_is_no_point() {
        let interval = |from, to| Interval { from, to };
        let ends = Ends { lowest: interval(0.03, 0.12), highest: interval(0.7, 0.91) };
        assert_eq!(ends.narrow(interval(0.2, 0.4)), interval(0.2, 0.4));
        assert_eq!(ends.narrow(interval(0.95, 1.0)), interval(0.7, 0.91));
        assert_eq!(ends.narrow(interval(0.6, 0.95)), interval(0.6, 0.91));
        assert_eq!(ends.narrow(interval(0.0, 0.01)), interval(0.03, 0.12));
        assert_eq!([0.0, 0.5, 1.0].map(|p| ends.within(p)), [0.03, 0.5, 0.91]);
    }

    #[test]
    fn deals_that_all_ended_alike_are_no_certainty() {
        let points: Vec<(f64, bool)> = (0..200).map(|i| (f64::from(i) - 100.0, i >= 100)).collect();
        let ends = Intervals::of(&points).ends().unwrap();
        let bounds = Interval { from: ends.lowest.from, to: ends.highest.to };
        assert!(
            (bounds.from - 0.5 / 41.0).abs() < 1e-6 && (bounds.to - 40.5 / 41.0).abs() < 1e-6,
            "{bounds:?}"
        );
        assert_eq!(Intervals::default().ends(), None);
    }

    /// A model that is right on average but off here and there, in a market that has moved by some log-odds since.
    fn truth(margin: f64, moved: f64) -> f64 {
        sigmoid(0.8 * margin - 0.2 + 0.3 * (2.0 * margin).sin() + moved)
    }

    /// The share of intervals that hold what is really won after the market has moved. Windows of one history overlap:
    /// of many histories enough are independent.
    fn held(seed: u64, histories: u64, moved: f64) -> f64 {
        let (mut held, mut asked) = (0, 0);
        for history in 0..histories {
            let mut random = Simulator::new(1_000 * seed + history);
            let mut draw = || {
                let margin = 4.0 * random.uniform() - 2.5;
                (margin, random.uniform() < truth(margin, 0.0))
            };
            let points: Vec<(f64, bool)> = (0..2000).map(|_| draw()).collect();
            let intervals = Intervals::of(&points);
            for _ in 0..100 {
                let (margin, _) = draw();
                let interval = intervals.at(margin).unwrap();
                asked += 1;
                held += i32::from((interval.from..=interval.to).contains(&truth(margin, moved)));
            }
        }
        f64::from(held) / f64::from(asked)
    }

    /// The interval holds the share that is really won at a margin about as often as it says.
    #[test]
    fn nine_intervals_of_ten_hold_the_true_share() {
        let shares = [1, 2, 3].map(|seed| held(seed, 200, 0.0));
        assert!(shares.iter().all(|share| (0.87..=0.93).contains(share)), "{shares:?}");
    }

    /// It describes the past. A market that moves afterwards is for the review of the bands to notice.
    #[test]
    fn an_interval_says_nothing_of_a_market_that_moves_afterwards() {
        let (little, much) = (held(4, 40, 0.1), held(4, 40, 0.5));
        assert!((0.75..0.9).contains(&little) && much < 0.6, "{little} {much}");
    }

    #[test]
    #[ignore = "a measurement: prints a line of docs/measurements.md"]
    fn coverage_under_drift() {
        for moved in [0.0, 0.1, 0.25, 0.5, 1.0] {
            println!("moved by {moved} log-odds: {:.1} % held", 100.0 * held(1, 200, moved));
        }
    }
}
