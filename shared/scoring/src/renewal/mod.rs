//! When a lead's decision would come out otherwise by time alone.
//!
//! There is no second formula for this. The decision itself is made on each day to come, as it would be made on that day,
//! until it brings another queue or another letter. So every criterion, fact and model is seen as it is, steps and all: a
//! lift that ends, a usage that falls out of its window, a model that turns at some age.

use jiff::ToSpan;
use leadlight_lead::{
    Becomes, Decision, DrawKey, EnrichedLead, Lot, Renewal, Renews, renewal_day, renewed_at,
};
use leadlight_policy::Assessment;

use crate::judge::Judge;

/// How far is looked. By then six half-lives of 30 days have passed, and 1.6 % of a signal is left; a lead of which nothing
/// changes until then is looked at once more on that day.
pub const HORIZON_DAYS: u16 = 180;

impl Judge {
    /// The first day after a decision on which this judge would decide on the lead otherwise: place it in another queue, or
    /// give it another letter. None of a lead that time moves nowhere, since not its score decides: what is rejected stays
    /// so, and what too little is known of waits for people.
    ///
    /// Costs one assessment by the policy for each day that is looked at, at most [`HORIZON_DAYS`], and one word of the model for
    /// each on which something of what it sees is another than the day before. `cargo run -p leadlight-scoring --example
    /// renewals` measures it.
    pub fn renews(&self, lead: &EnrichedLead, decision: &Decision, draw_by: &DrawKey) -> Option<Renews> {
        if !decision.is_renewed() {
            return None;
        }
        let now = Becomes::of(decision);
        let today = renewal_day(decision.as_of);
        let stood = decision.stood();
        let lot = Lot::of(lead.id(), draw_by);
        let mut then = lead.clone();
        let mut seen: Option<Assessment> = None;
        let mut last = today;
        for days in 1..=HORIZON_DAYS {
            // At the end of the calendar nothing changes any more.
            let Some((day, at)) =
                today.checked_add(i64::from(days).days()).ok().and_then(|day| Some((day, renewed_at(day)?)))
            else {
                break;
            };
            last = day;
            then.renewal = Some(Renewal { at, stood: stood.clone() });
            let assessment = self.assess(&then);
            // What is the same in every respect but the day is decided the same.
            if seen
                .as_ref()
                .is_some_and(|seen| *seen == Assessment { as_of: seen.as_of, ..assessment.clone() })
            {
                continue;
            }
            let becomes = Becomes::of(&self.decide_on(&then, assessment.clone(), lot).decision);
            if becomes != now {
                return Some(Renews { on: day, becomes: Some(becomes) });
            }
            seen = Some(assessment);
        }
        (last > today).then_some(Renews { on: last, becomes: None })
    }
}

#[cfg(test)]
mod tests;
