//! Decisions of the past beside what became of their deals.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{CriterionGroup, Decision, OutcomeResult, QueuedLead};
use leadlight_model::{DecidedDeal, Finding, PastDeal, PastReview, PeopleReview, Severity, review, said};

/// Facts older than this at the decision are stale. Judgement: half a year, in which every tenth person changes
/// the job.
const STALE_AFTER: SignedDuration = SignedDuration::from_hours(24 * 180);
/// Deals listed that went against their score, and factors of each.
const LISTED: usize = 20;
const FACTORS: usize = 3;
/// A motion has a review of its own from so many deals on.
const OWN_REVIEW: usize = 100;

/// All closed deals with a decision.
#[derive(Debug, Default)]
pub(crate) struct Past {
    decided: Vec<Decided>,
    won: Listed,
    lost: Listed,
    stale: usize,
    delays: Vec<SignedDuration>,
}

#[derive(Debug)]
struct Decided {
    deal: DecidedDeal,
    as_of: Timestamp,
    motion: String,
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
    /// Sees a lead that converted or did not, and when that was clear.
    pub(crate) fn see(&mut self, lead: &QueuedLead, decision: &Decision, won: bool, closed_at: Timestamp) {
        let enriched = lead.enriched();
        let score = decision.score.value();
        self.decided.push(Decided {
            deal: DecidedDeal { score, probability: decision.probability, won },
            as_of: decision.as_of,
            motion: enriched.motion.to_string(),
        });
        self.delays.push(closed_at.duration_since(decision.as_of));
        let oldest = enriched.enrichment.oldest_fact_at();
        self.stale += usize::from(oldest.is_some_and(|at| decision.as_of.duration_since(at) > STALE_AFTER));
        let deal = || PastDeal {
            lead: lead.id().clone(),
            score,
            probability: decision.probability,
            closed_at,
            factors: decision
                .reasons
                .iter()
                .filter(|reason| reason.group != CriterionGroup::Baseline)
                .take(FACTORS)
                .map(|reason| (reason.factor.clone(), reason.contribution))
                .collect(),
        };
        // These lists are of deals, whatever counts as converted; without a deal, people's word stands for it.
        let won = lead.outcome.as_ref().map_or(won, |outcome| outcome.result == OutcomeResult::Won);
        if won && score < 50.0 {
            self.won.offer(score, deal);
        } else if !won && score >= 50.0 {
            self.lost.offer(-score, deal);
        }
    }

    /// A lead's outcome counts only so many days after its decision: what closes sooner is mostly lost, and would
    /// make fresh leads look worse than they are.
    pub(crate) fn review(&self, now: Timestamp, maturity_days: u32) -> PastReview {
        let matured = self.matured(now, SignedDuration::from_hours(24 * i64::from(maturity_days)));
        let deals = |decided: &[&Decided]| decided.iter().map(|d| d.deal).collect::<Vec<_>>();
        let mut motions: BTreeMap<&str, Vec<&Decided>> = BTreeMap::new();
        for decided in &matured {
            motions.entry(&decided.motion).or_default().push(decided);
        }
        let by_motion = motions
            .into_iter()
            .filter(|(_, of_it)| of_it.len() >= OWN_REVIEW)
            .map(|(motion, of_it)| (motion.to_owned(), review(&deals(&of_it))))
            .collect();
        let all = deals(&matured);
        PastReview {
            review: review(&all),
            metrics: said(&all),
            by_motion,
            won_but_low: self.won.deals(),
            lost_but_high: self.lost.deals(),
            drift: Vec::new(),
            people: PeopleReview::default(),
        }
    }

    /// Those decided long enough ago. Where a model decided enough of them, the decisions of rules are left out:
    /// they gave no probability to hold the outcomes against.
    fn matured(&self, now: Timestamp, after: SignedDuration) -> Vec<&Decided> {
        let matured: Vec<&Decided> =
            self.decided.iter().filter(|d| now.duration_since(d.as_of) >= after).collect();
        let by_models: Vec<&Decided> =
            matured.iter().copied().filter(|d| d.deal.probability.is_some()).collect();
        // Under fifty there is nothing to see by band; then all that is known is better.
        if by_models.len() >= 50 { by_models } else { matured }
    }

    /// What the leads tell of the data beside their features.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let finding = |severity, what: String, remedy: &str| Finding {
            severity,
            feature: None,
            what,
            remedy: remedy.to_owned(),
        };
        let mut findings = Vec::new();
        let deals = self.decided.len();
        if self.stale * 10 > deals {
            findings.push(finding(
                Severity::Amber,
                format!("{} of {deals} leads were decided on facts more than half a year old", self.stale),
                "have them enriched anew before they are scored",
            ));
        }
        let before = self.delays.iter().filter(|delay| delay.is_negative()).count();
        if before > 0 {
            findings.push(finding(
                Severity::Amber,
                format!("{before} of {deals} deals were closed before their lead was decided on"),
                "look at how close dates and leads are matched",
            ));
        }
        let mut delays = self.delays.clone();
        delays.sort_unstable();
        if let Some(median) = delays.get(delays.len() / 2) {
            findings.push(finding(
                Severity::Note,
                format!("half of the deals are closed within {} days", median.as_hours() / 24),
                "outcomes that come later are not known to this run",
            ));
        }
        findings
    }
}
