//! How often the daily look finds a fall where there is none, and misses one where there is. The worlds are invented; the
//! figures stand in `docs/measurements.md`.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::ModelHash;

use crate::decisions::{Decided, Decisions, Look, ScoredBy};
use crate::math::{count, sigmoid};
use crate::simulate::Simulator;
use crate::verdict::BandVerdict;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const MATURITY: i32 = 60;
const YEAR: i32 = 365;
/// Log-odds of an average lead and how far leads lie apart: a quarter of them wins, AUC .78.
const AVERAGE: f64 = -1.3;
const APART: f64 = 1.2;

/// What happens to leads after a model was made.
#[derive(Clone, Copy)]
enum World {
    /// What was said holds.
    Stable,
    /// It holds, but a third of the wins takes two to five months: longer than what counts as mature.
    SlowWins,
    /// Each lead wins half as often as it did.
    WinsHalve,
    /// High scores win no more often than low ones.
    OrderLost,
    /// What set them apart sets them apart half as much.
    OrderFades,
}

impl World {
    fn chance(self, margin: f64) -> f64 {
        match self {
            Self::Stable | Self::SlowWins => sigmoid(margin),
            Self::WinsHalve => sigmoid(margin) / 2.0,
            Self::OrderLost => 0.26,
            Self::OrderFades => sigmoid(AVERAGE + (margin - AVERAGE) / 2.0),
        }
    }
}

/// One company with one model.
struct Company {
    random: Simulator,
    a_month: f64,
    all: Decisions,
    /// Deals that will close, by the day.
    to_come: Vec<(i32, i32, f64, bool)>,
    answered: Option<Timestamp>,
}

fn model() -> ScoredBy {
    ScoredBy::Model { hash: ModelHash::of(b"model") }
}

fn at(day: i32) -> Timestamp {
    Timestamp::UNIX_EPOCH + DAY * (20_000 + day)
}

impl Company {
    fn new(seed: u64, a_month: f64) -> Self {
        let random = Simulator::new(seed);
        Self { random, a_month, all: Decisions::default(), to_come: Vec::new(), answered: None }
    }

    /// A day's leads are decided on, and what closes today is known.
    fn live(&mut self, today: i32, world: World) {
        let mut expected = self.a_month * 12.0 / f64::from(YEAR);
        while expected > 0.0 {
            if self.random.uniform() < expected {
                let margin = AVERAGE + APART * self.random.normal();
                let won = self.random.uniform() < world.chance(margin);
                let slow = won && matches!(world, World::SlowWins) && self.random.uniform() < 1.0 / 3.0;
                let (least, more) = if slow { (60.0, 90.0) } else { (5.0, 50.0) };
                #[expect(clippy::cast_possible_truncation, reason = "some days")]
                let takes = (least + more * self.random.uniform()) as i32;
                self.to_come.push((today + takes, today, margin, won));
            }
            expected -= 1.0;
        }
        let all = &mut self.all;
        self.to_come.retain(|(closes, decided, margin, won)| {
            if *closes > today {
                return true;
            }
            all.push(Decided {
                by: model(),
                // The place among leads like those it learnt from.
                score: 100.0 * sigmoid(1.7 * (margin - AVERAGE) / APART),
                probability: Some(sigmoid(*margin)),
                won: *won,
                as_of: at(*decided),
                account: None,
                motion: "inbound",
            });
            false
        });
    }

    fn at(&self, today: i32) -> Look {
        Look { now: at(today), maturity: DAY * MATURITY, in_force: model(), answered: self.answered }
    }

    /// The look of a day; a fall is answered by a run that keeps the model, which is the worst that can be.
    fn falls(&mut self, today: i32) -> bool {
        let fall = self.all.fall(&self.at(today));
        if let Some(fall) = &fall {
            self.answered = Some(fall.window.until);
        }
        fall.is_some()
    }
}

/// A year of daily looks at a world that stays as it is: false alarms, and the monthly verdicts.
fn stable_year(seed: u64, a_month: f64, world: World) -> (usize, Vec<BandVerdict>) {
    let mut company = Company::new(seed, a_month);
    let (mut alarms, mut verdicts) = (0, Vec::new());
    for day in 0..MATURITY + 30 + YEAR {
        company.live(day, world);
        if day >= MATURITY + 30 {
            alarms += usize::from(company.falls(day));
            if (day - MATURITY) % 30 == 0 {
                verdicts.push(company.all.look_back(&company.at(day)).recent.review.verdict);
            }
        }
    }
    (alarms, verdicts)
}

