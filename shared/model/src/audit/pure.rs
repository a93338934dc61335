//! Values that always went with one outcome: a column may tell little as a whole and yet hold some that were written
//! when the outcome was known.

use std::collections::HashMap;

use super::key::Key;
use crate::math::count;
use crate::table::Cells;

/// How unlikely a value must be to be all won, or all lost, by chance, over all values of its column.
const BY_CHANCE: f64 = 0.001;
/// Deals that such values must have together: a value with so many wins and no loss wins 88 % or more (Wilson's interval
/// at 95 %). Judgement.
const DEALS: usize = 30;
/// Their share of all deals. Judgement: less makes no model.
const SHARE: f64 = 0.05;
/// An end of a column of many numbers that holds no lost deal and so large a share of the won ones. Own measurement: on
/// simulated deals, the sample history and the bank's campaign no feature comes near.
const SHARE_OF_WINS: f64 = 0.5;
/// Numbers with more values than this are no levels.
const LEVELS: usize = 50;

/// Values of a column that were won, or lost, every time, and more often than chance would have it.
#[derive(Debug, Default)]
pub(super) struct Pure {
    won: Values,
    lost: Values,
    /// Of the column in all.
    values: usize,
    /// Whether the won ones are the end of a range of numbers.
    is_end: bool,
}

#[derive(Debug, Default)]
struct Values {
    values: usize,
    deals: usize,
}

impl Pure {
    pub(super) fn of(column: &Cells, won: &[bool], rows: &[usize]) -> Self {
        let mut tallies: HashMap<u64, (usize, usize)> = HashMap::new();
        for row in rows {
            let mut see = |value: u64| {
                let (deals, wins) = tallies.entry(value).or_default();
                *deals += 1;
                *wins += usize::from(won[*row]);
            };
            match column {
                Cells::Tags(tags) => {
                    tags.codes(*row).unwrap_or_default().iter().for_each(|tag| see(u64::from(*tag)));
                }
                _ => Key::of(&column.get(*row)).into_iter().for_each(|key| see(key.bits())),
            }
        }
        let wins = rows.iter().filter(|row| won[**row]).count();
        let base_rate = count(wins) / count(rows.len().max(1));
        if matches!(column, Cells::Numbers(_)) && tallies.len() > LEVELS {
            return Self::end(&tallies, base_rate, wins);
        }
        let mut pure = Self { values: tallies.len(), ..Self::default() };
        for (deals, wins) in tallies.values() {
            let (side, chance) = match *wins {
                0 => (&mut pure.lost, 1.0 - base_rate),
                all if all == *deals => (&mut pure.won, base_rate),
                _ => continue,
            };
            if by_chance(chance, *deals) * count(tallies.len()) < BY_CHANCE {
                side.values += 1;
                side.deals += deals;
            }
        }
        pure
    }

    /// The largest or the smallest numbers, as far as all of them were won.
    fn end(tallies: &HashMap<u64, (usize, usize)>, base_rate: f64, wins: usize) -> Self {
        let mut values: Vec<(f64, usize, usize)> =
            tallies.iter().map(|(bits, (deals, wins))| (f64::from_bits(*bits), *deals, *wins)).collect();
        values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let run = |values: &mut dyn Iterator<Item = &(f64, usize, usize)>| {
            let all_won = values.take_while(|(_, deals, wins)| deals == wins);
            all_won.fold((0, 0), |(values, sum), (_, deals, _)| (values + 1, sum + deals))
        };
        let (low, high) = (run(&mut values.iter()), run(&mut values.iter().rev()));
        let (values_of_run, deals) = if low.1 > high.1 { low } else { high };
        let is_sure = by_chance(base_rate, deals) * 2.0 < BY_CHANCE
            && count(deals) >= SHARE_OF_WINS * count(wins.max(1));
        let won = if is_sure { Values { values: values_of_run, deals } } else { Values::default() };
        Self { won, lost: Values::default(), values: values.len(), is_end: true }
    }

    /// Whether such values were won so often that they were written afterwards.
    pub(super) fn gives_away(&self, deals: usize) -> bool {
        self.won.is_noticeable(deals)
    }

    /// Whether such values were lost so often that it is worth a look: some leads are never bought, and some values are
    /// written when all is over.
    pub(super) fn is_odd(&self, deals: usize) -> bool {
        self.lost.is_noticeable(deals)
    }

    /// Of the won ones, in words; no value is repeated.
    pub(super) fn won(&self, name: &str) -> String {
        if self.is_end {
            return format!("at one end of `{name}` stand {} deals that were all won", self.won.deals);
        }
        self.won.told(self.values, name, "won")
    }

    /// The same of the lost ones.
    pub(super) fn lost(&self, name: &str) -> String {
        self.lost.told(self.values, name, "lost")
    }
}

impl Values {
    fn is_noticeable(&self, deals: usize) -> bool {
        self.deals >= DEALS && count(self.deals) >= SHARE * count(deals)
    }

    fn told(&self, all: usize, name: &str, outcome: &str) -> String {
        let Self { values, deals } = self;
        let were = if *values == 1 { "was" } else { "were" };
        format!("{values} of the {all} values of `{name}`, in {deals} deals, {were} {outcome} every time")
    }
}

/// The probability that so many deals all have an outcome of this probability.
fn by_chance(probability: f64, deals: usize) -> f64 {
    probability.powi(i32::try_from(deals).unwrap_or(i32::MAX))
}
