//! Which accounts become a week's work, without those that somebody is on already.

use std::collections::BTreeSet;

use leadlight_outbound::{Choice, Past, Ranking, Week, choose};
use leadlight_policy::OutboundWeek;
use leadlight_ports::{LeadIndex, World};

use crate::error::PlanError;
use crate::planner::Planner;

/// Leads of an account that are looked at for one that is open.
const LOOKED_AT: usize = 20;

impl<W: World> Planner<W> {
    /// Chooses, looks whether somebody is on those that were chosen, and chooses again without them, until nobody is on any.
    /// So only as many accounts are looked up as come into question.
    pub(crate) async fn chosen<'a>(
        &self,
        ranking: &'a Ranking<'a>,
        rules: &OutboundWeek,
        capacity: usize,
        week: Week,
        past: &mut Past,
    ) -> Result<Choice<'a>, PlanError> {
        let mut looked_up = BTreeSet::new();
        loop {
            let choice = choose(ranking, rules, capacity, week, past);
            let mut is_new = false;
            for chosen in &choice.chosen {
                let domain = &chosen.ranked.target.domain;
                if !looked_up.insert(domain.clone()) {
                    continue;
                }
                let leads = self.leads.of_account(domain, LOOKED_AT).await.map_err(PlanError::Leads)?;
                if leads.iter().any(|lead| lead.waits_in().is_some()) {
                    past.open.insert(domain.clone());
                    is_new = true;
                }
            }
            if !is_new {
                return Ok(choice);
            }
        }
    }
}
