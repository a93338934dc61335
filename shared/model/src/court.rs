//! Who learns, and who judges.

use std::collections::BTreeSet;

use crate::artifact::Artifact;
use crate::lineage::ArtifactLineage;
use crate::recipe::MIN_CLOSED;
use crate::rows::SortedRows;
use crate::shift;
use crate::table::{Deals, Order};

/// Said where there are too few deals for the newest fifth to judge.
const YOUNGER_HALF: &str = "the deals are few: instead of the newest fifth all of the younger half judge, each by asking \
                            a fit on the deals before it";
/// The same of deals without an order.
const ALL_JUDGE: &str = "the deals are few and in no order: instead of a fifth drawn at random all of them judge, each by \
                         asking a fit that has not seen it";
/// Said where the champion is judged by deals as old as those it learnt from.
const OTHER_DEALS: &str = "the champion learnt from other deals than these: it is judged like a newcomer, though it may know \
                           some of the judges already, which is to its advantage";
/// Said where deals from before its time judge the champion.
const BROUGHT: &str = "older deals have been brought that the champion did not learn from: every second of them judges, and \
                       neither it nor its challengers have seen those";
/// A newest fifth of fewer deals does not judge a first model alone. Own measurement: with 120 deals the gate sees
/// gains over some 8 % of log-loss, with 300 over some 4 %.
const SURE_FIFTH: usize = 200;

/// Which of the deals judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judges {
    /// The newest fifth, or as much of it as the champion has not learnt from.
    NewestFifth,
    /// Few deals: each asks a fit that has not seen it, and not one fit on all the older deals.
    InTurn,
    /// Older ones than the champion has learnt from, and the newest.
    Brought,
}

/// Who learns, and who judges: rows of the deals.
pub(crate) struct Court {
    pub(crate) older: Vec<usize>,
    pub(crate) judges: Vec<usize>,
    /// Older deals that may tell the champion how the share won has moved.
    pub(crate) before: Vec<usize>,
    /// The fewest that may judge.
    pub(crate) min_deals: usize,
    /// Which of the deals judge.
    pub(crate) who: Judges,
    /// What to know of how is judged, in sentences.
    told: Vec<&'static str>,
}

impl Court {
    /// Of those that a champion has not learnt from; else of all. Why there is none, where nothing can be told.
    pub(crate) fn convene(
        deals: &Deals,
        sorted: &SortedRows,
        champion: Option<&Artifact>,
        min_deals: usize,
    ) -> Result<Self, String> {
        let Some(champion) = champion else { return Ok(Self::of_all(deals, sorted, min_deals)) };
        if champion.lineage().data == sorted.data {
            return Err("no deal has come or changed since the champion was trained".to_owned());
        }
        let (older, newest) = sorted.split();
        let until = champion.lineage().last_closed_at;
        let judges = shift::unseen(deals, newest, until);
        if judges.len() >= min_deals {
            let before = shift::unseen(deals, older, until);
            // All that the champion has learnt from as well: a challenger that may not is judged on less than it would know.
            // The judges are the last of all.
            let older = sorted.rows[..sorted.rows.len() - judges.len()].to_vec();
            return Ok(Self { older, judges, before, min_deals, who: Judges::NewestFifth, told: Vec::new() });
        }
        if let Some(court) = Self::of_older_ones(deals, sorted, champion, &judges, min_deals) {
            return Ok(court);
        }
        if have_others_come(deals, &sorted.rows, champion.lineage(), min_deals) {
            let court = Self::of_all(deals, sorted, min_deals);
            let told = court.told.iter().copied().chain([OTHER_DEALS]).collect();
            return Ok(Self { before: court.older.clone(), told, ..court });
        }
        Err(format!(
            "{} of the newest deals closed after the last one that the champion learnt from, {min_deals} are needed to \
             compare",
            judges.len(),
        ))
    }

