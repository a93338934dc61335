//! Decisions of the past beside what became of their deals.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{CriterionGroup, LeadId, OutcomeResult, QueuedLead};
use leadlight_model::DecidedDeal;
use serde::{Deserialize, Serialize};

/// A lead's outcome counts in the review only this long after its decision: what closes sooner is mostly lost,
/// and would make fresh leads look worse than they are. Judgement: two months, a common length of small B2B
/// sales.
const MATURE_AFTER: SignedDuration = SignedDuration::from_hours(24 * 60);
/// Deals listed that went against their score, and factors of each.
const LISTED: usize = 20;
const FACTORS: usize = 3;

/// A deal that went against its lead's score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastDeal {
    /// The lead.
    pub lead: LeadId,
    /// As it was decided then, 0 to 100.
    pub score: f64,
    /// As it was said then; absent where rules decided.
    pub probability: Option<f64>,
    /// When the deal was closed.
    pub closed_at: Timestamp,
    /// The factors that weighed most, with their parts.
    pub factors: Vec<(String, f64)>,
}

/// All closed deals with a decision.
#[derive(Debug, Default)]
pub(crate) struct Past {
    decided: Vec<(DecidedDeal, Timestamp)>,
    won: Listed,
    lost: Listed,
}

/// The deals that went most against their score: few are kept, however many there are.
#[derive(Debug, Default)]
struct Listed(Vec<(f64, PastDeal)>);

impl Listed {
    /// `rank` is least for what belongs first.
    fn offer(&mut self, rank: f64, deal: impl FnOnce() -> PastDeal) {
        let place = self.0.partition_point(|(other, _)| *other <= rank);
        if place < LISTED {
            self.0.insert(place, (rank, deal()));
            self.0.truncate(LISTED);
        }
    }

    fn deals(&self) -> Vec<PastDeal> {
        self.0.iter().map(|(_, deal)| deal.clone()).collect()
    }
}

impl Past {
    pub(crate) fn see(&mut self, lead: &QueuedLead) {
        let (Some(outcome), Some(decision)) = (&lead.outcome, lead.content.decision()) else { return };
        let won = outcome.result == OutcomeResult::Won;
        let score = decision.score.value();
        self.decided.push((DecidedDeal { score, probability: decision.probability, won }, decision.as_of));
        let deal = || PastDeal {
            lead: lead.id().clone(),
            score,
            probability: decision.probability,
            closed_at: outcome.closed_at,
            factors: decision
                .reasons
                .iter()
                .filter(|reason| reason.group != CriterionGroup::Baseline)
                .take(FACTORS)
                .map(|reason| (reason.factor.clone(), reason.contribution))
                .collect(),
        };
        if won && score < 50.0 {
            self.won.offer(score, deal);
        } else if !won && score >= 50.0 {
            self.lost.offer(-score, deal);
        }
    }

    /// Those decided long enough ago. Where a model decided some of them, the decisions of rules are left out:
    /// they gave no probability to hold the outcomes against.
    pub(crate) fn matured(&self, now: Timestamp) -> Vec<DecidedDeal> {
        let mature = |as_of: Timestamp| now.duration_since(as_of) >= MATURE_AFTER;
        let matured: Vec<DecidedDeal> =
            self.decided.iter().filter(|(_, as_of)| mature(*as_of)).map(|(deal, _)| *deal).collect();
        let by_models: Vec<DecidedDeal> =
            matured.iter().copied().filter(|deal| deal.probability.is_some()).collect();
        // Under fifty there is nothing to see by band; then all that is known is better.
        if by_models.len() >= 50 { by_models } else { matured }
    }

    pub(crate) fn won_but_low(&self) -> Vec<PastDeal> {
        self.won.deals()
    }

    pub(crate) fn lost_but_high(&self) -> Vec<PastDeal> {
        self.lost.deals()
    }
}
