//! What doing something with a lead gives, and the limits that both people's acts and the clock's keep to.

use jiff::SignedDuration;
use leadlight_lead::{Counts, MemberId, QueueName, QueuedLead, Tally};

/// A lead after someone did something.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// As it is now.
    pub lead: QueuedLead,
    /// What is to be counted with it.
    pub tallies: Vec<Tally>,
    /// What was counted before and counts no more, with its month.
    pub taken_back: Option<TakenBack>,
    /// Where it must be given to someone; none where it stays, or waits for nobody.
    pub hand_on: Option<HandOn>,
}

/// What was counted for a decision that is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// The month in which the decision was counted.
    pub month: String,
    /// What was counted for it.
    pub tallies: Vec<Tally>,
}

impl Done {
    /// A lead of which nothing is counted, and that stays where it is.
    pub fn plain(lead: QueuedLead) -> Self {
        Self { lead, tallies: vec![], taken_back: None, hand_on: None }
    }

    /// What changes in the counts: of this month, or, where a decision is taken back, of the month that counted it. Nothing
    /// does both.
    pub fn counts<'a>(&'a self, this_month: &'a str) -> Counts<'a> {
        match &self.taken_back {
            Some(back) => Counts { month: &back.month, more: &[], fewer: &back.tallies },
            None => Counts { month: this_month, more: &self.tallies, fewer: &[] },
        }
    }
}

/// To whom a lead goes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOn {
    /// Those of this queue.
    pub queue: QueueName,
    /// But not to who let its time run out.
    pub except: Option<MemberId>,
}

impl HandOn {
    pub(crate) fn to(queue: QueueName) -> Self {
        Self { queue, except: None }
    }
}

/// Lines that people may write into a lead's history.
pub const MOST_ENTRIES: usize = 60;

/// Scoring takes seconds; a lead that has not come back after this long was lost on the way.
pub(crate) const SCORED_WITHIN: SignedDuration = SignedDuration::from_mins(10);
