//! What doing something with a lead gives, and the limits that both people's acts and the clock's keep to.

use jiff::SignedDuration;
use leadlight_lead::{MemberId, QueueName, QueuedLead, Tally};

/// A lead after someone did something.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// As it is now.
    pub lead: QueuedLead,
    /// What is to be counted with it.
    pub tallies: Vec<Tally>,
    /// Where it must be given to someone; none where it stays, or waits for nobody.
    pub hand_on: Option<HandOn>,
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
