//! The leads that would move most.

use std::cmp::Ordering;

use leadlight_lead::{Decision, QueueName, QueuedLead};

use super::why::{Side, Why, why};
use super::{Example, Replayed};

/// Examples that are kept.
const EXAMPLES: usize = 10;

/// By how much a lead moves: the larger change of score first, then the higher score, then by id.
#[derive(Debug, Clone, PartialEq)]
struct Size {
    change: f64,
    score: f64,
    id: String,
}

impl Size {
    fn is_before(&self, other: &Self) -> bool {
        let by = other.change.total_cmp(&self.change).then(other.score.total_cmp(&self.score));
        by.then_with(|| self.id.cmp(&other.id)) == Ordering::Less
    }
}

/// A few examples, those that move most first, whatever the order in which leads come.
#[derive(Debug, Default)]
pub(super) struct Top(Vec<(Size, Example)>);

impl Top {
    pub(super) fn see(&mut self, seen: Replayed<'_>, from: QueueName) {
        let then = seen.then.judgement.as_ref().map(|judgement| &judgement.decision);
        let score = |decision: Option<&Decision>| decision.map(|decision| decision.score.value());
        let (before, after) = (score(seen.lead.decision()), score(then));
        let change = before.zip(after).map_or(0.0, |(before, after)| (after - before).abs());
        if self.0.len() == EXAMPLES && self.0.last().is_some_and(|(last, _)| change < last.change) {
            return;
        }
        let size = Size { change, score: after.or(before).unwrap_or(0.0), id: seen.lead.id().to_string() };
        let place = self.0.partition_point(|(other, _)| other.is_before(&size));
        if place < EXAMPLES {
            self.0.insert(place, (size, example(seen, from, then)));
            self.0.truncate(EXAMPLES);
        }
    }

    pub(super) fn examples(&self) -> Vec<Example> {
        self.0.iter().map(|(_, example)| example.clone()).collect()
    }
}

fn example(seen: Replayed<'_>, from: QueueName, then: Option<&Decision>) -> Example {
    let decision = seen.lead.decision();
    let enriched = seen.lead.enriched();
    let Why { because, unit, factors } = why(
        Side { decision, thresholds: seen.followed.map(|policy| policy.thresholds_of(enriched)) },
        Side { decision: then, thresholds: Some(seen.candidate.thresholds_of(enriched)) },
    );
    Example {
        lead: seen.lead.id().clone(),
        company: company(seen.lead),
        domain: seen.lead.account_domain().map(ToString::to_string),
        from,
        to: seen.then.queue,
        score_before: decision.map(|decision| decision.score.value()),
        score_after: then.map(|decision| decision.score.value()),
        because,
        unit,
        factors,
    }
}

fn company(lead: &QueuedLead) -> Option<String> {
    let known = lead.enrichment().company.name.as_ref().map(|fact| fact.value.clone());
    known.or_else(|| lead.event().company.clone())
}
