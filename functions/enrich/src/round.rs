//! One lead's way through its vendors, within its budget of time.

use std::time::Instant;

use futures_util::future::join_all;
use leadlight_enrichment::{Answer, Around, Next, Said, Waterfall, Who, merged};
use leadlight_lead::{Asked, Enrichment, Gap, LeadId};
use leadlight_ports::{Clock, Facts, Http, Items, PortError, Secrets};

use crate::desk::{Askable, Desk};
use crate::heard::Heard;

/// What a round of vendors found.
pub(crate) struct Round {
    /// All that is known now.
    pub(crate) enrichment: Enrichment,
    /// Some were away, and may tell more later.
    pub(crate) is_worth_again: bool,
}

impl<F: Facts, H: Http, S: Secrets, C: Clock, I: Items> Desk<F, H, S, C, I> {
    /// Asks whom the vendors file has asked about a lead, several at once where their order allows it, until nobody can
    /// tell more or the time is used up.
    pub(crate) async fn round(
        &self,
        askable: Askable<'_>,
        lead: &LeadId,
        who: Who<'_>,
        around: &Around<'_>,
    ) -> Result<Round, PortError> {
        let vendors = askable.vendors;
        let deadline = Instant::now() + vendors.budget().longest;
        let mut waterfall = Waterfall::new(vendors, who);
        let mut all: Vec<(Next<'_>, Heard)> = Vec::new();
        loop {
            let next = waterfall.next();
            if next.is_empty() {
                break;
            }
            let asked = next.iter().map(|next| self.ask(*next, lead, askable, deadline));
            for (next, heard) in next.iter().zip(join_all(asked).await) {
                let heard = heard?;
                waterfall.heard(next.provider, next.subject.about(), heard.said.clone());
                all.push((*next, heard));
            }
        }
        let answers: Vec<Answer<'_>> = all.iter().filter_map(|(next, heard)| answer(next, heard)).collect();
        let mut enrichment = merged(around, vendors, &answers);
        enrichment.asked = all.iter().map(|(next, heard)| asked(next, heard)).collect();
        let is_worth_again = enrichment.asked.iter().any(|asked| asked.came.gap().is_some_and(Gap::may_pass));
        Ok(Round { enrichment, is_worth_again })
    }
}

fn answer<'a>(next: &Next<'a>, heard: &'a Heard) -> Option<Answer<'a>> {
    match &heard.said {
        Said::Facts(findings) => Some(Answer { provider: next.provider, at: heard.at, findings }),
        Said::Unknown | Said::Nothing(_) => None,
    }
}

fn asked(next: &Next<'_>, heard: &Heard) -> Asked {
    Asked {
        provider: next.provider.name().to_owned(),
        about: next.subject.about(),
        came: heard.came,
        cost_usd_micros: heard.cost.0,
        at: heard.at,
    }
}