/// How many days after the first fallen decision is mature the fall is found; none within a year.
fn days_until_found(seed: u64, a_month: f64, world: World) -> Option<i32> {
    const FALLS: i32 = 180;
    let mut company = Company::new(seed, a_month);
    for day in 0..FALLS + MATURITY + YEAR {
        company.live(day, if day < FALLS { World::Stable } else { world });
        if day >= MATURITY && company.falls(day) && day >= FALLS + MATURITY {
            return Some(day - FALLS - MATURITY);
        }
    }
    None
}

fn stable(world: World, a_month: f64, years: u64) -> (usize, usize, Vec<BandVerdict>) {
    let all = (0..years).map(|year| stable_year(1_000 + year, a_month, world));
    all.fold((0, 0, Vec::new()), |(years, alarms, mut verdicts), (of_year, of_it)| {
        verdicts.extend(of_it);
        (years + usize::from(of_year > 0), alarms + of_year, verdicts)
    })
}

fn found(world: World, a_month: f64, years: u64) -> Vec<Option<i32>> {
    (0..years).map(|year| days_until_found(5_000 + year, a_month, world)).collect()
}

fn within(found: &[Option<i32>], days: i32) -> usize {
    found.iter().filter(|day| day.is_some_and(|day| day <= days)).count()
}

/// Fewer years than are published, with bounds that a looser or a stricter limit would break.
#[test]
fn a_stable_world_rarely_alarms_and_a_fallen_one_is_found() {
    let (years, _, verdicts) = stable(World::Stable, 100.0, 12);
    assert!(years <= 2, "{years} of 12 years with an alarm");
    let working = verdicts.iter().filter(|verdict| **verdict == BandVerdict::Working).count();
    assert!(working * 10 >= verdicts.len() * 6, "{working} of {}", verdicts.len());
    let halved = found(World::WinsHalve, 100.0, 8);
    assert!(within(&halved, 180) >= 7, "{halved:?}");
    let lost = found(World::OrderLost, 100.0, 8);
    assert!(within(&lost, 90) >= 7, "{lost:?}");
}

#[test]
#[ignore = "a measurement, some minutes: prints the tables of docs/measurements.md"]
fn two_hundred_years_of_reviews() {
    const YEARS: u64 = 200;
    let mut text = String::from("\nstable: years with an alarm, alarms in all; monthly verdicts in %\n");
    for (name, world) in [("stable", World::Stable), ("slow wins", World::SlowWins)] {
        for a_month in [30.0, 100.0, 300.0] {
            let (years, alarms, verdicts) = stable(world, a_month, YEARS);
            let share = |wanted| {
                let of = verdicts.iter().filter(|verdict| **verdict == wanted).count();
                100.0 * count(of) / count(verdicts.len())
            };
            let _infallible = writeln!(
                text,
                "{name} {a_month}/month: {years} of {YEARS}, {alarms}; working {:.1} bottom still wins {:.1} \
                 miscalibrated {:.1} not discriminating {:.1} insufficient {:.1}",
                share(BandVerdict::Working),
                share(BandVerdict::BottomStillWins),
                share(BandVerdict::Miscalibrated),
                share(BandVerdict::NotDiscriminating),
                share(BandVerdict::InsufficientData)
            );
        }
    }
    text.push_str(
        "fallen: found within 30, 90, 180, 365 days of the first mature deal, missed, median days\n",
    );
    let fallen = [
        ("wins halve", World::WinsHalve),
        ("order lost", World::OrderLost),
        ("order fades", World::OrderFades),
    ];
    for (name, world) in fallen {
        for a_month in [30.0, 100.0, 300.0] {
            let mut found = found(world, a_month, YEARS);
            let counts = [30, 90, 180, YEAR].map(|days| within(&found, days));
            let missed = found.iter().filter(|day| day.is_none()).count();
            found.sort_by_key(|day| day.unwrap_or(i32::MAX));
            let median = found[found.len() / 2];
            let _infallible =
                writeln!(text, "{name} {a_month}/month: {counts:?}, missed {missed}, {median:?}");
        }
    }
    println!("{text}");
}
