//! A month's counts, as managers read them: how fast, how much was let through, what became of it, and whether people decide
//! alike on alike leads. Derived from the counts alone, so that a month costs one read however many leads it had.

use std::collections::BTreeMap;

use leadlight_lead::{Counted, Grade, MemberId, Span, Tally};

/// Decisions of one person in a band before they are compared with others'. Judgement: fewer say little of anybody.
const FEWEST: u64 = 5;

/// Times by their classes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spans([u64; Span::ALL]);

impl Spans {
    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The median in minutes, to within its class; none where nothing was counted.
    pub fn median_minutes(&self) -> Option<f64> {
        Span::median(&self.0)
    }

    fn add(&mut self, span: Span, n: u64) {
        self.0[span.place()] += n;
    }
}

/// From the form to a person's first look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FirstLooks {
    /// By the wall's clock.
    pub real: Spans,
    /// In working time of who looked.
    pub working: Spans,
    /// Within the policy's time.
    pub in_goal: u64,
}

/// What was let through, of what was decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Through {
    /// Leads that were let through.
    pub through: u64,
    /// Leads that were decided on.
    pub decided: u64,
}

impl Through {
    #[expect(clippy::cast_precision_loss, reason = "a month's decisions are few")]
    fn share(self) -> f64 {
        self.through as f64 / self.decided as f64
    }
}

/// How the confirmations of a month ended that have ended by now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ends {
    /// Their deals were won.
    pub won: u64,
    /// Their deals were lost.
    pub lost: u64,
}

/// One person's month.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pace {
    /// Working time from being given a lead to deciding on it, at checkpoint 1.
    pub first: Spans,
    /// The same at checkpoint 2, since the meeting where one was on.
    pub second: Spans,
    /// What they let through at checkpoint 1, by band.
    pub by_band: BTreeMap<u8, Through>,
    /// How their confirmations ended.
    pub ends: Ends,
    /// What share colleagues let through of leads of the same bands, 0 to 1; none where too few decided on such.
    pub colleagues: Option<f64>,
}

impl Pace {
    /// What they let through at checkpoint 1, of leads with a score.
    pub fn through(&self) -> Through {
        self.by_band.values().fold(Through::default(), |sum, band| Through {
            through: sum.through + band.through,
            decided: sum.decided + band.decided,
        })
    }
}

/// A month.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// Speed to lead, by the grade that says how soon a lead is to be answered.
    pub first_looks: BTreeMap<Option<Grade>, FirstLooks>,
    /// By person.
    pub people: BTreeMap<MemberId, Pace>,
    /// Time at checkpoint 1 and at checkpoint 2, all people together.
    pub checkpoints: [Spans; 2],
    /// How confirmations ended, by band.
    pub ends_by_band: BTreeMap<u8, Ends>,
    /// How often two people decide alike on alike leads, 0 to 1: the chance that two who both decided on leads of a band, each
    /// drawn by how much they decided, would both let one through or both turn it down. None where no two did.
    pub agreement: Option<f64>,
}

impl Figures {
    /// Of a month's counts.
    pub fn of(tallies: &[(Tally, u64)]) -> Self {
        let mut figures = Self::default();
        for (Tally { member, band, counted }, n) in tallies {
            figures.add(member, *band, counted, *n);
        }
        figures.compare();
        figures
    }

    fn person(&mut self, member: &MemberId) -> &mut Pace {
        self.people.entry(member.clone()).or_default()
    }

    fn add(&mut self, member: &MemberId, band: Option<u8>, counted: &Counted, n: u64) {
        match counted {
            Counted::FirstLook { grade, real, working, in_goal } => {
                let looks = self.first_looks.entry(*grade).or_default();
                looks.real.add(*real, n);
                looks.working.add(*working, n);
                looks.in_goal += if *in_goal { n } else { 0 };
            }
            Counted::Took { checkpoint, working } => {
                let person = self.person(member);
                let (own, all) = match checkpoint {
                    1 => (&mut person.first, 0),
                    _ => (&mut person.second, 1),
                };
                own.add(*working, n);
                self.checkpoints[all].add(*working, n);
            }
            Counted::Won | Counted::Lost => {
                let add = |ends: &mut Ends| match counted {
                    Counted::Won => ends.won += n,
                    _ => ends.lost += n,
                };
                add(&mut self.person(member).ends);
                if let Some(band) = band {
                    add(self.ends_by_band.entry(band).or_default());
                }
            }
            Counted::Confirmed | Counted::Flagged | Counted::Rejected(_) => {
                if let Some(band) = band {
                    let through = self.person(member).by_band.entry(band).or_default();
                    through.decided += n;
                    through.through += if *counted == Counted::Confirmed { n } else { 0 };
                }
            }
            Counted::Accepted
            | Counted::SentBack
            | Counted::RejectedByAe(_)
            | Counted::Held
            | Counted::NotHeld
            | Counted::InTime(_)
            | Counted::Late(_)
            | Counted::Breached(_) => {}
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a month's decisions are few")]
    fn compare(&mut self) {
        let mut bands: BTreeMap<u8, BTreeMap<MemberId, Through>> = BTreeMap::new();
        for (member, pace) in &self.people {
            for (band, through) in pace.by_band.iter().filter(|(_, through)| through.decided >= FEWEST) {
                bands.entry(*band).or_default().insert(member.clone(), *through);
            }
        }
        let (mut alike, mut pairs) = (0.0, 0.0);
        for people in bands.values() {
            let people: Vec<&Through> = people.values().collect();
            for (place, one) in people.iter().enumerate() {
                for other in &people[place + 1..] {
                    let (p, q) = (one.share(), other.share());
                    let weight = one.decided as f64 * other.decided as f64;
                    alike += weight * (p * q + (1.0 - p) * (1.0 - q));
                    pairs += weight;
                }
            }
        }
        self.agreement = (pairs > 0.0).then(|| alike / pairs);
        for (member, pace) in &mut self.people {
            let (mut expected, mut own) = (0.0, 0.0);
            for (band, through) in &pace.by_band {
                let others = bands.get(band).into_iter().flatten().filter(|(other, _)| *other != member);
                let others = others.fold(Through::default(), |sum, (_, other)| Through {
                    through: sum.through + other.through,
                    decided: sum.decided + other.decided,
                });
                if others.decided > 0 {
                    expected += through.decided as f64 * others.share();
                    own += through.decided as f64;
                }
            }
            pace.colleagues = (own > 0.0).then(|| expected / own);
        }
    }
}
