//! The rows of one deal: which of them are one, and which contradict each other.

use std::collections::{BTreeSet, HashMap};

use jiff::tz::TimeZone;
use leadlight_lead::{Deal, EventId, Outcome};

use super::LeftOut;

/// Deals by their ids, in the order of the file.
#[derive(Default)]
pub(super) struct Rows {
    deals: Vec<Row>,
    places: HashMap<EventId, usize>,
}

struct Row {
    line: u64,
    deal: Deal,
    /// The amounts that the deal's rows tell.
    amounts: BTreeSet<u64>,
    is_contradicted: bool,
}

/// What is left of them.
pub(super) struct Left {
    pub(super) deals: Vec<Deal>,
    /// The first rows of deals that another row contradicts.
    pub(super) contradicted: Vec<u64>,
    /// Deals whose rows tell different amounts.
    pub(super) of_two_amounts: u64,
}

impl Rows {
    /// Adds a row; why it is left out, if an earlier one is of the same deal.
    pub(super) fn add(&mut self, line: u64, deal: Deal) -> Result<(), LeftOut> {
        let amounts: BTreeSet<u64> = deal.outcome.amount_usd.into_iter().collect();
        let Some(place) = self.places.get(deal.id()) else {
            self.places.insert(deal.id().clone(), self.deals.len());
            self.deals.push(Row { line, deal, amounts, is_contradicted: false });
            return Ok(());
        };
        let first = &mut self.deals[*place];
        if is_one_end(&first.deal.outcome, &deal.outcome) {
            first.amounts.extend(amounts);
            return Err(LeftOut::Repeated);
        }
        first.is_contradicted = true;
        Err(LeftOut::TwoEnds)
    }

    pub(super) fn left(self) -> Left {
        let mut left = Left { deals: Vec::new(), contradicted: Vec::new(), of_two_amounts: 0 };
        for row in self.deals {
            if row.is_contradicted {
                left.contradicted.push(row.line);
                continue;
            }
            left.of_two_amounts += u64::from(row.amounts.len() > 1);
            left.deals.extend(with_amount(row.deal, &row.amounts));
        }
        left
    }
}

/// Whether two rows say that a deal ended in the same way on the same day. An export may have a row for each thing that
/// was sold.
fn is_one_end(one: &Outcome, other: &Outcome) -> bool {
    let day = |outcome: &Outcome| TimeZone::UTC.to_datetime(outcome.closed_at).date();
    one.result == other.result && day(one) == day(other)
}

/// A deal with the amount that its rows tell: not known where they tell more than one.
fn with_amount(deal: Deal, amounts: &BTreeSet<u64>) -> Option<Deal> {
    let amount_usd = amounts.first().copied().filter(|_| amounts.len() == 1);
    if deal.outcome.amount_usd == amount_usd {
        return Some(deal);
    }
    let outcome = Outcome { amount_usd, ..deal.outcome.clone() };
    deal.with_outcome(outcome)
}
