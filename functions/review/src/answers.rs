//! What the API answers with, and what an export lists.

use jiff::Timestamp;
use leadlight_lead::{Grade, LeadId, MemberId, QueueName, QueuedLead, Renews, Role, Segment, Trend};
use schemars::JsonSchema;
use serde::Serialize;

/// Who is asking.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Me {
    /// Their id in the team file.
    pub member: MemberId,
    /// Their name there.
    pub name: String,
    /// As what they act.
    pub role: Role,
}

/// A lead in a queue, in short.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Row {
    /// Its id.
    pub id: LeadId,
    /// What an action on it must name.
    pub revision: u64,
    /// 0 to 100; absent before it is scored.
    pub score: Option<f64>,
    /// 0 to 1; absent while rules decide.
    pub probability: Option<f64>,
    /// The score as a letter.
    pub grade: Option<Grade>,
    /// Score and why in one line.
    pub summary: Option<String>,
    /// The company, as far as it is known.
    pub company: Option<String>,
    /// When it should be answered.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub due_at: Option<Timestamp>,
    /// Whose it is; none is the pool.
    pub owner: Option<MemberId>,
    /// Who works on it.
    pub held_by: Option<MemberId>,
    /// Its score lies close to a threshold.
    pub borderline: bool,
    /// Chance, not the score, brought it here.
    pub sampled: bool,
    /// The person asked for a person, which brought it here whatever its score.
    pub asked_for_a_person: bool,
    /// What brought it over a threshold that its score lies below, such as `10 points for attending RevOps Summit`.
    pub lifted_by: Option<String>,
    /// Where its score has been going, under one policy and model; none where it has no other score to compare.
    pub trend: Option<Trend>,
    /// The day, in UTC, on which time alone would move it, and what it would be then; none where that is not so.
    pub renews: Option<Renews>,
    /// The segment of its motion that it is in, by its label, or that it cannot be told and why.
    pub segment: Option<String>,
    /// How it stands by fit and by engagement, such as `A fit, low engagement`.
    pub sides: Option<String>,
}

impl Row {
    /// A lead in short, as it is at a moment.
    pub fn of(lead: &QueuedLead, now: Timestamp) -> Self {
        let decision = lead.decision();
        let enriched = lead.known();
        let found = enriched.enrichment.company.name.as_ref().map(|fact| fact.value.clone());
        Self {
            id: lead.id().clone(),
            revision: lead.work.revision,
            score: decision.map(|d| d.score.value()),
            probability: decision.and_then(leadlight_lead::Decision::chance),
            grade: decision.map(|d| d.grade),
            summary: decision.map(|d| d.summary.clone()),
            company: found.or_else(|| enriched.submitted.event.company.clone()),
            due_at: lead.work.due_at,
            owner: lead.work.owner.clone(),
            held_by: lead.work.claim.as_ref().filter(|c| c.is_live(now)).map(|c| c.holder.clone()),
            borderline: decision.is_some_and(|d| d.borderline),
            sampled: decision.is_some_and(|d| d.sampled_at.is_some()),
            asked_for_a_person: lead.asked_for().is_some(),
            lifted_by: decision.and_then(|d| d.lifted.as_ref()).map(ToString::to_string),
            trend: lead.trend(),
            renews: lead.renews(),
            segment: segment(lead).map(ToString::to_string),
            sides: decision.and_then(|d| d.sides).map(|sides| sides.to_string()),
        }
    }
}

/// The segment that a lead's decision says, or for which a person looks first.
pub(crate) fn segment(lead: &QueuedLead) -> Option<&Segment> {
    match lead.decision() {
        Some(decision) => decision.segment.as_ref(),
        None => lead.enriched().seen_first_for.as_ref(),
    }
}

/// What waits in a queue for whoever asks, and in the pool, in the order of work.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Rows {
    /// The queue.
    pub queue: QueueName,
    /// Its first leads.
    pub leads: Vec<Row>,
}

/// A whole lead.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LeadAnswer {
    /// All that is known, decided and done; its `work.revision` is what the next action must name.
    pub lead: QueuedLead,
    /// The action had been done before by the same person: it was done once.
    pub repeated: bool,
}

/// The next lead, held by whoever asked; none where nothing is free.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NextAnswer {
    /// The lead.
    pub lead: Option<QueuedLead>,
}

/// Why something was not done; nothing has changed then. (RFC 9457.)
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProblemAnswer {
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, and what to do.
    pub detail: String,
}
