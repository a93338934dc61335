//! What another policy would have done with the leads of a table: a fold over them that holds counts and a few examples,
//! however many leads there are.
//!
//! [`Judge::recompute`] makes a lead's decision again as it was made, [`Judge::place`] says where the candidate would
//! put the lead, and [`Replay::take`] counts both. There is no I/O here: the caller reads the leads and what they
//! cite, and hands them in one by one, in any order.

mod by_segment;
mod place;
mod recompute;
mod summary;
mod top;
mod why;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use leadlight_lead::{
    DecidedBy, Decision, Grade, Motion, OutcomeResult, QueueName, QueuedLead, Role, SourceName,
};
use leadlight_policy::Policy;

pub use place::Then;
pub use recompute::{Check, Recomputed};
pub use summary::{
    Capacity, Counted, Example, Expected, FactorMoved, GradeMove, InQueue, Move, Outcomes, Recomputation,
    SegmentMoves, SourceMoves, Summary, UpDown, Voices,
};

#[cfg(doc)]
use crate::Judge;
use crate::judge::{Judgement, is_after_the_fact};
use by_segment::BySegment;
use place::queue_before;
use top::Top;

/// Sources that are told apart; those beyond are counted together. The policy names its sources, a few dozen at most.
const MOST_SOURCES: usize = 200;
/// Reasons that are told apart, likewise.
const MOST_REASONS: usize = 50;
const OTHER_REASONS: &str = "other reasons";

/// A lead, what making its decision again came to, and where it would be.
#[derive(Debug, Clone, Copy)]
pub struct Replayed<'a> {
    /// The lead as it is stored.
    pub lead: &'a QueuedLead,
    /// What making its decision again came to.
    pub check: &'a Check,
    /// The policy that its decision cites; none where it cannot be had.
    pub followed: Option<&'a Policy>,
    /// The candidate.
    pub candidate: &'a Policy,
    /// Where it would be under the candidate.
    pub then: &'a Then,
}

/// Counts of leads by what a candidate would do with them. Takes the same memory for ten leads as for ten million.
#[derive(Debug, Default)]
pub struct Replay {
    leads: u64,
    unreadable: u64,
    recomputed: Recomputation,
    reasons: BTreeMap<String, u64>,
    moves: BTreeMap<(QueueName, QueueName), u64>,
    sources: BTreeMap<Motion, BTreeMap<SourceName, Side>>,
    sources_known: usize,
    other_sources: Side,
    segments: BySegment,
    grades: BTreeMap<(Grade, Grade), u64>,
    first: Option<Timestamp>,
    expected: Expected,
    voices: Voices,
    outcomes: Outcomes,
    history: Outcomes,
    top: Top,
}

#[derive(Debug, Clone, Copy, Default)]
struct Side {
    leads: u64,
    up: u64,
    down: u64,
}

impl Side {
    fn count(&mut self, from: QueueName, to: QueueName) {
        self.leads += 1;
        self.up += u64::from(nearness(to) > nearness(from));
        self.down += u64::from(nearness(to) < nearness(from));
    }
}

/// How near to people's work a queue is: more is nearer.
fn nearness(queue: QueueName) -> u8 {
    match queue {
        QueueName::Disqualified => 0,
        QueueName::Nurture => 1,
        QueueName::CatchAll => 2,
        QueueName::HumanFirst => 3,
        QueueName::Sdr | QueueName::Flagged | QueueName::Ae => 4,
    }
}

