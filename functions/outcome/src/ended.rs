//! What is counted when a lead's deals have ended.

use leadlight_lead::{Counted, Counts, OutcomeResult, QueuedLead, Tally};

/// What a deal's end says of who had confirmed its lead: counted in the month of their confirmation, so that it stands beside
/// what else they confirmed then.
pub(crate) struct Ended {
    month: String,
    more: Vec<Tally>,
    fewer: Vec<Tally>,
}

impl Ended {
    pub(crate) fn of(lead: &QueuedLead, before: Option<OutcomeResult>) -> Self {
        let mut ended = Self { month: String::new(), more: vec![], fewer: vec![] };
        let after = lead.outcome.as_ref().map(|outcome| outcome.result);
        if let Some(confirmed) = lead.work.progress.confirmation().filter(|_| before != after) {
            let tally = |result| Tally {
                member: confirmed.by.clone(),
                band: lead.decision().map(|decision| Tally::band_of(decision.score)),
                counted: match result {
                    OutcomeResult::Won => Counted::Won,
                    OutcomeResult::Lost => Counted::Lost,
                },
            };
            ended.month = Tally::month(confirmed.at);
            ended.more.extend(after.map(tally));
            ended.fewer.extend(before.map(tally));
        }
        ended
    }

    pub(crate) fn counts(&self) -> Counts<'_> {
        Counts { month: &self.month, more: &self.more, fewer: &self.fewer }
    }
}