    /// A company has brought history from before the first deal that the champion learnt from. Every second of those deals
    /// judges, with what is newer than all it learnt from: neither the champion nor a challenger has seen them.
    fn of_older_ones(
        deals: &Deals,
        sorted: &SortedRows,
        champion: &Artifact,
        newest: &[usize],
        min_deals: usize,
    ) -> Option<Self> {
        let first = champion.lineage().first_closed_at?;
        let before = |row: &&usize| deals.closed_at(**row).is_some_and(|closed| closed < first);
        let brought: Vec<usize> = sorted.rows.iter().filter(before).copied().collect();
        let judges: BTreeSet<usize> = brought.into_iter().step_by(2).chain(newest.iter().copied()).collect();
        if judges.len() < min_deals {
            return None;
        }
        let (judges, older): (Vec<usize>, Vec<usize>) =
            sorted.rows.iter().copied().partition(|row| judges.contains(row));
        let told = vec![BROUGHT];
        Some(Self { older, judges, before: Vec::new(), min_deals, who: Judges::Brought, told })
    }

    /// A first model is held against the base rate alone. Where a fifth of the deals would show little but luck,
    /// all of the younger half judge: each asks a fit on the deals before it.
    pub(crate) fn of_all(deals: &Deals, sorted: &SortedRows, min_deals: usize) -> Self {
        let rows = &sorted.rows;
        let (older, newest) = sorted.split();
        let few = newest.len() < SURE_FIFTH;
        let (older, judges) = match (few, deals.is_ordered()) {
            (false, _) => (older, newest),
            (true, true) => rows.split_at(rows.len() / 2),
            (true, false) => (&rows[..], &rows[..]),
        };
        let min_deals = if few { min_deals.min(MIN_CLOSED / 2) } else { min_deals };
        let (older, judges) = (older.to_vec(), judges.to_vec());
        let few_told = if deals.is_ordered() { YOUNGER_HALF } else { ALL_JUDGE };
        let told = few.then_some(few_told).into_iter().collect();
        let who = if few { Judges::InTurn } else { Judges::NewestFifth };
        Self { older, judges, before: Vec::new(), min_deals, who, told }
    }

    /// Whether the judges ask fits on other deals, and not one fit on all the older deals.
    pub(crate) fn is_in_turn(&self) -> bool {
        self.who == Judges::InTurn
    }

    /// What to know of how is judged, in sentences.
    pub(crate) fn notes(&self) -> impl Iterator<Item = &'static str> {
        self.told.iter().copied()
    }

    /// The deals that a champion's new intercept is made from.
    pub(crate) fn fresh(&self) -> Vec<usize> {
        self.before.iter().chain(&self.judges).copied().collect()
    }
}

/// Whether the deals up to a model's last are not those that it learnt from: a company has brought more of its
/// history since, or that of its own in the place of invented deals. They close no later than what it has
/// learnt from, so waiting for newer ones would leave it in force unasked. A few that came late change nothing.
pub(crate) fn have_others_come(
    deals: &Deals,
    rows: &[usize],
    lineage: &ArtifactLineage,
    min_deals: usize,
) -> bool {
    let Order::ClosedAt(closed_at) = &deals.order else { return false };
    let Some(until) = lineage.last_closed_at else { return false };
    let of_its_time: Vec<usize> = rows.iter().copied().filter(|row| closed_at[*row] <= until).collect();
    let won = deals.won_among(&of_its_time);
    let lost = of_its_time.len() - won;
    won.abs_diff(lineage.won) + lost.abs_diff(lineage.lost) >= min_deals
}

/// In what order deals stand and which of them judge, in words.
pub(crate) fn order(order: &Order, who: Judges) -> &'static str {
    match (order, who) {
        (Order::ClosedAt(_), Judges::NewestFifth) => "by close date; judged on the newest 20 %",
        (Order::ClosedAt(_), Judges::InTurn) => "by close date; judged on the younger half",
        (Order::ClosedAt(_), Judges::Brought) => {
            "by close date; judged on deals from before and after those the champion learnt from"
        }
        (Order::AsGiven, Judges::InTurn) => "as in the file, oldest first; judged on the second half",
        (Order::AsGiven, _) => "as in the file, oldest first; judged on the last 20 %",
        (Order::None, Judges::InTurn) => "none; judged on all of them by turns, which cannot show drift",
        (Order::None, _) => "none; judged on 20 % drawn at random, which cannot show drift",
    }
}