impl Replay {
    /// Counts a lead.
    pub fn take(&mut self, seen: Replayed<'_>) {
        self.check(seen.check);
        let decision = seen.lead.decision();
        let then = seen.then.judgement.as_ref().map(|judgement| &judgement.decision);
        let (from, to) = (queue_before(seen.lead), seen.then.queue);
        let is_history = seen.lead.deal_origin().is_some() || decision.is_some_and(is_after_the_fact);
        let outcomes = if is_history { &mut self.history } else { &mut self.outcomes };
        if let Some(outcome) = &seen.lead.outcome {
            count_outcome(outcomes, outcome.result, from, to);
        }
        if is_history {
            return;
        }
        self.leads += 1;
        *self.moves.entry((from, to)).or_default() += 1;
        let at = seen.lead.occurred_at();
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.source(seen.lead).count(from, to);
        self.segments.take(seen, from);
        if let (Some(before), Some(then)) = (decision, then) {
            *self.grades.entry((before.grade, then.grade)).or_default() += 1;
        }
        self.expect(decision, then, from, to);
        self.count_voices(decision, seen.then.judgement.as_ref());
        if from != to {
            self.top.see(seen, from);
        }
    }

    /// Counts items that are no readable leads.
    pub fn unreadable(&mut self, items: u64) {
        self.unreadable += items;
    }

    /// Leads that were counted so far, imported deals left out.
    pub fn leads(&self) -> u64 {
        self.leads
    }

    fn check(&mut self, check: &Check) {
        let reason = match &check.made {
            Recomputed::Same => {
                self.recomputed.same += 1;
                None
            }
            Recomputed::Differs(part) => {
                self.recomputed.differ += 1;
                Some(format!("{part} came out otherwise"))
            }
            Recomputed::Unable(reason) => {
                self.recomputed.unable += 1;
                Some(reason.clone())
            }
            Recomputed::NotDecided => {
                self.recomputed.not_decided += 1;
                None
            }
        };
        self.recomputed.taken_back += u64::from(check.taken_back.is_some());
        for reason in reason.into_iter().chain(check.taken_back.clone()) {
            let is_told = self.reasons.len() < MOST_REASONS || self.reasons.contains_key(&reason);
            let reason = if is_told { reason } else { OTHER_REASONS.to_owned() };
            *self.reasons.entry(reason).or_default() += 1;
        }
    }

    fn source(&mut self, lead: &QueuedLead) -> &mut Side {
        let (motion, source) = (lead.enriched().motion, &lead.event().source);
        let of_motion = self.sources.entry(motion).or_default();
        if !of_motion.contains_key(source) {
            if self.sources_known == MOST_SOURCES {
                return &mut self.other_sources;
            }
            self.sources_known += 1;
        }
        of_motion.entry(source.clone()).or_default()
    }

    fn expect(&mut self, before: Option<&Decision>, then: Option<&Decision>, from: QueueName, to: QueueName) {
        let said = |decision: Option<&Decision>| decision.and_then(Decision::chance);
        let Some(probability) = said(then).or_else(|| said(before)) else { return };
        self.expected.leads += 1;
        self.expected.all += probability;
        if is_for_people(from) {
            self.expected.before += probability;
        }
        if is_for_people(to) {
            self.expected.after += probability;
        }
    }

    fn count_voices(&mut self, before: Option<&Decision>, then: Option<&Judgement>) {
        let voices = &mut self.voices;
        match before.map(|decision| &decision.decided_by) {
            Some(DecidedBy::Model { .. }) => voices.model_before += 1,
            Some(DecidedBy::Rules { .. }) => voices.rules_before += 1,
            None => {}
        }
        let Some(judgement) = then else { return };
        voices.unfit_after += u64::from(judgement.unfit.is_some());
        match judgement.decision.decided_by {
            DecidedBy::Model { .. } => voices.model_after += 1,
            DecidedBy::Rules { .. } => voices.rules_after += 1,
        }
    }

    /// What was found. `until` is the moment to which leads were looked at.
    pub fn summary(&self, until: Timestamp) -> Summary {
        let elsewhere = self.moves.iter().filter(|((from, to), _)| from != to);
        let mut moves: Vec<Move> =
            elsewhere.map(|((from, to), leads)| Move { from: *from, to: *to, leads: *leads }).collect();
        moves.sort_by_key(|told| std::cmp::Reverse(told.leads));
        Summary {
            leads: self.leads,
            moved: moves.iter().map(|told| told.leads).sum(),
            unreadable: self.unreadable,
            recomputed: Recomputation { reasons: self.told_reasons(), ..self.recomputed.clone() },
            moves,
            queues: self.queues(),
            sources: self.told_sources(),
            segments: self.segments.told(),
            grades: self
                .grades
                .iter()
                .map(|((from, to), leads)| GradeMove { from: *from, to: *to, leads: *leads })
                .collect(),
            capacity: self.capacity(until),
            expected: (self.expected.leads > 0).then_some(self.expected),
            decided_by: self.voices,
            outcomes: self.outcomes,
            history: self.history,
            examples: self.top.examples(),
        }
    }

    fn told_reasons(&self) -> Vec<Counted> {
        let told = |(reason, leads): (&String, &u64)| Counted { reason: reason.clone(), leads: *leads };
        let mut reasons: Vec<Counted> = self.reasons.iter().map(told).collect();
        // Stable: equal counts stay in the order of their words.
        reasons.sort_by_key(|counted| std::cmp::Reverse(counted.leads));
        reasons
    }

    fn queues(&self) -> Vec<InQueue> {
        let all = QueueName::ALL.into_iter().map(|queue| {
            let sum = |of: fn(&(QueueName, QueueName)) -> QueueName| {
                self.moves.iter().filter(|(pair, _)| of(pair) == queue).map(|(_, leads)| leads).sum()
            };
            InQueue { queue, before: sum(|pair| pair.0), after: sum(|pair| pair.1) }
        });
        all.filter(|row| row.before + row.after > 0).collect()
    }

    fn told_sources(&self) -> Vec<SourceMoves> {
        let told = |motion, source, side: &Side| SourceMoves {
            motion,
            source,
            leads: side.leads,
            up: side.up,
            down: side.down,
        };
        let known = self.sources.iter().flat_map(|(motion, sources)| {
            sources.iter().map(move |(source, side)| told(Some(*motion), Some(source.to_string()), side))
        });
        let mut all: Vec<SourceMoves> = known.collect();
        all.sort_by_key(|row| std::cmp::Reverse((row.up + row.down, row.leads)));
        let others = (self.other_sources.leads > 0).then(|| told(None, None, &self.other_sources));
        all.into_iter().chain(others).collect()
    }

    fn capacity(&self, until: Timestamp) -> Capacity {
        let working_days = self.first.map_or(1, |first| working_days(first, until));
        let a_day = |of: fn(&(QueueName, QueueName)) -> QueueName| {
            let into: u64 =
                self.moves.iter().filter(|(pair, _)| is_for_people(of(pair))).map(|(_, leads)| leads).sum();
            count(into) / f64::from(working_days)
        };
        Capacity {
            from: self.first,
            to: until,
            working_days,
            before: a_day(|pair| pair.0),
            after: a_day(|pair| pair.1),
        }
    }
}

/// Whether SDRs see what is in a queue.
fn is_for_people(queue: QueueName) -> bool {
    queue.role() == Some(Role::Sdr)
}

fn count_outcome(outcomes: &mut Outcomes, result: OutcomeResult, from: QueueName, to: QueueName) {
    let side = match result {
        OutcomeResult::Won => &mut outcomes.won,
        OutcomeResult::Lost => &mut outcomes.lost,
    };
    side.leads += 1;
    side.up += u64::from(nearness(to) > nearness(from));
    side.down += u64::from(nearness(to) < nearness(from));
}

/// Days from Monday to Friday, the first and the last counted, in UTC; at least 1.
pub fn working_days(from: Timestamp, to: Timestamp) -> u32 {
    let date = |at: Timestamp| TimeZone::UTC.to_datetime(at).date();
    let last = date(to);
    let days = std::iter::successors(Some(date(from)), |day| day.checked_add(1.day()).ok());
    let working =
        days.take_while(|day| *day <= last).filter(|day| day.weekday().to_monday_zero_offset() < 5).count();
    u32::try_from(working).unwrap_or(u32::MAX).max(1)
}

#[expect(clippy::cast_precision_loss, reason = "counts of leads stay far below 2^53")]
fn count(n: u64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests;
